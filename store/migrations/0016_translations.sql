-- Which state of a unit of an original a state of a translation's unit was made
-- from, each by its print. was is what the original said; empty once it is erased.
CREATE TABLE made (
    article  TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    unit     TEXT NOT NULL,
    target   TEXT NOT NULL,
    source   TEXT NOT NULL,
    original TEXT NOT NULL,
    was      TEXT NOT NULL,
    person   TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (article, unit, target)
);
CREATE INDEX made_original ON made (original);

-- Translations whose original readers have another text of since, until
-- somebody has looked.
CREATE TABLE overtaken (
    article  TEXT PRIMARY KEY REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    original TEXT NOT NULL,
    event    BIGINT NOT NULL,
    since    BIGINT NOT NULL
);
CREATE INDEX overtaken_since ON overtaken (since);
CREATE INDEX articles_group ON articles (grp);
