-- Read by DuckStore.watched: the cases whose newest row says that they are watched.
SELECT case_id FROM watched
WHERE n IN (SELECT max(n) FROM watched GROUP BY case_id) AND watched
ORDER BY case_id
