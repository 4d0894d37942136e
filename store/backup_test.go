package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// TestBackupAndRestore: from either engine into either, while somebody writes.
func TestBackupAndRestore(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				db := storetest.Open(t, storetest.DSN(t, from))
				busy(t, db)
				token, err := db.AddToken(ctx, stet.Operator, "robot", []stet.Scope{stet.ScopePublish}, storetest.Noon)
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(t.TempDir(), "out.stet")
				stop := make(chan struct{})
				begun := make(chan struct{})
				var writer sync.WaitGroup
				writer.Go(func() {
					for i := 0; ; i++ {
						select {
						case <-stop:
							return
						default:
						}
						publish(t, db, stet.ArticleID(fmt.Sprint("during-", i)), draft("en", "During the backup"), storetest.Noon)
						if i == 0 {
							close(begun)
						}
					}
				})
				<-begun
				err = db.Backup(ctx, file)
				close(stop)
				writer.Wait()
				if err != nil {
					t.Fatal(err)
				}
				if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%v, %v: others can read it", info.Mode(), err)
				}
				if left, err := filepath.Glob(file + "?*"); err != nil || len(left) > 0 {
					t.Errorf("it left %v", left)
				}
				before, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}

				dsn := storetest.DSN(t, to)
				if err := store.Restore(ctx, file, dsn); err != nil {
					t.Fatal(err)
				}
				back := storetest.Open(t, dsn)
				r, err := back.Examine(ctx)
				if err != nil || len(r.Damage) > 0 || r.Articles < 17 || !r.Paused {
					t.Fatalf("%+v, %v", r, err)
				}
				// It is the newsroom as it was at one moment: every event up to one.
				events, err := back.EventsAfter(ctx, 0, 1<<20)
				if err != nil || int64(len(events)) != head(t, back) {
					t.Fatalf("%d events, the head is %d, %v", len(events), head(t, back), err)
				}
				for _, id := range []stet.ArticleID{"s0", "s1", "s2", "s3", "draft", "old", "scheduled", "page", "during-0"} {
					same(t, db, back, id)
				}
				if found(t, back, "/old/1") != "to /en/2026/01/old" || found(t, back, "/x") != "to /en/public/" || found(t, back, "/en/politics") != "to /en/public/" {
					t.Error("addresses are missing")
				}
				if u, err := back.TokenUser(ctx, token, storetest.Noon); err != nil || u.Name != "robot" {
					t.Errorf("%+v, %v", u, err)
				}
				// It goes on living.
				edited(t, back, "s0", storetest.Noon, func(c *stet.Content) { c.Headline = "After" })
				publish(t, back, "new", draft("ru", "New"), storetest.Noon)
				sound(t, back)

				// Neither a file nor a newsroom is written over.
				if err := db.Backup(ctx, file); err == nil || !strings.Contains(err.Error(), "there already") {
					t.Errorf("over an existing file: %v", err)
				}
				if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, before) {
					t.Error("the backup was changed")
				}
				if err := store.Restore(ctx, file, dsn); !stet.Is(err, stet.Conflict) {
					t.Errorf("over a newsroom: %v", err)
				}
				sound(t, back)
			})
		}
	}
}

// same holds that an article is alike in two newsrooms.
func same(t *testing.T, a, b *store.DB, id stet.ArticleID) {
	t.Helper()
	one := func(db *store.DB) string {
		v, err := db.Article(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, r := range []*stet.Revision{v.Working, v.Scheduled, v.Current} {
			if r != nil {
				fmt.Fprintf(&out, "%d %s %s %s\n", r.Number, r.By, r.At, r.CanonicalForm())
			}
		}
		v.Working, v.Scheduled, v.Current = nil, nil, nil
		fmt.Fprintf(&out, "%+v\n", *v)
		if s, err := db.Public().Story(ctx, id); err == nil {
			s.Body = nil
			s.Source, s.Picture = nil, nil
			fmt.Fprintf(&out, "%+v", *s)
		}
		return out.String()
	}
	if x, y := one(a), one(b); x != y {
		t.Errorf("%s was\n%s\nand is\n%s", id, x, y)
	}
}

// TestNoBackup: what is no sound backup is refused before anything is written.
func TestNoBackup(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dir := t.TempDir()
			db := storetest.Open(t, storetest.DSN(t, "sqlite"))
			busy(t, db)
			good := filepath.Join(dir, "good.stet")
			if err := db.Backup(ctx, good); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(good)
			if err != nil {
				t.Fatal(err)
			}
			empty := storetest.Open(t, storetest.DSN(t, "sqlite"))
			none := filepath.Join(dir, "none.stet")
			if err := empty.Backup(ctx, none); err != nil {
				t.Fatal(err)
			}
			hollow, err := os.ReadFile(none)
			if err != nil {
				t.Fatal(err)
			}
			// The text of the last revision, one bit of it changed.
			flipped := bytes.Clone(data)
			at := bytes.LastIndex(flipped, []byte(`"headline":"Story 5"`))
			flipped[at+15] ^= 1
			wiped := bytes.Clone(data)
			for i := 4096 * 6; i < 4096*9; i++ {
				wiped[i] = 0
			}
			backups := map[string][]byte{
				"empty": nil, "text": []byte(strings.Repeat("Dear diary. ", 1000)), "half": data[:len(data)/2], "cut": data[:len(data)-4096],
				"head": data[:100], "wiped": wiped, "flipped": flipped, "no newsroom": hollow,
			}
			dsn := storetest.DSN(t, engine)
			for name, data := range backups {
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, data, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := store.Restore(ctx, file, dsn); err == nil {
					t.Errorf("%s: it was restored", name)
				} else if !strings.Contains(err.Error(), file) {
					t.Errorf("%s: %v does not name the file", name, err)
				}
				if engine == "sqlite" {
					if _, err := os.Stat(dsn); !os.IsNotExist(err) {
						t.Errorf("%s: something was written", name)
					}
				}
				if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, data) {
					t.Errorf("%s: the file was changed", name)
				}
			}
			if err := store.Restore(ctx, filepath.Join(dir, "missing"), dsn); !os.IsNotExist(err) {
				t.Errorf("a file that is not there: %v", err)
			}
			inUse := filepath.Join(dir, "in-use")
			if err := os.WriteFile(inUse, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(inUse+"-wal", []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := store.Restore(ctx, inUse, dsn); err == nil || !strings.Contains(err.Error(), "in use") {
				t.Errorf("a database in use: %v", err)
			}
			to := storetest.Open(t, dsn)
			if n := head(t, to); n != 0 {
				t.Errorf("%d events were written", n)
			}
			if err := store.Restore(ctx, good, dsn); err != nil {
				t.Errorf("the good one: %v", err)
			}
		})
	}
}

// TestPause: a restored newsroom rests until it is resumed.
func TestPause(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		for _, want := range []bool{true, false} {
			if err := db.Pause(ctx, stet.Operator, want, time.Now()); err != nil {
				t.Fatal(err)
			}
			if got, err := db.Paused(ctx); err != nil || got != want {
				t.Errorf("paused: %v, %v", got, err)
			}
		}
	})
}

// TestDue: which scheduled articles have come up, and when the next one does.
func TestDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		at := func(minutes int) time.Time { return storetest.Noon.Add(time.Duration(minutes) * time.Minute) }
		for _, m := range []int{30, 10, 20, 10} {
			create(t, db, stet.ArticleID(store.NewID()), draft("en", fmt.Sprint("At ", m)), at(0))
		}
		articles, err := db.EventsAfter(ctx, 1, 100)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range []int{30, 10, 20, 10} {
			change(t, db, articles[i].Article, func(a *stet.Article) error { return a.Publish(storetest.Editor, at(m), at(0)) })
		}
		for _, c := range []struct{ now, limit, due, next int }{{9, 10, 0, 10}, {10, 10, 2, 20}, {25, 10, 3, 30}, {25, 1, 1, 30}, {40, 10, 4, 0}} {
			ids, next, err := db.DueArticles(ctx, at(c.now), c.limit)
			if err != nil || len(ids) != c.due || (c.next == 0) != next.IsZero() || c.next > 0 && !next.Equal(at(c.next)) {
				t.Errorf("at %d: %d due, next %v, %v", c.now, len(ids), next, err)
			}
			if c.due > 0 && c.now < 25 && (ids[0] != articles[1].Article && ids[0] != articles[3].Article) {
				t.Errorf("at %d: the first is not the earliest", c.now)
			}
		}
	})
}

func TestTokens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		token, err := db.AddToken(ctx, stet.Operator, " Ro\x00bot ", []stet.Scope{stet.ScopeWrite, stet.ScopePublish}, storetest.Noon)
		if err != nil || !strings.HasPrefix(token, "stet_") || len(token) != 37 {
			t.Fatalf("%q, %v", token, err)
		}
		u, err := db.TokenUser(ctx, token, storetest.Noon)
		if err != nil || u.Name != "Robot" || u.Role != stet.Machine || len(u.Scopes) != 2 || !strings.HasPrefix(u.ID, "token:") || u.Origin != stet.ByPerson {
			t.Errorf("%+v, %v", u, err)
		}
		for _, other := range []string{"", "stet_", token + "x", strings.ToUpper(token), token[:36], "' OR 1=1 --", "\xff\x00"} {
			if _, err := db.TokenUser(ctx, other, storetest.Noon); !stet.Is(err, stet.Unauthorized) {
				t.Errorf("%q: %v", other, err)
			}
		}
		for field, make := range map[string]func() (string, error){
			"name": func() (string, error) {
				return db.AddToken(ctx, stet.Operator, " ", []stet.Scope{stet.ScopeWrite}, storetest.Noon)
			},
			"scopes": func() (string, error) { return db.AddToken(ctx, stet.Operator, "n", nil, storetest.Noon) },
			"scopes ": func() (string, error) {
				return db.AddToken(ctx, stet.Operator, "n", []stet.Scope{"everything"}, storetest.Noon)
			},
		} {
			if _, err := make(); !stet.Is(err, stet.Invalid) || !strings.HasPrefix(err.Error(), strings.TrimSpace(field)) {
				t.Errorf("%s: %v", field, err)
			}
		}
		second, err := db.AddToken(ctx, stet.Operator, "Robot", []stet.Scope{stet.ScopeWrite}, storetest.Noon)
		if err != nil || second == token {
			t.Errorf("%q, %v", second, err)
		}
	})
}
