-- What editors decided about the fronts of editions and, with a section, of
-- sections in them. pins are those of all slots after the change.
CREATE TABLE front_changes (
    lang    TEXT NOT NULL,
    section TEXT NOT NULL,
    number  BIGINT NOT NULL,
    event   BIGINT NOT NULL REFERENCES events (n) DEFERRABLE INITIALLY DEFERRED,
    pins    TEXT NOT NULL,
    PRIMARY KEY (lang, section, number)
);

-- The pins of the last change: a slot without a row is automatic.
CREATE TABLE front_pins (
    lang    TEXT NOT NULL,
    section TEXT NOT NULL,
    slot    BIGINT NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id),
    until   BIGINT,
    PRIMARY KEY (lang, section, slot)
);
CREATE INDEX front_pins_until ON front_pins (until) WHERE until IS NOT NULL;

-- Who has what open, in which window and where: an article or a front. What it
-- held is out of date within a minute.
DROP TABLE presence;
CREATE TABLE presence (
    place  TEXT NOT NULL,
    tab    TEXT NOT NULL,
    person TEXT NOT NULL,
    block  TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (place, tab)
);
