// Package term reads sections, topics and authors for the desk: lists with
// counts, what uses one, and what was merged into what. Storage writes them,
// because their names stand in addresses and in the index of the search.
package term

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"stet"
	"stet/store/engine"
)

// Register reads terms.
type Register struct{ engine *engine.DB }

// New returns one over a database.
func New(e *engine.DB) *Register { return &Register{e} }

// Read lists terms in the newsroom's order, or, where they are no sections, by
// key; those that were merged into others are not among them.
func Read(ctx context.Context, on engine.Querier, where string, args ...any) ([]stet.Term, error) {
	var out []stet.Term
	at := map[stet.TermRef]int{}
	err := engine.Each(ctx, on, `SELECT t.kind, t.key, t.topic, t.parent, t.card, t.picture, t.version, n.lang, n.name, n.slug, n.about FROM terms t
		LEFT JOIN term_names n ON n.kind = t.kind AND n.key = t.key WHERE t.merged = '' AND `+where+` ORDER BY t.position`, args,
		func(scan func(...any) error) error {
			var t stet.Term
			var lang, name, slug, about sql.NullString
			if err := scan(&t.Kind, &t.Key, &t.Topic, &t.Parent, engine.AsJSON(&t.Card), &t.Card.Picture, &t.Version, &lang, &name, &slug, &about); err != nil {
				return err
			}
			i, ok := at[t.Ref()]
			if !ok {
				i = len(out)
				at[t.Ref()] = i
				t.Names = map[stet.Lang]stet.TermName{}
				out = append(out, t)
			}
			if lang.Valid {
				out[i].Names[stet.Lang(lang.String)] = stet.TermName{Name: name.String, Slug: slug.String, About: about.String}
			}
			return nil
		})
	if len(out) > 0 && out[0].Kind != stet.SectionTerm {
		// Not in SQL: the engines differ in how they order texts.
		slices.SortFunc(out, func(a, b stet.Term) int { return strings.Compare(a.Key, b.Key) })
	}
	return out, err
}

// Merged tells into which terms others were merged.
func Merged(ctx context.Context, on engine.Querier) (map[stet.TermRef]string, error) {
	var out map[stet.TermRef]string
	err := engine.Each(ctx, on, `SELECT kind, key, merged FROM terms WHERE merged <> ''`, nil, func(scan func(...any) error) error {
		var t stet.TermRef
		var into string
		err := scan(&t.Kind, &t.Key, &into)
		if out == nil {
			out = map[stet.TermRef]string{}
		}
		out[t] = into
		return err
	})
	return out, err
}

// Find returns a term; nil if there is none, or if it was merged into another.
func Find(ctx context.Context, on engine.Querier, kind stet.TermKind, key string) (*stet.Term, error) {
	if !engine.Storable(key) {
		return nil, nil
	}
	ts, err := Read(ctx, on, `t.kind = $1 AND t.key = $2`, kind, key)
	if err != nil || len(ts) == 0 {
		return nil, err
	}
	return &ts[0], nil
}

// Term returns a term, and where it was merged into another, that one: an Error
// of kind NotFound if there is none.
func (r *Register) Term(ctx context.Context, kind stet.TermKind, key string) (*stet.Term, error) {
	t, err := Find(ctx, r.engine, kind, key)
	if err == nil && t == nil && engine.Storable(key) {
		var into string
		err = engine.Row(ctx, r.engine, `SELECT merged FROM terms WHERE kind = $1 AND key = $2`, kind, key).Scan(&into)
		if engine.NoRows(err) {
			err = nil
		}
		if err == nil && into != "" {
			t, err = Find(ctx, r.engine, kind, into)
		}
	}
	if err == nil && t == nil {
		err = stet.Errorf(stet.NotFound, "", "there is none with the key %q", key)
	}
	return t, err
}

// AuthorOf returns the author that somebody of the newsroom is; nil for none.
func (r *Register) AuthorOf(ctx context.Context, person string) (*stet.Term, error) {
	card, err := json.Marshal(stet.Card{Person: person})
	if err != nil {
		return nil, err
	}
	within := strings.Trim(string(card), "{}")
	if strings.ContainsAny(within, `%_\`) {
		return nil, nil
	}
	ts, err := Read(ctx, r.engine, `t.kind = $1 AND t.card LIKE $2`, stet.AuthorTerm, "%"+within+"%")
	if err != nil || len(ts) == 0 {
		return nil, err
	}
	return &ts[0], nil
}

// Sections lists all sections there are, also those without a story yet, in the
// newsroom's order.
func (r *Register) Sections(ctx context.Context) ([]stet.Term, error) {
	return Read(ctx, r.engine, `t.kind = $1`, stet.SectionTerm)
}

// Query selects terms. Zero fields select everything.
type Query struct {
	Kind   stet.TermKind
	Topic  string    // of a topic: one of stet.TopicKinds, or "none"
	Lang   stet.Lang // it has a name there
	Lacks  stet.Lang // it has none there
	Text   string    // a word of one of its names, or its key, begins so
	Order  stet.Lang // they are sorted by their names there
	Offset int
	Limit  int
}

// Line is a term of a list, and how many stories of it readers have in each
// language.
type Line struct {
	stet.Term
	Stories map[stet.Lang]int
}

// Count returns the stories of all languages.
func (l *Line) Count() (n int) {
	for _, of := range l.Stories {
		n += of
	}
	return n
}

// Terms lists terms, and tells how many there are in all.
func (r *Register) Terms(ctx context.Context, q Query) ([]Line, int, error) {
	all, err := Read(ctx, r.engine, `t.kind = $1`, q.Kind)
	if err != nil {
		return nil, 0, err
	}
	typed := folded(strings.TrimSpace(q.Text))
	all = slices.DeleteFunc(all, func(t stet.Term) bool {
		if q.Topic != "" && cmp.Or(t.Topic, "none") != q.Topic || q.Lang != "" && t.Names[q.Lang].Name == "" || q.Lacks != "" && t.Names[q.Lacks].Name != "" {
			return true
		}
		if typed == "" || atWord(folded(t.Key), typed) {
			return false
		}
		for _, n := range t.Names {
			if atWord(folded(n.Name), typed) {
				return false
			}
		}
		return true
	})
	if q.Kind != stet.SectionTerm {
		slices.SortStableFunc(all, func(a, b stet.Term) int {
			return strings.Compare(folded(a.In(q.Order).Name), folded(b.In(q.Order).Name))
		})
	}
	total := len(all)
	all = all[min(q.Offset, total):]
	if q.Limit > 0 {
		all = all[:min(q.Limit, len(all))]
	}
	out, at, keys := make([]Line, len(all)), map[string]int{}, make([]string, len(all))
	for i, t := range all {
		out[i], at[t.Key], keys[i] = Line{t, map[stet.Lang]int{}}, i, t.Key
	}
	for some := range slices.Chunk(keys, 500) {
		err := engine.Each(ctx, r.engine, `SELECT key, lang, count(*) FROM story_terms WHERE kind = $1 AND key IN `+engine.In(2, len(some))+` GROUP BY key, lang`,
			append([]any{q.Kind}, engine.List(some)...), func(scan func(...any) error) error {
				var key string
				var l stet.Lang
				var n int
				err := scan(&key, &l, &n)
				out[at[key]].Stories[l] = n
				return err
			})
		if err != nil {
			return nil, 0, err
		}
	}
	return out, total, nil
}

// Use is what a term is used for.
type Use struct {
	Stories map[stet.Lang]int // that readers have
	Texts   int               // of the newsroom that name it and readers do not have
	Under   int               // sections under it
	People  []string          // names of people whose rights it limits
}

// None reports whether nothing uses it.
func (u *Use) None() bool {
	return len(u.Stories) == 0 && u.Texts == 0 && u.Under == 0 && len(u.People) == 0
}

// TermUse tells what uses a term. It reads the texts of the newsroom.
func (r *Register) TermUse(ctx context.Context, kind stet.TermKind, key string) (Use, error) {
	return UseOf(ctx, r.engine, kind, key)
}

// UseOf is TermUse within a transaction.
func UseOf(ctx context.Context, on engine.Querier, kind stet.TermKind, key string) (Use, error) {
	u := Use{Stories: map[stet.Lang]int{}}
	err := engine.Each(ctx, on, `SELECT lang, count(*) FROM story_terms WHERE kind = $1 AND key = $2 GROUP BY lang`, []any{kind, key}, func(scan func(...any) error) error {
		var l stet.Lang
		var n int
		err := scan(&l, &n)
		u.Stories[l] = n
		return err
	})
	if err != nil {
		return u, err
	}
	if u.Texts, err = texts(ctx, on, stet.TermRef{Kind: kind, Key: key}); err != nil || kind != stet.SectionTerm {
		return u, err
	}
	if err := engine.Row(ctx, on, `SELECT count(*) FROM terms WHERE kind = $1 AND parent = $2 AND merged = ''`, kind, key).Scan(&u.Under); err != nil {
		return u, err
	}
	return u, engine.Each(ctx, on, `SELECT name, sections FROM people`, nil, func(scan func(...any) error) error {
		var name string
		var sections []string
		err := scan(&name, engine.AsJSON(&sections))
		if slices.Contains(sections, key) {
			u.People = append(u.People, name)
		}
		return err
	})
}

// texts counts the articles with a text that names a term and that readers do
// not have.
func texts(ctx context.Context, on engine.Querier, ref stet.TermRef) (int, error) {
	merged, err := Merged(ctx, on)
	if err != nil {
		return 0, err
	}
	keys := []string{ref.Key}
	for was, into := range merged {
		if was.Kind == ref.Kind && into == ref.Key {
			keys = append(keys, was.Key)
		}
	}
	found := map[string]bool{}
	for _, key := range keys {
		like := `%`
		if quoted, err := json.Marshal(key); err == nil && !strings.ContainsAny(string(quoted), `\`) {
			like = `%` + string(quoted) + `%`
		}
		err := engine.Each(ctx, on, `SELECT r.article, r.meta FROM revisions r JOIN articles a ON a.id = r.article
			WHERE (r.number < 1 OR r.number = a.revision AND a.live <> 'published') AND r.meta LIKE $1`, []any{like}, func(scan func(...any) error) error {
			var id string
			var c stet.Content
			if err := scan(&id, engine.AsJSON(&c)); err != nil {
				return err
			}
			c.Follow(merged)
			if names(&c, ref) {
				found[id] = true
			}
			return nil
		})
		if err != nil {
			return 0, fmt.Errorf("look for texts of %s %s: %w", ref.Kind, ref.Key, err)
		}
	}
	return len(found), nil
}

// names reports whether a text names a term.
func names(c *stet.Content, ref stet.TermRef) bool {
	switch ref.Kind {
	case stet.SectionTerm:
		return c.Section == ref.Key
	case stet.TopicTerm:
		return slices.Contains(c.Topics, ref.Key)
	}
	return slices.ContainsFunc(c.Bylines, func(b stet.Byline) bool { return b.Key == ref.Key })
}

// FindTerms lists terms of a kind whose name in a language has a word that
// begins with what is typed, whatever its case; those whose whole name begins
// with it come first. Each has its key and its name in that language.
func (r *Register) FindTerms(ctx context.Context, kind stet.TermKind, l stet.Lang, typed string, limit int) ([]Found, error) {
	typed = folded(strings.TrimSpace(typed))
	if typed == "" || !engine.Storable(string(l)) {
		return nil, nil
	}
	var first, then []Found
	err := engine.Each(ctx, r.engine, `SELECT t.key, n.name, t.topic FROM term_names n JOIN terms t ON t.kind = n.kind AND t.key = n.key WHERE n.kind = $1 AND n.lang = $2`,
		[]any{kind, l}, func(scan func(...any) error) error {
			var t Found
			if err := scan(&t.Key, &t.Name, &t.Topic); err != nil {
				return err
			}
			if name := folded(t.Name); strings.HasPrefix(name, typed) {
				first = append(first, t)
			} else if atWord(name, typed) {
				then = append(then, t)
			}
			return nil
		})
	for _, list := range [][]Found{first, then} { // not in SQL: the engines differ in how they order texts
		slices.SortFunc(list, func(a, b Found) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Key, b.Key))
		})
	}
	all := append(first, then...)
	return all[:min(limit, len(all))], err
}

// Found is a term by its key and its name in one language.
type Found struct{ Key, Name, Topic string }

func folded(s string) string { return cases.Fold().String(norm.NFC.String(s)) }

// atWord reports whether a word of name begins with what is typed.
func atWord(name, typed string) bool {
	for rest := name; ; {
		i := strings.Index(rest, typed)
		if i < 0 {
			return false
		}
		at := len(name) - len(rest) + i
		if before, _ := utf8.DecodeLastRuneInString(name[:at]); at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
		rest = rest[i+len(typed):]
	}
}
