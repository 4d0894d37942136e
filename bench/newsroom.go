package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A newsroom is a database that stet serves.
type newsroom struct {
	dir   string
	dsn   string // of PostgreSQL; empty for SQLite in dir
	token string
	size  int // articles of the archive it began with
}

func (n *newsroom) flags() []string {
	flags := []string{"--dir", n.dir}
	if n.dsn != "" {
		flags = append(flags, "--db", n.dsn)
	}
	return flags
}

// newNewsroom sets an empty one up.
func (b *bench) newNewsroom(name, dsn string) (*newsroom, error) {
	n := &newsroom{dir: filepath.Join(b.dir, name), dsn: dsn}
	_, err := b.tool(append(append([]string{"init"}, n.flags()...),
		"--name", "The Daily Measure", "--langs", strings.Join(b.archive.langs, ","), "--tz", "Asia/Baku", "--url", "https://news.example")...)
	if err != nil {
		return nil, err
	}
	n.token, err = b.tool(append(append([]string{"token", "add"}, n.flags()...),
		"--name", "bench", "--scopes", "articles:write,articles:publish")...)
	return n, err
}

// fill imports a file and returns how long that took.
func (b *bench) fill(n *newsroom, file string) (time.Duration, error) {
	start := time.Now()
	_, err := b.tool(append(append([]string{"import"}, n.flags()...), "--format", "native", file)...)
	return time.Since(start), err
}

// growth is what was seen while the newsrooms were made.
type growth struct {
	from, to int
	took     time.Duration
}

// wanted are the sizes that the chosen parts need.
func (b *bench) wanted() []int {
	want := map[int]bool{}
	for _, name := range []string{"article", "archive", "front", "notmodified", "crowd", "pipelined", "closing", "hostile", "cold", "publishing", "pictures"} {
		if b.wants(name) {
			want[b.sizeFor(readSize)] = true
		}
	}
	if b.wants("start") {
		want[b.sizeFor(startSize)] = true
	}
	if b.wants("loop") {
		want[b.sizes[0]], want[b.sizeFor(startSize)] = true, true
	}
	if b.wants("desk") {
		want[b.sizes[len(b.sizes)-1]] = true
	}
	if b.wants("visible") || b.wants("import") {
		for _, s := range b.sizes {
			want[s] = true
		}
	}
	return slices.Sorted(maps.Keys(want))
}

// room returns the newsroom of a size. The first call makes all of them: one
// grows by imports, and is copied at every size.
func (b *bench) room(size int) (*newsroom, error) {
	if n := b.rooms[size]; n != nil {
		return n, nil
	}
	if len(b.rooms) > 0 {
		return nil, fmt.Errorf("there is no newsroom of %d", size)
	}
	growing, err := b.newNewsroom("newsroom", "")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(b.dir, "part.jsonl")
	defer os.Remove(file)
	at := 0
	for _, to := range b.wanted() {
		say("importing articles %d to %d", at+1, to)
		if err := b.archive.write(file, at, to); err != nil {
			return nil, err
		}
		took, err := b.fill(growing, file)
		if err != nil {
			return nil, err
		}
		b.report.growth = append(b.report.growth, growth{at, to, took})
		n := &newsroom{dir: filepath.Join(b.dir, "newsroom-"+strconv.Itoa(to)), token: growing.token, size: to}
		if err := copyFiles(n.dir, growing.dir); err != nil {
			return nil, err
		}
		b.rooms[to], at = n, to
	}
	return b.rooms[size], os.RemoveAll(growing.dir)
}

func copyFiles(to, from string) error {
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Dir(path) != from {
			return err
		}
		src, err := os.Open(path)
		if err != nil {
			return err
		}
		defer src.Close()
		dst, err := os.Create(filepath.Join(to, d.Name()))
		if err != nil {
			return err
		}
		_, err = io.Copy(dst, src)
		return errors.Join(err, dst.Sync(), dst.Close())
	})
}

// postgresRoom sets a newsroom up in a database of its own, which ends with
// the function returned.
func (b *bench) postgresRoom(name string) (n *newsroom, drop func(), err error) {
	conn, err := pgx.Connect(b.ctx, b.postgres)
	if err != nil {
		return nil, nil, err
	}
	database := fmt.Sprintf("stet_bench_%d_%s", os.Getpid(), name)
	if _, err := conn.Exec(b.ctx, "CREATE DATABASE "+database+" ENCODING 'UTF8' TEMPLATE template0"); err != nil {
		conn.Close(b.ctx)
		return nil, nil, err
	}
	drop = func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), 10*time.Second)
		defer cancel()
		conn.Exec(ctx, "DROP DATABASE "+database+" WITH (FORCE)")
		conn.Close(ctx)
	}
	u, err := url.Parse(b.postgres)
	if err == nil {
		u.Path = "/" + database
		n, err = b.newNewsroom(name, u.String())
	}
	if err != nil {
		drop()
		return nil, nil, err
	}
	return n, drop, nil
}

// serve starts stet on a newsroom. It may not be ready yet.
func (b *bench) serve(n *newsroom, flags ...string) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	args := append(append(append([]string{"serve"}, n.flags()...), "--addr", addr, "--url", "https://news.example"), flags...)
	admin := ""
	if b.profile != "" {
		if admin, err = freeAddr(); err != nil {
			return nil, err
		}
		args = append(args, "--admin", admin)
	}
	s, err := b.startServer(strings.Join(append([]string{"stet"}, flags...), " "), addr, b.stet, args...)
	if err == nil {
		s.admin = admin
	}
	return s, err
}

// open starts stet on a newsroom and waits until it can be read.
func (b *bench) open(n *newsroom, flags ...string) (*server, error) {
	s, err := b.serve(n, flags...)
	if err != nil {
		return nil, err
	}
	if _, err := s.ready(b.ctx, "/readyz"); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// A desk publishes through the API.
type desk struct {
	at     *server
	token  string
	client http.Client
}

func newDesk(s *server, n *newsroom) *desk {
	return &desk{s, n.token, http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// A receipt is what the API answers about an article.
type receipt struct {
	ID, URL  string
	Surfaces []string
}

// path is the article's address without the host.
func (r receipt) path() (string, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return "", err
	}
	return u.EscapedPath(), nil
}

func (d *desk) call(ctx context.Context, method, path string, in any) (receipt, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return receipt{}, err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, d.at.url("/api/v1/articles"+path), body)
	if err != nil {
		return receipt{}, err
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := d.client.Do(r)
	if err != nil {
		return receipt{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return receipt{}, err
	}
	if answer.StatusCode/100 != 2 {
		return receipt{}, fmt.Errorf("%s %s: %s\n%s", method, path, answer.Status, text)
	}
	var out receipt
	return out, json.Unmarshal(text, &out)
}

func (d *desk) create(ctx context.Context, story map[string]any) (receipt, error) {
	return d.call(ctx, http.MethodPost, "", story)
}

func (d *desk) publish(ctx context.Context, id string) (receipt, error) {
	return d.call(ctx, http.MethodPost, "/"+url.PathEscape(id)+"/publish", nil)
}

func (d *desk) correct(ctx context.Context, id, note string) (receipt, error) {
	return d.call(ctx, http.MethodPost, "/"+url.PathEscape(id)+"/correct", map[string]string{"note": note})
}

// paths asks where articles stand.
func (d *desk) paths(ctx context.Context, entries []entry) ([]string, error) {
	var out []string
	for _, e := range entries {
		r, err := d.call(ctx, http.MethodGet, "/"+url.PathEscape(e.id), nil)
		if err != nil {
			return nil, err
		}
		path, err := r.path()
		if err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

// stories makes texts that are new to the newsroom, of the length of real ones.
type stories struct {
	from []original
	n    int
	tag  string
}

// storyLang is the language of the edition that is published to.
const storyLang = "en"

func (b *bench) newStories(tag string) (*stories, error) {
	s := &stories{tag: tag}
	for _, o := range b.archive.base {
		if o.lang == storyLang {
			s.from = append(s.from, o)
		}
	}
	if len(s.from) == 0 {
		return nil, fmt.Errorf("the corpus has no article in %s", storyLang)
	}
	return s, nil
}

func (s *stories) next(status string) map[string]any {
	o := s.from[s.n%len(s.from)]
	s.n++
	story := map[string]any{"lang": o.lang, "section": o.section, "status": status,
		"headline": fmt.Sprintf("Report %s %04d from the council chamber", s.tag, s.n)}
	for _, name := range []string{"standfirst", "body_html", "body_markdown"} {
		if text, ok := o.fields[name]; ok {
			story[name] = text
		}
	}
	return story
}
