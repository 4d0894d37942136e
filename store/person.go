package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"stet"
)

const personColumns = `id, email, name, role, langs, sections, desk, zone, created, disabled`

func scanPerson(scan func(...any) error) (*stet.Person, error) {
	p := &stet.Person{}
	return p, scan(&p.ID, &p.Email, &p.Name, &p.Role, asJSON{&p.Langs}, asJSON{&p.Sections}, &p.Desk, &p.Zone, when{&p.Created}, when{&p.Disabled})
}

func onePerson(ctx context.Context, on querier, query string, args ...any) (*stet.Person, error) {
	var p *stet.Person
	err := each(ctx, on, query, args, func(scan func(...any) error) (err error) {
		p, err = scanPerson(scan)
		return err
	})
	if err == nil && p == nil {
		err = stet.Errorf(stet.NotFound, "", "there is no such person")
	}
	return p, err
}

// Person returns a person by id; an Error of kind NotFound if there is none.
func (db *DB) Person(ctx context.Context, id string) (*stet.Person, error) {
	return onePerson(ctx, db, `SELECT `+personColumns+` FROM people WHERE id = $1`, id)
}

// PersonByEmail returns a person by address, whatever its case; an Error of
// kind NotFound if there is none.
func (db *DB) PersonByEmail(ctx context.Context, email string) (*stet.Person, error) {
	return onePerson(ctx, db, `SELECT `+personColumns+` FROM people WHERE email_key = $1`, stet.EmailKey(email))
}

// People returns everybody, in the order in which they came.
func (db *DB) People(ctx context.Context) ([]*stet.Person, error) {
	var out []*stet.Person
	err := each(ctx, db, `SELECT `+personColumns+` FROM people ORDER BY id`, nil, func(scan func(...any) error) error {
		p, err := scanPerson(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

// AddPerson takes somebody into the newsroom. The id and the time of creation
// are given here.
func (db *DB) AddPerson(ctx context.Context, actor stet.User, p stet.Person, at time.Time) (*stet.Person, error) {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return nil, err
	}
	p.ID, p.Created = "user:"+NewID(), at.UTC().Truncate(time.Millisecond)
	err := db.transact(ctx, func(t tx) error {
		columns, err := personRow(ctx, t, &p)
		if err != nil {
			return err
		}
		n, err := t.exec(ctx, `INSERT INTO people (email, email_key, name, role, langs, sections, desk, zone, disabled, id, created, password, code_step)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0) ON CONFLICT DO NOTHING`, append(columns, p.ID, p.Created.UnixMilli())...)
		if err == nil && n == 0 {
			err = emailTaken(p.Email)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}

func emailTaken(email string) error {
	return stet.Errorf(stet.Conflict, "email", "somebody has the address %s already", email)
}

// UpdatePerson changes a person by fn, which may be called again where writers
// collide, if the law lets the actor (stet.MayChange). Who is disabled by it is
// signed out everywhere, and the previews they gave away end; links that went to
// an address end with it.
func (db *DB) UpdatePerson(ctx context.Context, actor stet.User, id string, fn func(*stet.Person) error) error {
	return db.transact(ctx, func(t tx) error {
		p, err := onePerson(ctx, t, `SELECT `+personColumns+` FROM people WHERE id = $1`+db.engine.lockRows(), id)
		if err != nil {
			return err
		}
		was := *p
		was.Langs, was.Sections = slices.Clone(p.Langs), slices.Clone(p.Sections)
		if err := fn(p); err != nil {
			return err
		}
		p.ID, p.Created = id, was.Created
		if err := stet.MayChange(actor, &was, p); err != nil {
			return err
		}
		columns, err := personRow(ctx, t, p)
		if err != nil {
			return err
		}
		var other string
		if err := row(ctx, t, `SELECT id FROM people WHERE email_key = $1 AND id <> $2`, columns[1], id).scan(&other); err == nil {
			return emailTaken(p.Email)
		} else if !isNoRows(err) {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE people SET email = $1, email_key = $2, name = $3, role = $4, langs = $5, sections = $6, desk = $7, zone = $8, disabled = $9
			WHERE id = $10`, append(columns, id)...); err != nil {
			return err
		}
		switch {
		case !p.Disabled.IsZero():
			if _, err := t.exec(ctx, `DELETE FROM preview_links WHERE person = $1`, id); err != nil {
				return err
			}
			return endSessions(ctx, t, id, "")
		case stet.EmailKey(p.Email) != stet.EmailKey(was.Email):
			return endLinks(ctx, t, id)
		}
		return nil
	})
}

// personRow checks a person and returns the columns that both statements write.
func personRow(ctx context.Context, t tx, p *stet.Person) ([]any, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	site, err := readSite(ctx, t)
	if err != nil {
		return nil, err
	}
	for _, l := range p.Langs {
		if _, ok := site.Edition(l); !ok {
			return nil, stet.Errorf(stet.Invalid, "langs", "the site has no edition in %q", l)
		}
	}
	if len(p.Sections) > 0 {
		there := map[string]bool{}
		err := each(ctx, t, `SELECT key FROM terms WHERE kind = $1`, []any{stet.SectionTerm}, func(scan func(...any) error) error {
			var key string
			err := scan(&key)
			there[key] = true
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, s := range p.Sections {
			if !there[s] {
				return nil, stet.Errorf(stet.Invalid, "sections", "there is no section %q", s)
			}
		}
	}
	langs, err := json.Marshal(p.Langs)
	if err != nil {
		return nil, err
	}
	sections, err := json.Marshal(p.Sections)
	if err != nil {
		return nil, err
	}
	return []any{p.Email, stet.EmailKey(p.Email), p.Name, string(p.Role), string(langs), string(sections),
		string(p.Desk), p.Zone, millis(p.Disabled)}, nil
}
