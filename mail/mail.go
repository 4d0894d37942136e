// Package mail composes letters and hands them to an SMTP server.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// Options say which server letters are handed to.
type Options struct {
	// Server is smtp://host:port, where TLS is begun by STARTTLS and demanded of
	// every server but one on this machine, or smtps://host:port with TLS from the
	// start. Without a port it is 587 or 465.
	Server string
	// User and Password are given where there is a user, over TLS only.
	User, Password string
	// From is who sends: stet@example.org, or The Herald <stet@example.org>.
	From string
}

// Sender hands letters to a server. It is safe for concurrent use.
type Sender struct {
	host    string
	options []gomail.Option
	from    *mail.Address
}

// timeout bounds every step of a delivery.
const timeout = 30 * time.Second

// New returns a sender. Nothing is dialled yet.
func New(o Options) (*Sender, error) {
	u, err := url.Parse(o.Server)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("the mail server %q must be like smtp://mail.example.org:587 or smtps://mail.example.org:465", o.Server)
	}
	if o.From == "" {
		return nil, errors.New("a mail server needs an address that letters come from")
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("letters cannot come from %q: it is not an e-mail address", o.From)
	}
	if o.User == "" && o.Password != "" {
		return nil, errors.New("a password for the mail server needs a user")
	}
	s := &Sender{host: u.Hostname(), from: from}
	s.options = []gomail.Option{gomail.WithTimeout(timeout)}
	port := 587
	switch {
	case u.Scheme == "smtps":
		port = 465
		s.options = append(s.options, gomail.WithSSL())
	case local(s.host):
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if given := u.Port(); given != "" {
		if port, err = strconv.Atoi(given); err != nil {
			return nil, fmt.Errorf("the mail server %q has a port that is no number", o.Server)
		}
	}
	s.options = append(s.options, gomail.WithPort(port))
	if o.User != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(o.User), gomail.WithPassword(o.Password))
	}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// local holds for hosts that are this machine.
func local(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Send delivers a letter of plain text and returns when the server has taken it.
func (s *Sender) Send(ctx context.Context, to, subject, text string) error {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(s.from)
	if err := m.To(to); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	_, domain, _ := strings.Cut(s.from.Address, "@")
	m.SetMessageIDWithValue(uuid.NewString() + "@" + domain)
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence answers it
	m.Subject(subject)
	m.SetBodyString(gomail.TypeTextPlain, text)
	c, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		var down *net.OpError
		if errors.As(err, &down) {
			return fmt.Errorf("mail: the server cannot be reached: %w", err)
		}
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}
