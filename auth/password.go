package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/secure/precis"

	"stet"
)

// The least and most characters of a password.
const (
	minPassword = 12
	maxPassword = 200
)

// cost is what a guess at a password costs whoever has stolen the database.
// These are above the least that OWASP asks for argon2id.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var currentCost = cost{memory: 19 << 10, passes: 3, threads: 1}

// How many passwords are worked on at once, which bounds the memory, and how
// many may wait.
const (
	hashesAtOnce  = 2
	hashesWaiting = 64
)

// hasher works on passwords.
type hasher struct {
	cost    cost
	slots   chan struct{}
	waiting atomic.Int64
	dummy   string // the hash of a password that nobody knows
}

func newHasher(c cost) *hasher {
	random := make([]byte, saltBytes+keyBytes)
	rand.Read(random)
	return &hasher{cost: c, slots: make(chan struct{}, hashesAtOnce), dummy: format(c, random[:saltBytes], random[saltBytes:])}
}

// errBusy means that too many passwords wait to be worked on.
var errBusy = errors.New("too many passwords at once")

// run runs work when there is a place for it.
func (h *hasher) run(ctx context.Context, work func()) error {
	if h.waiting.Add(1) > hashesWaiting+hashesAtOnce {
		h.waiting.Add(-1)
		return errBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	work()
	return nil
}

// make returns what is kept of a new password.
func (h *hasher) make(ctx context.Context, password string) (kept string, err error) {
	err = h.run(ctx, func() { kept = hash(password, h.cost) })
	return kept, err
}

// check reports whether a password is the one that is kept, and whether it
// should be kept anew. Without one it takes as long, and the answer is no.
func (h *hasher) check(ctx context.Context, password, kept string) (ok, old bool, err error) {
	against := kept
	if against == "" {
		against = h.dummy
	}
	c, salt, want, err := parseHash(against)
	if err != nil {
		return false, false, err
	}
	err = h.run(ctx, func() {
		got := argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, uint32(len(want)))
		ok = subtle.ConstantTimeCompare(got, want) == 1
	})
	return ok && kept != "", c != h.cost, err
}

const (
	saltBytes = 16
	keyBytes  = 32
)

func hash(password string, c cost) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return format(c, salt, argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, keyBytes))
}

// format writes a hash as argon2's own tool does.
func format(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func parseHash(kept string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(kept, "$")
	if len(parts) == 6 && parts[1] == "argon2id" && parts[2] == fmt.Sprintf("v=%d", argon2.Version) {
		_, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads)
		if err == nil {
			salt, err = base64.RawStdEncoding.DecodeString(parts[4])
		}
		if err == nil {
			key, err = base64.RawStdEncoding.DecodeString(parts[5])
		}
		if err == nil && c.passes > 0 && c.threads > 0 && len(key) > 0 {
			return c, salt, key, nil
		}
	}
	return cost{}, nil, nil, errors.New("a password's hash in the database cannot be read")
}

// typed returns a password as it is hashed: the same one typed on another
// keyboard may come in other code points (RFC 8265). What that profile refuses
// is no password of anybody.
func typed(password string) string {
	if p, err := precis.OpaqueString.String(password); err == nil {
		return p
	}
	return ""
}

// checkNew returns an Error if a person may not choose a password.
func checkNew(p *stet.Person, password string) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", stet.Errorf(stet.Invalid, "password", format, args...)
	}
	t := typed(password)
	distinct := map[rune]bool{}
	for _, r := range strings.ToLower(t) {
		distinct[r] = true
	}
	mailbox, _, _ := strings.Cut(p.Email, "@")
	switch n := utf8.RuneCountInString(t); {
	case password != "" && t == "":
		return refuse("has a character that cannot be typed everywhere")
	case n < minPassword:
		return refuse("must have at least %d characters; a few words in a row are easy to keep", minPassword)
	case n > maxPassword:
		return refuse("may have at most %d characters", maxPassword)
	case len(distinct) < 5:
		return refuse("repeats itself; take a few words in a row")
	}
	for _, known := range []string{p.Email, mailbox, p.Name} {
		rest := strings.ReplaceAll(stet.EmailKey(t), stet.EmailKey(known), "")
		if known != "" && utf8.RuneCountInString(rest) < minPassword/2 {
			return refuse("is close to your name or address; take a few other words")
		}
	}
	return t, nil
}
