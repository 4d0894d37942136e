package access

import (
	"context"
	"time"

	"stet"
	"stet/store/audit"
	"stet/store/engine"
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID      string
	Person  string
	Device  string    // what the browser says it is
	Created time.Time // when the person signed in
	Used    time.Time // the last use, to the minute
	Until   time.Time // when it ends if it is not used
	Pending bool      // the person must add a second factor before all else

	// How it began, for the log alone: it is not read back.
	Means   audit.Means
	Address string // of the network that the browser is in; may be empty
}

// AddSession signs a person in and returns what the cookie holds: it cannot be
// read again. The id is given here. Sessions of anybody that have run out are
// cleared away.
func (g *Gate) AddSession(ctx context.Context, s Session) (token string, err error) {
	token = Secret()
	return token, g.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM sessions WHERE until <= $1`, s.Created.UnixMilli()); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO sessions (id, hash, person, created, used, until, device, pending) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			engine.NewID(), Hash(token), s.Person, s.Created.UnixMilli(), s.Used.UnixMilli(), s.Until.UnixMilli(), s.Device, s.Pending)
		if err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.SignedIn, At: s.Created, Actor: s.Person, Subject: s.Person, Note: string(s.Means), Address: s.Address,
			Changes: []audit.Change{{Field: "device", Is: s.Device}}})
	})
}

const sessionColumns = `s.id, s.person, s.device, s.created, s.used, s.until, s.pending`

func (s *Session) scan(scan func(...any) error) error {
	return scan(&s.ID, &s.Person, &s.Device, engine.When(&s.Created), engine.When(&s.Used), engine.When(&s.Until), &s.Pending)
}

// Session returns the session that a cookie names; an Error of kind
// Unauthorized if it has run out or is not known.
func (g *Gate) Session(ctx context.Context, token string, at time.Time) (*Session, error) {
	s := &Session{}
	found := false
	err := engine.Each(ctx, g.engine, `SELECT `+sessionColumns+` FROM sessions s WHERE s.hash = $1 AND s.until > $2`,
		[]any{Hash(token), at.UnixMilli()}, func(scan func(...any) error) error {
			found = true
			return s.scan(scan)
		})
	if err == nil && !found {
		err = stet.Errorf(stet.Unauthorized, "", "the session has ended; sign in again")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// TouchSession notes that a session is in use.
func (g *Gate) TouchSession(ctx context.Context, id string, used, until time.Time) error {
	return g.engine.Exec(ctx, `UPDATE sessions SET used = $1, until = $2 WHERE id = $3`, used.UnixMilli(), until.UnixMilli(), id)
}

// SettleSession notes that a person has added a second factor in a session. Others
// in which it was still to come end: whoever is there may not be the person.
func (g *Gate) SettleSession(ctx context.Context, person, id string) error {
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `UPDATE sessions SET pending = FALSE WHERE id = $1 AND person = $2`, id, person); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `DELETE FROM sessions WHERE person = $1 AND pending`, person)
		return err
	})
}

// Sessions returns the sessions of a person, the newest first.
func (g *Gate) Sessions(ctx context.Context, person string, at time.Time) ([]Session, error) {
	var out []Session
	err := engine.Each(ctx, g.engine, `SELECT `+sessionColumns+` FROM sessions s WHERE s.person = $1 AND s.until > $2 ORDER BY s.id DESC`,
		[]any{person, at.UnixMilli()}, func(scan func(...any) error) error {
			var s Session
			err := s.scan(scan)
			out = append(out, s)
			return err
		})
	return out, err
}

// EndSession signs one session of a person out, who does so themselves or has it
// done by an administrator. It is no error if it has ended.
func (g *Gate) EndSession(ctx context.Context, actor stet.User, person, id string, at time.Time) error {
	if err := mayEnd(actor, person); err != nil {
		return err
	}
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `DELETE FROM sessions WHERE id = $1 AND person = $2`, id, person)
		if err != nil || n == 0 {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.SignedOut, At: at, Actor: actor.ID, Subject: person})
	})
}

// mayEnd says whether a user may end sessions of a person.
func mayEnd(actor stet.User, person string) error {
	if actor.ID == person {
		return nil
	}
	return stet.May(actor, stet.ActSetUp, nil)
}

// EndSessions signs a person out everywhere but in one session, which may be "",
// and ends the links that would let somebody in.
func (g *Gate) EndSessions(ctx context.Context, actor stet.User, person, but string, at time.Time) error {
	if err := mayEnd(actor, person); err != nil {
		return err
	}
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		if err := endSessions(ctx, t, person, but); err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.SessionsEnded, At: at, Actor: actor.ID, Subject: person})
	})
}

// Refused writes down that somebody was not let in; of whom no account is known,
// person is empty.
func (g *Gate) Refused(ctx context.Context, person string, means audit.Means, address string, at time.Time) error {
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		return audit.Add(ctx, t, audit.Entry{Kind: audit.Refused, At: at, Subject: person, Note: string(means), Address: address})
	})
}

// Reset is for a bad day: it signs everybody out, and ends all links that let in or
// show drafts and all tokens. Who people are and what they sign in with stays.
func (g *Gate) Reset(ctx context.Context, actor stet.User, at time.Time) error {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return err
	}
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		for _, table := range []string{"sessions", "links", "challenges", "preview_links", "feeds"} {
			if _, err := t.Exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, `UPDATE tokens SET revoked = $1 WHERE revoked IS NULL`, at.UnixMilli()); err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.Reset, At: at, Actor: actor.ID})
	})
}

func endSessions(ctx context.Context, t engine.Tx, person, but string) error {
	if _, err := t.Exec(ctx, `DELETE FROM sessions WHERE person = $1 AND id <> $2`, person, but); err != nil {
		return err
	}
	return endLinks(ctx, t, person)
}

func endLinks(ctx context.Context, t engine.Tx, person string) error {
	_, err := t.Exec(ctx, `DELETE FROM links WHERE person = $1`, person)
	return err
}

// Purpose is what a one-time link is for.
type Purpose string

const (
	FromOperator Purpose = "operator" // signs in by itself: whoever runs the machine has given it
	ByMail       Purpose = "mail"     // stands for the password
	Code         Purpose = "code"     // the password was right, the authenticator's code is to come
)

// AddLink makes a one-time link for a person and returns its token: it cannot
// be read again. Another link of the person for the same purpose ends. actor is the
// id of whoever makes it; empty for somebody at the door.
func (g *Gate) AddLink(ctx context.Context, actor, person string, purpose Purpose, at, until time.Time) (token string, err error) {
	token = Secret()
	return token, g.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM links WHERE until <= $1`, at.UnixMilli()); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM links WHERE person = $1 AND purpose = $2`, person, string(purpose)); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO links (hash, person, purpose, until) VALUES ($1, $2, $3, $4)`,
			Hash(token), person, string(purpose), until.UnixMilli())
		if err != nil || purpose == Code {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.LinkMade, At: at, Actor: actor, Subject: person, Note: string(purpose)})
	})
}

// Link returns whom a link is for and for what, and leaves it as it is; an
// Error of kind NotFound if it has been used, has run out or is not known.
func (g *Gate) Link(ctx context.Context, token string, at time.Time) (person string, purpose Purpose, err error) {
	err = engine.Row(ctx, g.engine, `SELECT person, purpose FROM links WHERE hash = $1 AND until > $2`, Hash(token), at.UnixMilli()).Scan(&person, &purpose)
	if engine.NoRows(err) {
		err = noLink()
	}
	return person, purpose, err
}

// UseLink returns whom a link is for and ends it: of any number of calls one
// succeeds.
func (g *Gate) UseLink(ctx context.Context, token string, purpose Purpose, at time.Time) (person string, err error) {
	err = g.engine.Transact(ctx, func(t engine.Tx) error {
		err := engine.Row(ctx, t, `DELETE FROM links WHERE hash = $1 AND purpose = $2 AND until > $3 RETURNING person`,
			Hash(token), string(purpose), at.UnixMilli()).Scan(&person)
		if engine.NoRows(err) {
			err = noLink()
		}
		return err
	})
	return person, err
}

func noLink() error {
	return stet.Errorf(stet.NotFound, "", "this link has been used or has run out; ask for a new one")
}
