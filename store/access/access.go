// Package access keeps who may come in and by what: people, their passwords, second
// factors, passkeys and accounts elsewhere, the sessions they are signed in by, one-time
// links, and tokens of programs. What a password or a key proves is for package auth to
// know.
package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"stet/store/engine"
)

// Gate is the people of a newsroom and what lets them in.
type Gate struct{ engine *engine.DB }

// New returns the gate of a newsroom in a database.
func New(db *engine.DB) *Gate { return &Gate{db} }

// Secret returns 256 random bits for a cookie or a link.
func Secret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Hash is what is stored of a secret. One of so many bits needs no slow hash.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
