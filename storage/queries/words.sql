-- Read by DuckReader.search: the cases that have every word, each in any of its texts; `personal` and `holding` say
-- which personal texts hold which word, for those are not in the database.
WITH forms AS (
    SELECT unnest($forms::VARCHAR[]) AS form, unnest($form_of::INTEGER[]) AS word
), texts AS (
    SELECT DISTINCT case_id, lower(case_id) AS text FROM entries
    UNION ALL
    SELECT case_id, lower(text) FROM fields
    WHERE text IS NOT NULL AND NOT starts_with(text, $digest) AND field IN (SELECT unnest($fields::VARCHAR[]))
    UNION ALL
    SELECT case_id, lower(part) FROM (
        SELECT case_id, unnest(list) AS part FROM fields
        WHERE list IS NOT NULL AND field IN (SELECT unnest($fields::VARCHAR[]))
    ) WHERE NOT starts_with(part, $digest)
    UNION ALL
    SELECT case_id, lower(value_text) FROM entries
    WHERE value_text IS NOT NULL AND NOT starts_with(value_text, $digest)
        AND event IN (SELECT unnest($steps::VARCHAR[]))
    UNION ALL
    SELECT case_id, lower(subject) FROM entries WHERE subject IS NOT NULL AND NOT starts_with(subject, $digest)
), hits AS (
    SELECT word, case_id FROM texts JOIN forms ON contains(text, form)
    UNION ALL
    SELECT unnest($holding::INTEGER[]), unnest($personal::VARCHAR[])
    UNION ALL
    SELECT p.word, e.case_id
    FROM (SELECT unnest($people::VARCHAR[]) AS actor, unnest($people_of::INTEGER[]) AS word) p
    JOIN entries e ON e.actor = p.actor
    UNION ALL
    SELECT p.word, e.case_id
    FROM (SELECT unnest($procedures::VARCHAR[]) AS procedure, unnest($procedures_of::INTEGER[]) AS word) p
    JOIN (SELECT DISTINCT case_id, procedure FROM entries) e ON e.procedure = p.procedure
)
SELECT case_id FROM hits GROUP BY case_id HAVING count(DISTINCT word) = $words
