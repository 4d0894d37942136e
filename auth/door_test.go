package auth_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base32"
	"errors"
	"image/png"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"stet"
	"stet/auth"
	"stet/store"
	"stet/store/access"
	"stet/store/storetest"
)

// A house has a door, people, and letters that came.
type house struct {
	t     *testing.T
	door  *auth.Door
	db    *store.DB
	now   time.Time
	post  chan [3]string // to, subject, text
	fails bool           // the post
}

const password = "correct horse battery"

func newHouse(t *testing.T, db *store.DB) *house {
	storetest.Init(t, db, "en")
	h := &house{t: t, db: db, now: storetest.Noon, post: make(chan [3]string, 100)}
	h.door = auth.NewDoor(auth.DoorOptions{
		DB: db, URL: "https://example.org", Now: func() time.Time { return h.now },
		Mail: func(_ context.Context, to, subject, text string) error {
			if h.fails {
				return errors.New("the post is closed")
			}
			h.post <- [3]string{to, subject, text}
			return nil
		},
		Letter: func(_ *stet.Site, p *stet.Person, link string) (string, string) {
			return "For " + p.Name, "<" + link + ">"
		},
	})
	h.door.Cheap()
	return h
}

func (h *house) add(email, password string) *stet.Person {
	h.t.Helper()
	p, err := h.db.AddPerson(h.t.Context(), stet.Operator, stet.Person{Email: email, Name: "Anna", Role: stet.Editor}, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	if password != "" {
		if err := h.door.SetPassword(h.t.Context(), p, password, ""); err != nil {
			h.t.Fatal(err)
		}
	}
	return p
}

// code is what an authenticator shows.
func (h *house) code(secret string, after time.Duration) string {
	h.t.Helper()
	c, err := totp.GenerateCode(secret, h.now.Add(after))
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

var home = netip.MustParseAddr("192.0.2.7")

func tooOften(err error) bool {
	var often *auth.TooOften
	return errors.As(err, &often) && often.Wait > 0
}

func TestPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		anna, gone := h.add("anna@example.org", password), h.add("gone@example.org", password)
		h.add("new@example.org", "")
		if err := db.UpdatePerson(t.Context(), stet.Operator, gone.ID, h.now, func(p *stet.Person) error { p.Disabled = h.now; return nil }); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct{ email, password string }{
			"a wrong password":        {"anna@example.org", "correct horse batterz"},
			"no password":             {"anna@example.org", ""},
			"nobody":                  {"nobody@example.org", password},
			"somebody who is gone":    {"gone@example.org", password},
			"somebody without one":    {"new@example.org", ""},
			"somebody without one, 2": {"new@example.org", password},
			"no address":              {"", password},
			"what is no text":         {"\xff\x00@example.org", "\xff\x00"},
		} {
			if e, err := h.door.Password(t.Context(), home, c.email, c.password); err != auth.ErrWrong || e != (auth.Entry{}) {
				t.Errorf("%s: %v, %v", what, e, err)
			}
		}
		e, err := h.door.Password(t.Context(), home, "ANNA@example.org", password)
		if err != nil || e.Person != anna.ID || e.Step != "" {
			t.Errorf("the right one: %v, %v", e, err)
		}
		// A hash of another cost is renewed at the first chance, and works on.
		before, err := db.Credentials(t.Context(), anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.door.Dearer()
		for range 2 {
			if _, err := h.door.Password(t.Context(), home, anna.Email, password); err != nil {
				t.Error(err)
			}
		}
		if after, err := db.Credentials(t.Context(), anna.ID); err != nil || after.Password == before.Password || !strings.Contains(after.Password, "m=16,") {
			t.Errorf("the hash is %q, %v", after.Password, err)
		}
	})
}

// TestPasswordLimits: by account whether or not there is one, by network, and
// none for who is right.
func TestPasswordLimits(t *testing.T) {
	h := newHouse(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	anna := h.add("anna@example.org", password)
	other := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}) }
	for i := range 30 {
		if _, err := h.door.Password(t.Context(), home, anna.Email, password); err != nil {
			t.Fatalf("right for the %d. time: %v", i+1, err)
		}
	}
	for _, email := range []string{anna.Email, "nobody@example.org"} {
		tries := 0
		for ; tries < 100; tries++ {
			if _, err := h.door.Password(t.Context(), other(tries), email, "wrong"); tooOften(err) {
				break
			} else if err != auth.ErrWrong {
				t.Fatal(err)
			}
		}
		if tries != 10 {
			t.Errorf("%s can be tried %d times", email, tries)
		}
		if _, err := h.door.Password(t.Context(), other(200), email, password); !tooOften(err) {
			t.Errorf("%s from elsewhere: %v", email, err)
		}
	}
	h.now = h.now.Add(time.Minute)
	if e, err := h.door.Password(t.Context(), home, anna.Email, password); err != nil || e.Person != anna.ID {
		t.Errorf("a minute later: %v", err)
	}

	v6 := func(i int) netip.Addr { return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 15: byte(i)}) }
	tries := 0
	for ; tries < 1000; tries++ {
		if _, err := h.door.Password(t.Context(), v6(tries), strings.Repeat("x", tries)+"@example.org", "wrong"); tooOften(err) {
			break
		}
	}
	if tries != 60 {
		t.Errorf("one network can try %d times", tries)
	}
	if _, err := h.door.Password(t.Context(), netip.MustParseAddr("2001:db8:1:3::1"), "y@example.org", "wrong"); err != auth.ErrWrong {
		t.Errorf("another network: %v", err)
	}
	if _, err := h.door.Password(t.Context(), netip.Addr{}, "z@example.org", "wrong"); err != auth.ErrWrong {
		t.Errorf("no network: %v", err)
	}
}

func TestCode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		h := newHouse(t, db)
		anna := h.add("anna@example.org", password)
		secret := auth.NewCode()
		if err := h.door.SetCode(ctx, anna, secret, "000000", ""); err != auth.ErrWrong {
			t.Errorf("a wrong first code: %v", err)
		}
		if err := h.door.SetCode(ctx, anna, base32.StdEncoding.EncodeToString([]byte("short")), "000000", ""); !stet.Is(err, stet.Invalid) {
			t.Errorf("a short secret: %v", err)
		}
		if err := h.door.SetCode(ctx, anna, secret, h.code(secret, 0), ""); err != nil {
			t.Fatal(err)
		}
		step := func() string {
			t.Helper()
			e, err := h.door.Password(ctx, home, anna.Email, password)
			if err != nil || e.Person != "" || e.Step == "" {
				t.Fatalf("the password alone: %v, %v", e, err)
			}
			return e.Step
		}
		at := step()
		if _, err := h.door.Code(ctx, home, at, h.code(secret, 0)); err != auth.ErrWrong {
			t.Errorf("the code of the setting up, again: %v", err)
		}
		if _, err := h.door.Link(ctx, home, at); !stet.Is(err, stet.NotFound) {
			t.Errorf("the step as a link: %v", err)
		}
		h.now = h.now.Add(time.Minute)
		for what, c := range map[string]string{"two steps late": h.code(secret, -time.Minute), "two steps early": h.code(secret, time.Minute), "empty": "", "no digits": "abcdef"} {
			if _, err := h.door.Code(ctx, home, at, c); err != auth.ErrWrong {
				t.Errorf("%s: %v", what, err)
			}
		}
		h.now = h.now.Add(time.Hour)
		at = step()
		code := h.code(secret, -30*time.Second)
		e, err := h.door.Code(ctx, home, at, " "+code[:3]+" "+code[3:])
		if err != nil || e.Person != anna.ID {
			t.Fatalf("the right code: %v, %v", e, err)
		}
		if _, err := h.door.Code(ctx, home, at, h.code(secret, 0)); !stet.Is(err, stet.NotFound) {
			t.Errorf("the step, again: %v", err)
		}
		at = step()
		if _, err := h.door.Code(ctx, home, at, code); err != auth.ErrWrong {
			t.Errorf("the code, again: %v", err)
		}
		h.now = h.now.Add(time.Hour)
		if _, err := h.door.Code(ctx, home, at, h.code(secret, 0)); !stet.Is(err, stet.NotFound) {
			t.Errorf("an hour after the password: %v", err)
		}

		// Guessing ends soon, however many passwords are given in between.
		tries := 0
		for ; tries < 100; tries++ {
			if _, err := h.door.Code(ctx, home, step(), "guess"); tooOften(err) {
				break
			}
		}
		if tries != 5 {
			t.Errorf("%d codes can be guessed", tries)
		}

		// A link from the operator needs no code, one by mail does.
		for purpose, asks := range map[access.Purpose]bool{access.FromOperator: false, access.ByMail: true} {
			link, err := db.AddLink(ctx, "", anna.ID, purpose, h.now, h.now.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if e, err := h.door.Link(ctx, home, link); err != nil || (e.Step != "") != asks || (e.Person == anna.ID) == asks {
				t.Errorf("a link by %s: %v, %v", purpose, e, err)
			}
		}
		if err := h.door.RemoveCode(ctx, anna, ""); err != nil {
			t.Fatal(err)
		}
		if e, err := h.door.Password(ctx, home, anna.Email, password); err != nil || e.Person != anna.ID {
			t.Errorf("without an authenticator: %v, %v", e, err)
		}
	})
}

func TestCodePicture(t *testing.T) {
	data, err := auth.CodePicture("The Herald: news", &stet.Person{Email: "anna@example.org"}, auth.NewCode())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(data)); err != nil {
		t.Error(err)
	}
}

// TestChangesSignOut: who changes how they sign in stays where they are, and is
// signed out elsewhere.
func TestChangesSignOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		h := newHouse(t, db)
		anna, boris := h.add("anna@example.org", ""), h.add("boris@example.org", "")
		begin := func(p *stet.Person) string {
			t.Helper()
			token, err := db.AddSession(ctx, access.Session{Person: p.ID, Created: h.now, Used: h.now, Until: h.now.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		secret := auth.NewCode()
		for what, change := range map[string]func(session string) error{
			"a password":       func(s string) error { return h.door.SetPassword(ctx, anna, password, s) },
			"an authenticator": func(s string) error { return h.door.SetCode(ctx, anna, secret, h.code(secret, 0), s) },
			"none any more":    func(s string) error { return h.door.RemoveCode(ctx, anna, s) },
		} {
			here, elsewhere, others := begin(anna), begin(anna), begin(boris)
			link, err := db.AddLink(ctx, "", anna.ID, access.ByMail, h.now, h.now.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			s, err := db.Session(ctx, here, h.now)
			if err != nil {
				t.Fatal(err)
			}
			if err := change(s.ID); err != nil {
				t.Fatal(err)
			}
			for token, stays := range map[string]bool{here: true, elsewhere: false, others: true} {
				if _, err := db.Session(ctx, token, h.now); (err == nil) != stays {
					t.Errorf("%s: %v", what, err)
				}
			}
			if _, err := h.door.Link(ctx, home, link); !stet.Is(err, stet.NotFound) {
				t.Errorf("%s, and the link: %v", what, err)
			}
		}
	})
}

func TestSendLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		h := newHouse(t, db)
		anna := h.add("anna@example.org", password)
		gone := h.add("gone@example.org", password)
		if err := db.UpdatePerson(ctx, stet.Operator, gone.ID, h.now, func(p *stet.Person) error { p.Disabled = h.now; return nil }); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"Anna@example.org", "nobody@example.org", gone.Email, "", "\x00\xff"} {
			if err := h.door.SendLink(home, email); err != nil {
				t.Errorf("%q: %v", email, err)
			}
		}
		h.door.Wait()
		if len(h.post) != 1 {
			t.Fatalf("%d letters came", len(h.post))
		}
		letter := <-h.post
		link, ok := strings.CutPrefix(letter[2], "<https://example.org/desk/sign-in/")
		if !ok || letter[0] != anna.Email || letter[1] != "For Anna" {
			t.Fatalf("the letter is %q", letter)
		}
		h.now = h.now.Add(auth.LinkLasts - time.Second)
		if e, err := h.door.Link(ctx, home, strings.TrimSuffix(link, ">")); err != nil || e.Person != anna.ID {
			t.Errorf("the link: %v, %v", e, err)
		}
		if _, err := h.door.Link(ctx, home, strings.TrimSuffix(link, ">")); !stet.Is(err, stet.NotFound) {
			t.Errorf("the link, again: %v", err)
		}

		// A post that is closed is nobody's to see; many letters are.
		h.fails = true
		for _, email := range []string{"a@example.org", anna.Email} {
			tries := 0
			h.now = h.now.Add(24 * time.Hour)
			for ; tries < 100 && !tooOften(h.door.SendLink(home, email)); tries++ {
			}
			if tries != 3 {
				t.Errorf("%s is sent %d letters", email, tries)
			}
		}
		h.door.Wait()
	})
}

// TestPasskeys: what is no answer of a browser lets nobody in, and a challenge is
// answered once. A browser's own answers are tested with a browser.
func TestPasskeys(t *testing.T) {
	for at, want := range map[string]bool{
		"https://example.org": true, "https://desk.example.org:8443": true, "http://localhost:8080": true, "https://localhost": true,
		"http://example.org": false, "http://127.0.0.1:8080": false, "https://127.0.0.1": false, "https://[::1]:8443": false,
	} {
		if got := auth.NewDoor(auth.DoorOptions{URL: at}).HasPasskeys(); got != want {
			t.Errorf("%s has passkeys: %v", at, got)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		h := newHouse(t, db)
		anna := h.add("anna@example.org", "")
		for _, answer := range []string{"", "null", "{}", `{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}`, `[`} {
			c, err := h.door.AskPasskey(ctx, home)
			if err != nil {
				t.Fatal(err)
			}
			if e, err := h.door.Passkey(ctx, netip.Addr{}, c.Token, []byte(answer)); err != auth.ErrWrong || e != (auth.Entry{}) {
				t.Errorf("%s lets in: %v, %v", answer, e, err)
			}
			if _, err := h.door.Passkey(ctx, netip.Addr{}, c.Token, []byte(answer)); !stet.Is(err, stet.NotFound) {
				t.Errorf("a challenge, again: %v", err)
			}
			if c, err = h.door.NewPasskey(ctx, anna); err != nil {
				t.Fatal(err)
			}
			if err := h.door.AddPasskey(ctx, anna, c.Token, []byte(answer), ""); err != auth.ErrWrong {
				t.Errorf("%s is a passkey: %v", answer, err)
			}
		}
		tries := 0
		for ; tries < 1000; tries++ {
			if _, err := h.door.AskPasskey(ctx, netip.MustParseAddr("192.0.2.8")); tooOften(err) {
				break
			}
		}
		if tries != 60 {
			t.Errorf("one network can ask %d times", tries)
		}
		none := auth.NewDoor(auth.DoorOptions{DB: db, URL: "http://127.0.0.1", Now: func() time.Time { return h.now }})
		if _, err := none.AskPasskey(ctx, home); !stet.Is(err, stet.NotFound) {
			t.Errorf("without passkeys: %v", err)
		}
	})
}

// TestSecondFactor: who is let in by a password or a link when the newsroom
// demands more.
func TestSecondFactor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		demand := func(of stet.SecondFactor) {
			t.Helper()
			if err := db.ChangeSettings(t.Context(), stet.Operator, map[string]string{"second-factor": string(of)}, h.now); err != nil {
				t.Fatal(err)
			}
		}
		none, keyed, coded := h.add("none@example.org", password), h.add("keyed@example.org", password), h.add("coded@example.org", password)
		if err := db.AddPasskey(t.Context(), access.Passkey{ID: []byte("k"), Person: keyed.ID, Data: "{}", Created: h.now}); err != nil {
			t.Fatal(err)
		}
		secret := auth.NewCode()
		if err := h.door.SetCode(t.Context(), coded, secret, h.code(secret, 0), ""); err != nil {
			t.Fatal(err)
		}
		way := func(p *stet.Person, way string) (auth.Entry, error) {
			t.Helper()
			if way == "password" {
				return h.door.Password(t.Context(), home, p.Email, password)
			}
			token, err := db.AddLink(t.Context(), "", p.ID, access.Purpose(way), h.now, h.now.Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			return h.door.Link(t.Context(), home, token)
		}
		for _, c := range []struct {
			of    stet.SecondFactor // the three are editors
			who   *stet.Person
			by    string
			enter string
		}{
			{"", none, "password", "in"},
			{"", keyed, "mail", "in"},
			{"administrators", none, "password", "in"},
			{"chief-editors", keyed, "password", "in"},
			{"editors", none, "password", "pending"},
			{"editors", none, "mail", "pending"},
			{"editors", none, "operator", "pending"},
			{"editors", keyed, "password", "refused"},
			{"editors", keyed, "mail", "refused"},
			{"editors", keyed, "operator", "in"},
			{"editors", coded, "password", "code"},
			{"editors", coded, "mail", "code"},
			{"editors", coded, "operator", "in"},
			{"everybody", none, "password", "pending"},
		} {
			demand(cmp.Or(c.of, stet.SecondFactorNobody))
			e, err := way(c.who, c.by)
			got := "in"
			switch {
			case errors.Is(err, auth.ErrFactor) && e == auth.Entry{}:
				got = "refused"
			case err != nil:
				t.Fatal(err)
			case e.Person == "" && e.Step != "":
				got = "code"
			case e.Pending:
				got = "pending"
			}
			if got != c.enter || got == "in" && e.Person != c.who.ID {
				t.Errorf("%s, by %s, when it is demanded of %q: %s, want %s", c.who.Email, c.by, c.of, got, c.enter)
			}
			if got == "code" {
				h.now = h.now.Add(time.Minute)
				if e, err := h.door.Code(t.Context(), home, e.Step, h.code(secret, 0)); err != nil || e.Person != coded.ID || e.Pending {
					t.Errorf("the code answers %v, %v", e, err)
				}
			}
		}
	})
}
