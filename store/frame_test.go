package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/picture"
	"stet/store/storetest"
)

var all = []stet.Format{stet.AVIF, stet.WebP, stet.JPEG, stet.PNG}

func sameRendition(a, b picture.Rendition) bool {
	return a.Frame.Key == b.Frame.Key && a.Width == b.Width && a.Format == b.Format
}

func has(rs []picture.Rendition, r picture.Rendition) bool {
	return slices.ContainsFunc(rs, func(o picture.Rendition) bool { return sameRendition(o, r) })
}

func claim(t *testing.T, db *store.DB, holder string, n int, now time.Time, formats ...stet.Format) []picture.Rendition {
	t.Helper()
	out, err := db.Claim(t.Context(), holder, append(formats, stet.JPEG), n, now, now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func counts(t *testing.T, db *store.DB) picture.Counts {
	t.Helper()
	c, err := db.CountRenditions(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	unmade, err := db.CountUnmade(t.Context(), all)
	if err != nil || unmade != (picture.Unmade{Wanted: c.Wanted, Failed: c.Failed}) {
		t.Fatalf("%+v of %+v, %v", unmade, c, err)
	}
	return c
}

func TestFrames(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		p := bring(t, db, "most", stet.Description{Credit: "Анна Снимкова", Headline: "Мост"})
		var plan int64
		for _, r := range stet.Ratios {
			want := p.Frame(r)
			got, err := db.Frame(ctx, want.Key)
			if err != nil {
				t.Fatal(err)
			}
			if got.Hash != p.Hash || got.Said.Credit != p.Credit || got.Said.Headline != "" {
				t.Errorf("%s is made of %+v", r, got)
			}
			want.Picture = ""
			if got.Frame != want {
				t.Errorf("%s is %+v, want %+v", r, got.Frame, want)
			}
			plan += int64(len(want.Widths()) * len(want.Formats(true)))
		}
		if c := counts(t, db); c != (picture.Counts{Wanted: plan}) {
			t.Errorf("%+v, want %d", c, plan)
		}
		if _, err := db.Frame(ctx, "nothing"); !stet.Is(err, stet.NotFound) {
			t.Error(err)
		}

		// Other words change nothing, another credit all; a crop its own frame.
		update := func(fn func(p *stet.Picture) error) *stet.Picture {
			t.Helper()
			ps, err := db.UpdatePictures(ctx, storetest.Editor, []stet.PictureID{p.ID}, day, func(ps []*stet.Picture) error { return fn(ps[0]) })
			if err != nil {
				t.Fatal(err)
			}
			return ps[0]
		}
		keys := func() []string {
			t.Helper()
			keys, err := db.FrameKeys(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return keys
		}
		update(func(p *stet.Picture) error {
			return p.Describe(storetest.Editor, stet.Description{Credit: p.Credit, Headline: "Другое"}, day)
		})
		if got := keys(); len(got) != 5 || counts(t, db).Wanted != plan {
			t.Errorf("after other words there are %q, %+v", got, counts(t, db))
		}
		square := p.Frame(stet.Square)
		made := claim(t, db, "me", 1, day)
		if len(made) != 1 {
			t.Fatal(made)
		}
		if wanted, err := db.MadeRendition(ctx, made[0], 100); err != nil || !wanted {
			t.Fatal(wanted, err)
		}
		now := update(func(p *stet.Picture) error {
			return p.Crop(storetest.Editor, p.Focus, map[stet.Ratio]stet.Rect{stet.Square: {X: 0, Y: 0, Width: 900, Height: 900}}, day)
		})
		if got := keys(); len(got) != 6 || !slices.Contains(got, square.Key) {
			t.Errorf("after another crop there are %q", got)
		}
		if f, err := db.Frame(ctx, square.Key); err != nil || f.Rect != square.Rect {
			t.Errorf("the frame of before is %+v, %v", f, err)
		}
		if f, err := db.Frame(ctx, now.Frame(stet.Square).Key); err != nil || f.Rect.Width != 900 {
			t.Errorf("the frame of now is %+v, %v", f, err)
		}
		sound(t, db)

		// Two pictures of the same file said to be of the same have the same
		// renditions; they go with the last of the two.
		before := counts(t, db)
		copied := *now
		twin := &copied
		twin.ID = stet.PictureID(store.NewID())
		if err := db.AddPicture(ctx, twin); err != nil {
			t.Fatal(err)
		}
		if twin.Frame(stet.Wide).Key != now.Frame(stet.Wide).Key {
			t.Fatal("they are not the same")
		}
		if err := db.RemovePicture(ctx, storetest.Editor, twin.ID); err != nil {
			t.Fatal(err)
		}
		sound(t, db)
		if _, err := db.Frame(ctx, now.Frame(stet.Wide).Key); err != nil {
			t.Error(err)
		}
		if c := counts(t, db); c != before {
			t.Errorf("%+v are left, want %+v", c, before)
		}
		late := claim(t, db, "me", 1, day)[0]
		if err := db.RemovePicture(ctx, storetest.Editor, p.ID); err != nil {
			t.Fatal(err)
		}
		if c := counts(t, db); c != (picture.Counts{}) {
			t.Errorf("%+v are left", c)
		}
		if wanted, err := db.MadeRendition(ctx, late, 100); err != nil || wanted {
			t.Errorf("the picture is gone: %v, %v", wanted, err)
		}
		if err := db.Ask(ctx, late, day); err != nil || counts(t, db).Wanted != 0 {
			t.Errorf("the picture is gone: %+v, %v", counts(t, db), err)
		}
		sound(t, db)
	})
}

func TestRenditionQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		bring(t, db, "one", stet.Description{})
		second := bring(t, db, "two", stet.Description{})
		now := day

		// What a reader asks for comes first, whatever else waits.
		f, err := db.Frame(ctx, second.Frame(stet.Wide).Key)
		if err != nil {
			t.Fatal(err)
		}
		asked := picture.Rendition{Frame: f, Width: 2560, Format: stet.JPEG}
		if err := db.Ask(ctx, asked, now); err != nil {
			t.Fatal(err)
		}
		mine := claim(t, db, "me", 2, now)
		if len(mine) != 2 || !has(mine, asked) || mine[0].Frame.Key != mine[1].Frame.Key {
			t.Fatalf("%+v came first", mine)
		}
		// Nobody gets what another has, until he has been silent for long.
		seen := map[string]bool{}
		id := func(r picture.Rendition) string { return fmt.Sprint(r.Frame.Key, r.Width, r.Format) }
		for {
			got := claim(t, db, "other", 5, now)
			if len(got) == 0 {
				break
			}
			for _, r := range got {
				if seen[id(r)] || has(mine, r) || r.Format != stet.JPEG {
					t.Errorf("%+v was given out again", r)
				}
				seen[id(r)] = true
			}
		}
		if err := db.Hold(ctx, "me", now.Add(3*time.Minute)); err != nil {
			t.Fatal(err)
		}
		now = now.Add(2 * time.Minute)
		again := claim(t, db, "third", 100, now)
		if len(again) != 1 || !seen[id(again[0])] {
			t.Errorf("%d were given out after one went silent: each alone, as one of them may be why", len(again))
		}
		// Given back, it is as if it had not been taken.
		if err := db.Release(ctx, "me", time.Time{}); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, db, "me", 2, now); len(got) != 2 || !has(got, asked) {
			t.Errorf("%+v, want %+v", got, mine)
		}
		if wanted, err := db.MadeRendition(ctx, asked, 1234); err != nil || !wanted {
			t.Error(wanted, err)
		}
		if made, err := db.Made(ctx, f); err != nil || len(made) != 1 || !sameRendition(made[0], asked) {
			t.Errorf("%+v, %v", made, err)
		}
		if err := db.Remake(ctx, asked, now); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, db, "me", 1, now); len(got) != 1 || !sameRendition(got[0], asked) {
			t.Errorf("what is lost is %+v", got)
		}
		// What fails is tried again later, and not for ever.
		for try := range picture.Tries {
			if err := db.FailedRendition(ctx, asked, "the file is damaged", now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			for _, r := range claim(t, db, "me", 100, now) {
				if sameRendition(r, asked) {
					t.Error("it was tried again at once")
				}
				if _, err := db.MadeRendition(ctx, r, 1); err != nil {
					t.Fatal(err)
				}
			}
			now = now.Add(2 * time.Hour)
			if err := db.Ask(ctx, asked, now); err != nil {
				t.Fatal(err)
			}
			got := claim(t, db, "me", 1, now)
			if again := len(got) == 1 && sameRendition(got[0], asked); again != (try < picture.Tries-1) {
				t.Errorf("after try %d it is %v that it is tried again", try, again)
			}
		}
		if why, err := db.FailedRenditions(ctx, 10); err != nil || len(why) != 1 || why[second.ID] != "the file is damaged" {
			t.Errorf("%v, %v", why, err)
		}
		if c := counts(t, db); c.Failed != 1 {
			t.Errorf("%+v", c)
		}
		if err := db.RetryRenditions(ctx); err != nil || counts(t, db).Failed != 0 {
			t.Error(err, counts(t, db))
		}
		// What kills whoever makes it is given up.
		deadly := claim(t, db, "victim", 1, now)[0]
		for range 500 {
			now = now.Add(time.Hour)
			for _, r := range claim(t, db, "victim", 8, now) {
				if sameRendition(r, deadly) {
					break // it dies
				}
				if _, err := db.MadeRendition(ctx, r, 1); err != nil {
					t.Fatal(err)
				}
			}
		}
		if c := counts(t, db); c.Failed != 1 {
			t.Errorf("%+v", c)
		}
		if left := claim(t, db, "me", 1, now); len(left) > 0 {
			t.Errorf("%+v was not made", left)
		}
		sound(t, db)
	})
}

// TestRenditionsAreClaimedOnce: by any number of nodes.
func TestRenditionsAreClaimedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		for i := range 4 {
			bring(t, db, fmt.Sprint(i), stet.Description{})
		}
		var mu sync.Mutex
		var group sync.WaitGroup
		seen := map[string]int{}
		total := counts(t, db).Wanted
		for node := range 4 {
			group.Go(func() {
				for {
					got, err := db.Claim(ctx, fmt.Sprint(node), all, 8, day, day.Add(time.Minute))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, r := range got {
						seen[fmt.Sprint(r.Frame.Key, r.Width, r.Format)]++
					}
					done := len(seen) == int(total)
					mu.Unlock()
					if done {
						return
					}
				}
			})
		}
		group.Wait()
		for r, n := range seen {
			if n > 1 {
				t.Errorf("%s was claimed %d times", r, n)
			}
		}
	})
}

// TestFramesOfBefore: pictures from before there were frames, or from a program
// that made other bytes of them, get their frames when the newsroom is opened.
func TestFramesOfBefore(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			now := storetest.Open(t, storetest.DSN(t, engine))
			storetest.Init(t, now, "ru")
			p := bring(t, now, "one", stet.Description{Credit: "A"})
			dsn := storetest.DSN(t, engine)
			if err := now.CopyAsOf(ctx, dsn, 7); err != nil {
				t.Fatal(err)
			}
			then := storetest.Open(t, dsn)
			sound(t, then)
			if got, want := counts(t, then), counts(t, now); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			if err := then.Raw(ctx, `UPDATE frames SET key = 'old' || key`, `UPDATE renditions SET frame = 'old' || frame, state = 'made'`); err != nil {
				t.Fatal(err)
			}
			then.Close()
			then = storetest.Open(t, dsn)
			sound(t, then)
			for _, key := range []string{p.Frame(stet.Wide).Key, "old" + p.Frame(stet.Wide).Key} {
				if _, err := then.Frame(ctx, key); err != nil {
					t.Error(err)
				}
			}
			c := counts(t, then)
			if want := counts(t, now).Wanted; c.Wanted != want || c.Made != want {
				t.Errorf("%+v, want %d of both", c, want)
			}
		})
	}
}

func TestDoctorOfFrames(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		bring(t, db, "one", stet.Description{})
		if err := db.Raw(ctx, `DELETE FROM frames`); err != nil {
			t.Fatal(err)
		}
		r, err := db.Examine(ctx)
		if err != nil || len(r.Damage) != 6 || !strings.Contains(r.Damage[0], "the picture has no address") {
			t.Errorf("%q, %v", r.Damage, err)
		}
	})
}
