-- Part n is the nth deed that is wanted before the instant in the anchor field, in every case of the rule's group.
WITH done AS (
    SELECT DISTINCT p.rule, p.part, e.cid
    FROM event e JOIN part p ON p.code = e.code JOIN lead_part r ON r.rule = p.rule AND r.part = p.part
), lived AS (
    SELECT r.rule, r.part, c.cid, max(CASE WHEN s.until IS NULL THEN 1 ELSE 0 END) AS asked
    FROM lead_part r
    JOIN rule_group g ON g.rule = r.rule
    JOIN case_of c ON c.grp = g.grp
    JOIN segment s ON s.cid = c.cid
    WHERE (s.until IS NULL OR s.until > s.since) AND {guard:r,s} AND {anchor:r,s} IS NOT NULL
    GROUP BY r.rule, r.part, c.cid
), told AS (
    SELECT l.rule, l.cid, l.asked, CASE WHEN d.cid IS NULL AND v.cid IS NULL THEN 1 ELSE 0 END AS waits
    FROM lived l
    LEFT JOIN done d ON d.rule = l.rule AND d.part = l.part AND d.cid = l.cid
    LEFT JOIN violation v ON v.rule = l.rule AND v.part = l.part AND v.cid = l.cid
)
SELECT rule, cid, count(*) AS arose, sum(waits * asked) AS pending, sum(waits * (1 - asked)) AS lapsed
FROM told GROUP BY rule, cid
