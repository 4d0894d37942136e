-- merged is the key of the term that this one was merged into: texts that name
-- it mean that one. version counts changes; edited says that people made one.
-- card is JSON and tells of an author, picture is the author's.
ALTER TABLE terms ADD COLUMN merged TEXT NOT NULL DEFAULT '';
ALTER TABLE terms ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE terms ADD COLUMN edited BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE terms ADD COLUMN card TEXT NOT NULL DEFAULT '{}';
ALTER TABLE terms ADD COLUMN picture TEXT NOT NULL DEFAULT '';
ALTER TABLE term_names ADD COLUMN about TEXT NOT NULL DEFAULT '';
CREATE INDEX terms_merged ON terms (kind, merged) WHERE merged <> '';
CREATE INDEX terms_picture ON terms (picture) WHERE picture <> '';
