package picture

import (
	"cmp"
	"context"
	"encoding/binary"
	"math/bits"
	"slices"

	"stet"
	"stet/store/engine"
)

// Print is what a picture looks like from afar: where it grows brighter to the
// right, and where downwards. Two of the same picture differ in few bits, however
// large they are and however often they have been saved. A picture too plain to
// be told from others has none, the zero value.
type Print struct{ Right, Down uint64 }

// Pictures look alike up to so many differing bits. Of the first kind no more can
// be found: see bands.
const (
	alikeRight = 7
	alikeBoth  = 16
)

// apart returns by how many bits two prints differ, and whether the pictures look
// alike.
func (p Print) apart(q Print) (n int, alike bool) {
	right, down := bits.OnesCount64(p.Right^q.Right), bits.OnesCount64(p.Down^q.Down)
	return right + down, right <= alikeRight && right+down <= alikeBoth
}

func (p Print) bytes() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, p.Right), p.Down)
}

func printOf(b []byte) (p Print) {
	if len(b) == 16 {
		p = Print{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
	}
	return p
}

// bands are the four quarters of Right, each with its place above it. Of prints
// that differ in seven bits at most, one quarter at least differs in one bit at
// most.
func (p Print) bands() (out [4]int64) {
	for i := range out {
		out[i] = int64(i)<<16 | int64(p.Right>>(16*i)&0xffff)
	}
	return out
}

// SetPrint says what a picture looks like. One that is not there any more is
// left alone.
func (a *Archive) SetPrint(ctx context.Context, id stet.PictureID, p Print) error {
	return a.engine.Transact(ctx, func(t engine.Tx) error {
		if n, err := t.Exec(ctx, `UPDATE pictures SET printed = TRUE WHERE id = $1`, id); err != nil || n == 0 {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM picture_prints WHERE picture = $1`, id); err != nil || p == (Print{}) {
			return err
		}
		for _, band := range p.bands() {
			if _, err := t.Exec(ctx, `INSERT INTO picture_prints (band, picture, print) VALUES ($1, $2, $3)`, band, id, p.bytes()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unprinted returns some pictures of which nobody has said what they look like.
func (a *Archive) Unprinted(ctx context.Context, limit int) ([]*stet.Picture, error) {
	return pictures(ctx, a.engine, `pictures p WHERE NOT p.printed ORDER BY p.id LIMIT $1`, limit)
}

// Alike returns pictures that look like one, the most alike first and the older
// first. Those in whose place another is shown are left out.
func (a *Archive) Alike(ctx context.Context, id stet.PictureID, limit int) ([]*stet.Picture, error) {
	if !engine.Storable(string(id)) {
		return nil, nil
	}
	var own Print
	err := engine.Each(ctx, a.engine, `SELECT print FROM picture_prints WHERE picture = $1 LIMIT 1`, []any{id}, func(scan func(...any) error) error {
		var b []byte
		err := scan(&b)
		own = printOf(b)
		return err
	})
	if err != nil || own == (Print{}) {
		return nil, err
	}
	var near []any
	for _, band := range own.bands() {
		near = append(near, band)
		for bit := range 16 {
			near = append(near, band^1<<bit)
		}
	}
	apart := map[stet.PictureID]int{}
	// Of 50,000 photographs some hundred are compared.
	err = engine.Each(ctx, a.engine, `SELECT picture, print FROM picture_prints WHERE band IN `+engine.Numbers(1, len(near))+` LIMIT 5000`, near, func(scan func(...any) error) error {
		var other stet.PictureID
		var b []byte
		if err := scan(&other, &b); err != nil {
			return err
		}
		if n, alike := own.apart(printOf(b)); alike && other != id {
			apart[other] = n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var ids []stet.PictureID
	for other := range apart {
		ids = append(ids, other)
	}
	slices.SortFunc(ids, func(x, y stet.PictureID) int { return cmp.Or(apart[x]-apart[y], cmp.Compare(x, y)) })
	found, err := a.Pictures(ctx, ids[:min(len(ids), 2*limit+20)])
	var out []*stet.Picture
	for _, other := range ids {
		if p := found[other]; p != nil && p.Replacement == "" && len(out) < limit {
			out = append(out, p)
		}
	}
	return out, err
}
