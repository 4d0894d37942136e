package dial

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:4700::1111": true, "2a00:1450::1": true,
		"127.0.0.1": false, "127.255.255.254": false, "0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.127.255.255": false, "192.0.0.192": false, "198.18.0.1": false,
		"224.0.0.1": false, "239.255.255.250": false, "255.255.255.255": false, "240.0.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "fec0::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true, "::127.0.0.1": false, "64:ff9b::7f00:1": false,
		"64:ff9b:1::1": false, "2002:7f00:1::": false, "2001:db8::1": false, "2001::1": false, "::ffff:0:127.0.0.1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func server(t *testing.T, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func TestOwnNetworkIsNotAsked(t *testing.T) {
	asked := 0
	s := server(t, func(w http.ResponseWriter, r *http.Request) { asked++ })
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{Bytes: 100, Time: 10 * time.Second}
	for _, address := range []string{
		s.URL, "http://localhost:" + port, "http://[::1]:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://0.0.0.0:" + port, "http://[::]:" + port,
		"http://127.1:" + port, "http://2130706433:" + port, "http://0x7f.0.0.1:" + port, "http://localhost.:" + port,
		"file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "http://", "//example.org/", "example.org", "", "http://user@" + s.Listener.Addr().String(), "unix:///run/x",
	} {
		if res, err := c.Get(t.Context(), address); err == nil {
			res.Body.Close()
			t.Errorf("%s was asked", address)
		}
	}
	if _, err := c.Get(t.Context(), s.URL); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
	if asked > 0 {
		t.Errorf("it was asked %d times", asked)
	}
}

// TestNameThatChanges: a name stands for a public address when it is looked at,
// and for one of the own network when it is asked. What counts is the address
// of the connection, so every answer to the name goes through control.
func TestNameThatChanges(t *testing.T) {
	c := &Client{Bytes: 100, Time: 10 * time.Second}
	dialer := &net.Dialer{ControlContext: c.control}
	s := server(t, func(http.ResponseWriter, *http.Request) {})
	for _, address := range []string{s.Listener.Addr().String(), "localhost:80"} {
		if conn, err := dialer.DialContext(t.Context(), "tcp", address); err == nil {
			conn.Close()
			t.Errorf("%s was connected to", address)
		} else if !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := c.control(t.Context(), "tcp4", "93.184.216.34:80", nil); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"127.0.0.1:80", "169.254.169.254:80", "[::ffff:10.0.0.1]:80", "nonsense"} {
		if err := c.control(t.Context(), "tcp4", address, nil); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestGet(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header["Cookie"])+len(r.Header["Authorization"])+len(r.Header["Referer"]) > 0 {
			t.Errorf("it is sent %v", r.Header)
		}
		var n int
		switch {
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case r.URL.Path == "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case r.URL.Path == "/on":
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			http.Redirect(w, r, "/100", http.StatusFound)
		case r.URL.Path == "/slow":
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case strings.HasPrefix(r.URL.Path, "/chunked"):
			w.(http.Flusher).Flush()
			io.WriteString(w, strings.Repeat("x", 101))
		default:
			if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil {
				http.NotFound(w, r)
				return
			}
			io.WriteString(w, strings.Repeat("x", n))
		}
	})
	for path, want := range map[string]int{"/0": 0, "/99": 99, "/100": 100, "/on": 100, "/101": -1, "/chunked": -1, "/loop": -1, "/file": -1, "/missing": -1, "/slow": -1} {
		c := &Client{Bytes: 100, Time: 5 * time.Second, Local: true}
		if path == "/slow" {
			c.Time = 50 * time.Millisecond
		}
		var data []byte
		res, err := c.Get(t.Context(), s.URL+path)
		if err == nil {
			data, err = io.ReadAll(res.Body)
			res.Body.Close()
		}
		if (err == nil) != (want >= 0) || err == nil && len(data) != want || len(data) > 100 {
			t.Errorf("%s: %d bytes, %v", path, len(data), err)
		}
		if (path == "/101" || path == "/chunked") && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
