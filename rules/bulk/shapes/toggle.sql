-- Made where a recurrence may open and end by one event: such an event ends the window if one is open, else it opens one.
WITH numbered AS (
    SELECT rule, cid, tick, pos, opens, does, ends,
        row_number() OVER (PARTITION BY rule, cid ORDER BY tick, pos) AS nth,
        count(CASE WHEN opens = 1 AND ends = 1 THEN 1 END) OVER (
            PARTITION BY rule, cid ORDER BY tick, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS both_before
    FROM moment
), stood AS (
    SELECT rule, cid, tick, pos, opens, does, ends, both_before,
        max(CASE WHEN opens <> ends THEN 2 * nth + opens END) OVER (
            PARTITION BY rule, cid ORDER BY tick, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest,
        max(CASE WHEN opens <> ends THEN both_before END) OVER (
            PARTITION BY rule, cid ORDER BY tick, pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS both_at_latest
    FROM numbered
), turned AS (
    SELECT rule, cid, tick, pos, opens, does, ends,
        mod(coalesce(latest, 0) + both_before - coalesce(both_at_latest, 0), 2) AS is_open
    FROM stood
)
SELECT rule, cid, tick, pos,
    CASE WHEN ends = 1 AND is_open = 1 THEN 0 ELSE opens END AS opens,
    does,
    CASE WHEN opens = 1 AND is_open = 0 THEN 0 ELSE ends END AS ends
FROM turned
