package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"stet"
	"stet/prose"
	"stet/store/engine"
	"stet/store/term"
)

// The numbers of the revisions that are not published.
const (
	workingNumber   = 0
	scheduledNumber = -1
)

// schemaOfBody is the version of prose's schema that bodies are written in.
const schemaOfBody = 1

// UpdateArticle is UpdateArticles for one article.
func (db *DB) UpdateArticle(ctx context.Context, id stet.ArticleID, fn func(*stet.Article) error) (*stet.Article, error) {
	as, err := db.UpdateArticles(ctx, []stet.ArticleID{id}, func(as []*stet.Article) error { return fn(as[0]) })
	if err != nil {
		return nil, err
	}
	return as[0], nil
}

// UpdateArticles changes articles, all or none. It loads them in the order of
// ids, an unknown id as a new article that fn may Create, calls fn once or more
// often, and saves what fn made of them together with the events it caused.
// It returns the articles as saved, Event set to the last of their events.
func (db *DB) UpdateArticles(ctx context.Context, ids []stet.ArticleID, fn func([]*stet.Article) error) ([]*stet.Article, error) {
	return db.UpdateInTurn(ctx, ids, fn, func() error { return nil })
}

// UpdateInTurn is UpdateArticles for changes that are made at once and written
// one after the other: it calls turn, which may wait, before it writes.
func (db *DB) UpdateInTurn(ctx context.Context, ids []stet.ArticleID, fn func([]*stet.Article) error, turn func() error) ([]*stet.Article, error) {
	// What takes the time is done before others have to wait; what somebody else has
	// changed meanwhile is done again while they wait.
	ahead, err := prepare(ctx, db.engine, ids, "", fn)
	if err != nil {
		return nil, err
	}
	if err := turn(); err != nil {
		return nil, err
	}
	var saved []*stet.Article
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		w := ahead
		var err error
		if ahead = nil; w != nil {
			err = w.still(ctx, t)
		} else {
			w, err = prepare(ctx, t, ids, t.LockRows(), fn)
		}
		if err != nil {
			return err
		}
		site, err := readSettings(ctx, t)
		if err != nil {
			return err
		}
		if err := newSaver(ctx, t, site, w).save(); err != nil {
			return err
		}
		saved = w.as
		return nil
	})
	return saved, err
}

// Article returns an article with its revisions, an Error of kind NotFound if
// there is none.
func (db *DB) Article(ctx context.Context, id stet.ArticleID) (*stet.Article, error) {
	as, err := load(ctx, db.engine, []stet.ArticleID{id}, "")
	if err != nil {
		return nil, err
	}
	if as[0].New() {
		return nil, stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
	}
	return as[0], nil
}

const articleColumns = `id, kind, lang, grp, version, live, work, revision, created, first_live, published,
	updated, scheduled, asked, path, wants, corrections, withdrawal, import_hash, hand_edited, event,
	embargo, expires, touched, touched_by, author, submitter, assignee, snapshots, seq, gate, deadline`

// listColumns are what lists show of an article's latest text.
const listColumns = `headline, section, section_next, section_live, words`

// listed returns the values of listColumns.
func listed(a *stet.Article, words int) []any {
	c := a.Latest()
	return []any{c.Headline, c.Section, sectionOf(a.Scheduled), sectionOf(a.Current), words}
}

func wordsOf(a *stet.Article) int {
	if body := a.Latest().Body; body != nil {
		return body.Words()
	}
	return 0
}

func sectionOf(r *stet.Revision) string {
	if r == nil {
		return ""
	}
	return r.Section
}

func load(ctx context.Context, on engine.Querier, ids []stet.ArticleID, lock string) ([]*stet.Article, error) {
	as, _, err := loadWithSeq(ctx, on, ids, lock)
	if err == nil {
		_, err = follow(ctx, on, as)
	}
	return as, err
}

// follow lets the texts of articles name the terms of today, and returns how many
// terms were merged into others.
func follow(ctx context.Context, on engine.Querier, as []*stet.Article) (int, error) {
	merged, err := term.Merged(ctx, on)
	for _, a := range as {
		for _, r := range []*stet.Revision{a.Working, a.Scheduled, a.Current} {
			if r != nil {
				r.Follow(merged)
			}
		}
	}
	return len(merged), err
}

// loadWithSeq returns articles with their texts as they were written, and the
// short names of those that are there.
func loadWithSeq(ctx context.Context, on engine.Querier, ids []stet.ArticleID, lock string) ([]*stet.Article, map[stet.ArticleID]int64, error) {
	as := make([]*stet.Article, len(ids))
	byID := make(map[stet.ArticleID]*stet.Article, len(ids))
	current := map[stet.ArticleID]int{}
	seqs := map[stet.ArticleID]int64{}
	for i, id := range ids {
		if byID[id] == nil {
			byID[id] = &stet.Article{ID: id}
		}
		as[i] = byID[id]
	}
	if len(ids) == 0 {
		return as, seqs, nil
	}
	err := engine.Each(ctx, on, `SELECT `+articleColumns+` FROM articles WHERE id IN `+engine.In(1, len(ids))+lock, engine.List(ids),
		func(scan func(...any) error) error {
			var id stet.ArticleID
			var revision int
			var seq int64
			var row stet.Article
			if err := scan(&id, &row.Kind, &row.Lang, &row.Group, &row.Version, &row.Live, &row.Work, &revision, engine.When(&row.Created), engine.When(&row.FirstLive),
				engine.When(&row.PublishedAt), engine.When(&row.UpdatedAt), engine.When(&row.ScheduledFor), engine.When(&row.Asked), &row.Path, &row.Wants, engine.AsJSON(&row.Corrections),
				&row.Withdrawal, &row.ImportHash, &row.HandEdited, &row.Event, engine.When(&row.Embargo), engine.When(&row.Expires), engine.When(&row.Touched),
				&row.TouchedBy, &row.Author, &row.Submitter, &row.Assignee, &row.Snapshots, &seq, &row.Gate, engine.When(&row.Deadline)); err != nil {
				return err
			}
			row.ID = id
			*byID[id] = row
			current[id], seqs[id] = revision, seq
			return nil
		})
	if err != nil || len(current) == 0 {
		return as, seqs, err
	}
	err = engine.Each(ctx, on, `SELECT r.article, `+revisionColumns+` FROM revisions r JOIN articles a ON a.id = r.article
		WHERE (r.number < 1 OR r.number = a.revision) AND r.article IN `+engine.In(1, len(ids)), engine.List(ids),
		func(scan func(...any) error) error {
			var id stet.ArticleID
			r, err := scanRevision(scan, &id)
			if err != nil {
				return err
			}
			a := byID[id]
			switch r.Number {
			case workingNumber:
				a.Working = r
			case scheduledNumber:
				a.Scheduled = r
				r.Number = 0
			default:
				a.Current = r
			}
			return nil
		})
	return as, seqs, err
}

const revisionColumns = `r.number, r.meta, r.body, r.author, r.at, r.begun, r.writers, r.snapshot`

func scanRevision(scan func(...any) error, id *stet.ArticleID) (*stet.Revision, error) {
	r := &stet.Revision{}
	var body []byte
	err := scan(id, &r.Number, engine.AsJSON(&r.Content), &body, &r.By, engine.When(&r.At), engine.When(&r.Begun), engine.AsJSON(&r.Writers), &r.Snapshot)
	if err != nil {
		return nil, err
	}
	r.Body, err = unpack(body)
	return r, err
}

var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(0), zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20))
)

func pack(body []byte) []byte {
	if len(body) == 0 {
		return []byte{}
	}
	return packer.EncodeAll(body, nil)
}

func unpack(body []byte) (*prose.Doc, error) {
	text, err := unpackText(body)
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return prose.Parse(text)
}

func unpackText(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	text, err := unpacker.DecodeAll(body, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack a body: %w", err)
	}
	return text, nil
}

func listJSON[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil // not null
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// dayNumber and dayOf turn 2021-06-02 into 20210602 and back.
func dayNumber(d stet.Day) int64 {
	n, _ := strconv.ParseInt(strings.ReplaceAll(string(d), "-", ""), 10, 64)
	return n
}

func dayOf(n int64) stet.Day {
	if n == 0 {
		return ""
	}
	return stet.Day(fmt.Sprintf("%04d-%02d-%02d", n/10000, n/100%100, n%100))
}

// Group returns the group of a translation of an article: the original's own,
// where somebody names a translation as the original.
func (db *DB) Group(ctx context.Context, of stet.ArticleID) (stet.ArticleID, error) {
	if of == "" {
		return "", nil
	}
	group := of
	err := engine.Row(ctx, db.engine, `SELECT grp FROM articles WHERE id = $1`, of).Scan(&group)
	if engine.NoRows(err) {
		err = nil
	}
	return group, err
}

// Imported is what an import needs to know of an article that is there.
type Imported struct {
	Lang stet.Lang
	Kind stet.Kind
	Hash string
}

// Imported returns what is known of those of some articles that are there.
func (db *DB) Imported(ctx context.Context, ids []stet.ArticleID) (map[stet.ArticleID]Imported, error) {
	out := map[stet.ArticleID]Imported{}
	if len(ids) == 0 {
		return out, nil
	}
	err := engine.Each(ctx, db.engine, `SELECT id, lang, kind, import_hash FROM articles WHERE id IN `+engine.In(1, len(ids)), engine.List(ids),
		func(scan func(...any) error) error {
			var id stet.ArticleID
			var known Imported
			err := scan(&id, &known.Lang, &known.Kind, &known.Hash)
			out[id] = known
			return err
		})
	return out, err
}

// DueArticles returns the articles that the clock asks something of, the
// earliest first: their scheduled time has come, or their expiry. next is when
// there will be more to do.
func (db *DB) DueArticles(ctx context.Context, now time.Time, limit int) (ids []stet.ArticleID, next time.Time, err error) {
	// The state is no parameter: SQLite would plan anew for every value that meets
	// the partial index on withdrawn articles.
	err = engine.Each(ctx, db.engine, `SELECT id FROM (
			SELECT id, scheduled FROM articles WHERE scheduled IS NOT NULL AND scheduled <= $1
			UNION SELECT id, expires FROM articles WHERE expires IS NOT NULL AND expires <= $1 AND live = 'published') due ORDER BY scheduled LIMIT $2`,
		[]any{now.UnixMilli(), limit}, func(scan func(...any) error) error {
			ids = append(ids, "")
			return scan(&ids[len(ids)-1])
		})
	if err != nil {
		return nil, time.Time{}, err
	}
	err = engine.Row(ctx, db.engine, `SELECT min(at) FROM (SELECT min(scheduled) AS at FROM articles WHERE scheduled > $1
		UNION ALL SELECT min(expires) FROM articles WHERE expires > $1 AND live = 'published') coming`, now.UnixMilli()).Scan(engine.When(&next))
	return ids, next, err
}
