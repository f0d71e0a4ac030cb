-- The opening and each deed open a gap; the last is met by the window's end in time, unless `cancelled` is that end.
WITH told AS (
    SELECT rule, cid, 1 + deeds AS arose, spared, CASE WHEN end_tick IS NULL THEN 1 ELSE 0 END AS is_open,
        CASE WHEN coalesce(end_tick, {now}) - since > every THEN 0 ELSE 1 END AS in_time
    FROM frame WHERE every > 0
)
SELECT rule, cid, sum(arose) AS arose, sum(in_time * is_open) AS pending, sum(in_time * spared) AS lapsed
FROM told GROUP BY rule, cid
