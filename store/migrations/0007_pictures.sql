-- meta is JSON: the file, its description, focus and crops. replacement is the
-- picture that is shown instead, empty for none.
CREATE TABLE pictures (
    id          TEXT PRIMARY KEY,
    version     BIGINT NOT NULL,
    hash        TEXT NOT NULL,
    meta        TEXT NOT NULL,
    replacement TEXT NOT NULL,
    expires     BIGINT,
    created     BIGINT NOT NULL,
    author      TEXT NOT NULL,
    touched     BIGINT NOT NULL,
    touched_by  TEXT NOT NULL
);
CREATE INDEX pictures_created ON pictures (created, id);
CREATE INDEX pictures_hash ON pictures (hash);
CREATE INDEX pictures_expires ON pictures (expires) WHERE expires IS NOT NULL;
CREATE INDEX pictures_replacement ON pictures (replacement) WHERE replacement <> '';

-- The words of what is said of pictures, as headline_words are those of headlines.
CREATE TABLE picture_words (
    word    BYTEA NOT NULL,
    picture TEXT NOT NULL REFERENCES pictures (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (word, picture)
);
CREATE INDEX picture_words_picture ON picture_words (picture);

-- Which texts use a picture: live for those that readers have, and those still
-- being worked on.
CREATE TABLE picture_uses (
    picture TEXT NOT NULL REFERENCES pictures (id) DEFERRABLE INITIALLY DEFERRED,
    article TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    live    BOOLEAN NOT NULL,
    PRIMARY KEY (picture, article)
);
CREATE INDEX picture_uses_article ON picture_uses (article);

-- The lead picture, if it is the newsroom's own, and its alternative text.
ALTER TABLE stories ADD COLUMN picture TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN picture_alt TEXT NOT NULL DEFAULT '';
