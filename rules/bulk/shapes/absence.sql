-- Part 1 is that after which part 2 may not be.
WITH told AS (
    SELECT g.rule, g.cid, g.tick, g.pos, g.part, r.word, r.bit,
        count(CASE WHEN g.part = 1 THEN 1 END) OVER (
            PARTITION BY g.rule, g.cid ORDER BY g.tick, g.pos, g.part DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS after
    FROM got g JOIN absence r ON r.rule = g.rule
)
SELECT t.rule, t.cid, t.tick AS at_tick, CAST(NULL AS BIGINT) AS due, 0 AS part,
    CAST(NULL AS VARCHAR(1)) AS subject, CAST(NULL AS BIGINT) AS remedied, 0 AS short_notice,
    t.pos AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM told t LEFT JOIN point v ON v.cid = t.cid AND {at:t.,v}
WHERE t.part = 2 AND t.after > 0 AND {guard:t,v}
