package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/lang"
	"stet/store/engine"
	"stet/store/term"
)

// SaveTerms creates or changes sections, topics and authors, all or none: what is
// not given of one stays as it is. An import leaves alone those that people have
// changed here since, and those that were merged into others. It returns how many
// of them changed anything. A change of what pages show is one event, at which
// every page is laid anew.
func (db *DB) SaveTerms(ctx context.Context, actor stet.User, terms []stet.Term, at time.Time) (int, error) {
	changed := 0
	err := db.engine.Transact(ctx, func(t engine.Tx) error {
		changed = 0
		merged, err := term.Merged(ctx, t)
		if err != nil {
			return err
		}
		var notes []string
		shown := false
		for _, v := range terms {
			if merged[v.Ref()] != "" {
				continue
			}
			is, err := term.Find(ctx, t, v.Kind, v.Key)
			if err != nil {
				return err
			}
			if is == nil {
				is = &stet.Term{Kind: v.Kind, Key: v.Key}
			} else if edited, err := editedTerm(ctx, t, v.Ref()); err != nil || edited && actor.Origin == stet.ByImport {
				if err != nil {
					return err
				}
				continue
			}
			note, seen, err := changeTerm(ctx, t, actor, is, over(*is, v))
			if err != nil {
				return fmt.Errorf("%s %s: %w", v.Kind, v.Key, err)
			}
			if note != "" {
				changed++
				notes, shown = append(notes, note), shown || seen
			}
		}
		if changed == 0 {
			return nil
		}
		_, err = termEvent(ctx, t, stet.TermEvent(actor, shown, strings.Join(notes, "; "), at))
		return err
	})
	return changed, err
}

func editedTerm(ctx context.Context, t engine.Tx, ref stet.TermRef) (edited bool, err error) {
	err = engine.Row(ctx, t, `SELECT edited FROM terms WHERE kind = $1 AND key = $2`, ref.Kind, ref.Key).Scan(&edited)
	return edited, err
}

// over lays what is given of a term over what it is.
func over(is, given stet.Term) stet.Term {
	if given.Topic != "" {
		is.Topic = given.Topic
	}
	if given.Parent != "" {
		is.Parent = given.Parent
	}
	names := map[stet.Lang]stet.TermName{}
	maps.Copy(names, is.Names)
	for l, n := range given.Names {
		was := names[l]
		for into, s := range map[*string]string{&was.Name: n.Name, &was.Slug: n.Slug, &was.About: n.About} {
			if s != "" {
				*into = s
			}
		}
		if was.Name == "" {
			was.Name = is.Key
		}
		names[l] = was
	}
	is.Names = names
	return is
}

// ChangeTerm makes a term into what it is to be, or makes a new one, whose
// version is 0. Where somebody changed it since the version that is given, it is
// an Error of kind Stale and nothing happens. The event is 0 if nothing changed.
func (db *DB) ChangeTerm(ctx context.Context, actor stet.User, to stet.Term, at time.Time) (event int64, err error) {
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		event = 0
		is, err := term.Find(ctx, t, to.Kind, to.Key)
		if err != nil {
			return err
		}
		if is == nil {
			if to.Version > 0 {
				return stet.Errorf(stet.NotFound, "", "there is none with the key %q", to.Key)
			}
			var there int
			if err := engine.Row(ctx, t, `SELECT count(*) FROM terms WHERE kind = $1 AND key = $2`, to.Kind, to.Key).Scan(&there); err != nil {
				return err
			}
			if there > 0 {
				return stet.Errorf(stet.Conflict, "key", "there was one with the key %q, which was merged into another; choose another key", to.Key)
			}
			is = &stet.Term{Kind: to.Kind, Key: to.Key}
		} else if to.Version == 0 {
			return stet.Errorf(stet.Conflict, "key", "there is one with the key %q already", to.Key)
		}
		if is.Version != to.Version {
			if err := stet.MayTerm(actor, to.Kind); err != nil {
				return err
			}
			return stet.Errorf(stet.Stale, "", "somebody changed this meanwhile")
		}
		note, shown, err := changeTerm(ctx, t, actor, is, to)
		if err != nil || note == "" {
			return err
		}
		event, err = termEvent(ctx, t, stet.TermEvent(actor, shown, note, at))
		return err
	})
	return event, err
}

// changeTerm lets the law make a term into what it is to be and writes that. It
// returns what changed in words, nothing for nothing, and whether readers see it.
func changeTerm(ctx context.Context, t engine.Tx, actor stet.User, is *stet.Term, to stet.Term) (note string, shown bool, err error) {
	was := *is
	names := map[stet.Lang]stet.TermName{}
	for l, n := range to.Names {
		if n.Name != "" && n != was.Names[l] && lang.Valid(string(l)) {
			if n.Slug, err = termSlug(ctx, t, is.Ref(), l, stet.CleanLine(n.Slug), was.Names[l].Slug); err != nil {
				return "", false, err
			}
		}
		names[l] = n
	}
	to.Names = names
	did, err := is.Change(actor, to)
	if err != nil {
		return "", false, err
	}
	if was.Version == 0 {
		if _, err := addTerm(ctx, t, *is); err != nil {
			return "", false, err
		}
	} else if len(did) == 0 {
		return "", false, nil
	}
	used := map[stet.Lang]bool{}
	err = engine.Each(ctx, t, `SELECT DISTINCT lang FROM story_terms WHERE kind = $1 AND key = $2`, []any{is.Kind, is.Key}, func(scan func(...any) error) error {
		var l stet.Lang
		err := scan(&l)
		used[l] = true
		return err
	})
	if err != nil {
		return "", false, err
	}
	if err := writeCard(ctx, t, actor, is); err != nil {
		return "", false, err
	}
	called := false
	for _, l := range slices.Sorted(maps.Keys(is.Names)) {
		if n := is.Names[l]; n != was.Names[l] {
			if err := nameTerm(ctx, t, is.Ref(), l, was.Names[l].Slug, n); err != nil {
				return "", false, err
			}
			called = called || n.Name != was.Names[l].Name
		}
	}
	for l := range was.Names {
		if _, ok := is.Names[l]; ok {
			continue
		}
		if used[l] {
			return "", false, stet.Errorf(stet.Invalid, "names."+string(l), "is missing; readers have stories under it")
		}
		if _, err := t.Exec(ctx, `DELETE FROM term_names WHERE kind = $1 AND key = $2 AND lang = $3`, is.Kind, is.Key, l); err != nil {
			return "", false, err
		}
	}
	if called && len(used) > 0 && is.Kind != stet.SectionTerm { // whose stories are not found by its name
		if err := reindex(ctx, t, ` AND s.article IN (SELECT article FROM story_terms WHERE kind = $1 AND key = $2)`, is.Kind, is.Key); err != nil {
			return "", false, err
		}
	}
	if was.Version == 0 {
		did = append([]string{"new"}, did...)
	}
	return string(is.Kind) + " " + is.Key + ": " + strings.Join(did, ", "), len(used) > 0, nil
}

// writeCard writes what a term is in all languages.
func writeCard(ctx context.Context, t engine.Tx, actor stet.User, v *stet.Term) error {
	card, err := json.Marshal(v.Card)
	if err != nil {
		return err
	}
	if id := v.Card.Picture; id != "" {
		there := 0
		if engine.Storable(string(id)) {
			if err := engine.Row(ctx, t, `SELECT count(*) FROM pictures WHERE id = $1`, id).Scan(&there); err != nil {
				return err
			}
		}
		if there == 0 {
			return stet.Errorf(stet.Invalid, "picture", "there is no picture %q", id)
		}
	}
	_, err = t.Exec(ctx, `UPDATE terms SET topic = $1, parent = $2, card = $3, picture = $4, version = $5, edited = edited OR $6 WHERE kind = $7 AND key = $8`,
		v.Topic, v.Parent, string(card), v.Card.Picture, v.Version+1, actor.Origin == stet.ByPerson, v.Kind, v.Key)
	return err
}

// termEvent writes an event about terms; one that readers see changes every page.
func termEvent(ctx context.Context, t engine.Tx, e stet.Event) (int64, error) {
	n, err := nextEvents(ctx, t, 1)
	if err != nil {
		return 0, err
	}
	return n, writeTermEvent(ctx, t, n, e)
}

func writeTermEvent(ctx context.Context, t engine.Tx, n int64, e stet.Event) error {
	e.N = n
	if e.Kind == stet.Renamed {
		if err := set(ctx, t, settingStamp, fmt.Sprint(n)); err != nil {
			return err
		}
	}
	b := newEvents()
	if err := addEvent(ctx, t, b, &e); err != nil {
		return err
	}
	return b.Flush(ctx, t)
}

// MoveSection puts a section under a parent, or none, in front of one of the
// sections there or, without one, behind them.
func (db *DB) MoveSection(ctx context.Context, actor stet.User, key, parent, before string, at time.Time) (event int64, err error) {
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		event = 0
		was, err := term.Read(ctx, t, `t.kind = $1`, stet.SectionTerm)
		if err != nil {
			return err
		}
		is, err := stet.MoveSection(actor, was, key, parent, before)
		if err != nil {
			return err
		}
		changed := int64(0)
		for i, v := range is {
			n, err := t.Exec(ctx, `UPDATE terms SET position = $1, parent = $2, edited = edited OR $3, version = version + CASE WHEN parent = $2 THEN 0 ELSE 1 END
				WHERE kind = 'section' AND key = $4 AND (position <> $1 OR parent <> $2)`, i, v.Parent, v.Key == key, v.Key)
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return nil
		}
		event, err = termEvent(ctx, t, stet.MovedEvent(actor, was, is, key, at))
		return err
	})
	return event, err
}

// MergeTerm makes a term another one: its stories carry over, its addresses lead
// to the other's, and texts that name it mean the other. Of a section that is to
// close it.
func (db *DB) MergeTerm(ctx context.Context, actor stet.User, kind stet.TermKind, from, into string, at time.Time) (event int64, err error) {
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		if err := stet.MayTermWhole(actor, kind); err != nil {
			return err
		}
		// From here on no text is published, and whoever publishes next follows.
		if event, err = nextEvents(ctx, t, 1); err != nil {
			return err
		}
		var both [2]*stet.Term
		for i, key := range []string{from, into} {
			if both[i], err = term.Find(ctx, t, kind, key); err != nil {
				return err
			}
			if both[i] == nil && i == 0 {
				return stet.Errorf(stet.NotFound, "", "there is none with the key %q", key)
			}
			if both[i] == nil {
				return stet.Errorf(stet.Invalid, "into", "there is none with the key %q", key)
			}
		}
		old, now := both[0], both[1]
		was := *now
		if err := now.Absorb(actor, old); err != nil {
			return err
		}
		use, err := term.UseOf(ctx, t, kind, from)
		if err != nil {
			return err
		}
		if len(use.People) > 0 {
			return stet.Errorf(stet.Conflict, "", "these people may work in some sections only, and this is one of them: %s; choose others for them first", strings.Join(use.People, ", "))
		}
		if err := writeCard(ctx, t, actor, now); err != nil {
			return err
		}
		if err := mergeNames(ctx, t, old, &was); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE terms SET merged = $1 WHERE kind = $2 AND (key = $3 OR merged = $3)`, into, kind, from); err != nil {
			return err
		}
		if err := carryOver(ctx, t, old, into); err != nil {
			return err
		}
		stories := 0
		for _, n := range use.Stories {
			stories += n
		}
		note := fmt.Sprintf("%s %s merged into %s: stories %d, texts %d; it was %s", kind, from, into, stories, use.Texts, describe(old))
		return writeTermEvent(ctx, t, event, stet.TermEvent(actor, stories > 0 || use.Under > 0, note, at))
	})
	return event, err
}

// describe writes what a term was, for the log.
func describe(v *stet.Term) string {
	var out []string
	for _, l := range slices.Sorted(maps.Keys(v.Names)) {
		n := v.Names[l]
		out = append(out, fmt.Sprintf("%s %q /%s", l, n.Name, n.Slug))
	}
	if v.Topic != "" {
		out = append(out, v.Topic)
	}
	if v.Parent != "" {
		out = append(out, "under "+v.Parent)
	}
	return strings.Join(out, ", ")
}

// mergeNames gives a term the names of one that is merged into it where it has
// none, with their addresses; elsewhere the old address leads to the new one.
func mergeNames(ctx context.Context, t engine.Tx, old, now *stet.Term) error {
	for l, n := range old.Names {
		is, ok := now.Names[l]
		if !ok {
			if _, err := t.Exec(ctx, `UPDATE term_names SET key = $1 WHERE kind = $2 AND key = $3 AND lang = $4`, now.Key, now.Kind, old.Key, l); err != nil {
				return err
			}
			continue
		}
		if _, err := t.Exec(ctx, `DELETE FROM term_names WHERE kind = $1 AND key = $2 AND lang = $3`, now.Kind, old.Key, l); err != nil {
			return err
		}
		if err := redirect(ctx, t, stet.TermPath(l, old.Kind, n.Slug), string(stet.TermPath(l, now.Kind, is.Slug))); err != nil {
			return err
		}
	}
	return nil
}

// carryOver makes the stories of a term those of another.
func carryOver(ctx context.Context, t engine.Tx, old *stet.Term, into string) error {
	kind, from := old.Kind, old.Key
	if kind != stet.SectionTerm { // by whose name stories are not found
		if err := reindex(ctx, t, ` AND s.article IN (SELECT article FROM story_terms WHERE kind = $1 AND key = $2)`, kind, from); err != nil {
			return err
		}
	}
	if kind == stet.AuthorTerm {
		if err := rewriteBylines(ctx, t, from); err != nil {
			return err
		}
	}
	type statement struct {
		text string
		args []any
	}
	do := []statement{
		{`DELETE FROM story_terms WHERE kind = $1 AND key = $2 AND article IN (SELECT article FROM story_terms WHERE kind = $1 AND key = $3)`, []any{kind, from, into}},
		{`UPDATE story_terms SET key = $1 WHERE kind = $2 AND key = $3`, []any{into, kind, from}},
	}
	if kind == stet.SectionTerm {
		do = append(do,
			statement{`UPDATE stories SET section = $1 WHERE section = $2`, []any{into, from}},
			statement{`UPDATE articles SET section = $1 WHERE section = $2`, []any{into, from}},
			statement{`UPDATE articles SET section_next = $1 WHERE section_next = $2`, []any{into, from}},
			statement{`UPDATE articles SET section_live = $1 WHERE section_live = $2`, []any{into, from}},
			statement{`DELETE FROM board_counts`, nil},
			statement{`INSERT INTO board_counts (live, work, lang, section, section_next, section_live, n)
				SELECT live, work, lang, section, section_next, section_live, count(*) FROM articles GROUP BY live, work, lang, section, section_next, section_live`, nil},
			statement{`UPDATE terms SET parent = $1, version = version + 1 WHERE kind = 'section' AND parent = $2`, []any{old.Parent, from}},
			statement{`DELETE FROM front_pins WHERE section = $1`, []any{from}})
	}
	for _, s := range do {
		if _, err := t.Exec(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// rewriteBylines lets lists sign stories of an author who was merged as the other.
func rewriteBylines(ctx context.Context, t engine.Tx, from string) error {
	merged, err := term.Merged(ctx, t)
	if err != nil {
		return err
	}
	signed := map[stet.ArticleID][]stet.Byline{}
	err = engine.Each(ctx, t, `SELECT article, bylines FROM stories WHERE article IN (SELECT article FROM story_terms WHERE kind = 'author' AND key = $1)`, []any{from},
		func(scan func(...any) error) error {
			var id stet.ArticleID
			var bylines []stet.Byline
			err := scan(&id, engine.AsJSON(&bylines))
			signed[id] = stet.FollowBylines(bylines, merged)
			return err
		})
	for id, bylines := range signed {
		if err != nil {
			return err
		}
		var data string
		if data, err = listJSON(bylines); err == nil {
			_, err = t.Exec(ctx, `UPDATE stories SET bylines = $1 WHERE article = $2`, data, id)
		}
	}
	return err
}

// DeleteTerm removes a term that nothing uses.
func (db *DB) DeleteTerm(ctx context.Context, actor stet.User, kind stet.TermKind, key string, at time.Time) error {
	return db.engine.Transact(ctx, func(t engine.Tx) error {
		if err := stet.MayTermWhole(actor, kind); err != nil {
			return err
		}
		n, err := nextEvents(ctx, t, 1)
		if err != nil {
			return err
		}
		is, err := term.Find(ctx, t, kind, key)
		if err != nil {
			return err
		}
		if is == nil {
			return stet.Errorf(stet.NotFound, "", "there is none with the key %q", key)
		}
		use, err := term.UseOf(ctx, t, kind, key)
		if err != nil {
			return err
		}
		if !use.None() {
			return stet.Errorf(stet.Conflict, "", "this is in use and cannot be deleted; merge it into another instead")
		}
		for l, name := range is.Names {
			path := string(stet.TermPath(l, kind, name.Slug))
			if _, err := t.Exec(ctx, `DELETE FROM addresses WHERE article IS NULL AND target IN ($1, $2)`, path, stet.ComparePath(path)); err != nil {
				return err
			}
		}
		for _, q := range []string{
			`DELETE FROM term_names WHERE kind = $1 AND key IN (SELECT key FROM terms WHERE kind = $1 AND (key = $2 OR merged = $2))`,
			`DELETE FROM terms WHERE kind = $1 AND (key = $2 OR merged = $2)`,
		} {
			if _, err := t.Exec(ctx, q, kind, key); err != nil {
				return err
			}
		}
		return writeTermEvent(ctx, t, n, stet.TermEvent(actor, false, fmt.Sprintf("%s %s deleted; it was %s", kind, key, describe(is)), at))
	})
}
