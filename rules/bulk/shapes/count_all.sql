-- What was broken is known; what is neither broken nor waits nor fell away was met. No rule is in two of the relations.
SELECT a.rule, a.cid, a.arose,
    a.arose - a.pending - a.lapsed - coalesce(b.violated, 0) AS met, a.pending, a.lapsed,
    coalesce(b.violated, 0) - coalesce(b.remedied, 0) AS open, coalesce(b.remedied, 0) AS remedied,
    coalesce(b.short_notice, 0) AS short_notice
FROM (
    {arisen}
) a LEFT JOIN (
    SELECT rule, cid, count(*) AS violated, count(remedied) AS remedied, sum(short_notice) AS short_notice
    FROM violation GROUP BY rule, cid
) b ON b.rule = a.rule AND b.cid = a.cid
