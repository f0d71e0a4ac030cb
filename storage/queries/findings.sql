-- Read by DuckStore.findings: each finding in its latest state; a parameter that is null asks for all.
SELECT id, rule, case_id, broke_at, due_at, step, subject, remedied_at, short_notice, cause_seq, cause_day,
    state, noticed_at, by_seq, catalogue, ordinal
FROM findings
WHERE n IN (SELECT max(n) FROM findings GROUP BY id)
    AND ($state IS NULL OR state = $state)
    AND ($rule IS NULL OR rule = $rule)
    AND ($procedure IS NULL
        OR case_id IN (SELECT case_id FROM entries WHERE event = 'opened' AND procedure = $procedure))
    AND ($case_ids IS NULL OR case_id IN (SELECT unnest($case_ids::VARCHAR[])))
    AND ($since IS NULL OR coalesce(due_at, broke_at) >= $since)
    AND ($before IS NULL OR coalesce(due_at, broke_at) < $before)
    AND ($after IS NULL OR id > $after)
ORDER BY id
LIMIT $limit
