package access

import (
	"net/http/httptest"
	"stet/desk/frame"
	"testing"
)

// TestNextPath: after signing in people stay on the desk, whatever a link says.
func TestNextPath(t *testing.T) {
	for asked, want := range map[string]string{
		"":                               "/desk/",
		"/desk/":                         "/desk/",
		"/desk/board?lang=ru&q=%D0%B0":   "/desk/board?lang=ru&q=%D0%B0",
		"/desk/articles/a%2Fb":           "/desk/articles/a%2Fb",
		"/desk":                          "/desk/",
		"/desk/sign-in":                  "/desk/",
		"/desk/sign-out":                 "/desk/",
		"/":                              "/desk/",
		"/desks/":                        "/desk/",
		"https://evil.example/desk/":     "/desk/",
		"//evil.example/desk/":           "/desk/",
		"/desk//evil.example":            "/desk/",
		"/desk/../x":                     "/desk/",
		"/desk/%2e%2e/x":                 "/desk/",
		"/\\evil.example":                "/desk/",
		"/desk/\\evil.example":           "/desk/",
		"javascript:alert(1)":            "/desk/",
		"desk/":                          "/desk/",
		"/desk/a\r\nSet-Cookie: stet=x":  "/desk/",
		"http:/desk/":                    "/desk/",
		"/desk/board#<script>":           "/desk/board",
		"\t/desk/":                       "/desk/",
		"/desk/\x00":                     "/desk/",
		"//evil.example@127.0.0.1/desk/": "/desk/",
	} {
		if got := nextPath(asked); got != want {
			t.Errorf("%q leads to %q, want %q", asked, got, want)
		}
	}
}

// TestCaller: whose tries are counted together.
func TestCaller(t *testing.T) {
	for _, c := range []struct{ remote, header, want string }{
		{"192.0.2.7:1234", "", "192.0.2.7"},
		{"[2001:db8::1]:1234", "", "2001:db8::1"},
		{"127.0.0.1:1234", "", "invalid IP"},
		{"[::1]:1234", "", "invalid IP"},
		{"127.0.0.1:1234", "X-Forwarded-For", "127.0.0.1"}, // of a proxy that is not believed
		{"127.0.0.1:1234", "Forwarded", "127.0.0.1"},
		{"192.0.2.7:1234", "X-Forwarded-For", "192.0.2.7"},
	} {
		r := httptest.NewRequest("POST", "/desk/sign-in", nil)
		r.RemoteAddr = c.remote
		if c.header != "" {
			r.Header.Set(c.header, "203.0.113.9")
		}
		if got := caller(&frame.Visit{Request: r}).String(); got != c.want {
			t.Errorf("%s with %s is %s, want %s", c.remote, c.header, got, c.want)
		}
	}
}
