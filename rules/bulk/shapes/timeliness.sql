-- What was recorded long after it happened; the step is the event's own word, told by its code.
SELECT r.rule, l.cid, l.tick + r.within AS at_tick, l.tick + r.within AS due, l.code AS part,
    CAST(NULL AS VARCHAR(1)) AS subject, l.recorded AS remedied, 0 AS short_notice, l.pos AS cause,
    CAST(NULL AS BIGINT) AS cause_day
FROM late l
JOIN (SELECT DISTINCT rule, code FROM part) p ON p.code = l.code
JOIN timeliness r ON r.rule = p.rule
LEFT JOIN point v ON v.cid = l.cid AND {at:l.,v}
WHERE l.recorded - l.tick > r.within AND {guard:r,v}
