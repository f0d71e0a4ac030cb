-- Part 1 starts an obligation, part 2 is its deed.
WITH seen AS (
    SELECT g.rule, g.cid, g.tick, g.pos, g.part, CAST(NULL AS VARCHAR(1)) AS subject
    FROM got g JOIN response r ON r.rule = g.rule WHERE r.same = 0
    UNION ALL
    SELECT p.rule, a.cid, a.tick, a.pos, p.part, a.subject
    FROM attribute a JOIN part p ON p.code = a.code JOIN response r ON r.rule = p.rule WHERE r.same = 1
), dealt AS (
    SELECT rule, cid, tick, pos, part, subject,
        min(CASE WHEN part = 2 THEN tick END) OVER (
            PARTITION BY rule, cid, subject ORDER BY tick DESC, pos DESC, part
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS done
    FROM seen
), owed AS (
    SELECT d.rule, d.cid, d.tick, d.pos, d.subject, d.done, d.tick + r.within AS due, r.word, r.bit
    FROM dealt d JOIN response r ON r.rule = d.rule
    WHERE d.part = 1 AND d.tick + r.within < {now} AND (d.done IS NULL OR d.done > d.tick + r.within)
), lived AS (
    SELECT o.rule, o.cid, o.tick, o.pos, o.subject, o.done, o.due, s.until,
        CASE WHEN s.since > o.tick THEN s.since ELSE o.tick END AS since,
        CASE WHEN s.since > o.due THEN s.since ELSE o.due END AS late
    FROM owed o LEFT JOIN segment s ON s.cid = o.cid
    WHERE (s.cid IS NULL OR s.until IS NULL OR (s.until > o.tick AND s.until > s.since)) AND {guard:o,s}
), broken AS (
    SELECT rule, cid, late, due, subject, done, since, pos,
        row_number() OVER (PARTITION BY rule, cid, pos ORDER BY since) AS nth
    FROM lived
    WHERE (until IS NULL OR due < until) AND (done IS NULL OR done > late)
)
SELECT rule, cid, late AS at_tick, due, 0 AS part, subject, done AS remedied,
    CASE WHEN due < since THEN 1 ELSE 0 END AS short_notice, pos AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM broken WHERE nth = 1
