-- Made instead of segment.sql where no rule reads a field: only `cancelled` ends anything.
SELECT cid, CAST(-4000000000000000000 AS BIGINT) AS since, tick AS until, CAST(0 AS BIGINT) AS g0 FROM stopped
