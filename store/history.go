package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"stet"
	"stet/store/engine"
	"stet/store/term"
)

// The names of an article's texts that are not kept for good.
const (
	RefWorking   = "working"
	RefScheduled = "scheduled"
)

// Version is a line of an article's history: something that happened, a text
// that was kept, or both.
type Version struct {
	Event    int64  // of what happened; 0 for a text alone
	Ref      string // names the text; empty where there is none
	Kind     stet.EventKind
	At       time.Time
	By       string   // User.ID
	Writers  []string // all who had a hand in a stretch of writing
	To       string   // whom it was handed to
	Note     string
	Headline string // of the text
	Erased   bool   // its words are gone
}

// History lists an article's way, newest first: what happened to it and the
// texts it had, published ones, snapshots and what is being written.
func (db *DB) History(ctx context.Context, id stet.ArticleID) ([]Version, error) {
	var out []Version
	texts := map[string]Version{}
	err := engine.Each(ctx, db.engine, `SELECT number, snapshot, meta, author, at, writers, erased IS NOT NULL FROM revisions WHERE article = $1
		UNION ALL SELECT 0, number, meta, author, at, writers, erased IS NOT NULL FROM snapshots WHERE article = $1`, []any{id}, func(scan func(...any) error) error {
		var v Version
		var r stet.Revision
		if err := scan(&r.Number, &r.Snapshot, engine.AsJSON(&r.Content), &v.By, engine.When(&v.At), engine.AsJSON(&v.Writers), &v.Erased); err != nil {
			return err
		}
		v.Kind, v.Ref, v.Headline = stet.Edited, r.Ref(), r.Headline
		switch {
		case r.Number == scheduledNumber && v.Ref != "":
			return nil // it has a line as a snapshot
		case r.Number == scheduledNumber:
			v.Ref = RefScheduled
		case v.Ref == "":
			v.Ref = RefWorking
		}
		texts[v.Ref] = v
		return nil
	})
	if err != nil {
		return nil, err
	}
	events, err := db.events(ctx, `article = $1 ORDER BY n`, string(id))
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, e := range events {
		if e.Kind == stet.Edited {
			continue // the text that came of it tells more
		}
		text := texts[e.Text]
		if e.Kind == stet.Erased { // it says so where the text was
			text = Version{}
		} else if e.Kind != stet.Restored { // the text has a line of its own, where it was written
			told[e.Text] = true
		}
		out = append(out, Version{Event: e.N, Ref: text.Ref, Kind: e.Kind, At: e.At, By: e.Actor, Writers: text.Writers, To: e.To, Note: e.Note, Headline: text.Headline, Erased: text.Erased})
	}
	for ref, v := range texts {
		if !told[ref] {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b Version) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return int(b.Event - a.Event)
	})
	return out, nil
}

// Version returns one of an article's texts: "working", "scheduled", "r3" for a
// published one, "s17" for a snapshot. Where there is none of that name it is an
// Error of kind NotFound.
func (db *DB) Version(ctx context.Context, id stet.ArticleID, ref string) (*stet.Revision, error) {
	query, number := `SELECT r.article, `+revisionColumns+`, r.erased IS NOT NULL FROM revisions r WHERE r.article = $1 AND r.number = $2`, 0
	switch {
	case ref == RefWorking:
	case ref == RefScheduled:
		number = scheduledNumber
	case len(ref) > 1 && ref[0] == 's':
		query = `SELECT r.article, 0, r.meta, r.body, r.author, r.at, r.at, r.writers, r.number, r.erased IS NOT NULL FROM snapshots r WHERE r.article = $1 AND r.number = $2`
		fallthrough
	case len(ref) > 1 && ref[0] == 'r':
		number, _ = strconv.Atoi(ref[1:])
		if number < 1 || number > 1<<30 {
			number = -2 // there is none
		}
	default:
		number = -2
	}
	var r *stet.Revision
	erased := false
	err := engine.Each(ctx, db.engine, query, []any{string(id), number}, func(scan func(...any) error) (err error) {
		var of stet.ArticleID
		r, err = scanRevision(func(into ...any) error { return scan(append(into, &erased)...) }, &of)
		return err
	})
	if err == nil && r != nil {
		var merged map[stet.TermRef]string
		merged, err = term.Merged(ctx, db.engine)
		r.Follow(merged)
	}
	if err == nil && erased {
		return nil, stet.Errorf(stet.NotFound, "", "this text was erased for law or privacy")
	}
	if err == nil && r == nil {
		err = stet.Errorf(stet.NotFound, "", "the article has no text %.20q", ref)
	}
	if r != nil {
		r.Number = max(r.Number, 0)
	}
	return r, err
}

// InboxItem is something that a person should know.
type InboxItem struct {
	stet.Event
	Headline string // of the article now
	Lang     stet.Lang
	Seen     time.Time // zero for not yet
}

// Inbox lists what a person should know, newest first, of articles that the
// person may read: up to limit items with numbers under before, 0 for the newest.
func (db *DB) Inbox(ctx context.Context, person stet.User, before int64, limit int) ([]InboxItem, error) {
	var w where
	w.Add(`i.person = ` + w.Arg(person.ID))
	if before > 0 {
		w.Add(`i.n < ` + w.Arg(before))
	}
	w.readable(person)
	var out []InboxItem
	err := engine.Each(ctx, db.engine, `SELECT e.n, e.at, e.kind, e.origin, e.actor, e.article, e.note, e.ref, e.recipient, i.seen, a.headline, a.lang
		FROM inbox i JOIN events e ON e.n = i.n JOIN articles a ON a.id = i.article`+w.String()+` ORDER BY i.n DESC LIMIT `+w.Arg(limit), w.Args,
		func(scan func(...any) error) error {
			var it InboxItem
			err := scan(&it.N, engine.When(&it.At), &it.Kind, &it.Origin, &it.Actor, &it.Article, &it.Note, &it.Text, &it.To, engine.When(&it.Seen), &it.Headline, &it.Lang)
			out = append(out, it)
			return err
		})
	return out, err
}

// Unseen counts what a person has not seen yet.
func (db *DB) Unseen(ctx context.Context, person stet.User) (int, error) {
	var w where
	w.Add(`i.person = ` + w.Arg(person.ID))
	w.Add(`i.seen IS NULL`)
	w.readable(person)
	var n int
	err := engine.Row(ctx, db.engine, `SELECT count(*) FROM inbox i JOIN articles a ON a.id = i.article`+w.String(), w.Args...).Scan(&n)
	return n, err
}

// Seen marks what a person has been told, up to the event of a number.
func (db *DB) Seen(ctx context.Context, person string, upTo int64, now time.Time) error {
	return db.engine.Exec(ctx, `UPDATE inbox SET seen = $1 WHERE person = $2 AND n <= $3 AND seen IS NULL`, now.UnixMilli(), person, upTo)
}
