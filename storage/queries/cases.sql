-- Read by DuckReader.cases and .search: cases, retractions applied, and nothing counted after its first cancelled; how
-- many there are stands in each row. A parameter that is null asks for all.
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
    FROM entries
    WHERE $case_ids IS NULL OR case_id IN (SELECT unnest($case_ids::VARCHAR[]))
    GROUP BY case_id
), known AS (
    SELECT e.case_id, e.procedure, e.opened_at, d.closed_at, s.cancelled_at, e.last_seq,
        CASE WHEN s.cancelled_at IS NOT NULL THEN 'cancelled' WHEN d.closed_at IS NOT NULL THEN 'closed' ELSE 'open' END
            AS state
    FROM every e LEFT JOIN done d ON d.case_id = e.case_id LEFT JOIN stopped s ON s.case_id = e.case_id
)
SELECT case_id, procedure, opened_at, closed_at, cancelled_at, last_seq, count(*) OVER () AS total
FROM known
WHERE ($state IS NULL OR state = $state)
    AND ($procedure IS NULL OR procedure = $procedure)
    AND ($since IS NULL OR opened_at >= $since)
    AND ($before IS NULL OR opened_at < $before)
ORDER BY
    CASE WHEN $opened_first
        THEN coalesce(try_cast(regexp_extract(case_id, '([0-9]{1,15})$', 1) AS BIGINT) = $number, false)
    END DESC,
    CASE WHEN $opened_first THEN opened_at END DESC,
    last_seq DESC
LIMIT $limit OFFSET $offset
