-- What broke, or where nothing did the first event of part 1, if the guard holds at it.
WITH broken AS (
    SELECT v.rule, v.cid, count(*) AS n FROM violation v JOIN absence r ON r.rule = v.rule GROUP BY v.rule, v.cid
), ranked AS (
    SELECT p.rule, e.cid, e.tick, e.pos, r.word, r.bit,
        row_number() OVER (PARTITION BY p.rule, e.cid ORDER BY e.tick, e.pos) AS nth
    FROM event e JOIN part p ON p.code = e.code JOIN absence r ON r.rule = p.rule WHERE p.part = 1
)
SELECT rule, cid, n AS arose, 0 AS pending, 0 AS lapsed FROM broken
UNION ALL
SELECT t.rule, t.cid, 1, 0, 0
FROM ranked t
LEFT JOIN broken b ON b.rule = t.rule AND b.cid = t.cid
LEFT JOIN point v ON v.cid = t.cid AND {at:t.,v}
WHERE t.nth = 1 AND b.rule IS NULL AND {guard:t,v}
