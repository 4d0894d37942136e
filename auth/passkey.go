package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"stet"
	"stet/store/access"
	"stet/store/audit"
)

// challengeLasts is how long a person may take to answer with a passkey.
const challengeLasts = 5 * time.Minute

// newPasskeys returns what speaks the standard of passkeys (Web Authentication,
// Level 3) for a site; nil where browsers have none: they want a name, not an
// address, and HTTPS everywhere but on the machine itself.
func newPasskeys(site string) *webauthn.WebAuthn {
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: u.Hostname(), RPOrigins: []string{site},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil // a name that no certificate could be for
	}
	return w
}

// HasPasskeys reports whether people can sign in with passkeys here.
func (d *Door) HasPasskeys() bool { return d.passkeys != nil }

// holder is a person as package webauthn sees one.
type holder struct {
	*stet.Person
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Email }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (d *Door) holder(ctx context.Context, p *stet.Person) (holder, error) {
	h := holder{Person: p}
	keys, err := d.DB.Passkeys(ctx, p.ID)
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Data), &c); err != nil {
			return h, err
		}
		h.keys = append(h.keys, c)
	}
	return h, err
}

// Challenge is what a browser is asked for a passkey.
type Challenge struct {
	Token   string `json:"token"`   // must come back with the answer
	Options any    `json:"options"` // of navigator.credentials, as JSON
}

// errNoPasskeys means that the site's address allows none.
var errNoPasskeys = stet.Errorf(stet.NotFound, "", "passkeys need a site with a name, over HTTPS")

func (d *Door) challenge(ctx context.Context, options any, session *webauthn.SessionData) (*Challenge, error) {
	data, err := json.Marshal(session)
	if err != nil {
		return nil, err
	}
	now := d.now()
	token, err := d.DB.AddChallenge(ctx, access.PasskeyChallenge, string(data), now, now.Add(challengeLasts))
	return &Challenge{token, options}, err
}

func (d *Door) answered(ctx context.Context, token string) (s webauthn.SessionData, err error) {
	data, err := d.DB.UseChallenge(ctx, access.PasskeyChallenge, token, d.now())
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(data), &s)
}

// NewPasskey asks a browser for a new passkey of a person.
func (d *Door) NewPasskey(ctx context.Context, p *stet.Person) (*Challenge, error) {
	if d.passkeys == nil {
		return nil, errNoPasskeys
	}
	h, err := d.holder(ctx, p)
	if err != nil {
		return nil, err
	}
	options, session, err := d.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	return d.challenge(ctx, options.Response, session)
}

// AddPasskey keeps the passkey that a browser answered with. An answer that does
// not hold is ErrWrong.
func (d *Door) AddPasskey(ctx context.Context, p *stet.Person, token string, answer []byte, agent string) error {
	if d.passkeys == nil {
		return errNoPasskeys
	}
	session, err := d.answered(ctx, token)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return ErrWrong
	}
	key, err := d.passkeys.CreateCredential(holder{Person: p}, session, parsed)
	if err != nil {
		return ErrWrong
	}
	data, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return d.DB.AddPasskey(ctx, access.Passkey{ID: key.ID, Person: p.ID, Device: device(agent), Data: string(data), Created: d.now()})
}

// AskPasskey asks a browser for the passkey of whoever wants to come in.
func (d *Door) AskPasskey(ctx context.Context, from netip.Addr) (*Challenge, error) {
	if d.passkeys == nil {
		return nil, errNoPasskeys
	}
	if from.IsValid() {
		if wait := d.asked.take(network(from), d.now()); wait > 0 {
			return nil, &TooOften{wait}
		}
	}
	options, session, err := d.passkeys.BeginDiscoverableLogin()
	if err != nil {
		return nil, err
	}
	return d.challenge(ctx, options.Response, session)
}

// Passkey lets in whose passkey answers. It needs no code beside: the key is
// something the person has, and was opened with what they know or are.
func (d *Door) Passkey(ctx context.Context, from netip.Addr, token string, answer []byte) (Entry, error) {
	if d.passkeys == nil {
		return Entry{}, errNoPasskeys
	}
	session, err := d.answered(ctx, token)
	if err != nil {
		return Entry{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return d.refuse(ctx, "", audit.ByPasskey, from)
	}
	var away error   // of the database
	var whose string // the passkey says it is
	who, key, err := d.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if !stet.ValidID(string(handle)) {
			return nil, ErrWrong
		}
		p, err := d.DB.Person(ctx, string(handle))
		if err == nil {
			whose = p.ID
		}
		if err == nil && !p.Disabled.IsZero() {
			err = ErrWrong
		}
		if err != nil {
			if !errors.Is(err, ErrWrong) && !stet.Is(err, stet.NotFound) {
				away = err
			}
			return nil, err
		}
		h, err := d.holder(ctx, p)
		away = err
		return h, err
	}, session, parsed)
	if away != nil {
		return Entry{}, away
	}
	if err != nil || key.Authenticator.CloneWarning {
		return d.refuse(ctx, whose, audit.ByPasskey, from)
	}
	data, err := json.Marshal(key)
	if err != nil {
		return Entry{}, err
	}
	return Entry{Person: string(who.WebAuthnID()), Means: audit.ByPasskey}, d.DB.UsePasskey(ctx, key.ID, string(data), d.now())
}
