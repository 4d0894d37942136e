package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"stet"
)

const pictureColumns = `p.id, p.version, p.meta, p.replacement, p.created, p.author, p.touched, p.touched_by`

// pictureMeta is what a picture's row keeps as JSON.
type pictureMeta struct {
	stet.PictureFile
	stet.Description
	Focus   stet.Point               `json:"focus"`
	Guessed bool                     `json:"guessed,omitempty"`
	Crops   map[stet.Ratio]stet.Rect `json:"crops,omitempty"`
}

func metaOf(p *stet.Picture) (string, error) {
	m := pictureMeta{p.PictureFile, p.Description, p.Focus, p.Guessed, p.Crops}
	m.Taken, m.Expires = m.Taken.Truncate(time.Millisecond), m.Expires.Truncate(time.Millisecond).UTC()
	text, err := json.Marshal(m)
	return string(text), err
}

func pictureOf(meta string) (*stet.Picture, error) {
	var m pictureMeta
	err := json.Unmarshal([]byte(meta), &m)
	return &stet.Picture{PictureFile: m.PictureFile, Description: m.Description, Focus: m.Focus, Guessed: m.Guessed, Crops: m.Crops}, err
}

func pictures(ctx context.Context, on querier, from string, args ...any) ([]*stet.Picture, error) {
	var out []*stet.Picture
	err := each(ctx, on, `SELECT `+pictureColumns+` FROM `+from, args, func(scan func(...any) error) error {
		var row stet.Picture
		var meta string
		if err := scan(&row.ID, &row.Version, &meta, &row.Replacement, when{&row.Created}, &row.Author, when{&row.Touched}, &row.TouchedBy); err != nil {
			return err
		}
		p, err := pictureOf(meta)
		p.ID, p.Version, p.Replacement, p.Author, p.TouchedBy = row.ID, row.Version, row.Replacement, row.Author, row.TouchedBy
		p.Created, p.Touched = row.Created, row.Touched
		out = append(out, p)
		return err
	})
	return out, err
}

// Picture returns a picture, an Error of kind NotFound if there is none.
func (db *DB) Picture(ctx context.Context, id stet.PictureID) (*stet.Picture, error) {
	ps, err := db.Pictures(ctx, []stet.PictureID{id})
	if err != nil {
		return nil, err
	}
	if ps[id] == nil {
		return nil, stet.Errorf(stet.NotFound, "id", "there is no picture %q", id)
	}
	return ps[id], nil
}

// Pictures returns those of some pictures that are there.
func (db *DB) Pictures(ctx context.Context, ids []stet.PictureID) (map[stet.PictureID]*stet.Picture, error) {
	out := map[stet.PictureID]*stet.Picture{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id stet.PictureID) bool { return id == "" || !storable(string(id)) })
	if len(ids) == 0 {
		return out, nil
	}
	found, err := pictures(ctx, db, `pictures p WHERE p.id IN `+in(1, len(ids)), list(ids)...)
	for _, p := range found {
		out[p.ID] = p
	}
	return out, err
}

// Shown returns what is shown for pictures: each by its own id, or the one that
// stands in its place.
func (db *DB) Shown(ctx context.Context, ids []stet.PictureID) (map[stet.PictureID]*stet.Picture, error) {
	out, err := db.Pictures(ctx, ids)
	if err != nil {
		return nil, err
	}
	var more []stet.PictureID
	for _, p := range out {
		more = append(more, p.Replacement)
	}
	instead, err := db.Pictures(ctx, more)
	for id, p := range out {
		if by := instead[p.Replacement]; by != nil {
			out[id] = by
		}
	}
	return out, err
}

// SamePictures returns the pictures with the same bytes, the oldest first.
func (db *DB) SamePictures(ctx context.Context, hash string) ([]*stet.Picture, error) {
	return pictures(ctx, db, `pictures p WHERE p.hash = $1 ORDER BY p.created, p.id`, hash)
}

// AddPicture saves a new picture.
func (db *DB) AddPicture(ctx context.Context, p *stet.Picture) error {
	return db.transact(ctx, func(t tx) error {
		p.Version = 1
		meta, err := metaOf(p)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `INSERT INTO pictures (id, version, hash, meta, replacement, expires, created, author, touched, touched_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, p.ID, p.Version, p.Hash, meta, p.Replacement, millis(p.Expires),
			p.Created.UnixMilli(), p.Author, p.Touched.UnixMilli(), p.TouchedBy)
		if err != nil {
			return err
		}
		if err := frames(ctx, t, p); err != nil {
			return err
		}
		return pictureWords(ctx, t, p)
	})
}

// pictureWords writes the words that a picture is found by, and the languages that
// it has alternative text in.
func pictureWords(ctx context.Context, t tx, p *stet.Picture) error {
	if _, err := t.exec(ctx, `DELETE FROM picture_words WHERE picture = $1`, p.ID); err != nil {
		return err
	}
	texts := []string{p.Name, p.Headline, p.Creator, p.Credit, p.Copyright}
	for _, w := range p.Words {
		texts = append(texts, w.Alt, w.Caption)
	}
	if _, err := t.exec(ctx, `DELETE FROM picture_alts WHERE picture = $1`, p.ID); err != nil {
		return err
	}
	for _, l := range slices.Sorted(maps.Keys(p.Words)) {
		if p.Alt(l) == "" {
			continue
		}
		if _, err := t.exec(ctx, `INSERT INTO picture_alts (picture, lang) VALUES ($1, $2)`, p.ID, string(l)); err != nil {
			return err
		}
	}
	rows := &bulk{head: `INSERT INTO picture_words (word, picture) VALUES `, tail: ` ON CONFLICT DO NOTHING`}
	for _, w := range headlineWords(strings.Join(texts, " ")) {
		if err := rows.add(ctx, t, []byte(w), p.ID); err != nil {
			return err
		}
	}
	return rows.flush(ctx, t)
}

// UpdatePictures changes pictures, all or none, in one transaction with what
// follows for readers: every published story that shows one of them gets an
// event and a new stamp. It loads them in the order of ids, calls fn once or
// more often, and saves those that fn changed. An unknown id is an Error of
// kind NotFound.
func (db *DB) UpdatePictures(ctx context.Context, actor stet.User, ids []stet.PictureID, now time.Time, fn func([]*stet.Picture) error) ([]*stet.Picture, error) {
	var saved []*stet.Picture
	err := db.transact(ctx, func(t tx) error {
		ps := make([]*stet.Picture, len(ids))
		before := make([]string, len(ids))
		for i, id := range ids {
			found, err := pictures(ctx, t, `pictures p WHERE p.id = $1`+db.engine.lockRows(), id)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return stet.Errorf(stet.NotFound, "id", "there is no picture %q", id)
			}
			ps[i] = found[0]
			if before[i], err = looks(ps[i]); err != nil {
				return err
			}
		}
		if err := fn(ps); err != nil {
			return err
		}
		var seen []stet.PictureID // that look other to readers
		for i, p := range ps {
			after, err := looks(p)
			if err != nil {
				return err
			}
			if after != before[i] {
				seen = append(seen, p.ID)
			}
			if err := updatePicture(ctx, t, p); err != nil {
				return err
			}
		}
		saved = ps
		return pictured(ctx, t, actor, seen, now)
	})
	return saved, err
}

// looks is what readers can see of a picture.
func looks(p *stet.Picture) (string, error) {
	shown := *p
	shown.Expires, shown.Guessed = time.Time{}, false
	text, err := metaOf(&shown)
	return text + string(p.Replacement), err
}

func updatePicture(ctx context.Context, t tx, p *stet.Picture) error {
	meta, err := metaOf(p)
	if err != nil {
		return err
	}
	p.Version++
	n, err := t.exec(ctx, `UPDATE pictures SET version = $1, meta = $2, replacement = $3, expires = $4, touched = $5, touched_by = $6
		WHERE id = $7 AND version = $8`, p.Version, meta, p.Replacement, millis(p.Expires), p.Touched.UnixMilli(), p.TouchedBy, p.ID, p.Version-1)
	if err != nil {
		return err
	}
	if n == 0 {
		return errAgain // somebody else changed it
	}
	if p.Replacement != "" { // what it stood for is shown as the new one too
		if _, err := t.exec(ctx, `UPDATE pictures SET replacement = $1, version = version + 1 WHERE replacement = $2`, p.Replacement, p.ID); err != nil {
			return err
		}
	}
	if err := frames(ctx, t, p); err != nil {
		return err
	}
	return pictureWords(ctx, t, p)
}

// pictured tells of every published story that shows one of some pictures, its
// own or for another, that it looks other now.
func pictured(ctx context.Context, t tx, actor stet.User, ids []stet.PictureID, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	var showing []stet.ArticleID
	err := each(ctx, t, `SELECT DISTINCT u.article FROM picture_uses u JOIN pictures p ON p.id = u.picture
		WHERE u.live AND (p.id IN `+in(1, len(ids))+` OR p.replacement IN `+in(1+padded(len(ids)), len(ids))+`)`,
		slices.Concat(list(ids), list(ids)), func(scan func(...any) error) error {
			showing = append(showing, "")
			return scan(&showing[len(showing)-1])
		})
	if err != nil || len(showing) == 0 {
		return err
	}
	site, err := readSettings(ctx, t)
	if err != nil {
		return err
	}
	next, err := nextEvents(ctx, t, len(showing))
	if err != nil {
		return err
	}
	events := newEvents()
	for some := range slices.Chunk(showing, fillRows) {
		as, err := load(ctx, t, some, "")
		if err != nil {
			return err
		}
		for _, a := range as {
			place := a.Place(site.Zone)
			e := stet.Event{N: next, At: now, Kind: stet.Pictured, Origin: actor.Origin, Actor: actor.ID, Article: a.ID, Was: place, Is: place}
			if _, err := t.exec(ctx, `UPDATE stories SET stamp = $1 WHERE article = $2`, next, a.ID); err != nil {
				return err
			}
			if err := addEvent(ctx, t, events, &e); err != nil {
				return err
			}
			next++
		}
	}
	return events.flush(ctx, t)
}

// RemovePicture removes a picture that no text uses. Its file stays for others
// to remove.
func (db *DB) RemovePicture(ctx context.Context, actor stet.User, id stet.PictureID) error {
	return db.transact(ctx, func(t tx) error {
		found, err := pictures(ctx, t, `pictures p WHERE p.id = $1`+db.engine.lockRows(), id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return stet.Errorf(stet.NotFound, "id", "there is no picture %q", id)
		}
		var uses, stands int
		err = row(ctx, t, `SELECT (SELECT count(*) FROM picture_uses WHERE picture = $1), (SELECT count(*) FROM pictures WHERE replacement = $1)`, id).scan(&uses, &stands)
		if err != nil {
			return err
		}
		if err := found[0].Discard(actor, uses, stands > 0); err != nil {
			return err
		}
		if err := removeFrames(ctx, t, id); err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM picture_words WHERE picture = $1`, `DELETE FROM picture_alts WHERE picture = $1`, `DELETE FROM pictures WHERE id = $1`} {
			if _, err := t.exec(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// PictureUse is one text that uses a picture.
type PictureUse struct {
	Article  stet.ArticleID
	Lang     stet.Lang
	Headline string
	Path     stet.Path
	Live     bool // readers have it
}

// PictureUses lists the texts that use a picture and that somebody may read, the
// newest change first.
func (db *DB) PictureUses(ctx context.Context, actor stet.User, id stet.PictureID) ([]PictureUse, error) {
	var w where
	w.readable(actor)
	w.add(`id = u.article`)
	w.add(`u.picture = ` + w.arg(id))
	var out []PictureUse
	err := each(ctx, db, `SELECT id, lang, headline, path, u.live FROM articles, picture_uses u`+w.String()+` ORDER BY touched DESC, id DESC`, w.args,
		func(scan func(...any) error) error {
			var u PictureUse
			err := scan(&u.Article, &u.Lang, &u.Headline, &u.Path, &u.Live)
			out = append(out, u)
			return err
		})
	return out, err
}

// PictureQuery selects pictures. Zero fields select everything.
type PictureQuery struct {
	Text         string    // words, or their beginnings, of what is said of it
	Author       string    // User.ID of who brought it in
	Since, Until time.Time // when it came in; Until is not included
	ExpiresFrom  time.Time // the right to show it ends then or later
	Expired      time.Time // the right to show it has ended by then
	Used, Unused bool      // a text uses it; no text does
	WithoutAlt   stet.Lang // it has no alternative text in that language
	After        string    // what the page before ended with
	Limit        int       // 50 if it is 0
}

// FindPictures lists pictures, the newest first, and tells where the next page
// begins; empty where this is the last one.
func (db *DB) FindPictures(ctx context.Context, q PictureQuery) (found []*stet.Picture, next string, err error) {
	var w where
	if !storable(q.Text) || !storable(q.Author) || !storable(string(q.WithoutAlt)) {
		return nil, "", nil
	}
	words := headlineWords(q.Text)
	if len(words) > maxQueryWords || len(words) == 0 && strings.TrimSpace(q.Text) != "" {
		return nil, "", nil
	}
	for _, word := range words {
		from := []byte(word)
		w.add(`p.id IN (SELECT picture FROM picture_words WHERE word >= ` + w.arg(from) + ` AND word < ` + w.arg(append(slices.Clone(from), 0xff)) + `)`)
	}
	if q.Author != "" {
		w.add(`p.author = ` + w.arg(q.Author))
	}
	if !q.Since.IsZero() {
		w.add(`p.created >= ` + w.arg(q.Since.UnixMilli()))
	}
	if !q.Until.IsZero() {
		w.add(`p.created < ` + w.arg(q.Until.UnixMilli()))
	}
	if !q.Expired.IsZero() {
		w.add(`p.expires <= ` + w.arg(q.Expired.UnixMilli()))
	}
	if !q.ExpiresFrom.IsZero() {
		w.add(`p.expires >= ` + w.arg(q.ExpiresFrom.UnixMilli()))
	}
	if q.WithoutAlt != "" {
		w.add(`NOT EXISTS (SELECT 1 FROM picture_alts a WHERE a.picture = p.id AND a.lang = ` + w.arg(string(q.WithoutAlt)) + `)`)
	}
	if q.Used {
		w.add(`EXISTS (SELECT 1 FROM picture_uses u WHERE u.picture = p.id)`)
	}
	if q.Unused {
		w.add(`NOT EXISTS (SELECT 1 FROM picture_uses u WHERE u.picture = p.id)`)
	}
	if q.After != "" {
		at, id, err := parseMark(q.After)
		if err != nil {
			return nil, "", stet.Errorf(stet.Invalid, "after", "is not one that this list gave out")
		}
		w.add(`(p.created, p.id) < (` + w.arg(at) + `, ` + w.arg(id) + `)`)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	found, err = pictures(ctx, db, `pictures p`+w.String()+` ORDER BY p.created DESC, p.id DESC LIMIT `+w.arg(limit+1), w.args...)
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		next = mark(last.Created, string(last.ID))
	}
	return found, next, err
}

// usesOf tells which pictures an article uses, and which of them readers see.
func usesOf(a *stet.Article) map[stet.PictureID]bool {
	var uses map[stet.PictureID]bool
	add := func(r *stet.Revision, live bool) {
		if r == nil {
			return
		}
		for _, id := range r.Pictures() {
			if uses == nil {
				uses = map[stet.PictureID]bool{}
			}
			uses[id] = uses[id] || live
		}
	}
	add(a.Current, a.Live == stet.LivePublished)
	add(a.Scheduled, false)
	add(a.Working, false)
	return uses
}

// uses writes which pictures an article uses now. A picture that is not there is
// an Error of kind Invalid.
func (s *saver) uses(a *stet.Article, was map[stet.PictureID]bool) error {
	now := usesOf(a)
	if maps.Equal(was, now) {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if _, known := was[id]; known {
			continue
		}
		var one int
		err := row(s.ctx, s, `SELECT 1 FROM pictures WHERE id = $1`, id).scan(&one)
		if isNoRows(err) {
			field := "body"
			if c := a.Latest(); c.Picture != nil && c.Picture.ID == id {
				field = "picture.id"
			}
			return stet.Errorf(stet.Invalid, field, "there is no picture %q", id)
		}
		if err != nil {
			return err
		}
	}
	if len(was) > 0 {
		if _, err := s.exec(s.ctx, `DELETE FROM picture_uses WHERE article = $1`, a.ID); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if err := s.pictureUses.add(s.ctx, s.tx, id, a.ID, now[id]); err != nil {
			return err
		}
	}
	return nil
}

// leadOf returns the columns picture and picture_alt of a story.
func leadOf(c *stet.Content) (id stet.PictureID, alt string) {
	if c.Picture == nil || c.Picture.ID == "" {
		return "", ""
	}
	return c.Picture.ID, c.Picture.Alt
}

// headPicture reads what a list shows for a story's lead picture: meta and id of
// the picture and of the one that stands in its place, NULL for none.
func headPicture(h *stet.Head, meta, id, insteadMeta, insteadID sql.NullString) error {
	if insteadMeta.Valid {
		meta, id = insteadMeta, insteadID
	}
	if !meta.Valid {
		return nil
	}
	p, err := pictureOf(meta.String)
	p.ID = stet.PictureID(id.String)
	h.Picture = p
	if h.Alt == "" {
		h.Alt = p.Alt(h.Lang)
	}
	return err
}
