package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"stet"
	"stet/lang"
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
		as, err := load(ctx, t, ids, db.engine.lockRows())
		if err != nil {
			return err
		}
		zone, err := zone(ctx, t)
		if err != nil {
			return err
		}
		s := saver{tx: t, ctx: ctx, zone: zone}
		for _, a := range as {
			s.before = append(s.before, stateOf(a, zone))
		}
		if err := fn(as); err != nil {
			return err
		}
		if err := s.save(as); err != nil {
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
	as, err := load(ctx, db, []stet.ArticleID{id}, "")
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

func load(ctx context.Context, on querier, ids []stet.ArticleID, lock string) ([]*stet.Article, error) {
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
	err := each(ctx, on, `SELECT `+articleColumns+` FROM articles WHERE id IN `+in(1, len(ids))+lock, list(ids),
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

// saver writes articles within one transaction.
type saver struct {
	tx
	ctx    context.Context
	zone   *time.Location
	before []state
	named  map[termKey]bool // terms that are known to be there
	last   map[string]int   // the last number given to a wanted address
}

// state is what an article was when it was loaded.
type state struct {
	place              *stet.Place
	group              stet.ArticleID
	revision           int // the number of what readers saw
	working, scheduled bool
}

func stateOf(a *stet.Article, zone *time.Location) state {
	s := state{place: a.Place(zone), group: a.Group, working: a.Working != nil, scheduled: a.Scheduled != nil}
	if a.Current != nil {
		s.revision = a.Current.Number
	}
	return s
}

type termKey struct {
	kind stet.TermKind
	key  string
	lang stet.Lang
}

// shown reports whether readers see what happened to an article.
func shown(events []stet.Event) bool {
	return slices.ContainsFunc(events, func(e stet.Event) bool {
		switch e.Kind {
		case stet.Published, stet.Updated, stet.Corrected, stet.Withdrawn:
			return true
		}
		return false
	})
}

func (s *saver) save(as []*stet.Article) error {
	events := 0
	var changed []int
	for i, a := range as {
		if len(a.Pending()) == 0 || slices.Contains(as[:i], a) {
			continue
		}
		changed = append(changed, i)
		events += len(a.Pending())
		if err := s.texts(a, s.before[i]); err != nil {
			return err
		}
	}
	if events == 0 {
		return nil
	}
	// From here on this transaction holds the counter: events of others wait, and
	// what they committed before is seen.
	next, err := nextEvents(s.ctx, s.tx, events)
	if err != nil {
		return err
	}
	for _, i := range changed {
		a, pending := as[i], as[i].Pending()
		a.Event = next + int64(len(pending)) - 1
		if err := s.article(a); err != nil {
			return err
		}
		var is *stet.Place
		var siblings []stet.Path
		if shown(pending) {
			is = a.Place(s.zone)
			if siblings, err = s.story(a, s.before[i], is); err != nil {
				return err
			}
		}
		for j := range pending {
			e := &pending[j]
			e.N = next
			next++
			if shown(pending[j : j+1]) {
				e.Was, e.Is, e.Siblings = s.before[i].place, is, siblings
			}
			if err := writeEvent(s.ctx, s.tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// texts writes the article's terms, address and revisions.
func (s *saver) texts(a *stet.Article, was state) error {
	for _, r := range []*stet.Revision{a.Working, a.Scheduled, a.Current} {
		if r != nil {
			if err := s.terms(a.Lang, &r.Content); err != nil {
				return err
			}
		}
	}
	if err := s.address(a); err != nil {
		return err
	}
	if err := s.loose(a.ID, workingNumber, a.Working, was.working); err != nil {
		return err
	}
	if err := s.loose(a.ID, scheduledNumber, a.Scheduled, was.scheduled); err != nil {
		return err
	}
	if a.Current == nil || a.Current.Number <= was.revision {
		return nil
	}
	prev := []byte{}
	if was.revision > 0 {
		if err := row(s.ctx, s, `SELECT hash FROM revisions WHERE article = $1 AND number = $2`, a.ID, was.revision).scan(&prev); err != nil {
			return err
		}
	}
	return s.revision(a.ID, a.Current.Number, a.Current, prev)
}

// article writes the article's row.
func (s *saver) article(a *stet.Article) error {
	number := 0
	if a.Current != nil {
		number = a.Current.Number
	}
	corrections, err := listJSON(a.Corrections)
	if err != nil {
		return err
	}
	var n int64
	if a.Version == 0 {
		n, err = s.exec(s.ctx, `INSERT INTO articles (`+articleColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING`,
			a.ID, a.Kind, a.Lang, a.Group, 1, a.Live, a.Work, number, a.Created.UnixMilli(), millis(a.FirstLive), millis(a.PublishedAt),
			millis(a.UpdatedAt), millis(a.ScheduledFor), millis(a.Asked), a.Path, a.Wants, corrections, a.Withdrawal,
			a.ImportHash, a.HandEdited, a.Event)
	} else {
		n, err = s.exec(s.ctx, `UPDATE articles SET grp = $1, version = $2, live = $3, work = $4, revision = $5, first_live = $6,
			published = $7, updated = $8, scheduled = $9, asked = $10, path = $11, wants = $12, corrections = $13, withdrawal = $14,
			import_hash = $15, hand_edited = $16, event = $17 WHERE id = $18 AND version = $19`,
			a.Group, a.Version+1, a.Live, a.Work, number, millis(a.FirstLive), millis(a.PublishedAt), millis(a.UpdatedAt),
			millis(a.ScheduledFor), millis(a.Asked), a.Path, a.Wants, corrections, a.Withdrawal,
			a.ImportHash, a.HandEdited, a.Event, a.ID, a.Version)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return errAgain // somebody else created or changed it
	}
	a.Version++
	return nil
}

// loose writes the working or the scheduled revision, or removes it.
func (s *saver) loose(id stet.ArticleID, number int, r *stet.Revision, was bool) error {
	if r != nil {
		return s.revision(id, number, r, []byte{})
	}
	if !was {
		return nil
	}
	_, err := s.exec(s.ctx, `DELETE FROM revisions WHERE article = $1 AND number = $2`, id, number)
	return err
}

func (s *saver) revision(id stet.ArticleID, number int, r *stet.Revision, prev []byte) error {
	form := r.CanonicalForm()
	meta, body, _ := bytes.Cut(form, []byte{'\n'})
	_, err := s.exec(s.ctx, `INSERT INTO revisions (article, number, meta, body, schema, hash, prev, author, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (article, number) DO UPDATE SET meta = excluded.meta, body = excluded.body, schema = excluded.schema,
			hash = excluded.hash, author = excluded.author, at = excluded.at`,
		id, number, string(meta), pack(body), schemaOfBody, chained(prev, form), prev, r.By, r.At.UnixMilli())
	return err
}

// chained is the hash of a revision, given as its canonical form, that chains
// it to the published one before.
func chained(prev, form []byte) []byte {
	h := sha256.New()
	h.Write(prev)
	h.Write(form)
	return h.Sum(nil)
}

// address lets the article's old addresses lead to it, and gives it the address
// it should have, unless it has it. What readers see moves only when they see
// something else change too.
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
	if a.Live != stet.LiveNever && !shown(a.Pending()) {
		return nil
	}
	dir, slug := a.Wanted(s.zone, a.Pending()[0].At)
	if a.Wants == dir+slug {
		return nil
	}
	a.Wants = dir + slug
	if s.last == nil {
		s.last = map[string]int{}
	}
	for n := s.last[a.Wants] + 1; ; n++ {
		if n == 2 && s.last[a.Wants] == 0 { // count once instead of trying every number
			if err := row(s.ctx, s, `SELECT 1 + count(*) FROM articles WHERE wants = $1 AND id <> $2`, a.Wants, a.ID).scan(&n); err != nil {
				return err
			}
			n = max(n, 2)
		}
		try := a.Wants
		if n > 1 {
			try = dir + lang.NumberedSlug(slug, n)
		}
		mine, err := s.take(stet.Path(try), a.ID)
		if err != nil {
			return err
		}
		if mine {
			a.Path, s.last[a.Wants] = stet.Path(try), n
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
	if isNoRows(err) {
		err = errAgain // it was given up this moment
	}
	return owner.String == string(id), err
}

func nextEvents(ctx context.Context, t tx, n int) (int64, error) {
	var last int64
	err := row(ctx, t, `UPDATE counter SET n = n + $1 RETURNING n`, n).scan(&last)
	return last - int64(n) + 1, err
}

// story writes what readers may see of the article and returns the addresses
// of its other published languages.
func (s *saver) story(a *stet.Article, was state, is *stet.Place) ([]stet.Path, error) {
	if was.place == nil && is == nil {
		return nil, nil
	}
	order := a.Event
	if was.place != nil {
		if err := row(s.ctx, s, `SELECT ord FROM stories WHERE article = $1`, a.ID).scan(&order); err != nil {
			return nil, fmt.Errorf("look up the story of %s: %w", a.ID, err)
		}
		if _, err := s.exec(s.ctx, `DELETE FROM story_terms WHERE article = $1`, a.ID); err != nil {
			return nil, err
		}
	}
	if is != nil {
		if err := s.insertStory(a, is, order); err != nil {
			return nil, err
		}
	} else if _, err := s.exec(s.ctx, `DELETE FROM stories WHERE article = $1`, a.ID); err != nil {
		return nil, err
	}
	if was.group == "" {
		was.group = a.Group
	}
	var siblings []stet.Path
	err := each(s.ctx, s, `SELECT path FROM stories WHERE grp IN ($1, $2) AND article <> $3`, []any{a.Group, was.group, a.ID},
		func(scan func(...any) error) error {
			siblings = append(siblings, "")
			return scan(&siblings[len(siblings)-1])
		})
	if err != nil || len(siblings) == 0 {
		return nil, err
	}
	_, err = s.exec(s.ctx, `UPDATE stories SET stamp = $1 WHERE grp IN ($2, $3)`, a.Event, a.Group, was.group)
	return siblings, err
}

func (s *saver) insertStory(a *stet.Article, is *stet.Place, order int64) error {
	c := a.Current
	bylines, err := listJSON(c.Bylines)
	if err != nil {
		return err
	}
	corrections, err := listJSON(a.Corrections)
	if err != nil {
		return err
	}
	_, err = s.exec(s.ctx, `INSERT INTO stories (article, kind, lang, grp, path, section, headline, standfirst, kicker, genre, bylines,
		corrections, day, published, ord, updated, stamp, revision)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (article) DO UPDATE SET grp = excluded.grp, path = excluded.path, section = excluded.section, headline = excluded.headline,
			standfirst = excluded.standfirst, kicker = excluded.kicker, genre = excluded.genre, bylines = excluded.bylines,
			corrections = excluded.corrections, day = excluded.day, published = excluded.published, updated = excluded.updated,
			stamp = excluded.stamp, revision = excluded.revision`,
		a.ID, a.Kind, a.Lang, a.Group, a.Path, c.Section, c.Headline, c.Standfirst, c.Kicker, c.Genre, bylines,
		corrections, dayNumber(stet.DayOf(a.PublishedAt, s.zone)), a.PublishedAt.UnixMilli(), order, a.UpdatedAt.UnixMilli(), a.Event, c.Number)
	if err != nil || a.Kind != stet.StoryKind {
		return err
	}
	terms := []termKey{{stet.SectionTerm, is.Section, a.Lang}}
	for _, k := range is.Topics {
		terms = append(terms, termKey{stet.TopicTerm, k, a.Lang})
	}
	for _, k := range is.Authors {
		terms = append(terms, termKey{stet.AuthorTerm, k, a.Lang})
	}
	for _, t := range terms {
		if _, err := s.exec(s.ctx, `INSERT INTO story_terms (kind, key, lang, published, ord, article) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			t.kind, t.key, t.lang, a.PublishedAt.UnixMilli(), order, a.ID); err != nil {
			return err
		}
	}
	return nil
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
	err := row(ctx, db, `SELECT grp FROM articles WHERE id = $1`, of).scan(&group)
	if isNoRows(err) {
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
	err := each(ctx, db, `SELECT id, lang, kind, import_hash FROM articles WHERE id IN `+in(1, len(ids)), list(ids),
		func(scan func(...any) error) error {
			var id stet.ArticleID
			var known Imported
			err := scan(&id, &known.Lang, &known.Kind, &known.Hash)
			out[id] = known
			return err
		})
	return out, err
}

// DueArticles returns the articles whose scheduled time has come, the earliest
// first, and the time of the next one that has not.
func (db *DB) DueArticles(ctx context.Context, now time.Time, limit int) (ids []stet.ArticleID, next time.Time, err error) {
	err = each(ctx, db, `SELECT id FROM articles WHERE scheduled IS NOT NULL AND scheduled <= $1 ORDER BY scheduled LIMIT $2`,
		[]any{now.UnixMilli(), limit}, func(scan func(...any) error) error {
			ids = append(ids, "")
			return scan(&ids[len(ids)-1])
		})
	if err != nil {
		return nil, time.Time{}, err
	}
	var at sql.NullInt64
	err = row(ctx, db, `SELECT min(scheduled) FROM articles WHERE scheduled > $1`, now.UnixMilli()).scan(&at)
	return ids, instant(at), err
}
