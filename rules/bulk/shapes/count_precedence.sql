-- Part 0 is the gate, part -1 what must have been for the rule to apply; each gate asks for all that the rule names.
WITH passed AS (
    SELECT p.rule, e.cid, e.tick, e.pos, p.part, r.given, r.word, r.bit,
        count(CASE WHEN p.part = -1 THEN 1 END) OVER (
            PARTITION BY p.rule, e.cid ORDER BY e.tick, e.pos, p.part DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS given_before
    FROM event e JOIN part p ON p.code = e.code JOIN precedence r ON r.rule = p.rule WHERE p.part < 1 AND r.given = 1
    UNION ALL
    SELECT p.rule, e.cid, e.tick, e.pos, p.part, r.given, r.word, r.bit, 0
    FROM event e JOIN part p ON p.code = e.code JOIN precedence r ON r.rule = p.rule WHERE p.part = 0 AND r.given = 0
), gate AS (
    SELECT rule, cid, tick, pos, word, bit FROM passed WHERE part = 0 AND (given = 0 OR given_before > 0)
), held AS (
    SELECT rule, cid FROM gate WHERE bit = 0
    UNION ALL
    SELECT t.rule, t.cid FROM gate t JOIN point v ON v.cid = t.cid AND {at:t.,v} WHERE t.bit <> 0 AND {guard:t,v}
), counted AS (
    SELECT rule, cid, count(*) AS n FROM held GROUP BY rule, cid
), wanted AS (
    SELECT rule, count(*) AS n FROM precedence_part GROUP BY rule
)
SELECT c.rule, c.cid, c.n * w.n AS arose, 0 AS pending, 0 AS lapsed FROM counted c JOIN wanted w ON w.rule = c.rule
