package audit

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/store/engine"
)

// Query says which lines of the log are asked for. What is left out limits nothing.
type Query struct {
	Person       string // who did it, or whom it is about
	Kind         string
	Article      stet.ArticleID
	Since, Until time.Time // from the one to before the other
	After        string    // the Cursor of the line before; what happened since moves no page
	Limit        int
}

// place is where a line stands: later lines first, at one moment entries before
// events.
type place struct {
	at    int64
	entry bool
	n     int64  // of an event
	id    string // of an entry
}

// Outside of every id and number.
const (
	firstID = ""
	lastID  = "z" // after every hexadecimal digit, however a database sorts
)

func (p place) cursor() string {
	if p.entry {
		return strconv.FormatInt(p.at, 10) + "-" + p.id
	}
	return strconv.FormatInt(p.at, 10) + "." + strconv.FormatInt(p.n, 10)
}

// after returns the bounds before which lines of either kind follow a cursor.
func after(cursor string) (event, entry place, err error) {
	if cursor == "" {
		return place{at: math.MaxInt64, n: math.MaxInt64}, place{at: math.MaxInt64, id: lastID}, nil
	}
	wrong := stet.Errorf(stet.Invalid, "after", "is not one that this list gave out")
	i := strings.IndexAny(cursor, ".-")
	if i < 0 || len(cursor) > 80 || !engine.Storable(cursor) {
		return event, entry, wrong
	}
	at, err := strconv.ParseInt(cursor[:i], 10, 64)
	if err != nil {
		return event, entry, wrong
	}
	if cursor[i] == '-' { // events of its moment come after it
		return place{at: at, n: math.MaxInt64}, place{at: at, id: cursor[i+1:]}, nil
	}
	n, err := strconv.ParseInt(cursor[i+1:], 10, 64)
	if err != nil {
		return event, entry, wrong
	}
	return place{at: at, n: n}, place{at: at, id: firstID}, nil
}

// Log returns lines of the whole log, the newest first.
func (l *Ledger) Log(ctx context.Context, q Query) ([]Line, error) {
	event, entry, err := after(q.After)
	if err != nil {
		return nil, err
	}
	if !engine.Storable(q.Person) || !engine.Storable(q.Kind) || !engine.Storable(string(q.Article)) {
		return nil, nil
	}
	lines, err := l.events(ctx, q, event)
	if err != nil || q.Article != "" {
		return lines, err
	}
	entries, err := l.entries(ctx, q, entry)
	if err != nil {
		return nil, err
	}
	lines = append(lines, entries...)
	slices.SortStableFunc(lines, func(a, b Line) int {
		// Within events and within entries the order is right already.
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(strings.IndexByte(a.Cursor, '.'), strings.IndexByte(b.Cursor, '.')))
	})
	return lines[:min(len(lines), q.Limit)], nil
}

// filter is what both tables are asked with: four values, and conditions that follow.
func (q Query) filter(subject string, before ...any) (where string, args []any) {
	until, since := int64(math.MaxInt64), int64(math.MinInt64)
	if !q.Until.IsZero() {
		until = q.Until.UnixMilli()
	}
	if !q.Since.IsZero() {
		since = q.Since.UnixMilli()
	}
	args = append(before, since, until)
	next := func(v string) string {
		args = append(args, v)
		return `$` + strconv.Itoa(len(args))
	}
	if q.Kind != "" {
		where += ` AND kind = ` + next(q.Kind)
	}
	if q.Article != "" {
		where += ` AND article = ` + next(string(q.Article))
	}
	if q.Person != "" {
		n := next(q.Person)
		where += ` AND (actor = ` + n + ` OR ` + subject + ` = ` + n + `)`
	}
	args = append(args, q.Limit)
	return where, args
}

func (l *Ledger) events(ctx context.Context, q Query, p place) ([]Line, error) {
	where, args := q.filter("recipient", p.at, p.n)
	var out []Line
	err := engine.Each(ctx, l.engine, `SELECT n, at, kind, origin, actor, recipient, article, note FROM events
		WHERE (at, n) < ($1, $2) AND at >= $3 AND at < $4`+where+` ORDER BY at DESC, n DESC LIMIT $`+strconv.Itoa(len(args)), args, func(scan func(...any) error) error {
		var x Line
		var n int64
		err := scan(&n, engine.When(&x.At), &x.Kind, &x.Origin, &x.Actor, &x.Subject, &x.Article, &x.Note)
		x.Cursor = place{at: x.At.UnixMilli(), n: n}.cursor()
		out = append(out, x)
		return err
	})
	return out, err
}

func (l *Ledger) entries(ctx context.Context, q Query, p place) ([]Line, error) {
	where, args := q.filter("subject", p.at, p.id)
	var out []Line
	err := engine.Each(ctx, l.engine, `SELECT id, at, kind, actor, subject, note, changes,
			coalesce((SELECT address FROM audit_addresses WHERE entry = id), '') FROM audit
		WHERE (at, id) < ($1, $2) AND at >= $3 AND at < $4`+where+` ORDER BY at DESC, id DESC LIMIT $`+strconv.Itoa(len(args)), args, func(scan func(...any) error) error {
		x := Line{Origin: stet.ByPerson}
		var id string
		err := scan(&id, engine.When(&x.At), &x.Kind, &x.Actor, &x.Subject, &x.Note, engine.AsJSON(&x.Changes), &x.Address)
		x.Cursor = place{at: x.At.UnixMilli(), entry: true, id: id}.cursor()
		out = append(out, x)
		return err
	})
	return out, err
}

// LastSignedIn returns when people last signed in, by their ids.
func (l *Ledger) LastSignedIn(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := engine.Each(ctx, l.engine, `SELECT actor, max(at) FROM audit WHERE kind = $1 GROUP BY actor`, []any{string(SignedIn)}, func(scan func(...any) error) error {
		var who string
		var at time.Time
		err := scan(&who, engine.When(&at))
		out[who] = at
		return err
	})
	return out, err
}
