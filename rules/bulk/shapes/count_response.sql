-- Part 1 starts an obligation, part 2 is its deed; it arises if the guard holds in a segment of its life.
WITH seen AS (
    SELECT p.rule, e.cid, e.tick, e.pos, p.part, CAST(NULL AS VARCHAR(1)) AS subject
    FROM event e JOIN part p ON p.code = e.code JOIN response r ON r.rule = p.rule WHERE r.same = 0
    UNION ALL
    SELECT p.rule, a.cid, a.tick, a.pos, p.part, a.subject
    FROM attribute a JOIN part p ON p.code = a.code JOIN response r ON r.rule = p.rule WHERE r.same = 1
), dealt AS (
    SELECT rule, cid, tick, pos, part,
        min(CASE WHEN part = 2 THEN tick END) OVER (
            PARTITION BY rule, cid, subject ORDER BY tick DESC, pos DESC, part
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS done
    FROM seen
), lived AS (
    SELECT d.rule, d.cid, d.pos, min(CASE WHEN d.done IS NULL THEN 1 ELSE 0 END) AS undone,
        max(CASE WHEN s.until IS NULL THEN 1 ELSE 0 END) AS asked
    FROM dealt d
    JOIN response r ON r.rule = d.rule
    LEFT JOIN segment s ON s.cid = d.cid
    WHERE d.part = 1 AND (s.cid IS NULL OR s.until IS NULL OR (s.until > d.tick AND s.until > s.since)) AND {guard:r,s}
    GROUP BY d.rule, d.cid, d.pos
), told AS (
    SELECT l.rule, l.cid, l.asked, CASE WHEN l.undone = 1 AND v.cause IS NULL THEN 1 ELSE 0 END AS waits
    FROM lived l LEFT JOIN violation v ON v.rule = l.rule AND v.cid = l.cid AND v.cause = l.pos
)
SELECT rule, cid, count(*) AS arose, sum(waits * asked) AS pending, sum(waits * (1 - asked)) AS lapsed
FROM told GROUP BY rule, cid
