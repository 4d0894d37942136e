-- What names and terms of one language are called in another.
CREATE TABLE glossary (
    source      TEXT NOT NULL,
    target      TEXT NOT NULL,
    term        TEXT NOT NULL,
    translation TEXT NOT NULL,
    note        TEXT NOT NULL,
    person      TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (source, target, term)
);
