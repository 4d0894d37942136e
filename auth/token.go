// Package auth tells who is asking: by the API token that a request carries, or
// by the session of a browser in which a person has signed in.
package auth

import (
	"net/http"
	"strings"
	"time"

	"stet"
	"stet/store/access"
)

// Tokens recognises API tokens.
type Tokens struct {
	Gate *access.Gate
	Now  func() time.Time // the clock
}

// User returns who sent a request. A request without a bearer token is nobody's:
// ok is false. A token that is not known is an Error of kind Unauthorized.
func (a Tokens) User(r *http.Request) (u stet.User, ok bool, err error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme == "" {
		return stet.User{}, false, nil
	}
	if !strings.EqualFold(scheme, "Bearer") {
		return stet.User{}, false, stet.Errorf(stet.Unauthorized, "", "send the token as Authorization: Bearer …")
	}
	u, err = a.Gate.TokenUser(r.Context(), strings.TrimSpace(token), a.Now().UTC().Truncate(time.Millisecond))
	return u, err == nil, err
}
