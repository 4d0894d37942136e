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

CREATE FUNCTION log_stays() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'the log is never changed'; END$$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION log_stays();
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION log_stays();

ALTER TABLE tokens ADD COLUMN owner TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE tokens ADD COLUMN used BIGINT;
ALTER TABLE tokens ADD COLUMN revoked BIGINT;
