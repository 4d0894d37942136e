// Package dial is how Stet asks other machines on the web for something that
// somebody named: never a machine of the own network, never without end.
package dial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Client fetches from addresses that are not to be trusted. The address that a
// name stands for is looked at when the connection is made, on that very
// connection: a name that stands for another machine a moment later, or a
// redirect, leads no further in. It is safe for concurrent use.
type Client struct {
	Bytes int64         // of an answer at most
	Time  time.Duration // that an answer may take in all

	// Local lets machines of the own network be asked too. It is for tests.
	Local bool
}

// ErrForbidden is wrapped by the error of an address that is not asked.
var ErrForbidden = errors.New("the address does not lead to the public web")

// ErrTooLarge is the error of an answer that has too many bytes.
var ErrTooLarge = errors.New("the answer is too large")

const maxRedirects = 5

// Get asks for an address and returns what is answered with 200, which must be
// closed. Reading it fails with ErrTooLarge beyond the limit. No credentials and
// no cookies are sent, and no proxy is asked.
func (c *Client) Get(ctx context.Context, address string) (*http.Response, error) {
	if err := allowed(address); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Time)
	dialer := &net.Dialer{Timeout: 10 * time.Second, ControlContext: c.control}
	transport := &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableKeepAlives: true,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10}
	client := &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fmt.Errorf("it redirects more than %d times", maxRedirects)
		}
		r.Header.Del("Referer")
		return allowed(r.URL.String())
	}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	r.Header.Set("User-Agent", "Stet")
	res, err := client.Do(r)
	if err != nil {
		cancel()
		return nil, err
	}
	res.Body = &body{res.Body, c.Bytes, cancel}
	switch {
	case res.StatusCode != http.StatusOK:
		err = fmt.Errorf("it is answered %d", res.StatusCode)
	case res.ContentLength > c.Bytes:
		err = ErrTooLarge
	default:
		return res, nil
	}
	return nil, errors.Join(err, res.Body.Close())
}

// allowed refuses what is no plain address of the web.
func allowed(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fmt.Errorf("%w: it must begin with https:// or http://", ErrForbidden)
	case u.User != nil:
		return fmt.Errorf("%w: it names a user", ErrForbidden)
	}
	return nil
}

// control refuses a connection that is about to be made.
func (c *Client) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return ErrForbidden
	}
	if !c.Local && !public(to.Addr()) {
		return ErrForbidden
	}
	return nil
}

// special are the networks that IANA's registries of special-purpose addresses
// keep from the public internet, beside those that netip knows, and those that
// carry an IPv4 address inside of an IPv6 one, behind which may be anything.
var special = func() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
		"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16",
		"2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// public reports whether an address is one of the public internet.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// body ends at a limit.
type body struct {
	io.ReadCloser
	left   int64
	cancel context.CancelFunc
}

func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n + int(b.left), ErrTooLarge
	}
	return n, err
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
