package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"

	"stet"
	"stet/lang"
	"stet/store/engine"
	"stet/store/translation"
)

// saver writes articles within one transaction.
type saver struct {
	engine.Tx
	*work
	ctx   context.Context
	site  *stet.Site       // without its editions
	named map[termKey]bool // terms that are known to be there
	last  map[string]int   // the last number given to a wanted address

	indexed map[stet.ArticleID]int64 // what the stories to be found are ordered by

	articles, revisions, snapshots, stories, storyTerms, search, events, inbox, headlineWords, pictureUses *engine.Bulk

	counts map[shelf]int // how many more there are
}

func newSaver(ctx context.Context, t engine.Tx, site *stet.Site, w *work) *saver {
	s := &saver{
		Tx: t, work: w, ctx: ctx, site: site, named: map[termKey]bool{}, last: map[string]int{}, events: newEvents(),
		headlineWords: newHeadlineWords(), counts: map[shelf]int{},
		indexed: map[stet.ArticleID]int64{}, search: newIndex(t),
		articles: &engine.Bulk{Head: `INSERT INTO articles (` + articleColumns + `, ` + listColumns + `) VALUES `, Tail: ` ON CONFLICT DO NOTHING`},
		revisions: &engine.Bulk{
			Head: `INSERT INTO revisions (article, number, meta, body, schema, hash, prev, author, at, begun, writers, snapshot) VALUES `,
			Tail: ` ON CONFLICT (article, number) DO UPDATE SET meta = excluded.meta, body = excluded.body, schema = excluded.schema,
				hash = excluded.hash, author = excluded.author, at = excluded.at, begun = excluded.begun, writers = excluded.writers,
				snapshot = excluded.snapshot`,
		},
		snapshots:   &engine.Bulk{Head: `INSERT INTO snapshots (article, number, meta, body, schema, author, writers, at) VALUES `},
		pictureUses: &engine.Bulk{Head: `INSERT INTO picture_uses (picture, article, live) VALUES `},
		inbox:       &engine.Bulk{Head: `INSERT INTO inbox (person, n, article) VALUES `},
		stories: &engine.Bulk{
			Head: `INSERT INTO stories (article, kind, lang, grp, path, section, headline, standfirst, kicker, genre, bylines,
				corrections, day, published, ord, updated, stamp, revision, picture, picture_alt) VALUES `,
			Tail: ` ON CONFLICT (article) DO UPDATE SET grp = excluded.grp, path = excluded.path, section = excluded.section,
				headline = excluded.headline, standfirst = excluded.standfirst, kicker = excluded.kicker, genre = excluded.genre,
				bylines = excluded.bylines, corrections = excluded.corrections, day = excluded.day, published = excluded.published,
				updated = excluded.updated, stamp = excluded.stamp, revision = excluded.revision, picture = excluded.picture, picture_alt = excluded.picture_alt`,
		},
		storyTerms: &engine.Bulk{
			Head: `INSERT INTO story_terms (kind, key, lang, published, ord, article) VALUES `,
			Tail: ` ON CONFLICT DO NOTHING`,
		},
	}
	for i := range w.before {
		if p := w.before[i].place; p != nil && p.Day != "" {
			p.Day = stet.DayOf(w.before[i].published, site.Zone)
		}
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

func (s *saver) save() error {
	events, as, changed := 0, s.as, s.changed()
	for _, i := range changed {
		events += len(as[i].Pending())
		if err := s.texts(i); err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	for _, rows := range []*engine.Bulk{s.revisions, s.snapshots} {
		if err := rows.Flush(s.ctx, s.Tx); err != nil {
			return err
		}
	}
	overtaken, err := s.overtaken(changed)
	if err != nil {
		return err
	}
	events += len(overtaken)
	var next int64
	if events > 0 { // saves of the desk tell nothing
		// From here on this transaction holds the counter: events of others wait, and
		// what they committed before is seen.
		if next, err = nextEvents(s.ctx, s.Tx, events); err != nil {
			return err
		}
	}
	if events > 0 {
		var merged int
		if err := engine.Row(s.ctx, s, `SELECT count(*) FROM terms WHERE merged <> ''`).Scan(&merged); err != nil {
			return err
		}
		if merged != s.merged {
			return engine.ErrAgain // the texts name terms that are others now
		}
	}
	var public []int
	for _, i := range changed {
		if n := int64(len(as[i].Pending())); n > 0 {
			as[i].Event = next + n - 1
			next += n
		}
		if err := s.article(i); err != nil {
			return err
		}
		if err := s.list(i); err != nil {
			return err
		}
		if err := s.uses(as[i], s.before[i].pictures); err != nil {
			return err
		}
		if shown(as[i].Pending()) {
			public = append(public, i)
		}
	}
	if err := s.articles.Flush(s.ctx, s.Tx); err != nil {
		return err
	}
	if s.articles.Refused > 0 {
		return engine.ErrAgain // somebody else created one of them
	}
	for _, rows := range []*engine.Bulk{s.headlineWords, s.pictureUses} {
		if err := rows.Flush(s.ctx, s.Tx); err != nil {
			return err
		}
	}
	if err := s.count(); err != nil {
		return err
	}
	siblings, err := s.publish(public)
	if err != nil {
		return err
	}
	for _, i := range changed {
		a, pending := as[i], as[i].Pending()
		for j := range pending {
			e := &pending[j]
			e.N = a.Event - int64(len(pending)-1-j)
			if shown(pending[j : j+1]) {
				e.Was, e.Is, e.Siblings = s.before[i].place, a.Place(s.site.Zone), siblings[i]
			}
			if err := addEvent(s.ctx, s.Tx, s.events, e); err != nil {
				return err
			}
			for _, person := range e.Tell {
				if err := s.inbox.Add(s.ctx, s.Tx, person, e.N, a.ID); err != nil {
					return err
				}
			}
		}
	}
	for _, o := range overtaken {
		o.event.N = next
		next++
		if err := addEvent(s.ctx, s.Tx, s.events, &o.event); err != nil {
			return err
		}
		if err := translation.Overtake(s.ctx, s.Tx, o.event.Article, o.original, o.event.N, o.event.At); err != nil {
			return err
		}
		for _, person := range o.event.Tell {
			if err := s.inbox.Add(s.ctx, s.Tx, person, o.event.N, o.event.Article); err != nil {
				return err
			}
		}
	}
	if err := s.events.Flush(s.ctx, s.Tx); err != nil {
		return err
	}
	return s.inbox.Flush(s.ctx, s.Tx)
}

// overtaking is an event of a translation whose original has changed.
type overtaking struct {
	event    stet.Event
	original stet.ArticleID
}

// overtaken returns what the translations of articles are told that readers get
// another text of, but for those that change at the same moment.
func (s *saver) overtaken(changed []int) ([]overtaking, error) {
	by := map[stet.ArticleID]stet.Event{}
	var groups []stet.ArticleID
	for _, i := range changed {
		a := s.as[i]
		for _, e := range a.Pending() {
			if e.Overtakes() && a.Original() {
				by[a.Group] = e
				groups = append(groups, a.Group)
			}
		}
	}
	if len(groups) == 0 {
		return nil, nil
	}
	var out []overtaking
	err := engine.Each(s.ctx, s, `SELECT id, grp, assignee, touched_by, author FROM articles WHERE grp IN `+engine.In(1, len(groups))+` ORDER BY id`,
		engine.List(groups), func(scan func(...any) error) error {
			var id, group stet.ArticleID
			var assignee, last, author string
			if err := scan(&id, &group, &assignee, &last, &author); err != nil || id == group {
				return err
			}
			for _, i := range changed {
				if s.as[i].ID == id && shown(s.as[i].Pending()) {
					return nil
				}
			}
			out = append(out, overtaking{stet.Overtake(id, assignee, author, last, by[group]), group})
			return nil
		})
	return out, err
}

// texts writes the article's terms, address and texts.
func (s *saver) texts(i int) error {
	a, was, made := s.as[i], s.before[i], s.made[i].texts
	if !a.Saved() {
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
	}
	for _, r := range a.Kept() {
		if err := s.snapshot(a.ID, r, made[r]); err != nil {
			return err
		}
	}
	if err := s.loose(a.ID, workingNumber, a.Working, made[a.Working], was.working); err != nil {
		return err
	}
	if err := s.loose(a.ID, scheduledNumber, a.Scheduled, made[a.Scheduled], was.scheduled); err != nil {
		return err
	}
	if len(a.ToErase()) > 0 {
		if err := s.erase(a); err != nil {
			return err
		}
	}
	if a.Current == nil || a.Current.Number <= was.revision {
		return nil
	}
	prev := []byte{}
	if was.revision > 0 {
		if err := engine.Row(s.ctx, s, `SELECT hash FROM revisions WHERE article = $1 AND number = $2`, a.ID, was.revision).Scan(&prev); err != nil {
			return err
		}
	}
	return s.revision(a.ID, a.Current.Number, a.Current, made[a.Current], prev)
}

// article writes the article's row.
func (s *saver) article(i int) error {
	a, number := s.as[i], 0
	if a.Current != nil {
		number = a.Current.Number
	}
	corrections, err := listJSON(a.Corrections)
	if err != nil {
		return err
	}
	a.Version++
	if a.Version == 1 {
		s.seqs[a.ID] = a.Event - int64(len(a.Pending())) + 1
		return s.articles.Add(s.ctx, s.Tx, append([]any{a.ID, a.Kind, a.Lang, a.Group, a.Version, a.Live, a.Work, number, a.Created.UnixMilli(),
			engine.Millis(a.FirstLive), engine.Millis(a.PublishedAt), engine.Millis(a.UpdatedAt), engine.Millis(a.ScheduledFor), engine.Millis(a.Asked), a.Path, a.Wants,
			corrections, a.Withdrawal, a.ImportHash, a.HandEdited, a.Event, engine.Millis(a.Embargo), engine.Millis(a.Expires), a.Touched.UnixMilli(),
			a.TouchedBy, a.Author, a.Submitter, a.Assignee, a.Snapshots, s.seqs[a.ID], a.Gate, engine.Millis(a.Deadline)}, listed(a, s.made[i].words)...)...)
	}
	n, err := s.Exec(s.ctx, `UPDATE articles SET grp = $1, version = $2, live = $3, work = $4, revision = $5, first_live = $6,
		published = $7, updated = $8, scheduled = $9, asked = $10, path = $11, wants = $12, corrections = $13, withdrawal = $14,
		import_hash = $15, hand_edited = $16, event = $17, embargo = $18, expires = $19, touched = $20, touched_by = $21,
		submitter = $22, assignee = $23, snapshots = $24, lang = $25, headline = $26, section = $27, section_next = $28,
		section_live = $29, words = $30, gate = $31, deadline = $32 WHERE id = $33 AND version = $34`, slices.Concat([]any{
		a.Group, a.Version, a.Live, a.Work, number, engine.Millis(a.FirstLive), engine.Millis(a.PublishedAt), engine.Millis(a.UpdatedAt),
		engine.Millis(a.ScheduledFor), engine.Millis(a.Asked), a.Path, a.Wants, corrections, a.Withdrawal,
		a.ImportHash, a.HandEdited, a.Event, engine.Millis(a.Embargo), engine.Millis(a.Expires), a.Touched.UnixMilli(), a.TouchedBy,
		a.Submitter, a.Assignee, a.Snapshots, a.Lang}, listed(a, s.made[i].words), []any{a.Gate, engine.Millis(a.Deadline), a.ID, a.Version - 1})...)
	if err == nil && n == 0 {
		err = engine.ErrAgain // somebody else changed it
	}
	return err
}

// loose writes the working or the scheduled revision, or removes it.
func (s *saver) loose(id stet.ArticleID, number int, r *stet.Revision, as text, was bool) error {
	if r != nil {
		return s.revision(id, number, r, as, []byte{})
	}
	if !was {
		return nil
	}
	_, err := s.Exec(s.ctx, `DELETE FROM revisions WHERE article = $1 AND number = $2`, id, number)
	return err
}

func (s *saver) revision(id stet.ArticleID, number int, r *stet.Revision, as text, prev []byte) error {
	writers, err := listJSON(r.Writers)
	if err != nil {
		return err
	}
	return s.revisions.Add(s.ctx, s.Tx, id, number, as.meta, as.body, schemaOfBody, chained(prev, as.form), prev, r.By, r.At.UnixMilli(),
		r.Begun.UnixMilli(), writers, r.Snapshot)
}

func (s *saver) snapshot(id stet.ArticleID, r *stet.Revision, as text) error {
	writers, err := listJSON(r.Writers)
	if err != nil {
		return err
	}
	return s.snapshots.Add(s.ctx, s.Tx, id, r.Snapshot, as.meta, as.body, schemaOfBody, r.By, writers, r.At.UnixMilli())
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
		own, err := s.own(old)
		if err != nil {
			return err
		}
		if own {
			a.OldTaken = append(a.OldTaken, old)
			continue
		}
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
	dir, slug := a.Wanted(s.site, a.Pending()[0].At)
	if a.Wants == dir+slug {
		return nil
	}
	a.Wants = dir + slug
	for n := s.last[a.Wants] + 1; ; n++ {
		if n == 2 && s.last[a.Wants] == 0 { // count once instead of trying every number
			if err := engine.Row(s.ctx, s, `SELECT 1 + count(*) FROM articles WHERE wants = $1 AND id <> $2`, a.Wants, a.ID).Scan(&n); err != nil {
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

// own reports whether the site itself has an address.
func (s *saver) own(p stet.Path) (bool, error) {
	if s.site.Editions == nil {
		site, err := readSite(s.ctx, s)
		if err != nil {
			return false, err
		}
		s.site = site
	}
	return s.site.Own(p), nil
}

// take makes an address lead to an article and reports whether it does: one
// that is in use for something else stays as it is.
func (s *saver) take(path stet.Path, id stet.ArticleID) (bool, error) {
	added, err := s.Exec(s.ctx, `INSERT INTO addresses (path, article) VALUES ($1, $2) ON CONFLICT DO NOTHING`, path, id)
	if err != nil || added == 1 {
		return err == nil, err
	}
	var owner sql.NullString
	err = engine.Row(s.ctx, s, `SELECT article FROM addresses WHERE path = $1`, path).Scan(&owner)
	if engine.NoRows(err) {
		err = engine.ErrAgain // it was given up this moment
	}
	return owner.String == string(id), err
}

func nextEvents(ctx context.Context, t engine.Tx, n int) (int64, error) {
	var last int64
	err := engine.Row(ctx, t, `UPDATE counter SET n = n + $1 RETURNING n`, n).Scan(&last)
	return last - int64(n) + 1, err
}

// publish writes what readers may see of articles, given by their places in as,
// and returns for each the addresses of the story's other languages.
func (s *saver) publish(public []int) (map[int][]stet.Path, error) {
	as := s.as
	if len(public) == 0 {
		return nil, nil
	}
	var groups []stet.ArticleID
	for _, i := range public {
		if err := s.story(as[i], s.before[i].place); err != nil {
			return nil, err
		}
		groups = append(groups, as[i].Group)
		if g := s.before[i].group; g != "" && g != as[i].Group {
			groups = append(groups, g)
		}
	}
	if err := s.stories.Flush(s.ctx, s.Tx); err != nil {
		return nil, err
	}
	if err := s.storyTerms.Flush(s.ctx, s.Tx); err != nil {
		return nil, err
	}
	if err := s.index(public); err != nil {
		return nil, err
	}
	type member struct {
		id   stet.ArticleID
		path stet.Path
	}
	members := map[stet.ArticleID][]member{}
	err := engine.Each(s.ctx, s, `SELECT grp, article, path FROM stories WHERE grp IN `+engine.In(1, len(groups)), engine.List(groups),
		func(scan func(...any) error) error {
			var g stet.ArticleID
			var m member
			err := scan(&g, &m.id, &m.path)
			members[g] = append(members[g], m)
			return err
		})
	if err != nil {
		return nil, err
	}
	out := map[int][]stet.Path{}
	var touched []stet.ArticleID
	for _, i := range public {
		for _, g := range []stet.ArticleID{as[i].Group, s.before[i].group} {
			for _, m := range members[g] {
				if m.id != as[i].ID && !slices.Contains(out[i], m.path) {
					out[i] = append(out[i], m.path)
					touched = append(touched, m.id)
				}
			}
		}
	}
	if len(touched) == 0 {
		return nil, nil
	}
	// Their pages show another set of languages now.
	_, err = s.Exec(s.ctx, `UPDATE stories SET stamp = $1 WHERE article IN `+engine.In(2, len(touched)),
		append([]any{as[public[len(public)-1]].Event}, engine.List(touched)...)...)
	return out, err
}

// story writes or removes the row of one article that readers may see.
func (s *saver) story(a *stet.Article, was *stet.Place) error {
	order := a.Event
	if was != nil {
		if err := engine.Row(s.ctx, s, `SELECT ord FROM stories WHERE article = $1`, a.ID).Scan(&order); err != nil {
			return fmt.Errorf("look up the story of %s: %w", a.ID, err)
		}
		if _, err := s.Exec(s.ctx, `DELETE FROM story_terms WHERE article = $1`, a.ID); err != nil {
			return err
		}
	}
	if is := a.Place(s.site.Zone); is != nil {
		return s.insertStory(a, is, order)
	}
	if _, err := s.Exec(s.ctx, s.Search().Remove, order); err != nil {
		return err
	}
	_, err := s.Exec(s.ctx, `DELETE FROM stories WHERE article = $1`, a.ID)
	return err
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
	picture, alt := leadOf(&c.Content)
	err = s.stories.Add(s.ctx, s.Tx, a.ID, a.Kind, a.Lang, a.Group, a.Path, c.Section, c.Headline, c.Standfirst, c.Kicker, c.Genre, bylines,
		corrections, dayNumber(stet.DayOf(a.PublishedAt, s.site.Zone)), a.PublishedAt.UnixMilli(), order, a.UpdatedAt.UnixMilli(), a.Event, c.Number, picture, alt)
	if err != nil || a.Kind != stet.StoryKind {
		return err
	}
	s.indexed[a.ID] = order
	terms := []termKey{{stet.SectionTerm, is.Section, a.Lang}}
	for _, k := range is.Topics {
		terms = append(terms, termKey{stet.TopicTerm, k, a.Lang})
	}
	for _, k := range is.Authors {
		terms = append(terms, termKey{stet.AuthorTerm, k, a.Lang})
	}
	for _, t := range terms {
		if err := s.storyTerms.Add(s.ctx, s.Tx, t.kind, t.key, t.lang, a.PublishedAt.UnixMilli(), order, a.ID); err != nil {
			return err
		}
	}
	return nil
}
