-- The record, applied by storage/migrate.py. Append-only; no keys and no indexes (a primary key makes the file 25 times
-- larger, and row groups carry the least and greatest seq anyway). Instants are microseconds since 1970 in UTC.

-- One row an entry of the chain: the columns that judging reads, and what is hashed beside them.
CREATE TABLE entries (
    seq BIGINT NOT NULL,
    case_id VARCHAR NOT NULL,
    procedure VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor VARCHAR,
    role VARCHAR,
    subject VARCHAR,
    value_number DOUBLE,            -- at most one of the three is set; lists and objects equal nothing
    value_text VARCHAR,
    value_boolean BOOLEAN,
    event_id VARCHAR,
    event_key UBIGINT,              -- 64 bits of a digest of event_id, null where that is
    payload BLOB NOT NULL,          -- RFC 8785 JSON
    hash BLOB NOT NULL              -- SHA-256(hash before || payload)
);

-- One row a key of an entry's data: fields, a retraction's event_id, an act's particulars.
CREATE TABLE fields (
    seq BIGINT NOT NULL,
    case_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    type VARCHAR NOT NULL,          -- number, text, boolean, list, object; unset where it was given as null
    number DOUBLE,
    text VARCHAR,
    boolean BOOLEAN,
    list VARCHAR[]                  -- its entries that are text, in order
);

-- Below, the row with the greatest n is the newest of its id, case or key.
CREATE TABLE findings (
    n BIGINT NOT NULL,
    id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    broke_at BIGINT NOT NULL,
    due_at BIGINT,
    step VARCHAR NOT NULL,
    subject VARCHAR,
    remedied_at BIGINT,
    short_notice BOOLEAN NOT NULL,
    cause_seq BIGINT,               -- at most one of the two is set
    cause_day VARCHAR,
    state VARCHAR NOT NULL,
    noticed_at BIGINT NOT NULL,
    by_seq BIGINT,
    catalogue VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL
);
CREATE TABLE watched (n BIGINT NOT NULL, case_id VARCHAR NOT NULL, watched BOOLEAN NOT NULL);
CREATE TABLE judged (n BIGINT NOT NULL, seq BIGINT NOT NULL, until BIGINT NOT NULL);
CREATE TABLE register (n BIGINT NOT NULL, kind VARCHAR NOT NULL, key VARCHAR NOT NULL, document VARCHAR);

CREATE TABLE texts (digest VARCHAR NOT NULL, text VARCHAR NOT NULL);
