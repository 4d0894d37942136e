package store

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"stet"
	"stet/store/engine"
)

// work is a change of articles up to its writing. It is prepared before the
// transaction that writes it: analysing and packing texts takes longer than
// writing them, and others need not wait for it.
type work struct {
	as     []*stet.Article
	before []state
	made   []made
	seqs   map[stet.ArticleID]int64 // short names
	merged int                      // how many terms were merged into others by then
}

// state is what an article was when it was loaded.
type state struct {
	version            int64
	place              *stet.Place // its day in UTC, until the zone is known
	published          time.Time
	group              stet.ArticleID
	revision           int // the number of what readers saw
	working, scheduled bool
	headline           string
	shelf              *shelf // nil for a new article
	pictures           map[stet.PictureID]bool
}

func stateOf(a *stet.Article) state {
	s := state{version: a.Version, place: a.Place(time.UTC), published: a.PublishedAt, group: a.Group,
		working: a.Working != nil, scheduled: a.Scheduled != nil, pictures: usesOf(a)}
	if a.Current != nil {
		s.revision = a.Current.Number
	}
	if c := a.Latest(); c != nil {
		on := shelfOf(a)
		s.headline, s.shelf = c.Headline, &on
	}
	return s
}

// made is what is made of an article that changed.
type made struct {
	texts    map[*stet.Revision]text
	words    int
	headline []string // the words of a headline that is new
	row      engine.SearchRow
}

// text is a revision as it is stored.
type text struct {
	form []byte // canonical
	meta string
	body []byte // packed
}

func newText(r *stet.Revision) text {
	t := text{form: r.CanonicalForm()}
	meta, body, _ := bytes.Cut(t.form, []byte{'\n'})
	t.meta, t.body = string(meta), pack(body)
	return t
}

// prepare loads articles, changes them and makes what is to be written of them.
func prepare(ctx context.Context, on engine.Querier, ids []stet.ArticleID, lock string, change func([]*stet.Article) error) (*work, error) {
	as, seqs, err := loadWithSeq(ctx, on, ids, lock)
	if err != nil {
		return nil, err
	}
	w := &work{as: as, seqs: seqs, made: make([]made, len(as))}
	if w.merged, err = follow(ctx, on, as); err != nil {
		return nil, err
	}
	for _, a := range as {
		w.before = append(w.before, stateOf(a))
	}
	if err := change(as); err != nil {
		return nil, err
	}
	changed := w.changed()
	if w.merged > 0 { // what came in may name terms of before
		if _, err := follow(ctx, on, as); err != nil {
			return nil, err
		}
	}
	atOnce(len(changed), func(n int) {
		i := changed[n]
		w.made[i] = newMade(as[i], w.before[i])
	})
	return w, nil
}

// changed returns the places of the articles that changed, of each once.
func (w *work) changed() []int {
	var out []int
	for i, a := range w.as {
		if a.Changed() && !slices.Contains(w.as[:i], a) {
			out = append(out, i)
		}
	}
	return out
}

func newMade(a *stet.Article, was state) made {
	m := made{texts: map[*stet.Revision]text{}}
	revisions := append([]*stet.Revision{a.Working, a.Scheduled}, a.Kept()...)
	if a.Current != nil && a.Current.Number > was.revision {
		revisions = append(revisions, a.Current)
	}
	for _, r := range revisions {
		if _, ok := m.texts[r]; !ok && r != nil {
			m.texts[r] = newText(r)
		}
	}
	m.words = wordsOf(a)
	if latest := a.Latest(); was.shelf == nil || was.headline != latest.Headline {
		m.headline = engine.Words(latest.Headline)
	}
	if a.Kind == stet.StoryKind && a.Live == stet.LivePublished && shown(a.Pending()) {
		m.row = newSearchRow(a.Lang, &a.Current.Content)
	}
	return m
}

// still returns engine.ErrAgain if an article is not as it was loaded any more.
func (w *work) still(ctx context.Context, t engine.Tx) error {
	if len(w.as) == 0 {
		return nil
	}
	now := map[stet.ArticleID]int64{}
	var ids []stet.ArticleID
	for _, a := range w.as {
		ids = append(ids, a.ID)
	}
	err := engine.Each(ctx, t, `SELECT id, version FROM articles WHERE id IN `+engine.In(1, len(ids))+t.LockRows(), engine.List(ids),
		func(scan func(...any) error) error {
			var id stet.ArticleID
			var version int64
			err := scan(&id, &version)
			now[id] = version
			return err
		})
	for i, a := range w.as {
		if err == nil && now[a.ID] != w.before[i].version {
			err = engine.ErrAgain
		}
	}
	return err
}

// atOnce calls fn for every number below n, on all cores.
func atOnce(n int, fn func(i int)) {
	var next atomic.Int64
	one := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			fn(i)
		}
	}
	var others sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) - 1 {
		others.Go(one)
	}
	one()
	others.Wait()
}
