// Package audit keeps the log of the newsroom: who came in and by which means, who
// gave which rights, what was taken out. Nothing is ever changed in it or removed
// from it; the database itself refuses to. What happens to articles and to the site
// stands in the log of events, which readers' pages follow; the two are read as one.
//
// No entry holds a secret, or what somebody typed who was not let in. The address
// that somebody came from is kept apart, for [AddressDays].
package audit

import (
	"context"
	"encoding/json"
	"time"

	"stet"
	"stet/store/engine"
)

// Kind names what happened.
type Kind string

const (
	SignedIn  Kind = "signed_in"  // by the means that the note names
	Refused   Kind = "refused"    // was not let in; the subject is whom the account belongs to, if anybody
	SignedOut Kind = "signed_out" // in one browser
	LinkMade  Kind = "link_made"  // for the subject; the note says what for

	PasswordSet     Kind = "password_set"
	CodeSet         Kind = "code_set"
	CodeRemoved     Kind = "code_removed"
	PasskeyAdded    Kind = "passkey_added"
	PasskeyRemoved  Kind = "passkey_removed"
	ProviderBound   Kind = "provider_bound"
	ProviderEnded   Kind = "provider_ended"
	SessionsEnded   Kind = "sessions_ended" // of the subject
	PersonAdded     Kind = "person_added"
	PersonChanged   Kind = "person_changed"
	PersonSuspended Kind = "person_suspended"
	PersonLetBack   Kind = "person_let_back"

	TokenMade    Kind = "token_made"
	TokenUsed    Kind = "token_used" // for the first time
	TokenRevoked Kind = "token_revoked"
	Reset        Kind = "access_reset" // all sessions, links and tokens

	PlanAdded   Kind = "plan_added" // in the calendar; the note is its title
	PlanChanged Kind = "plan_changed"
	PlanRemoved Kind = "plan_removed"
	FeedMade    Kind = "feed_made" // the address of somebody's calendar; one before is no good any more
	FeedEnded   Kind = "feed_ended"

	LogTaken Kind = "log_taken" // this log, as a file
	BackedUp Kind = "backed_up"
	Restored Kind = "newsroom_restored"
	Paused   Kind = "schedule_paused"
	Resumed  Kind = "schedule_resumed"
)

// Kinds are all that there are.
var Kinds = []Kind{
	SignedIn, Refused, SignedOut, LinkMade, PasswordSet, CodeSet, CodeRemoved, PasskeyAdded, PasskeyRemoved, ProviderBound, ProviderEnded, SessionsEnded,
	PersonAdded, PersonChanged, PersonSuspended, PersonLetBack, TokenMade, TokenUsed, TokenRevoked, Reset, PlanAdded, PlanChanged, PlanRemoved, FeedMade, FeedEnded, LogTaken, BackedUp, Restored, Paused, Resumed,
}

// Means is by what somebody came in, or tried to.
type Means string

const (
	ByPassword Means = "password"
	ByCode     Means = "code" // an authenticator's, after the password or a letter's link
	ByPasskey  Means = "passkey"
	ByProvider Means = "provider"
	ByLink     Means = "link"
	BySetUp    Means = "set-up" // the first administrator, of a newsroom just made
)

// AllMeans are all that there are.
var AllMeans = []Means{ByPassword, ByCode, ByPasskey, ByProvider, ByLink, BySetUp}

// AddressDays is for how long it is kept from where somebody came in, or tried to:
// long enough to look into a break-in.
const AddressDays = 30

// Change is what somebody made of a part of something.
type Change struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// Entry is one thing that happened.
type Entry struct {
	At      time.Time
	Kind    Kind
	Actor   string // User.ID; empty for who was not let in
	Subject string // User.ID of the person or token it is about; may be empty
	Note    string // a means, a name, a file
	Changes []Change
	Address string // of the network; empty where it is of no use
}

// Add writes an entry in the transaction of what it tells of.
func Add(ctx context.Context, t engine.Tx, e Entry) error {
	changes, err := json.Marshal(e.Changes)
	if err != nil {
		return err
	}
	id := engine.NewID()
	if _, err := t.Exec(ctx, `INSERT INTO audit (id, at, kind, actor, subject, note, changes) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, e.At.UnixMilli(), string(e.Kind), e.Actor, e.Subject, e.Note, string(changes)); err != nil || e.Address == "" {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO audit_addresses (entry, at, address) VALUES ($1, $2, $3)`, id, e.At.UnixMilli(), e.Address)
	return err
}

// Ledger is the log of a newsroom.
type Ledger struct{ engine *engine.DB }

// New returns the log of a newsroom in a database.
func New(db *engine.DB) *Ledger { return &Ledger{db} }

// Record writes down what is no change of the database.
func (l *Ledger) Record(ctx context.Context, e Entry) error {
	return l.engine.Transact(ctx, func(t engine.Tx) error { return Add(ctx, t, e) })
}

// ForgetAddresses forgets from where people came before a time.
func (l *Ledger) ForgetAddresses(ctx context.Context, before time.Time) error {
	return l.engine.Exec(ctx, `DELETE FROM audit_addresses WHERE at < $1`, before.UnixMilli())
}

// Line is one line of the whole log: of an event or of an entry.
type Line struct {
	Cursor  string // where the log goes on after it
	At      time.Time
	Kind    string // a stet.EventKind or a Kind
	Origin  stet.Origin
	Actor   string
	Subject string // whom it is about, or whom an article was handed to
	Article stet.ArticleID
	Note    string
	Changes []Change
	Address string // empty where it is not known any more
}
