package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"stet"
)

// tokenPrefix lets people and scanners see what a leaked string is.
const tokenPrefix = "stet_"

// AddToken makes a token and returns it: it cannot be read again.
func (db *DB) AddToken(ctx context.Context, name string, scopes []stet.Scope, at time.Time) (string, error) {
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
	return token, db.exec(ctx, `INSERT INTO tokens (id, hash, name, scopes, created) VALUES ($1, $2, $3, $4, $5)`,
		NewID(), tokenHash(token), name, strings.Join(words, " "), at.UnixMilli())
}

// TokenUser returns who acts by a token; an Error of kind Unauthorized if nobody.
func (db *DB) TokenUser(ctx context.Context, token string) (stet.User, error) {
	var id, name, scopes string
	err := row(ctx, db, `SELECT id, name, scopes FROM tokens WHERE hash = $1`, tokenHash(token)).scan(&id, &name, &scopes)
	if isNoRows(err) {
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

// A token has 192 random bits, so a plain hash keeps it as well as a slow one.
func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
