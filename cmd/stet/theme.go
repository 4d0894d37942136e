package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stet/site"
	"stet/site/theme"
)

// loadTheme loads, checks and tries a theme: one that ships with Stet, or a
// folder. The default theme is nil.
func loadTheme(name string) (*theme.Theme, error) {
	if name == "" || name == theme.Default {
		return nil, nil
	}
	if folder := theme.Shipped(name); folder != nil {
		return site.LoadTheme(folder)
	}
	root, err := os.OpenRoot(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no theme %s: it is neither one of %s nor a folder", name, strings.Join(theme.Names(), ", "))
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	t, err := site.LoadTheme(root.FS())
	var faults theme.Faults
	if errors.As(err, &faults) {
		return nil, &themeFaults{name, faults}
	}
	return t, err
}

// themeFaults are the faults of a folder.
type themeFaults struct {
	folder string
	faults theme.Faults
}

func (f *themeFaults) Error() string {
	lines := f.lines()
	many := "a fault"
	if len(lines) > 1 {
		many = fmt.Sprintf("%d faults", len(lines))
	}
	return fmt.Sprintf("the theme has %s:\n%s", many, strings.Join(lines, "\n"))
}

// lines are the faults, a line each, with the paths of files.
func (f *themeFaults) lines() []string {
	var out []string
	for _, fault := range f.faults {
		if fault.File == "" {
			out = append(out, f.folder+": "+fault.Message)
			continue
		}
		fault.File = filepath.Join(f.folder, fault.File)
		out = append(out, fault.String())
	}
	return out
}

// words reads a command line that consists of n words.
func (p *program) words(name string, args []string, n int) ([]string, error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(p.stderr)
	set.Usage = func() {}
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil || set.NArg() != n:
		return nil, errUsage
	}
	return set.Args(), nil
}

func listThemes(ctx context.Context, p *program, args []string) error {
	if _, err := p.words("theme list", args, 0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.stdout, strings.Join(theme.Names(), "\n"))
	return err
}

func checkTheme(ctx context.Context, p *program, args []string) error {
	words, err := p.words("theme check", args, 1)
	if err != nil {
		return err
	}
	if _, err := loadTheme(words[0]); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "no faults")
	return nil
}

func copyTheme(ctx context.Context, p *program, args []string) error {
	words, err := p.words("theme copy", args, 2)
	if err != nil {
		return err
	}
	folder := theme.Shipped(words[0])
	if folder == nil {
		return fmt.Errorf("%w: no theme %q ships with Stet; there are %s", errUsage, words[0], strings.Join(theme.Names(), ", "))
	}
	entries, err := os.ReadDir(words[1])
	switch {
	case err == nil && len(entries) > 0:
		return fmt.Errorf("%s is not empty", words[1])
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.CopyFS(words[1], folder)
}

// themeEvery is how often a folder that is being worked on is looked at.
const themeEvery = 300 * time.Millisecond

// watcher follows a theme that is being worked on.
type watcher struct {
	server *server
	seen   string // the folder as it was loaded
	before string // as it was when last looked at
}

// watchTheme switches the theme on anew whenever its folder has changed.
func (s *server) watchTheme(ctx context.Context) {
	w := watcher{server: s, seen: s.themeStamp}
	tick := time.NewTicker(themeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.look()
		}
	}
}

// stampTheme tells two states of the theme's folder apart.
func (c *config) stampTheme() string { return theme.Stamp(os.DirFS(c.Theme)) }

// look looks at the folder. A change counts when it has come to rest, so that no
// file is read that is only half written.
func (w *watcher) look() {
	s := w.server
	now := s.config.stampTheme()
	rested := now == w.before
	w.before = now
	if !rested || now == w.seen {
		return
	}
	w.seen = now
	t, err := loadTheme(s.config.Theme)
	var faults *themeFaults
	switch {
	case errors.As(err, &faults):
		for _, line := range faults.lines() {
			s.log.Error("the theme stays as it was", "fault", line)
		}
	case err != nil:
		s.log.Error("the theme stays as it was", "error", err)
	default:
		s.site.SetTheme(t)
		s.log.Info("theme switched on", "folder", s.config.Theme)
	}
}
