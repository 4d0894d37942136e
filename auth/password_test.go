package auth

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"stet"
)

var cheap = cost{memory: 8, passes: 1, threads: 1}

func TestPasswordHash(t *testing.T) {
	ctx := context.Background()
	h := newHasher(cheap)
	kept, err := h.make(ctx, "correct horse battery")
	if err != nil || !strings.HasPrefix(kept, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Fatal(kept, err)
	}
	if again, err := h.make(ctx, "correct horse battery"); err != nil || again == kept {
		t.Errorf("twice the same hash, %v", err)
	}
	for password, want := range map[string]bool{"correct horse battery": true, "correct horse batterz": false, "": false} {
		if ok, old, err := h.check(ctx, password, kept); ok != want || old || err != nil {
			t.Errorf("%q: %v, %v, %v", password, ok, old, err)
		}
		if ok, _, err := h.check(ctx, password, ""); ok || err != nil {
			t.Errorf("%q opens for somebody without a password, %v", password, err)
		}
	}
	// Another cost: the hash is still read, and wants to be renewed.
	dearer := newHasher(cost{memory: 16, passes: 2, threads: 1})
	if ok, old, err := dearer.check(ctx, "correct horse battery", kept); !ok || !old || err != nil {
		t.Errorf("with another cost: %v, %v, %v", ok, old, err)
	}
	// What argon2's reference implementation makes of "password" and "somesalt".
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, _, err := h.check(ctx, "password", reference); !ok || err != nil {
		t.Errorf("the reference: %v, %v", ok, err)
	}
	for _, bad := range []string{"x", "$argon2i$v=19$m=8,t=1,p=1$AA$AA", "$argon2id$v=18$m=8,t=1,p=1$AA$AA", "$argon2id$v=19$m=8,t=0,p=1$AA$AA", "$argon2id$v=19$m=8,t=1,p=1$AA$"} {
		if ok, _, err := h.check(ctx, "password", bad); ok || err == nil {
			t.Errorf("%q: %v, %v", bad, ok, err)
		}
	}
}

// TestPasswordsAtOnce: a flood is worked on two at a time, and what is too much
// is refused.
func TestPasswordsAtOnce(t *testing.T) {
	h := newHasher(cheap)
	release := make(chan struct{})
	var group sync.WaitGroup
	for range hashesAtOnce + hashesWaiting {
		group.Go(func() {
			if err := h.run(context.Background(), func() {
				if n := len(h.slots); n > hashesAtOnce {
					t.Errorf("%d at once", n)
				}
				<-release
			}); err != nil {
				t.Error(err)
			}
		})
	}
	for h.waiting.Load() < hashesAtOnce+hashesWaiting {
		runtime.Gosched()
	}
	if err := h.run(context.Background(), func() { t.Error("one too many ran") }); err != errBusy {
		t.Errorf("one too many: %v", err)
	}
	close(release)
	group.Wait()
	if _, err := h.make(context.Background(), "x"); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	full := newHasher(cheap)
	full.slots <- struct{}{}
	full.slots <- struct{}{}
	if _, err := full.make(ended, "x"); err == nil {
		t.Error("who went away is waited for")
	}
}

func TestNewPassword(t *testing.T) {
	p := &stet.Person{Email: "anna.karenina@example.org", Name: "Анна Каренина"}
	for password, ok := range map[string]bool{
		"correct horse battery": true,
		"мост открыт в полночь": true,
		"short":                     false,
		"elevenchars":               false,
		"twelve chars":              true,
		"aaaaaaaaaaaaaaaa":          false,
		"abababababababab":          false,
		"anna.karenina@example.org": false,
		"Anna.Karenina123":          false,
		"анна каренина":             false,
		"anna.karenina and the train that came too late": true,
		"with a tab\tin the middle":                      false,
		strings.Repeat("длинный пароль ", 14):            false,
		"": false,
	} {
		if _, err := checkNew(p, password); (err == nil) != ok {
			t.Errorf("%q: %v", password, err)
		}
	}
	// The same password from two keyboards.
	a, _ := checkNew(p, "caf\u00e9 au lait, s'il vous pla\u00eet")
	b, _ := checkNew(p, "cafe\u0301 au lait, s'il vous plai\u0302t")
	if a == "" || a != b {
		t.Errorf("%q and %q", a, b)
	}
}
