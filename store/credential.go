package store

import (
	"context"
	"database/sql"

	"stet"
)

// Credentials are what a person signs in with, as package auth keeps it.
type Credentials struct {
	Password string // a slow hash; empty for none
	Code     []byte // the secret shared with an authenticator; nil for none
	Step     int64  // the last step of time whose code was used
}

// Credentials returns a person's; nothing for somebody who is not known.
func (db *DB) Credentials(ctx context.Context, person string) (c Credentials, err error) {
	err = row(ctx, db, `SELECT password, code, code_step FROM people WHERE id = $1`, person).scan(&c.Password, &c.Code, &c.Step)
	if isNoRows(err) {
		err = nil
	}
	return c, err
}

// SetPassword gives a person another password, and signs them out everywhere
// but in one session.
func (db *DB) SetPassword(ctx context.Context, person, hash, but string) error {
	return db.setCredential(ctx, person, but, `UPDATE people SET password = $1 WHERE id = $2`, hash, person)
}

// RenewPassword keeps the same password by another hash, unless it has been
// changed meanwhile.
func (db *DB) RenewPassword(ctx context.Context, person, was, hash string) error {
	return db.exec(ctx, `UPDATE people SET password = $1 WHERE id = $2 AND password = $3`, hash, person, was)
}

// SetCode gives a person an authenticator whose code of a step was just used,
// or takes it with a nil secret, and signs them out everywhere but in one
// session.
func (db *DB) SetCode(ctx context.Context, person string, secret []byte, step int64, but string) error {
	code := sql.Null[[]byte]{V: secret, Valid: secret != nil}
	return db.setCredential(ctx, person, but, `UPDATE people SET code = $1, code_step = $2 WHERE id = $3`, code, step, person)
}

func (db *DB) setCredential(ctx context.Context, person, but, query string, args ...any) error {
	return db.transact(ctx, func(t tx) error {
		n, err := t.exec(ctx, query, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return stet.Errorf(stet.NotFound, "", "there is no such person")
		}
		return endSessions(ctx, t, person, but)
	})
}

// UseCode notes that the code of a step was used. It reports false if that code
// or a later one was used before: of any number of calls one succeeds.
func (db *DB) UseCode(ctx context.Context, person string, step int64) (ok bool, err error) {
	err = db.transact(ctx, func(t tx) error {
		n, err := t.exec(ctx, `UPDATE people SET code_step = $1 WHERE id = $2 AND code_step < $1`, step, person)
		ok = n > 0
		return err
	})
	return ok, err
}
