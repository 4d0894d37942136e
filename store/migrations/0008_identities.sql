-- The account at a provider of OpenID Connect by which a person signs in. One
-- that the person has ended stays, so that no e-mail address binds it anew.
CREATE TABLE identities (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    person  TEXT NOT NULL REFERENCES people (id),
    email   TEXT NOT NULL,
    created BIGINT NOT NULL,
    used    BIGINT,
    ended   BIGINT,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX identities_person ON identities (person, issuer);

-- What was asked for one purpose answers no other. Those that are waiting live for
-- minutes only.
DELETE FROM challenges;
ALTER TABLE challenges ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
