package media

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"stet"
	"stet/store/picture"
)

// ServeHTTP serves renditions, at the addresses that stet.Frame.Path gives and
// no others. What is made is good for ever. For what is not made yet comes the
// next best, which nobody may keep, and the rendition is made next.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		s.refuse(w, http.StatusMethodNotAllowed)
		return
	}
	key, width, format, ok := parsePath(r.URL.Path)
	if !ok {
		s.refuse(w, http.StatusNotFound)
		return
	}
	ctx := r.Context()
	want := picture.Rendition{Frame: picture.Frame{Frame: stet.Frame{Key: key}}, Width: width, Format: format}
	f, err := s.DB.Frame(ctx, key)
	away := err != nil && !stet.Is(err, stet.NotFound)
	switch {
	case away: // what is made is served all the same
	case err != nil || !planned(f.Frame, width, format):
		s.refuse(w, http.StatusNotFound)
		return
	default:
		want.Frame = f
	}
	b, missing := s.Files.Get(ctx, renditionName(want))
	if missing == nil {
		defer b.Close()
		h.Set("Content-Type", format.Type())
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", `"`+key+"-"+strconv.Itoa(width)+"-"+string(format)+`"`)
		http.ServeContent(w, r, "", time.Time{}, b)
		return
	}
	if away {
		s.fail(w, r, err)
		return
	}
	if !errors.Is(missing, fs.ErrNotExist) {
		s.fail(w, r, missing)
		return
	}
	data, mediaType, err := s.nextBest(ctx, want)
	switch {
	case errors.Is(err, fs.ErrNotExist): // the original too
		s.Log.Error("a picture is lost", "original", f.Hash)
		s.refuse(w, http.StatusNotFound)
		return
	case err != nil:
		s.fail(w, r, err)
		return
	}
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		w.Write(data)
	}
}

func (s *Service) refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, http.StatusText(status)+"\n")
}

func (s *Service) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.Log.Error("serve a picture", "path", r.URL.Path, "err", err)
	}
	w.Header().Set("Retry-After", "5")
	s.refuse(w, http.StatusServiceUnavailable)
}

// parsePath takes the path of a rendition apart.
func parsePath(path string) (key string, width int, format stet.Format, ok bool) {
	rest, ok := strings.CutPrefix(path, "/media/")
	if !ok {
		return "", 0, "", false
	}
	key, name, ok := strings.Cut(rest, "/")
	number, extension, dot := strings.Cut(name, ".")
	width, err := strconv.Atoi(number)
	if !ok || !dot || err != nil || !slices.Contains(formats[:], stet.Format(extension)) || len(key) > 40 ||
		strings.Trim(key, "0123456789abcdefghijklmnopqrstuvwxyz") != "" || key == "" {
		return "", 0, "", false
	}
	f := stet.Frame{Key: key}
	return key, width, stet.Format(extension), f.Path(width, stet.Format(extension)) == path
}

// planned reports whether a rendition is one of a frame's.
func planned(f stet.Frame, width int, format stet.Format) bool {
	return slices.Contains(f.Widths(), width) && slices.Contains(f.Formats(true), format)
}

// nextBest returns what stands in for a rendition that is not made, and sees to
// it that it is made next.
func (s *Service) nextBest(ctx context.Context, want picture.Rendition) (data []byte, mediaType string, err error) {
	made, err := s.DB.Made(ctx, want.Frame)
	if err != nil {
		return nil, "", err
	}
	now := s.Now()
	lost := slices.ContainsFunc(made, func(r picture.Rendition) bool { return r.Width == want.Width && r.Format == want.Format })
	if lost {
		err = s.DB.Remake(ctx, want, now)
	} else if slices.Contains(s.can(), want.Format) {
		err = s.DB.Ask(ctx, want, now)
	}
	if err != nil {
		return nil, "", err
	}
	s.rouse()
	for _, r := range standIns(want, made) {
		data, err := s.read(ctx, renditionName(r))
		if err == nil {
			return data, r.Format.Type(), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, "", err
		}
	}
	f := want.Frame.Frame
	f.Moves = false
	if data, err = s.cuts.get(ctx, f.Key, func() ([]byte, error) { return s.cut(ctx, f, want.Frame.Hash) }); err != nil {
		return nil, "", err
	}
	return data, http.DetectContentType(data), nil
}

// standIns lists what can stand in for a rendition, the best first: whoever asks
// for a format knows those after it too; the next larger one is better than all
// that are smaller.
func standIns(want picture.Rendition, made []picture.Rendition) []picture.Rendition {
	in := want.Frame.Formats(true)
	at := func(f stet.Format) int { return slices.Index(in, f) }
	made = slices.DeleteFunc(slices.Clone(made), func(r picture.Rendition) bool {
		return at(r.Format) < at(want.Format) || r.Width == want.Width && r.Format == want.Format
	})
	far := func(r picture.Rendition) int {
		if r.Width < want.Width {
			return 1<<30 - r.Width
		}
		return r.Width
	}
	slices.SortFunc(made, func(a, b picture.Rendition) int {
		if d := far(a) - far(b); d != 0 {
			return d
		}
		return at(a.Format) - at(b.Format)
	})
	return made
}

// cut makes a small picture of a frame from the proof of its original.
func (s *Service) cut(ctx context.Context, f stet.Frame, hash string) ([]byte, error) {
	proof, err := s.proof(ctx, hash)
	if err != nil || f.Ratio == stet.Natural {
		return proof, err
	}
	src, err := guarded(func() (*Source, error) { return Open(ctx, proof, s.Limits) })
	if err != nil {
		return nil, err
	}
	is := src.File()
	whole := stet.Rect{Width: is.Width, Height: is.Height}
	original, err := s.size(ctx, hash)
	if err != nil {
		return nil, err
	}
	scale := float64(is.Width) / float64(original.Width)
	f.Rect = stet.Rect{
		X: int(float64(f.Rect.X) * scale), Y: int(float64(f.Rect.Y) * scale),
		Width: max(1, int(float64(f.Rect.Width)*scale)), Height: max(1, int(float64(f.Rect.Height)*scale)),
	}
	f.Rect.Width, f.Rect.Height = min(f.Rect.Width, whole.Width-f.Rect.X), min(f.Rect.Height, whole.Height-f.Rect.Y)
	in := f.Formats(false)
	return s.render(ctx, src, f, f.Rect.Width, in[len(in)-1], stet.Description{})
}

// size returns what is known of an original.
func (s *Service) size(ctx context.Context, hash string) (stet.PictureFile, error) {
	same, err := s.DB.SamePictures(ctx, hash)
	if err != nil || len(same) == 0 {
		return stet.PictureFile{}, errors.Join(err, fs.ErrNotExist)
	}
	return same[0].PictureFile, nil
}

// cuts holds the last small pictures that were made for readers who could not
// wait. One is made at a time.
type cuts struct {
	making sync.Mutex
	mu     sync.Mutex
	held   map[string][]byte // by the frame's key
	order  []string
}

const heldCuts = 64

func (c *cuts) find(key string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[key]
}

func (c *cuts) get(ctx context.Context, key string, cut func() ([]byte, error)) ([]byte, error) {
	if data := c.find(key); data != nil {
		return data, nil
	}
	c.making.Lock()
	defer c.making.Unlock()
	if data := c.find(key); data != nil {
		return data, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, err := cut()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.order) == heldCuts {
		delete(c.held, c.order[0])
		c.order = c.order[1:]
	}
	c.held[key] = data
	c.order = append(c.order, key)
	return data, nil
}

func (c *cuts) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[key] != nil {
		delete(c.held, key)
		c.order = slices.DeleteFunc(c.order, func(k string) bool { return k == key })
	}
}
