-- Read by DuckStore.cases: every case, retractions applied, and nothing counted after its first cancelled.
WITH taken_back AS (
    SELECT DISTINCT f.case_id, f.text AS event_id
    FROM entries r JOIN fields f ON f.seq = r.seq AND f.field = 'event_id'
    WHERE r.event = 'retracted' AND f.text IS NOT NULL
), standing AS (
    SELECT e.case_id, e.event, e.occurred_at, e.seq
    FROM entries e LEFT JOIN taken_back t ON t.case_id = e.case_id AND t.event_id = e.event_id
    WHERE e.event IN ('closed', 'cancelled') AND t.event_id IS NULL
), stopped AS (
    SELECT case_id, min(occurred_at) AS cancelled_at, arg_min(seq, (occurred_at, seq)) AS seq
    FROM standing WHERE event = 'cancelled' GROUP BY case_id
), done AS (
    SELECT c.case_id, min(c.occurred_at) AS closed_at
    FROM standing c LEFT JOIN stopped s ON s.case_id = c.case_id
    WHERE c.event = 'closed' AND (s.seq IS NULL OR (c.occurred_at, c.seq) < (s.cancelled_at, s.seq))
    GROUP BY c.case_id
), every AS (
    SELECT case_id,
        arg_min(procedure, seq) AS procedure,
        coalesce(min(CASE WHEN event = 'opened' THEN occurred_at END), min(occurred_at)) AS opened_at,
        max(seq) AS last_seq
    FROM entries GROUP BY case_id
)
SELECT e.case_id, e.procedure, e.opened_at, d.closed_at, s.cancelled_at, e.last_seq
FROM every e LEFT JOIN done d ON d.case_id = e.case_id LEFT JOIN stopped s ON s.case_id = e.case_id
WHERE NOT $open_only OR (d.closed_at IS NULL AND s.cancelled_at IS NULL)
ORDER BY e.last_seq DESC
