package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// soak reports whether this is make soak, which takes its time.
var soak = os.Getenv("STET_SOAK") != ""

// live is a newsroom that is being served, with a token that may do everything.
type live struct {
	t      testing.TB
	db     *store.DB
	server *server
	token  string
	client *http.Client
}

func goLive(t testing.TB, dsn string, more ...func(*config)) *live {
	t.Helper()
	db := storetest.Open(t, dsn)
	storetest.Init(t, db, "en", "ru")
	c := defaults()
	c.Addr = "127.0.0.1:0"
	for _, set := range more {
		set(&c)
	}
	s, err := newServer(t.Context(), &c, db, slog.New(slog.NewTextHandler(io.Discard, nil)), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	token, err := db.AddToken(t.Context(), stet.Operator, "test", stet.Scopes, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return &live{t, db, s, token, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}}
}

func (l *live) post(path string, body any) map[string]any {
	l.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		l.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", l.server.url+"/api/v1/"+path, bytes.NewReader(text))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+l.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := l.client.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	var v map[string]any
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil || res.StatusCode >= 300 {
		l.t.Errorf("POST %s: %d %v %v", path, res.StatusCode, v, err)
	}
	return v
}

// page is one answer to a reader, decoded.
type page struct {
	path   string
	status int
	etag   string
	body   string
}

func (l *live) get(path string, zipped bool) (page, error) {
	req, err := http.NewRequest("GET", l.server.url+path, nil)
	if err != nil {
		return page{}, err
	}
	if zipped {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	res, err := l.client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return page{}, err
	}
	p := page{path, res.StatusCode, res.Header.Get("ETag"), string(raw)}
	if res.Header.Get("Content-Encoding") != "gzip" {
		return p, nil
	}
	in := bytes.NewReader(raw)
	z, err := gzip.NewReader(in)
	if err != nil {
		return p, err
	}
	z.Multistream(false) // one member, as many decoders read no further
	text, err := io.ReadAll(z)
	if err == nil && in.Len() > 0 {
		err = fmt.Errorf("%d bytes follow the gzip member", in.Len())
	}
	p.body = string(text)
	return p, err
}

var (
	latestBlock = regexp.MustCompile(`(?s)<section[^>]*data-block="latest".*?</section>`)
	latestTime  = regexp.MustCompile(`datetime="([^"]+)"`)
	endings     = regexp.MustCompile(`(?s)(</html>|</rss>|</feed>|\]\}|</urlset>|</sitemapindex>)\s*$`)
)

// TestReadersNeverSeeAMixture publishes, corrects and withdraws while readers
// read every surface, and holds every answer to what had been promised before
// it was asked for.
func TestReadersNeverSeeAMixture(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			neverAMixture(t, goLive(t, storetest.DSN(t, engine)))
		})
	}
}

func neverAMixture(t *testing.T, l *live) {
	rounds := 12
	if soak {
		rounds = 400
	}
	old := l.post("articles", map[string]any{"id": "old", "lang": "en", "status": "published", "headline": "The old report", "section": "city",
		"body_html": "<p>Text.</p>", "published_at": "2021-06-02T10:00:00Z"})["url"].(string)
	oldPath := strings.TrimPrefix(old, l.server.url)

	var mu sync.Mutex
	gone := map[string]bool{}       // headlines whose withdrawal has been acknowledged
	linked := map[string]bool{}     // Russian addresses that the old report must link to
	never := map[string]bool{}      // those it must not link to any more
	bodies := map[string][32]byte{} // by ETag
	surfaces := []string{oldPath, "/en/", "/ru/", "/en/latest", "/en/city/", "/en/feed.xml", "/ru/feed.xml", "/en/atom.xml", "/en/feed.json", "/en/city/feed.json", "/en/topics/bridge/atom.xml", "/en/topics/bridge/",
		"/en/authors/a-writer/", "/sitemap.xml", "/news-sitemap.xml", "/en/latest/" + time.Now().UTC().Format("2006"), "/api/v1/articles?limit=100", "/ru/latest"}
	var done atomic.Bool
	var readers, writers sync.WaitGroup
	var reads atomic.Int64

	read := func(path string, zipped bool) {
		mu.Lock()
		var mustNot, must, mustNotLink []string
		for h := range gone {
			mustNot = append(mustNot, h)
		}
		for p := range linked {
			must = append(must, p)
		}
		for p := range never {
			mustNotLink = append(mustNotLink, p)
		}
		mu.Unlock()
		p, err := l.get(path, zipped)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		reads.Add(1)
		for _, h := range mustNot {
			if strings.Contains(p.body, h+"<") || strings.Contains(p.body, h+`"`) {
				t.Errorf("%s shows the withdrawn %q", path, h)
			}
		}
		if strings.HasPrefix(path, "/api/") {
			return
		}
		if p.status == 200 && !endings.MatchString(p.body) {
			t.Errorf("%s ends with %q", path, p.body[max(0, len(p.body)-40):])
		}
		if path == oldPath {
			for _, want := range must {
				// It may have been withdrawn since the list was made; then the writer says so.
				mu.Lock()
				still := linked[want]
				mu.Unlock()
				if still && !strings.Contains(p.body, want) {
					t.Errorf("the old report does not link to %s", want)
				}
			}
			for _, not := range mustNotLink {
				if strings.Contains(p.body, not+`"`) {
					t.Errorf("the old report links to %s, which is withdrawn", not)
				}
			}
		}
		if block := latestBlock.FindString(p.body); block != "" {
			last := time.Time{}
			for i, m := range latestTime.FindAllStringSubmatch(block, -1) {
				at, err := time.Parse(time.RFC3339, m[1])
				if err != nil {
					t.Errorf("%s: %v", path, err)
				}
				if i > 0 && at.After(last) {
					t.Errorf("%s: the latest block is out of order", path)
				}
				last = at
			}
		}
		if p.status == 200 && p.etag != "" {
			sum := sha256.Sum256([]byte(path + p.body))
			mu.Lock()
			if was, ok := bodies[path+p.etag]; ok && was != sum {
				t.Errorf("%s: one ETag for two bodies", path)
			}
			bodies[path+p.etag] = sum
			mu.Unlock()
		}
	}
	for r := range 4 {
		readers.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(r), 1))
			for !done.Load() {
				read(surfaces[rng.IntN(len(surfaces))], rng.IntN(4) > 0)
			}
		})
	}
	for w := range 3 {
		writers.Go(func() {
			for i := range rounds {
				id := fmt.Sprintf("w%d-%d", w, i)
				headline := fmt.Sprintf("Story %s of the day", id)
				v := l.post("articles", map[string]any{"id": id, "lang": "en", "status": "published", "headline": headline, "section": "city",
					"topics": []string{"bridge"}, "authors": []string{"A Writer"}, "body_html": "<p>Text.</p>"})
				if p, err := l.get("/en/latest", true); err != nil || !strings.Contains(p.body, headline) {
					t.Errorf("%s is not on /en/latest after its receipt (%v): %v", headline, err, v)
				}
				l.post("articles/"+id+"/correct", map[string]any{"note": "A name was misspelt."})
				if p, err := l.get(strings.TrimPrefix(v["url"].(string), l.server.url), true); err != nil || !strings.Contains(p.body, "A name was misspelt.") {
					t.Errorf("%s does not show its correction (%v)", headline, err)
				}
				l.post("articles/"+id+"/withdraw", map[string]any{"reason": "It was a test."})
				mu.Lock()
				gone[headline] = true
				mu.Unlock()
				for _, path := range surfaces {
					read(path, i%2 == 0)
				}
			}
		})
	}
	writers.Go(func() {
		for i := range rounds {
			id := fmt.Sprintf("ru-%d", i)
			v := l.post("articles", map[string]any{"id": id, "lang": "ru", "translation_of": "old", "status": "published",
				"headline": fmt.Sprintf("Перевод %d", i), "section": "city", "body_html": "<p>Текст.</p>", "published_at": "2021-06-02T11:00:00Z"})
			path := strings.TrimPrefix(v["url"].(string), l.server.url)
			mu.Lock()
			linked[path] = true
			mu.Unlock()
			read(oldPath, true)
			mu.Lock()
			delete(linked, path)
			mu.Unlock()
			l.post("articles/"+id+"/withdraw", map[string]any{"reason": "It was a test."})
			mu.Lock()
			never[path] = true
			mu.Unlock()
			read(oldPath, false)
		}
	})
	writers.Wait()
	done.Store(true)
	readers.Wait()
	t.Logf("%d pages read while %d events were written", reads.Load(), l.server.follower.At())
	if report, err := l.db.Examine(t.Context()); err != nil || len(report.Damage) > 0 {
		t.Errorf("damage: %v %v", report, err)
	}
}

// TestPublishingPrintsNoOtherStory proves the promise by counting: one more
// story reaches a page of 2021, and no story's page is laid again for it.
func TestPublishingPrintsNoOtherStory(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			l := goLive(t, storetest.DSN(t, engine))
			var paths []string
			for i := range 30 {
				v := l.post("articles", map[string]any{"id": fmt.Sprint("s", i), "lang": "en", "status": "published", "headline": fmt.Sprint("Story ", i),
					"section": "city", "body_html": "<p>Text.</p>", "published_at": fmt.Sprintf("2021-06-%02dT10:00:00Z", i+1)})
				paths = append(paths, strings.TrimPrefix(v["url"].(string), l.server.url))
			}
			for _, p := range paths {
				if got, err := l.get(p, true); err != nil || got.status != 200 {
					t.Fatalf("%s: %d %v", p, got.status, err)
				}
			}
			before := l.server.site.Stats().Laid["article"]
			v := l.post("articles", map[string]any{"id": "new", "lang": "en", "status": "published", "headline": "The newest", "section": "city", "body_html": "<p>Text.</p>"})
			for _, p := range paths {
				got, err := l.get(p, true)
				if err != nil || !strings.Contains(got.body, ">The newest</a>") {
					t.Fatalf("%s does not show the newest story (%v)", p, err)
				}
			}
			if after := l.server.site.Stats().Laid["article"]; after != before {
				t.Errorf("%d story pages were laid again", after-before)
			}
			for _, s := range v["surfaces"].([]any) {
				for _, p := range paths {
					if s == p {
						t.Errorf("the receipt names %s", p)
					}
				}
			}
			if n := len(v["surfaces"].([]any)); n > 40 {
				t.Errorf("the receipt names %d surfaces", n)
			}
		})
	}
}

// TestMovingASectionPrintsNoStory: another order of sections is in every masthead
// at once, and no story's page is laid again; a section that is closed leads on, and
// its stories keep their addresses.
func TestMovingASectionPrintsNoStory(t *testing.T) {
	t.Parallel()
	l := goLive(t, storetest.DSN(t, "sqlite"))
	var paths []string
	for i := range 12 {
		v := l.post("articles", map[string]any{"id": fmt.Sprint("s", i), "lang": "en", "status": "published", "headline": fmt.Sprint("Story ", i),
			"section": []string{"city", "sport", "tennis"}[i%3], "topics": []string{"cup"}, "body_html": "<p>Text.</p>", "published_at": fmt.Sprintf("2021-06-%02dT10:00:00Z", i+1)})
		paths = append(paths, strings.TrimPrefix(v["url"].(string), l.server.url))
	}
	read := func(path string) page {
		t.Helper()
		p, err := l.get(path, true)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, p := range append(paths, "/en/sport/", "/en/tennis/") {
		read(p)
	}
	db, ctx := l.server.db, t.Context()
	done := func(event int64, err error) {
		t.Helper()
		if err == nil {
			err = l.server.follower.Await(ctx, event)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	laid := l.server.site.Stats().Laid["article"]
	done(db.MoveSection(ctx, stet.Operator, "tennis", "", "city", time.Now()))
	inOrder := regexp.MustCompile(`(?s)<nav class="sections".*?/en/tennis/.*?/en/city/.*?/en/sport/.*?</nav>`)
	for _, p := range paths {
		if !inOrder.MatchString(read(p).body) {
			t.Fatalf("%s has another order of sections", p)
		}
	}
	done(db.MoveSection(ctx, stet.Operator, "tennis", "sport", "", time.Now()))
	for _, p := range paths {
		if masthead := regexp.MustCompile(`(?s)<nav class="sections".*?</nav>`).FindString(read(p).body); strings.Contains(masthead, "/en/tennis/") {
			t.Fatalf("%s has what stands under another in its masthead", p)
		}
	}
	if after := l.server.site.Stats().Laid["article"]; after != laid {
		t.Errorf("%d story pages were laid again", after-laid)
	}
	if !strings.Contains(read("/en/sport/").body, `<a href="/en/tennis/">tennis</a>`) || !strings.Contains(read("/en/tennis/").body, `<p class="kicker"><a href="/en/sport/">`) {
		t.Error("the two sections do not lead to one another")
	}
	done(db.MergeTerm(ctx, stet.Operator, stet.SectionTerm, "tennis", "sport", time.Now()))
	if after := l.server.site.Stats().Laid["article"]; after != laid {
		t.Errorf("%d story pages were laid before anybody asked", after-laid)
	}
	for from, to := range map[string]string{"/en/tennis/": "/en/sport/", "/en/tennis/feed.xml": "/en/sport/feed.xml", "/en/tennis/2021/06": "/en/sport/2021/06"} {
		still := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := still.Get(l.server.url + from)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if at := strings.TrimPrefix(res.Header.Get("Location"), l.server.url); res.StatusCode != 301 || at != to {
			t.Errorf("%s answers %d and leads to %q", from, res.StatusCode, at)
		}
	}
	for i, p := range paths {
		if got := read(p); got.status != 200 || i%3 == 2 && !strings.Contains(got.body, `href="/en/sport/"`) {
			t.Errorf("%s answers %d", p, got.status)
		}
	}
}

// TestSettingsLive: a setting that another process changes is on every page,
// those of the archive too.
func TestSettingsLive(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.DSN(t, engine)
			l := goLive(t, dsn)
			old := l.post("articles", map[string]any{"id": "old", "lang": "en", "status": "published", "headline": "The old report", "section": "city",
				"body_html": "<p>Text.</p>", "published_at": "2021-06-02T10:00:00Z"})["url"].(string)
			paths := map[string]bool{strings.TrimPrefix(old, l.server.url): true, "/en/": true, "/en/city/": true, "/en/feed.json": true, "/robots.txt": true}
			usage := func(path string) string {
				res, err := l.client.Get(l.server.url + path)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				return res.Header.Get("Content-Usage")
			}
			for p := range paths {
				if got := usage(p); got != "" {
					t.Errorf("%s begins with Content-Usage %q", p, got)
				}
			}
			other := storetest.Open(t, dsn)
			if err := other.ChangeSettings(t.Context(), stet.Operator, map[string]string{"ai": "no-training", "feeds": "summary"}, time.Now()); err != nil {
				t.Fatal(err)
			}
			n, err := other.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := l.server.follower.Await(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			for p := range paths {
				if got := usage(p); got != "train-ai=n, search=y" {
					t.Errorf("%s has Content-Usage %q", p, got)
				}
			}
			if p, err := l.get("/en/feed.json", true); err != nil || !strings.Contains(p.body, "content_text") {
				t.Errorf("the feed has no summary: %v %s", err, p.body)
			}
		})
	}
}

// TestReceiptAfterRestart: a program that was not there when it happened tells the
// same surfaces, and that readers see it.
func TestReceiptAfterRestart(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	l := goLive(t, dsn)
	l.post("articles", map[string]any{"id": "a", "lang": "en", "status": "published", "headline": "A bridge", "section": "city", "topics": []string{"bridges"},
		"authors": []string{"Anna"}, "body_html": "<p>Text.</p>"})
	withdrawn := l.post("articles/a/withdraw", map[string]any{"reason": "It was another bridge."})
	article, err := l.db.Article(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	c := defaults()
	c.Addr = "127.0.0.1:0"
	again, err := newServer(t.Context(), &c, l.db, slog.New(slog.NewTextHandler(io.Discard, nil)), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer again.listener.Close()
	for n := article.Event - 1; n <= article.Event; n++ { // published, withdrawn
		want, err := l.server.receipts.Await(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.receipts.Await(t.Context(), n)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("event %d touched\n%q, now\n%q, %v", n, want, got, err)
		}
	}
	if n := len(withdrawn["surfaces"].([]any)); n < 15 {
		t.Errorf("only %d surfaces", n)
	}
}
