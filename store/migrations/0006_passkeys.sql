-- data is what package auth keeps of a credential, and of a challenge that is
-- waiting for its answer.
CREATE TABLE passkeys (
    id      BYTEA PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id),
    device  TEXT NOT NULL,
    data    TEXT NOT NULL,
    created BIGINT NOT NULL,
    used    BIGINT
);
CREATE INDEX passkeys_person ON passkeys (person);

CREATE TABLE challenges (
    hash  BYTEA PRIMARY KEY,
    data  TEXT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX challenges_until ON challenges (until);
