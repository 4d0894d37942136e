-- What pictures look like, to find those that look the same: each picture four
-- times, under sixteen bits of its print and where they stand. printed is whether
-- somebody has looked; what is too plain has no print.
ALTER TABLE pictures ADD COLUMN printed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX pictures_unprinted ON pictures (id) WHERE NOT printed;
CREATE TABLE picture_prints (
    band    BIGINT NOT NULL,
    picture TEXT NOT NULL REFERENCES pictures (id) DEFERRABLE INITIALLY DEFERRED,
    print   BYTEA NOT NULL,
    PRIMARY KEY (band, picture)
);
CREATE INDEX picture_prints_picture ON picture_prints (picture);
