-- Read by storage/record_log.py: which texts each case goes by, from the payload of the entry that opened it.
CREATE OR REPLACE TEMP TABLE log_case AS
SELECT case_id, procedure || ' ' || catalogue AS key, procedure, catalogue
FROM (
    SELECT case_id, json_extract_string(packs, '$.procedure') AS procedure,
        json_extract_string(packs, '$.catalogue') AS catalogue
    FROM (
        SELECT case_id, json_extract(decode(payload), '$.packs') AS packs
        FROM entries
        WHERE event = 'opened' AND ($up_to::BIGINT IS NULL OR seq <= $up_to)
    )
)
