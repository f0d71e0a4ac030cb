-- Each measurement against the bounds: figures of the rule, or fields in force at the event.
WITH measured AS (
    SELECT l.rule, a.cid, a.tick, a.pos, l.word, l.bit, a.number,
        CASE WHEN l.most_field < 0 THEN l.most ELSE {bound:l.most_field,v} END AS most,
        CASE WHEN l.least_field < 0 THEN l.least ELSE {bound:l.least_field,v} END AS least,
        CASE WHEN {guard:l,v} THEN 1 ELSE 0 END AS holds
    FROM attribute a
    JOIN part p ON p.code = a.code
    JOIN limits l ON l.rule = p.rule
    LEFT JOIN point v ON v.cid = a.cid AND {at:a.,v}
    WHERE a.number IS NOT NULL
), weighed AS (
    SELECT rule, cid, tick, pos, holds, CASE WHEN number > most OR number < least THEN 1 ELSE 0 END AS beyond FROM measured
), told AS (
    SELECT w.rule, w.cid, w.tick, w.pos, w.holds, w.beyond,
        min(CASE WHEN w.beyond = 0 THEN w.tick END) OVER (
            PARTITION BY w.rule, w.cid ORDER BY w.tick DESC, w.pos DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS remedied
    FROM weighed w JOIN (SELECT DISTINCT rule, cid FROM weighed WHERE beyond = 1) b ON b.rule = w.rule AND b.cid = w.cid
)
SELECT rule, cid, tick AS at_tick, CAST(NULL AS BIGINT) AS due, 0 AS part, CAST(NULL AS VARCHAR(1)) AS subject,
    remedied, 0 AS short_notice, pos AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM told WHERE beyond = 1 AND holds = 1
