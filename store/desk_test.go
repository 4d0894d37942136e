package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

var (
	ann = stet.User{ID: "user:ann", Name: "Ann", Role: stet.Reporter, Origin: stet.ByPerson}
	bob = stet.User{ID: "user:bob", Name: "Bob", Role: stet.Reporter, Origin: stet.ByPerson}
	eve = stet.User{ID: "user:eve", Name: "Eve", Role: stet.Editor, Origin: stet.ByPerson}
)

func minute(n int) time.Time { return storetest.Noon.Add(time.Duration(n) * time.Minute) }

// save is a save of the desk: of another headline.
func save(t testing.TB, db *store.DB, id stet.ArticleID, who stet.User, headline string, at time.Time) *stet.Article {
	t.Helper()
	return change(t, db, id, func(a *stet.Article) error {
		c := a.Latest().Content
		c.Headline = headline
		return a.Save(who, c, at)
	})
}

// begin makes a draft of Ann's.
func begin(t testing.TB, db *store.DB, id stet.ArticleID, headline string) *stet.Article {
	t.Helper()
	return change(t, db, id, func(a *stet.Article) error { return a.Create(ann, draft("en", headline), minute(0)) })
}

// TestSavesOfTheDesk: they write the text and nothing else; a save of the same
// writes nothing at all.
func TestSavesOfTheDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		first := begin(t, db, "a", "Br")
		before := head(t, db)
		for i, h := range []string{"Bri", "Brid", "Bridge opens"} {
			c := draft("en", h).Content
			c.Topics = []string{"half a topi"}
			change(t, db, "a", func(a *stet.Article) error { return a.Save(ann, c, minute(i+1)) })
		}
		a := read(t, db, "a")
		if a.Version != first.Version+3 || head(t, db) != before || a.Event != first.Event || a.Path != first.Path || a.Snapshots != 0 {
			t.Errorf("after three saves: version %d, event %d of %d, %s, %d snapshots", a.Version, a.Event, head(t, db), a.Path, a.Snapshots)
		}
		if a.Working.Headline != "Bridge opens" || !a.Touched.Equal(minute(3)) || a.TouchedBy != ann.ID || a.Author != ann.ID ||
			!a.Working.Begun.Equal(minute(0)) || !slices.Equal(a.Working.Writers, []string{ann.ID}) {
			t.Errorf("it became %+v %+v", a, a.Working)
		}
		if n, err := db.Number(ctx, `SELECT count(*) FROM terms WHERE kind = 'topic'`); err != nil || n != 0 {
			t.Errorf("%d topics were made of what somebody was typing, %v", n, err)
		}
		if same := save(t, db, "a", eve, "Bridge opens", minute(50)); same.Version != a.Version || !same.Touched.Equal(a.Touched) {
			t.Errorf("a save of the same: version %d after %d", same.Version, a.Version)
		}
		rows, _, err := db.Board(ctx, store.BoardQuery{Actor: eve, Text: "bridge"})
		if err != nil || len(rows) != 1 || rows[0].Headline != "Bridge opens" || rows[0].Words != 4 || rows[0].TouchedBy != ann.ID {
			t.Errorf("on the board: %+v, %v", rows, err)
		}
		a = change(t, db, "a", func(a *stet.Article) error { return a.Submit(ann, "please", eve.ID, minute(5)) })
		if a.Path != "/en/2026/01/br" || a.Snapshots != 1 { // a slug once made stays
			t.Errorf("submitted: %s, %d snapshots", a.Path, a.Snapshots)
		}
		if n, err := db.Number(ctx, `SELECT count(*) FROM terms WHERE kind = 'topic'`); err != nil || n != 1 {
			t.Errorf("%d topics after a verb, %v", n, err)
		}
		sound(t, db)
	})
}

func read(t testing.TB, db *store.DB, id stet.ArticleID) *stet.Article {
	t.Helper()
	a, err := db.Article(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestHistory: everything that happened and every text, newest first, each
// readable under its name.
func TestHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		begin(t, db, "a", "A0")
		save(t, db, "a", ann, "A1", minute(1))
		save(t, db, "a", bob, "B1", minute(2)) // keeps A1
		change(t, db, "a", func(a *stet.Article) error { return a.Submit(bob, "please", eve.ID, minute(3)) })
		save(t, db, "a", eve, "E1", minute(4))
		change(t, db, "a", func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(5)) })
		save(t, db, "a", ann, "A2", minute(30))
		change(t, db, "a", func(a *stet.Article) error { return a.Publish(eve, minute(600), minute(31)) })
		save(t, db, "a", ann, "A3", minute(32))
		change(t, db, "a", func(a *stet.Article) error { return a.Remark(eve, "why?", nil, minute(33)) })
		old, err := db.Version(ctx, "a", "s1")
		if err != nil {
			t.Fatal(err)
		}
		change(t, db, "a", func(a *stet.Article) error { return a.Restore(eve, old, minute(34)) })
		vs, err := db.History(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range vs {
			got = append(got, fmt.Sprintf("%d %s %s %s %s %q", int(v.At.Sub(storetest.Noon).Minutes()), v.Kind, v.Ref, strings.TrimPrefix(v.By, "user:"), v.Headline, v.Note))
		}
		want := []string{
			`34 restored s1 eve A1 ""`,
			`34 edited working eve A1 ""`,
			`33 remarked  eve  "why?"`,
			`32 edited s4 ann A3 ""`,
			`31 scheduled s3 eve A2 "2026-01-14T18:00:00Z"`,
			`5 published r1 eve E1 ""`,
			`3 submitted s2 bob B1 "please"`,
			`1 edited s1 ann A1 ""`,
			`0 created  ann  ""`,
		}
		if !slices.Equal(got, want) {
			t.Errorf("it was\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, v := range vs {
			if v.Ref == "" {
				continue
			}
			r, err := db.Version(ctx, "a", v.Ref)
			if err != nil || r.Headline != v.Headline || r.Body == nil || v.Kind == stet.Edited && (r.By != v.By || !r.At.Equal(v.At)) {
				t.Errorf("%s: %+v, %v", v.Ref, r, err)
				continue
			}
			if v.Ref != store.RefWorking && r.Ref() != v.Ref {
				t.Errorf("%s calls itself %q", v.Ref, r.Ref())
			}
		}
		if r, err := db.Version(ctx, "a", store.RefScheduled); err != nil || r.Headline != "A2" {
			t.Errorf("what is scheduled: %+v, %v", r, err)
		}
		for _, ref := range []string{"", "r", "r0", "r2", "s0", "s6", "s-1", "x1", "s1x", "r99999999999999999999", "Working"} {
			if _, err := db.Version(ctx, "a", ref); !stet.Is(err, stet.NotFound) {
				t.Errorf("%q: %v", ref, err)
			}
		}
		sound(t, db)
	})
}

// TestTwoSaveAtOnce: writers in two processes; every text that somebody left is
// there in the end.
func TestTwoSaveAtOnce(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "en")
			begin(t, a, "one", "Start")
			var group sync.WaitGroup
			for w := range 8 {
				group.Go(func() {
					db, who := []*store.DB{a, b}[w%2], stet.User{ID: fmt.Sprint("user:", w), Role: stet.Editor, Origin: stet.ByPerson}
					for r := range 6 {
						_, err := db.UpdateArticle(ctx, "one", func(v *stet.Article) error {
							c := v.Latest().Content
							c.Headline += fmt.Sprintf(" %d.%d", w, r)
							if r == 3 {
								if err := v.Save(who, c, minute(r)); err != nil {
									return err
								}
								return v.Approve(who, "", minute(r))
							}
							return v.Save(who, c, minute(11*r))
						})
						if err != nil && !stet.Is(err, stet.Conflict) {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			v := read(t, a, "one")
			if got := len(strings.Fields(v.Latest().Headline)); got < 1+8*5 {
				t.Errorf("%d words are left of %q", got, v.Latest().Headline)
			}
			if v.Snapshots == 0 {
				t.Error("nothing was kept")
			}
			sound(t, a)
		})
	}
}

// TestInbox: it holds what concerns a person, until it was seen, and only of
// what the person may read.
func TestInbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		begin(t, db, "a", "A0")
		change(t, db, "a", func(a *stet.Article) error { return a.Submit(ann, "please\nlook", eve.ID, minute(1)) })
		change(t, db, "a", func(a *stet.Article) error { return a.Return(eve, "shorter", minute(2)) })
		change(t, db, "a", func(a *stet.Article) error { return a.Remark(bob, "@eve look", []string{eve.ID}, minute(3)) })
		save(t, db, "a", ann, "A1", minute(4))
		list := func(u stet.User, before int64, limit int) string {
			items, err := db.Inbox(ctx, u, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, it := range items {
				s := fmt.Sprintf("%s %q by %s of %s", it.Kind, it.Note, it.Actor, it.Headline)
				if !it.Seen.IsZero() {
					s += " seen"
				}
				out = append(out, s)
			}
			return strings.Join(out, "; ")
		}
		unseen := func(u stet.User) int {
			n, err := db.Unseen(ctx, u)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if got := list(eve, 0, 10); got != `remarked "@eve look" by user:bob of A1; submitted "please\nlook" by user:ann of A1` || unseen(eve) != 2 {
			t.Errorf("Eve has %d: %s", unseen(eve), got)
		}
		if got := list(ann, 0, 10); got != `remarked "@eve look" by user:bob of A1; returned "shorter" by user:eve of A1` {
			t.Errorf("Ann has %s", got)
		}
		if got := list(bob, 0, 10); got != "" || unseen(bob) != 0 {
			t.Errorf("Bob has %s", got)
		}
		items, err := db.Inbox(ctx, eve, 0, 1)
		if err != nil || len(items) != 1 {
			t.Fatal(items, err)
		}
		if got := list(eve, items[0].N, 10); !strings.HasPrefix(got, "submitted") {
			t.Errorf("the next page: %s", got)
		}
		if err := db.Seen(ctx, eve.ID, items[0].N-1, minute(9)); err != nil {
			t.Fatal(err)
		}
		if got := list(eve, 0, 10); !strings.HasSuffix(got, "of A1 seen") || strings.Contains(got, "seen;") || unseen(eve) != 1 || unseen(ann) != 2 {
			t.Errorf("after the first was seen: %s", got)
		}
		russian := eve
		russian.Langs = []stet.Lang{"ru"}
		if got := list(russian, 0, 10); got != "" || unseen(russian) != 0 {
			t.Errorf("who may not read it has %s", got)
		}
		sound(t, db)
	})
}

// TestPresence: who is there, where, and for how long; it writes little.
func TestPresence(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		begin(t, db, "a", "A0")
		now := minute(0)
		here := func(tab, person, block string) string {
			t.Helper()
			others, err := db.Here(ctx, "a", store.Presence{Tab: tab, Person: person, Block: block}, now)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, o := range others {
				out = append(out, o.Tab+"="+o.Person+"@"+o.Block)
			}
			return strings.Join(out, " ")
		}
		written := func() int64 {
			n, err := db.Number(ctx, `SELECT max(at) FROM presence`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if got := here("t1", ann.ID, "p1"); got != "" {
			t.Errorf("alone with %s", got)
		}
		if got := here("t2", bob.ID, ""); got != "t1=user:ann@p1" {
			t.Errorf("Bob sees %s", got)
		}
		if got := here("t3", ann.ID, "p3"); got != "t1=user:ann@p1 t2=user:bob@" {
			t.Errorf("Ann's second window sees %s", got)
		}
		first := written()
		now = now.Add(14 * time.Second)
		if here("t1", ann.ID, "p1"); written() != first {
			t.Error("nothing changed, and it was written")
		}
		if here("t1", ann.ID, "p2"); written() != now.UnixMilli() {
			t.Error("another block, and it was not written")
		}
		now = now.Add(15 * time.Second)
		if here("t1", ann.ID, "p2"); written() != now.UnixMilli() {
			t.Error("it was not written again in time")
		}
		now = now.Add(20 * time.Second)
		if got := here("t2", bob.ID, ""); got != "t1=user:ann@p2" {
			t.Errorf("after a while Bob sees %s", got)
		}
		now = now.Add(time.Hour)
		if got := here("t9", bob.ID, ""); got != "" {
			t.Errorf("long after there is %s", got)
		}
		if n, err := db.Number(ctx, `SELECT count(*) FROM presence`); err != nil || n != 1 {
			t.Errorf("%d rows are left, %v", n, err)
		}
		for _, p := range []store.Presence{{}, {Tab: "a b"}, {Tab: strings.Repeat("x", 65)}, {Tab: "t", Block: "\x00"}, {Tab: "t", Block: strings.Repeat("x", 201)}} {
			if _, err := db.Here(ctx, "a", p, now); !stet.Is(err, stet.Invalid) {
				t.Errorf("%+v: %v", p, err)
			}
		}
	})
}

// TestPruneSnapshots: what nothing leads to goes, and nothing else.
func TestPruneSnapshots(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		begin(t, db, "a", "A0")
		begin(t, db, "b", "B0")
		change := func(do func(*stet.Article) error) {
			t.Helper()
			if _, err := db.UpdateArticle(ctx, "a", do); err != nil {
				t.Fatal(err)
			}
		}
		at := 0
		write := func(headline string) { // a day later, so that the text before is kept
			t.Helper()
			at += 24 * 60
			change(func(a *stet.Article) error {
				c := a.Latest().Content
				c.Headline = headline
				return a.Save(eve, c, minute(at))
			})
		}
		for i := range 4 {
			write(fmt.Sprint("A", i+1))
		}
		at += 60
		change(func(a *stet.Article) error { return a.Submit(eve, "", "", minute(at)) })
		write("A5")
		write("A6")
		at += 60
		change(func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(at)) })
		for i := range 3 {
			write(fmt.Sprint("A", i+7))
		}
		headlines := func() string {
			t.Helper()
			lines, err := db.History(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, l := range lines {
				if l.Ref != "" && l.Ref[0] == 's' {
					out = append(out, l.Headline)
				}
			}
			return strings.Join(out, " ")
		}
		sound := func() {
			t.Helper()
			if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
		}
		all := headlines()
		if all != "A8 A7 A5 A4 A3 A2 A1 A0" {
			t.Fatalf("kept is %s", all)
		}
		for _, c := range []struct {
			before time.Time
			n      int64
			left   string
		}{
			{minute(0), 0, all},
			{minute(1), 1, "A8 A7 A5 A4 A3 A2 A1"},
			{minute(1), 0, "A8 A7 A5 A4 A3 A2 A1"},
			{minute(at - 36*60), 4, "A8 A5 A4"}, // A4 was handed on, A5 is the last before what was published
			{minute(10 * at), 1, "A5 A4"},
		} {
			if n, more, err := db.PruneSnapshots(ctx, c.before, 100); err != nil || n != c.n || more {
				t.Errorf("before %v: %d, %v, %v", c.before, n, more, err)
			}
			if got := headlines(); got != c.left {
				t.Errorf("before %v: left is %s, want %s", c.before, got, c.left)
			}
			sound()
		}
		// What comes now has numbers of its own.
		write("A10")
		if got := headlines(); got != "A9 A5 A4" {
			t.Errorf("left is %s", got)
		}
		sound()
	})
}

// TestPreviewLinks: a link shows one article to whoever has it, for a while.
func TestPreviewLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		begin(t, db, "a", "A0")
		begin(t, db, "b", "B0")
		ann, bob := addPerson(t, db, "ann@example.org").User(), addPerson(t, db, "bob@example.org").User()
		token, err := db.AddPreviewLink(ctx, ann, "a", minute(60), minute(0))
		if err != nil {
			t.Fatal(err)
		}
		other, err := db.AddPreviewLink(ctx, bob, "b", minute(60), minute(0))
		if err != nil || other == token {
			t.Fatal(other, err)
		}
		if a, err := db.PreviewLink(ctx, token, minute(59)); err != nil || a.ID != "a" || a.Latest().Headline != "A0" {
			t.Errorf("%+v, %v", a, err)
		}
		links, err := db.PreviewLinks(ctx, "a", minute(59))
		if err != nil || len(links) != 1 || links[0].Person != ann.ID || !links[0].Until.Equal(minute(60)) || !links[0].Created.Equal(minute(0)) {
			t.Errorf("%+v, %v", links, err)
		}
		gone := func(token string, at time.Time) {
			t.Helper()
			if _, err := db.PreviewLink(ctx, token, at); !stet.Is(err, stet.NotFound) {
				t.Errorf("a link that is over: %v", err)
			}
		}
		gone(token, minute(60))
		gone("", minute(1))
		gone(token[1:], minute(1))
		if links, err := db.PreviewLinks(ctx, "a", minute(60)); err != nil || len(links) != 0 {
			t.Errorf("%+v, %v", links, err)
		}
		russian := stet.User{ID: "user:r", Role: stet.Editor, Langs: []stet.Lang{"ru"}}
		if _, err := db.AddPreviewLink(ctx, russian, "a", minute(60), minute(0)); !stet.Is(err, stet.Forbidden) {
			t.Errorf("by who may not read it: %v", err)
		}
		if err := db.RevokePreviewLinks(ctx, russian, "a"); !stet.Is(err, stet.Forbidden) {
			t.Errorf("revoked by who may not read it: %v", err)
		}
		if err := db.RevokePreviewLinks(ctx, eve, "a"); err != nil {
			t.Fatal(err)
		}
		gone(token, minute(1))
		if _, err := db.PreviewLink(ctx, other, minute(1)); err != nil {
			t.Errorf("another article's link: %v", err)
		}
		for until, want := range map[time.Time]stet.ErrorKind{minute(0): stet.Invalid, minute(0).Add(store.MaxPreview + 1): stet.Invalid} {
			if _, err := db.AddPreviewLink(ctx, ann, "a", until, minute(0)); !stet.Is(err, want) {
				t.Errorf("until %v: %v", until, err)
			}
		}
		if _, err := db.AddPreviewLink(ctx, ann, "none", minute(60), minute(0)); !stet.Is(err, stet.NotFound) {
			t.Errorf("of nothing: %v", err)
		}
		// What is over is cleared away.
		if _, err := db.AddPreviewLink(ctx, ann, "a", minute(200), minute(100)); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Number(ctx, `SELECT count(*) FROM preview_links`); err != nil || n != 1 {
			t.Errorf("%d links, %v", n, err)
		}

		// A link shows what its maker may read, and ends for good with their account.
		link := func(who stet.User) string {
			t.Helper()
			token, err := db.AddPreviewLink(ctx, who, "a", minute(200), minute(100))
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		change := func(fn func(*stet.Person)) {
			t.Helper()
			if err := db.UpdatePerson(ctx, stet.Operator, ann.ID, storetest.Noon, func(p *stet.Person) error { fn(p); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		hers, his := link(ann), link(bob)
		change(func(p *stet.Person) { p.Langs = []stet.Lang{"ru"} })
		gone(hers, minute(101))
		change(func(p *stet.Person) { p.Langs = nil })
		if _, err := db.PreviewLink(ctx, hers, minute(101)); err != nil {
			t.Error(err)
		}
		change(func(p *stet.Person) { p.Disabled = minute(101) })
		gone(hers, minute(101))
		change(func(p *stet.Person) { p.Disabled = time.Time{} })
		gone(hers, minute(101))
		if _, err := db.PreviewLink(ctx, his, minute(101)); err != nil {
			t.Errorf("somebody else's link: %v", err)
		}
		gone(link(stet.User{ID: "user:nobody", Role: stet.Editor}), minute(101))
	})
}

// TestDeadLinks: which links of a text lead readers nowhere.
func TestDeadLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		d := draft("en", "There")
		d.OldPaths = []stet.Path{"/old/1", "/?p=1"}
		d.Content.Topics, d.Content.Bylines = []string{"eu"}, []stet.Byline{{Key: "jd", Name: "J. Doe"}}
		publish(t, db, "there", d, storetest.Noon)
		publish(t, db, "gone", draft("en", "Gone"), storetest.Noon)
		change(t, db, "gone", func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "wrong", storetest.Noon) })
		begin(t, db, "draft", "Draft")
		const site = "https://news.example"
		for _, c := range []struct {
			to   string
			dead bool
		}{
			{"/en/2026/01/there", false}, {"/en/2026/01/there#p1", false}, {"/en/2026/01/there?utm=1", false}, {site + "/en/2026/01/there", false},
			{"https://NEWS.example/en/2026/01/there", false}, {"/old/1", false}, {"/?p=1", false}, {"/", false}, {"/en/", false}, {"/ru/", false},
			{"/en/latest/2026/01", false}, {"/en/search?q=x", false}, {"/en/politics/", false}, {"/en/politics", false}, {"/en/topics/eu/", false},
			{"/en/authors/jd/", false}, {"/en/feed.xml", false}, {"/media/x.jpg", false},
			{"https://other.example/en/nowhere", false}, {"mailto:a@b.example", false}, {"#p1", false},
			{"/en/2026/01/gone", true}, {"/en/2026/01/draft", true}, {"/en/2026/01/none", true}, {site + "/en/2026/01/none", true},
			{"/ru/politics/", true}, {"/ru/topics/eu/", true}, {"/en/topics/none/", true}, {"/az/", true}, {"/x", true}, {"/en/politics/more/of/it", true},
		} {
			body, err := prose.Parse([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":` + fmt.Sprintf("%q", c.to) + `}}]}]}]}`))
			if err != nil {
				t.Fatalf("%s: %v", c.to, err)
			}
			dead, err := stet.DeadLinks(ctx, db.Public(), &stet.Content{Body: body}, site)
			if err != nil || (len(dead) == 1) != c.dead || c.dead && dead[0] != c.to {
				t.Errorf("%s: %q, %v", c.to, dead, err)
			}
		}
		if dead, err := stet.DeadLinks(ctx, db.Public(), &stet.Content{}, site); err != nil || dead != nil {
			t.Errorf("without a body: %q, %v", dead, err)
		}
	})
}

// board fills a newsroom with articles in all states, languages and sections.
func board(t *testing.T, db *store.DB) (ids []stet.ArticleID) {
	t.Helper()
	storetest.Init(t, db, "en", "ru")
	sections := []string{"", "politics", "sport", "culture"}
	words := []string{"Мост", "ОТКРЫТ", "İstanbul", "Isı", "bridge", "Ёлка", "50%", "a_b", "straße"}
	people := []stet.User{ann, bob, eve}
	for i := range 90 {
		id := stet.ArticleID(fmt.Sprintf("a%02d", i*7%90))
		ids = append(ids, id)
		d := draft([]stet.Lang{"en", "ru"}[i%2], words[i%len(words)]+" "+words[i*5%len(words)])
		d.Content.Section = sections[i%len(sections)]
		at := minute(i / 3) // some at one moment
		change(t, db, id, func(a *stet.Article) error { return a.Create(people[i%3], d, at) })
		do := func(fn func(*stet.Article) error) { change(t, db, id, fn) }
		if d.Content.Section != "" {
			switch i % 5 {
			case 1, 2:
				do(func(a *stet.Article) error { return a.Publish(eve, time.Time{}, at) })
			case 3:
				do(func(a *stet.Article) error { return a.Publish(eve, at.Add(time.Hour), at) })
			}
			c := d.Content
			c.Section = sections[i/4%len(sections)]
			if i%7 == 0 {
				do(func(a *stet.Article) error { return a.Save(eve, c, at) })
			}
			if i%10 == 2 {
				do(func(a *stet.Article) error { return a.Withdraw(eve, "wrong", at) })
			}
		}
		switch i % 6 {
		case 0:
			do(func(a *stet.Article) error {
				if a.Work != stet.WorkDraft {
					return nil
				}
				return a.Submit(eve, "", people[i/6%3].ID, at)
			})
		case 5:
			do(func(a *stet.Article) error { return a.Assign(eve, bob.ID, "", at) })
		}
	}
	return ids
}

// TestBoard: a board holds exactly what its reader may see of what it asks for,
// in order, page by page, and counts it by state.
func TestBoard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := board(t, db)
		sound(t, db)
		var all []*stet.Article
		for _, id := range ids {
			all = append(all, read(t, db, id))
		}
		rapid.Check(t, func(t *rapid.T) {
			u := stet.User{ID: "user:x", Name: "X", Role: rapid.SampledFrom([]stet.Role{stet.Reporter, stet.Editor, stet.Machine, "stranger"}).Draw(t, "role"), Scopes: stet.Scopes}
			some := func(name string, of ...string) []string {
				return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(t, name)
			}
			for _, l := range some("langs", "en", "ru", "az") {
				u.Langs = append(u.Langs, stet.Lang(l))
			}
			u.Sections = some("sections", "politics", "sport", "culture", "none")
			q := store.BoardQuery{Actor: u,
				Lang:    stet.Lang(rapid.SampledFrom([]string{"", "", "en", "ru", "az"}).Draw(t, "lang")),
				Section: rapid.SampledFrom([]string{"", "", "", "politics", "sport", "none"}).Draw(t, "section"),
				Person:  rapid.SampledFrom([]string{"", "", "", ann.ID, bob.ID, "user:none"}).Draw(t, "person"),
				Text:    rapid.SampledFrom([]string{"", "", "", "мост", "istanb", "ISI", "елк открыт", "50%", "%", "a_", "STRASSE", "zz"}).Draw(t, "text"),
				Order:   rapid.SampledFrom([]store.BoardOrder{"", store.ByChange, store.BySchedule, store.ByPublication}).Draw(t, "order"),
				Limit:   rapid.IntRange(1, 40).Draw(t, "limit"),
			}
			counts := map[store.BoardCount]int{}
			var want []*stet.Article
			for _, w := range some("work", "none", "draft", "in review", "approved", "scheduled") {
				q.Work = append(q.Work, stet.WorkState(w))
			}
			for _, l := range some("live", "never", "published", "withdrawn") {
				q.Live = append(q.Live, stet.LiveState(l))
			}
			time := func(a *stet.Article) int64 {
				switch q.Order {
				case store.BySchedule:
					return a.ScheduledFor.UnixMilli()
				case store.ByPublication:
					return a.PublishedAt.UnixMilli()
				}
				return a.Touched.UnixMilli()
			}
			for _, a := range all {
				if stet.May(u, stet.ActRead, a) != nil || q.Lang != "" && a.Lang != q.Lang || q.Section != "" && a.Latest().Section != q.Section ||
					q.Person != "" && a.Author != q.Person && a.Assignee != q.Person || !finds(a.Latest().Headline, q.Text) {
					continue
				}
				counts[store.BoardCount{Live: a.Live, Work: a.Work}]++
				if len(q.Live) > 0 && !slices.Contains(q.Live, a.Live) || len(q.Work) > 0 && !slices.Contains(q.Work, a.Work) || time(a) < 0 {
					continue
				}
				want = append(want, a)
			}
			slices.SortFunc(want, func(a, b *stet.Article) int {
				if d := time(b) - time(a); d != 0 {
					return int(d)
				}
				return strings.Compare(string(b.ID), string(a.ID))
			})
			var got []store.BoardRow
			for page := q; ; {
				rows, next, err := db.Board(ctx, page)
				if err != nil || len(rows) > q.Limit || next == "" && len(got)+len(rows) < len(want) || len(rows) == 0 && next != "" {
					t.Fatal(len(rows), next, err)
				}
				got = append(got, rows...)
				if page.After = next; next == "" {
					break
				}
			}
			if len(got) != len(want) {
				t.Fatalf("%d articles, want %d", len(got), len(want))
			}
			for i, r := range got {
				a := want[i]
				is := store.BoardRow{ID: a.ID, Kind: a.Kind, Lang: a.Lang, Group: a.Group, Version: a.Version, Live: a.Live, Work: a.Work, Headline: a.Latest().Headline,
					Path: a.Path, Section: a.Latest().Section, Words: a.Latest().Body.Words(), Author: a.Author, Assignee: a.Assignee, Touched: a.Touched, TouchedBy: a.TouchedBy,
					PublishedAt: a.PublishedAt, ScheduledFor: a.ScheduledFor, Embargo: a.Embargo, Expires: a.Expires}
				if r != is {
					t.Fatalf("row %d is %+v, want %+v", i, r, is)
				}
			}
			counted, err := db.BoardCounts(ctx, q)
			if err != nil || len(counted) != len(counts) {
				t.Fatalf("counts %+v, want %v, %v", counted, counts, err)
			}
			for _, c := range counted {
				if n := c.Count; counts[store.BoardCount{Live: c.Live, Work: c.Work}] != n {
					t.Fatalf("counts %+v, want %v", counted, counts)
				}
			}
		})
		for _, q := range []store.BoardQuery{{Order: "headline"}, {After: "x"}, {After: "%%%"}} {
			q.Actor = eve
			if _, _, err := db.Board(ctx, q); !stet.Is(err, stet.Invalid) {
				t.Errorf("%+v: %v", q, err)
			}
		}
		for _, q := range []store.BoardQuery{{Text: "\x00"}, {Lang: "\xff"}, {Person: "\x00"}, {Section: "\xff"}, {Text: strings.Repeat("a b ", 1000)}, {Text: "!?"}} {
			q.Actor = eve
			if rows, _, err := db.Board(ctx, q); err != nil || len(rows) > 0 && q.Text != strings.Repeat("a b ", 1000) {
				t.Errorf("%.20q: %v, %v", fmt.Sprint(q), len(rows), err)
			}
		}
	})
}

// finds tells the plain way whether every word of a query begins a word of a
// headline.
func finds(headline, query string) bool {
	plain := strings.NewReplacer("İ", "i", "ı", "i", "I", "i", "Ё", "е", "ё", "е", "ß", "ss", "%", " ", "_", " ", "!", " ", "?", " ")
	words := strings.Fields(strings.ToLower(plain.Replace(headline)))
	asked := strings.Fields(strings.ToLower(plain.Replace(query)))
	if len(asked) == 0 && query != "" {
		return false
	}
	for _, w := range asked {
		if !slices.ContainsFunc(words, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// TestLate: what the clock should have done and has not.
func TestLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		for id, l := range map[stet.ArticleID]stet.Lang{"en": "en", "ru": "ru"} {
			create(t, db, id, draft(l, "Soon"), minute(0))
			change(t, db, id, func(a *stet.Article) error { return a.Publish(eve, minute(10), minute(0)) })
		}
		publish(t, db, "ends", draft("en", "Ends"), minute(0))
		change(t, db, "ends", func(a *stet.Article) error { return a.SetTimes(eve, time.Time{}, minute(20), minute(0)) })
		late := func(u stet.User, at time.Time) string {
			rows, err := db.Late(ctx, u, at)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range rows {
				out = append(out, string(r.ID))
			}
			slices.Sort(out)
			return strings.Join(out, " ")
		}
		russian := eve
		russian.Langs = []stet.Lang{"ru"}
		if got := late(eve, minute(10).Add(store.LateAfter)); got != "" {
			t.Errorf("too early: %s", got)
		}
		if got := late(eve, minute(10).Add(store.LateAfter+1e6)); got != "en ru" {
			t.Errorf("late: %s", got)
		}
		if got := late(russian, minute(11)); got != "ru" {
			t.Errorf("late in Russian: %s", got)
		}
		ids, next, err := db.DueArticles(ctx, minute(15), 10)
		if err != nil || fmt.Sprint(ids) != "[en ru]" && fmt.Sprint(ids) != "[ru en]" || !next.Equal(minute(20)) {
			t.Errorf("due: %v, next %v, %v", ids, next, err)
		}
		for _, id := range ids {
			change(t, db, id, func(a *stet.Article) error { return a.Due(minute(15)) })
		}
		if got := late(eve, minute(21)); got != "ends" {
			t.Errorf("what has expired: %s", got)
		}
		change(t, db, "ends", func(a *stet.Article) error { return a.Due(minute(21)) })
		if got := late(eve, minute(99)); got != "" {
			t.Errorf("all done, and late is %s", got)
		}
		if ids, next, err := db.DueArticles(ctx, minute(99), 10); err != nil || len(ids) > 0 || !next.IsZero() {
			t.Errorf("all done, and due are %v, %v, %v", ids, next, err)
		}
		sound(t, db)
	})
}
