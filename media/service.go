package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"stet"
	"stet/blob"
	"stet/store"
	"stet/store/picture"
)

// Options are what the service needs.
type Options struct {
	DB      *store.DB
	Files   blob.Store
	Encoder *Encoder
	Limits  Limits // of files that are received; zero for Defaults

	// Command returns a command that runs Work, by which renditions are made;
	// without it they are made in this process.
	Command func(context.Context) *exec.Cmd

	Log *slog.Logger
	Now func() time.Time
}

// Service keeps the newsroom's pictures: it receives files, makes their
// renditions in the background ([Service.Run]) and serves them
// ([Service.ServeHTTP]). It is safe for concurrent use.
//
// Of a picture there are three kinds of blobs: original/HASH as it was received,
// which readers never get; proof/HASH, a small one that stands in for what is
// not made yet; rendition/KEY/WIDTH.FORMAT. All but the originals can be made
// anew, and are where they are missing.
type Service struct {
	Options
	memory  *semaphore.Weighted // bytes that opened pictures may take
	reading chan struct{}       // a token for each file that may be in memory before it is opened
	wake    chan struct{}
	cuts    cuts

	localWeb bool // pictures are fetched from this machine too; for tests

	received, failed    atomic.Int64
	crashed             atomic.Int64
	restsUntil          atomic.Int64 // Unix ms; the disk was full
	madeBytes, madeTook atomic.Int64
	made                [len(formats)]atomic.Int64
}

// formats are all that renditions can have.
var formats = [...]stet.Format{stet.WebP, stet.JPEG, stet.PNG, stet.AVIF}

// NewService returns a service, which makes nothing until it runs.
func NewService(o Options) *Service {
	if o.Limits == (Limits{}) {
		o.Limits = Defaults
	}
	return &Service{
		Options: o,
		memory:  semaphore.NewWeighted(o.Limits.Memory),
		reading: make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		wake:    make(chan struct{}, 1),
		cuts:    cuts{held: map[string][]byte{}},
	}
}

func originalName(hash string) string { return Originals + hash }
func proofName(hash string) string    { return proofs + hash }

// What the names of files begin with. What is in one of these never changes.
const (
	Originals  = "original/"  // as they were received; their names are their SHA-256
	Renditions = "rendition/" // what readers get
	proofs     = "proof/"
)

func renditionName(r picture.Rendition) string {
	return Renditions + r.Frame.Key + "/" + strconv.Itoa(r.Width) + "." + string(r.Format)
}

// Incoming is a file that somebody brings.
type Incoming struct {
	Name string    // as it was called; may be empty
	Lang stet.Lang // of words in the file that name no language; the site's first if it is empty
	Body io.Reader // a failure to read is returned as it is

	// Say changes the description that was found in the file before it is saved;
	// may be nil.
	Say func(*stet.Description)
}

// Bring takes a file into the newsroom as a new picture. What is no picture or
// is beyond the limits is refused by a stet.Error about the field "file". When
// it returns, readers can be shown the picture. A full disk is an Error of kind
// NoRoom.
func (s *Service) Bring(ctx context.Context, actor stet.User, in Incoming) (*stet.Picture, error) {
	p, err := s.bring(ctx, actor, in)
	return p, s.OrFull(err)
}

// OrFull returns err or, where it says that the disk is full, what people are
// told then: an Error of kind NoRoom.
func (s *Service) OrFull(err error) error {
	if !blob.Full(err) {
		return err
	}
	s.Log.Error("there is no room for pictures", "err", err)
	return stet.Errorf(stet.NoRoom, "file", "cannot be kept: the newsroom's disk is full; tell whoever runs the server, and bring it once more then")
}

func (s *Service) bring(ctx context.Context, actor stet.User, in Incoming) (*stet.Picture, error) {
	if err := stet.May(actor, stet.ActPicture, nil); err != nil {
		return nil, err
	}
	if in.Lang == "" {
		site, err := s.DB.Site(ctx)
		if err != nil {
			return nil, err
		}
		in.Lang = site.Editions[0].Lang
	}
	f, hash, err := s.keep(in.Body)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, done, err := s.room(ctx, func() ([]byte, error) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		return io.ReadAll(f)
	})
	src, done, err := s.open(ctx, data, done, err)
	if err != nil {
		return nil, err
	}
	defer done()
	file, said := src.File(), src.Description(in.Lang)
	file.Hash, file.Name = hash, in.Name
	look, err := guarded(func() (Preview, error) { return s.Encoder.Preview(ctx, src) })
	if err != nil {
		return nil, fmt.Errorf("look at a picture: %w", err)
	}
	file.Colour, file.Placeholder = look.Colour, look.Placeholder
	// What the file says may break our rules; what a person says is refused then.
	if said.Check() != nil {
		said = stet.Description{}
	}
	if in.Say != nil {
		in.Say(&said)
	}
	p, err := stet.Bring(actor, stet.PictureID(store.NewID()), file, said, s.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		return nil, err
	}
	p.Focus = look.Focus

	if err := s.alone(ctx, hash, func() error {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := s.Files.Put(ctx, originalName(hash), f, file.Bytes); err != nil {
			return err
		}
		if err := s.makeProof(ctx, src, hash); err != nil {
			return err
		}
		if err := s.DB.AddPicture(ctx, p); err != nil {
			return err
		}
		return s.DB.SetPrint(ctx, p.ID, look.Print)
	}); err != nil {
		return nil, err
	}
	s.received.Add(1)
	s.rouse()
	return p, nil
}

// keep copies a file to the disk, and refuses what can be refused by its
// beginning or its size before all of it has come.
func (s *Service) keep(r io.Reader) (f *os.File, hash string, err error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, "", err
	}
	head = head[:n]
	mediaType, err := Sniff(head)
	if err == nil && mediaType == "image/heic" {
		_, err = heicProgram()
	}
	if err != nil {
		return nil, "", err
	}
	if f, err = os.CreateTemp("", "stet-picture-"); err != nil {
		return nil, "", err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := os.Remove(f.Name()); err != nil { // it lives as long as it is open
		return nil, "", err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(io.MultiReader(bytes.NewReader(head), r), s.Limits.Bytes+1))
	if err != nil {
		return nil, "", err
	}
	if size > s.Limits.Bytes {
		return nil, "", s.tooLarge()
	}
	return f, hex.EncodeToString(sum.Sum(nil)), nil
}

// TooLarge is the error of a file that has too many bytes.
type TooLarge struct{ told *stet.Error }

func (e *TooLarge) Error() string { return e.told.Error() }

// Unwrap lets it count as the refusal of a field.
func (e *TooLarge) Unwrap() error { return e.told }

func (s *Service) tooLarge() error {
	return &TooLarge{stet.Errorf(stet.Invalid, "file", "is too large; at most %d MB are allowed, save it smaller and bring that", s.Limits.Bytes>>20)}
}

// room reads a file as soon as there is memory for the picture in it, which done
// gives back.
func (s *Service) room(ctx context.Context, read func() ([]byte, error)) (data []byte, done func(), err error) {
	select {
	case s.reading <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	defer func() { <-s.reading }()
	if data, err = read(); err != nil {
		return nil, nil, err
	}
	weight, err := Weigh(data, s.Limits)
	if err != nil {
		return nil, nil, err
	}
	weight = min(max(weight, 1), s.Limits.Memory)
	if err := s.memory.Acquire(ctx, weight); err != nil {
		return nil, nil, err
	}
	return data, func() { s.memory.Release(weight) }, nil
}

// roomForOriginal reads the file that a picture was received as.
func (s *Service) roomForOriginal(ctx context.Context, hash string) ([]byte, func(), error) {
	return s.room(ctx, func() ([]byte, error) {
		data, err := s.read(ctx, originalName(hash))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			err = &placeError{err}
		}
		return data, err
	})
}

// open opens a picture that there was room for.
func (s *Service) open(ctx context.Context, data []byte, done func(), err error) (*Source, func(), error) {
	if err != nil {
		return nil, nil, err
	}
	src, err := guarded(func() (*Source, error) { return Open(ctx, data, s.Limits) })
	if err != nil {
		done()
		return nil, nil, err
	}
	return src, done, nil
}

func (s *Service) read(ctx context.Context, name string) ([]byte, error) {
	b, err := s.Files.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	data := make([]byte, b.Size)
	_, err = io.ReadFull(b, data)
	return data, err
}

// guarded makes an error of a panic: no file that is received may end the
// program.
func guarded[T any](fn func() (T, error)) (v T, err error) {
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("a picture made the program panic: %v", why)
		}
	}()
	return fn()
}

// proofWidth is the width of proofs at most.
const proofWidth = 960

func (s *Service) makeProof(ctx context.Context, src *Source, hash string) error {
	file := src.File()
	f := (&stet.Picture{PictureFile: file}).Frame(stet.Natural)
	f.Moves = false
	in := f.Formats(false)
	data, err := s.render(ctx, src, f, min(proofWidth, file.Width), in[len(in)-1], stet.Description{})
	if err != nil {
		return fmt.Errorf("make a proof: %w", err)
	}
	return s.Files.Put(ctx, proofName(hash), bytes.NewReader(data), int64(len(data)))
}

func (s *Service) render(ctx context.Context, src *Source, f stet.Frame, width int, format stet.Format, said stet.Description) ([]byte, error) {
	return guarded(func() ([]byte, error) {
		var out bytes.Buffer
		err := s.Encoder.Render(ctx, src, f, width, format, said, &out)
		return out.Bytes(), err
	})
}

// proof returns the proof of an original, which is made if it is lost.
func (s *Service) proof(ctx context.Context, hash string) ([]byte, error) {
	data, err := s.read(ctx, proofName(hash))
	if !errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	data, done, err := s.roomForOriginal(ctx, hash)
	src, done, err := s.open(ctx, data, done, err)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := s.makeProof(ctx, src, hash); err != nil {
		return nil, err
	}
	return s.read(ctx, proofName(hash))
}

// Original opens the file that a picture was received as, for somebody who works
// on pictures. It must be handed out as a download only: what is in it is the
// sender's.
func (s *Service) Original(ctx context.Context, actor stet.User, id stet.PictureID) (*stet.Picture, *blob.Blob, error) {
	p, err := s.DB.Picture(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := stet.May(actor, stet.ActPicture, nil); err != nil {
		return nil, nil, err
	}
	b, err := s.Files.Get(ctx, originalName(p.Hash))
	return p, b, err
}

// alone calls fn while nobody else brings or removes the file of a hash: nobody
// may take away what another has just put there for a row that is to come.
func (s *Service) alone(ctx context.Context, hash string, fn func() error) error {
	return s.DB.Alone(ctx, originalName(hash), fn)
}

// Remove removes a picture that no text uses, and its files.
func (s *Service) Remove(ctx context.Context, actor stet.User, id stet.PictureID) error {
	p, err := s.DB.Picture(ctx, id)
	if err != nil {
		return err
	}
	return s.alone(ctx, p.Hash, func() error {
		keys, err := s.DB.FrameKeys(ctx, id)
		if err != nil {
			return err
		}
		if err := s.DB.RemovePicture(ctx, actor, id); err != nil {
			return err
		}
		// From here on doctor finds what is left if this breaks off.
		return s.removeFiles(ctx, p.Hash, keys)
	})
}

// removeFiles removes the files of a hash and of some frames, if no picture has
// them any more.
func (s *Service) removeFiles(ctx context.Context, hash string, keys []string) error {
	var names []string
	if same, err := s.DB.SamePictures(ctx, hash); err != nil {
		return err
	} else if len(same) == 0 {
		names = append(names, originalName(hash), proofName(hash))
	}
	for _, key := range keys {
		if _, err := s.DB.Frame(ctx, key); err == nil {
			continue // another picture has it too
		} else if !stet.Is(err, stet.NotFound) {
			return err
		}
		for info, err := range s.Files.List(ctx, Renditions+key+"/") {
			if err != nil {
				return err
			}
			names = append(names, info.Name)
		}
		s.cuts.forget(key)
	}
	for _, name := range names {
		if err := s.Files.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// Path returns an address of a picture that every browser shows, on the site,
// and its size there.
func Path(p *stet.Picture) (path string, width, height int) {
	f := p.Frame(stet.Natural)
	widths, in := f.Widths(), f.Formats(false)
	width = widths[len(widths)-1]
	return f.Path(width, in[len(in)-1]), width, f.Height(width)
}

// can lists the formats that this machine makes.
func (s *Service) can() []stet.Format {
	if s.Encoder.AVIF() {
		return formats[:]
	}
	return formats[:len(formats)-1]
}

// Stats is what the service did since its start.
type Stats struct {
	Received int64                 // pictures
	Failed   int64                 // renditions, each time that one could not be made
	Crashed  int64                 // processes that make renditions
	Made     map[stet.Format]int64 // renditions
	Bytes    int64                 // that they have
	Took     time.Duration         // that they took, one worker's after the other's
	Resting  bool                  // none is made for now, as the disk was full
}

// Stats returns what the service did since its start.
func (s *Service) Stats() Stats {
	out := Stats{s.received.Load(), s.failed.Load(), s.crashed.Load(), map[stet.Format]int64{}, s.madeBytes.Load(), time.Duration(s.madeTook.Load()), s.rests(s.Now())}
	for i, f := range formats {
		out.Made[f] = s.made[i].Load()
	}
	return out
}

// Waiting counts the renditions that this machine can make.
func (s *Service) Waiting(ctx context.Context) (picture.Unmade, error) {
	return s.DB.CountUnmade(ctx, s.can())
}
