-- Part 1 opens the window (where `from` is given), part 2 is counted, part 3 ends the window, part 4 too: `cancelled`.
WITH opening AS (
    SELECT rule, cid, tick, pos FROM (
        SELECT g.rule, g.cid, g.tick, g.pos, row_number() OVER (PARTITION BY g.rule, g.cid ORDER BY g.tick, g.pos) AS nth
        FROM got g JOIN existence r ON r.rule = g.rule WHERE g.part = 1
    ) o WHERE nth = 1
    UNION ALL
    SELECT w.rule, w.cid, coalesce(f.tick, -4000000000000000000), coalesce(f.pos, -1)
    FROM want w JOIN existence r ON r.rule = w.rule LEFT JOIN started f ON f.cid = w.cid WHERE r.from_first = 1
), ending AS (
    SELECT rule, cid, tick, pos, part FROM (
        SELECT g.rule, g.cid, g.tick, g.pos, g.part,
            row_number() OVER (PARTITION BY g.rule, g.cid ORDER BY g.tick, g.pos, g.part DESC) AS nth
        FROM got g JOIN opening o ON o.rule = g.rule AND o.cid = g.cid
        WHERE g.part > 2 AND (g.tick > o.tick OR (g.tick = o.tick AND g.pos > o.pos))
    ) e WHERE nth = 1
), windowed AS (
    SELECT o.rule, o.cid, o.tick, o.pos, e.tick AS end_tick, e.pos AS end_pos, e.part AS ended_by,
        r.from_first, r.least, r.most, r.each_field
    FROM opening o
    JOIN existence r ON r.rule = o.rule
    LEFT JOIN ending e ON e.rule = o.rule AND e.cid = o.cid
    LEFT JOIN point v ON v.cid = o.cid AND {at:o.,v}
    WHERE {guard:r,v}
), counted AS (
    SELECT g.rule, g.cid, g.tick, g.pos, CAST(NULL AS VARCHAR(1)) AS subject
    FROM got g JOIN existence r ON r.rule = g.rule WHERE g.part = 2 AND r.each_field < 0
    UNION ALL
    SELECT p.rule, a.cid, a.tick, a.pos, a.subject
    FROM attribute a JOIN part p ON p.code = a.code JOIN existence r ON r.rule = p.rule
    WHERE p.part = 2 AND r.each_field >= 0
), inside AS (
    SELECT c.rule, c.cid, c.subject, c.tick, c.pos, w.most,
        row_number() OVER (PARTITION BY c.rule, c.cid, c.subject ORDER BY c.tick, c.pos) AS nth
    FROM counted c JOIN windowed w ON w.rule = c.rule AND w.cid = c.cid
    WHERE (c.tick > w.tick OR (c.tick = w.tick AND (c.pos > w.pos OR (w.from_first = 1 AND c.pos = w.pos))))
        AND (w.end_tick IS NULL OR c.tick < w.end_tick OR (c.tick = w.end_tick AND c.pos < w.end_pos))
), numbered AS (
    SELECT rule, cid, subject, count(*) AS n FROM inside GROUP BY rule, cid, subject
), wanted AS (
    SELECT w.rule, w.cid, w.end_tick, w.least, CAST(NULL AS VARCHAR(1)) AS subject
    FROM windowed w WHERE w.each_field < 0 AND w.least IS NOT NULL AND w.ended_by = 3
    UNION ALL
    SELECT DISTINCT w.rule, w.cid, w.end_tick, w.least, l.subject
    FROM windowed w
    JOIN point v ON v.cid = w.cid AND {at:w.end_,v}
    JOIN listed l ON l.cid = v.cid AND l.tick = v.tick AND l.pos = v.pos AND l.field = w.each_field
    WHERE w.each_field >= 0 AND w.least IS NOT NULL AND w.ended_by = 3
)
SELECT rule, cid, tick AS at_tick, CAST(NULL AS BIGINT) AS due, 0 AS part, subject, CAST(NULL AS BIGINT) AS remedied,
    0 AS short_notice, CAST(NULL AS BIGINT) AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM inside WHERE nth = most + 1
UNION ALL
SELECT w.rule, w.cid, w.end_tick, CAST(NULL AS BIGINT), 0, w.subject, CAST(NULL AS BIGINT),
    0, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
FROM wanted w LEFT JOIN numbered n
    ON n.rule = w.rule AND n.cid = w.cid AND (n.subject = w.subject OR (n.subject IS NULL AND w.subject IS NULL))
WHERE coalesce(n.n, 0) < w.least
