package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"stet"
	"stet/auth"
	"stet/store"
	"stet/store/access"
	"stet/store/storetest"
)

// house is a real provider of OpenID Connect and a desk that believes it, both on
// sockets.
type house struct {
	*newsroom
	url      string // of the desk
	insecure *http.Client
	provider *provider
	me       string // whom a test is about
}

// provider is a provider as package op makes one.
type provider struct {
	*httptest.Server
	users  map[string]*storage.User         // by id
	login  string                           // who is at the keyboard: an id
	asked  url.Values                       // what the last question was
	tamper func(answer map[string]any) bool // changes what it gives for a code; false for an error
	told   func(answer map[string]any)      // changes what it tells of somebody
	inside bool                             // addresses are told in ID tokens
	away   bool
}

// registry is what the provider keeps.
type registry struct {
	*storage.Storage
	of *provider
}

func (r registry) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := r.Storage.GetClientByClientID(ctx, id)
	if err != nil || !r.of.inside {
		return c, err
	}
	return telling{c}, nil
}

// telling is a newsroom that is told addresses in ID tokens.
type telling struct{ op.Client }

func (telling) IDTokenUserinfoClaimsAssertion() bool { return true }

func (p *provider) GetUserByID(id string) *storage.User { return p.users[id] }
func (p *provider) ExampleClientID() string             { return "" }
func (p *provider) GetUserByUsername(name string) *storage.User {
	return p.users[name]
}

// newProvider runs a provider that knows two newsrooms.
func newProvider(t *testing.T, redirect string) *provider {
	t.Helper()
	p := &provider{users: map[string]*storage.User{}}
	p.Server = httptest.NewServer(nil)
	t.Cleanup(p.Server.Close)
	clients := map[string]*storage.Client{
		"stet":  storage.WebClient("stet", "secret", redirect),
		"other": storage.WebClient("other", "secret", redirect),
	}
	kept := storage.NewStorageWithClients(p, clients)
	o, err := op.NewProvider(&op.Config{CryptoKey: sha256.Sum256([]byte("test")), CryptoKeyId: "key", CodeMethodS256: true},
		registry{kept, p}, op.StaticIssuer(p.URL), op.WithAllowInsecure())
	if err != nil {
		t.Fatal(err)
	}
	back := op.AuthCallbackURL(o)
	mux := http.NewServeMux()
	mux.Handle("/", o)
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		p.asked = r.URL.Query()
		o.ServeHTTP(w, r)
	})
	mux.Handle("/login/username", op.NewIssuerInterceptor(o.IssuerFromRequest).HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("authRequestID")
		if err := kept.CheckUsernamePassword(p.login, "", id); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		http.Redirect(w, r, back(r.Context(), id), http.StatusFound)
	}))
	mux.HandleFunc("/oauth/token", func(w http.ResponseWriter, r *http.Request) { p.change(w, r, o, p.tamper) })
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		p.change(w, r, o, func(answer map[string]any) bool {
			if p.told != nil {
				p.told(answer)
			}
			return true
		})
	})
	p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.away {
			http.Error(w, "away", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	})
	return p
}

// change hands a request on and changes the answer.
func (p *provider) change(w http.ResponseWriter, r *http.Request, to http.Handler, fn func(map[string]any) bool) {
	rec := httptest.NewRecorder()
	to.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	if fn != nil && rec.Code == http.StatusOK {
		var answer map[string]any
		if json.Unmarshal(body, &answer) != nil || !fn(answer) {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		body, _ = json.Marshal(answer) // it was JSON before
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body)
}

// knows makes somebody an account at the provider, and sits them at the keyboard.
func (p *provider) knows(id, email string, verified bool) {
	p.users[id] = &storage.User{ID: id, Email: email, EmailVerified: verified}
	p.login = id
}

func newHouse(t *testing.T, db *store.DB) *house {
	t.Helper()
	h := &house{newsroom: open(t, db)}
	h.now = time.Now() // the provider has the clock of the machine
	var handler http.Handler
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	h.url = "https://" + s.Listener.Addr().String()
	h.provider = newProvider(t, h.url+auth.CallbackPath)
	o := h.desk.Options
	o.URL, o.Provider = h.url, &auth.Provider{Issuer: h.provider.URL, ClientID: "stet", ClientSecret: "secret", Name: "Newsroom ID"}
	var err error
	if h.desk, err = New(o); err != nil {
		t.Fatal(err)
	}
	handler = h.desk
	s.StartTLS()
	t.Cleanup(s.Close)
	h.insecure = s.Client()
	return h
}

// browser is somebody's, with cookies; it follows no redirect by itself.
type browser struct {
	*house
	client http.Client
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h, http.Client{
		Transport: h.insecure.Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// reply is what came back.
type reply struct {
	code   int
	header http.Header
	text   string
	at     *url.URL
}

func (b *browser) do(r *http.Request, err error) *reply {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &reply{resp.StatusCode, resp.Header, string(text), r.URL}
}

func (b *browser) get(at string) *reply {
	b.t.Helper()
	return b.do(http.NewRequest(http.MethodGet, at, nil))
}

func (b *browser) post(path string, form url.Values, headers ...string) *reply {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.do(r, nil)
}

// asks presses the button of a page and returns where the provider is.
func (b *browser) asks(path string, form url.Values, headers ...string) string {
	b.t.Helper()
	p := b.post(path, form, headers...)
	_, to, ok := strings.Cut(p.header.Get("Refresh"), "url=")
	if p.code != 200 || !ok || !strings.Contains(p.text, "Go on to Newsroom ID") {
		b.t.Fatalf("%s answers %d %v\n%s", path, p.code, p.header, p.text)
	}
	return to
}

// agrees is at the provider until it sends back, and returns to where.
func (b *browser) agrees(at string) string {
	b.t.Helper()
	for range 5 {
		p := b.get(at)
		to, err := p.at.Parse(p.header.Get("Location"))
		if err != nil || p.code != http.StatusFound {
			b.t.Fatalf("the provider answers %d %v\n%s", p.code, err, p.text)
		}
		if at = to.String(); strings.HasPrefix(at, b.url) {
			return at
		}
	}
	b.t.Fatal("the provider does not send back")
	return ""
}

// signIn goes the whole way.
func (b *browser) signIn(next string) *reply {
	b.t.Helper()
	return b.get(b.agrees(b.asks("/desk/sign-in/oidc", url.Values{"next": {next}})))
}

// who is signed in in the browser; empty for nobody.
func (b *browser) who() string {
	b.t.Helper()
	p := b.get(b.url + "/desk/account")
	m := regexp.MustCompile(`<p class="soft">(\S+@\S+) ·`).FindStringSubmatch(p.text)
	if m == nil {
		return ""
	}
	return m[1]
}

func (b *browser) is(want string) {
	b.t.Helper()
	if got := b.who(); got != want {
		b.t.Errorf("in the browser is %q, want %q", got, want)
	}
}

func (p *reply) refused(t *testing.T) {
	t.Helper()
	if p.code != 422 || !strings.Contains(p.text, "Newsroom ID did not let you in here.") {
		t.Errorf("the answer is %d %v\n%s", p.code, p.header, p.text)
	}
}

func (h *house) change2(who string, fn func(*stet.Person)) {
	h.t.Helper()
	if err := h.db.UpdatePerson(h.t.Context(), stet.Operator, h.people[who].ID, h.now, func(p *stet.Person) error { fn(p); return nil }); err != nil {
		h.t.Fatal(err)
	}
}

// TestProvider is the whole way: in by the address the first time, by the account
// alone from then on, whatever becomes of the address.
func TestProvider(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHouse(t, db)
		const anna = "reporter@example.org"
		h.provider.knows("a", "Reporter@Example.org", true)
		b := h.browser()
		if p := b.get(h.url + "/desk/sign-in?next=/desk/inbox"); !strings.Contains(p.text, "Sign in with Newsroom ID") {
			t.Fatalf("there is no button\n%s", p.text)
		}
		p := b.signIn("/desk/inbox")
		if p.code != 303 || p.header.Get("Location") != "/desk/inbox" {
			t.Fatalf("the way ends with %d %v\n%s", p.code, p.header, p.text)
		}
		b.is(anna)
		if q := h.provider.asked; q.Get("redirect_uri") != h.url+auth.CallbackPath || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" ||
			len(q.Get("state")) < 43 || len(q.Get("nonce")) < 43 || q.Get("scope") != "openid email" || q.Has("prompt") {
			t.Errorf("the provider was asked %v", q)
		}
		for _, c := range p.header.Values("Set-Cookie") {
			if !strings.Contains(c, "Secure") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") || !strings.HasPrefix(c, "__Host-") {
				t.Errorf("a cookie is %s", c)
			}
		}
		if p := b.get(h.url + "/desk/account"); !strings.Contains(p.text, "<bdi>Reporter@Example.org</bdi>") || !strings.Contains(p.text, "Disconnect") {
			t.Errorf("the account does not show the binding\n%s", p.text)
		}

		// The address changes on both sides: the account stays who it is, and an
		// account that takes the address over is nobody.
		h.provider.knows("a", "somewhere@example.net", false)
		h.change2("reporter", func(p *stet.Person) { p.Email = "married@example.org" })
		other := h.browser()
		other.signIn("")
		other.is("married@example.org")
		h.provider.knows("thief", "married@example.org", true)
		for range 2 {
			other = h.browser()
			other.signIn("").refused(t)
			other.is("")
		}

		// Who ends it is let in by it no more, nor by its address, until they connect again.
		h.provider.knows("a", "married@example.org", true)
		if p := b.post("/desk/account/oidc/end", nil); p.code != 303 || p.header.Get("Location") != "/desk/account?did=provider_ended" {
			t.Fatalf("ending answers %d %v", p.code, p.header)
		}
		if p := b.post("/desk/account/oidc/end", nil); p.code != 404 {
			t.Errorf("ending again answers %d", p.code)
		}
		b.is("married@example.org")
		for _, who := range []string{"a", "thief"} {
			h.provider.login = who
			other = h.browser()
			other.signIn("").refused(t)
		}
		h.provider.knows("b", "private@example.net", false)
		p = b.get(b.agrees(b.asks("/desk/account/oidc", nil)))
		if p.code != 303 || p.header.Get("Location") != "/desk/account?did=provider_connected" || h.provider.asked.Get("prompt") != "login" {
			t.Fatalf("connecting ends with %d %v, asked %v\n%s", p.code, p.header, h.provider.asked, p.text)
		}
		if p := b.get(h.url + "/desk/account?did=provider_connected"); !strings.Contains(p.text, "private@example.net") || !strings.Contains(p.text, "is connected.") {
			t.Errorf("the account does not show the binding\n%s", p.text)
		}
		other = h.browser()
		other.signIn("")
		other.is("married@example.org")

		// Who is signed in and signs in again is asked by the provider again.
		other.asks("/desk/sign-in/oidc", nil)
		other.signIn("/desk/account")
		if got := h.provider.asked.Get("prompt"); got != "login" {
			t.Errorf("the provider was asked with prompt=%q", got)
		}

		// Connecting needs a sign-in of a moment ago.
		h.now = h.now.Add(16 * time.Minute)
		for _, path := range []string{"/desk/account/oidc", "/desk/account/oidc/end"} {
			if p := b.post(path, nil); p.code != 303 || !strings.HasPrefix(p.header.Get("Location"), "/desk/sign-in?again=1") {
				t.Errorf("%s answers %d %v", path, p.code, p.header)
			}
		}
	})
}

// TestProviderRefuses: whoever is not let in learns nothing but that.
func TestProviderRefuses(t *testing.T) {
	// foreign gets an ID token for a newsroom of the same provider or another one.
	foreign := func(b *browser, p *provider, client, nonce string) (token string) {
		b.t.Helper()
		q := url.Values{"client_id": {client}, "redirect_uri": {b.url + auth.CallbackPath}, "response_type": {"code"}, "scope": {"openid email"}, "state": {"x"}, "nonce": {nonce}}
		back, err := url.Parse(b.agrees(p.URL + "/authorize?" + q.Encode()))
		if err != nil {
			b.t.Fatal(err)
		}
		r, err := http.NewRequest(http.MethodPost, p.URL+"/oauth/token", strings.NewReader(url.Values{
			"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {b.url + auth.CallbackPath}}.Encode()))
		if err != nil {
			b.t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(client, "secret")
		var answer struct {
			Token string `json:"id_token"`
		}
		got := b.do(r, nil)
		if err := json.Unmarshal([]byte(got.text), &answer); err != nil || answer.Token == "" {
			b.t.Fatalf("%d %s, %v", got.code, got.text, err)
		}
		return answer.Token
	}
	// swapped goes the whole way, and the provider gives another token than its own.
	swapped := func(b *browser, token func(nonce string) string) *reply {
		b.t.Helper()
		back := b.agrees(b.asks("/desk/sign-in/oidc", nil))
		id := token(b.provider.asked.Get("nonce"))
		b.provider.tamper = func(answer map[string]any) bool { answer["id_token"] = id; return true }
		return b.get(back)
	}
	with := func(b *browser, name, value string) *reply {
		b.t.Helper()
		u, err := url.Parse(b.agrees(b.asks("/desk/sign-in/oidc", nil)))
		if err != nil {
			b.t.Fatal(err)
		}
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		return b.get(u.String())
	}
	late := func(t *testing.T, p *reply) {
		t.Helper()
		if p.code != 303 || !strings.HasPrefix(p.header.Get("Location"), "/desk/sign-in?did=code_late") {
			t.Errorf("the answer is %d %v\n%s", p.code, p.header, p.text)
		}
	}
	refused := func(t *testing.T, p *reply) { t.Helper(); p.refused(t) }
	h := newHouse(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	for i, c := range []struct {
		what string
		try  func(b *browser) *reply
		want func(*testing.T, *reply)
	}{
		{"a state that was never given", func(b *browser) *reply { return with(b, "state", "guess") }, late},
		{"no state", func(b *browser) *reply { return with(b, "state", "") }, late},
		{"a challenge of a passkey as the state", func(b *browser) *reply {
			token, err := b.db.AddChallenge(b.t.Context(), access.PasskeyChallenge, `{}`, b.now, b.now.Add(time.Minute))
			if err != nil {
				b.t.Fatal(err)
			}
			return with(b, "state", token)
		}, late},
		{"a code of nobody's", func(b *browser) *reply { return with(b, "code", "guess") }, refused},
		{"no code", func(b *browser) *reply { return with(b, "code", "") }, refused},
		{"the answer of another provider (RFC 9207)", func(b *browser) *reply { return with(b, "iss", "https://evil.example") }, refused},
		{"the provider says no", func(b *browser) *reply { return with(b, "error", "access_denied") }, refused},
		{"an answer that was given before", func(b *browser) *reply {
			back := b.agrees(b.asks("/desk/sign-in/oidc", nil))
			in := b.house.browser()
			*in = *b
			if p := in.get(back); p.code != 303 {
				b.t.Errorf("the first time it answers %d\n%s", p.code, p.text)
			}
			b.post("/desk/sign-out", nil)
			return b.get(back)
		}, late},
		{"a code that was used before, with a new state", func(b *browser) *reply {
			u, err := url.Parse(b.agrees(b.asks("/desk/sign-in/oidc", nil)))
			if err != nil {
				b.t.Fatal(err)
			}
			b.get(u.String())
			b.post("/desk/sign-out", nil)
			return with(b, "code", u.Query().Get("code"))
		}, refused},
		{"a code that another browser brought", func(b *browser) *reply {
			other := b.house.browser()
			u, err := url.Parse(other.agrees(other.asks("/desk/sign-in/oidc", nil)))
			if err != nil {
				b.t.Fatal(err)
			}
			return with(b, "code", u.Query().Get("code"))
		}, refused},
		{"the browser of somebody else", func(b *browser) *reply {
			back := b.agrees(b.asks("/desk/sign-in/oidc", nil))
			other := b.house.browser()
			b.client = other.client
			return b.get(back)
		}, refused},
		{"the browser of somebody else who is on the way too", func(b *browser) *reply {
			back := b.agrees(b.asks("/desk/sign-in/oidc", nil))
			other := b.house.browser()
			other.asks("/desk/sign-in/oidc", nil)
			b.client = other.client
			return b.get(back)
		}, refused},
		{"after ten minutes", func(b *browser) *reply {
			back := b.agrees(b.asks("/desk/sign-in/oidc", nil))
			b.now = b.now.Add(10 * time.Minute)
			return b.get(back)
		}, late},
		{"an ID token for another question", func(b *browser) *reply {
			return swapped(b, func(string) string { return foreign(b, b.provider, "stet", "another") })
		}, refused},
		{"an ID token without a question", func(b *browser) *reply {
			return swapped(b, func(string) string { return foreign(b, b.provider, "stet", "") })
		}, refused},
		{"an ID token for another newsroom", func(b *browser) *reply {
			return swapped(b, func(nonce string) string { return foreign(b, b.provider, "other", nonce) })
		}, refused},
		{"an ID token of another provider", func(b *browser) *reply {
			other := newProvider(b.t, b.url+auth.CallbackPath)
			other.knows(b.me, b.me+"@example.org", true)
			return swapped(b, func(nonce string) string { return foreign(b, other, "stet", nonce) })
		}, refused},
		{"an ID token that was changed", func(b *browser) *reply {
			return swapped(b, func(nonce string) string {
				part := strings.Split(foreign(b, b.provider, "stet", nonce), ".")
				return part[0] + "." + part[1][:len(part[1])-2] + "." + part[2]
			})
		}, refused},
		{"an ID token that nobody signed", func(b *browser) *reply {
			return swapped(b, func(nonce string) string {
				part := strings.Split(foreign(b, b.provider, "stet", nonce), ".")
				return "eyJhbGciOiJub25lIn0." + part[1] + "."
			})
		}, refused},
		{"an ID token that has run out", func(b *browser) *reply {
			back := b.agrees(b.asks("/desk/sign-in/oidc", nil))
			id := foreign(b, b.provider, "stet", b.provider.asked.Get("nonce"))
			b.provider.tamper = func(answer map[string]any) bool { answer["id_token"], b.now = id, b.now.Add(2*time.Hour); return true }
			return b.get(back)
		}, refused},
		{"an address that is not verified", func(b *browser) *reply {
			b.provider.knows(b.me, b.me+"@example.org", false)
			return b.signIn("")
		}, refused},
		{"nobody's address", func(b *browser) *reply {
			b.provider.knows(b.me, "nobody@example.org", true)
			return b.signIn("")
		}, refused},
		{"no address", func(b *browser) *reply {
			b.provider.knows(b.me, "", true)
			return b.signIn("")
		}, refused},
		{"an address that only folds like somebody's", func(b *browser) *reply {
			b.change2(b.me, func(p *stet.Person) { p.Email = "task@example.org" })
			b.provider.knows(b.me, "ta\u017f\u212a@example.org", true)
			return b.signIn("")
		}, refused},
		{"somebody who is disabled, the first time", func(b *browser) *reply {
			b.change2(b.me, func(p *stet.Person) { p.Disabled = b.now })
			return b.signIn("")
		}, refused},
		{"somebody who is disabled, later", func(b *browser) *reply {
			b.signIn("")
			b.is(b.me + "@example.org")
			b.change2(b.me, func(p *stet.Person) { p.Disabled = b.now })
			b.client = b.house.browser().client
			return b.signIn("")
		}, refused},
		{"somebody with an authenticator, the first time", func(b *browser) *reply {
			if err := b.db.SetCode(b.t.Context(), b.people[b.me].ID, []byte("12345678901234567890"), 1, "", b.now); err != nil {
				b.t.Fatal(err)
			}
			return b.signIn("")
		}, refused},
		{"somebody with a passkey, the first time", func(b *browser) *reply {
			if err := b.db.AddPasskey(b.t.Context(), access.Passkey{ID: []byte(b.me), Person: b.people[b.me].ID, Data: "{}", Created: b.now}); err != nil {
				b.t.Fatal(err)
			}
			return b.signIn("")
		}, refused},
		{"to connect, in a browser where nobody is", func(b *browser) *reply {
			b.signIn("")
			back := b.agrees(b.asks("/desk/account/oidc", nil))
			b.post("/desk/sign-out", nil)
			return b.get(back)
		}, refused},
		{"to connect what is somebody else's", func(b *browser) *reply {
			other := b.house.browser()
			other.signIn("")
			b.provider.knows("e", "editor@example.org", true)
			b.signIn("")
			b.is("editor@example.org")
			b.provider.login = b.me
			p := b.get(b.agrees(b.asks("/desk/account/oidc", nil)))
			if i, err := b.db.Identity(b.t.Context(), b.provider.URL, b.me); err != nil || i.Person != b.people[b.me].ID {
				b.t.Errorf("the account is %+v's, %v", i, err)
			}
			b.post("/desk/sign-out", nil)
			return p
		}, refused},
		{"from another site", func(b *browser) *reply {
			return b.post("/desk/sign-in/oidc", nil, "Sec-Fetch-Site", "cross-site")
		}, func(t *testing.T, p *reply) {
			if p.code != 403 {
				t.Errorf("the answer is %d", p.code)
			}
		}},
		{"a provider that is away", func(b *browser) *reply {
			b.provider.away, b.now = true, b.now.Add(2*time.Hour)
			return b.post("/desk/sign-in/oidc", url.Values{"next": {"/desk/board"}})
		}, away},
		{"a provider that went away meanwhile", func(b *browser) *reply {
			back := b.agrees(b.asks("/desk/sign-in/oidc", url.Values{"next": {"/desk/board"}}))
			b.provider.away = true
			return b.get(back)
		}, away},
		{"a provider that fails", func(b *browser) *reply {
			b.provider.tamper = func(map[string]any) bool { return false }
			return b.signIn("/desk/board")
		}, away},
		{"a provider that tells of somebody else", func(b *browser) *reply {
			b.provider.inside, b.provider.told = false, func(answer map[string]any) { answer["sub"] = "another" }
			return b.signIn("")
		}, refused},
		{"a provider that gives no ID token", func(b *browser) *reply {
			b.provider.tamper = func(answer map[string]any) bool { delete(answer, "id_token"); return true }
			return b.signIn("/desk/board")
		}, away},
		{"a provider that does not end", func(b *browser) *reply {
			b.provider.tamper = func(answer map[string]any) bool { answer["more"] = strings.Repeat("x", 2<<20); return true }
			return b.signIn("/desk/board")
		}, away},
	} {
		t.Run(c.what, func(t *testing.T) {
			h.t, h.now, h.provider.tamper, h.provider.told, h.provider.inside, h.provider.away = t, time.Now(), nil, nil, i%2 == 0, false
			h.me = fmt.Sprintf("anna%d", i)
			h.join(h.me, stet.Person{Name: "Anna", Role: stet.Reporter})
			h.provider.knows(h.me, h.me+"@example.org", true)
			b := h.browser()
			p := c.try(b)
			c.want(t, p)
			b.is("")
			for _, word := range []string{"anna", "disabled", "verified", "token"} {
				if strings.Contains(p.text, word) {
					t.Errorf("the answer tells of %q\n%s", word, p.text)
				}
			}
		})
	}
}

// away is the answer when the provider is: the other ways are there.
func away(t *testing.T, p *reply) {
	t.Helper()
	if p.code != 503 || !strings.Contains(p.text, "Newsroom ID does not answer.") || !strings.Contains(p.text, `action="/desk/sign-in"`) ||
		!strings.Contains(p.text, `value="/desk/board"`) {
		t.Errorf("the answer is %d\n%s", p.code, p.text)
	}
}

// TestProviderTells: of addresses in ID tokens, and apart from them.
func TestProviderTells(t *testing.T) {
	h := newHouse(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	for who, inside := range map[string]bool{"editor": true, "reporter": false} {
		h.provider.inside = inside
		h.provider.told = func(map[string]any) {
			if inside {
				t.Error("the provider is asked for what the ID token says")
			}
		}
		h.provider.knows(who, who+"@example.org", true)
		b := h.browser()
		b.signIn("")
		b.is(who + "@example.org")
	}
}

// TestProviderByHost: where the provider sends people back is never for a request
// to say.
func TestProviderByHost(t *testing.T) {
	h := newHouse(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	h.provider.knows("a", "reporter@example.org", true)
	to, err := url.Parse(h.browser().asks("/desk/sign-in/oidc", nil, "Host", "evil.example", "X-Forwarded-Host", "evil.example"))
	if err != nil || to.Query().Get("redirect_uri") != h.url+auth.CallbackPath {
		t.Errorf("people come back to %q, %v", to, err)
	}
}

// TestProviderLimits: questions and failures are counted by network.
func TestProviderLimits(t *testing.T) {
	h := newHouse(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	from := func(method, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(nil))
		r.RemoteAddr = "192.0.2.7:1234"
		w := httptest.NewRecorder()
		h.desk.ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		method, path string
		before       int
	}{{"POST", "/desk/sign-in/oidc", 200}, {"GET", auth.CallbackPath + "?state=guess", 303}} {
		for i := range 61 {
			w := from(c.method, c.path)
			if seconds, err := strconv.Atoi(w.Header().Get("Retry-After")); i < 60 && w.Code != c.before || i == 60 && (w.Code != 429 || err != nil || seconds < 1) {
				t.Fatalf("try %d of %s is answered %d, Retry-After %s", i+1, c.path, w.Code, w.Header().Get("Retry-After"))
			}
		}
	}
}

// TestProviderRemote: what of a provider is believed, and when it is asked.
func TestProviderRemote(t *testing.T) {
	var asked []string
	var doc func(issuer string) string
	s := httptest.NewServer(nil)
	defer s.Close()
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if doc == nil {
			http.Redirect(w, r, "https://evil.example/", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, doc(s.URL))
	})
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	o := n.desk.Options
	o.Provider = &auth.Provider{Issuer: s.URL, ClientID: "stet", Name: "Newsroom ID"}
	var err error
	if n.desk, err = New(o); err != nil {
		t.Fatal(err)
	}
	if w := n.do("", "/desk/sign-in", nil); w.Code != 200 || len(asked) > 0 {
		t.Errorf("the page answers %d, and the provider was asked %v", w.Code, asked)
	}
	at := func(issuer, ask string) func(string) string {
		return func(own string) string {
			issuer := strings.ReplaceAll(issuer, "OWN", own)
			return fmt.Sprintf(`{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q}`, issuer, strings.ReplaceAll(ask, "OWN", own), own, own)
		}
	}
	for what, c := range map[string]struct {
		doc  func(string) string
		code int
	}{
		"sends on":                  {nil, 503},
		"is no JSON":                {func(string) string { return "<html>" }, 503},
		"calls itself another name": {at("https://evil.example", "OWN/ask"), 503},
		"has no end":                {func(string) string { return strings.Repeat(" ", 2<<20) + "{}" }, 503},
		"asks in the clear":         {at("OWN", "http://evil.example/ask"), 503},
		"runs a script":             {at("OWN", "javascript:alert(1)"), 503},
		"is right":                  {at("OWN", "https://login.example/ask"), 200},
	} {
		doc = c.doc
		n.now = n.now.Add(2 * time.Hour) // what was said before is forgotten
		if w := n.do("", "/desk/sign-in/oidc", url.Values{}); w.Code != c.code {
			t.Errorf("a provider that %s: %d %v\n%s", what, w.Code, w.Header(), w.Body)
		}
	}
}

// TestNoProvider: without one there is no button and no way.
func TestNoProvider(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.cookies["editor"] = n.session(n.people["editor"])
	for _, at := range []string{"/desk/sign-in", "/desk/account"} {
		if w := n.do(map[string]string{"/desk/account": "editor"}[at], at, nil); w.Code != 200 || strings.Contains(w.Body.String(), "/oidc") {
			t.Errorf("%s is %d\n%s", at, w.Code, w.Body)
		}
	}
	if w := n.do("", "/desk/sign-in/oidc", url.Values{}); w.Code != 404 {
		t.Errorf("asking answers %d", w.Code)
	}
	if w := n.do("", auth.CallbackPath+"?state=x", nil); w.Code != 404 {
		t.Errorf("coming back answers %d", w.Code)
	}
	for _, path := range []string{"/desk/account/oidc", "/desk/account/oidc/end"} {
		if w := n.do("editor", path, url.Values{}); w.Code != 404 {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}
