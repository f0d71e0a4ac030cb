-- Two neighbours in a window that are further apart than the rule allows. A deed before the opening is no later than it,
-- so that the later of the opening and the latest deed is the neighbour before. Only `cancelled` itself can open a window
-- of a cancelled case that nothing ends, and in that one nothing falls due.
WITH told AS (
    SELECT rule, cid, nth, tick, does, ends, every,
        min(CASE WHEN opens = 1 THEN tick END) OVER (
            PARTITION BY rule, cid, nth ORDER BY tick, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS open_tick,
        max(CASE WHEN does = 1 THEN tick END) OVER (
            PARTITION BY rule, cid, nth ORDER BY tick, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS done_tick
    FROM stretch WHERE every > 0
), apart AS (
    SELECT rule, cid, nth, every, open_tick, CASE WHEN done_tick > open_tick THEN done_tick ELSE open_tick END AS since,
        tick AS until, CASE WHEN ends = 0 THEN tick END AS remedied
    FROM told WHERE open_tick IS NOT NULL AND (does = 1 OR ends = 1)
    UNION ALL
    SELECT rule, cid, nth, min(every),
        min(CASE WHEN opens = 1 THEN tick END),
        CASE WHEN max(CASE WHEN does = 1 THEN tick END) > min(CASE WHEN opens = 1 THEN tick END)
            THEN max(CASE WHEN does = 1 THEN tick END) ELSE min(CASE WHEN opens = 1 THEN tick END) END,
        {now}, NULL
    FROM stretch WHERE every > 0 AND cid NOT IN (SELECT cid FROM stopped)
    GROUP BY rule, cid, nth HAVING max(ends) = 0 AND max(opens) = 1
), broken AS (
    SELECT a.rule, a.cid, a.nth, a.open_tick, a.since + a.every AS due, a.remedied, r.word, r.bit
    FROM apart a JOIN recurrence r ON r.rule = a.rule WHERE a.until - a.since > a.every
), begun AS (
    SELECT s.rule, s.cid, s.nth, min(s.tick) AS tick, min(s.pos) AS pos
    FROM stretch s JOIN (SELECT DISTINCT rule, cid, nth, open_tick FROM broken WHERE bit <> 0) b
        ON b.rule = s.rule AND b.cid = s.cid AND b.nth = s.nth AND b.open_tick = s.tick
    WHERE s.opens = 1 GROUP BY s.rule, s.cid, s.nth
)
SELECT b.rule, b.cid, b.due AS at_tick, b.due, 0 AS part, CAST(NULL AS VARCHAR(1)) AS subject, b.remedied,
    0 AS short_notice, CAST(NULL AS BIGINT) AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM broken b
LEFT JOIN begun o ON o.rule = b.rule AND o.cid = b.cid AND o.nth = b.nth
LEFT JOIN point v ON v.cid = o.cid AND {at:o.,v}
WHERE {guard:b,v}
