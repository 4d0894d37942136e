-- Whether an article waits for the other languages of its story.
ALTER TABLE articles ADD COLUMN gate BOOLEAN NOT NULL DEFAULT FALSE;
