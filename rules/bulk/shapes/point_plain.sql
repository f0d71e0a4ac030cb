-- Made instead of point.sql where no rule reads a field.
SELECT cid, tick, pos, tick AS to_tick, pos AS to_pos, CAST(0 AS BIGINT) AS g0 FROM stopped WHERE 1 = 0
