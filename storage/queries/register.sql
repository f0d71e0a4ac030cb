-- Read by DuckStore.register: the newest document of each key; deleted keys are left out.
SELECT key, document FROM register
WHERE n IN (SELECT max(n) FROM register WHERE kind = $kind GROUP BY key) AND document IS NOT NULL
ORDER BY key
