-- When the words of a text were taken out of the newsroom; NULL for not.
ALTER TABLE revisions ADD COLUMN erased BIGINT;
ALTER TABLE snapshots ADD COLUMN erased BIGINT;
