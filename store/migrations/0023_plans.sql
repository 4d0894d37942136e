-- What is going to happen and is meant to be covered.
CREATE TABLE plans (
    id      TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    title   TEXT NOT NULL,
    place   TEXT NOT NULL,
    note    TEXT NOT NULL,
    section TEXT NOT NULL,
    langs   TEXT NOT NULL,
    people  TEXT NOT NULL,
    begins  BIGINT NOT NULL,
    ends    BIGINT,
    all_day BOOLEAN NOT NULL,
    touched BIGINT NOT NULL
);
CREATE INDEX plans_begins ON plans (begins);

CREATE TABLE plan_stories (
    plan    TEXT NOT NULL REFERENCES plans (id) DEFERRABLE INITIALLY DEFERRED,
    article TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (plan, article)
);

-- The secret addresses at which people's calendars fetch this one.
CREATE TABLE feeds (
    person TEXT PRIMARY KEY REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    hash   BYTEA NOT NULL UNIQUE,
    made   BIGINT NOT NULL
);

-- When an article's text is due.
ALTER TABLE articles ADD COLUMN deadline BIGINT;
CREATE INDEX articles_deadline ON articles (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX articles_embargo ON articles (embargo) WHERE embargo IS NOT NULL;
