-- What matters and is no event of an article or of the site. Nothing is changed in
-- the log or removed from it. The address that somebody came from is apart, because
-- it is forgotten.
CREATE TABLE audit (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    subject TEXT NOT NULL,
    note    TEXT NOT NULL,
    changes TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_kind ON audit (kind, actor, at);
CREATE INDEX events_at ON events (at, n);

CREATE TABLE audit_addresses (
    entry   TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX audit_addresses_at ON audit_addresses (at);

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;

ALTER TABLE tokens ADD COLUMN owner TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE tokens ADD COLUMN used BIGINT;
ALTER TABLE tokens ADD COLUMN revoked BIGINT;
