package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"stet"
	"stet/lang"
	"stet/store/engine"
)

// terms makes sure that the section, topics and authors of a content exist. An
// author who is new gets the name of the byline in the article's language.
func (s *saver) terms(l stet.Lang, c *stet.Content) error {
	type wanted struct {
		termKey
		name string
	}
	var want []wanted
	var keys []string
	add := func(kind stet.TermKind, key, name string) {
		k := termKey{kind, key, l}
		if key != "" && !s.named[k] {
			s.named[k] = true
			want = append(want, wanted{k, cmp.Or(name, key)})
			keys = append(keys, key)
		}
	}
	add(stet.SectionTerm, c.Section, "")
	for _, k := range c.Topics {
		add(stet.TopicTerm, k, "")
	}
	for _, b := range c.Bylines {
		add(stet.AuthorTerm, b.Key, b.Name)
	}
	if len(want) == 0 {
		return nil
	}
	there := map[termKey]bool{}
	err := engine.Each(s.ctx, s, `SELECT kind, key FROM term_names WHERE kind IN ($1, $2, $3) AND lang = $4 AND key IN `+engine.In(5, len(keys)),
		append([]any{stet.SectionTerm, stet.TopicTerm, stet.AuthorTerm, l}, engine.List(keys)...),
		func(scan func(...any) error) error {
			k := termKey{lang: l}
			err := scan(&k.kind, &k.key)
			there[k] = true
			return err
		})
	if err != nil {
		return err
	}
	for _, w := range want {
		if there[w.termKey] {
			continue
		}
		if _, err := addTerm(s.ctx, s.Tx, stet.Term{Kind: w.kind, Key: w.key}); err != nil {
			return err
		}
		if _, err := nameTerm(s.ctx, s.Tx, w.kind, w.key, l, stet.TermName{Name: w.name}); err != nil {
			return err
		}
	}
	return nil
}

// addTerm adds a term at the end of its kind and reports whether it was new.
func addTerm(ctx context.Context, t engine.Tx, v stet.Term) (bool, error) {
	n, err := t.Exec(ctx, `INSERT INTO terms (kind, key, topic, parent, position)
		SELECT $1, $2, $3, $4, (SELECT count(*) FROM terms WHERE kind = $1)
		ON CONFLICT DO NOTHING`, v.Kind, v.Key, v.Topic, v.Parent)
	return n > 0, err
}

// nameTerm gives a term a name and a slug in a language and reports whether that
// changed anything. What is not given stays; a first slug is made of the key,
// and a number keeps it apart from other terms, from addresses in use and, of a
// section, from the site's own. The address of a slug that is given up leads to
// the new one.
func nameTerm(ctx context.Context, t engine.Tx, kind stet.TermKind, key string, l stet.Lang, n stet.TermName) (bool, error) {
	var old stet.TermName
	err := engine.Row(ctx, t, `SELECT name, slug FROM term_names WHERE kind = $1 AND key = $2 AND lang = $3`, kind, key, l).Scan(&old.Name, &old.Slug)
	if err != nil && !engine.NoRows(err) {
		return false, err
	}
	isNew := err != nil
	slug := cmp.Or(n.Slug, old.Slug)
	is := stet.TermName{Name: cmp.Or(n.Name, old.Name), Slug: slug}
	if is == old && !isNew {
		return false, nil
	}
	numbered := false
	if slug == "" || kind == stet.SectionTerm {
		site, err := readSite(ctx, t)
		if err != nil {
			return false, err
		}
		if slug == "" {
			slug = site.Settings.Slug(l, key, string(kind))
		}
		numbered = kind == stet.SectionTerm && site.ReservedSlug(slug)
	}
	ownPath := string(stet.TermPath(l, kind, old.Slug))
	for i := 1; ; i++ {
		if is.Slug = slug; i > 1 || numbered {
			is.Slug = lang.NumberedSlug(slug, i)
		}
		var taken int
		err := engine.Row(ctx, t, `SELECT (SELECT count(*) FROM term_names WHERE kind = $1 AND lang = $2 AND slug = $3 AND key <> $4)
			+ (SELECT count(*) FROM addresses WHERE path = $5 AND (target IS NULL OR target <> $6))`,
			kind, l, is.Slug, key, stet.ComparePath(string(stet.TermPath(l, kind, is.Slug))), ownPath).Scan(&taken)
		if err != nil {
			return false, err
		}
		if taken == 0 {
			break
		}
	}
	if is == old && !isNew {
		return false, nil
	}
	if _, err := t.Exec(ctx, `INSERT INTO term_names (kind, key, lang, name, slug) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, key, lang) DO UPDATE SET name = excluded.name, slug = excluded.slug`, kind, key, l, is.Name, is.Slug); err != nil {
		return false, err
	}
	if isNew || old.Slug == is.Slug {
		return true, nil
	}
	return true, redirect(ctx, t, stet.Path(ownPath), string(stet.TermPath(l, kind, is.Slug)))
}

// redirect sends an address on to a target, and with it all that led to it.
func redirect(ctx context.Context, t engine.Tx, from stet.Path, target string) error {
	from = stet.Path(stet.ComparePath(string(from)))
	if _, err := t.Exec(ctx, `UPDATE addresses SET target = $1 WHERE target IN ($2, $3)`, target, from, from+"/"); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `DELETE FROM addresses WHERE path = $1 AND article IS NULL`, stet.ComparePath(target)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `INSERT INTO addresses (path, target) VALUES ($1, $2) ON CONFLICT (path) DO UPDATE SET target = excluded.target
		WHERE addresses.article IS NULL`, from, target)
	return err
}

// Sections lists all sections there are, also those without a story yet, in the
// newsroom's order.
func (db *DB) Sections(ctx context.Context) ([]stet.Term, error) {
	return library{db}.terms(ctx, `t.kind = $1`, stet.SectionTerm)
}

// SaveTerms creates or renames sections, topics and authors, all or none. It
// returns how many of them changed anything. A change of what pages show is one
// event, at which every page is laid anew.
func (db *DB) SaveTerms(ctx context.Context, actor stet.User, terms []stet.Term, at time.Time) (int, error) {
	changed := 0
	err := db.engine.Transact(ctx, func(t engine.Tx) error {
		changed = 0
		var note string
		for _, v := range terms {
			did, err := saveTerm(ctx, t, v)
			if err != nil {
				return fmt.Errorf("%s %s: %w", v.Kind, v.Key, err)
			}
			if !did {
				continue
			}
			changed++
			note = string(v.Kind) + " " + v.Key
			if v.Kind == stet.SectionTerm {
				continue // whose stories are not found by its name
			}
			if err := reindex(ctx, t, ` AND s.article IN (SELECT article FROM story_terms WHERE kind = $1 AND key = $2)`, v.Kind, v.Key); err != nil {
				return err
			}
		}
		if changed == 0 {
			return nil
		}
		return siteEvent(ctx, t, stet.Event{At: at, Kind: stet.Renamed, Origin: actor.Origin, Actor: actor.ID, Note: note})
	})
	return changed, err
}

func saveTerm(ctx context.Context, t engine.Tx, v stet.Term) (changed bool, err error) {
	if changed, err = addTerm(ctx, t, v); err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, `UPDATE terms SET topic = $1, parent = $2 WHERE kind = $3 AND key = $4 AND (topic <> $1 OR parent <> $2)`,
		v.Topic, v.Parent, v.Kind, v.Key)
	if err != nil {
		return false, err
	}
	changed = changed || n > 0
	for _, l := range slices.Sorted(maps.Keys(v.Names)) {
		did, err := nameTerm(ctx, t, v.Kind, v.Key, l, v.Names[l])
		if err != nil {
			return false, err
		}
		changed = changed || did
	}
	return changed, nil
}

// SaveRedirects sends old addresses on to their targets, and returns those that
// it leaves as they are: the address of an article, one of the site's own, or
// one that would lead to itself.
func (db *DB) SaveRedirects(ctx context.Context, redirects []stet.Redirect) (taken []stet.Path, err error) {
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		taken = nil
		site, err := readSite(ctx, t)
		if err != nil {
			return err
		}
		for _, r := range redirects {
			made := false
			if !site.Own(r.From) {
				if made, err = saveRedirect(ctx, t, r.From, r.To); err != nil {
					return err
				}
			}
			if !made {
				taken = append(taken, r.From)
			}
		}
		return nil
	})
	return taken, err
}

func saveRedirect(ctx context.Context, t engine.Tx, from stet.Path, target string) (bool, error) {
	var articles int
	if err := engine.Row(ctx, t, `SELECT count(*) FROM addresses WHERE path = $1 AND article IS NOT NULL`, from).Scan(&articles); err != nil || articles > 0 {
		return false, err
	}
	// One hop: what leads to an address that itself leads on, leads there.
	var next sql.NullString
	err := engine.Row(ctx, t, `SELECT target FROM addresses WHERE path = $1 AND target IS NOT NULL`, stet.ComparePath(target)).Scan(&next)
	if err != nil && !engine.NoRows(err) {
		return false, err
	}
	if next.Valid {
		target = next.String
	}
	if stet.ComparePath(target) == string(from) {
		return false, nil
	}
	return true, redirect(ctx, t, from, target)
}

// FindTerms lists terms of a kind whose name in a language has a word that
// begins with what is typed, whatever its case; those whose whole name begins
// with it come first. Each has its key and its name in that language.
func (db *DB) FindTerms(ctx context.Context, kind stet.TermKind, l stet.Lang, typed string, limit int) ([]FoundTerm, error) {
	fold := cases.Fold()
	typed = fold.String(norm.NFC.String(strings.TrimSpace(typed)))
	if typed == "" || !engine.Storable(string(l)) {
		return nil, nil
	}
	var first, then []FoundTerm
	err := engine.Each(ctx, db.engine, `SELECT key, name FROM term_names WHERE kind = $1 AND lang = $2`, []any{kind, l}, func(scan func(...any) error) error {
		var t FoundTerm
		if err := scan(&t.Key, &t.Name); err != nil {
			return err
		}
		if name := fold.String(norm.NFC.String(t.Name)); strings.HasPrefix(name, typed) {
			first = append(first, t)
		} else if atWord(name, typed) {
			then = append(then, t)
		}
		return nil
	})
	for _, list := range [][]FoundTerm{first, then} { // not in SQL: the engines differ in how they order texts
		slices.SortFunc(list, func(a, b FoundTerm) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Key, b.Key))
		})
	}
	all := append(first, then...)
	return all[:min(limit, len(all))], err
}

// FoundTerm is a term by its key and its name in one language.
type FoundTerm struct{ Key, Name string }

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
