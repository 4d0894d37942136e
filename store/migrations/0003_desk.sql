-- What lists of the desk show of an article stands in its row. section is that
-- of the text that one goes on from, the others those of the texts that are
-- scheduled and live. seq is the number of its first event: a short name for it.
ALTER TABLE articles ADD COLUMN embargo BIGINT;
ALTER TABLE articles ADD COLUMN expires BIGINT;
ALTER TABLE articles ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN touched_by TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN submitter TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN snapshots BIGINT NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN headline TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN section TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN section_next TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN section_live TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN words BIGINT NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX articles_seq ON articles (seq);
CREATE INDEX articles_expires ON articles (expires) WHERE expires IS NOT NULL;
CREATE INDEX articles_touched ON articles (touched, id);
CREATE INDEX articles_published ON articles (published, id);
CREATE INDEX articles_work ON articles (work, touched, id);
CREATE INDEX articles_withdrawn ON articles (touched, id) WHERE live = 'withdrawn';
CREATE INDEX articles_section ON articles (lang, section, touched, id);
CREATE INDEX articles_author ON articles (author, touched, id);
CREATE INDEX articles_assignee ON articles (assignee, touched, id);

-- The words of headlines as they are searched, in UTF-8: the engines agree on
-- the order of bytes.
CREATE TABLE headline_words (
    word BYTEA NOT NULL,
    seq  BIGINT NOT NULL,
    PRIMARY KEY (word, seq)
);
CREATE INDEX headline_words_seq ON headline_words (seq);

-- How many articles there are of a kind that boards tell apart.
CREATE TABLE board_counts (
    live         TEXT NOT NULL,
    work         TEXT NOT NULL,
    lang         TEXT NOT NULL,
    section      TEXT NOT NULL,
    section_next TEXT NOT NULL,
    section_live TEXT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (live, work, lang, section, section_next, section_live)
);

-- writers have saved since begun. snapshot is the number of the one that has
-- the same text, 0 for none.
ALTER TABLE revisions ADD COLUMN begun BIGINT NOT NULL DEFAULT 0;
ALTER TABLE revisions ADD COLUMN writers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE revisions ADD COLUMN snapshot BIGINT NOT NULL DEFAULT 0;

-- Texts as they were on the way, beside the chain of what was published.
CREATE TABLE snapshots (
    article TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    number  BIGINT NOT NULL,
    meta    TEXT NOT NULL,
    body    BYTEA NOT NULL,
    schema  BIGINT NOT NULL,
    author  TEXT NOT NULL,
    writers TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (article, number)
);

-- ref names the text that an event is about, recipient whom it handed it to.
ALTER TABLE events ADD COLUMN ref TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN recipient TEXT NOT NULL DEFAULT '';

CREATE TABLE inbox (
    person  TEXT NOT NULL,
    n       BIGINT NOT NULL REFERENCES events (n) DEFERRABLE INITIALLY DEFERRED,
    article TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    seen    BIGINT,
    PRIMARY KEY (person, n)
);
CREATE INDEX inbox_unseen ON inbox (person) WHERE seen IS NULL;

-- Who has an article open, in which window and at which block.
CREATE TABLE presence (
    article TEXT NOT NULL REFERENCES articles (id),
    tab     TEXT NOT NULL,
    person  TEXT NOT NULL,
    block   TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (article, tab)
);

CREATE TABLE preview_links (
    id      TEXT PRIMARY KEY,
    hash    BYTEA NOT NULL UNIQUE,
    article TEXT NOT NULL REFERENCES articles (id),
    person  TEXT NOT NULL,
    created BIGINT NOT NULL,
    until   BIGINT NOT NULL
);
CREATE INDEX preview_links_article ON preview_links (article);
CREATE INDEX preview_links_until ON preview_links (until);

-- What is known of articles from before. Headlines and words follow in Go.
UPDATE articles SET touched = created;
UPDATE articles SET touched = (SELECT e.at FROM events e WHERE e.n = articles.event), touched_by = (SELECT e.actor FROM events e WHERE e.n = articles.event)
    WHERE EXISTS (SELECT 1 FROM events e WHERE e.n = articles.event);
UPDATE articles SET author = (SELECT min(e.actor) FROM events e WHERE e.article = articles.id AND e.kind = 'created')
    WHERE EXISTS (SELECT 1 FROM events e WHERE e.article = articles.id AND e.kind = 'created');
UPDATE articles SET seq = (SELECT min(e.n) FROM events e WHERE e.article = articles.id)
    WHERE EXISTS (SELECT 1 FROM events e WHERE e.article = articles.id);
UPDATE revisions SET begun = at;
UPDATE events SET ref = 'r1' WHERE n IN (SELECT min(n) FROM events WHERE kind = 'published' GROUP BY article);
