-- pruned says how many of an article's snapshots are gone for good.
ALTER TABLE articles ADD COLUMN pruned BIGINT NOT NULL DEFAULT 0;
CREATE INDEX snapshots_at ON snapshots (at);
CREATE INDEX revisions_snapshot ON revisions (article, snapshot) WHERE snapshot > 0;
