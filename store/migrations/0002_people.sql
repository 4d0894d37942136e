-- email_key is the address without regard to case. password is empty and code
-- NULL where there is none. code_step is the last step of time whose code was used.
CREATE TABLE people (
    id        TEXT PRIMARY KEY,
    email     TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    role      TEXT NOT NULL,
    langs     TEXT NOT NULL,
    sections  TEXT NOT NULL,
    desk      TEXT NOT NULL,
    zone      TEXT NOT NULL,
    created   BIGINT NOT NULL,
    disabled  BIGINT,
    password  TEXT NOT NULL,
    code      BYTEA,
    code_step BIGINT NOT NULL
);

CREATE TABLE sessions (
    id      TEXT PRIMARY KEY,
    hash    BYTEA NOT NULL UNIQUE,
    person  TEXT NOT NULL REFERENCES people (id),
    created BIGINT NOT NULL,
    used    BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    device  TEXT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_until ON sessions (until);

CREATE TABLE links (
    hash    BYTEA PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id),
    purpose TEXT NOT NULL,
    until   BIGINT NOT NULL
);
CREATE INDEX links_person ON links (person, purpose);
CREATE INDEX links_until ON links (until);
