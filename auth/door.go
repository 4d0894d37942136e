package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"stet"
	"stet/store"
	"stet/store/access"
	"stet/store/audit"
)

// Door lets people in: by a password and an authenticator's code, by a passkey,
// by an account elsewhere or by a link. Every way is limited by account and by network, and no answer
// tells, nor how long it takes, whether there is an account.
type Door struct {
	DoorOptions

	passkeys *webauthn.WebAuthn // nil where there can be none
	hasher   *hasher
	tries    *limit // passwords, by account
	codes    *limit // codes, by person
	networks *limit // whatever fails, by network
	letters  *limit // by account
	posts    *limit // letters, by network
	asked    *limit // passkeys and the provider, by network
	remote   *remote
	sending  chan struct{}
	sent     sync.WaitGroup
}

// DoorOptions are what a door needs.
type DoorOptions struct {
	DB  *store.DB
	URL string           // scheme and host of the site
	Now func() time.Time // the clock
	// Mail sends a letter; nil where no mail is set up.
	Mail func(ctx context.Context, to, subject, text string) error
	// Letter writes the letter that brings a link.
	Letter func(site *stet.Site, p *stet.Person, link string) (subject, text string)
	// Provider is where people have another account; nil for none.
	Provider *Provider
}

// How long a link lasts that comes by mail, and the moment between password and
// code.
const (
	LinkLasts = 30 * time.Minute
	codeLasts = 5 * time.Minute
)

// lettersAtOnce bounds the letters that are on their way; what is asked for
// beyond it is not sent.
const lettersAtOnce = 16

// NewDoor returns a door.
func NewDoor(o DoorOptions) *Door {
	return &Door{
		DoorOptions: o, hasher: newHasher(currentCost), sending: make(chan struct{}, lettersAtOnce),
		tries: newLimit(10, time.Minute), codes: newLimit(5, 5*time.Minute), networks: newLimit(60, 10*time.Second),
		letters: newLimit(3, 10*time.Minute), posts: newLimit(20, time.Minute),
		passkeys: newPasskeys(o.URL), asked: newLimit(60, 10*time.Second), remote: newRemote(),
	}
}

// ErrWrong means that what was given does not let anybody in.
var ErrWrong = errors.New("wrong")

// TooOften means that something was tried too often.
type TooOften struct{ Wait time.Duration }

func (e *TooOften) Error() string { return fmt.Sprintf("tried too often; wait %s", e.Wait) }

// Entry is somebody at the door: who may come in, or who must give a code first.
type Entry struct {
	Person  string // who is in; empty while a code is needed
	Step    string // what must come back with the code
	Pending bool   // they must add a second factor before all else

	Means audit.Means
	From  netip.Addr // may not be valid
}

func (d *Door) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

// take takes tries of a network and of something else; it gives back a function
// that undoes it. The address is not valid for whom no network is limited.
func (d *Door) take(from netip.Addr, nets, own *limit, key string) (undo func(), err error) {
	now := d.now()
	if from.IsValid() {
		if wait := nets.take(network(from), now); wait > 0 {
			return nil, &TooOften{wait}
		}
	}
	if wait := own.take(key, now); wait > 0 {
		return nil, &TooOften{wait}
	}
	return func() {
		if from.IsValid() {
			nets.giveBack(network(from))
		}
		own.giveBack(key)
	}, nil
}

// Password lets in who knows the password, or asks for a code where the person
// has an authenticator.
func (d *Door) Password(ctx context.Context, from netip.Addr, email, password string) (Entry, error) {
	undo, err := d.take(from, d.networks, d.tries, stet.EmailKey(email))
	if err != nil {
		return Entry{}, err
	}
	p, err := d.DB.PersonByEmail(ctx, email)
	if stet.Is(err, stet.NotFound) {
		p, err = &stet.Person{}, nil
	}
	if err != nil {
		return Entry{}, err
	}
	c, err := d.DB.Credentials(ctx, p.ID)
	if err != nil {
		return Entry{}, err
	}
	password = typed(password)
	ok, old, err := d.hasher.check(ctx, password, c.Password)
	if errors.Is(err, errBusy) {
		return Entry{}, &TooOften{5 * time.Second}
	}
	if err != nil {
		return Entry{}, err
	}
	if !ok || !p.Disabled.IsZero() {
		return d.refuse(ctx, p.ID, audit.ByPassword, from)
	}
	undo()
	if old {
		if kept, err := d.hasher.make(ctx, password); err == nil { // else the next time
			if err := d.DB.RenewPassword(ctx, p.ID, c.Password, kept); err != nil {
				return Entry{}, err
			}
		}
	}
	return d.enter(ctx, p.ID, c, audit.ByPassword)
}

// refuse writes down that somebody is not let in, whether there is an account or
// not: the answer takes as long.
func (d *Door) refuse(ctx context.Context, person string, means audit.Means, from netip.Addr) (Entry, error) {
	address := ""
	if from.IsValid() {
		address = from.String()
	}
	if err := d.DB.Refused(ctx, person, means, address, d.now()); err != nil {
		return Entry{}, err
	}
	return Entry{}, ErrWrong
}

// enter lets a person in who has proved the first half of who they are.
func (d *Door) enter(ctx context.Context, person string, c access.Credentials, means audit.Means) (Entry, error) {
	if c.Code == nil {
		return d.admit(ctx, person, false, means)
	}
	now := d.now()
	step, err := d.DB.AddLink(ctx, "", person, access.Code, now, now.Add(codeLasts))
	return Entry{Step: step}, err
}

// ErrFactor means that a password or a link is not enough for this person: they
// have something better, and the newsroom demands it.
var ErrFactor = errors.New("a second factor is demanded")

// ErrPending refuses everything else to who must add a second factor.
var ErrPending = stet.Errorf(stet.Forbidden, "", "add a second factor on your account page first")

// admit lets in who has given one proof. Of whom the newsroom demands two, it is
// enough to add another, unless they have one: then it is asked for, but by the
// operator's link, with which people come back who have lost theirs.
func (d *Door) admit(ctx context.Context, person string, operator bool, means audit.Means) (Entry, error) {
	site, err := d.DB.Site(ctx)
	if err != nil {
		return Entry{}, err
	}
	p, err := d.DB.Person(ctx, person)
	if err != nil {
		return Entry{}, err
	}
	if !site.Settings.SecondFactor.Of(p.Role) {
		return Entry{Person: person, Means: means}, nil
	}
	switch has, err := d.HasFactor(ctx, person); {
	case err != nil:
		return Entry{}, err
	case !has:
		return Entry{Person: person, Pending: true, Means: means}, nil
	case !operator:
		return Entry{}, ErrFactor
	}
	return Entry{Person: person, Means: means}, nil
}

// HasFactor reports whether a person has more to sign in with than a password and
// links: an authenticator, a passkey or an account elsewhere.
func (d *Door) HasFactor(ctx context.Context, person string) (bool, error) {
	c, err := d.DB.Credentials(ctx, person)
	if err != nil || c.Code != nil {
		return c.Code != nil, err
	}
	keys, err := d.DB.Passkeys(ctx, person)
	if err != nil || len(keys) > 0 {
		return len(keys) > 0, err
	}
	if d.Provider == nil {
		return false, nil
	}
	i, err := d.DB.IdentityOf(ctx, person, d.Provider.Issuer)
	if stet.Is(err, stet.NotFound) {
		return false, nil
	}
	return err == nil && i.Ended.IsZero(), err
}

// Code lets in who gives the code of their authenticator after the password. A
// code is taken once.
func (d *Door) Code(ctx context.Context, from netip.Addr, step, code string) (Entry, error) {
	person, purpose, err := d.DB.Link(ctx, step, d.now())
	if err == nil && purpose != access.Code {
		err = stet.Errorf(stet.NotFound, "", "sign in again")
	}
	if err != nil {
		return Entry{}, err
	}
	undo, err := d.take(from, d.networks, d.codes, person)
	if err != nil {
		return Entry{}, err
	}
	c, err := d.DB.Credentials(ctx, person)
	if err != nil {
		return Entry{}, err
	}
	at := codeStep(c.Code, code, d.now())
	if at == 0 {
		return d.refuse(ctx, person, audit.ByCode, from)
	}
	if fresh, err := d.DB.UseCode(ctx, person, at); err != nil {
		return Entry{}, err
	} else if !fresh {
		return d.refuse(ctx, person, audit.ByCode, from)
	}
	if _, err := d.DB.UseLink(ctx, step, access.Code, d.now()); err != nil {
		return Entry{}, err
	}
	undo()
	return Entry{Person: person, Means: audit.ByCode}, nil
}

// Link uses a one-time link up. One that came by mail stands for the password:
// who has an authenticator gives its code too. An Error of kind NotFound means
// that the link is no good any more.
func (d *Door) Link(ctx context.Context, from netip.Addr, token string) (Entry, error) {
	if from.IsValid() {
		if wait := d.networks.take(network(from), d.now()); wait > 0 {
			return Entry{}, &TooOften{wait}
		}
	}
	person, purpose, err := d.DB.Link(ctx, token, d.now())
	if err == nil && purpose == access.Code {
		err = stet.Errorf(stet.NotFound, "", "this is no link")
	}
	if err == nil {
		_, err = d.DB.UseLink(ctx, token, purpose, d.now())
	}
	if err != nil {
		return Entry{}, err
	}
	if from.IsValid() {
		d.networks.giveBack(network(from))
	}
	if purpose == access.FromOperator {
		return d.admit(ctx, person, true, audit.ByLink)
	}
	c, err := d.DB.Credentials(ctx, person)
	if err != nil {
		return Entry{}, err
	}
	return d.enter(ctx, person, c, audit.ByLink)
}

// SendLink sends a link to whoever has this address, if somebody has. It
// answers at once; what goes wrong later is logged.
func (d *Door) SendLink(from netip.Addr, email string) error {
	if _, err := d.take(from, d.posts, d.letters, stet.EmailKey(email)); err != nil {
		return err
	}
	select {
	case d.sending <- struct{}{}:
	default:
		slog.Error("a letter with a link was not sent: too many are on their way")
		return nil
	}
	d.sent.Go(func() {
		defer func() { <-d.sending }()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := d.sendLink(ctx, email); err != nil {
			slog.Error("a letter with a link was not sent", "error", err.Error())
		}
	})
	return nil
}

func (d *Door) sendLink(ctx context.Context, email string) error {
	p, err := d.DB.PersonByEmail(ctx, email)
	if stet.Is(err, stet.NotFound) || err == nil && !p.Disabled.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	site, err := d.DB.Site(ctx)
	if err != nil {
		return err
	}
	now := d.now()
	token, err := d.DB.AddLink(ctx, "", p.ID, access.ByMail, now, now.Add(LinkLasts))
	if err != nil {
		return err
	}
	subject, text := d.Letter(site, p, d.URL+"/desk/sign-in/"+token)
	return d.Mail(ctx, p.Email, subject, text)
}

// Wait returns when every letter that was asked for has been sent.
func (d *Door) Wait() { d.sent.Wait() }

// SetPassword gives a person another password, and ends their other sessions.
func (d *Door) SetPassword(ctx context.Context, p *stet.Person, password, session string) error {
	password, err := checkNew(p, password)
	if err != nil {
		return err
	}
	kept, err := d.hasher.make(ctx, password)
	if errors.Is(err, errBusy) {
		return &TooOften{5 * time.Second}
	}
	if err != nil {
		return err
	}
	return d.DB.SetPassword(ctx, p.ID, kept, session, d.now())
}

// SetCode gives a person an authenticator that shows the code of a secret, and
// ends their other sessions.
func (d *Door) SetCode(ctx context.Context, p *stet.Person, secret, code, session string) error {
	raw, err := decodeCode(secret)
	if err != nil {
		return err
	}
	step := codeStep(raw, code, d.now())
	if step == 0 {
		return ErrWrong
	}
	return d.DB.SetCode(ctx, p.ID, raw, step, session, d.now())
}

// RemoveCode takes a person's authenticator away, and ends their other sessions.
func (d *Door) RemoveCode(ctx context.Context, p *stet.Person, session string) error {
	return d.DB.SetCode(ctx, p.ID, nil, 0, session, d.now())
}
