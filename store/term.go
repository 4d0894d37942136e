package store

import (
	"cmp"
	"context"
	"database/sql"

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
		ref := stet.TermRef{Kind: w.kind, Key: w.key}
		slug, err := termSlug(s.ctx, s.Tx, ref, l, "", "")
		if err != nil {
			return err
		}
		if err := nameTerm(s.ctx, s.Tx, ref, l, "", stet.TermName{Name: w.name, Slug: slug}); err != nil {
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

// termSlug returns the slug that a term gets in a language if it wants one: made
// of the key where it wants none and had none, and with a number that keeps it
// apart from other terms, from addresses in use and, of a section, from the site's
// own.
func termSlug(ctx context.Context, t engine.Tx, ref stet.TermRef, l stet.Lang, wanted, had string) (string, error) {
	slug := cmp.Or(wanted, had)
	if slug == had && had != "" {
		return had, nil
	}
	numbered := false
	if slug == "" || ref.Kind == stet.SectionTerm {
		site, err := readSite(ctx, t)
		if err != nil {
			return "", err
		}
		if slug == "" {
			slug = site.Settings.Slug(l, ref.Key, string(ref.Kind))
		}
		numbered = ref.Kind == stet.SectionTerm && site.ReservedSlug(slug)
	}
	own := string(stet.TermPath(l, ref.Kind, had))
	for i := 1; ; i++ {
		try := slug
		if i > 1 || numbered {
			try = lang.NumberedSlug(slug, i)
		}
		var taken int
		err := engine.Row(ctx, t, `SELECT (SELECT count(*) FROM term_names WHERE kind = $1 AND lang = $2 AND slug = $3 AND key <> $4)
			+ (SELECT count(*) FROM addresses WHERE path = $5 AND (target IS NULL OR target <> $6))`,
			ref.Kind, l, try, ref.Key, stet.ComparePath(string(stet.TermPath(l, ref.Kind, try))), own).Scan(&taken)
		if err != nil || taken == 0 {
			return try, err
		}
	}
}

// nameTerm writes what a term is called in a language. The address of a slug that
// it had leads to the new one.
func nameTerm(ctx context.Context, t engine.Tx, ref stet.TermRef, l stet.Lang, had string, is stet.TermName) error {
	if _, err := t.Exec(ctx, `INSERT INTO term_names (kind, key, lang, name, slug, about) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, key, lang) DO UPDATE SET name = excluded.name, slug = excluded.slug, about = excluded.about`, ref.Kind, ref.Key, l, is.Name, is.Slug, is.About); err != nil {
		return err
	}
	if had == "" || had == is.Slug {
		return nil
	}
	return redirect(ctx, t, stet.TermPath(l, ref.Kind, had), string(stet.TermPath(l, ref.Kind, is.Slug)))
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
