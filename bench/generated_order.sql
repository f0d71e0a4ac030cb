-- Read by bench/generate.py: when every event of every case occurred and was recorded, in the order of the record.
CREATE OR REPLACE TABLE record AS
WITH laid AS (
    SELECT
        c.case_no,
        s.story_row,
        c.midnight + s.at_us + (hash(c.case_no * 4096 + s.n) % 40_000_000)::BIGINT AS occurred,
        CASE
            WHEN s.late_us IS NOT NULL AND (s.n > 0 OR c.midnight < $calm) THEN s.late_us
            ELSE 800_000 + (hash(s.n * 1_048_576 + c.case_no) % 60_000_000)::BIGINT
        END AS late
    FROM cases AS c
    JOIN stories AS s ON s.story = c.story
),

floored AS (
    SELECT
        case_no,
        story_row,
        occurred - occurred % $unit AS occurred,
        (occurred + late) - (occurred + late) % $unit AS recorded
    FROM laid
)

SELECT * FROM floored
ORDER BY recorded, case_no, story_row
