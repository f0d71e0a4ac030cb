-- Read by storage/log_cases.py: the events of some cases of a log.
SELECT position, case_id, procedure, event, occurred_at, recorded_at, actor, role, subject, value, data, event_id
FROM log
WHERE case_id IN (SELECT unnest($case_ids::VARCHAR[]))
ORDER BY position
