-- Read by storage/log_cases.py: the rows of a log that belong to some procedures.
CREATE OR REPLACE TABLE log_kept AS
SELECT * FROM log WHERE procedure IN (SELECT unnest($procedures::VARCHAR[]))
