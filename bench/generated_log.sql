-- Read by bench/generate.py: the events in the order of the record, with the columns of a log.
SELECT
    c.case_id,
    c.procedure,
    s.event,
    make_timestamptz(r.occurred) AS occurred_at,
    make_timestamptz(r.recorded) AS recorded_at,
    CASE s.hand
        WHEN -2 THEN NULL
        WHEN -1 THEN 'owner-' || r.case_no
        ELSE 'staff-' || lpad((hash(r.case_no * 64 + s.hand) % 300)::VARCHAR, 3, '0')
    END AS actor,
    s.role,
    s.subject,
    s.value,
    CASE
        WHEN s.data IS NULL OR NOT contains(s.data, '@') THEN s.data
        ELSE replace(replace(replace(replace(
            s.data,
            '@n@', r.case_no::VARCHAR),
            '@id@', printf('tablet-%02d/%010x', r.case_no % 40, ((r.case_no * 4096 + coalesce(s.refers, 0)) * 1_540_483_477) & 1_099_511_627_775)),
            '@1@', coalesce(strftime(make_timestamptz(c.midnight + s.first_us), '%Y-%m-%dT%H:%M:%S+00:00'), '')),
            '@2@', coalesce(strftime(make_timestamptz(c.midnight + s.second_us), '%Y-%m-%dT%H:%M:%S+00:00'), ''))
    END AS data,
    printf('tablet-%02d/%010x', r.case_no % 40, ((r.case_no * 4096 + s.n) * 1_540_483_477) & 1_099_511_627_775) AS event_id
FROM record AS r
JOIN stories AS s ON s.story_row = r.story_row
JOIN cases AS c ON c.case_no = r.case_no
