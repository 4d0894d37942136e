package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/store/engine"
	"stet/store/term"
)

// Public returns what readers may know. Everything it asks is asked of the
// table stories, which holds published matter only.
func (db *DB) Public() stet.Library { return library{db} }

type library struct{ db *DB }

func (l library) Site(ctx context.Context) (*stet.Site, error) { return l.db.Site(ctx) }

func (l library) Find(ctx context.Context, p stet.Path) (stet.Found, error) {
	if !engine.Storable(string(p)) {
		return stet.Found{}, stet.Errorf(stet.NotFound, "", "nothing stands at %q", p)
	}
	path, query, _ := strings.Cut(string(p), "?")
	wanted := stet.ComparePath(path)
	if query != "" {
		wanted += "?" + query
	}
	var article, group, target, current, lang, live, reason sql.NullString
	err := engine.Row(ctx, l.db.engine, `SELECT d.article, a.grp, d.target, a.path, a.lang, a.live, a.withdrawal
		FROM addresses d LEFT JOIN articles a ON a.id = d.article WHERE d.path = $1`, wanted).
		Scan(&article, &group, &target, &current, &lang, &live, &reason)
	if engine.NoRows(err) {
		return stet.Found{}, stet.Errorf(stet.NotFound, "", "nothing stands at %q", p)
	}
	if err != nil {
		return stet.Found{}, err
	}
	f := stet.Found{Article: stet.ArticleID(article.String), Group: stet.ArticleID(group.String), Lang: stet.Lang(lang.String)}
	switch {
	case target.Valid:
		f.Kind, f.To = stet.FoundMoved, target.String
	case live.String == string(stet.LiveWithdrawn):
		f.Kind, f.Reason = stet.FoundGone, reason.String
	case live.String != string(stet.LivePublished):
		return stet.Found{}, stet.Errorf(stet.NotFound, "", "nothing stands at %q", p)
	case current.String != string(p):
		f.Kind, f.To = stet.FoundMoved, current.String
	}
	return f, nil
}

const storyColumns = `s.article, s.kind, s.lang, s.grp, s.path, s.day, s.published, s.updated, s.stamp, s.revision, s.corrections`

func (l library) Story(ctx context.Context, id stet.ArticleID) (*stet.Story, error) {
	s := &stet.Story{}
	var body []byte
	var day int64
	err := engine.Row(ctx, l.db.engine, `SELECT `+storyColumns+`, r.meta, r.body FROM stories s
		JOIN revisions r ON r.article = s.article AND r.number = s.revision WHERE s.article = $1`, id).
		Scan(&s.ID, &s.Kind, &s.Lang, &s.Group, &s.Path, &day, engine.When(&s.PublishedAt), engine.When(&s.UpdatedAt), &s.Stamp, &s.Revision,
			engine.AsJSON(&s.Corrections), engine.AsJSON(&s.Content), &body)
	if engine.NoRows(err) {
		return nil, stet.Errorf(stet.NotFound, "id", "there is no published article %q", id)
	}
	if err != nil {
		return nil, err
	}
	s.Day = dayOf(day)
	merged, err := term.Merged(ctx, l.db.engine)
	if err != nil {
		return nil, err
	}
	s.Content.Follow(merged)
	if s.Open() {
		if s.Body, err = unpack(body); err != nil {
			return nil, err
		}
	}
	if s.Pictures, err = l.db.Shown(ctx, s.Content.Pictures()); err != nil {
		return nil, err
	}
	versions, err := l.Translations(ctx, []stet.ArticleID{s.Group})
	s.Translations = versions[s.Group]
	s.Original = stet.Original(s.Translations)
	return s, err
}

// maxGroups is how many groups one statement asks for.
const maxGroups = 500

func (l library) Translations(ctx context.Context, groups []stet.ArticleID) (map[stet.ArticleID][]stet.Translation, error) {
	out := map[stet.ArticleID][]stet.Translation{}
	for some := range slices.Chunk(groups, maxGroups) {
		err := engine.Each(ctx, l.db.engine, `SELECT s.grp, s.article, s.kind, s.lang, s.path, s.headline, s.day FROM stories s JOIN editions e ON e.lang = s.lang
			WHERE s.grp IN `+engine.In(1, len(some))+` ORDER BY e.position, s.ord`, engine.List(some), func(scan func(...any) error) error {
			var group, id stet.ArticleID
			var t stet.Translation
			var day int64
			err := scan(&group, &id, &t.Kind, &t.Lang, &t.Path, &t.Headline, &day)
			t.Day, t.Original = dayOf(day), id == group
			out[group] = append(out[group], t)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

const headColumns = `s.article, s.kind, s.lang, s.grp, s.path, s.headline, s.standfirst, s.kicker, s.section, s.genre, s.bylines, s.published, s.updated, s.ord,
	s.picture_alt, p.meta, p.id, i.meta, i.id`

// headPictures joins the lead picture of a story, and what stands in its place.
const headPictures = ` LEFT JOIN pictures p ON p.id = s.picture LEFT JOIN pictures i ON i.id = p.replacement`

func scanHead(scan func(...any) error) (query int, h stet.Head, err error) {
	var meta, id, insteadMeta, insteadID sql.NullString
	if err := scan(&query, &h.ID, &h.Kind, &h.Lang, &h.Group, &h.Path, &h.Headline, &h.Standfirst, &h.Kicker, &h.Section, &h.Genre,
		engine.AsJSON(&h.Bylines), engine.When(&h.PublishedAt), engine.When(&h.UpdatedAt), &h.Order,
		&h.Alt, &meta, &id, &insteadMeta, &insteadID); err != nil {
		return query, h, err
	}
	return query, h, headPicture(&h, meta, id, insteadMeta, insteadID)
}

// anyZone is more than what a zone can be away from UTC.
const anyZone = 26 * time.Hour

// around is an instant at a distance from a day's beginning. The index of a
// term's stories knows their times and not their days: a time of publication
// near the day keeps a query about a month from reading all that came since.
func around(d stet.Day, distance time.Duration) int64 {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return t.Add(distance).UnixMilli()
}

func (l library) Heads(ctx context.Context, q stet.HeadQuery) ([]stet.Head, error) {
	heads, err := l.HeadsOf(ctx, []stet.HeadQuery{q})
	return heads[0], err
}

func (l library) HeadsOf(ctx context.Context, queries []stet.HeadQuery) ([][]stet.Head, error) {
	var args []any
	var texts []string
	for i, q := range queries {
		if engine.Storable(string(q.Lang)) && engine.Storable(q.Key) {
			texts = append(texts, headsText(i, q, &args))
		}
	}
	out := make([][]stet.Head, len(queries))
	if len(texts) == 0 {
		return out, nil
	}
	text := texts[0]
	if len(texts) > 1 { // the engines keep no order beyond a UNION
		text = `SELECT * FROM (` + strings.Join(texts, `) a UNION ALL SELECT * FROM (`) + `) a ORDER BY 1, published DESC, ord DESC`
	}
	err := engine.Each(ctx, l.db.engine, text, args, func(scan func(...any) error) error {
		i, h, err := scanHead(scan)
		if err == nil {
			out[i] = append(out[i], h)
		}
		return err
	})
	return out, err
}

// headsText is the statement of one query, whose rows begin with its number.
func headsText(number int, q stet.HeadQuery, args *[]any) string {
	arg := func(v any) string {
		*args = append(*args, v)
		return "$" + strconv.Itoa(len(*args))
	}
	kind := q.Kind
	if kind == "" {
		kind = stet.StoryKind
	}
	from, where, by := `stories s`, []string{}, "s"
	if q.Key != "" {
		from = `story_terms m JOIN stories s ON s.article = m.article`
		where = append(where, `m.kind = `+arg(q.Term), `m.key = `+arg(q.Key))
		if q.Lang != "" {
			where = append(where, `m.lang = `+arg(q.Lang))
		}
		by = "m"
	} else {
		where = append(where, `s.kind = `+arg(kind))
		if q.Lang != "" {
			where = append(where, `s.lang = `+arg(q.Lang))
		}
	}
	if q.From != "" {
		where = append(where, `s.day >= `+arg(dayNumber(q.From)))
		if by == "m" {
			where = append(where, `m.published >= `+arg(around(q.From, -anyZone)))
		}
	}
	if q.To != "" {
		where = append(where, `s.day <= `+arg(dayNumber(q.To)))
		if by == "m" {
			where = append(where, `m.published < `+arg(around(q.To, 24*time.Hour+anyZone)))
		}
	}
	if !q.Since.IsZero() {
		where = append(where, by+`.published >= `+arg(q.Since.UnixMilli()))
	}
	if !q.UpdatedSince.IsZero() {
		where = append(where, `s.updated >= `+arg(q.UpdatedSince.UnixMilli()))
	}
	if q.Before != nil {
		where = append(where, `(`+by+`.published, `+by+`.ord) < (`+arg(q.Before.At.UnixMilli())+`, `+arg(q.Before.Order)+`)`)
	}
	text := `SELECT ` + strconv.Itoa(number) + ` AS q, ` + headColumns + ` FROM ` + from + headPictures + ` WHERE ` + strings.Join(where, ` AND `) +
		` ORDER BY ` + by + `.published DESC, ` + by + `.ord DESC`
	if q.Limit > 0 {
		text += ` LIMIT ` + arg(q.Limit)
	}
	return text
}

func (l library) Terms(ctx context.Context, lang stet.Lang, kind stet.TermKind) ([]stet.Term, error) {
	return term.Read(ctx, l.db.engine, `t.kind = $1 AND EXISTS (SELECT 1 FROM story_terms m WHERE m.kind = t.kind AND m.key = t.key AND m.lang = $2)`, kind, lang)
}

func (l library) Term(ctx context.Context, lang stet.Lang, kind stet.TermKind, slug string) (*stet.Term, error) {
	if !engine.Storable(slug) {
		return nil, stet.Errorf(stet.NotFound, "", "there is no %s %q", kind, slug)
	}
	ts, err := term.Read(ctx, l.db.engine, `t.kind = $1 AND EXISTS (SELECT 1 FROM story_terms m WHERE m.kind = t.kind AND m.key = t.key AND m.lang = $2)
		AND t.key IN (SELECT key FROM term_names WHERE kind = t.kind AND lang = $2 AND slug = $3)`, kind, lang, slug)
	if err != nil {
		return nil, err
	}
	if len(ts) == 0 {
		return nil, stet.Errorf(stet.NotFound, "", "there is no %s %q", kind, slug)
	}
	if id := ts[0].Card.Picture; id != "" {
		shown, err := l.db.Shown(ctx, []stet.PictureID{id})
		if err != nil {
			return nil, err
		}
		ts[0].Portrait = shown[id]
	}
	return &ts[0], nil
}

func (l library) Editions(ctx context.Context, kind stet.TermKind, key string) ([]stet.Lang, error) {
	var out []stet.Lang
	err := engine.Each(ctx, l.db.engine, `SELECT e.lang FROM editions e WHERE EXISTS
		(SELECT 1 FROM story_terms m WHERE m.kind = $1 AND m.key = $2 AND m.lang = e.lang) ORDER BY e.position`,
		[]any{kind, key}, func(scan func(...any) error) error {
			var lang stet.Lang
			err := scan(&lang)
			out = append(out, lang)
			return err
		})
	return out, err
}

func (l library) Names(ctx context.Context, kind stet.TermKind, keys []string) (map[string]*stet.Term, error) {
	out := map[string]*stet.Term{}
	if len(keys) == 0 {
		return out, nil
	}
	ts, err := term.Read(ctx, l.db.engine, `t.kind = $1 AND t.key IN `+engine.In(2, len(keys)), append([]any{kind}, engine.List(keys)...)...)
	for i := range ts {
		out[ts[i].Key] = &ts[i]
	}
	return out, err
}

func (l library) Months(ctx context.Context, lang stet.Lang) ([]stet.MonthCount, error) {
	var out []stet.MonthCount
	err := engine.Each(ctx, l.db.engine, `SELECT day / 100, count(*) FROM stories WHERE lang = $1 AND kind = $2 GROUP BY day / 100 ORDER BY 1 DESC`,
		[]any{lang, stet.StoryKind}, func(scan func(...any) error) error {
			var month int64
			var m stet.MonthCount
			if err := scan(&month, &m.Count); err != nil {
				return err
			}
			m.Month = dayOf(month*100 + 1)
			out = append(out, m)
			return nil
		})
	return out, err
}

func (l library) Near(ctx context.Context, lang stet.Lang, before, after stet.Day) (earlier, later stet.Day, err error) {
	var e, n sql.NullInt64
	err = engine.Row(ctx, l.db.engine, `SELECT (SELECT max(day) FROM stories WHERE lang = $1 AND kind = $2 AND day < $3),
		(SELECT min(day) FROM stories WHERE lang = $1 AND kind = $2 AND day > $4)`,
		lang, stet.StoryKind, dayNumber(before), dayNumber(after)).Scan(&e, &n)
	return dayOf(e.Int64), dayOf(n.Int64), err
}
