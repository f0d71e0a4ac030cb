-- Part 1 is what only some may do: each such event asks.
WITH acted AS (
    SELECT p.rule, e.cid, e.tick, e.pos, r.word, r.bit
    FROM event e JOIN part p ON p.code = e.code JOIN authority r ON r.rule = p.rule WHERE p.part = 1
), held AS (
    SELECT rule, cid FROM acted WHERE bit = 0
    UNION ALL
    SELECT t.rule, t.cid FROM acted t JOIN point v ON v.cid = t.cid AND {at:t.,v} WHERE t.bit <> 0 AND {guard:t,v}
)
SELECT rule, cid, count(*) AS arose, 0 AS pending, 0 AS lapsed FROM held GROUP BY rule, cid
