package access

import (
	"context"
	"slices"
	"time"

	"stet"
	"stet/store/audit"
	"stet/store/engine"
)

// Passkey is a key with which a person signs in.
type Passkey struct {
	ID      []byte // as the key names itself
	Person  string
	Device  string // what the browser said it was when the key was made
	Data    string // what package auth keeps of it
	Created time.Time
	Used    time.Time // zero for never
}

// maxPasskeyID is the longest id the standard allows.
const maxPasskeyID = 1023

// AddPasskey gives a person one more.
func (g *Gate) AddPasskey(ctx context.Context, k Passkey) error {
	if len(k.ID) == 0 || len(k.ID) > maxPasskeyID {
		return stet.Errorf(stet.Invalid, "", "the passkey's id must have 1–%d bytes", maxPasskeyID)
	}
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `INSERT INTO passkeys (id, person, device, data, created) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			k.ID, k.Person, k.Device, k.Data, k.Created.UnixMilli())
		if err == nil && n == 0 {
			err = stet.Errorf(stet.Conflict, "", "this passkey is known already")
		}
		if err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.PasskeyAdded, At: k.Created, Actor: k.Person, Subject: k.Person, Note: k.Device})
	})
}

// Passkeys returns the passkeys of a person, the newest first.
func (g *Gate) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	var out []Passkey
	err := engine.Each(ctx, g.engine, `SELECT id, person, device, data, created, used FROM passkeys WHERE person = $1`, []any{person}, func(scan func(...any) error) error {
		var k Passkey
		err := scan(&k.ID, &k.Person, &k.Device, &k.Data, engine.When(&k.Created), engine.When(&k.Used))
		out = append(out, k)
		return err
	})
	slices.SortFunc(out, func(a, b Passkey) int { return b.Created.Compare(a.Created) })
	return out, err
}

// UsePasskey notes that a passkey was used, and what it said of itself.
func (g *Gate) UsePasskey(ctx context.Context, id []byte, data string, at time.Time) error {
	return g.engine.Exec(ctx, `UPDATE passkeys SET data = $1, used = $2 WHERE id = $3`, data, at.UnixMilli(), id)
}

// RemovePasskey takes a passkey from a person, and signs them out everywhere
// but in one session.
func (g *Gate) RemovePasskey(ctx context.Context, person string, id []byte, but string, at time.Time) error {
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `DELETE FROM passkeys WHERE id = $1 AND person = $2`, id, person)
		if err != nil {
			return err
		}
		if n == 0 {
			return stet.Errorf(stet.NotFound, "", "there is no such passkey")
		}
		if err := audit.Add(ctx, t, audit.Entry{Kind: audit.PasskeyRemoved, At: at, Actor: person, Subject: person}); err != nil {
			return err
		}
		return endSessions(ctx, t, person, but)
	})
}
