package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"stet"
	"stet/lang"
	"stet/search"
	"stet/store/engine"
	"stet/store/term"
)

// What the index takes of a story at most: a tsvector ends at 1 MB.
const (
	maxSearchTerms = 90_000
	maxSearchBytes = 750_000

	maxAboutTerms = 10_000 // and of what it is about besides
	maxAboutBytes = 150_000
)

// settingSearch is the version of the analyser that made the index.
const settingSearch = "search"

// editionTerm is the term of all stories in an edition. It has a sign that is
// in no term of a text or question.
func editionTerm(l stet.Lang) string { return "§" + strings.ReplaceAll(string(l), "-", "") }

// newSearchRow makes the row of a story but for what names it. What is not open
// to everybody is not found by its body.
func newSearchRow(l stet.Lang, c *stet.Content) engine.SearchRow {
	a := search.For(string(l))
	limit, size := maxSearchTerms, maxSearchBytes
	terms := func(texts ...string) []string {
		out := a.Terms(strings.Join(texts, "\n"), limit, size)
		limit -= len(out)
		for _, t := range out {
			size -= len(t) + 1
		}
		return out
	}
	r := engine.SearchRow{Edition: editionTerm(l)}
	r.Headline = terms(c.Headline)
	r.Standfirst = terms(c.Standfirst, c.Kicker)
	if c.Open() && c.Body != nil {
		r.Body = terms(c.Body.Text())
	}
	return r
}

// named completes the row of a story: its number, and the names of its topics
// and authors.
func named(r engine.SearchRow, ord int64, l stet.Lang, c *stet.Content, names map[termKey]string) engine.SearchRow {
	about := []string{c.Dateline}
	for _, key := range c.Topics {
		about = append(about, names[termKey{stet.TopicTerm, key, l}])
	}
	for _, b := range c.Bylines {
		about = append(about, cmp.Or(b.Name, names[termKey{stet.AuthorTerm, b.Key, l}]))
	}
	r.Ord, r.Topics = ord, search.For(string(l)).Terms(strings.Join(about, "\n"), maxAboutTerms, maxAboutBytes)
	return r
}

// newIndex gathers rows of the index.
func newIndex(t engine.Tx) *engine.Bulk {
	return &engine.Bulk{Head: t.Search().Insert, Tail: t.Search().Tail}
}

// topicNames returns the names of the topics and authors of texts.
func topicNames(ctx context.Context, on engine.Querier, contents []*stet.Content) (map[termKey]string, error) {
	out := map[termKey]string{}
	var keys []string
	for _, c := range contents {
		keys = append(keys, c.Topics...)
		for _, b := range c.Bylines {
			if b.Name == "" {
				keys = append(keys, b.Key)
			}
		}
	}
	slices.Sort(keys)
	for some := range slices.Chunk(slices.Compact(keys), maxGroups) {
		err := engine.Each(ctx, on, `SELECT kind, key, lang, name FROM term_names WHERE kind IN ($1, $2) AND key IN `+engine.In(3, len(some)),
			append([]any{stet.TopicTerm, stet.AuthorTerm}, engine.List(some)...), func(scan func(...any) error) error {
				var k termKey
				var name string
				err := scan(&k.kind, &k.key, &k.lang, &name)
				out[k] = name
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// index writes what articles are found by, given by their places in as.
func (s *saver) index(public []int) error {
	as := s.as
	var contents []*stet.Content
	for _, i := range public {
		if s.indexed[as[i].ID] != 0 {
			contents = append(contents, &as[i].Current.Content)
		}
	}
	names, err := topicNames(s.ctx, s, contents)
	if err != nil {
		return err
	}
	for _, i := range public {
		if ord := s.indexed[as[i].ID]; ord != 0 {
			row := named(s.made[i].row, ord, as[i].Lang, &as[i].Current.Content, names)
			if err := s.search.Add(s.ctx, s.Tx, s.Search().Row(row)...); err != nil {
				return err
			}
		}
	}
	return s.search.Flush(s.ctx, s.Tx)
}

// reindexed is how many stories are read at once to be indexed.
const reindexed = 200

// reindex writes the rows of the stories that a condition about stories s
// selects.
func reindex(ctx context.Context, t engine.Tx, where string, args ...any) error {
	b := newIndex(t)
	merged, err := term.Merged(ctx, t)
	if err != nil {
		return err
	}
	type story struct {
		ord     int64
		lang    stet.Lang
		content *stet.Content
	}
	for last := int64(math.MinInt64); ; {
		var stories []story
		var contents []*stet.Content
		err := engine.Each(ctx, t, `SELECT s.ord, s.lang, r.meta, r.Body FROM stories s JOIN revisions r ON r.article = s.article AND r.number = s.revision
			WHERE s.kind = 'story'`+where+` AND s.ord > $`+strconv.Itoa(len(args)+1)+` ORDER BY s.ord LIMIT `+strconv.Itoa(reindexed), append(slices.Clone(args), last),
			func(scan func(...any) error) error {
				v := story{content: &stet.Content{}}
				var body []byte
				err := scan(&v.ord, &v.lang, engine.AsJSON(v.content), &body)
				if err != nil {
					return err
				}
				v.content.Follow(merged)
				stories, contents, last = append(stories, v), append(contents, v.content), v.ord
				v.content.Body, err = unpack(body)
				return err
			})
		if err != nil {
			return err
		}
		names, err := topicNames(ctx, t, contents)
		if err != nil {
			return err
		}
		rows := make([]engine.SearchRow, len(stories))
		atOnce(len(rows), func(i int) {
			v := stories[i]
			rows[i] = named(newSearchRow(v.lang, v.content), v.ord, v.lang, v.content, names)
		})
		for _, r := range rows {
			if err := b.Add(ctx, t, t.Search().Row(r)...); err != nil {
				return err
			}
		}
		if err := b.Flush(ctx, t); err != nil {
			return err
		}
		if len(stories) < reindexed {
			return nil
		}
	}
}

// reindexAll makes the whole index anew.
func reindexAll(ctx context.Context, t engine.Tx) error {
	if _, err := t.Exec(ctx, t.Search().Clear); err != nil {
		return err
	}
	if err := reindex(ctx, t, ""); err != nil {
		return fmt.Errorf("make the index of the search: %w", err)
	}
	return set(ctx, t, settingSearch, strconv.Itoa(search.Version))
}

// indexUpToDate makes the index anew if another version of the analyser made it, or
// none. It is one transaction: nobody ever searches half an index.
func (db *DB) indexUpToDate(ctx context.Context) error {
	want := strconv.Itoa(search.Version)
	if is, err := setting(ctx, db.engine, settingSearch); err != nil || is == want {
		return err
	}
	return db.engine.Transact(ctx, func(t engine.Tx) error {
		// Of nodes that start at once, one waits here for the other.
		if _, err := t.Exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, '') ON CONFLICT (key) DO UPDATE SET key = excluded.key`, settingSearch); err != nil {
			return err
		}
		if is, err := setting(ctx, t, settingSearch); err != nil || is == want {
			return err
		}
		return reindexAll(ctx, t)
	})
}

// maxRanked is how many of the newest stories that answer a question are ranked.
const maxRanked = 1000

// candidate is a story that answers a question.
type candidate struct {
	ord       int64
	id        stet.ArticleID
	published int64
	score     float64
}

func (l library) Search(ctx context.Context, q stet.SearchQuery) (stet.SearchResults, error) {
	out := stet.SearchResults{AsOf: q.AsOf}
	if out.AsOf == 0 {
		if err := engine.Row(ctx, l.db.engine, `SELECT n FROM counter`).Scan(&out.AsOf); err != nil {
			return out, err
		}
	}
	query := search.For(string(q.Lang)).Query(q.Text)
	if len(query) == 0 || !lang.Valid(string(q.Lang)) {
		return out, nil
	}
	sql, edition := l.db.engine.Search(), editionTerm(q.Lang)
	anywhere := sql.Question(edition, query, false)
	if err := engine.Row(ctx, l.db.engine, sql.Count, anywhere, out.AsOf).Scan(&out.Total); err != nil {
		return out, err
	}
	found, err := l.candidates(ctx, out.AsOf, anywhere)
	if err != nil {
		return out, err
	}
	// Of very many, what is older is found by its headline still.
	headed, err := l.candidates(ctx, out.AsOf, sql.Question(edition, query, true))
	if err != nil {
		return out, err
	}
	found = ranked(found, headed)
	out.Most = len(found)
	found = found[min(max(q.Offset, 0), len(found)):]
	found = found[:min(max(q.Limit, 0), len(found))]
	out.Matches, err = l.found(ctx, found)
	return out, err
}

func (l library) candidates(ctx context.Context, asOf int64, question string) ([]candidate, error) {
	var out []candidate
	err := engine.Each(ctx, l.db.engine, l.db.engine.Search().Match, []any{question, asOf, maxRanked}, func(scan func(...any) error) error {
		var c candidate
		err := scan(&c.ord, &c.id, &c.published, &c.score)
		out = append(out, c)
		return err
	})
	return out, err
}

// A story that is a year older than the newest one that answers the question
// keeps 0.8 of its score, and however old it is 0.6.
const (
	ageless    = 0.6
	yearMillis = 365 * 24 * 3600 * 1000
)

// inHeadline is what it counts that a headline has all that is asked for.
const inHeadline = 2

// ranked orders stories by how well they fit, those that have it in the headline
// before, the newer of two that fit alike first.
func ranked(anywhere, headed []candidate) []candidate {
	for i := range headed {
		headed[i].score *= inHeadline
	}
	all := append(headed, anywhere...)
	newest := int64(math.MinInt64)
	for _, c := range all {
		newest = max(newest, c.published)
	}
	for i := range all {
		years := float64(newest-all[i].published) / yearMillis
		all[i].score *= ageless + (1-ageless)*math.Exp2(-years)
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.published, a.published), cmp.Compare(b.ord, a.ord))
	})
	seen := map[int64]bool{}
	return slices.DeleteFunc(all, func(c candidate) bool {
		was := seen[c.ord]
		seen[c.ord] = true
		return was
	})
}

// found reads the stories of one page of results.
func (l library) found(ctx context.Context, page []candidate) ([]stet.Match, error) {
	if len(page) == 0 {
		return nil, nil
	}
	var ids []stet.ArticleID
	for _, c := range page {
		ids = append(ids, c.id)
	}
	stories := map[stet.ArticleID]stet.Match{}
	err := engine.Each(ctx, l.db.engine, `SELECT 0, `+headColumns+`, r.meta, r.Body FROM stories s
		JOIN revisions r ON r.article = s.article AND r.number = s.revision`+headPictures+` WHERE s.article IN `+engine.In(1, len(ids)), engine.List(ids),
		func(scan func(...any) error) error {
			var c stet.Content
			var body []byte
			_, h, err := scanHead(func(into ...any) error { return scan(append(into, engine.AsJSON(&c), &body)...) })
			if err != nil {
				return err
			}
			f := stet.Match{Head: h}
			if c.Open() {
				if c.Body, err = unpack(body); err != nil {
					return err
				}
				if c.Body != nil {
					f.Text = c.Body.Text()
				}
			}
			stories[h.ID] = f
			return nil
		})
	var out []stet.Match
	for _, c := range page {
		if f, ok := stories[c.id]; ok { // it was withdrawn this moment
			out = append(out, f)
		}
	}
	return out, err
}
