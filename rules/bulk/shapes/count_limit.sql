-- Each measurement for which there is a bound: a figure of the rule, or a field that is set at the event.
SELECT l.rule, a.cid, count(*) AS arose, 0 AS pending, 0 AS lapsed
FROM attribute a
JOIN part p ON p.code = a.code
JOIN limits l ON l.rule = p.rule
LEFT JOIN point v ON v.cid = a.cid AND {at:a.,v}
WHERE a.number IS NOT NULL AND {guard:l,v} AND (
    CASE WHEN l.most_field < 0 THEN l.most ELSE {bound:l.most_field,v} END IS NOT NULL
    OR CASE WHEN l.least_field < 0 THEN l.least ELSE {bound:l.least_field,v} END IS NOT NULL
)
GROUP BY l.rule, a.cid
