package access

import (
	"context"
	"time"

	"stet"
	"stet/store/engine"
)

// Challenge is what a browser was asked something for.
type Challenge string

const (
	PasskeyChallenge  Challenge = "passkey"
	ProviderChallenge Challenge = "provider" // of OpenID Connect
)

// AddChallenge keeps what a browser was asked, and returns by what it is found
// again, once.
func (g *Gate) AddChallenge(ctx context.Context, purpose Challenge, data string, at, until time.Time) (token string, err error) {
	token = Secret()
	return token, g.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM challenges WHERE until <= $1`, at.UnixMilli()); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO challenges (hash, purpose, data, until) VALUES ($1, $2, $3, $4)`,
			Hash(token), string(purpose), data, until.UnixMilli())
		return err
	})
}

// UseChallenge returns what a browser was asked for a purpose, and forgets it; an
// Error of kind NotFound if it has been answered or has run out.
func (g *Gate) UseChallenge(ctx context.Context, purpose Challenge, token string, at time.Time) (data string, err error) {
	err = g.engine.Transact(ctx, func(t engine.Tx) error {
		err := engine.Row(ctx, t, `DELETE FROM challenges WHERE hash = $1 AND purpose = $2 AND until > $3 RETURNING data`,
			Hash(token), string(purpose), at.UnixMilli()).Scan(&data)
		if engine.NoRows(err) {
			err = stet.Errorf(stet.NotFound, "", "this took too long; begin again")
		}
		return err
	})
	return data, err
}
