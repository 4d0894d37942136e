CREATE TABLE breaking (
    lang   TEXT PRIMARY KEY,
    line   TEXT NOT NULL,
    path   TEXT NOT NULL,
    since  BIGINT NOT NULL,
    until  BIGINT NOT NULL,
    event  BIGINT NOT NULL
);
