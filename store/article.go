package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"stet"
	"stet/prose"
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
	var saved []*stet.Article
	err := db.transact(ctx, func(t tx) error {
		as, err := load(ctx, t, ids)
		if err != nil {
			return err
		}
		zone, err := zone(ctx, t)
		if err != nil {
			return err
		}
		before := make([]*stet.Place, len(as))
		revisions := make([]int, len(as))
		for i, a := range as {
			before[i] = a.Place(zone)
			if a.Current != nil {
				revisions[i] = a.Current.Number
			}
		}
		if err := fn(as); err != nil {
			return err
		}
		s := saver{tx: t, ctx: ctx, zone: zone}
		if err := s.save(as, before, revisions); err != nil {
			return err
		}
		saved = as
		return nil
	})
	return saved, err
}

// Article returns an article with its revisions, an Error of kind NotFound if
// there is none.
func (db *DB) Article(ctx context.Context, id stet.ArticleID) (*stet.Article, error) {
	as, err := load(ctx, db, []stet.ArticleID{id})
	if err != nil {
		return nil, err
	}
	if as[0].New() {
		return nil, stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
	}
	return as[0], nil
}

const articleColumns = `id, kind, lang, grp, version, live, work, revision, created, first_live, published,
	updated, scheduled, asked, path, wants, corrections, withdrawal, import_hash, hand_edited, event`

func load(ctx context.Context, on querier, ids []stet.ArticleID) ([]*stet.Article, error) {
	as := make([]*stet.Article, len(ids))
	byID := make(map[stet.ArticleID]*stet.Article, len(ids))
	current := map[stet.ArticleID]int{}
	for i, id := range ids {
		if byID[id] == nil {
			byID[id] = &stet.Article{ID: id}
		}
		as[i] = byID[id]
	}
	if len(ids) == 0 {
		return as, nil
	}
	err := each(ctx, on, `SELECT `+articleColumns+` FROM articles WHERE id IN `+in(1, len(ids)), list(ids),
		func(scan func(...any) error) error {
			var id stet.ArticleID
			var revision int
			var created int64
			var firstLive, published, updated, scheduled, asked sql.NullInt64
			var corrections string
			var row stet.Article
			if err := scan(&id, &row.Kind, &row.Lang, &row.Group, &row.Version, &row.Live, &row.Work, &revision, &created, &firstLive,
				&published, &updated, &scheduled, &asked, &row.Path, &row.Wants, &corrections, &row.Withdrawal, &row.ImportHash, &row.HandEdited, &row.Event); err != nil {
				return err
			}
			row.ID = id
			row.Created = time.UnixMilli(created).UTC()
			row.FirstLive, row.PublishedAt, row.UpdatedAt = instant(firstLive), instant(published), instant(updated)
			row.ScheduledFor, row.Asked = instant(scheduled), instant(asked)
			if err := json.Unmarshal([]byte(corrections), &row.Corrections); err != nil {
				return err
			}
			*byID[id] = row
			current[id] = revision
			return nil
		})
	if err != nil || len(current) == 0 {
		return as, err
	}
	err = each(ctx, on, `SELECT r.article, r.number, r.meta, r.body, r.author, r.at FROM revisions r JOIN articles a ON a.id = r.article
		WHERE (r.number < 1 OR r.number = a.revision) AND r.article IN `+in(1, len(ids)), list(ids),
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
	return as, err
}

func scanRevision(scan func(...any) error, id *stet.ArticleID) (*stet.Revision, error) {
	r := &stet.Revision{}
	var meta string
	var body []byte
	var at int64
	if err := scan(id, &r.Number, &meta, &body, &r.By, &at); err != nil {
		return nil, err
	}
	r.At = time.UnixMilli(at).UTC()
	if err := json.Unmarshal([]byte(meta), &r.Content); err != nil {
		return nil, err
	}
	var err error
	r.Body, err = unpack(body)
	return r, err
}

var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20))
)

func pack(doc *prose.Doc) []byte {
	if doc == nil {
		return []byte{}
	}
	return packer.EncodeAll(doc.JSON(), nil)
}

func unpack(body []byte) (*prose.Doc, error) {
	if len(body) == 0 {
		return nil, nil
	}
	text, err := unpacker.DecodeAll(body, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack a body: %w", err)
	}
	return prose.Parse(text)
}

// saver writes articles within one transaction.
type saver struct {
	tx
	ctx   context.Context
	zone  *time.Location
	named map[termKey]bool // terms that are known to be there
}

type termKey struct {
	kind stet.TermKind
	key  string
}

func (s *saver) save(as []*stet.Article, before []*stet.Place, revisions []int) error {
	events := 0
	for i, a := range as {
		if slices.Contains(as[:i], a) || len(a.Pending()) == 0 {
			continue
		}
		if err := s.article(a, revisions[i]); err != nil {
			return err
		}
		events += len(a.Pending())
	}
	if events == 0 {
		return nil
	}
	// From here on this transaction holds the counter: events of others wait, and
	// what they committed before is seen.
	next, err := s.number(events)
	if err != nil {
		return err
	}
	for i, a := range as {
		pending := a.Pending()
		if slices.Contains(as[:i], a) || len(pending) == 0 {
			continue
		}
		is := a.Place(s.zone)
		last := next + int64(len(pending)) - 1
		siblings, err := s.story(a, before[i], is, last)
		if err != nil {
			return err
		}
		for j := range pending {
			e := &pending[j]
			e.N = next
			next++
			switch e.Kind {
			case stet.Published, stet.Updated, stet.Corrected, stet.Withdrawn:
				e.Was, e.Is, e.Siblings = before[i], is, siblings
			}
			if err := s.event(e); err != nil {
				return err
			}
		}
		if _, err := s.exec(s.ctx, `UPDATE articles SET event = $1 WHERE id = $2`, last, a.ID); err != nil {
			return err
		}
		a.Event = last
	}
	return nil
}

// article writes an article's row, revisions, terms and address.
func (s *saver) article(a *stet.Article, hadRevision int) error {
	for _, r := range []*stet.Revision{a.Working, a.Scheduled, a.Current} {
		if r != nil {
			if err := s.terms(a.Lang, &r.Content); err != nil {
				return err
			}
		}
	}
	number := 0
	if a.Current != nil {
		number = a.Current.Number
	}
	corrections, err := json.Marshal(a.Corrections)
	if err != nil {
		return err
	}
	if a.Corrections == nil {
		corrections = []byte("[]")
	}
	if a.Version == 0 {
		n, err := s.exec(s.ctx, `INSERT INTO articles (id, kind, lang, grp, version, live, work, revision, created, first_live, published,
			updated, scheduled, asked, path, wants, corrections, withdrawal, import_hash, hand_edited, event)
			VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', $14, $15, $16, $17, 0) ON CONFLICT DO NOTHING`,
			a.ID, a.Kind, a.Lang, a.Group, a.Live, a.Work, number, a.Created.UnixMilli(), millis(a.FirstLive), millis(a.PublishedAt),
			millis(a.UpdatedAt), millis(a.ScheduledFor), millis(a.Asked), string(corrections), a.Withdrawal, a.ImportHash, a.HandEdited)
		if err != nil {
			return err
		}
		if n == 0 {
			return errAgain // somebody else created it
		}
	}
	if err := s.address(a); err != nil {
		return err
	}
	n, err := s.exec(s.ctx, `UPDATE articles SET version = $1, live = $2, work = $3, revision = $4, first_live = $5, published = $6, updated = $7,
		scheduled = $8, asked = $9, path = $10, wants = $11, corrections = $12, withdrawal = $13, import_hash = $14, hand_edited = $15
		WHERE id = $16 AND version = $17`,
		a.Version+1, a.Live, a.Work, number, millis(a.FirstLive), millis(a.PublishedAt), millis(a.UpdatedAt), millis(a.ScheduledFor),
		millis(a.Asked), a.Path, a.Wants, string(corrections), a.Withdrawal, a.ImportHash, a.HandEdited, a.ID, max(a.Version, 1))
	if err != nil {
		return err
	}
	if n == 0 {
		return errAgain
	}
	a.Version++
	if err := s.loose(a.ID, workingNumber, a.Working); err != nil {
		return err
	}
	if err := s.loose(a.ID, scheduledNumber, a.Scheduled); err != nil {
		return err
	}
	if a.Current != nil && a.Current.Number > hadRevision {
		prev := []byte{}
		if hadRevision > 0 {
			if err := row(s.ctx, s, `SELECT hash FROM revisions WHERE article = $1 AND number = $2`, a.ID, hadRevision).scan(&prev); err != nil {
				return err
			}
		}
		return s.revision(a.ID, a.Current.Number, a.Current, prev)
	}
	return nil
}

// loose writes the working or the scheduled revision, or removes it.
func (s *saver) loose(id stet.ArticleID, number int, r *stet.Revision) error {
	if r != nil {
		return s.revision(id, number, r, []byte{})
	}
	_, err := s.exec(s.ctx, `DELETE FROM revisions WHERE article = $1 AND number = $2`, id, number)
	return err
}

func (s *saver) revision(id stet.ArticleID, number int, r *stet.Revision, prev []byte) error {
	meta, err := json.Marshal(&r.Content)
	if err != nil {
		return err
	}
	_, err = s.exec(s.ctx, `INSERT INTO revisions (article, number, meta, body, schema, hash, prev, author, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (article, number) DO UPDATE SET meta = excluded.meta, body = excluded.body, schema = excluded.schema,
			hash = excluded.hash, author = excluded.author, at = excluded.at`,
		id, number, string(meta), pack(r.Body), schemaOfBody, hash(&r.Content, prev), prev, r.By, r.At.UnixMilli())
	return err
}

// hash chains a revision to the published one before it.
func hash(c *stet.Content, prev []byte) []byte {
	h := sha256.New()
	h.Write(prev)
	h.Write(c.CanonicalForm())
	return h.Sum(nil)
}

// address gives the article the address it should have, unless it has it, and
// lets its old ones lead to it.
func (s *saver) address(a *stet.Article) error {
	for _, old := range a.OldPaths {
		mine, err := s.take(old, a.ID)
		if err != nil {
			return err
		}
		if !mine {
			a.OldTaken = append(a.OldTaken, old)
		}
	}
	dir, slug := a.Wanted(s.zone, a.Pending()[0].At)
	if a.Wants == dir+slug {
		return nil
	}
	a.Wants = dir + slug
	for n := 1; ; n++ {
		if n == 2 { // count once instead of trying every number
			if err := row(s.ctx, s, `SELECT 1 + count(*) FROM articles WHERE wants = $1 AND id <> $2`, a.Wants, a.ID).scan(&n); err != nil {
				return err
			}
			n = max(n, 2)
		}
		try := dir + slug
		if n > 1 {
			suffix := "-" + strconv.Itoa(n)
			try = dir + slug[:min(len(slug), 80-len(suffix))] + suffix
		}
		mine, err := s.take(stet.Path(try), a.ID)
		if err != nil {
			return err
		}
		if mine {
			a.Path = stet.Path(try)
			return nil
		}
	}
}

// take makes an address lead to an article and reports whether it does: one
// that is in use for something else stays as it is.
func (s *saver) take(path stet.Path, id stet.ArticleID) (bool, error) {
	added, err := s.exec(s.ctx, `INSERT INTO addresses (path, article) VALUES ($1, $2) ON CONFLICT DO NOTHING`, path, id)
	if err != nil || added == 1 {
		return err == nil, err
	}
	var owner sql.NullString
	err = row(s.ctx, s, `SELECT article FROM addresses WHERE path = $1`, path).scan(&owner)
	return owner.String == string(id), err
}

// number takes the next n event numbers and returns the first.
func (s *saver) number(n int) (int64, error) { return nextEvents(s.ctx, s.tx, n) }

func nextEvents(ctx context.Context, t tx, n int) (int64, error) {
	var last int64
	err := row(ctx, t, `UPDATE counter SET n = n + $1 RETURNING n`, n).scan(&last)
	return last - int64(n) + 1, err
}

// story writes what readers may see of the article and returns the addresses
// of its other published languages.
func (s *saver) story(a *stet.Article, was, is *stet.Place, event int64) ([]stet.Path, error) {
	if was == nil && is == nil {
		return nil, nil
	}
	var order int64
	err := row(s.ctx, s, `SELECT ord FROM stories WHERE article = $1`, a.ID).scan(&order)
	if errors.Is(err, sql.ErrNoRows) {
		order, err = event, nil
	}
	if err != nil {
		return nil, err
	}
	if was != nil {
		if _, err := s.exec(s.ctx, `DELETE FROM story_terms WHERE article = $1`, a.ID); err != nil {
			return nil, err
		}
		if is == nil {
			if _, err := s.exec(s.ctx, `DELETE FROM stories WHERE article = $1`, a.ID); err != nil {
				return nil, err
			}
		}
	}
	if is != nil {
		if err := s.insertStory(a, is, order, event); err != nil {
			return nil, err
		}
	}
	var siblings []stet.Path
	err = each(s.ctx, s, `SELECT path FROM stories WHERE grp = $1 AND article <> $2`, []any{a.Group, a.ID}, func(scan func(...any) error) error {
		siblings = append(siblings, "")
		return scan(&siblings[len(siblings)-1])
	})
	if err != nil || len(siblings) == 0 {
		return nil, err
	}
	_, err = s.exec(s.ctx, `UPDATE stories SET stamp = $1 WHERE grp = $2`, event, a.Group)
	return siblings, err
}

func (s *saver) insertStory(a *stet.Article, is *stet.Place, order, event int64) error {
	c := a.Current
	bylines, err := json.Marshal(slices.Concat(c.Bylines, []stet.Byline{}))
	if err != nil {
		return err
	}
	corrections, err := json.Marshal(slices.Concat(a.Corrections, []stet.Correction{}))
	if err != nil {
		return err
	}
	_, err = s.exec(s.ctx, `INSERT INTO stories (article, kind, lang, grp, path, section, headline, standfirst, kicker, genre, bylines,
		corrections, day, published, ord, updated, stamp, revision)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (article) DO UPDATE SET path = excluded.path, section = excluded.section, headline = excluded.headline,
			standfirst = excluded.standfirst, kicker = excluded.kicker, genre = excluded.genre, bylines = excluded.bylines,
			corrections = excluded.corrections, day = excluded.day, published = excluded.published, updated = excluded.updated,
			stamp = excluded.stamp, revision = excluded.revision`,
		a.ID, a.Kind, a.Lang, a.Group, a.Path, c.Section, c.Headline, c.Standfirst, c.Kicker, c.Genre, string(bylines),
		string(corrections), dayNumber(stet.DayOf(a.PublishedAt, s.zone)), a.PublishedAt.UnixMilli(), order, a.UpdatedAt.UnixMilli(), event, c.Number)
	if err != nil || a.Kind != stet.StoryKind {
		return err
	}
	terms := []termKey{{stet.SectionTerm, is.Section}}
	for _, k := range is.Topics {
		terms = append(terms, termKey{stet.TopicTerm, k})
	}
	for _, k := range is.Authors {
		terms = append(terms, termKey{stet.AuthorTerm, k})
	}
	for _, t := range terms {
		if _, err := s.exec(s.ctx, `INSERT INTO story_terms (kind, key, lang, published, ord, article) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			t.kind, t.key, a.Lang, a.PublishedAt.UnixMilli(), order, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// dayNumber and dayOf turn 2021-06-02 into 20210602 and back.
func dayNumber(d stet.Day) int64 {
	n, _ := strconv.ParseInt(string(bytes.ReplaceAll([]byte(d), []byte("-"), nil)), 10, 64)
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
	err := row(ctx, db, `SELECT grp FROM articles WHERE id = $1`, of).scan(&group)
	if isNoRows(err) {
		err = nil
	}
	return group, err
}
