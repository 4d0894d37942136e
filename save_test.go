package stet

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stet/prose"
)

var (
	ann  = User{ID: "user:ann", Name: "Ann", Role: Reporter, Origin: ByPerson}
	bob  = User{ID: "user:bob", Name: "Bob", Role: Reporter, Origin: ByPerson}
	eve  = User{ID: "user:eve", Name: "Eve", Role: Editor, Origin: ByPerson}
	bot  = User{ID: "token:bot", Name: "Bot", Role: Machine, Scopes: Scopes, Origin: ByPerson}
	kids = []User{ann, bob, eve, bot}
)

func minute(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Minute))) }

// begun returns an article that Ann began at noon, as it is loaded.
func begun(t *testing.T, headline string) *Article {
	t.Helper()
	a := &Article{ID: "a"}
	must(t, a.Create(ann, Draft{Kind: StoryKind, Lang: "en", Content: text(headline)}, noon))
	return loaded(a)
}

// loaded is the article after it was written and read again.
func loaded(a *Article) *Article {
	a.Version++
	a.pending, a.kept, a.changed, a.acted = nil, nil, false, false
	return a
}

func headlines(rs []*Revision) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Headline)
	}
	return strings.Join(out, " ")
}

// TestSaves: what a row of saves tells the log and keeps.
func TestSaves(t *testing.T) {
	type step struct {
		who    User
		at     float64
		text   string
		events int
		kept   string // headlines
	}
	for name, steps := range map[string][]step{
		"one who goes on": {
			{ann, 1, "A1", 0, ""}, {ann, 2, "A2", 0, ""}, {ann, 9.99, "A3", 0, ""},
			{ann, 10, "A4", 1, "A3"}, {ann, 19.99, "A5", 0, ""}, {ann, 40, "A6", 1, "A5"},
		},
		"another one comes": {
			{ann, 1, "A1", 0, ""}, {bob, 2, "B1", 1, "A1"}, {bob, 3, "B2", 0, ""},
		},
		"two who take turns": {
			{bob, 1, "B1", 1, "A0"}, {ann, 1.1, "A1", 0, ""}, {bob, 1.2, "B2", 0, ""}, {ann, 1.3, "A2", 0, ""}, {bob, 10.9, "B3", 0, ""},
			{ann, 11, "A3", 1, "B3"}, {bob, 11.1, "B4", 1, "A3"}, {ann, 11.2, "A4", 0, ""},
		},
		"the same text again": {
			{ann, 1, "A0", 0, "-"}, {bob, 30, "A0", 0, "-"}, {bob, 31, "B1", 1, "A0"}, {ann, 31, "B1", 0, "-"},
		},
		"the clock goes back": {
			{ann, 1, "A1", 0, ""}, {ann, -5, "A2", 0, ""}, {bob, -6, "B1", 1, "A2"},
		},
	} {
		a := begun(t, "A0")
		for i, s := range steps {
			version, kept := a.Version, a.Snapshots
			must(t, a.Save(s.who, text(s.text), minute(s.at)))
			if s.kept == "-" {
				if a.Changed() {
					t.Errorf("%s, %d: saving the same changed it", name, i)
				}
				continue
			}
			if got := headlines(a.Kept()); len(a.Pending()) != s.events || got != s.kept {
				t.Errorf("%s, %d: %d events, kept %q; want %d and %q", name, i, len(a.Pending()), got, s.events, s.kept)
			}
			if !a.Changed() || !a.Saved() || a.Touched != minute(s.at) || a.TouchedBy != s.who.ID || a.Working.By != s.who.ID {
				t.Errorf("%s, %d: it is not as it was saved: %+v", name, i, a)
			}
			if a.Snapshots != kept+len(a.Kept()) {
				t.Errorf("%s, %d: %d snapshots after %d and %d", name, i, a.Snapshots, kept, len(a.Kept()))
			}
			if loaded(a); a.Version <= version {
				t.Errorf("%s, %d: version %d", name, i, a.Version)
			}
		}
	}
}

// TestSaveAndAddress: the address and new topics wait for a verb.
func TestSaveAndAddress(t *testing.T) {
	a := begun(t, "A0")
	must(t, a.Save(bob, text("B"), noon))
	if !a.Saved() || len(a.Pending()) != 1 {
		t.Error("a save by somebody new is more than a save")
	}
	must(t, a.Submit(bob, "", "", noon))
	if a.Saved() {
		t.Error("an article that was submitted was only saved")
	}
	fresh := &Article{ID: "b"}
	must(t, fresh.Create(ann, Draft{Kind: StoryKind, Lang: "en"}, noon), fresh.Save(ann, text("A"), noon))
	if fresh.Saved() {
		t.Error("an article that was created was only saved")
	}
}

// TestSetLang: before anybody has published it, and not out of one's reach.
func TestSetLang(t *testing.T) {
	for name, c := range map[string]struct {
		who    User
		change func(*Article)
		kind   ErrorKind
		ok     bool
	}{
		"a draft":             {who: ann, ok: true},
		"a live article":      {who: ann, change: func(a *Article) { a.Live = LivePublished }, kind: Conflict},
		"a withdrawn one":     {who: ann, change: func(a *Article) { a.Live = LiveWithdrawn }, kind: Conflict},
		"a scheduled one":     {who: ann, change: func(a *Article) { a.Scheduled = a.Working }, kind: Conflict},
		"a translation":       {who: ann, change: func(a *Article) { a.Group = "original" }, kind: Conflict},
		"by another language": {who: User{ID: "user:x", Name: "X", Role: Reporter, Langs: []Lang{"az"}}, kind: Forbidden},
		"into another's":      {who: User{ID: "user:y", Name: "Y", Role: Reporter, Langs: []Lang{"en"}}, kind: Forbidden},
		"by somebody of both": {who: User{ID: "user:z", Name: "Z", Role: Reporter, Langs: []Lang{"en", "az"}}, ok: true},
		"of nothing":          {who: ann, change: func(a *Article) { *a = Article{ID: "b"} }, kind: NotFound},
		"into the one it has": {who: ann, change: func(a *Article) { a.Lang = "az" }, ok: true},
	} {
		a := begun(t, "A0")
		if c.change != nil {
			c.change(a)
		}
		err := a.SetLang(c.who, "az", noon)
		if c.ok && (err != nil || a.Lang != "az") || !c.ok && (!Is(err, c.kind) || a.Lang == "az") {
			t.Errorf("%s: %v, %q", name, err, a.Lang)
		}
	}
}

// TestSaveKeepsItsState: under the hands of who may approve.
func TestSaveKeepsItsState(t *testing.T) {
	for _, c := range []struct {
		state string
		who   User
		want  string
	}{
		{"never/draft", ann, "never/draft"}, {"never/draft", eve, "never/draft"},
		{"never/in review", ann, "never/draft"}, {"never/in review", eve, "never/in review"},
		{"never/approved", ann, "never/draft"}, {"never/approved", eve, "never/approved"},
		{"never/approved", bot, "never/approved"},
		{"never/scheduled", eve, "never/draft+"}, {"never/scheduled", ann, "never/draft+"},
		{"never/in review+", ann, "never/draft+"}, {"never/in review+", eve, "never/in review+"},
		{"published/none", ann, "published/draft"}, {"published/approved", eve, "published/approved"},
		{"withdrawn/in review", eve, "withdrawn/in review"}, {"withdrawn/none", eve, "withdrawn/draft"},
	} {
		a := in(t, c.state)
		must(t, a.Save(c.who, text("New"), noon))
		if got := stateOf(a); got != c.want {
			t.Errorf("%s saved by %s: %s, want %s", c.state, c.who.Name, got, c.want)
		}
		consistent(t, a)
	}
}

// TestVerbsKeepTheText: what is handed on is kept, once, and the event names it.
func TestVerbsKeepTheText(t *testing.T) {
	a := begun(t, "A0")
	must(t, a.Save(ann, text("A1"), noon), a.Submit(ann, "", "", noon), a.Approve(eve, "", noon), a.Return(eve, "no", noon))
	if got := headlines(a.Kept()); got != "A1" {
		t.Errorf("kept %q", got)
	}
	for _, e := range a.Pending() {
		if e.Text != "s1" {
			t.Errorf("%s is about %q", e.Kind, e.Text)
		}
	}
	loaded(a)
	must(t, a.Save(ann, text("A2"), noon), a.Publish(eve, later, noon), a.Save(ann, text("A3"), noon), a.Publish(eve, time.Time{}, noon))
	if got := headlines(a.Kept()); got != "A2" || a.Current.Headline != "A3" || a.Current.Ref() != "r1" {
		t.Errorf("a text left the schedule: kept %q", got)
	}
	if p := a.Pending(); p[len(p)-1].Text != "r1" {
		t.Errorf("%+v", p)
	}
	loaded(a)
	must(t, a.Save(bob, text("B"), noon), a.Restore(eve, &Revision{Number: 1, Content: text("A3")}, noon))
	if got := headlines(a.Kept()); got != "B" || a.Working.Headline != "A3" || a.Pending()[1].Text != "r1" || a.Working.By != eve.ID {
		t.Errorf("restored: kept %q, %+v", got, a.Pending())
	}
	loaded(a)
	must(t, a.Restore(eve, &Revision{Number: 1, Content: text("A3")}, noon))
	if a.Changed() {
		t.Error("restoring what is there changed it")
	}
	blank := &Article{ID: "b"}
	must(t, blank.Create(ann, Draft{Kind: StoryKind, Lang: "en"}, noon), blank.Save(eve, text("E"), noon))
	if len(blank.Kept()) > 0 {
		t.Error("a blank page was kept")
	}
}

// TestHeadlineMayCome: a text may lack its headline until readers get it.
func TestHeadlineMayCome(t *testing.T) {
	a := &Article{ID: "a"}
	c := text("")
	must(t, a.Create(ann, Draft{Kind: StoryKind, Lang: "en"}, noon), a.Save(ann, c, noon), a.Submit(ann, "", "", noon))
	for name, err := range map[string]error{
		"publish":  a.Publish(eve, time.Time{}, noon),
		"schedule": a.Publish(eve, later, noon),
	} {
		if fieldsOf(err) != "headline" || !Is(err, Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, a.Save(eve, text("H"), noon), a.Publish(eve, time.Time{}, noon))
	if err := a.Save(eve, c, noon); fieldsOf(err) != "headline" || a.Working != nil {
		t.Errorf("of a published article: %v", err)
	}
}

// TestNoSaveLosesAText: whatever people save and do in turns, with or without
// merging, what somebody left to others is still there; versions and numbers
// only grow, and saves alone do not flood.
func TestNoSaveLosesAText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &Article{ID: "a"}
		if err := a.Create(ann, Draft{Kind: StoryKind, Lang: "en", Content: text("start")}, noon); err != nil {
			t.Fatal(err)
		}
		loaded(a)
		var there []string // texts that can be read again
		var want []string  // texts that somebody left
		hands := []string{ann.ID}
		since, now, began := noon, noon, noon
		verbs, changes := 0, 0
		n := 0
		t.Repeat(map[string]func(*rapid.T){
			"save": func(t *rapid.T) {
				who := rapid.SampledFrom(kids).Draw(t, "who")
				now = now.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "seconds")) * time.Second)
				n++
				next := fmt.Sprint("text ", n)
				if old := a.Working; old == nil {
					hands, since = []string{who.ID}, now
				} else if now.Sub(since) >= SnapshotEvery {
					want, hands, since = append(want, old.Headline), []string{who.ID}, now
					changes++
				} else if !slices.Contains(hands, who.ID) {
					want, hands, since = append(want, old.Headline), append(hands, who.ID), now
					changes++
				}
				if rapid.Bool().Draw(t, "merged") && a.Working != nil {
					next = a.Working.Headline + "+" + next
					next = next[max(0, len(next)-200):]
				}
				if err := a.Save(who, text(next), now); err != nil {
					t.Fatal(err)
				}
			},
			"verb": func(t *rapid.T) {
				old := a.Working
				var err error
				verb := rapid.SampledFrom([]string{"submit", "return", "approve", "schedule", "publish", "restore", "unschedule", "withdraw"}).Draw(t, "verb")
				switch verb {
				case "submit":
					err = a.Submit(ann, "", "", now)
				case "return":
					err = a.Return(eve, "", now)
				case "approve":
					err = a.Approve(eve, "", now)
				case "schedule":
					err = a.Publish(eve, now.Add(time.Hour), now)
				case "publish":
					err = a.Publish(eve, time.Time{}, now)
				case "restore":
					n++
					err = a.Restore(eve, &Revision{Content: text(fmt.Sprint("old ", n)), Snapshot: 1}, now)
					if err == nil {
						hands, since = []string{eve.ID}, now
					}
				case "unschedule":
					if old == nil && a.Scheduled != nil {
						hands, since = a.Scheduled.Writers, a.Scheduled.Begun
					}
					err = a.Unschedule(eve, "", now)
				case "withdraw":
					err = a.Withdraw(eve, "wrong", now)
				}
				if err != nil && !Is(err, Conflict) {
					t.Fatal(err)
				}
				if err == nil && a.Changed() {
					verbs++
					if old != nil && verb != "withdraw" && verb != "unschedule" { // these leave it where it is
						want = append(want, old.Headline)
					}
				}
				if a.Working != nil {
					hands, since = a.Working.Writers, a.Working.Begun
				}
			},
			"": func(t *rapid.T) {
				for _, r := range a.Kept() {
					there = append(there, r.Headline)
				}
				version := a.Version
				numbers := a.Snapshots
				loaded(a)
				if a.Version <= version || numbers != a.Snapshots {
					t.Fatalf("version %d after %d", a.Version, version)
				}
				if a.Current != nil {
					there = append(there, a.Current.Headline)
				}
				readable := there
				for _, r := range []*Revision{a.Working, a.Scheduled} {
					if r != nil {
						readable = append(readable, r.Headline)
					}
				}
				for _, w := range want {
					if !slices.Contains(readable, w) {
						t.Fatalf("%q is lost; there are %q", w, readable)
					}
				}
				if most := 2*verbs + changes; a.Snapshots > most {
					t.Fatalf("%d snapshots of %d verbs and %d stretches", a.Snapshots, verbs, changes)
				}
				if most := verbs + len(kids)*(2+int(now.Sub(began)/SnapshotEvery)); changes > most+verbs*len(kids) {
					t.Fatalf("%d stretches in %v with %d verbs", changes, now.Sub(began), verbs)
				}
			},
		})
	})
}

// TestRefs: how texts are named.
func TestRefs(t *testing.T) {
	for want, r := range map[string]Revision{"": {}, "r3": {Number: 3, Snapshot: 7}, "s7": {Snapshot: 7}} {
		if got := r.Ref(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBodiesGetIDs: a saved body can be told apart paragraph by paragraph.
func TestBodiesGetIDs(t *testing.T) {
	a := begun(t, "A")
	c := text("B")
	c.Body = prose.FromText("One.\n\nTwo.")
	must(t, a.Save(ann, c, noon))
	for _, n := range a.Working.Body.Content {
		if n.Attrs.Get("id") == "" {
			t.Error("a paragraph has no id")
		}
	}
}
