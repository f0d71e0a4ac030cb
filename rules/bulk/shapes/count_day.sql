-- The local days of a window, up to that of its end; of an open window today is one more.
WITH asked AS (
    SELECT f.rule, f.cid, f.nth, f.tick AS open_tick, f.pos AS open_pos, m.tick, m.next_tick, f.stopped_tick,
        CASE WHEN m.next_tick > coalesce(f.end_tick, {now}) THEN 1 ELSE 0 END AS is_today
    FROM frame f
    JOIN midnight m ON m.next_tick > f.tick
        AND (m.next_tick <= coalesce(f.end_tick, {now}) OR (f.end_tick IS NULL AND m.tick <= {now}))
    WHERE f.every = 0
), done AS (
    SELECT DISTINCT a.rule, a.cid, a.nth, a.tick
    FROM asked a JOIN stretch t ON t.rule = a.rule AND t.cid = a.cid AND t.nth = a.nth AND t.does = 1 AND t.ends = 0
        AND (t.tick > a.open_tick OR (t.tick = a.open_tick AND t.pos > a.open_pos))
        AND t.tick >= a.tick AND t.tick < a.next_tick
), told AS (
    SELECT a.rule, a.cid, a.is_today, CASE WHEN d.cid IS NULL THEN 1 ELSE 0 END AS undone,
        CASE WHEN a.stopped_tick <= a.next_tick THEN 1 ELSE 0 END AS spared
    FROM asked a LEFT JOIN done d ON d.rule = a.rule AND d.cid = a.cid AND d.nth = a.nth AND d.tick = a.tick
)
SELECT rule, cid, count(*) AS arose, sum(undone * is_today) AS pending, sum(undone * spared) AS lapsed
FROM told GROUP BY rule, cid
