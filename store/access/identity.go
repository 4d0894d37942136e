package access

import (
	"context"
	"time"

	"stet"
	"stet/store/audit"
	"stet/store/engine"
)

// Identity is the account at a provider of OpenID Connect by which a person
// signs in. The provider knows it by its issuer and subject; the address is what
// the provider said when the two were bound, and decides nothing afterwards.
type Identity struct {
	Issuer, Subject string
	Person          string
	Email           string // may be empty
	Created         time.Time
	Used            time.Time // zero for never
	Ended           time.Time // since when it lets nobody in; zero while it does
}

// maxSubject is the longest subject the standard allows.
const maxSubject = 255

const identityColumns = `issuer, subject, person, email, created, used, ended`

func oneIdentity(ctx context.Context, on engine.Querier, query string, args ...any) (Identity, error) {
	var i Identity
	err := engine.Row(ctx, on, query, args...).Scan(&i.Issuer, &i.Subject, &i.Person, &i.Email, engine.When(&i.Created), engine.When(&i.Used), engine.When(&i.Ended))
	if engine.NoRows(err) {
		return i, stet.Errorf(stet.NotFound, "", "nobody is bound to this account")
	}
	return i, err
}

// Identity returns whom a provider's account is bound to, or was; an Error of
// kind NotFound if nobody ever.
func (g *Gate) Identity(ctx context.Context, issuer, subject string) (Identity, error) {
	return oneIdentity(ctx, g.engine, `SELECT `+identityColumns+` FROM identities WHERE issuer = $1 AND subject = $2`, issuer, subject)
}

// IdentityOf returns what a person has, or had, at a provider; an Error of kind
// NotFound if nothing ever.
func (g *Gate) IdentityOf(ctx context.Context, person, issuer string) (Identity, error) {
	return oneIdentity(ctx, g.engine, `SELECT `+identityColumns+` FROM identities WHERE person = $1 AND issuer = $2`, person, issuer)
}

// BindIdentity binds a provider's account to a person. An Error of kind Conflict
// means that the account is another person's, or that the person has, or had,
// another one; the latter is replaced where it is anew.
func (g *Gate) BindIdentity(ctx context.Context, i Identity, anew bool) error {
	if i.Subject == "" || len(i.Subject) > maxSubject {
		return stet.Errorf(stet.Invalid, "", "the provider's name for an account must have 1–%d bytes", maxSubject)
	}
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		if anew {
			if _, err := t.Exec(ctx, `DELETE FROM identities WHERE person = $1 AND issuer = $2`, i.Person, i.Issuer); err != nil {
				return err
			}
		}
		n, err := t.Exec(ctx, `INSERT INTO identities (issuer, subject, person, email, created) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			i.Issuer, i.Subject, i.Person, i.Email, i.Created.UnixMilli())
		if err == nil && n == 0 {
			err = stet.Errorf(stet.Conflict, "", "this account is somebody else's here already")
		}
		if err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.ProviderBound, At: i.Created, Actor: i.Person, Subject: i.Person, Note: i.Issuer})
	})
}

// UseIdentity notes that somebody came in by it.
func (g *Gate) UseIdentity(ctx context.Context, issuer, subject string, at time.Time) error {
	return g.engine.Exec(ctx, `UPDATE identities SET used = $1 WHERE issuer = $2 AND subject = $3`, at.UnixMilli(), issuer, subject)
}

// EndIdentity takes a provider's account from a person, and signs them out
// everywhere but in one session.
func (g *Gate) EndIdentity(ctx context.Context, person, issuer, but string, at time.Time) error {
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `UPDATE identities SET ended = $1 WHERE person = $2 AND issuer = $3 AND ended IS NULL`, at.UnixMilli(), person, issuer)
		if err != nil {
			return err
		}
		if n == 0 {
			return stet.Errorf(stet.NotFound, "", "you are not connected with this provider")
		}
		if err := audit.Add(ctx, t, audit.Entry{Kind: audit.ProviderEnded, At: at, Actor: person, Subject: person, Note: issuer}); err != nil {
			return err
		}
		return endSessions(ctx, t, person, but)
	})
}
