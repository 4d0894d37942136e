package auth

import (
	"net/netip"
	"testing"
	"time"
)

func TestLimit(t *testing.T) {
	now := time.Date(2026, 1, 14, 8, 0, 0, 0, time.UTC)
	l := newLimit(3, time.Minute)
	for i, c := range []struct {
		after time.Duration
		wait  time.Duration
	}{
		{0, 0}, {0, 0}, {0, 0},
		{0, time.Minute},
		{59 * time.Second, time.Second},
		{time.Second, 0},
		{0, time.Minute},
		{2 * time.Minute, 0}, {0, 0}, {0, time.Minute},
		{time.Hour, 0}, {0, 0}, {0, 0}, {0, time.Minute}, // never more than three at once
	} {
		now = now.Add(c.after)
		if wait := l.take("anna", now); wait != c.wait {
			t.Errorf("try %d waits %s, want %s", i, wait, c.wait)
		}
	}
	l.giveBack("anna")
	if wait := l.take("anna", now); wait != 0 {
		t.Errorf("a try that was given back cannot be taken: %s", wait)
	}
	if wait := l.take("boris", now); wait != 0 {
		t.Errorf("Boris waits %s for Anna", wait)
	}
}

func TestNetwork(t *testing.T) {
	for a, want := range map[string]string{
		"192.0.2.7":               "192.0.2.7",
		"::ffff:192.0.2.7":        "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":    "2001:db8:1:2::/64",
		"2001:db8:1:3::":          "2001:db8:1:3::/64",
		"fe80::1%eth0":            "fe80::/64",
		"2001:db8:1:2:3:4:5:6%x0": "2001:db8:1:2::/64",
	} {
		if got := network(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s is of %s, want %s", a, got, want)
		}
	}
}
