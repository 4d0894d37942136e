package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"stet"
	"stet/store/engine"
)

// tokenPrefix lets people and scanners see what a leaked string is.
const tokenPrefix = "stet_"

// AddToken makes a token and returns it: it cannot be read again.
func (g *Gate) AddToken(ctx context.Context, name string, scopes []stet.Scope, at time.Time) (string, error) {
	if name = stet.CleanLine(name); name == "" {
		return "", stet.Errorf(stet.Invalid, "name", "is missing; say what the token is for")
	}
	if len(scopes) == 0 {
		return "", stet.Errorf(stet.Invalid, "scopes", "is empty; a token needs at least one of articles:write, articles:publish")
	}
	words := make([]string, len(scopes))
	for i, s := range scopes {
		if s != stet.ScopeWrite && s != stet.ScopePublish {
			return "", stet.Errorf(stet.Invalid, "scopes", "%q is none of articles:write, articles:publish", s)
		}
		words[i] = string(s)
	}
	secret := make([]byte, 24)
	rand.Read(secret)
	token := tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	return token, g.engine.Exec(ctx, `INSERT INTO tokens (id, hash, name, scopes, created) VALUES ($1, $2, $3, $4, $5)`,
		engine.NewID(), Hash(token), name, strings.Join(words, " "), at.UnixMilli())
}

// TokenUser returns who acts by a token; an Error of kind Unauthorized if nobody.
func (g *Gate) TokenUser(ctx context.Context, token string) (stet.User, error) {
	var id, name, scopes string
	err := engine.Row(ctx, g.engine, `SELECT id, name, scopes FROM tokens WHERE hash = $1`, Hash(token)).Scan(&id, &name, &scopes)
	if engine.NoRows(err) {
		return stet.User{}, stet.Errorf(stet.Unauthorized, "", "the token is not known here")
	}
	if err != nil {
		return stet.User{}, err
	}
	u := stet.User{ID: "token:" + id, Name: name, Role: stet.Machine, Origin: stet.ByPerson}
	for s := range strings.FieldsSeq(scopes) {
		u.Scopes = append(u.Scopes, stet.Scope(s))
	}
	return u, nil
}
