package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"stet"
	"stet/media"
	"stet/store"
)

// open opens the newsroom that the settings name. It must be there.
func (c *config) open(ctx context.Context) (*store.DB, error) {
	dsn, err := c.dsn()
	if err != nil {
		return nil, err
	}
	if c.DB == "" {
		if _, err := os.Stat(dsn); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no newsroom in %s; run stet init --dir %s", c.Dir, c.Dir)
		}
	}
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := db.Site(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// opened reads the settings of a command that takes a number of further words,
// and opens the newsroom that they name.
func (p *program) opened(ctx context.Context, name string, args []string, words int) (*config, *store.DB, []string, error) {
	c, set, err := p.settings(name, args, nil)
	if err != nil {
		return nil, nil, nil, err
	}
	if set.NArg() != words {
		return nil, nil, nil, errUsage
	}
	db, err := c.open(ctx)
	return c, db, set.Args(), err
}

func initialise(ctx context.Context, p *program, args []string) error {
	var name, langs, zone string
	c, set, err := p.settings("init", args, func(set *flag.FlagSet) {
		set.StringVar(&name, "name", "", "")
		set.StringVar(&langs, "langs", "", "")
		set.StringVar(&zone, "tz", "UTC", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || c.Dir == "" || name == "" || langs == "" {
		return errUsage
	}
	editions, err := editionsOf(langs, func(stet.Lang) (string, string) { return name, "" })
	if err != nil {
		return err
	}
	return c.create(ctx, zone, editions)
}

func editionsOf(langs string, text func(stet.Lang) (name, about string)) ([]stet.Edition, error) {
	all, err := stet.ParseLangs(langs)
	var refused *stet.Error
	if errors.As(err, &refused) {
		return nil, fmt.Errorf("%w: --langs: %s", errUsage, refused.Message)
	}
	var out []stet.Edition
	for _, l := range all {
		name, about := text(l)
		if name = stet.CleanLine(name); name == "" {
			return nil, fmt.Errorf("%w: --name is empty", errUsage)
		}
		out = append(out, stet.Edition{Lang: l, Name: name, About: about})
	}
	return out, nil
}

// create makes a newsroom in the directory, and keeps the settings that later
// commands need.
func (c *config) create(ctx context.Context, zone string, editions []stet.Edition) error {
	if _, err := time.LoadLocation(zone); err != nil { // before anything is made
		return fmt.Errorf("%w: --tz: %q is not a time zone; name one like Asia/Baku", errUsage, zone)
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	dsn, err := c.dsn()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Init(ctx, zone, editions, time.Now()); err != nil {
		return err
	}
	return c.keep()
}

// keep writes the settings that name the newsroom to its settings file, unless
// there is one.
func (c *config) keep() error {
	kept := struct {
		DB          string `toml:"db,omitempty"`
		URL         string `toml:"url,omitempty"`
		S3Endpoint  string `toml:"s3_endpoint,omitempty"`
		S3Bucket    string `toml:"s3_bucket,omitempty"`
		S3Region    string `toml:"s3_region,omitempty"`
		S3Prefix    string `toml:"s3_prefix,omitempty"`
		S3AccessKey string `toml:"s3_access_key,omitempty"`
	}{c.DB, c.URL, c.S3Endpoint, c.S3Bucket, c.S3Region, c.S3Prefix, c.S3AccessKey}
	text, err := toml.Marshal(kept)
	if err != nil || len(text) == 0 {
		return err
	}
	f, err := os.OpenFile(filepath.Join(c.Dir, configFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func addToken(ctx context.Context, p *program, args []string) error {
	var name, scopes string
	c, set, err := p.settings("token add", args, func(set *flag.FlagSet) {
		set.StringVar(&name, "name", "", "")
		set.StringVar(&scopes, "scopes", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || name == "" || scopes == "" {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var list []stet.Scope
	for s := range strings.SplitSeq(scopes, ",") {
		list = append(list, stet.Scope(strings.TrimSpace(s)))
	}
	token, err := db.AddToken(ctx, stet.Operator, name, list, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, token)
	return err
}

func resume(ctx context.Context, p *program, args []string) error {
	_, db, _, err := p.opened(ctx, "resume", args, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Pause(ctx, stet.Operator, false, time.Now())
}

func doctor(ctx context.Context, p *program, args []string) error {
	var clean bool
	c, set, err := p.settings("doctor", args, func(set *flag.FlagSet) { set.BoolVar(&clean, "clean", false, "") })
	if err != nil {
		return err
	}
	if set.NArg() > 0 {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := db.Examine(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "database: %s, %d articles, %d published, %d revisions, %d events\n",
		db.Engine(), report.Articles, report.Published, report.Revisions, report.Events)
	if report.Paused {
		fmt.Fprintln(p.stdout, "the schedule rests after a restore; stet resume lets it run")
	}
	lost, err := c.examineFiles(ctx, p, db, clean)
	if err != nil {
		return err
	}
	report.Damage = append(report.Damage, lost...)
	for _, d := range report.Damage {
		fmt.Fprintln(p.stdout, "damage:", d)
	}
	if len(report.Damage) > 0 {
		return fmt.Errorf("found damage in %d places; restore the last backup", len(report.Damage))
	}
	fmt.Fprintln(p.stdout, "no damage")
	return nil
}

// examineFiles looks at the files of pictures, and returns what is damage.
func (c *config) examineFiles(ctx context.Context, p *program, db *store.DB, clean bool) (damage []string, err error) {
	files, err := c.files(ctx)
	if err != nil || files == nil {
		return nil, err
	}
	s := media.NewService(media.Options{DB: db, Files: files, Now: time.Now})
	report, err := s.Examine(ctx)
	if err != nil {
		return nil, err
	}
	failed, err := db.FailedRenditions(ctx, 20)
	if err != nil {
		return nil, err
	}
	if report.Pictures > 0 || len(report.Orphans) > 0 {
		fmt.Fprintf(p.stdout, "pictures: %d, %d files belong to none\n", report.Pictures, len(report.Orphans))
	}
	for id, why := range failed {
		fmt.Fprintf(p.stdout, "picture %s: some sizes could not be made: %s\n", id, why)
	}
	switch {
	case clean:
		if err := s.Clean(ctx, report); err != nil {
			return nil, err
		}
	case len(report.Orphans)+len(failed) > 0:
		fmt.Fprintln(p.stdout, "stet doctor --clean removes files that belong to none, and tries again what could not be made")
	}
	for _, id := range report.Missing {
		damage = append(damage, fmt.Sprintf("picture %s: the file that it was received as is missing; put it back, or bring a backup's by stet pictures copy", id))
	}
	return damage, nil
}

func printConfig(ctx context.Context, p *program, args []string) error {
	c, set, err := p.settings("config", args, nil)
	if err != nil {
		return err
	}
	if set.NArg() > 0 {
		return errUsage
	}
	return toml.NewEncoder(p.stdout).Encode(c)
}

func version(ctx context.Context, p *program, args []string) error {
	if len(args) > 0 {
		return errUsage
	}
	v, goVersion := "devel", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		if info.Main.Version != "" && info.Main.Version != "(devel)" {
			v = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && v == "devel" {
				v += " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	_, err := fmt.Fprintf(p.stdout, "stet %s %s\n", v, goVersion)
	return err
}
