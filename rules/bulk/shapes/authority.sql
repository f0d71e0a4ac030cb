-- Part 1 is what only some may do, part 2 what its doer may not have done in the case as well, earlier or later.
WITH acted AS (
    SELECT p.rule, p.part, a.cid, a.tick, a.pos, a.role, a.actor, r.any_role, r.word, r.bit
    FROM attribute a JOIN part p ON p.code = a.code JOIN authority r ON r.rule = p.rule
), ranked AS (
    SELECT rule, cid, actor, tick, pos,
        row_number() OVER (PARTITION BY rule, cid, actor ORDER BY tick, pos) AS nth
    FROM acted WHERE part = 2 AND actor IS NOT NULL AND actor <> ''
), twice AS (
    SELECT rule, cid, actor,
        min(CASE WHEN nth = 1 THEN pos END) AS pos,
        min(CASE WHEN nth = 1 THEN tick END) AS tick,
        min(CASE WHEN nth = 2 THEN tick END) AS second_tick
    FROM ranked WHERE nth < 3 GROUP BY rule, cid, actor
), told AS (
    SELECT a.rule, a.cid, a.tick, a.pos, a.word, a.bit,
        CASE WHEN a.any_role = 0 AND m.rule IS NULL THEN 1 ELSE 0 END AS not_allowed,
        CASE WHEN o.pos = a.pos THEN o.second_tick ELSE o.tick END AS other_tick
    FROM acted a
    LEFT JOIN allowed m ON m.rule = a.rule AND m.role = a.role
    LEFT JOIN twice o ON o.rule = a.rule AND o.cid = a.cid AND o.actor = a.actor
    WHERE a.part = 1
)
SELECT t.rule, t.cid, CASE WHEN t.not_allowed = 0 AND t.other_tick > t.tick THEN t.other_tick ELSE t.tick END AS at_tick,
    CAST(NULL AS BIGINT) AS due, 0 AS part, CAST(NULL AS VARCHAR(1)) AS subject, CAST(NULL AS BIGINT) AS remedied,
    0 AS short_notice, t.pos AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM told t LEFT JOIN point v ON v.cid = t.cid AND {at:t.,v}
WHERE (t.not_allowed = 1 OR t.other_tick IS NOT NULL) AND {guard:t,v}
