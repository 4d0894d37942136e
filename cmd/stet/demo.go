package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stet"
	"stet/auth"
	"stet/lang"
	"stet/site/theme"
	"stet/transfer"
)

//go:embed newsroom
var newsroom embed.FS

func demo(ctx context.Context, p *program, args []string) error {
	c, set, err := p.settings("demo", args, nil)
	if err != nil {
		return err
	}
	if set.NArg() > 0 {
		return errUsage
	}
	if c.Dir == "" {
		if c.Dir, err = os.MkdirTemp("", "stet-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(c.Dir)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "stet.db")); errors.Is(err, fs.ErrNotExist) || c.DB != "" {
		if err := c.fillDemo(ctx); err != nil && !stet.Is(err, stet.Conflict) {
			return err
		}
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	c.ThemeWatch = c.Theme != "" && theme.Shipped(c.Theme) == nil
	s, err := newServer(ctx, c, db, slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), time.Now)
	if err != nil {
		return err
	}
	if err := s.employ(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The newsroom is open.\n\n  site   %s/\n", s.url)
	site, err := db.Site(ctx)
	if err != nil {
		return err
	}
	for _, e := range site.Editions {
		fmt.Fprintf(p.stdout, "         %s/%s/  %s\n", s.url, e.Lang, e.Name)
	}
	editor, err := db.PersonByEmail(ctx, demoEditor.Email)
	switch {
	case stet.Is(err, stet.NotFound): // the directory holds another newsroom
		fmt.Fprintf(p.stdout, "  desk   %s/desk/\n", s.url)
	case err != nil:
		return err
	default:
		link, err := signInLink(ctx, db, s.url, editor.ID, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "  desk   %s/desk/\n         %s  signs in, once, within %d minutes\n", s.url, link, int(auth.LinkLasts.Minutes()))
	}
	fmt.Fprintf(p.stdout, "  API    %s/api/v1/openapi.json\n\nIts files are in %s. Press Ctrl-C to close it.\n", s.url, c.Dir)
	// Pages are there at once; their pictures come one after the other.
	painting, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if s.media == nil || editor == nil {
			return
		}
		if err := paint(painting, db, s.media, 1, time.Now); err != nil && painting.Err() == nil {
			s.log.Warn("the sample pictures are not complete", "error", err)
		}
	}()
	err = s.run(ctx)
	stop()
	<-done
	return err
}

// demoEditor works in the sample newsroom.
var demoEditor = stet.Person{Email: "editor@example.org", Name: "Nora Vance", Role: stet.Administrator, Desk: "en"}

// fillDemo makes the sample newsroom.
func (c *config) fillDemo(ctx context.Context) error {
	var paper struct{ Name, About map[stet.Lang]string }
	text, err := newsroom.ReadFile("newsroom/paper.json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &paper); err != nil {
		return err
	}
	editions, err := editionsOf(strings.Join(lang.Codes(), ","), func(l stet.Lang) (string, string) { return paper.Name[l], paper.About[l] })
	if err != nil {
		return err
	}
	if err := c.create(ctx, "Asia/Baku", editions); err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	dir, err := os.MkdirTemp("", "stet-newsroom-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, newsroom); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "newsroom", "*.jsonl"))
	if err != nil {
		return err
	}
	names := filepath.Join(dir, "newsroom", "names.jsonl")
	ordered := []string{names}
	for _, f := range files {
		if f != names {
			ordered = append(ordered, f)
		}
	}
	n := transfer.Native{DB: db, Now: time.Now}
	if _, err := n.Import(ctx, ordered); err != nil {
		return fmt.Errorf("the sample stories: %w", err)
	}
	return fillDesk(ctx, db, time.Now())
}
