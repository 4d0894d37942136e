package access

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/store/audit"
	"stet/store/engine"
)

const personColumns = `id, email, name, role, langs, sections, desk, zone, created, disabled`

func scanPerson(scan func(...any) error) (*stet.Person, error) {
	p := &stet.Person{}
	return p, scan(&p.ID, &p.Email, &p.Name, &p.Role, engine.AsJSON(&p.Langs), engine.AsJSON(&p.Sections), &p.Desk, &p.Zone, engine.When(&p.Created), engine.When(&p.Disabled))
}

func onePerson(ctx context.Context, on engine.Querier, query string, args ...any) (*stet.Person, error) {
	var p *stet.Person
	err := engine.Each(ctx, on, query, args, func(scan func(...any) error) (err error) {
		p, err = scanPerson(scan)
		return err
	})
	if err == nil && p == nil {
		err = stet.Errorf(stet.NotFound, "", "there is no such person")
	}
	return p, err
}

// Person returns a person by id; an Error of kind NotFound if there is none.
func (g *Gate) Person(ctx context.Context, id string) (*stet.Person, error) {
	return onePerson(ctx, g.engine, `SELECT `+personColumns+` FROM people WHERE id = $1`, id)
}

// PersonByEmail returns a person by address, whatever its case; an Error of
// kind NotFound if there is none.
func (g *Gate) PersonByEmail(ctx context.Context, email string) (*stet.Person, error) {
	return onePerson(ctx, g.engine, `SELECT `+personColumns+` FROM people WHERE email_key = $1`, stet.EmailKey(email))
}

// People returns everybody, in the order in which they came.
func (g *Gate) People(ctx context.Context) ([]*stet.Person, error) {
	var out []*stet.Person
	err := engine.Each(ctx, g.engine, `SELECT `+personColumns+` FROM people ORDER BY id`, nil, func(scan func(...any) error) error {
		p, err := scanPerson(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

// AddPerson takes somebody into the newsroom. The id and the time of creation
// are given here.
func (g *Gate) AddPerson(ctx context.Context, actor stet.User, p stet.Person, at time.Time) (*stet.Person, error) {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return nil, err
	}
	p.ID, p.Created = "user:"+engine.NewID(), at.UTC().Truncate(time.Millisecond)
	err := g.engine.Transact(ctx, func(t engine.Tx) error {
		columns, err := personRow(ctx, t, &p)
		if err != nil {
			return err
		}
		n, err := t.Exec(ctx, `INSERT INTO people (email, email_key, name, role, langs, sections, desk, zone, disabled, id, created, password, code_step)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0) ON CONFLICT DO NOTHING`, append(columns, p.ID, p.Created.UnixMilli())...)
		if err == nil && n == 0 {
			err = emailTaken(p.Email)
		}
		if err != nil {
			return err
		}
		e := audit.Entry{Kind: audit.PersonAdded, At: p.Created, Actor: actor.ID, Subject: p.ID, Note: p.Name, Changes: changes(&stet.Person{}, &p)}
		return audit.Add(ctx, t, e)
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
func (g *Gate) UpdatePerson(ctx context.Context, actor stet.User, id string, at time.Time, fn func(*stet.Person) error) error {
	return g.engine.Transact(ctx, func(t engine.Tx) error {
		p, err := onePerson(ctx, t, `SELECT `+personColumns+` FROM people WHERE id = $1`+t.LockRows(), id)
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
		if err := engine.Row(ctx, t, `SELECT id FROM people WHERE email_key = $1 AND id <> $2`, columns[1], id).Scan(&other); err == nil {
			return emailTaken(p.Email)
		} else if !engine.NoRows(err) {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE people SET email = $1, email_key = $2, name = $3, role = $4, langs = $5, sections = $6, desk = $7, zone = $8, disabled = $9
			WHERE id = $10`, append(columns, id)...); err != nil {
			return err
		}
		if err := recordPerson(ctx, t, actor, &was, p, at); err != nil {
			return err
		}
		switch {
		case !p.Disabled.IsZero():
			for _, table := range []string{"preview_links", "feeds"} {
				if _, err := t.Exec(ctx, `DELETE FROM `+table+` WHERE person = $1`, id); err != nil {
					return err
				}
			}
			return endSessions(ctx, t, id, "")
		case stet.EmailKey(p.Email) != stet.EmailKey(was.Email):
			return endLinks(ctx, t, id)
		}
		return nil
	})
}

// recordPerson writes down what became of somebody.
func recordPerson(ctx context.Context, t engine.Tx, actor stet.User, was, is *stet.Person, at time.Time) error {
	e := audit.Entry{At: at, Actor: actor.ID, Subject: is.ID, Note: is.Name}
	switch {
	case was.Disabled.IsZero() && !is.Disabled.IsZero():
		e.Kind = audit.PersonSuspended
	case !was.Disabled.IsZero() && is.Disabled.IsZero():
		e.Kind = audit.PersonLetBack
	}
	if e.Kind != "" {
		if err := audit.Add(ctx, t, e); err != nil {
			return err
		}
	}
	if e.Changes = changes(was, is); len(e.Changes) == 0 {
		return nil
	}
	e.Kind = audit.PersonChanged
	return audit.Add(ctx, t, e)
}

// changes lists what differs between a person and what they become.
func changes(was, is *stet.Person) []audit.Change {
	var out []audit.Change
	for _, c := range []audit.Change{
		{Field: "name", Was: was.Name, Is: is.Name}, {Field: "email", Was: was.Email, Is: is.Email}, {Field: "role", Was: string(was.Role), Is: string(is.Role)},
		{Field: "langs", Was: joined(was.Langs), Is: joined(is.Langs)}, {Field: "sections", Was: joined(was.Sections), Is: joined(is.Sections)},
	} {
		if c.Was != c.Is {
			out = append(out, c)
		}
	}
	return out
}

func joined[S ~string](list []S) string {
	var words []string
	for _, s := range list {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

// personRow checks a person and returns the columns that both statements write.
func personRow(ctx context.Context, t engine.Tx, p *stet.Person) ([]any, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	editions, err := column[stet.Lang](ctx, t, `SELECT lang FROM editions`)
	if err != nil {
		return nil, err
	}
	if len(editions) == 0 {
		return nil, stet.Errorf(stet.Conflict, "", "the newsroom is not set up; run stet init")
	}
	for _, l := range p.Langs {
		if !slices.Contains(editions, l) {
			return nil, stet.Errorf(stet.Invalid, "langs", "the site has no edition in %q", l)
		}
	}
	if len(p.Sections) > 0 {
		there, err := column[string](ctx, t, `SELECT key FROM terms WHERE kind = $1`, stet.SectionTerm)
		if err != nil {
			return nil, err
		}
		for _, s := range p.Sections {
			if !slices.Contains(there, s) {
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
		string(p.Desk), p.Zone, engine.Millis(p.Disabled)}, nil
}

// column returns the values of a query for one column.
func column[T any](ctx context.Context, on engine.Querier, query string, args ...any) ([]T, error) {
	var out []T
	err := engine.Each(ctx, on, query, args, func(scan func(...any) error) error {
		var v T
		err := scan(&v)
		out = append(out, v)
		return err
	})
	return out, err
}
