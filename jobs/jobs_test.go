package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"stet"
	"stet/jobs"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

var (
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

func draft(headline string) stet.Draft {
	return stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: headline, Section: "politics", Body: prose.FromText("Words.")}}
}

// schedule puts an article in line for a time.
func schedule(t testing.TB, db *store.DB, id stet.ArticleID, at, now time.Time) {
	t.Helper()
	_, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
		if err := a.Create(storetest.Editor, draft("Story "+string(id)), now); err != nil {
			return err
		}
		return a.Publish(storetest.Editor, at, now)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func live(t testing.TB, db *store.DB, id stet.ArticleID) *stet.Article {
	t.Helper()
	a, err := db.Article(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// published counts the events that tell of publications.
func published(t testing.TB, db *store.DB) map[stet.ArticleID]int {
	t.Helper()
	events, err := db.EventsAfter(ctx, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	out := map[stet.ArticleID]int{}
	for _, e := range events {
		if e.Kind == stet.Published || e.Kind == stet.Updated {
			out[e.Article]++
		}
	}
	return out
}

// TestDue: at its time, and not before; with the time that was promised, also
// when it was missed.
func TestDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		noon := storetest.Noon
		schedule(t, db, "a", noon.Add(time.Hour), noon)
		schedule(t, db, "b", noon.Add(2*time.Hour), noon)
		look := func(now time.Time) (time.Time, bool) {
			return jobs.PublishDue(ctx, db, quiet, func() time.Time { return now })
		}
		if next, ok := look(noon.Add(time.Hour - time.Millisecond)); !ok || !next.Equal(noon.Add(time.Hour)) || len(published(t, db)) > 0 {
			t.Errorf("too early: next %v, published %v", next, published(t, db))
		}
		if next, ok := look(noon.Add(time.Hour)); !ok || !next.Equal(noon.Add(2*time.Hour)) || live(t, db, "a").Live != stet.LivePublished {
			t.Errorf("in time: next %v, a is %s", next, live(t, db, "a").Live)
		}
		if err := db.Pause(ctx, stet.Operator, true, time.Now()); err != nil {
			t.Fatal(err)
		}
		if _, ok := look(noon.Add(48 * time.Hour)); ok || live(t, db, "b").Live != stet.LiveNever {
			t.Error("it was published while the schedule rests")
		}
		if err := db.Pause(ctx, stet.Operator, false, time.Now()); err != nil {
			t.Fatal(err)
		}
		if _, ok := look(noon.Add(48 * time.Hour)); ok {
			t.Error("there is something left")
		}
		b := live(t, db, "b")
		if b.Live != stet.LivePublished || !b.PublishedAt.Equal(noon.Add(2*time.Hour)) || b.Work != stet.WorkNone {
			t.Errorf("missed by two days: %s of %v", b.Live, b.PublishedAt)
		}
		if got := fmt.Sprint(published(t, db)); got != "map[a:1 b:1]" {
			t.Errorf("published %s", got)
		}
	})
}

// TestTwoNodesPublishOnce: nodes that look at the same moment.
func TestTwoNodesPublishOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			nodes := []*store.DB{storetest.Open(t, dsn), storetest.Open(t, dsn)}
			storetest.Init(t, nodes[0], "en")
			noon := storetest.Noon
			for i := range 10 {
				schedule(t, nodes[0], stet.ArticleID(fmt.Sprint(i)), noon.Add(time.Hour), noon)
			}
			var group sync.WaitGroup
			for i := range 4 {
				group.Go(func() {
					jobs.PublishDue(ctx, nodes[i%2], quiet, func() time.Time { return noon.Add(time.Hour) })
				})
			}
			group.Wait()
			counts := published(t, nodes[0])
			for i := range 10 {
				if n := counts[stet.ArticleID(fmt.Sprint(i))]; n != 1 {
					t.Errorf("%d was published %d times", i, n)
				}
			}
		})
	}
}

// TestScheduleRuns: the whole of it, with a clock that is set by hand. What was
// missed is caught up at the start; what comes is published to the millisecond;
// what is scheduled or changed meanwhile is seen.
func TestScheduleRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(ctx, t.TempDir()+"/stet.db")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		storetest.Init(t, db, "en")
		start := time.Now()
		schedule(t, db, "missed", start.Add(-time.Hour), start.Add(-2*time.Hour))
		schedule(t, db, "soon", start.Add(3*time.Second), start)
		schedule(t, db, "late", start.Add(5*time.Minute), start)
		work, stop := context.WithCancel(ctx)
		var group sync.WaitGroup
		group.Go(func() { jobs.Schedule(work, db, quiet, time.Now) })
		expect := func(want string) {
			t.Helper()
			synctest.Wait()
			if got := fmt.Sprint(published(t, db)); got != want {
				t.Errorf("after %v: %s, want %s", time.Since(start), got, want)
			}
		}
		time.Sleep(time.Millisecond)
		expect("map[missed:1]")
		time.Sleep(3*time.Second - 2*time.Millisecond)
		expect("map[missed:1]")
		time.Sleep(2 * time.Millisecond)
		expect("map[missed:1 soon:1]")
		schedule(t, db, "new", time.Now().Add(time.Minute), time.Now())
		time.Sleep(time.Minute + time.Millisecond)
		expect("map[missed:1 new:1 soon:1]")
		time.Sleep(3 * time.Minute)
		expect("map[missed:1 new:1 soon:1]")
		if _, err := db.UpdateArticle(ctx, "late", func(a *stet.Article) error { return a.Return(storetest.Editor, "not yet", time.Now()) }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		expect("map[missed:1 new:1 soon:1]")
		stop()
		group.Wait()
	})
}

// TestFollower: every event once and in order, also those of another process; a
// batch that fails comes again; Await returns when its event was handled.
func TestFollower(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			here, there := storetest.Open(t, dsn), storetest.Open(t, dsn)
			storetest.Init(t, here, "en")
			schedule(t, here, "before", storetest.Noon.Add(time.Hour), storetest.Noon)
			from, err := here.Head(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var last atomic.Int64
			last.Store(from)
			calls := 0
			f := jobs.NewFollower(here, quiet, from, func(_ context.Context, events []stet.Event) error {
				if calls++; calls%3 == 2 {
					return errors.New("try again")
				}
				for _, e := range events {
					if !last.CompareAndSwap(e.N-1, e.N) {
						t.Errorf("event %d came after %d", e.N, last.Load())
					}
				}
				return nil
			})
			work, stop := context.WithCancel(ctx)
			var group sync.WaitGroup
			group.Go(func() { f.Run(work) })
			patient, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			for i, db := range []*store.DB{here, there, there, here, there} {
				id := stet.ArticleID(fmt.Sprint(i))
				schedule(t, db, id, storetest.Noon.Add(time.Hour), storetest.Noon)
				n := live(t, db, id).Event
				if err := f.Await(patient, n); err != nil {
					t.Fatalf("event %d: %v", n, err)
				}
				if last.Load() < n || f.At() < n {
					t.Errorf("event %d was awaited, and %d handled", n, last.Load())
				}
			}
			short, cut := context.WithCancel(ctx)
			cut()
			if err := f.Await(short, f.At()+1); !errors.Is(err, context.Canceled) {
				t.Errorf("an event that does not come: %v", err)
			}
			if err := f.Await(short, 1); err != nil {
				t.Errorf("an event of long ago: %v", err)
			}
			stop()
			group.Wait()
		})
	}
}

// TestFollowerReports: what goes wrong is logged.
func TestFollowerReports(t *testing.T) {
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	storetest.Init(t, db, "en")
	var log strings.Builder
	work, stop := context.WithCancel(ctx)
	defer stop()
	f := jobs.NewFollower(db, slog.New(slog.NewTextHandler(&log, nil)), 0, func(context.Context, []stet.Event) error {
		stop()
		return errors.New("the press is out of ink")
	})
	f.Run(work)
	if f.At() != 0 {
		t.Error("a batch that failed counts as handled")
	}
	second, end := context.WithCancel(ctx)
	tries := 0
	f = jobs.NewFollower(db, slog.New(slog.NewTextHandler(&log, nil)), 0, func(context.Context, []stet.Event) error {
		if tries++; tries == 2 {
			end()
			return nil
		}
		publishSomething(t, db) // wakes it at once
		return errors.New("the press is out of ink")
	})
	f.Run(second)
	if tries != 2 || !strings.Contains(log.String(), "out of ink") {
		t.Errorf("%d tries; logged: %s", tries, &log)
	}
}

func publishSomething(t *testing.T, db *store.DB) {
	schedule(t, db, stet.ArticleID(store.NewID()), storetest.Noon.Add(time.Hour), storetest.Noon)
}

// TestExpiry: what has expired is withdrawn at its time, also where it was missed,
// and what would have been published meanwhile is not.
func TestExpiry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		noon := storetest.Noon
		for id, at := range map[stet.ArticleID]time.Time{"live": noon, "missed": noon.Add(30 * time.Minute)} {
			schedule(t, db, id, at, noon)
			if _, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
				return a.SetTimes(storetest.Editor, time.Time{}, noon.Add(time.Hour), noon)
			}); err != nil {
				t.Fatal(err)
			}
		}
		look := func(now time.Time) (time.Time, bool) {
			return jobs.PublishDue(ctx, db, quiet, func() time.Time { return now })
		}
		if next, ok := look(noon.Add(time.Minute)); !ok || !next.Equal(noon.Add(30*time.Minute)) || live(t, db, "live").Live != stet.LivePublished {
			t.Errorf("before: next %v, %s", next, live(t, db, "live").Live)
		}
		if _, ok := look(noon.Add(2 * time.Hour)); ok {
			t.Error("there is something left")
		}
		a := live(t, db, "live")
		if a.Live != stet.LiveWithdrawn || a.Withdrawal != "Its period of publication has ended." {
			t.Errorf("after: %s for %q", a.Live, a.Withdrawal)
		}
		if m := live(t, db, "missed"); m.Live != stet.LiveNever || m.Work != stet.WorkDraft {
			t.Errorf("what was missed: %s, %s", m.Live, m.Work)
		}
		if got := fmt.Sprint(published(t, db)); got != "map[live:1]" {
			t.Errorf("published %s", got)
		}
		f, err := db.Public().Find(ctx, a.Path)
		if err != nil || f.Kind != stet.FoundGone {
			t.Errorf("readers find %+v, %v", f, err)
		}
	})
}

// TestPins: pins of fronts end to the millisecond, also those that ended while
// nobody looked.
func TestPins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(ctx, t.TempDir()+"/stet.db")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		storetest.Init(t, db, "en")
		start := time.Now()
		schedule(t, db, "a", start.Add(-time.Hour), start.Add(-2*time.Hour))
		schedule(t, db, "later", start.Add(time.Hour), start)
		pin := func(section string, lasts time.Duration) {
			t.Helper()
			pins := stet.Pins{{Story: "a", Until: start.Add(lasts)}}
			if _, _, err := db.ArrangeFront(ctx, storetest.Editor, "en", section, 0, pins, start.Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		pin("", -time.Minute)
		pin("politics", 5*time.Second)
		expect := func(want int) {
			t.Helper()
			synctest.Wait()
			events, err := db.EventsAfter(ctx, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			ended := 0
			for _, e := range events {
				if e.Kind == stet.Arranged && e.Origin == stet.BySchedule {
					ended++
				}
			}
			if ended != want {
				t.Errorf("after %v: %d pins have ended, want %d", time.Since(start), ended, want)
			}
		}
		for _, until := range []time.Duration{0, 5 * time.Second} { // two runs of the program
			work, stop := context.WithCancel(ctx)
			var group sync.WaitGroup
			group.Go(func() { jobs.Schedule(work, db, quiet, time.Now) })
			if until > 0 {
				time.Sleep(time.Until(start.Add(until - time.Millisecond)))
				expect(1)
				time.Sleep(2 * time.Millisecond)
				expect(2)
			} else {
				time.Sleep(time.Millisecond)
				expect(1)
			}
			stop()
			group.Wait()
		}
	})
}
