package access

import (
	"context"
	"database/sql"
	"time"

	"stet"
	"stet/store/audit"
	"stet/store/engine"
)

// Credentials are what a person signs in with, as package auth keeps it.
type Credentials struct {
	Password string // a slow hash; empty for none
	Code     []byte // the secret shared with an authenticator; nil for none
	Step     int64  // the last step of time whose code was used
}

// Credentials returns a person's; nothing for somebody who is not known.
func (g *Gate) Credentials(ctx context.Context, person string) (c Credentials, err error) {
	err = engine.Row(ctx, g.engine, `SELECT password, code, code_step FROM people WHERE id = $1`, person).Scan(&c.Password, &c.Code, &c.Step)
	if engine.NoRows(err) {
		err = nil
	}
	return c, err
}

// SetPassword gives a person another password, and signs them out everywhere
// but in one session.
func (g *Gate) SetPassword(ctx context.Context, person, hash, but string, at time.Time) error {
	return g.setCredential(ctx, audit.Entry{Kind: audit.PasswordSet, At: at}, person, but, `UPDATE people SET password = $1 WHERE id = $2`, hash, person)
}

// RenewPassword keeps the same password by another hash, unless it has been
// changed meanwhile.
func (g *Gate) RenewPassword(ctx context.Context, person, was, hash string) error {
	return g.engine.Exec(ctx, `UPDATE people SET password = $1 WHERE id = $2 AND password = $3`, hash, person, was)
}

// SetCode gives a person an authenticator whose code of a step was just used,
// or takes it with a nil secret, and signs them out everywhere but in one
// session.
func (g *Gate) SetCode(ctx context.Context, person string, secret []byte, step int64, but string, at time.Time) error {
	e := audit.Entry{Kind: audit.CodeSet, At: at}
	if secret == nil {
		e.Kind = audit.CodeRemoved
	}
	code := sql.Null[[]byte]{V: secret, Valid: secret != nil}
	return g.setCredential(ctx, e, person, but, `UPDATE people SET code = $1, code_step = $2 WHERE id = $3`, code, step, person)
}

func (g *Gate) setCredential(ctx context.Context, e audit.Entry, person, but, query string, args ...any) error {
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, query, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return stet.Errorf(stet.NotFound, "", "there is no such person")
		}
		e.Actor, e.Subject = person, person
		if err := audit.Add(ctx, t, e); err != nil {
			return err
		}
		return endSessions(ctx, t, person, but)
	})
}

// UseCode notes that the code of a step was used. It reports false if that code
// or a later one was used before: of any number of calls one succeeds.
func (g *Gate) UseCode(ctx context.Context, person string, step int64) (ok bool, err error) {
	err = g.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `UPDATE people SET code_step = $1 WHERE id = $2 AND code_step < $1`, step, person)
		ok = n > 0
		return err
	})
	return ok, err
}
