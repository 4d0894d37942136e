package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"stet"
	"stet/store/access"
	"stet/store/engine"
)

// MaxPreview is how long a preview link may be good for.
const MaxPreview = 31 * 24 * time.Hour

// PreviewLink is a link that shows an article as it is being written to
// somebody without an account.
type PreviewLink struct {
	ID      string
	Person  string // User.ID of who made it
	Created time.Time
	Until   time.Time
}

// AddPreviewLink makes a preview link to an article that the actor may read, and
// returns its token: it cannot be read again.
func (db *DB) AddPreviewLink(ctx context.Context, actor stet.User, id stet.ArticleID, until, now time.Time) (string, error) {
	if !until.After(now) || until.After(now.Add(MaxPreview)) {
		return "", stet.Errorf(stet.Invalid, "until", "must be a time within the next %d days", int(MaxPreview.Hours()/24))
	}
	secret := make([]byte, 24)
	rand.Read(secret)
	token := base64.RawURLEncoding.EncodeToString(secret)
	return token, db.engine.Transact(ctx, func(t engine.Tx) error {
		as, err := load(ctx, t, []stet.ArticleID{id}, "")
		if err != nil {
			return err
		}
		if as[0].New() {
			return stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
		}
		if err := stet.May(actor, stet.ActRead, as[0]); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM preview_links WHERE until <= $1`, now.UnixMilli()); err != nil {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO preview_links (id, hash, article, person, created, until) VALUES ($1, $2, $3, $4, $5, $6)`,
			engine.NewID(), access.Hash(token), string(id), actor.ID, now.UnixMilli(), until.UnixMilli())
		return err
	})
}

// PreviewLink returns the article that a preview link shows; an Error of kind
// NotFound for a link that is not known, has expired or was revoked, or whose
// maker may not read the article any more.
func (db *DB) PreviewLink(ctx context.Context, token string, now time.Time) (*stet.Article, error) {
	gone := stet.Errorf(stet.NotFound, "", "this link has expired or was taken back; ask whoever sent it for a new one")
	var id stet.ArticleID
	var maker string
	err := engine.Row(ctx, db.engine, `SELECT article, person FROM preview_links WHERE hash = $1 AND until > $2`, access.Hash(token), now.UnixMilli()).Scan(&id, &maker)
	if engine.NoRows(err) {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	p, err := db.Person(ctx, maker)
	if stet.Is(err, stet.NotFound) {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	a, err := db.Article(ctx, id)
	if err != nil {
		return nil, err
	}
	if stet.May(p.User(), stet.ActRead, a) != nil {
		return nil, gone
	}
	return a, nil
}

// PreviewLinks lists an article's links that are good, the newest first.
func (db *DB) PreviewLinks(ctx context.Context, id stet.ArticleID, now time.Time) ([]PreviewLink, error) {
	var out []PreviewLink
	err := engine.Each(ctx, db.engine, `SELECT id, person, created, until FROM preview_links WHERE article = $1 AND until > $2 ORDER BY id DESC`,
		[]any{string(id), now.UnixMilli()}, func(scan func(...any) error) error {
			var l PreviewLink
			err := scan(&l.ID, &l.Person, engine.When(&l.Created), engine.When(&l.Until))
			out = append(out, l)
			return err
		})
	return out, err
}

// RevokePreviewLinks ends all links to an article that the actor may read.
func (db *DB) RevokePreviewLinks(ctx context.Context, actor stet.User, id stet.ArticleID) error {
	a, err := db.Article(ctx, id)
	if err != nil {
		return err
	}
	if err := stet.May(actor, stet.ActRead, a); err != nil {
		return err
	}
	return db.engine.Exec(ctx, `DELETE FROM preview_links WHERE article = $1`, string(id))
}
