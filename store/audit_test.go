package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/access"
	"stet/store/audit"
	"stet/store/storetest"
)

// logged are the lines of the log in short, the newest first.
func logged(t *testing.T, db *store.DB, q audit.Query) []string {
	t.Helper()
	q.Limit = 100
	lines, err := db.Ledger.Log(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		text := l.Kind + " " + l.Note
		for _, c := range l.Changes {
			text += fmt.Sprintf(" %s:%s>%s", c.Field, c.Was, c.Is)
		}
		out = append(out, strings.TrimSpace(text))
	}
	return out
}

// TestAudit: whatever lets people in or changes their rights leaves a line, in its
// own transaction, and no secret in it.
func TestAudit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "en")
		at := storetest.Noon
		person, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: "anna@example.org", Name: "Anna", Role: stet.Editor}, at)
		if err != nil {
			t.Fatal(err)
		}
		anna := person.ID
		var secrets []string
		keep := func(secret string, err error) error {
			secrets = append(secrets, secret)
			return err
		}
		ended := func(id string) error { return db.EndSessions(ctx, person.User(), anna, id, at) }
		for i, c := range []struct {
			want string
			do   func(at time.Time) error
		}{
			{"signed_in password device:>Firefox", func(at time.Time) error {
				return keep(db.AddSession(ctx, access.Session{Person: anna, Created: at, Used: at, Until: at.Add(time.Hour), Device: "Firefox", Means: audit.ByPassword, Address: "192.0.2.7"}))
			}},
			{"refused code", func(at time.Time) error { return db.Refused(ctx, anna, audit.ByCode, "192.0.2.7", at) }},
			{"link_made operator", func(at time.Time) error {
				return keep(db.AddLink(ctx, stet.Operator.ID, anna, access.FromOperator, at, at.Add(time.Hour)))
			}},
			{"password_set", func(at time.Time) error { return keep("$argon", db.SetPassword(ctx, anna, "$argon", "", at)) }},
			{"code_set", func(at time.Time) error { return db.SetCode(ctx, anna, []byte("secret"), 1, "", at) }},
			{"code_removed", func(at time.Time) error { return db.SetCode(ctx, anna, nil, 0, "", at) }},
			{"passkey_added Chrome", func(at time.Time) error {
				return db.AddPasskey(ctx, access.Passkey{ID: []byte("key"), Person: anna, Device: "Chrome", Data: "{}", Created: at})
			}},
			{"passkey_removed", func(at time.Time) error { return db.RemovePasskey(ctx, anna, []byte("key"), "", at) }},
			{"provider_bound https://login.example.org", func(at time.Time) error {
				return db.BindIdentity(ctx, access.Identity{Issuer: "https://login.example.org", Subject: "a", Person: anna, Created: at}, false)
			}},
			{"provider_ended https://login.example.org", func(at time.Time) error { return db.EndIdentity(ctx, anna, "https://login.example.org", "", at) }},
			{"person_changed Anna role:editor>chief editor langs:>ru", func(at time.Time) error {
				return db.UpdatePerson(ctx, stet.Operator, anna, at, func(p *stet.Person) error {
					p.Role, p.Langs = stet.ChiefEditor, []stet.Lang{"ru"}
					return nil
				})
			}},
			{"person_suspended Anna", func(at time.Time) error {
				return db.UpdatePerson(ctx, stet.Operator, anna, at, func(p *stet.Person) error { p.Disabled = at; return nil })
			}},
			{"person_let_back Anna", func(at time.Time) error {
				return db.UpdatePerson(ctx, stet.Operator, anna, at, func(p *stet.Person) error { p.Disabled = time.Time{}; return nil })
			}},
			{"sessions_ended", func(time.Time) error { return ended("") }},
			{"token_made robot scopes:>articles:write", func(at time.Time) error {
				return keep(db.AddToken(ctx, stet.Operator, "robot", []stet.Scope{stet.ScopeWrite}, at))
			}},
			{"set feeds=summary (was full)", func(at time.Time) error {
				return db.ChangeSettings(ctx, stet.Operator, map[string]string{"feeds": "summary"}, at)
			}},
			{"schedule_paused", func(at time.Time) error { return db.Pause(ctx, stet.Operator, true, at) }},
			{"access_reset", func(at time.Time) error { return db.Reset(ctx, stet.Operator, at) }},
		} {
			at = storetest.Noon.Add(time.Duration(i+1) * time.Minute)
			if err := c.do(at); err != nil {
				t.Fatalf("%s: %v", c.want, err)
			}
			if got := logged(t, db, audit.Query{})[0]; got != c.want {
				t.Errorf("the log says %q, want %q", got, c.want)
			}
		}
		all := strings.Join(logged(t, db, audit.Query{}), "\n")
		for _, s := range secrets {
			if s == "" || strings.Contains(all, s) {
				t.Errorf("the log has the secret %q", s)
			}
		}

		if got := logged(t, db, audit.Query{Person: anna, Kind: "link_made"}); !slices.Equal(got, []string{"link_made operator"}) {
			t.Errorf("of Anna's links it says %q", got)
		}
		if got := logged(t, db, audit.Query{Since: storetest.Noon.Add(2 * time.Minute), Until: storetest.Noon.Add(3 * time.Minute)}); !slices.Equal(got, []string{"refused code"}) {
			t.Errorf("of a minute it says %q", got)
		}
		for _, wrong := range []string{"x", "1-", "-1", "1.x", "\x00", "1-\xff"} {
			if _, err := db.Ledger.Log(ctx, audit.Query{After: wrong, Limit: 1}); wrong != "1-" && !stet.Is(err, stet.Invalid) {
				t.Errorf("after %q: %v", wrong, err)
			}
		}

		address := func() string {
			lines, err := db.Ledger.Log(ctx, audit.Query{Kind: "signed_in", Limit: 1})
			if err != nil || len(lines) != 1 {
				t.Fatal(lines, err)
			}
			return lines[0].Address
		}
		if got := address(); got != "192.0.2.7" {
			t.Errorf("the address is %q", got)
		}
		if err := db.ForgetAddresses(ctx, at); err != nil || address() != "" {
			t.Errorf("the address stays, %v", err)
		}

		for _, q := range []string{`UPDATE audit SET note = ''`, `DELETE FROM audit`, `UPDATE events SET note = ''`, `DELETE FROM events`} {
			if err := db.Do(ctx, q); err == nil || !strings.Contains(err.Error(), "never changed") {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}

// TestTokenUse: what is known of a token, and how often its use is noted.
func TestTokenUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		at := storetest.Noon
		if _, err := db.AddToken(ctx, storetest.Editor, "robot", []stet.Scope{stet.ScopeWrite}, at); !stet.Is(err, stet.Forbidden) {
			t.Errorf("a chief editor makes a token: %v", err)
		}
		secret, err := db.AddToken(ctx, stet.Operator, "robot", []stet.Scope{stet.ScopeWrite, stet.ScopePublish}, at)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range []struct{ used, noted time.Duration }{{time.Second, time.Second}, {time.Minute, time.Second}, {time.Minute + time.Second, time.Minute + time.Second}} {
			u, err := db.TokenUser(ctx, secret, at.Add(c.used))
			if err != nil || u.Name != "robot" || len(u.Scopes) != 2 {
				t.Fatal(u, err)
			}
			tokens, err := db.Tokens(ctx)
			if err != nil || len(tokens) != 1 || tokens[0].ID != u.ID || tokens[0].Owner != stet.Operator.ID || !tokens[0].Used.Equal(at.Add(c.noted)) {
				t.Errorf("%d: %+v, %v", i, tokens, err)
			}
		}
		if got := logged(t, db, audit.Query{Kind: "token_used"}); len(got) != 1 {
			t.Errorf("its use is told %d times", len(got))
		}
		tokens, _ := db.Tokens(ctx)
		for range 2 {
			if err := db.RevokeToken(ctx, stet.Operator, tokens[0].ID, at); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.TokenUser(ctx, secret, at); !stet.Is(err, stet.Unauthorized) {
			t.Errorf("a revoked token lets in: %v", err)
		}
		if got := logged(t, db, audit.Query{Kind: "token_revoked"}); len(got) != 1 {
			t.Errorf("its end is told %d times", len(got))
		}
		if err := db.RevokeToken(ctx, stet.Operator, "token:none", at); !stet.Is(err, stet.NotFound) {
			t.Errorf("no token is revoked: %v", err)
		}
	})
}
