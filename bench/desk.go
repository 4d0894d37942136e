package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/picture"
)

// What a newsroom is that its people are busy in, on top of the archive.
const (
	deskPeople   = 200
	deskDrafts   = 2_000 // being worked on
	deskAssigned = 5_000 // of the archive, to somebody
	deskPictures = 2_000 // in the library, every tenth in a draft
)

// desk measures what lists and saves of the desk ask of the database.
func (b *bench) desk() error {
	size := b.sizes[len(b.sizes)-1]
	n, err := b.room(size)
	if err != nil {
		return err
	}
	own := &newsroom{dir: filepath.Join(b.dir, "desk"), size: size}
	if err := copyFiles(own.dir, n.dir); err != nil {
		return err
	}
	defer os.RemoveAll(own.dir)
	if err := b.deskIn(filepath.Join(own.dir, "stet.db"), size, "SQLite"); err != nil {
		return err
	}
	if b.postgres == "" {
		say("desk: STET_TEST_POSTGRES is not set; not measured on PostgreSQL")
		return nil
	}
	n, drop, err := b.postgresRoom("desk")
	if err != nil {
		return err
	}
	defer drop()
	say("desk: filling PostgreSQL")
	file := filepath.Join(b.dir, "desk.jsonl")
	defer os.Remove(file)
	if err := b.archive.write(file, 0, size); err != nil {
		return err
	}
	if _, err := b.fill(n, file); err != nil {
		return err
	}
	engine, err := b.describePostgres()
	if err != nil {
		return err
	}
	return b.deskIn(n.dsn, size, engine)
}

func colleague(i int) stet.User {
	return stet.User{ID: fmt.Sprintf("user:%03d", i%deskPeople), Name: fmt.Sprint("Colleague ", i%deskPeople), Role: stet.Editor, Origin: stet.ByPerson}
}

// occupy lets people work in a newsroom.
func (b *bench) occupy(db *store.DB, size int) error {
	now := time.Now().UTC().Truncate(time.Second)
	batch := func(ids []stet.ArticleID, do func(i int, a *stet.Article) error) error {
		at := 0
		for some := range slices.Chunk(ids, 500) {
			_, err := db.UpdateArticles(b.ctx, some, func(as []*stet.Article) error {
				for j, a := range as {
					if err := do(at+j, a); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			at += len(some)
		}
		return nil
	}
	var old, drafts []stet.ArticleID
	for _, e := range b.archive.pick(size, min(deskAssigned, size), 7, nil) {
		old = append(old, stet.ArticleID(e.id))
	}
	for i := range min(deskDrafts, size) {
		drafts = append(drafts, stet.ArticleID(fmt.Sprint("draft-", i)))
	}
	err := batch(old, func(i int, a *stet.Article) error {
		return a.Assign(colleague(i), colleague(i+1).ID, "look at it again", now.Add(time.Duration(i)*time.Second))
	})
	if err != nil {
		return err
	}
	return batch(drafts, func(i int, a *stet.Article) error {
		e, u, at := b.archive.entry(i), colleague(i), now.Add(time.Duration(i)*time.Second)
		d := stet.Draft{Kind: stet.StoryKind, Lang: stet.Lang(e.lang), Content: stet.Content{
			Headline: fmt.Sprintf("Report %04d from the council chamber", i), Section: e.section, Body: prose.FromText("It was decided.")}}
		if err := a.Create(u, d, at); err != nil {
			return err
		}
		switch i % 4 {
		case 1:
			return a.Submit(u, "please look", colleague(i+3).ID, at)
		case 2:
			return a.Approve(u, "", at)
		case 3:
			return a.Publish(u, at.Add(1000*time.Hour), at)
		}
		return nil
	})
}

// furnish fills the library.
func (b *bench) furnish(db *store.DB) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	for i := range deskPictures {
		file := stet.PictureFile{Hash: fmt.Sprintf("%064x", i), Name: fmt.Sprintf("IMG_%04d.jpg", i), Type: "image/jpeg", Width: 4000, Height: 3000, Bytes: 3 << 20}
		said := stet.Description{Headline: fmt.Sprintf("The bridge at kilometre %d", i), Credit: "Photo desk"}
		if i%2 == 0 {
			said.Words = map[stet.Lang]stet.PictureWords{stet.Lang(b.archive.entry(1).lang): {Alt: "A bridge over a river"}}
		}
		if i%50 == 0 {
			said.Expires = now.AddDate(0, 0, i/50)
		}
		p, err := stet.Bring(colleague(i), stet.PictureID(store.NewID()), file, said, now.Add(-time.Duration(i)*time.Minute))
		if err != nil {
			return err
		}
		if err := db.AddPicture(b.ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) deskIn(dsn string, size int, engine string) error {
	db, err := store.Open(b.ctx, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	say("desk: %d people in a newsroom of %d, %s", deskPeople, size, engine)
	if err := b.occupy(db, size); err != nil {
		return err
	}
	if err := b.furnish(db); err != nil {
		return err
	}
	boss := colleague(0)
	e := b.archive.entry(1)
	limited := boss
	limited.Langs, limited.Sections = []stet.Lang{stet.Lang(e.lang)}, []string{e.section}
	inHand := []stet.WorkState{stet.WorkDraft, stet.WorkInReview, stet.WorkApproved, stet.WorkScheduled}
	published := []stet.LiveState{stet.LivePublished}
	deep := ""
	for range 20 {
		if _, deep, err = db.Board(b.ctx, store.BoardQuery{Actor: boss, After: deep}); err != nil {
			return err
		}
	}
	board := func(q store.BoardQuery) func(int) error {
		return func(i int) error {
			if q.Person != "" {
				q.Person = colleague(i).ID
			}
			_, _, err := db.Board(b.ctx, q)
			return err
		}
	}
	counts := func(q store.BoardQuery) func(int) error {
		return func(int) error {
			_, err := db.BoardCounts(b.ctx, q)
			return err
		}
	}
	library := func(q picture.Query) func(int) error {
		return func(int) error {
			_, _, err := db.FindPictures(b.ctx, q)
			return err
		}
	}
	for _, m := range []struct {
		what string
		ask  func(i int) error
	}{
		{"board: what is being worked on", board(store.BoardQuery{Actor: boss, Work: inHand})},
		{"board: everything, by last change", board(store.BoardQuery{Actor: boss})},
		{"board: everything, page 21", board(store.BoardQuery{Actor: boss, After: deep})},
		{"board: published, by publication", board(store.BoardQuery{Actor: boss, Live: published, Order: store.ByPublication})},
		{"board: scheduled, by time", board(store.BoardQuery{Actor: boss, Order: store.BySchedule})},
		{"board: one language and section", board(store.BoardQuery{Actor: boss, Lang: stet.Lang(e.lang), Section: e.section})},
		{"board: in review in one language and section", board(store.BoardQuery{Actor: boss, Lang: stet.Lang(e.lang), Section: e.section, Work: inHand[1:2]})},
		{"board: one person", board(store.BoardQuery{Actor: boss, Person: "each"})},
		{"board: two words, found twenty times", board(store.BoardQuery{Actor: boss, Text: "COUNCIL 123"})},
		{"board: a word that no headline has", board(store.BoardQuery{Actor: boss, Text: "zzyzx"})},
		{"board: of somebody with one language and section", board(store.BoardQuery{Actor: limited})},
		{"counts by state", counts(store.BoardQuery{Actor: boss})},
		{"counts by state in one language and section", counts(store.BoardQuery{Actor: boss, Lang: stet.Lang(e.lang), Section: e.section})},
		{"counts by state of somebody with one language and section", counts(store.BoardQuery{Actor: limited})},
		{"counts by state where a word stands", counts(store.BoardQuery{Actor: boss, Text: "council"})},
		{"late", func(int) error { _, err := db.Late(b.ctx, boss, time.Now()); return err }},
		{"inbox with the number of what is new", func(i int) error {
			if _, err := db.Inbox(b.ctx, colleague(i), 0, 50); err != nil {
				return err
			}
			_, err := db.Unseen(b.ctx, colleague(i))
			return err
		}},
		{"history", func(i int) error {
			_, err := db.History(b.ctx, stet.ArticleID(fmt.Sprint("draft-", i%deskDrafts)))
			return err
		}},
		{"library: first page", library(picture.Query{})},
		{"library: two words, found twenty times", library(picture.Query{Text: "bridge 12"})},
		{"library: one person, unused", library(picture.Query{Author: boss.ID, Unused: true})},
		{"library: rights that end within a month", library(picture.Query{ExpiresFrom: time.Now(), Expired: time.Now().AddDate(0, 1, 0)})},
		{"library: without alternative text", library(picture.Query{WithoutAlt: stet.Lang(e.lang)})},
		{"a save of what somebody writes", func(i int) error {
			_, err := db.UpdateArticle(b.ctx, stet.ArticleID(fmt.Sprint("draft-", i*4)), func(a *stet.Article) error {
				c := a.Latest().Content
				c.Headline = fmt.Sprintf("Report %04d once more", i)
				return a.Save(stet.User{ID: a.Author, Role: stet.Editor, Origin: stet.ByPerson}, c, a.Touched.Add(time.Second))
			})
			return err
		}},
	} {
		var took series
		for i := -2; i < b.times(100); i++ { // the first two make everything ready
			start := time.Now()
			if err := m.ask(max(i, 0)); err != nil {
				return fmt.Errorf("%s: %w", m.what, err)
			}
			if i >= 0 {
				took = append(took, float64(time.Since(start)))
			}
		}
		b.report.desk(size, engine, m.what, took)
	}
	return nil
}
