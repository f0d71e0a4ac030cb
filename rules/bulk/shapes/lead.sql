-- Part n is the nth deed that is wanted before the instant in the anchor field.
WITH done AS (
    SELECT g.rule, g.cid, g.part, min(g.tick) AS tick
    FROM got g JOIN lead_part r ON r.rule = g.rule AND r.part = g.part GROUP BY g.rule, g.cid, g.part
), lived AS (
    SELECT w.rule, r.part, w.cid, d.tick AS done, s.since, s.until, {anchor:r,s} - r.ahead AS due
    FROM want w
    JOIN lead_part r ON r.rule = w.rule
    JOIN segment s ON s.cid = w.cid
    LEFT JOIN done d ON d.rule = w.rule AND d.cid = w.cid AND d.part = r.part
    WHERE (s.until IS NULL OR s.until > s.since) AND {guard:r,s}
), broken AS (
    SELECT rule, part, cid, done, since, due,
        row_number() OVER (PARTITION BY rule, part, cid ORDER BY since) AS nth
    FROM lived
    WHERE due < coalesce(until, {now}) AND (done IS NULL OR (done > due AND done > since))
)
SELECT rule, cid, CASE WHEN due > since THEN due ELSE since END AS at_tick, due, part,
    CAST(NULL AS VARCHAR(1)) AS subject, done AS remedied, CASE WHEN due < since THEN 1 ELSE 0 END AS short_notice,
    CAST(NULL AS BIGINT) AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM broken WHERE nth = 1
