// Package picture keeps a newsroom's pictures: what is known of each, the frames that its
// addresses are made of, and the queue of what is to be rendered.
package picture

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/store/engine"
)

// Archive is the pictures of a newsroom.
type Archive struct{ engine *engine.DB }

// New returns the pictures in a database.
func New(db *engine.DB) *Archive { return &Archive{db} }

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

// Of reads what the column meta of a picture holds.
func Of(meta string) (*stet.Picture, error) {
	var m pictureMeta
	err := json.Unmarshal([]byte(meta), &m)
	return &stet.Picture{PictureFile: m.PictureFile, Description: m.Description, Focus: m.Focus, Guessed: m.Guessed, Crops: m.Crops}, err
}

func pictures(ctx context.Context, on engine.Querier, from string, args ...any) ([]*stet.Picture, error) {
	var out []*stet.Picture
	err := engine.Each(ctx, on, `SELECT `+pictureColumns+` FROM `+from, args, func(scan func(...any) error) error {
		var row stet.Picture
		var meta string
		if err := scan(&row.ID, &row.Version, &meta, &row.Replacement, engine.When(&row.Created), &row.Author, engine.When(&row.Touched), &row.TouchedBy); err != nil {
			return err
		}
		p, err := Of(meta)
		p.ID, p.Version, p.Replacement, p.Author, p.TouchedBy = row.ID, row.Version, row.Replacement, row.Author, row.TouchedBy
		p.Created, p.Touched = row.Created, row.Touched
		out = append(out, p)
		return err
	})
	return out, err
}

// Picture returns a picture, an Error of kind NotFound if there is none.
func (a *Archive) Picture(ctx context.Context, id stet.PictureID) (*stet.Picture, error) {
	ps, err := a.Pictures(ctx, []stet.PictureID{id})
	if err != nil {
		return nil, err
	}
	if ps[id] == nil {
		return nil, stet.Errorf(stet.NotFound, "id", "there is no picture %q", id)
	}
	return ps[id], nil
}

// Pictures returns those of some pictures that are there.
func (a *Archive) Pictures(ctx context.Context, ids []stet.PictureID) (map[stet.PictureID]*stet.Picture, error) {
	out := map[stet.PictureID]*stet.Picture{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id stet.PictureID) bool { return id == "" || !engine.Storable(string(id)) })
	if len(ids) == 0 {
		return out, nil
	}
	found, err := pictures(ctx, a.engine, `pictures p WHERE p.id IN `+engine.In(1, len(ids)), engine.List(ids)...)
	for _, p := range found {
		out[p.ID] = p
	}
	return out, err
}

// Shown returns what is shown for pictures: each by its own id, or the one that
// stands in its place.
func (a *Archive) Shown(ctx context.Context, ids []stet.PictureID) (map[stet.PictureID]*stet.Picture, error) {
	out, err := a.Pictures(ctx, ids)
	if err != nil {
		return nil, err
	}
	var more []stet.PictureID
	for _, p := range out {
		more = append(more, p.Replacement)
	}
	instead, err := a.Pictures(ctx, more)
	for id, p := range out {
		if by := instead[p.Replacement]; by != nil {
			out[id] = by
		}
	}
	return out, err
}

// SamePictures returns the pictures with the same bytes, the oldest first.
func (a *Archive) SamePictures(ctx context.Context, hash string) ([]*stet.Picture, error) {
	return pictures(ctx, a.engine, `pictures p WHERE p.hash = $1 ORDER BY p.created, p.id`, hash)
}

// AddPicture saves a new picture.
func (a *Archive) AddPicture(ctx context.Context, p *stet.Picture) error {
	return a.engine.Transact(ctx, func(t engine.Tx) error {
		p.Version = 1
		meta, err := metaOf(p)
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO pictures (id, version, hash, meta, replacement, expires, created, author, touched, touched_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, p.ID, p.Version, p.Hash, meta, p.Replacement, engine.Millis(p.Expires),
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
func pictureWords(ctx context.Context, t engine.Tx, p *stet.Picture) error {
	if _, err := t.Exec(ctx, `DELETE FROM picture_words WHERE picture = $1`, p.ID); err != nil {
		return err
	}
	texts := []string{p.Name, p.Headline, p.Creator, p.Credit, p.Copyright}
	for _, w := range p.Words {
		texts = append(texts, w.Alt, w.Caption)
	}
	if _, err := t.Exec(ctx, `DELETE FROM picture_alts WHERE picture = $1`, p.ID); err != nil {
		return err
	}
	for _, l := range slices.Sorted(maps.Keys(p.Words)) {
		if p.Alt(l) == "" {
			continue
		}
		if _, err := t.Exec(ctx, `INSERT INTO picture_alts (picture, lang) VALUES ($1, $2)`, p.ID, string(l)); err != nil {
			return err
		}
	}
	rows := &engine.Bulk{Head: `INSERT INTO picture_words (word, picture) VALUES `, Tail: ` ON CONFLICT DO NOTHING`}
	for _, w := range engine.Words(strings.Join(texts, " ")) {
		if err := rows.Add(ctx, t, []byte(w), p.ID); err != nil {
			return err
		}
	}
	return rows.Flush(ctx, t)
}

// Update loads pictures in the order of ids, calls fn and saves those that fn
// changed. It also returns which of them look other to readers now. An unknown id is
// an Error of kind NotFound.
func Update(ctx context.Context, t engine.Tx, ids []stet.PictureID, fn func([]*stet.Picture) error) (ps []*stet.Picture, seen []stet.PictureID, err error) {
	before := make([]string, len(ids))
	for i, id := range ids {
		found, err := pictures(ctx, t, `pictures p WHERE p.id = $1`+t.LockRows(), id)
		if err != nil {
			return nil, nil, err
		}
		if len(found) == 0 {
			return nil, nil, stet.Errorf(stet.NotFound, "id", "there is no picture %q", id)
		}
		ps = append(ps, found[0])
		if before[i], err = looks(ps[i]); err != nil {
			return nil, nil, err
		}
	}
	if err := fn(ps); err != nil {
		return nil, nil, err
	}
	for i, p := range ps {
		after, err := looks(p)
		if err != nil {
			return nil, nil, err
		}
		if after != before[i] {
			seen = append(seen, p.ID)
		}
		if err := update(ctx, t, p); err != nil {
			return nil, nil, err
		}
	}
	return ps, seen, nil
}

// looks is what readers can see of a picture.
func looks(p *stet.Picture) (string, error) {
	shown := *p
	shown.Expires, shown.Guessed = time.Time{}, false
	text, err := metaOf(&shown)
	return text + string(p.Replacement), err
}

func update(ctx context.Context, t engine.Tx, p *stet.Picture) error {
	meta, err := metaOf(p)
	if err != nil {
		return err
	}
	p.Version++
	n, err := t.Exec(ctx, `UPDATE pictures SET version = $1, meta = $2, replacement = $3, expires = $4, touched = $5, touched_by = $6
		WHERE id = $7 AND version = $8`, p.Version, meta, p.Replacement, engine.Millis(p.Expires), p.Touched.UnixMilli(), p.TouchedBy, p.ID, p.Version-1)
	if err != nil {
		return err
	}
	if n == 0 {
		return engine.ErrAgain // somebody else changed it
	}
	if p.Replacement != "" { // what it stood for is shown as the new one too
		if _, err := t.Exec(ctx, `UPDATE pictures SET replacement = $1, version = version + 1 WHERE replacement = $2`, p.Replacement, p.ID); err != nil {
			return err
		}
	}
	if err := frames(ctx, t, p); err != nil {
		return err
	}
	return pictureWords(ctx, t, p)
}

// RemovePicture removes a picture that no text uses. Its file stays for others
// to remove.
func (a *Archive) RemovePicture(ctx context.Context, actor stet.User, id stet.PictureID) error {
	return a.engine.Transact(ctx, func(t engine.Tx) error {
		found, err := pictures(ctx, t, `pictures p WHERE p.id = $1`+t.LockRows(), id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return stet.Errorf(stet.NotFound, "id", "there is no picture %q", id)
		}
		var uses, stands int
		err = engine.Row(ctx, t, `SELECT (SELECT count(*) FROM picture_uses WHERE picture = $1) + (SELECT count(*) FROM terms WHERE picture = $1), (SELECT count(*) FROM pictures WHERE replacement = $1)`, id).Scan(&uses, &stands)
		if err != nil {
			return err
		}
		if err := found[0].Discard(actor, uses, stands > 0); err != nil {
			return err
		}
		if err := removeFrames(ctx, t, id); err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM picture_words WHERE picture = $1`, `DELETE FROM picture_prints WHERE picture = $1`, `DELETE FROM picture_alts WHERE picture = $1`, `DELETE FROM pictures WHERE id = $1`} {
			if _, err := t.Exec(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Query selects pictures. Zero fields select everything.
type Query struct {
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
func (a *Archive) FindPictures(ctx context.Context, q Query) (found []*stet.Picture, next string, err error) {
	var w engine.Where
	if !engine.Storable(q.Text) || !engine.Storable(q.Author) || !engine.Storable(string(q.WithoutAlt)) {
		return nil, "", nil
	}
	if !w.Words(`p.id`, `SELECT picture FROM picture_words`, q.Text) {
		return nil, "", nil
	}
	if q.Author != "" {
		w.Add(`p.author = ` + w.Arg(q.Author))
	}
	if !q.Since.IsZero() {
		w.Add(`p.created >= ` + w.Arg(q.Since.UnixMilli()))
	}
	if !q.Until.IsZero() {
		w.Add(`p.created < ` + w.Arg(q.Until.UnixMilli()))
	}
	if !q.Expired.IsZero() {
		w.Add(`p.expires <= ` + w.Arg(q.Expired.UnixMilli()))
	}
	if !q.ExpiresFrom.IsZero() {
		w.Add(`p.expires >= ` + w.Arg(q.ExpiresFrom.UnixMilli()))
	}
	if q.WithoutAlt != "" {
		w.Add(`NOT EXISTS (SELECT 1 FROM picture_alts a WHERE a.picture = p.id AND a.lang = ` + w.Arg(string(q.WithoutAlt)) + `)`)
	}
	if q.Used {
		w.Add(`EXISTS (SELECT 1 FROM picture_uses u WHERE u.picture = p.id)`)
	}
	if q.Unused {
		w.Add(`NOT EXISTS (SELECT 1 FROM picture_uses u WHERE u.picture = p.id)`)
	}
	if q.After != "" {
		at, id, err := engine.ParseMark(q.After)
		if err != nil {
			return nil, "", stet.Errorf(stet.Invalid, "after", "is not one that this list gave out")
		}
		w.Add(`(p.created, p.id) < (` + w.Arg(at) + `, ` + w.Arg(id) + `)`)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	found, err = pictures(ctx, a.engine, `pictures p`+w.String()+` ORDER BY p.created DESC, p.id DESC LIMIT `+w.Arg(limit+1), w.Args...)
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		next = engine.Mark(last.Created, string(last.ID))
	}
	return found, next, err
}
