package store_test

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"

	"stet"
	"stet/store"
	"stet/store/engine"
	"stet/store/picture"
	"stet/store/storetest"
)

// TestAlike: whatever differs in few enough bits is found, the nearest first, and
// nothing else.
func TestAlike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "en")
		prints := map[stet.PictureID]picture.Print{}
		look := func(id stet.PictureID, p picture.Print) {
			bringAs(t, db, id, stet.PictureFile{Hash: string(id), Width: 100, Height: 100}, stet.Description{})
			if err := db.SetPrint(ctx, id, p); err != nil {
				t.Fatal(err)
			}
			prints[id] = p
		}
		own := picture.Print{Right: 0x0123456789abcdef, Down: 0xfedcba9876543210}
		look("own", own)
		look("plain", picture.Print{})
		look("plain too", picture.Print{})
		flip := func(v uint64, n int, r *rand.Rand) uint64 {
			for _, at := range r.Perm(64)[:n] {
				v ^= 1 << at
			}
			return v
		}
		r := rand.New(rand.NewPCG(1, 2))
		for right := range 10 {
			for _, down := range []int{0, 5, 9, 10, 12} {
				look(stet.PictureID(fmt.Sprintf("p%d-%d", right, down)), picture.Print{Right: flip(own.Right, right, r), Down: flip(own.Down, down, r)})
			}
		}
		found, err := db.Alike(ctx, "own", 100)
		if err != nil {
			t.Fatal(err)
		}
		got := map[stet.PictureID]bool{}
		last := 0
		for _, p := range found {
			q := prints[p.ID]
			apart := bits.OnesCount64(q.Right^own.Right) + bits.OnesCount64(q.Down^own.Down)
			if apart < last {
				t.Errorf("%s comes after one that is further away", p.ID)
			}
			got[p.ID], last = true, apart
		}
		for id, q := range prints {
			right, both := bits.OnesCount64(q.Right^own.Right), bits.OnesCount64(q.Right^own.Right)+bits.OnesCount64(q.Down^own.Down)
			if want := id != "own" && right <= 7 && both <= 16; got[id] != want {
				t.Errorf("%s, %d and %d bits apart: found is %v", id, right, both, got[id])
			}
		}
		if found, err := db.Alike(ctx, "plain", 5); err != nil || len(found) > 0 {
			t.Errorf("like a plain one: %v, %v", found, err)
		}
		for _, id := range []stet.PictureID{"nothing", "\x00"} {
			if found, err := db.Alike(ctx, id, 5); err != nil || len(found) > 0 {
				t.Errorf("like %q: %v, %v", id, found, err)
			}
		}

		// What is gone, or has another in its place, is not offered.
		if err := db.RemovePicture(ctx, stet.Operator, "p0-0"); err != nil {
			t.Fatal(err)
		}
		_, err = db.UpdatePictures(ctx, stet.Operator, []stet.PictureID{"p1-0", "own"}, day, func(ps []*stet.Picture) error {
			return ps[0].Replace(stet.Operator, ps[1], day)
		})
		if err != nil {
			t.Fatal(err)
		}
		if found, err = db.Alike(ctx, "own", 1); err != nil || len(found) != 1 || found[0].ID != "p2-0" {
			t.Errorf("then the nearest is %v, %v", found, err)
		}
		if err := db.SetPrint(ctx, "p0-0", own); err != nil {
			t.Errorf("a picture that was removed meanwhile: %v", err)
		}

		if some, err := db.Unprinted(ctx, 5); err != nil || len(some) > 0 {
			t.Errorf("not looked at: %v, %v", some, err)
		}
		bring(t, db, "new", stet.Description{})
		if some, err := db.Unprinted(ctx, 5); err != nil || len(some) != 1 {
			t.Errorf("not looked at: %v, %v", some, err)
		}
		if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
			t.Errorf("damage: %v %v", r, err)
		}
	})
}

// BenchmarkAlike: among 50,000.
func BenchmarkAlike(b *testing.B) {
	for _, name := range engines {
		b.Run(name, func(b *testing.B) {
			dsn := storetest.DSN(b, name)
			db := storetest.Open(b, dsn)
			under, err := engine.Open(b.Context(), dsn)
			if err != nil {
				b.Fatal(err)
			}
			defer under.Close()
			r := rand.New(rand.NewPCG(1, 2))
			few := func() uint64 { return r.Uint64() & (r.Uint64() | r.Uint64()) } // as photographs have it, not even
			err = under.Transact(b.Context(), func(t engine.Tx) error {
				for i := range 50_000 {
					id := fmt.Sprintf("p%05d", i)
					if _, err := t.Exec(b.Context(), `INSERT INTO pictures (id, version, hash, meta, replacement, created, author, touched, touched_by, printed)
						VALUES ($1, 1, $2, '{}', '', 0, '', 0, '', TRUE)`, id, id); err != nil {
						return err
					}
					right, down := few(), few()
					print := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, right), down)
					for band := range 4 {
						if _, err := t.Exec(b.Context(), `INSERT INTO picture_prints (band, picture, print) VALUES ($1, $2, $3)`,
							int64(band)<<16|int64(right>>(16*band)&0xffff), id, print); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := db.Alike(b.Context(), stet.PictureID(fmt.Sprintf("p%05d", r.IntN(50_000))), 6); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
