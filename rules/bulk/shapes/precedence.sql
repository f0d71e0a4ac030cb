-- Part 0 is the gate, part -1 what must have been for the rule to apply, part n the nth that must come before the gate.
WITH passed AS (
    SELECT g.rule, g.cid, g.tick, g.pos, g.part, r.given,
        count(CASE WHEN g.part = -1 THEN 1 END) OVER (
            PARTITION BY g.rule, g.cid ORDER BY g.tick, g.pos, g.part DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS given_before
    FROM got g JOIN precedence r ON r.rule = g.rule WHERE g.part < 1
), gate AS (
    SELECT p.rule, p.cid, p.tick, p.pos, n.part, 1 AS is_gate
    FROM passed p JOIN precedence_part n ON n.rule = p.rule
    WHERE p.part = 0 AND (p.given = 0 OR p.given_before > 0)
    UNION ALL
    SELECT g.rule, g.cid, g.tick, g.pos, g.part, 0
    FROM got g JOIN precedence r ON r.rule = g.rule WHERE g.part > 0
), told AS (
    SELECT rule, cid, part, tick, pos, is_gate,
        min(CASE WHEN is_gate = 0 THEN tick END) OVER (
            PARTITION BY rule, part, cid ORDER BY tick, pos, is_gate DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before,
        min(CASE WHEN is_gate = 0 THEN tick END) OVER (
            PARTITION BY rule, part, cid ORDER BY tick DESC, pos DESC, is_gate DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS remedied
    FROM gate
)
SELECT t.rule, t.cid, t.tick AS at_tick, CAST(NULL AS BIGINT) AS due, t.part,
    CAST(NULL AS VARCHAR(1)) AS subject, t.remedied, 0 AS short_notice, t.pos AS cause, CAST(NULL AS BIGINT) AS cause_day
FROM told t JOIN precedence r ON r.rule = t.rule LEFT JOIN point v ON v.cid = t.cid AND {at:t.,v}
WHERE t.is_gate = 1 AND (t.before IS NULL OR t.before > t.tick - r.ahead) AND {guard:r,v}
