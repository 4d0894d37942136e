package store_test

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/access"
	"stet/store/storetest"
)

func addPerson(t *testing.T, db *store.DB, email string) *stet.Person {
	t.Helper()
	p, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: email, Name: "Anna", Role: stet.Reporter}, storetest.Noon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "az")
		publish(t, db, "a", draft("ru", "Мост открыт"), storetest.Noon)
		want := stet.Person{
			Email: "Anna@Example.org", Name: "Анна", Role: stet.Editor, Langs: []stet.Lang{"ru"}, Sections: []string{"politics"},
			Desk: "ru", Zone: "Europe/Moscow",
		}
		got, err := db.AddPerson(ctx, stet.Operator, want, storetest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		want.ID, want.Created = got.ID, storetest.Noon
		for _, read := range []func() (*stet.Person, error){
			func() (*stet.Person, error) { return got, nil },
			func() (*stet.Person, error) { return db.Person(ctx, got.ID) },
			func() (*stet.Person, error) { return db.PersonByEmail(ctx, "ANNA@example.ORG") },
		} {
			if p, err := read(); err != nil || !reflect.DeepEqual(*p, want) {
				t.Errorf("read %+v, %v; want %+v", p, err, want)
			}
		}
		other := addPerson(t, db, "boris@example.org")
		everybody, err := db.People(ctx)
		if err != nil || len(everybody) != 2 || everybody[0].ID != want.ID || everybody[1].ID != other.ID {
			t.Errorf("everybody is %v, %v", everybody, err)
		}
		if other.Desk != "en" || other.Zone != "" {
			t.Errorf("without a choice the desk is %q in %q", other.Desk, other.Zone)
		}

		for what, c := range map[string]struct {
			p     stet.Person
			kind  stet.ErrorKind
			field string
		}{
			"an address in other case": {stet.Person{Email: "BORIS@EXAMPLE.ORG", Name: "B", Role: stet.Editor}, stet.Conflict, "email"},
			"no address":               {stet.Person{Name: "B", Role: stet.Editor}, stet.Invalid, "email"},
			"a name for an address":    {stet.Person{Email: "B <b@example.org>", Name: "B", Role: stet.Editor}, stet.Invalid, "email"},
			"a role there is not":      {stet.Person{Email: "b@example.org", Name: "B", Role: "boss"}, stet.Invalid, "role"},
			"a machine":                {stet.Person{Email: "b@example.org", Name: "B", Role: stet.Machine}, stet.Invalid, "role"},
			"a language there is not":  {stet.Person{Email: "b@example.org", Name: "B", Role: stet.Editor, Langs: []stet.Lang{"en"}}, stet.Invalid, "langs"},
			"a section there is not":   {stet.Person{Email: "b@example.org", Name: "B", Role: stet.Editor, Sections: []string{"sprot"}}, stet.Invalid, "sections"},
			"a desk there is not":      {stet.Person{Email: "b@example.org", Name: "B", Role: stet.Editor, Desk: "hy"}, stet.Invalid, "desk"},
			"a zone there is not":      {stet.Person{Email: "b@example.org", Name: "B", Role: stet.Editor, Zone: "Mars/Base"}, stet.Invalid, "zone"},
		} {
			_, err := db.AddPerson(ctx, stet.Operator, c.p, storetest.Noon)
			if kind, ok := stet.KindOf(err); !ok || kind != c.kind || fieldOf(err) != c.field {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := db.AddPerson(ctx, storetest.Editor, stet.Person{Email: "c@example.org", Name: "C", Role: stet.Reporter}, storetest.Noon); !stet.Is(err, stet.Forbidden) {
			t.Errorf("a chief editor takes somebody in: %v", err)
		}
		if _, err := db.Person(ctx, "user:nobody"); !stet.Is(err, stet.NotFound) {
			t.Errorf("nobody is found: %v", err)
		}

		if err := db.UpdatePerson(ctx, stet.Operator, other.ID, storetest.Noon, func(p *stet.Person) error { p.Email = "anna@example.org"; return nil }); !stet.Is(err, stet.Conflict) {
			t.Errorf("two have one address: %v", err)
		}
		if err := db.UpdatePerson(ctx, stet.Operator, want.ID, storetest.Noon, func(p *stet.Person) error { p.Email, p.ID = "anna@example.org", "user:x"; return nil }); err != nil {
			t.Error(err)
		}
		promote := func(p *stet.Person) error { p.Role = stet.Administrator; return nil }
		for _, who := range []stet.User{other.User(), storetest.Editor} {
			if err := db.UpdatePerson(ctx, who, other.ID, storetest.Noon, promote); !stet.Is(err, stet.Forbidden) {
				t.Errorf("%s makes an administrator: %v", who.Role, err)
			}
		}
		if err := db.UpdatePerson(ctx, other.User(), other.ID, storetest.Noon, func(p *stet.Person) error { p.Zone = "UTC"; return nil }); err != nil {
			t.Errorf("one's own zone: %v", err)
		}
		if p, err := db.Person(ctx, want.ID); err != nil || p.Email != "anna@example.org" {
			t.Errorf("now it is %v, %v", p, err)
		}
	})
}

func fieldOf(err error) string {
	if e, ok := err.(*stet.Error); ok {
		return e.Field
	}
	return ""
}

func TestSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		anna, boris := addPerson(t, db, "anna@example.org"), addPerson(t, db, "boris@example.org")
		at, hour := storetest.Noon, time.Hour
		begin := func(p *stet.Person, lasts time.Duration) (string, *access.Session) {
			t.Helper()
			token, err := db.AddSession(ctx, access.Session{Person: p.ID, Device: "Firefox", Created: at, Used: at, Until: at.Add(lasts)})
			if err != nil {
				t.Fatal(err)
			}
			s, err := db.Session(ctx, token, at)
			if err != nil || s.Person != p.ID || s.Device != "Firefox" || !s.Created.Equal(at) || !s.Until.Equal(at.Add(lasts)) {
				t.Fatalf("the session is %+v, %v", s, err)
			}
			return token, s
		}
		lasts := func(token string, at time.Time) bool {
			t.Helper()
			_, err := db.Session(ctx, token, at)
			if err != nil && !stet.Is(err, stet.Unauthorized) {
				t.Fatal(err)
			}
			return err == nil
		}
		first, one := begin(anna, hour)
		second, two := begin(anna, 2*hour)
		others, _ := begin(boris, 3*hour)
		if first == second || len(first) != 43 {
			t.Errorf("tokens %q, %q", first, second)
		}
		if lasts(first, at.Add(hour)) || !lasts(first, at.Add(hour-1)) || lasts(first+"x", at) || lasts("", at) {
			t.Error("a session lasts when it should not, or does not")
		}
		if list, err := db.Sessions(ctx, anna.ID, at); err != nil || len(list) != 2 || list[0].ID != two.ID {
			t.Errorf("Anna's are %v, %v", list, err)
		}
		if list, err := db.Sessions(ctx, anna.ID, at.Add(hour)); err != nil || len(list) != 1 {
			t.Errorf("after an hour Anna's are %v, %v", list, err)
		}
		if err := db.TouchSession(ctx, one.ID, at.Add(hour/2), at.Add(5*hour)); err != nil || !lasts(first, at.Add(4*hour)) {
			t.Errorf("a session in use ends: %v", err)
		}
		if err := db.EndSession(ctx, boris.User(), boris.ID, one.ID, at); err != nil || !lasts(first, at) {
			t.Errorf("Boris signs Anna out: %v", err)
		}
		if err := db.EndSession(ctx, anna.User(), anna.ID, one.ID, at); err != nil || lasts(first, at) {
			t.Errorf("Anna stays signed in: %v", err)
		}
		third, _ := begin(anna, hour)
		if err := db.EndSessions(ctx, anna.User(), anna.ID, two.ID, at); err != nil || lasts(third, at) || !lasts(second, at) || !lasts(others, at) {
			t.Errorf("everywhere but here: %v", err)
		}
		link, err := db.AddLink(ctx, "", anna.ID, access.FromOperator, at, at.Add(hour))
		if err != nil {
			t.Fatal(err)
		}
		err = db.UpdatePerson(ctx, stet.Operator, anna.ID, storetest.Noon, func(p *stet.Person) error { p.Disabled = at; return nil })
		if err != nil || lasts(second, at) || !lasts(others, at) {
			t.Errorf("Anna is disabled: %v", err)
		}
		if _, err := db.UseLink(ctx, link, access.FromOperator, at); !stet.Is(err, stet.NotFound) {
			t.Errorf("Anna's link lets her in: %v", err)
		}
		// A new session clears those of anybody away that have run out.
		at = at.Add(4 * hour)
		begin(anna, hour)
		if n, err := db.Number(ctx, `SELECT count(*) FROM sessions`); err != nil || n != 1 {
			t.Errorf("%d sessions are kept, %v", n, err)
		}
	})
}

func TestLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		anna, boris := addPerson(t, db, "anna@example.org"), addPerson(t, db, "boris@example.org")
		at, end := storetest.Noon, storetest.Noon.Add(30*time.Minute)
		link := func(p *stet.Person, purpose access.Purpose) string {
			t.Helper()
			token, err := db.AddLink(ctx, "", p.ID, purpose, at, end)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		token := link(anna, access.ByMail)
		for range 3 { // looking leaves it as it is
			if person, purpose, err := db.Link(ctx, token, end.Add(-1)); err != nil || person != anna.ID || purpose != access.ByMail {
				t.Fatalf("it is for %s, %s, %v", person, purpose, err)
			}
		}
		for what, use := range map[string]func() (string, error){
			"another purpose": func() (string, error) { return db.UseLink(ctx, token, access.Code, at) },
			"too late":        func() (string, error) { return db.UseLink(ctx, token, access.ByMail, end) },
			"another token":   func() (string, error) { return db.UseLink(ctx, token+"x", access.ByMail, at) },
		} {
			if _, err := use(); !stet.Is(err, stet.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		var used atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				person, err := db.UseLink(ctx, token, access.ByMail, at)
				if err == nil && person == anna.ID {
					used.Add(1)
				} else if !stet.Is(err, stet.NotFound) {
					t.Errorf("%q, %v", person, err)
				}
			})
		}
		group.Wait()
		if used.Load() != 1 {
			t.Errorf("the link was used %d times", used.Load())
		}
		moved := link(boris, access.ByMail)
		for _, change := range []func(*stet.Person){func(p *stet.Person) { p.Name = "Boris" }, func(p *stet.Person) { p.Email = "BORIS@example.org" }} {
			if err := db.UpdatePerson(ctx, stet.Operator, boris.ID, storetest.Noon, func(p *stet.Person) error { change(p); return nil }); err != nil {
				t.Fatal(err)
			}
			if _, _, err := db.Link(ctx, moved, at); err != nil {
				t.Errorf("a link ends that should not: %v", err)
			}
		}
		if err := db.UpdatePerson(ctx, stet.Operator, boris.ID, storetest.Noon, func(p *stet.Person) error { p.Email = "b@example.org"; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, _, err := db.Link(ctx, moved, at); !stet.Is(err, stet.NotFound) {
			t.Errorf("a link to the old address works: %v", err)
		}
		// A new link ends the last of its kind, and no other.
		old, others, code := link(anna, access.ByMail), link(boris, access.ByMail), link(anna, access.Code)
		link(anna, access.ByMail)
		if _, _, err := db.Link(ctx, old, at); !stet.Is(err, stet.NotFound) {
			t.Errorf("the old link still works: %v", err)
		}
		for _, token := range []string{others, code} {
			if _, _, err := db.Link(ctx, token, at); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestRestoreSignsOut: who was signed out since the backup stays so.
func TestRestoreSignsOut(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			db := storetest.Open(t, storetest.DSN(t, engine))
			storetest.Init(t, db, "ru")
			anna := addPerson(t, db, "anna@example.org")
			at := storetest.Noon
			session, err := db.AddSession(ctx, access.Session{Person: anna.ID, Created: at, Used: at, Until: at.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			link, err := db.AddLink(ctx, "", anna.ID, access.FromOperator, at, at.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			file := t.TempDir() + "/backup.stet"
			if err := db.Backup(ctx, file); err != nil {
				t.Fatal(err)
			}
			dsn := storetest.DSN(t, engine)
			if err := store.Restore(ctx, file, dsn); err != nil {
				t.Fatal(err)
			}
			again := storetest.Open(t, dsn)
			if p, err := again.Person(ctx, anna.ID); err != nil || p.Email != anna.Email {
				t.Errorf("Anna is %v, %v", p, err)
			}
			if _, err := again.Session(ctx, session, at); !stet.Is(err, stet.Unauthorized) {
				t.Errorf("Anna is signed in: %v", err)
			}
			if _, _, err := again.Link(ctx, link, at); !stet.Is(err, stet.NotFound) {
				t.Errorf("Anna's link works: %v", err)
			}
		})
	}
}

func TestPasskeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		anna, boris := addPerson(t, db, "anna@example.org"), addPerson(t, db, "boris@example.org")
		at := storetest.Noon
		key := access.Passkey{ID: []byte{0, 1, 255}, Person: anna.ID, Device: "Firefox, Linux", Data: "{}", Created: at}
		if err := db.AddPasskey(ctx, key); err != nil {
			t.Fatal(err)
		}
		later := access.Passkey{ID: []byte{0}, Person: anna.ID, Data: "{}", Created: at.Add(time.Minute)}
		if err := db.AddPasskey(ctx, later); err != nil {
			t.Fatal(err)
		}
		again := key
		again.Person = boris.ID
		if err := db.AddPasskey(ctx, again); !stet.Is(err, stet.Conflict) {
			t.Errorf("one key is two people's: %v", err)
		}
		for _, id := range [][]byte{nil, make([]byte, 1024)} {
			if err := db.AddPasskey(ctx, access.Passkey{ID: id, Person: anna.ID, Created: at}); !stet.Is(err, stet.Invalid) {
				t.Errorf("an id of %d bytes: %v", len(id), err)
			}
		}
		if err := db.UsePasskey(ctx, key.ID, `{"n":1}`, at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		key.Data, key.Used = `{"n":1}`, at.Add(time.Hour)
		if got, err := db.Passkeys(ctx, anna.ID); err != nil || !reflect.DeepEqual(got, []access.Passkey{later, key}) {
			t.Errorf("Anna's keys are %+v, %v", got, err)
		}
		if err := db.RemovePasskey(ctx, boris.ID, key.ID, "", at); !stet.Is(err, stet.NotFound) {
			t.Errorf("Boris takes Anna's key: %v", err)
		}
		session, err := db.AddSession(ctx, access.Session{Person: anna.ID, Created: at, Used: at, Until: at.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.RemovePasskey(ctx, anna.ID, key.ID, "", at); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Passkeys(ctx, anna.ID); err != nil || len(got) != 1 {
			t.Errorf("Anna's keys are %+v, %v", got, err)
		}
		if _, err := db.Session(ctx, session, at); !stet.Is(err, stet.Unauthorized) {
			t.Errorf("without the key the session goes on: %v", err)
		}
	})
}

func TestChallenges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at, end := storetest.Noon, storetest.Noon.Add(time.Minute)
		add := func() string {
			t.Helper()
			token, err := db.AddChallenge(ctx, access.PasskeyChallenge, "data", at, end)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		token, late, other := add(), add(), add()
		if data, err := db.UseChallenge(ctx, access.PasskeyChallenge, token, end.Add(-1)); err != nil || data != "data" {
			t.Errorf("%q, %v", data, err)
		}
		for what, use := range map[string]func() (string, error){
			"again":    func() (string, error) { return db.UseChallenge(ctx, access.PasskeyChallenge, token, at) },
			"too late": func() (string, error) { return db.UseChallenge(ctx, access.PasskeyChallenge, late, end) },
			"a code's": func() (string, error) { return db.UseChallenge(ctx, access.ProviderChallenge, other, at) },
			"unknown":  func() (string, error) { return db.UseChallenge(ctx, access.PasskeyChallenge, "x", at) },
		} {
			if _, err := use(); !stet.Is(err, stet.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		at = end
		add()
		if n, err := db.Number(ctx, `SELECT count(*) FROM challenges`); err != nil || n != 1 {
			t.Errorf("%d challenges are kept, %v", n, err)
		}
	})
}

// TestIdentities: one account at a provider for a person, one person for an
// account, and what was ended stays.
func TestIdentities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		at := storetest.Noon
		join := func(email string) string {
			t.Helper()
			p, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: email, Name: "Anna", Role: stet.Editor}, at)
			if err != nil {
				t.Fatal(err)
			}
			return p.ID
		}
		anna, boris := join("anna@example.org"), join("boris@example.org")
		const here, there = "https://login.example", "https://other.example"
		bind := func(issuer, subject, person string, anew bool) error {
			return db.BindIdentity(ctx, access.Identity{Issuer: issuer, Subject: subject, Person: person, Email: "x@example.org", Created: at}, anew)
		}
		for _, c := range []struct {
			what, issuer, subject, person string
			anew                          bool
			want                          stet.ErrorKind
		}{
			{"the first", here, "a", anna, false, -1},
			{"again", here, "a", anna, false, stet.Conflict},
			{"for somebody else", here, "a", boris, false, stet.Conflict},
			{"for somebody else, anew", here, "a", boris, true, stet.Conflict},
			{"a second", here, "b", anna, false, stet.Conflict},
			{"somebody else's", here, "b", boris, false, -1},
			{"at another provider", there, "a", boris, false, -1},
			{"instead, of somebody else", here, "b", anna, true, stet.Conflict},
			{"instead", here, "c", anna, true, -1},
			{"none", here, "", anna, true, stet.Invalid},
			{"too long", here, strings.Repeat("x", 256), anna, true, stet.Invalid},
		} {
			if err := bind(c.issuer, c.subject, c.person, c.anew); c.want < 0 && err != nil || c.want >= 0 && !stet.Is(err, c.want) {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		if _, err := db.Identity(ctx, here, "a"); !stet.Is(err, stet.NotFound) {
			t.Errorf("what was replaced is there: %v", err)
		}
		if err := db.UseIdentity(ctx, here, "c", at.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		want := access.Identity{Issuer: here, Subject: "c", Person: anna, Email: "x@example.org", Created: at, Used: at.Add(time.Minute)}
		if i, err := db.IdentityOf(ctx, anna, here); err != nil || i != want {
			t.Errorf("Anna's is %+v, %v", i, err)
		}
		session := func() string {
			t.Helper()
			token, err := db.AddSession(ctx, access.Session{Person: anna, Created: at, Used: at, Until: at.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		mine, elsewhere := session(), session()
		s, err := db.Session(ctx, mine, at)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.EndIdentity(ctx, anna, here, s.ID, at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Session(ctx, elsewhere, at); !stet.Is(err, stet.Unauthorized) {
			t.Errorf("elsewhere she goes on: %v", err)
		}
		if _, err := db.Session(ctx, mine, at); err != nil {
			t.Errorf("here she does not: %v", err)
		}
		if err := db.EndIdentity(ctx, anna, here, s.ID, at); !stet.Is(err, stet.NotFound) {
			t.Errorf("ending again: %v", err)
		}
		want.Ended = at.Add(time.Hour)
		if i, err := db.Identity(ctx, here, "c"); err != nil || i != want {
			t.Errorf("what she ended is %+v, %v", i, err)
		}
		if err := bind(here, "d", anna, false); !stet.Is(err, stet.Conflict) {
			t.Errorf("another by her address: %v", err)
		}
		if err := bind(here, "c", anna, true); err != nil {
			t.Error(err)
		}
	})
}
