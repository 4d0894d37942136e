package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"stet"
	"stet/store/engine"
	"stet/store/picture"
)

// UpdatePictures changes pictures, all or none, in one transaction with what
// follows for readers: every published story that shows one of them gets an
// event and a new stamp. It loads them in the order of ids, calls fn once or
// more often, and saves those that fn changed. An unknown id is an Error of
// kind NotFound.
func (db *DB) UpdatePictures(ctx context.Context, actor stet.User, ids []stet.PictureID, now time.Time, fn func([]*stet.Picture) error) ([]*stet.Picture, error) {
	var saved []*stet.Picture
	err := db.engine.Transact(ctx, func(t engine.Tx) error {
		changed, seen, err := picture.Update(ctx, t, ids, fn)
		if err != nil {
			return err
		}
		saved = changed
		return pictured(ctx, t, actor, seen, now)
	})
	return saved, err
}

// pictured tells of every published story that shows one of some pictures, its
// own or for another, that it looks other now.
func pictured(ctx context.Context, t engine.Tx, actor stet.User, ids []stet.PictureID, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	var showing []stet.ArticleID
	err := engine.Each(ctx, t, `SELECT DISTINCT u.article FROM picture_uses u JOIN pictures p ON p.id = u.picture
		WHERE u.live AND (p.id IN `+engine.In(1, len(ids))+` OR p.replacement IN `+engine.In(1+engine.Padded(len(ids)), len(ids))+`)`,
		slices.Concat(engine.List(ids), engine.List(ids)), func(scan func(...any) error) error {
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
			if _, err := t.Exec(ctx, `UPDATE stories SET stamp = $1 WHERE article = $2`, next, a.ID); err != nil {
				return err
			}
			if err := addEvent(ctx, t, events, &e); err != nil {
				return err
			}
			next++
		}
	}
	return events.Flush(ctx, t)
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
	w.Add(`id = u.article`)
	w.Add(`u.picture = ` + w.Arg(id))
	var out []PictureUse
	err := engine.Each(ctx, db.engine, `SELECT id, lang, headline, path, u.live FROM articles, picture_uses u`+w.String()+` ORDER BY touched DESC, id DESC`, w.Args,
		func(scan func(...any) error) error {
			var u PictureUse
			err := scan(&u.Article, &u.Lang, &u.Headline, &u.Path, &u.Live)
			out = append(out, u)
			return err
		})
	return out, err
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
		err := engine.Row(s.ctx, s, `SELECT 1 FROM pictures WHERE id = $1`, id).Scan(&one)
		if engine.NoRows(err) {
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
		if _, err := s.Exec(s.ctx, `DELETE FROM picture_uses WHERE article = $1`, a.ID); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if err := s.pictureUses.Add(s.ctx, s.Tx, id, a.ID, now[id]); err != nil {
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
	p, err := picture.Of(meta.String)
	p.ID = stet.PictureID(id.String)
	h.Picture = p
	if h.Alt == "" {
		h.Alt = p.Alt(h.Lang)
	}
	return err
}
