-- One row for each published story, under the number that it is ordered by. It
-- holds terms of package search, not texts.
CREATE UNIQUE INDEX stories_ord ON stories (ord);
CREATE VIRTUAL TABLE search USING fts5 (edition, headline, standfirst, topics, body,
    content = '', contentless_delete = 1, tokenize = 'ascii');
