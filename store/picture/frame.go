package picture

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"stet"
	"stet/store/engine"
)

// Frame is a picture in one of its shapes, with all that its renditions are made
// of: another description or crop of the picture makes another frame.
type Frame struct {
	stet.Frame                  // without the picture: two may have the same
	Hash       string           // of the original
	Said       stet.Description // the rights, which stand in every rendition
}

// Rendition is one of a frame's.
type Rendition struct {
	Frame  Frame
	Width  int
	Format stet.Format
}

// The states of a rendition.
const (
	renditionWanted = "wanted"
	renditionMade   = "made"
	renditionFailed = "failed"
)

// Tries is how often the making of a rendition is tried.
const Tries = 3

// frameMeta is what a frame's row keeps as JSON.
type frameMeta struct {
	Ratio       stet.Ratio       `json:"ratio"`
	Rect        stet.Rect        `json:"rect"`
	Moves       bool             `json:"moves,omitempty"`
	Transparent bool             `json:"transparent,omitempty"`
	Hash        string           `json:"hash"`
	Said        stet.Description `json:"said"`
}

func frameOf(key, meta string) (Frame, error) {
	var m frameMeta
	err := json.Unmarshal([]byte(meta), &m)
	f := stet.Frame{Key: key, Ratio: m.Ratio, Rect: m.Rect, Moves: m.Moves, Transparent: m.Transparent}
	return Frame{f, m.Hash, m.Said}, err
}

// rankOf is how soon a rendition is made that nobody has asked for: what most
// readers will see before what is large, and that before what takes long to make.
func rankOf(width int, format stet.Format) int {
	switch {
	case format == stet.AVIF:
		return 3
	case width > 1280:
		return 2
	}
	return 1
}

// frames writes the frames that a picture has now, and wants their renditions,
// in every format that some node may be able to make.
func frames(ctx context.Context, t engine.Tx, p *stet.Picture) error {
	var was []string
	err := engine.Each(ctx, t, `SELECT key FROM frames WHERE picture = $1 AND current`, []any{p.ID}, func(scan func(...any) error) error {
		was = append(was, "")
		return scan(&was[len(was)-1])
	})
	if err != nil {
		return err
	}
	var now []string
	for _, r := range stet.Ratios {
		now = append(now, p.Frame(r).Key)
	}
	slices.Sort(was)
	if sorted := slices.Sorted(slices.Values(now)); slices.Equal(was, slices.Compact(sorted)) {
		return nil
	}
	if len(was) > 0 {
		if _, err := t.Exec(ctx, `UPDATE frames SET current = FALSE WHERE picture = $1`, p.ID); err != nil {
			return err
		}
	}
	keys := &engine.Bulk{Head: `INSERT INTO frames (key, picture, current, meta) VALUES `, Tail: ` ON CONFLICT (key, picture) DO UPDATE SET current = TRUE`}
	wanted := &engine.Bulk{Head: `INSERT INTO renditions (frame, width, format, state, rank, since, due, holder, tries, bytes, error) VALUES `, Tail: ` ON CONFLICT DO NOTHING`}
	for i, r := range stet.Ratios {
		f := p.Frame(r)
		if slices.Index(now, f.Key) < i {
			continue
		}
		meta, err := json.Marshal(frameMeta{f.Ratio, f.Rect, f.Moves, f.Transparent, p.Hash, p.Rights()})
		if err != nil {
			return err
		}
		if err := keys.Add(ctx, t, f.Key, p.ID, true, string(meta)); err != nil {
			return err
		}
		for _, width := range f.Widths() {
			for _, format := range f.Formats(true) {
				err := wanted.Add(ctx, t, f.Key, width, format, renditionWanted, rankOf(width, format), p.Touched.UnixMilli(), 0, "", 0, 0, "")
				if err != nil {
					return err
				}
			}
		}
	}
	if err := keys.Flush(ctx, t); err != nil {
		return err
	}
	if err := wanted.Flush(ctx, t); err != nil {
		return err
	}
	// What the picture was before is made only if somebody asks for it.
	_, err = t.Exec(ctx, `DELETE FROM renditions WHERE state = $1 AND rank > 0 AND frame IN (SELECT key FROM frames WHERE picture = $2)
		AND frame NOT IN (SELECT key FROM frames WHERE current)`, renditionWanted, p.ID)
	return err
}

// FillFrames writes the frames of every picture.
func FillFrames(ctx context.Context, t engine.Tx) error {
	all, err := pictures(ctx, t, `pictures p ORDER BY p.created DESC, p.id DESC`)
	for _, p := range all {
		if err == nil {
			err = frames(ctx, t, p)
		}
	}
	return err
}

// FramesUpToDate writes the frames anew if another version of the program wrote
// them, that would have made other bytes of them.
func (a *Archive) FramesUpToDate(ctx context.Context) error {
	newest, err := pictures(ctx, a.engine, `pictures p ORDER BY p.created DESC, p.id DESC LIMIT 1`)
	if err != nil || len(newest) == 0 {
		return err
	}
	var n int
	err = engine.Row(ctx, a.engine, `SELECT count(*) FROM frames WHERE picture = $1 AND key = $2 AND current`, newest[0].ID, newest[0].Frame(stet.Natural).Key).Scan(&n)
	if err != nil || n > 0 {
		return err
	}
	return a.engine.Transact(ctx, func(t engine.Tx) error { return FillFrames(ctx, t) })
}

// removeFrames removes a picture's frames, and the renditions that no other
// picture has too.
func removeFrames(ctx context.Context, t engine.Tx, id stet.PictureID) error {
	_, err := t.Exec(ctx, `DELETE FROM renditions WHERE frame IN (SELECT key FROM frames WHERE picture = $1)
		AND frame NOT IN (SELECT key FROM frames WHERE picture <> $1)`, id)
	if err == nil {
		_, err = t.Exec(ctx, `DELETE FROM frames WHERE picture = $1`, id)
	}
	return err
}

// Unmake wants every rendition anew that is one of a picture as it is now, and forgets the
// others: their files are not there, and are made when somebody asks for them.
func Unmake(ctx context.Context, t engine.Tx) error {
	for _, q := range []string{
		`UPDATE renditions SET holder = '', due = 0, tries = 0, bytes = 0, state = $1`,
		`DELETE FROM renditions WHERE state = $1 AND frame NOT IN (SELECT key FROM frames WHERE current)`,
	} {
		if _, err := t.Exec(ctx, q, renditionWanted); err != nil {
			return err
		}
	}
	return nil
}

// Frame returns the frame of a key, an Error of kind NotFound if there is none.
func (a *Archive) Frame(ctx context.Context, key string) (Frame, error) {
	var meta string
	err := engine.Row(ctx, a.engine, `SELECT meta FROM frames WHERE key = $1 LIMIT 1`, key).Scan(&meta)
	if engine.NoRows(err) {
		return Frame{}, stet.Errorf(stet.NotFound, "", "there is no such picture")
	}
	if err != nil {
		return Frame{}, err
	}
	return frameOf(key, meta)
}

// FrameKeys lists the keys of all frames that a picture has and had.
func (a *Archive) FrameKeys(ctx context.Context, id stet.PictureID) ([]string, error) {
	var keys []string
	err := engine.Each(ctx, a.engine, `SELECT key FROM frames WHERE picture = $1`, []any{id}, func(scan func(...any) error) error {
		keys = append(keys, "")
		return scan(&keys[len(keys)-1])
	})
	return keys, err
}

// Made lists the renditions of a frame that are made.
func (a *Archive) Made(ctx context.Context, f Frame) ([]Rendition, error) {
	var out []Rendition
	err := engine.Each(ctx, a.engine, `SELECT width, format FROM renditions WHERE frame = $1 AND state = $2`, []any{f.Key, renditionMade}, func(scan func(...any) error) error {
		r := Rendition{Frame: f}
		err := scan(&r.Width, &r.Format)
		out = append(out, r)
		return err
	})
	return out, err
}

// Ask puts a rendition at the front of the queue, because a reader has asked for
// it, unless it is made, has failed, or is there already.
func (a *Archive) Ask(ctx context.Context, r Rendition, now time.Time) error {
	var waits int
	err := engine.Row(ctx, a.engine, `SELECT count(*) FROM renditions WHERE frame = $1 AND width = $2 AND format = $3 AND (rank = 0 OR state <> $4)`,
		r.Frame.Key, r.Width, r.Format, renditionWanted).Scan(&waits)
	if err != nil || waits > 0 {
		return err
	}
	return a.engine.Exec(ctx, `INSERT INTO renditions (frame, width, format, state, rank, since, due, holder, tries, bytes, error)
		SELECT $1, $2, $3, $4, 0, $5, 0, '', 0, 0, '' FROM frames WHERE key = $1 LIMIT 1
		ON CONFLICT (frame, width, format) DO UPDATE SET rank = 0, since = excluded.since`,
		r.Frame.Key, r.Width, r.Format, renditionWanted, now.UnixMilli())
}

// Remake wants a rendition again that is made according to its row, and whose
// file is lost.
func (a *Archive) Remake(ctx context.Context, r Rendition, now time.Time) error {
	return a.engine.Exec(ctx, `UPDATE renditions SET state = $1, rank = 0, since = $2, due = 0, tries = 0 WHERE frame = $3 AND width = $4 AND format = $5 AND state = $6`,
		renditionWanted, now.UnixMilli(), r.Frame.Key, r.Width, r.Format, renditionMade)
}

// Claim takes up to n renditions of one original from the front of the queue, of
// those in some formats. Until then nobody else gets them, unless until is
// moved on by Hold; whoever took them and died loses them to others.
func (a *Archive) Claim(ctx context.Context, holder string, formats []stet.Format, n int, now, until time.Time) ([]Rendition, error) {
	// A look first: a transaction wakes whoever waits for changes, its caller too.
	var due int
	err := engine.Row(ctx, a.engine, `SELECT 1 FROM renditions WHERE state = '`+renditionWanted+`' AND due <= $1 AND format IN `+engine.In(2, len(formats))+` LIMIT 1`,
		append([]any{now.UnixMilli()}, engine.List(formats)...)...).Scan(&due)
	if engine.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Rendition
	err = a.engine.Transact(ctx, func(t engine.Tx) error {
		out = nil
		// What kills whoever makes it is not tried for ever.
		_, err := t.Exec(ctx, `UPDATE renditions SET state = $1, holder = '', error = 'the program ended while it was being made'
			WHERE state = $2 AND holder <> '' AND due <= $3 AND tries >= $4`, renditionFailed, renditionWanted, now.UnixMilli(), Tries)
		if err != nil {
			return err
		}
		var key string
		var tried int
		args := append([]any{renditionWanted, now.UnixMilli()}, engine.List(formats)...)
		err = engine.Row(ctx, t, `SELECT frame, tries FROM renditions WHERE state = $1 AND due <= $2 AND format IN `+engine.In(3, len(formats))+` ORDER BY rank, since, width LIMIT 1`, args...).Scan(&key, &tried)
		if engine.NoRows(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if tried > 0 { // alone, so that no other suffers for it
			n = 1
		}
		var meta string
		if err := engine.Row(ctx, t, `SELECT meta FROM frames WHERE key = $1 LIMIT 1`, key).Scan(&meta); err != nil {
			return err
		}
		f, err := frameOf(key, meta)
		if err != nil {
			return err
		}
		args = append([]any{until.UnixMilli(), holder, renditionWanted, now.UnixMilli(), key}, engine.List(formats)...)
		within := 6 + engine.Padded(len(formats))
		// What another node has taken meanwhile is due no more.
		return engine.Each(ctx, t, `UPDATE renditions SET due = $1, holder = $2, tries = tries + 1 WHERE state = $3 AND due <= $4 AND frame = $5
			AND format IN `+engine.In(6, len(formats))+` AND (width, format) IN (SELECT width, format FROM renditions
			WHERE state = $3 AND due <= $4 AND frame = $5 AND format IN `+engine.In(6, len(formats))+` ORDER BY rank, since, width LIMIT `+engine.Numbers(within, 1)+`)
			RETURNING width, format`, append(args, n), func(scan func(...any) error) error {
			r := Rendition{Frame: f}
			err := scan(&r.Width, &r.Format)
			out = append(out, r)
			return err
		})
	})
	return out, err
}

// Hold keeps what a holder has claimed for longer.
func (a *Archive) Hold(ctx context.Context, holder string, until time.Time) error {
	return a.engine.Exec(ctx, `UPDATE renditions SET due = $1 WHERE holder = $2`, until.UnixMilli(), holder)
}

// Release gives what a holder has claimed back to the others, untried, not to be
// claimed before some time.
func (a *Archive) Release(ctx context.Context, holder string, due time.Time) error {
	return a.engine.Exec(ctx, `UPDATE renditions SET due = $1, holder = '', tries = tries - 1 WHERE holder = $2`, due.UnixMilli(), holder)
}

// MadeRendition says that a rendition is made, whose file is in its place. It
// reports false if nobody wants it any more, because the picture was removed.
func (a *Archive) MadeRendition(ctx context.Context, r Rendition, bytes int64) (wanted bool, err error) {
	err = a.engine.Transact(ctx, func(t engine.Tx) error {
		n, err := t.Exec(ctx, `UPDATE renditions SET state = $1, holder = '', bytes = $2, error = '' WHERE frame = $3 AND width = $4 AND format = $5`,
			renditionMade, bytes, r.Frame.Key, r.Width, r.Format)
		wanted = n > 0
		return err
	})
	return wanted, err
}

// FailedRendition says why a rendition could not be made. It is tried again
// later, until it has been tried Tries times.
func (a *Archive) FailedRendition(ctx context.Context, r Rendition, why string, later time.Time) error {
	return a.engine.Exec(ctx, `UPDATE renditions SET state = CASE WHEN tries < $1 THEN state ELSE $2 END, holder = '', due = $3, error = $4
		WHERE frame = $5 AND width = $6 AND format = $7 AND state = $8`,
		Tries, renditionFailed, later.UnixMilli(), stet.CleanLine(why), r.Frame.Key, r.Width, r.Format, renditionWanted)
}

// Counts is how many renditions are in each state.
type Counts struct{ Wanted, Made, Failed, Bytes int64 }

// Unmade is how many renditions wait to be made, and how many were given up.
type Unmade struct{ Wanted, Failed int64 }

// CountUnmade counts what is not made of the renditions in some formats. It
// reads nothing of what is made.
func (a *Archive) CountUnmade(ctx context.Context, formats []stet.Format) (Unmade, error) {
	var n Unmade
	in := engine.In(1, len(formats))
	// The states stand in the text: only so the indexes on a state can be used.
	err := engine.Row(ctx, a.engine, `SELECT
		(SELECT count(*) FROM renditions WHERE state = '`+renditionWanted+`' AND format IN `+in+`),
		(SELECT count(*) FROM renditions WHERE state = '`+renditionFailed+`' AND format IN `+in+`)`, engine.List(formats)...).Scan(&n.Wanted, &n.Failed)
	return n, err
}

// CountRenditions counts the renditions in some formats, one by one.
func (a *Archive) CountRenditions(ctx context.Context, formats []stet.Format) (Counts, error) {
	var c Counts
	err := engine.Each(ctx, a.engine, `SELECT state, count(*), CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM renditions WHERE format IN `+engine.In(1, len(formats))+` GROUP BY state`, engine.List(formats),
		func(scan func(...any) error) error {
			var state string
			var n, bytes int64
			err := scan(&state, &n, &bytes)
			switch state {
			case renditionWanted:
				c.Wanted = n
			case renditionMade:
				c.Made, c.Bytes = n, bytes
			case renditionFailed:
				c.Failed = n
			}
			return err
		})
	return c, err
}

// FailedRenditions tells for the first pictures of which renditions could not be
// made why that is so.
func (a *Archive) FailedRenditions(ctx context.Context, limit int) (map[stet.PictureID]string, error) {
	out := map[stet.PictureID]string{}
	err := engine.Each(ctx, a.engine, `SELECT f.picture, min(r.error) FROM renditions r JOIN frames f ON f.key = r.frame WHERE r.state = $1 GROUP BY f.picture LIMIT $2`,
		[]any{renditionFailed, limit}, func(scan func(...any) error) error {
			var id stet.PictureID
			var why string
			err := scan(&id, &why)
			out[id] = why
			return err
		})
	return out, err
}

// RetryRenditions wants every rendition again that could not be made.
func (a *Archive) RetryRenditions(ctx context.Context) error {
	return a.engine.Exec(ctx, `UPDATE renditions SET state = $1, due = 0, tries = 0 WHERE state = $2`, renditionWanted, renditionFailed)
}
