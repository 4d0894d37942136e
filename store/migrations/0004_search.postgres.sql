-- One row for each published story, under the number that it is ordered by. It
-- holds terms of package search, not texts.
CREATE UNIQUE INDEX stories_ord ON stories (ord);
CREATE TABLE search (
    ord   BIGINT PRIMARY KEY,
    terms TSVECTOR NOT NULL
);
CREATE INDEX search_terms ON search USING gin (terms);
