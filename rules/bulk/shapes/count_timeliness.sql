-- Each event meant asks to be recorded in time.
WITH meant AS (
    SELECT p.rule, e.cid, e.tick, e.pos, r.word, r.bit
    FROM event e
    JOIN (SELECT DISTINCT rule, code FROM part) p ON p.code = e.code
    JOIN timeliness r ON r.rule = p.rule
), held AS (
    SELECT rule, cid FROM meant WHERE bit = 0
    UNION ALL
    SELECT t.rule, t.cid FROM meant t JOIN point v ON v.cid = t.cid AND {at:t.,v} WHERE t.bit <> 0 AND {guard:t,v}
)
SELECT rule, cid, count(*) AS arose, 0 AS pending, 0 AS lapsed FROM held GROUP BY rule, cid
