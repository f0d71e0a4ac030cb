-- Made once: the versions of the fields by instants: what stands from `since` up to, not including, `until`; amendments
-- at one instant make one cut, and `cancelled` ends the last (which may be empty, and then breaks nothing).
WITH told AS (
    SELECT v.*, lead(tick) OVER (PARTITION BY cid ORDER BY tick, pos) AS next_tick FROM version v
)
SELECT t.cid, {columns},
    t.tick AS since,
    coalesce(t.next_tick, s.tick) AS until
FROM told t LEFT JOIN stopped s ON s.cid = t.cid
WHERE t.next_tick IS NULL OR t.next_tick > t.tick
