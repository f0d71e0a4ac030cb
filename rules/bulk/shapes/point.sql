-- Made once: the versions of the fields by the order of events: in force from (tick, pos) until before (to_tick, to_pos).
SELECT cid, {columns},
    tick, pos,
    lead(tick) OVER (PARTITION BY cid ORDER BY tick, pos) AS to_tick,
    lead(pos) OVER (PARTITION BY cid ORDER BY tick, pos) AS to_pos
FROM version
