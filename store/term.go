package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"stet"
	"stet/lang"
)

// terms makes sure that the section, topics and authors of a content exist. An
// author who is new gets the name of the byline in the article's language.
func (s *saver) terms(l stet.Lang, c *stet.Content) error {
	if c.Section != "" {
		if err := s.term(stet.SectionTerm, c.Section, l, ""); err != nil {
			return err
		}
	}
	for _, k := range c.Topics {
		if err := s.term(stet.TopicTerm, k, l, ""); err != nil {
			return err
		}
	}
	for _, b := range c.Bylines {
		if err := s.term(stet.AuthorTerm, b.Key, l, b.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *saver) term(kind stet.TermKind, key string, l stet.Lang, name string) error {
	k := termKey{kind, key + "\x00" + string(l)}
	if s.named[k] {
		return nil
	}
	if s.named == nil {
		s.named = map[termKey]bool{}
	}
	s.named[k] = true
	if _, err := addTerm(s.ctx, s.tx, stet.Term{Kind: kind, Key: key}); err != nil {
		return err
	}
	if name == "" {
		name = key
	}
	var there int
	if err := row(s.ctx, s, `SELECT count(*) FROM term_names WHERE kind = $1 AND key = $2 AND lang = $3`, kind, key, l).scan(&there); err != nil || there > 0 {
		return err
	}
	return nameTerm(s.ctx, s.tx, kind, key, l, stet.TermName{Name: name})
}

// addTerm adds a term at the end of its kind and reports whether it was new.
func addTerm(ctx context.Context, t tx, v stet.Term) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO terms (kind, key, topic, parent, position)
		SELECT $1, $2, $3, $4, (SELECT count(*) FROM terms WHERE kind = $1)
		ON CONFLICT DO NOTHING`, v.Kind, v.Key, v.Topic, v.Parent)
	return n > 0, err
}

// nameTerm gives a term a name and a slug in a language. The slug is the one
// given, else the one it has, else its key's; a number makes it unique. The
// address of a slug that is given up leads to the new one.
func nameTerm(ctx context.Context, t tx, kind stet.TermKind, key string, l stet.Lang, n stet.TermName) error {
	var old string
	if err := row(ctx, t, `SELECT slug FROM term_names WHERE kind = $1 AND key = $2 AND lang = $3`, kind, key, l).scan(&old); err != nil && !isNoRows(err) {
		return err
	}
	base := n.Slug
	if base == "" {
		base = old
	}
	if base == "" {
		base = lang.Get(string(l)).Slug(key, string(kind))
	}
	reserved := false
	if kind == stet.SectionTerm {
		site, err := readSite(ctx, t)
		if err != nil {
			return err
		}
		reserved = site.ReservedSlug(base)
	}
	slug := base
	for i := 0; ; i++ {
		switch {
		case i == 0 && reserved, i == 1 && !reserved:
			continue
		case i > 0:
			suffix := "-" + strconv.Itoa(i)
			slug = base[:min(len(base), 80-len(suffix))] + suffix
		}
		var taken int
		if err := row(ctx, t, `SELECT count(*) FROM term_names WHERE kind = $1 AND lang = $2 AND slug = $3 AND key <> $4`, kind, l, slug, key).scan(&taken); err != nil {
			return err
		}
		if taken == 0 {
			break
		}
	}
	if _, err := t.exec(ctx, `INSERT INTO term_names (kind, key, lang, name, slug) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, key, lang) DO UPDATE SET name = excluded.name, slug = excluded.slug`, kind, key, l, n.Name, slug); err != nil {
		return err
	}
	if old == "" || old == slug {
		return nil
	}
	return redirect(ctx, t, stet.TermPath(l, kind, old), string(stet.TermPath(l, kind, slug)))
}

// redirect sends an address on to a target, and with it all that led to it.
func redirect(ctx context.Context, t tx, from stet.Path, target string) error {
	from = stet.Path(stet.ComparePath(string(from)))
	if _, err := t.exec(ctx, `UPDATE addresses SET target = $1 WHERE target = $2`, target, from); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM addresses WHERE path = $1 AND article IS NULL`, stet.ComparePath(target)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO addresses (path, target) VALUES ($1, $2) ON CONFLICT (path) DO UPDATE SET target = excluded.target
		WHERE addresses.article IS NULL`, from, target)
	return err
}

// SaveTerms creates or renames sections, topics and authors, all or none. It
// returns how many of them changed anything. A change of what pages show is one
// event, at which every page is laid anew.
func (db *DB) SaveTerms(ctx context.Context, actor stet.User, terms []stet.Term, at time.Time) (int, error) {
	changed := 0
	err := db.transact(ctx, func(t tx) error {
		changed = 0
		var note string
		for _, v := range terms {
			did, err := saveTerm(ctx, t, v)
			if err != nil {
				return fmt.Errorf("%s %s: %w", v.Kind, v.Key, err)
			}
			if did {
				changed++
				note = string(v.Kind) + " " + v.Key
			}
		}
		if changed == 0 {
			return nil
		}
		return siteEvent(ctx, t, stet.Event{At: at, Kind: stet.Renamed, Origin: actor.Origin, Actor: actor.ID, Note: note})
	})
	return changed, err
}

func saveTerm(ctx context.Context, t tx, v stet.Term) (changed bool, err error) {
	if changed, err = addTerm(ctx, t, v); err != nil {
		return false, err
	}
	n, err := t.exec(ctx, `UPDATE terms SET topic = $1, parent = $2 WHERE kind = $3 AND key = $4 AND (topic <> $1 OR parent <> $2)`,
		v.Topic, v.Parent, v.Kind, v.Key)
	if err != nil {
		return false, err
	}
	changed = changed || n > 0
	for _, l := range slices.Sorted(maps.Keys(v.Names)) {
		var old stet.TermName
		err := row(ctx, t, `SELECT name, slug FROM term_names WHERE kind = $1 AND key = $2 AND lang = $3`, v.Kind, v.Key, l).scan(&old.Name, &old.Slug)
		if err != nil && !isNoRows(err) {
			return false, err
		}
		name := v.Names[l]
		if name.Name == "" {
			name.Name = old.Name
		}
		if name.Name == old.Name && (name.Slug == "" || name.Slug == old.Slug) {
			continue
		}
		if err := nameTerm(ctx, t, v.Kind, v.Key, l, name); err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}

// SaveRedirect sends an old address on to a target: a path of the site or an
// absolute address. An address in use is refused with an Error of kind Conflict.
func (db *DB) SaveRedirect(ctx context.Context, from stet.Path, target string) error {
	return db.transact(ctx, func(t tx) error {
		from := stet.Path(stet.ComparePath(string(from)))
		var article sql.NullString
		err := row(ctx, t, `SELECT article FROM addresses WHERE path = $1`, from).scan(&article)
		if err != nil && !isNoRows(err) {
			return err
		}
		if article.Valid {
			return stet.Errorf(stet.Conflict, "from", "%q is the address of an article", from)
		}
		// One hop: what leads to an address that itself leads on, leads there.
		var next sql.NullString
		err = row(ctx, t, `SELECT target FROM addresses WHERE path = $1`, stet.ComparePath(target)).scan(&next)
		if err != nil && !isNoRows(err) {
			return err
		}
		if next.Valid {
			target = next.String
		}
		if stet.ComparePath(target) == string(from) {
			return stet.Errorf(stet.Invalid, "to", "%q would lead to itself", from)
		}
		return redirect(ctx, t, from, target)
	})
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
