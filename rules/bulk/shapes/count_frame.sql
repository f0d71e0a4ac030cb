-- Made once: the judged windows of recurrences: where each opened and ended, its deeds, and whether `cancelled` ended it.
WITH told AS (
    SELECT rule, cid, nth, tick, pos, opens, does, ends,
        coalesce(max(opens) OVER (
            PARTITION BY rule, cid, nth ORDER BY tick, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS is_open
    FROM stretch
), framed AS (
    SELECT rule, cid, nth,
        min(CASE WHEN opens = 1 AND is_open = 0 THEN tick END) AS tick,
        min(CASE WHEN opens = 1 AND is_open = 0 THEN pos END) AS pos,
        count(CASE WHEN does = 1 AND ends = 0 AND is_open = 1 THEN 1 END) AS deeds,
        max(CASE WHEN does = 1 AND ends = 0 AND is_open = 1 THEN tick END) AS done_tick,
        min(CASE WHEN ends = 1 AND is_open = 1 THEN tick END) AS end_tick,
        min(CASE WHEN ends = 1 AND is_open = 1 THEN pos END) AS end_pos
    FROM told GROUP BY rule, cid, nth
)
SELECT o.rule, o.cid, o.nth, o.tick, o.pos, o.deeds, coalesce(o.done_tick, o.tick) AS since, o.end_tick,
    s.tick AS stopped_tick, CASE WHEN s.pos = o.end_pos THEN 1 ELSE 0 END AS spared, r.every
FROM framed o
JOIN recurrence r ON r.rule = o.rule
LEFT JOIN stopped s ON s.cid = o.cid
LEFT JOIN point v ON v.cid = o.cid AND {at:o.,v}
WHERE o.tick IS NOT NULL AND (s.cid IS NULL OR o.end_tick IS NOT NULL) AND {guard:r,v}
