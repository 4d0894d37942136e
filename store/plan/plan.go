// Package plan keeps what the newsroom is going to cover, and reads, beside it,
// what articles have in the calendar: when they are due, when an embargo on them
// ends and when the schedule publishes them.
package plan

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/store/access"
	"stet/store/audit"
	"stet/store/engine"
)

// Diary is the newsroom's calendar.
type Diary struct{ engine *engine.DB }

// New returns one over a database.
func New(e *engine.DB) *Diary { return &Diary{e} }

const columns = `id, version, title, place, note, section, langs, people, begins, ends, all_day, touched`

func read(ctx context.Context, on engine.Querier, rest string, args ...any) ([]*stet.Plan, error) {
	var out []*stet.Plan
	byID := map[string]*stet.Plan{}
	err := engine.Each(ctx, on, `SELECT `+columns+` FROM plans `+rest, args, func(scan func(...any) error) error {
		p := &stet.Plan{}
		out = append(out, p)
		err := scan(&p.ID, &p.Version, &p.Title, &p.Place, &p.Note, &p.Section, engine.AsJSON(&p.Langs), engine.AsJSON(&p.People),
			engine.When(&p.Start), engine.When(&p.End), &p.AllDay, engine.When(&p.Touched))
		byID[p.ID] = p
		return err
	})
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(out, 500) {
		ids := make([]string, len(some))
		for i, p := range some {
			ids[i] = p.ID
		}
		err := engine.Each(ctx, on, `SELECT plan, article FROM plan_stories WHERE plan IN `+engine.In(1, len(ids))+` ORDER BY plan, article`, engine.List(ids),
			func(scan func(...any) error) error {
				var id string
				var article stet.ArticleID
				err := scan(&id, &article)
				if p := byID[id]; p != nil {
					p.Stories = append(p.Stories, article)
				}
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func one(ctx context.Context, on engine.Querier, id, lock string) (*stet.Plan, error) {
	missing := stet.Errorf(stet.NotFound, "", "there is no such event in the calendar")
	if !engine.Storable(id) {
		return nil, missing
	}
	ps, err := read(ctx, on, `WHERE id = $1`+lock, id)
	if err != nil {
		return nil, err
	}
	if len(ps) == 0 {
		return nil, missing
	}
	return ps[0], nil
}

// Plan returns one that the actor may see.
func (d *Diary) Plan(ctx context.Context, actor stet.User, id string) (*stet.Plan, error) {
	p, err := one(ctx, d.engine, id, "")
	if err != nil {
		return nil, err
	}
	return p, stet.MayPlan(actor, stet.ActRead, p)
}

// AddPlan writes a new one down and gives it its id.
func (d *Diary) AddPlan(ctx context.Context, actor stet.User, p *stet.Plan, now time.Time) error {
	p.ID, p.Version = engine.NewID(), 0
	return d.engine.Transact(ctx, func(t engine.Tx) error {
		if err := stet.MayPlan(actor, stet.ActWrite, p); err != nil {
			return err
		}
		return write(ctx, t, actor, nil, p, now)
	})
}

// UpdatePlan lets do change one, in a transaction that may run do again. Where
// version is not 0, it must be that of the plan.
func (d *Diary) UpdatePlan(ctx context.Context, actor stet.User, id string, version int64, do func(*stet.Plan) error, now time.Time) (p *stet.Plan, err error) {
	err = d.engine.Transact(ctx, func(t engine.Tx) error {
		if p, err = one(ctx, t, id, t.LockRows()); err != nil {
			return err
		}
		was := *p
		was.Stories = slices.Clone(p.Stories)
		if err := stet.MayPlan(actor, stet.ActWrite, p); err != nil {
			return err
		}
		if version != 0 && version != p.Version {
			return stet.Errorf(stet.Conflict, "version", "somebody else has changed this event; look at it and try again")
		}
		if err := do(p); err != nil {
			return err
		}
		if err := stet.MayPlan(actor, stet.ActWrite, p); err != nil {
			return err
		}
		return write(ctx, t, actor, &was, p, now)
	})
	return p, err
}

// RemovePlan takes one out of the calendar. Its stories stay.
func (d *Diary) RemovePlan(ctx context.Context, actor stet.User, id string, now time.Time) error {
	return d.engine.Transact(ctx, func(t engine.Tx) error {
		p, err := one(ctx, t, id, t.LockRows())
		if err != nil {
			return err
		}
		if err := stet.MayPlan(actor, stet.ActWrite, p); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM plan_stories WHERE plan = $1`, id); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM plans WHERE id = $1`, id); err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{At: now, Kind: audit.PlanRemoved, Actor: actor.ID, Note: p.Title, Changes: changes(p, &stet.Plan{})})
	})
}

// write writes a plan, and in the log what it was and is.
func write(ctx context.Context, t engine.Tx, actor stet.User, was, is *stet.Plan, now time.Time) error {
	if err := is.Check(); err != nil {
		return err
	}
	if err := known(ctx, t, was, is); err != nil {
		return err
	}
	kind := audit.PlanChanged
	if was == nil {
		kind, was = audit.PlanAdded, &stet.Plan{}
	}
	made := changes(was, is)
	if len(made) == 0 {
		return nil
	}
	is.Version, is.Touched = is.Version+1, now
	langs, err := json.Marshal(slices.Concat([]stet.Lang{}, is.Langs))
	if err != nil {
		return err
	}
	people, err := json.Marshal(slices.Concat([]string{}, is.People))
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO plans (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title, place = excluded.place, note = excluded.note, section = excluded.section,
		langs = excluded.langs, people = excluded.people, begins = excluded.begins, ends = excluded.ends, all_day = excluded.all_day, touched = excluded.touched`,
		is.ID, is.Version, is.Title, is.Place, is.Note, is.Section, string(langs), string(people), is.Start.UnixMilli(), engine.Millis(is.End), is.AllDay, now.UnixMilli()); err != nil {
		return err
	}
	for _, id := range is.Stories {
		if slices.Contains(was.Stories, id) {
			continue
		}
		if _, err := t.Exec(ctx, `INSERT INTO plan_stories (plan, article) VALUES ($1, $2) ON CONFLICT DO NOTHING`, is.ID, string(id)); err != nil {
			return err
		}
	}
	return audit.Add(ctx, t, audit.Entry{At: now, Kind: kind, Actor: actor.ID, Note: is.Title, Changes: made})
}

// known refuses people and sections that are not there; those that a plan has
// already may stay.
func known(ctx context.Context, t engine.Tx, was, is *stet.Plan) error {
	if was == nil {
		was = &stet.Plan{}
	}
	if is.Section != "" && is.Section != was.Section {
		var n int
		if !engine.Storable(is.Section) {
			return stet.Errorf(stet.Invalid, "section", "there is no section %q", is.Section)
		}
		if err := engine.Row(ctx, t, `SELECT count(*) FROM terms WHERE kind = $1 AND key = $2 AND merged = ''`, stet.SectionTerm, is.Section).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return stet.Errorf(stet.Invalid, "section", "there is no section %q", is.Section)
		}
	}
	for _, id := range is.People {
		if slices.Contains(was.People, id) {
			continue
		}
		var n int
		if err := engine.Row(ctx, t, `SELECT count(*) FROM people WHERE id = $1 AND disabled IS NULL`, id).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return stet.Errorf(stet.Invalid, "people", "there is no such person")
		}
	}
	return nil
}

// changes lists what differs, in the words of the log.
func changes(was, is *stet.Plan) (out []audit.Change) {
	words := func(p *stet.Plan) [][2]string {
		all := ""
		if p.AllDay {
			all = "yes"
		}
		return [][2]string{
			{"title", p.Title}, {"place", p.Place}, {"note", p.Note}, {"section", p.Section}, {"langs", joined(p.Langs)}, {"people", joined(p.People)},
			{"start", moment(p.Start)}, {"end", moment(p.End)}, {"all_day", all}, {"stories", joined(p.Stories)},
		}
	}
	a, b := words(was), words(is)
	for i := range a {
		if a[i] != b[i] {
			out = append(out, audit.Change{Field: a[i][0], Was: a[i][1], Is: b[i][1]})
		}
	}
	return out
}

func joined[S ~string](of []S) string {
	words := make([]string, len(of))
	for i, s := range of {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Query selects what stands in the calendar. Zero fields select everything that
// the actor may see.
type Query struct {
	Actor        stet.User
	Since, Until time.Time // from the one to before the other
	Lang         stet.Lang
	Section      string
	Person       string // who covers it, or whose article it is
}

// Kind says what an article does then.
type Kind string

// The kinds.
const (
	Due       Kind = "due"
	Embargo   Kind = "embargo"
	Scheduled Kind = "schedule"
)

// Mark is an article in the calendar.
type Mark struct {
	Kind     Kind
	At       time.Time
	Article  stet.ArticleID
	Version  int64
	Lang     stet.Lang
	Section  string
	Headline string
	Words    int // 0: a story without text yet
	Work     stet.WorkState
	Author   string
	Assignee string
	Touched  time.Time
}

// most bounds how much of the calendar is read at once.
const most = 5000

// Calendar lists what is planned and what articles do in a time, each in the order
// of time.
func (d *Diary) Calendar(ctx context.Context, q Query) ([]*stet.Plan, []Mark, error) {
	if !engine.Storable(q.Section) || !engine.Storable(q.Person) || !engine.Storable(string(q.Lang)) {
		return nil, nil, nil
	}
	plans, err := read(ctx, d.engine, `WHERE begins < $1 AND coalesce(ends, begins) >= $2 ORDER BY begins, id LIMIT $3`, q.Until.UnixMilli(), q.Since.UnixMilli(), most)
	if err != nil {
		return nil, nil, err
	}
	plans = slices.DeleteFunc(plans, func(p *stet.Plan) bool {
		return q.Section != "" && p.Section != q.Section || q.Lang != "" && len(p.Langs) > 0 && !slices.Contains(p.Langs, q.Lang) ||
			q.Person != "" && !slices.Contains(p.People, q.Person) || stet.MayPlan(q.Actor, stet.ActRead, p) != nil
	})
	var marks []Mark
	for _, from := range []struct {
		kind   Kind
		column string
		also   string
	}{
		{Due, `deadline`, ``},
		{Embargo, `embargo`, ` AND (live <> 'published' OR work <> 'none')`},
		{Scheduled, `scheduled`, ``},
	} {
		var w engine.Where
		w.Add(from.column + ` >= ` + w.Arg(q.Since.UnixMilli()))
		w.Add(from.column + ` < ` + w.Arg(q.Until.UnixMilli()) + from.also)
		if q.Lang != "" {
			w.Add(`lang = ` + w.Arg(string(q.Lang)))
		}
		if q.Person != "" {
			p := w.Arg(q.Person)
			w.Add(`(author = ` + p + ` OR assignee = ` + p + `)`)
		}
		err := engine.Each(ctx, d.engine, `SELECT `+from.column+`, id, version, lang, section, section_next, section_live, headline, words, work, author, assignee, touched
			FROM articles`+w.String()+` ORDER BY `+from.column+`, id LIMIT `+w.Arg(most), w.Args, func(scan func(...any) error) error {
			m := Mark{Kind: from.kind}
			var next, live string
			if err := scan(engine.When(&m.At), &m.Article, &m.Version, &m.Lang, &m.Section, &next, &live, &m.Headline, &m.Words, &m.Work, &m.Author, &m.Assignee, engine.When(&m.Touched)); err != nil {
				return err
			}
			if q.Section != "" && m.Section != q.Section {
				return nil
			}
			in := func(section string) *stet.Revision {
				return &stet.Revision{Content: stet.Content{Section: section}}
			}
			if stet.May(q.Actor, stet.ActRead, &stet.Article{Lang: m.Lang, Working: in(m.Section), Scheduled: in(next), Current: in(live)}) == nil {
				marks = append(marks, m)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(marks, func(a, b Mark) int { return a.At.Compare(b.At) })
	return plans, marks, nil
}

// Coverage lists the stories of a plan that the actor may read.
func (d *Diary) Coverage(ctx context.Context, actor stet.User, p *stet.Plan) ([]Mark, error) {
	var out []Mark
	if len(p.Stories) == 0 {
		return nil, nil
	}
	return out, engine.Each(ctx, d.engine, `SELECT id, lang, section, section_next, section_live, headline, words, work, assignee FROM articles WHERE id IN `+
		engine.In(1, len(p.Stories))+` ORDER BY created, id`, engine.List(p.Stories), func(scan func(...any) error) error {
		var m Mark
		var next, live string
		if err := scan(&m.Article, &m.Lang, &m.Section, &next, &live, &m.Headline, &m.Words, &m.Work, &m.Assignee); err != nil {
			return err
		}
		in := func(section string) *stet.Revision {
			return &stet.Revision{Content: stet.Content{Section: section}}
		}
		if stet.May(actor, stet.ActRead, &stet.Article{Lang: m.Lang, Working: in(m.Section), Scheduled: in(next), Current: in(live)}) == nil {
			out = append(out, m)
		}
		return nil
	})
}

// ResetFeed makes the secret of the address at which somebody's own calendar
// fetches this one, and returns it: it cannot be read again, and the one before
// is no good any more.
func (d *Diary) ResetFeed(ctx context.Context, actor stet.User, now time.Time) (string, error) {
	if err := stet.May(actor, stet.ActRead, nil); err != nil {
		return "", err
	}
	secret := make([]byte, 24)
	rand.Read(secret)
	token := base64.RawURLEncoding.EncodeToString(secret)
	return token, d.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `INSERT INTO feeds (person, hash, made) VALUES ($1, $2, $3) ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, made = excluded.made`,
			actor.ID, access.Hash(token), now.UnixMilli()); err != nil {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{At: now, Kind: audit.FeedMade, Actor: actor.ID, Subject: actor.ID})
	})
}

// EndFeed takes the address back.
func (d *Diary) EndFeed(ctx context.Context, actor stet.User, now time.Time) error {
	return d.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `DELETE FROM feeds WHERE person = $1`, actor.ID)
		if err != nil || n == 0 {
			return err
		}
		return audit.Add(ctx, t, audit.Entry{At: now, Kind: audit.FeedEnded, Actor: actor.ID, Subject: actor.ID})
	})
}

// FeedMade is since when somebody has such an address; zero for who has none.
func (d *Diary) FeedMade(ctx context.Context, person string) (at time.Time, err error) {
	err = engine.Row(ctx, d.engine, `SELECT made FROM feeds WHERE person = $1`, person).Scan(engine.When(&at))
	if engine.NoRows(err) {
		err = nil
	}
	return at, err
}

// FeedOf returns whose address a secret is; an Error of kind NotFound for nobody's.
func (d *Diary) FeedOf(ctx context.Context, token string) (string, error) {
	var id string
	err := engine.Row(ctx, d.engine, `SELECT person FROM feeds WHERE hash = $1`, access.Hash(token)).Scan(&id)
	if engine.NoRows(err) {
		return "", stet.Errorf(stet.NotFound, "", "there is no calendar at this address")
	}
	return id, err
}
