-- Times are Unix milliseconds, days are yyyymmdd, lists and objects are JSON.

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE editions (
    lang     TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    name     TEXT NOT NULL,
    about    TEXT NOT NULL
);

CREATE TABLE terms (
    kind     TEXT NOT NULL,
    key      TEXT NOT NULL,
    topic    TEXT NOT NULL,
    parent   TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE term_names (
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    lang TEXT NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    PRIMARY KEY (kind, key, lang),
    UNIQUE (kind, lang, slug)
);

CREATE TABLE articles (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    lang        TEXT NOT NULL,
    grp         TEXT NOT NULL,
    version     BIGINT NOT NULL,
    live        TEXT NOT NULL,
    work        TEXT NOT NULL,
    revision    BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    first_live  BIGINT,
    published   BIGINT,
    updated     BIGINT,
    scheduled   BIGINT,
    asked       BIGINT,
    path        TEXT NOT NULL,
    wants       TEXT NOT NULL,
    corrections TEXT NOT NULL,
    withdrawal  TEXT NOT NULL,
    import_hash TEXT NOT NULL,
    hand_edited BOOLEAN NOT NULL,
    event       BIGINT NOT NULL
);
CREATE INDEX articles_wants ON articles (wants);
CREATE INDEX articles_scheduled ON articles (scheduled) WHERE scheduled IS NOT NULL;

-- What belongs to a new article may be written before its row: hence DEFERRED.
-- number: 1, 2 … as published, 0 what is being written, -1 what is scheduled.
CREATE TABLE revisions (
    article TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    number  BIGINT NOT NULL,
    meta    TEXT NOT NULL,
    body    BYTEA NOT NULL,
    schema  BIGINT NOT NULL,
    hash    BYTEA NOT NULL,
    prev    BYTEA NOT NULL,
    author  TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (article, number)
);

-- What readers may see: one row for each published article.
CREATE TABLE stories (
    article     TEXT PRIMARY KEY REFERENCES articles (id),
    kind        TEXT NOT NULL,
    lang        TEXT NOT NULL,
    grp         TEXT NOT NULL,
    path        TEXT NOT NULL,
    section     TEXT NOT NULL,
    headline    TEXT NOT NULL,
    standfirst  TEXT NOT NULL,
    kicker      TEXT NOT NULL,
    genre       TEXT NOT NULL,
    bylines     TEXT NOT NULL,
    corrections TEXT NOT NULL,
    day         BIGINT NOT NULL,
    published   BIGINT NOT NULL,
    ord         BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    stamp       BIGINT NOT NULL,
    revision    BIGINT NOT NULL
);
CREATE INDEX stories_edition ON stories (lang, kind, published, ord);
CREATE INDEX stories_all ON stories (kind, published, ord);
CREATE INDEX stories_day ON stories (lang, kind, day);
CREATE INDEX stories_group ON stories (grp);

CREATE TABLE story_terms (
    kind      TEXT NOT NULL,
    key       TEXT NOT NULL,
    lang      TEXT NOT NULL,
    published BIGINT NOT NULL,
    ord       BIGINT NOT NULL,
    article   TEXT NOT NULL REFERENCES stories (article) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (kind, key, lang, published, ord, article)
);
CREATE INDEX story_terms_article ON story_terms (article, kind);
CREATE INDEX story_terms_edition ON story_terms (lang, kind, key);

-- Every address there ever was: of an article, or sent on to a target.
CREATE TABLE addresses (
    path    TEXT PRIMARY KEY,
    article TEXT REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    target  TEXT
);
CREATE INDEX addresses_target ON addresses (target) WHERE target IS NOT NULL;
CREATE INDEX addresses_article ON addresses (article) WHERE article IS NOT NULL;

CREATE TABLE events (
    n        BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    origin   TEXT NOT NULL,
    actor    TEXT NOT NULL,
    article  TEXT NOT NULL,
    note     TEXT NOT NULL,
    was      TEXT NOT NULL,
    is_now   TEXT NOT NULL,
    siblings TEXT NOT NULL
);
CREATE INDEX events_article ON events (article);

-- One row: a sequence would let numbers become visible out of order.
CREATE TABLE counter (n BIGINT NOT NULL);
INSERT INTO counter (n) VALUES (0);

CREATE TABLE tokens (
    id      TEXT PRIMARY KEY,
    hash    BYTEA NOT NULL UNIQUE,
    name    TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    created BIGINT NOT NULL
);
