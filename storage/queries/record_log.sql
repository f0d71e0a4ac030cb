-- Read by storage/record_log.py: the entries as the log that the bulk judge reads. Only three words have data that it
-- looks at; the payload of the others is not touched.
CREATE OR REPLACE TEMP TABLE log AS
SELECT
    e.seq AS position, e.case_id, c.key AS procedure, e.event, e.occurred_at, e.recorded_at, e.actor, e.role, e.subject,
    CASE
        WHEN e.value_number IS NOT NULL THEN CAST(to_json(e.value_number) AS VARCHAR)
        WHEN e.value_text IS NOT NULL THEN CAST(to_json(e.value_text) AS VARCHAR)
        WHEN e.value_boolean IS NOT NULL THEN CAST(to_json(e.value_boolean) AS VARCHAR)
    END AS value,
    CASE
        WHEN e.event IN ('opened', 'amended', 'retracted')
        THEN nullif(CAST(json_extract(decode(e.payload), '$.data') AS VARCHAR), 'null')
    END AS data,
    e.event_id
FROM entries e
JOIN log_case c ON c.case_id = e.case_id
WHERE $up_to::BIGINT IS NULL OR e.seq <= $up_to
