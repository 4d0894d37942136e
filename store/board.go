package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/store/engine"
)

// BoardOrder is what a board is sorted by, newest first.
type BoardOrder string

// The orders of a board. Articles without that time are left out.
const (
	ByChange      BoardOrder = "touched" // also when it is empty
	BySchedule    BoardOrder = "scheduled"
	ByPublication BoardOrder = "published"
)

// BoardQuery selects articles for the desk. Zero fields select everything that
// the actor may read.
type BoardQuery struct {
	Actor   stet.User
	Live    []stet.LiveState // any of these
	Work    []stet.WorkState // any of these
	Lang    stet.Lang
	Section string // of the text that one goes on from
	Person  string // who has a hand in it: its author or whose it is
	Text    string // each of its words begins a word of the headline, whatever their case
	Order   BoardOrder
	After   string // where the page before ended
	Limit   int    // 0 for 50
}

// BoardRow is an article in a list of the desk.
type BoardRow struct {
	ID           stet.ArticleID
	Kind         stet.Kind
	Lang         stet.Lang
	Group        stet.ArticleID
	Version      int64
	Live         stet.LiveState
	Work         stet.WorkState
	Headline     string
	Path         stet.Path // where readers find it or will
	Section      string
	Words        int
	Author       string
	Assignee     string
	Touched      time.Time
	TouchedBy    string
	PublishedAt  time.Time
	ScheduledFor time.Time
	Embargo      time.Time
	Expires      time.Time
}

const boardColumns = `id, kind, lang, grp, version, live, work, headline, path, section, words, author, assignee, touched, touched_by,
	published, scheduled, embargo, expires`

func scanBoard(scan func(...any) error) (BoardRow, error) {
	var r BoardRow
	err := scan(&r.ID, &r.Kind, &r.Lang, &r.Group, &r.Version, &r.Live, &r.Work, &r.Headline, &r.Path, &r.Section, &r.Words, &r.Author, &r.Assignee,
		engine.When(&r.Touched), &r.TouchedBy, engine.When(&r.PublishedAt), engine.When(&r.ScheduledFor), engine.When(&r.Embargo), engine.When(&r.Expires))
	return r, err
}

// where builds the conditions of a statement about articles.
type where struct {
	engine.Where
	few bool // few articles are in the states asked for, and an index finds them
}

// column names a column of which an index must not be used where few articles
// are asked for by their state: SQLite would rather read a whole section.
func (w *where) column(name string) string {
	if w.few {
		return name + ` || ''`
	}
	return name
}

// readable adds what stet.May says of reading, in SQL. A test holds them equal.
func (w *where) readable(u stet.User) {
	if stet.May(u, stet.ActRead, nil) != nil {
		w.Add(`1 = 0`)
		return
	}
	engine.OneOf(&w.Where, w.column(`lang`), u.Langs)
	if len(u.Sections) > 0 {
		sections := append([]string{""}, u.Sections...)
		for _, column := range []string{`section`, `section_next`, `section_live`} {
			engine.OneOf(&w.Where, w.column(column), sections)
		}
	}
}

var (
	liveStates = []stet.LiveState{stet.LiveNever, stet.LivePublished, stet.LiveWithdrawn}
	workStates = []stet.WorkState{stet.WorkNone, stet.WorkDraft, stet.WorkInReview, stet.WorkApproved, stet.WorkScheduled}
)

// states adds that an article is in any of some states. They are written out,
// for the indexes of a part; and where a state that most articles are in is
// among them, as what is left out, so that no index of states is read whole.
func (w *where) states(live []stet.LiveState, work []stet.WorkState) error {
	if len(live) > 0 && !slices.Contains(live, stet.LivePublished) && !slices.Contains(live, stet.LiveWithdrawn) && len(work) == 0 {
		work = workStates[1:] // what was never published is being worked on
	}
	if err := states(w, `live`, live, liveStates, stet.LivePublished); err != nil {
		return err
	}
	return states(w, `work`, work, workStates, stet.WorkNone)
}

func states[S ~string](w *where, column string, asked, all []S, most S) error {
	var in, out []string
	for _, s := range all {
		if literal := `'` + string(s) + `'`; slices.Contains(asked, s) {
			in = append(in, literal)
		} else {
			out = append(out, literal)
		}
	}
	for _, s := range asked {
		if !slices.Contains(all, s) {
			return stet.Errorf(stet.Invalid, column, "%.40q is none of the states %q", s, all)
		}
	}
	switch {
	case len(asked) == 0 || len(out) == 0:
	case len(in) == 1:
		w.Add(column + ` = ` + in[0])
	case slices.Contains(asked, most):
		w.Add(column + ` NOT IN (` + strings.Join(out, `, `) + `)`)
	default:
		w.Add(column + ` IN (` + strings.Join(in, `, `) + `)`)
	}
	return nil
}

// where returns the conditions of a query, but for its states, which few articles
// may be in; ok is false where nothing can be found.
func (q *BoardQuery) where(few bool) (w where, ok bool) {
	w.few = few
	for _, s := range []string{string(q.Lang), q.Section, q.Person, q.Text} {
		if !engine.Storable(s) {
			return w, false
		}
	}
	w.readable(q.Actor)
	if q.Lang != "" {
		w.Add(w.column(`lang`) + ` = ` + w.Arg(q.Lang))
	}
	if q.Section != "" {
		w.Add(w.column(`section`) + ` = ` + w.Arg(q.Section))
	}
	if q.Person != "" {
		p := w.Arg(q.Person)
		w.Add(`(author = ` + p + ` OR assignee = ` + p + `)`)
	}
	return w, w.Words(`seq`, `SELECT seq FROM headline_words`, q.Text)
}

// Board lists articles for the desk, the newest first, and tells where the next
// page begins; empty where this is the last one.
func (db *DB) Board(ctx context.Context, q BoardQuery) (rows []BoardRow, next string, err error) {
	w, ok := q.where(len(q.Work) > 0 && !slices.Contains(q.Work, stet.WorkNone))
	if !ok {
		return nil, "", nil
	}
	if err := w.states(q.Live, q.Work); err != nil {
		return nil, "", err
	}
	order := `touched`
	switch q.Order {
	case "", ByChange:
	case BySchedule, ByPublication:
		order = string(q.Order)
		w.Add(order + ` IS NOT NULL`)
	default:
		return nil, "", stet.Errorf(stet.Invalid, "sort", "%.40q is none of touched, scheduled, published", q.Order)
	}
	if q.After != "" {
		at, id, err := engine.ParseMark(q.After)
		if err != nil {
			return nil, "", stet.Errorf(stet.Invalid, "after", "is not one that this list gave out")
		}
		w.Add(`(` + order + `, id) < (` + w.Arg(at) + `, ` + w.Arg(id) + `)`)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	text := `SELECT ` + boardColumns + ` FROM articles` + w.String() + ` ORDER BY ` + order + ` DESC, id DESC LIMIT ` + w.Arg(limit+1)
	err = engine.Each(ctx, db.engine, text, w.Args, func(scan func(...any) error) error {
		r, err := scanBoard(scan)
		rows = append(rows, r)
		return err
	})
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		at := map[string]time.Time{`touched`: last.Touched, `scheduled`: last.ScheduledFor, `published`: last.PublishedAt}[order]
		next = engine.Mark(at, string(last.ID))
	}
	return rows, next, err
}

// BoardCount is how many articles are in one state.
type BoardCount struct {
	Live  stet.LiveState
	Work  stet.WorkState
	Count int
}

// BoardCounts counts what a board has by state, whatever states, order and page
// the query names.
func (db *DB) BoardCounts(ctx context.Context, q BoardQuery) ([]BoardCount, error) {
	w, ok := q.where(false)
	if !ok {
		return nil, nil
	}
	from := `CAST(sum(n) AS BIGINT) FROM board_counts`
	if q.Person != "" || q.Text != "" {
		from = `count(*) FROM articles`
	}
	var out []BoardCount
	err := engine.Each(ctx, db.engine, `SELECT live, work, `+from+w.String()+` GROUP BY live, work`, w.Args, func(scan func(...any) error) error {
		var c BoardCount
		err := scan(&c.Live, &c.Work, &c.Count)
		if c.Count > 0 {
			out = append(out, c)
		}
		return err
	})
	return out, err
}

// LateAfter is how late the clock's work may be before the desk raises an alarm.
const LateAfter = 5 * time.Second

// Late lists what the actor may read of the articles that should have been
// published or withdrawn by the schedule and were not.
func (db *DB) Late(ctx context.Context, actor stet.User, now time.Time) ([]BoardRow, error) {
	var w where
	at := w.Arg(now.Add(-LateAfter).UnixMilli())
	w.Add(`id IN (SELECT id FROM articles WHERE scheduled IS NOT NULL AND scheduled < ` + at + `
		UNION SELECT id FROM articles WHERE expires IS NOT NULL AND expires < ` + at + ` AND live = 'published')`)
	w.readable(actor)
	var out []BoardRow
	err := engine.Each(ctx, db.engine, `SELECT `+boardColumns+` FROM articles`+w.String()+` ORDER BY scheduled, id`, w.Args, func(scan func(...any) error) error {
		r, err := scanBoard(scan)
		out = append(out, r)
		return err
	})
	return out, err
}
