-- A picture in one of its shapes, as its renditions are addressed by a key made
-- of their content. meta is JSON and says all that they are made of. Those that
-- are not current belong to what the picture was, and their addresses go on working.
CREATE TABLE frames (
    key     TEXT NOT NULL,
    picture TEXT NOT NULL REFERENCES pictures (id) DEFERRABLE INITIALLY DEFERRED,
    current BOOLEAN NOT NULL,
    meta    TEXT NOT NULL,
    PRIMARY KEY (key, picture)
);
CREATE INDEX frames_picture ON frames (picture);

-- state is wanted, made or failed. Of those that are wanted the lowest rank comes
-- first, 0 for what a reader has asked for. Nobody touches one before it is due:
-- whoever makes it (holder) moves that on as long as he lives.
CREATE TABLE renditions (
    frame  TEXT NOT NULL,
    width  BIGINT NOT NULL,
    format TEXT NOT NULL,
    state  TEXT NOT NULL,
    rank   BIGINT NOT NULL,
    since  BIGINT NOT NULL,
    due    BIGINT NOT NULL,
    holder TEXT NOT NULL,
    tries  BIGINT NOT NULL,
    bytes  BIGINT NOT NULL,
    error  TEXT NOT NULL,
    PRIMARY KEY (frame, width, format)
);
CREATE INDEX renditions_wanted ON renditions (rank, since, width) WHERE state = 'wanted';
CREATE INDEX renditions_held ON renditions (holder) WHERE holder <> '';
