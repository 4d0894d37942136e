package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"stet"
	"stet/store/access"
	"stet/store/audit"
)

// Provider is where people have another account by which they sign in: a
// provider of OpenID Connect (Core 1.0), as the operator named it.
type Provider struct {
	Issuer       string // as the provider calls itself: https://login.example.org
	ClientID     string // as the provider calls this newsroom
	ClientSecret string // empty where the provider gave none
	Name         string // as people know it
}

// CallbackPath is where a provider sends people back. It must know the address,
// which is this path on the site's scheme and host, beforehand.
const CallbackPath = "/desk/sign-in/oidc/callback"

// Check returns an error that tells what is wrong with how a provider is named.
func (p *Provider) Check() error {
	u, err := url.Parse(p.Issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !safe(u):
		return fmt.Errorf("%q is no issuer: give the address that the provider calls itself, like https://login.example.org", p.Issuer)
	case p.ClientID == "":
		return errors.New("the client id is missing: the provider gives one when you register this newsroom with it")
	}
	return nil
}

// safe reports whether nobody on the way can read what is sent: HTTPS, or the
// machine itself.
func safe(u *url.URL) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && a.IsLoopback())
}

// How long a person may take at the provider, how long an answer of the provider
// itself may take, how big it may be, how many are waited for at once, and for
// how long what it says of itself is believed.
const (
	providerLasts  = 10 * time.Minute
	providerWait   = 10 * time.Second
	providerAnswer = 1 << 20
	providerAtOnce = 16
	providerFresh  = time.Hour
)

// Away means that a provider does not answer, or not as the standard says.
type Away struct{ err error }

func (e *Away) Error() string { return "the provider of sign-ins: " + e.err.Error() }
func (e *Away) Unwrap() error { return e.err }

// remote is a provider as it answers.
type remote struct {
	client *http.Client
	slots  chan struct{}

	mu    sync.Mutex
	known *oidc.Provider
	since time.Time
}

func newRemote() *remote {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout, t.MaxResponseHeaderBytes = providerWait, 64<<10
	return &remote{
		slots: make(chan struct{}, providerAtOnce),
		client: &http.Client{
			Transport: bounded{t}, Timeout: providerWait,
			CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("it sends on to another address") },
		},
	}
}

// bounded refuses what is not safe to ask, and answers that are too big.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !safe(r.URL) {
		return nil, fmt.Errorf("%s is not HTTPS", r.URL.Redacted())
	}
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, providerAnswer)
	}
	return resp, err
}

// discover returns what the provider says of itself. It is asked when somebody
// wants to sign in, not before.
func (m *remote) discover(ctx context.Context, issuer string, now time.Time) (*oidc.Provider, error) {
	m.mu.Lock()
	known, since := m.known, m.since
	m.mu.Unlock()
	if known != nil && now.Sub(since) < providerFresh {
		return known, nil
	}
	known, err := oidc.NewProvider(oidc.ClientContext(ctx, m.client), issuer)
	if err != nil {
		return nil, &Away{err}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known, m.since = known, now
	return known, nil
}

// HasProvider reports whether people can sign in by another account.
func (d *Door) HasProvider() bool { return d.Provider != nil }

// Ask is what somebody wants of a provider.
type Ask struct {
	Next   string // where on the desk they go afterwards
	Person string // who connects another account with their own; empty for who signs in
	Again  bool   // the provider is to ask who they are even if it knows
}

// asked is what is kept of an Ask until the provider answers.
type asked struct {
	Ask
	Issuer   string
	Browser  []byte // the hash of what the browser's cookie holds
	Nonce    string
	Verifier string // of PKCE
}

func random() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func fingerprint(s string) []byte {
	h := sha256.Sum256([]byte(s))
	return h[:]
}

func (d *Door) oauth(p *oidc.Provider) (*oauth2.Config, error) {
	var more struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := p.Claims(&more); err != nil {
		return nil, &Away{err}
	}
	// Else each way would be tried, and a code is good for one try.
	at := p.Endpoint()
	at.AuthStyle = oauth2.AuthStyleInHeader
	if d.Provider.ClientSecret == "" || len(more.Methods) > 0 && !slices.Contains(more.Methods, "client_secret_basic") {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: d.Provider.ClientID, ClientSecret: d.Provider.ClientSecret, Endpoint: at,
		RedirectURL: d.URL + CallbackPath, Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail},
	}, nil
}

var errNoProvider = stet.Errorf(stet.NotFound, "", "no provider of sign-ins is set up here")

// slot waits for nobody: who comes when too many are being asked for waits
// outside.
func (m *remote) slot() (release func(), err error) {
	select {
	case m.slots <- struct{}{}:
		return func() { <-m.slots }, nil
	default:
		return nil, &TooOften{5 * time.Second}
	}
}

// AskProvider returns the address at which the provider asks who somebody is, and
// what their browser must bring back: it is bound to that browser. An Away means
// that the provider cannot be asked.
func (d *Door) AskProvider(ctx context.Context, from netip.Addr, a Ask) (to, browser string, err error) {
	if d.Provider == nil {
		return "", "", errNoProvider
	}
	if from.IsValid() {
		if wait := d.asked.take(network(from), d.now()); wait > 0 {
			return "", "", &TooOften{wait}
		}
	}
	release, err := d.remote.slot()
	if err != nil {
		return "", "", err
	}
	defer release()
	p, err := d.remote.discover(ctx, d.Provider.Issuer, d.now())
	if err != nil {
		return "", "", err
	}
	asks, err := d.oauth(p)
	if err != nil {
		return "", "", err
	}
	browser = random()
	kept := asked{a, d.Provider.Issuer, fingerprint(browser), random(), oauth2.GenerateVerifier()}
	data, err := json.Marshal(kept)
	if err != nil {
		return "", "", err
	}
	now := d.now()
	state, err := d.DB.AddChallenge(ctx, access.ProviderChallenge, string(data), now, now.Add(providerLasts))
	if err != nil {
		return "", "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(kept.Verifier), oidc.Nonce(kept.Nonce)}
	if a.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	to = asks.AuthCodeURL(state, options...)
	if u, err := url.Parse(to); err != nil || !safe(u) {
		return "", "", &Away{fmt.Errorf("it asks at %q, which is not HTTPS", p.Endpoint().AuthURL)}
	}
	return to, browser, nil
}

// ProviderAnswered lets in whom the provider vouches for: whose account is bound
// to theirs, and who has bound none yet and has the address that the provider
// says is verified, which binds it. Of somebody with a second factor an address
// alone is not enough: they connect the account when they are in. user is who is
// signed in, or nobody.
//
// Whoever is not let in is ErrWrong, and why is for the log alone. An Error of
// kind NotFound means that it took too long or was answered before; an Away that
// the provider failed.
func (d *Door) ProviderAnswered(ctx context.Context, from netip.Addr, browser string, answer url.Values, user *stet.Person) (Entry, Ask, error) {
	if d.Provider == nil {
		return Entry{}, Ask{}, errNoProvider
	}
	if from.IsValid() {
		if wait := d.networks.take(network(from), d.now()); wait > 0 {
			return Entry{}, Ask{}, &TooOften{wait}
		}
	}
	data, err := d.DB.UseChallenge(ctx, access.ProviderChallenge, answer.Get("state"), d.now())
	if err != nil {
		return Entry{}, Ask{}, err
	}
	var kept asked
	if err := json.Unmarshal([]byte(data), &kept); err != nil {
		return Entry{}, Ask{}, err
	}
	person, err := d.vouched(ctx, kept, browser, answer, user)
	var refused refusal
	if errors.As(err, &refused) {
		slog.Warn("nobody was let in by the provider of sign-ins", "reason", refused.Error())
		_, err = d.refuse(ctx, "", audit.ByProvider, from)
	}
	if err != nil {
		return Entry{}, kept.Ask, err
	}
	if from.IsValid() {
		d.networks.giveBack(network(from))
	}
	return Entry{Person: person, Means: audit.ByProvider}, kept.Ask, nil
}

// refusal is why somebody is not let in.
type refusal string

func (r refusal) Error() string { return string(r) }

// vouched returns for whom a provider's answer stands.
func (d *Door) vouched(ctx context.Context, kept asked, browser string, answer url.Values, user *stet.Person) (person string, err error) {
	switch {
	case subtle.ConstantTimeCompare(fingerprint(browser), kept.Browser) != 1:
		return "", refusal("another browser was sent to the provider")
	case kept.Issuer != d.Provider.Issuer, answer.Has("iss") && answer.Get("iss") != kept.Issuer: // RFC 9207
		return "", refusal("another provider answered")
	case kept.Person != "" && (user == nil || user.ID != kept.Person):
		return "", refusal("who connects an account is not signed in any more")
	case answer.Has("error"), answer.Get("code") == "":
		return "", refusal(fmt.Sprintf("the provider says %.100q", answer.Get("error")))
	}
	release, err := d.remote.slot()
	if err != nil {
		return "", err
	}
	defer release()
	said, err := d.redeem(oidc.ClientContext(ctx, d.remote.client), kept, answer.Get("code"))
	if err != nil {
		return "", err
	}
	if kept.Person != "" {
		i := access.Identity{Issuer: kept.Issuer, Subject: said.subject, Person: kept.Person, Email: said.email, Created: d.now()}
		err := d.DB.BindIdentity(ctx, i, true)
		if stet.Is(err, stet.Conflict) {
			err = refusal("the account is bound to somebody else")
		}
		return kept.Person, err
	}
	if person, err = d.bound(ctx, kept.Issuer, said); err != nil {
		return "", err
	}
	return person, d.DB.UseIdentity(ctx, kept.Issuer, said.subject, d.now())
}

// bound returns to whom a provider's account is bound, and binds it the first
// time.
func (d *Door) bound(ctx context.Context, issuer string, said claims) (person string, err error) {
	i, err := d.DB.Identity(ctx, issuer, said.subject)
	if err == nil {
		p, err := d.DB.Person(ctx, i.Person)
		switch {
		case err != nil:
			return "", err
		case !i.Ended.IsZero():
			return "", refusal("the person has ended the binding")
		case !p.Disabled.IsZero():
			return "", refusal("the person is disabled")
		}
		return p.ID, nil
	}
	if !stet.Is(err, stet.NotFound) {
		return "", err
	}
	if !said.verified {
		return "", refusal("the account is bound to nobody, and its address is not verified")
	}
	p, err := d.DB.PersonByEmail(ctx, said.email)
	switch {
	case stet.Is(err, stet.NotFound):
		return "", refusal("the account is bound to nobody, and nobody has its address")
	case err != nil:
		return "", err
	case !sameAddress(p.Email, said.email):
		return "", refusal("the account's address only looks like somebody's")
	case !p.Disabled.IsZero():
		return "", refusal("the person is disabled")
	}
	if has, err := d.HasFactor(ctx, p.ID); err != nil {
		return "", err
	} else if has {
		return "", refusal("the person has a second factor and connects the account when signed in")
	}
	err = d.DB.BindIdentity(ctx, access.Identity{Issuer: issuer, Subject: said.subject, Person: p.ID, Email: said.email, Created: d.now()}, false)
	if stet.Is(err, stet.Conflict) {
		err = refusal("the person has, or had, another account at the provider")
	}
	return p.ID, err
}

// sameAddress compares as the mail does: other letters that look or fold like
// these make another address.
func sameAddress(a, b string) bool {
	lower := func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return strings.Map(lower, a) == strings.Map(lower, b)
}

// claims are what a provider says of somebody.
type claims struct {
	subject  string
	email    string
	verified bool
}

// redeem asks the provider whom a code stands for.
func (d *Door) redeem(ctx context.Context, kept asked, code string) (c claims, err error) {
	p, err := d.remote.discover(ctx, kept.Issuer, d.now())
	if err != nil {
		return c, err
	}
	asks, err := d.oauth(p)
	if err != nil {
		return c, err
	}
	token, err := asks.Exchange(ctx, code, oauth2.VerifierOption(kept.Verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
		return c, refusal("the provider does not know the code")
	}
	if err != nil {
		return c, &Away{err}
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return c, &Away{errors.New("it gave no ID token")}
	}
	id, err := p.Verifier(&oidc.Config{ClientID: d.Provider.ClientID, Now: d.Now}).Verify(ctx, raw)
	if err != nil {
		return c, refusal(err.Error())
	}
	var more struct {
		Email    string  `json:"email"`
		Verified any     `json:"email_verified"` // some providers write "true"
		Party    string  `json:"azp"`
		Signed   float64 `json:"auth_time"`
	}
	if err := id.Claims(&more); err != nil {
		return c, refusal(err.Error())
	}
	switch {
	case id.Subject == "":
		return c, refusal("the ID token names nobody")
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(kept.Nonce)) != 1:
		return c, refusal("the ID token answers another question")
	case more.Party != "" && more.Party != d.Provider.ClientID, more.Party == "" && len(id.Audience) > 1:
		return c, refusal("the ID token was made for somebody else")
	case kept.Again && more.Signed > 0 && d.now().Sub(time.Unix(int64(more.Signed), 0)) > fresh:
		return c, refusal("the provider did not ask who it is again")
	}
	c = claims{id.Subject, more.Email, more.Verified == true || more.Verified == "true"}
	if c.email == "" {
		// Where there is an access token, the standard has addresses told only for it.
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		switch {
		case err != nil && p.UserInfoEndpoint() != "":
			return c, &Away{err}
		case err != nil:
			return c, nil
		case info.Subject != id.Subject:
			return c, refusal("the provider tells of somebody else")
		}
		c.email, c.verified = info.Email, info.EmailVerified
	}
	return c, nil
}
