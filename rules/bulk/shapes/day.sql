-- The local days of a window, up to that of its end, on which the deed was not done; `next_tick` of a day falls due.
WITH begun AS (
    SELECT rule, cid, nth, tick, pos FROM (
        SELECT rule, cid, nth, tick, pos,
            row_number() OVER (PARTITION BY rule, cid, nth ORDER BY tick, pos) AS place
        FROM stretch WHERE every = 0 AND opens = 1
    ) o WHERE place = 1
), framed AS (
    SELECT o.rule, o.cid, o.nth, o.tick, o.pos, coalesce(e.tick, {now}) AS end_tick, s.tick AS stopped_tick
    FROM begun o
    JOIN recurrence r ON r.rule = o.rule
    LEFT JOIN stretch e ON e.rule = o.rule AND e.cid = o.cid AND e.nth = o.nth AND e.ends = 1
    LEFT JOIN stopped s ON s.cid = o.cid
    LEFT JOIN point v ON v.cid = o.cid AND {at:o.,v}
    WHERE {guard:r,v}
)
SELECT f.rule, f.cid, m.next_tick AS at_tick, m.next_tick AS due, 0 AS part,
    CAST(NULL AS VARCHAR(1)) AS subject, CAST(NULL AS BIGINT) AS remedied, 0 AS short_notice,
    CAST(NULL AS BIGINT) AS cause, m.tick AS cause_day
FROM framed f
JOIN midnight m ON m.next_tick > f.tick AND m.next_tick <= f.end_tick
LEFT JOIN stretch t ON t.rule = f.rule AND t.cid = f.cid AND t.nth = f.nth AND t.does = 1 AND t.ends = 0
    AND (t.tick > f.tick OR (t.tick = f.tick AND t.pos > f.pos)) AND t.tick >= m.tick AND t.tick < m.next_tick
WHERE t.rule IS NULL AND (f.stopped_tick IS NULL OR m.next_tick < f.stopped_tick)
