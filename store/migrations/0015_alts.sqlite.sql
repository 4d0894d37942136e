-- The languages that pictures have alternative text in.
CREATE TABLE picture_alts (
    picture TEXT NOT NULL REFERENCES pictures (id) DEFERRABLE INITIALLY DEFERRED,
    lang    TEXT NOT NULL,
    PRIMARY KEY (picture, lang)
);
INSERT INTO picture_alts (picture, lang)
    SELECT p.id, w.key FROM pictures p, json_each(p.meta, '$.words') w WHERE coalesce(json_extract(w.value, '$.alt'), '') <> '';
