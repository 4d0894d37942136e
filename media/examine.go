package media

import (
	"context"
	"iter"
	"strings"
	"time"

	"stet"
	"stet/blob"
	"stet/store"
	"stet/store/picture"
)

// orphanAge is how old a file is that belongs to nothing for certain: a younger
// one may be of a picture that is coming in.
const orphanAge = 24 * time.Hour

// Report is what Examine finds.
type Report struct {
	Pictures int
	Missing  []stet.PictureID // whose original is lost
	Orphans  []blob.Info      // files that belong to no picture
}

// Examine compares the files with the pictures. Files that can be made anew are
// not missed.
func (s *Service) Examine(ctx context.Context) (*Report, error) {
	r := &Report{}
	there, keys := map[string]bool{}, map[string]bool{}
	var files []blob.Info
	for info, err := range s.Files.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		there[info.Name] = true
		if s.Now().Sub(info.Put) > orphanAge {
			files = append(files, info)
		}
	}
	hashes := map[string]bool{}
	for p, err := range everyPicture(ctx, s.DB) {
		if err != nil {
			return nil, err
		}
		r.Pictures++
		hashes[p.Hash] = true
		if !there[originalName(p.Hash)] {
			r.Missing = append(r.Missing, p.ID)
		}
	}
	for _, info := range files {
		kind, rest, _ := strings.Cut(info.Name, "/")
		name, _, _ := strings.Cut(rest, "/")
		var wanted bool
		switch kind {
		case "original", "proof":
			wanted = hashes[name]
		case "rendition":
			known, looked := keys[name]
			if !looked {
				_, err := s.DB.Frame(ctx, name)
				if err != nil && !stet.Is(err, stet.NotFound) {
					return nil, err
				}
				known = err == nil
				keys[name] = known
			}
			wanted = known
		case "check": // of whether there can be files
		default: // uploads have an end of their own
			wanted = true
		}
		if !wanted {
			r.Orphans = append(r.Orphans, info)
		}
	}
	return r, nil
}

// Missing counts the pictures whose original is not among some files.
func Missing(ctx context.Context, db *store.DB, files blob.Store) (n int, err error) {
	there := map[string]bool{}
	for info, err := range files.List(ctx, Originals) {
		if err != nil {
			return 0, err
		}
		there[info.Name] = true
	}
	for p, err := range everyPicture(ctx, db) {
		if err != nil {
			return 0, err
		}
		if !there[originalName(p.Hash)] {
			n++
		}
	}
	return n, nil
}

func everyPicture(ctx context.Context, db *store.DB) iter.Seq2[*stet.Picture, error] {
	return func(yield func(*stet.Picture, error) bool) {
		for after := ""; ; {
			found, next, err := db.FindPictures(ctx, picture.Query{After: after, Limit: 500})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, p := range found {
				if !yield(p, nil) {
					return
				}
			}
			if after = next; after == "" {
				return
			}
		}
	}
}

// Clean removes what Examine found to belong to nothing, and wants every
// rendition again that could not be made.
func (s *Service) Clean(ctx context.Context, r *Report) error {
	for _, info := range r.Orphans {
		kind, name, _ := strings.Cut(info.Name, "/")
		var err error
		switch kind + "/" {
		case Originals, proofs: // unless it has come again meanwhile
			err = s.alone(ctx, name, func() error { return s.removeFiles(ctx, name, nil) })
		default:
			err = s.Files.Delete(ctx, info.Name)
		}
		if err != nil {
			return err
		}
	}
	return s.DB.RetryRenditions(ctx)
}
