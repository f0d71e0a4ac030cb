-- Part 1 opens the window (where `from` is given), part 2 is counted, part 3 ends the window, part 4 too: `cancelled`.
WITH got AS (
    SELECT p.rule, p.part, e.cid, e.tick, e.pos
    FROM event e JOIN part p ON p.code = e.code JOIN existence r ON r.rule = p.rule
), opening AS (
    SELECT rule, cid, tick, pos FROM (
        SELECT rule, cid, tick, pos, row_number() OVER (PARTITION BY rule, cid ORDER BY tick, pos) AS nth
        FROM got WHERE part = 1
    ) o WHERE nth = 1
    UNION ALL
    SELECT r.rule, c.cid, coalesce(f.tick, -4000000000000000000), coalesce(f.pos, -1)
    FROM existence r
    JOIN rule_group g ON g.rule = r.rule
    JOIN case_of c ON c.grp = g.grp
    LEFT JOIN started f ON f.cid = c.cid
    WHERE r.from_first = 1
), ending AS (
    SELECT rule, cid, tick, pos, part FROM (
        SELECT g.rule, g.cid, g.tick, g.pos, g.part,
            row_number() OVER (PARTITION BY g.rule, g.cid ORDER BY g.tick, g.pos, g.part DESC) AS nth
        FROM got g JOIN opening o ON o.rule = g.rule AND o.cid = g.cid
        WHERE g.part > 2 AND (g.tick > o.tick OR (g.tick = o.tick AND g.pos > o.pos))
    ) e WHERE nth = 1
), windowed AS (
    SELECT o.rule, o.cid, o.tick, o.pos, e.tick AS end_tick, e.pos AS end_pos,
        CASE WHEN s.cid IS NOT NULL AND (e.rule IS NULL OR e.part = 4) THEN 1 ELSE 0 END AS spared,
        CASE WHEN s.cid IS NULL AND e.rule IS NULL THEN 1 ELSE 0 END AS is_open,
        r.from_first, r.least, r.most, r.each_field
    FROM opening o
    JOIN existence r ON r.rule = o.rule
    LEFT JOIN ending e ON e.rule = o.rule AND e.cid = o.cid
    LEFT JOIN stopped s ON s.cid = o.cid
    LEFT JOIN point v ON v.cid = o.cid AND {at:o.,v}
    WHERE {guard:r,v}
), counted AS (
    SELECT g.rule, g.cid, g.tick, g.pos, CAST(NULL AS VARCHAR(1)) AS subject
    FROM got g JOIN existence r ON r.rule = g.rule WHERE g.part = 2 AND r.each_field < 0
    UNION ALL
    SELECT p.rule, a.cid, a.tick, a.pos, a.subject
    FROM attribute a JOIN part p ON p.code = a.code JOIN existence r ON r.rule = p.rule
    WHERE p.part = 2 AND r.each_field >= 0
), numbered AS (
    SELECT c.rule, c.cid, c.subject, count(*) AS n
    FROM counted c JOIN windowed w ON w.rule = c.rule AND w.cid = c.cid
    WHERE (c.tick > w.tick OR (c.tick = w.tick AND (c.pos > w.pos OR (w.from_first = 1 AND c.pos = w.pos))))
        AND (w.end_tick IS NULL OR c.tick < w.end_tick OR (c.tick = w.end_tick AND c.pos < w.end_pos))
    GROUP BY c.rule, c.cid, c.subject
), wanted AS (
    SELECT rule, cid, least, spared, is_open, CAST(NULL AS VARCHAR(1)) AS subject
    FROM windowed WHERE each_field < 0 AND least IS NOT NULL
    UNION ALL
    SELECT DISTINCT w.rule, w.cid, w.least, w.spared, w.is_open, l.subject
    FROM windowed w
    JOIN point v ON v.cid = w.cid
    JOIN listed l ON l.cid = v.cid AND l.tick = v.tick AND l.pos = v.pos AND l.field = w.each_field
    WHERE w.each_field >= 0 AND w.least IS NOT NULL
        AND ((w.end_tick IS NULL AND v.to_tick IS NULL) OR (w.end_tick IS NOT NULL AND {at:w.end_,v}))
), told AS (
    SELECT rule, cid, 1 AS arose, 0 AS pending, 0 AS lapsed FROM windowed WHERE most IS NOT NULL AND each_field < 0
    UNION ALL
    SELECT n.rule, n.cid, 1, 0, 0 FROM numbered n JOIN existence r ON r.rule = n.rule
    WHERE r.most IS NOT NULL AND r.each_field >= 0
    UNION ALL
    SELECT w.rule, w.cid, 1,
        CASE WHEN coalesce(n.n, 0) < w.least THEN w.is_open ELSE 0 END,
        CASE WHEN coalesce(n.n, 0) < w.least THEN w.spared ELSE 0 END
    FROM wanted w LEFT JOIN numbered n
        ON n.rule = w.rule AND n.cid = w.cid AND (n.subject = w.subject OR (n.subject IS NULL AND w.subject IS NULL))
)
SELECT rule, cid, sum(arose) AS arose, sum(pending) AS pending, sum(lapsed) AS lapsed FROM told GROUP BY rule, cid
