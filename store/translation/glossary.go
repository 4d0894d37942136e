package translation

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"stet"
	"stet/store/engine"
)

// Entry says what a name or term is called in another language.
type Entry struct{ Term, Translation, Note string }

// MaxEntries is how many entries a glossary of two languages may have.
const MaxEntries = 10_000

// Check puts an entry into the form that is stored.
func (e *Entry) Check() error {
	e.Term, e.Translation, e.Note = stet.CleanLine(e.Term), stet.CleanLine(e.Translation), stet.CleanLine(e.Note)
	for _, f := range []struct{ name, text string }{{"term", e.Term}, {"translation", e.Translation}, {"note", e.Note}} {
		switch {
		case f.text == "" && f.name != "note":
			return stet.Errorf(stet.Invalid, f.name, "is missing; a glossary names a term and what it is called in the other language")
		case !engine.Storable(f.text):
			return stet.Errorf(stet.Invalid, f.name, "is not valid UTF-8")
		case utf8.RuneCountInString(f.text) > stet.MaxLine:
			return stet.Errorf(stet.Invalid, f.name, "is %d characters long; at most %d are allowed", utf8.RuneCountInString(f.text), stet.MaxLine)
		}
	}
	return nil
}

// Glossary returns what is called how in another language, in no order.
func (m *Memory) Glossary(ctx context.Context, from, to stet.Lang) ([]Entry, error) {
	var out []Entry
	err := engine.Each(ctx, m.engine, `SELECT term, translation, note FROM glossary WHERE source = $1 AND target = $2`, []any{string(from), string(to)},
		func(scan func(...any) error) error {
			var e Entry
			err := scan(&e.Term, &e.Translation, &e.Note)
			out = append(out, e)
			return err
		})
	return out, err
}

// mayKeep lets those keep a glossary who may write in its second language.
func mayKeep(u stet.User, to stet.Lang) error {
	return stet.May(u, stet.ActWrite, &stet.Article{Lang: to})
}

// SetEntries puts entries into a glossary: what it has of a term already is
// replaced.
func (m *Memory) SetEntries(ctx context.Context, actor stet.User, from, to stet.Lang, entries []Entry, now time.Time) error {
	if err := mayKeep(actor, to); err != nil {
		return err
	}
	for i := range entries {
		if err := entries[i].Check(); err != nil {
			return err
		}
	}
	return m.engine.Transact(ctx, func(t engine.Tx) error {
		for _, e := range entries {
			if _, err := t.Exec(ctx, `INSERT INTO glossary (source, target, term, translation, note, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (source, target, term) DO UPDATE SET translation = excluded.translation, note = excluded.note, person = excluded.person, at = excluded.at`,
				string(from), string(to), e.Term, e.Translation, e.Note, actor.ID, now.UnixMilli()); err != nil {
				return err
			}
		}
		var n int
		if err := engine.Row(ctx, t, `SELECT count(*) FROM glossary WHERE source = $1 AND target = $2`, string(from), string(to)).Scan(&n); err != nil {
			return err
		}
		if n > MaxEntries {
			return stet.Errorf(stet.Invalid, "term", "a glossary has at most %d entries; this one would have %d", MaxEntries, n)
		}
		return nil
	})
}

// RemoveEntry takes a term out of a glossary.
func (m *Memory) RemoveEntry(ctx context.Context, actor stet.User, from, to stet.Lang, term string) error {
	if err := mayKeep(actor, to); err != nil {
		return err
	}
	if !engine.Storable(term) || strings.TrimSpace(term) == "" {
		return nil
	}
	return m.engine.Exec(ctx, `DELETE FROM glossary WHERE source = $1 AND target = $2 AND term = $3`, string(from), string(to), term)
}
