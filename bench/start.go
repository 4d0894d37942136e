package main

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// start measures how soon a large newsroom can be read, and what it keeps in
// memory.
func (b *bench) start() error {
	n, err := b.room(b.sizeFor(startSize))
	if err != nil {
		return err
	}
	s, err := b.open(n)
	if err != nil {
		return err
	}
	paths, err := newDesk(s, n).paths(b.ctx, b.archive.pick(n.size, min(randomPages, n.size/2), 5, nil))
	s.stop()
	if err != nil {
		return err
	}
	var ready, first series
	for range b.times(10) {
		s, err := b.serve(n)
		if err != nil {
			return err
		}
		took, err := s.ready(b.ctx, "/readyz")
		if err == nil {
			ready = append(ready, float64(took))
			_, _, err = newReader().page(s.url(paths[0]))
			first = append(first, float64(time.Since(s.started)))
		}
		s.stop()
		if err != nil {
			return err
		}
	}
	b.report.start(n.size, ready, first)
	return b.memory(n, paths)
}

func (b *bench) memory(n *newsroom, paths []string) error {
	s, err := b.open(n)
	if err != nil {
		return err
	}
	defer s.stop()
	say("memory: reading %d pages", len(paths))
	r := newReader()
	idle, _, err := s.memory()
	if err != nil {
		return err
	}
	for _, path := range paths {
		if _, _, err := r.page(s.url(path)); err != nil {
			return err
		}
	}
	sections, err := sectionsOf(r, s, b.archive.langs)
	if err != nil {
		return err
	}
	for _, path := range sections {
		if _, _, err := r.page(s.url(path)); err != nil {
			return err
		}
	}
	rss, peak, err := s.memory()
	if err != nil {
		return err
	}
	b.report.memory(n.size, len(paths), len(sections), idle, rss, peak)
	return nil
}

// sectionLink is how a front page leads to a section.
var sectionLink = regexp.MustCompile(`href="?(/[a-z]+/[a-z0-9-]+/)["> ]`)

// sectionsOf returns the addresses of the section pages of all editions.
func sectionsOf(r *reader, s *server, langs []string) ([]string, error) {
	seen := map[string]bool{}
	for _, lang := range langs {
		_, body, err := r.page(s.url("/" + lang + "/"))
		if err == nil {
			body, err = unzip(body)
		}
		if err != nil {
			return nil, err
		}
		for _, m := range sectionLink.FindAllSubmatch(body, -1) {
			path := string(m[1])
			if !strings.HasSuffix(path, "/topics/") && !strings.HasSuffix(path, "/authors/") {
				seen[path] = true
			}
		}
	}
	if len(seen) == 0 {
		return nil, errors.New("no front page leads to a section")
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

// corpusFile is the corpus in the form that is imported, plain. A smoke run
// takes a part of it.
func (b *bench) corpusFile() (string, error) {
	file := filepath.Join(b.dir, "corpus.jsonl")
	return file, b.archive.write(file, 0, len(b.archive.base))
}

// importing measures imports into an empty newsroom; the rate at a large size
// was seen when the newsrooms were made.
func (b *bench) importing() error {
	if _, err := b.room(b.sizes[0]); err != nil {
		return err
	}
	file, err := b.corpusFile()
	if err != nil {
		return err
	}
	n, err := b.newNewsroom("import", "")
	if err != nil {
		return err
	}
	say("import: %d articles", len(b.archive.base))
	took, err := b.fill(n, file)
	if err != nil {
		return err
	}
	b.report.imported("SQLite", len(b.archive.base), len(b.archive.langs), took)
	if b.postgres == "" {
		say("import: STET_TEST_POSTGRES is not set; not measured on PostgreSQL")
	} else {
		engine, err := b.describePostgres()
		if err != nil {
			return err
		}
		n, drop, err := b.postgresRoom("import")
		if err != nil {
			return err
		}
		defer drop()
		say("import: %d articles, PostgreSQL", len(b.archive.base))
		if took, err = b.fill(n, file); err != nil {
			return err
		}
		b.report.imported(engine, len(b.archive.base), len(b.archive.langs), took)
	}
	total := b.report.growth[len(b.report.growth)-1].to
	var sum time.Duration
	for _, g := range b.report.growth {
		sum += g.took
	}
	last := b.report.growth[len(b.report.growth)-1]
	b.report.add(row{
		group: "Import, both cores", what: fmt.Sprintf("%s articles, SQLite", count(total)),
		figure: fmt.Sprintf("%s/s", whole(float64(total)/sum.Seconds())),
		spread: fmt.Sprintf("in %s; the last %s at %s/s", seconds(sum), count(last.to-last.from),
			whole(float64(last.to-last.from)/last.took.Seconds())),
	})
	return nil
}
