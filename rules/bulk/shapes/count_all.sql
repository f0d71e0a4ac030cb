-- What was broken is known; what is neither broken nor waits nor fell away was met.
SELECT rule, cid, CAST(sum(arose) AS BIGINT) AS arose,
    CAST(sum(arose) - sum(pending) - sum(lapsed) - sum(open) - sum(remedied) AS BIGINT) AS met,
    CAST(sum(pending) AS BIGINT) AS pending, CAST(sum(lapsed) AS BIGINT) AS lapsed,
    CAST(sum(open) AS BIGINT) AS open, CAST(sum(remedied) AS BIGINT) AS remedied,
    CAST(sum(short_notice) AS BIGINT) AS short_notice
FROM (
    {arisen}
    SELECT rule, cid, 0 AS arose, 0 AS pending, 0 AS lapsed,
        CASE WHEN remedied IS NULL THEN 1 ELSE 0 END AS open, CASE WHEN remedied IS NULL THEN 0 ELSE 1 END AS remedied,
        short_notice
    FROM violation
) c GROUP BY rule, cid
