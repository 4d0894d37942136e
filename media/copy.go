package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"stet/blob"
)

// Copied is what Copy did.
type Copied struct {
	Files   int   // that were copied
	Bytes   int64 // that they have
	There   int   // files that were there already
	Damaged []string
}

const (
	copiers   = 4 // files that are copied at once: services are far away
	copyTries = 3 // of one file
)

// Everything lists what the names of all files begin with: others may be beside
// them.
var Everything = []string{Originals, proofs, Renditions, uploads}

// Copy copies the files whose names begin with one of some prefixes and that are
// not there yet. An original that is not what its name says is named, and not copied. What
// is broken off is gone on with the next time.
func Copy(ctx context.Context, from, to blob.Store, prefixes []string, progress func(done, total int)) (Copied, error) {
	var out Copied
	var missing []blob.Info
	for _, prefix := range prefixes {
		there := map[string]int64{}
		for info, err := range to.List(ctx, prefix) {
			if err != nil {
				return Copied{}, err
			}
			there[info.Name] = info.Size
		}
		for info, err := range from.List(ctx, prefix) {
			if err != nil {
				return Copied{}, err
			}
			if size, ok := there[info.Name]; ok && size == info.Size {
				out.There++
				continue
			}
			missing = append(missing, info)
		}
	}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(copiers)
	done := 0
	for _, info := range missing {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			var err error
			for range copyTries {
				if err = copyOne(ctx, from, to, info.Name); err == nil || ctx.Err() != nil || errors.Is(err, errDamaged) || errors.Is(err, fs.ErrNotExist) {
					break
				}
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, len(missing))
			switch {
			case err == nil:
				out.Files++
				out.Bytes += info.Size
			case errors.Is(err, errDamaged):
				out.Damaged = append(out.Damaged, info.Name)
			case !errors.Is(err, fs.ErrNotExist): // else it was removed meanwhile
				return err
			}
			return nil
		})
	}
	err := group.Wait()
	slices.Sort(out.Damaged)
	return out, err
}

func copyOne(ctx context.Context, from, to blob.Store, name string) error {
	b, err := from.Get(ctx, name)
	if err != nil {
		return err
	}
	defer b.Close()
	var r io.Reader = b
	if sum, ok := strings.CutPrefix(name, Originals); ok {
		r = &summed{r, sha256.New(), sum}
	}
	return to.Put(ctx, name, r, b.Size)
}

var errDamaged = errors.New("the file is damaged")

// summed reads to the end what has a sum only.
type summed struct {
	r    io.Reader
	is   hash.Hash
	want string
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.is.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(s.is.Sum(nil)) != s.want {
		return n, fmt.Errorf("%s: %w", s.want, errDamaged)
	}
	return n, err
}
