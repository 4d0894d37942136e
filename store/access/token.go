package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"stet"
	"stet/store/audit"
	"stet/store/engine"
)

// tokenPrefix lets people and scanners see what a leaked string is.
const tokenPrefix = "stet_"

// Token is what a program comes with. The secret itself is not kept.
type Token struct {
	ID      string // User.ID of who acts by it
	Name    string
	Owner   string // User.ID of who made it, and answers for it
	Scopes  []stet.Scope
	Created time.Time
	Used    time.Time // the last use, to the minute; zero for never
	Revoked time.Time // zero for one that works
}

// maxTokenName is the longest name of a token, in bytes.
const maxTokenName = 200

// AddToken makes a token and returns it: it cannot be read again.
func (g *Gate) AddToken(ctx context.Context, actor stet.User, name string, scopes []stet.Scope, at time.Time) (string, error) {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return "", err
	}
	if name = stet.CleanLine(name); name == "" {
		return "", stet.Errorf(stet.Invalid, "name", "is missing; say what the token is for")
	}
	if len(name) > maxTokenName {
		return "", stet.Errorf(stet.Invalid, "name", "is %d bytes long; at most %d are allowed", len(name), maxTokenName)
	}
	if len(scopes) == 0 {
		return "", stet.Errorf(stet.Invalid, "scopes", "is empty; a token needs at least one of articles:write, articles:publish")
	}
	for _, s := range scopes {
		if s != stet.ScopeWrite && s != stet.ScopePublish {
			return "", stet.Errorf(stet.Invalid, "scopes", "%q is none of articles:write, articles:publish", s)
		}
	}
	secret := make([]byte, 24)
	rand.Read(secret)
	token, id := tokenPrefix+base64.RawURLEncoding.EncodeToString(secret), engine.NewID()
	return token, g.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `INSERT INTO tokens (id, hash, name, scopes, created, owner) VALUES ($1, $2, $3, $4, $5, $6)`,
			id, Hash(token), name, strings.ReplaceAll(joined(scopes), ",", ""), at.UnixMilli(), actor.ID); err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.TokenMade, At: at, Actor: actor.ID, Subject: tokenUser(id), Note: name,
			Changes: []audit.Change{{Field: "scopes", Is: joined(scopes)}}})
	})
}

func tokenUser(id string) string { return "token:" + id }

const tokenColumns = `id, name, owner, scopes, created, used, revoked`

func (k *Token) scan(scan func(...any) error) error {
	var scopes string
	err := scan(&k.ID, &k.Name, &k.Owner, &scopes, engine.When(&k.Created), engine.When(&k.Used), engine.When(&k.Revoked))
	k.ID = tokenUser(k.ID)
	for s := range strings.FieldsSeq(scopes) {
		k.Scopes = append(k.Scopes, stet.Scope(s))
	}
	return err
}

// tokenTouch is how often it is noted that a token is in use.
const tokenTouch = time.Minute

// TokenUser returns who acts by a token; an Error of kind Unauthorized if nobody.
// That it is used is noted at most once a minute.
func (g *Gate) TokenUser(ctx context.Context, token string, at time.Time) (stet.User, error) {
	var k Token
	err := k.scan(engine.Row(ctx, g.engine, `SELECT `+tokenColumns+` FROM tokens WHERE hash = $1`, Hash(token)).Scan)
	if engine.NoRows(err) || err == nil && !k.Revoked.IsZero() {
		return stet.User{}, stet.Errorf(stet.Unauthorized, "", "the token is not known here")
	}
	if err != nil {
		return stet.User{}, err
	}
	if at.Sub(k.Used) >= tokenTouch {
		if err := g.touchToken(ctx, k, at); err != nil {
			return stet.User{}, err
		}
	}
	return stet.User{ID: k.ID, Name: k.Name, Role: stet.Machine, Scopes: k.Scopes, Origin: stet.ByPerson}, nil
}

func (g *Gate) touchToken(ctx context.Context, k Token, at time.Time) error {
	id := strings.TrimPrefix(k.ID, tokenUser(""))
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		first, err := t.Exec(ctx, `UPDATE tokens SET used = $1 WHERE id = $2 AND used IS NULL`, at.UnixMilli(), id)
		if err != nil {
			return err
		}
		if first > 0 {
			return audit.Add(ctx, t, audit.Entry{Kind: audit.TokenUsed, At: at, Actor: k.ID, Subject: k.ID, Note: k.Name})
		}
		_, err = t.Exec(ctx, `UPDATE tokens SET used = $1 WHERE id = $2 AND used < $1`, at.UnixMilli(), id)
		return err
	})
}

// Tokens returns all tokens there ever were, the newest first.
func (g *Gate) Tokens(ctx context.Context) ([]Token, error) {
	var out []Token
	err := engine.Each(ctx, g.engine, `SELECT `+tokenColumns+` FROM tokens ORDER BY id DESC`, nil, func(scan func(...any) error) error {
		var k Token
		err := k.scan(scan)
		out = append(out, k)
		return err
	})
	return out, err
}

// RevokeToken ends a token, that its User.ID names. It is no error if it has ended.
func (g *Gate) RevokeToken(ctx context.Context, actor stet.User, id string, at time.Time) error {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return err
	}
	own := strings.TrimPrefix(id, tokenUser(""))
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		var name string
		err := engine.Row(ctx, t, `SELECT name FROM tokens WHERE id = $1`, own).Scan(&name)
		if engine.NoRows(err) {
			return stet.Errorf(stet.NotFound, "", "there is no such token")
		}
		if err != nil {
			return err
		}
		n, err := t.Exec(ctx, `UPDATE tokens SET revoked = $1 WHERE id = $2 AND revoked IS NULL`, at.UnixMilli(), own)
		if err != nil || n == 0 {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{Kind: audit.TokenRevoked, At: at, Actor: actor.ID, Subject: id, Note: name})
	})
}
