package media

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/blob"
	"stet/store"
)

// MaxPart is how many bytes a part of an upload may have.
const MaxPart = 8 << 20

// uploadTime is how long a file may take to come.
const uploadTime = 48 * time.Hour

// arriving is what is kept of a file that comes in parts: upload/ID/about holds
// it, and upload/ID/OFFSET each part, so that any node can take the next one and
// nothing of it is lost with a program.
type arriving struct {
	Name string    `json:"name"`
	Size int64     `json:"size"`
	By   string    `json:"by"` // User.ID
	At   time.Time `json:"at"`
}

const uploads = "upload/"

func uploadName(id, part string) string { return uploads + id + "/" + part }
func partName(at int64) string          { return fmt.Sprintf("%015d", at) }

// BeginUpload begins a file that comes in parts, of size bytes.
func (s *Service) BeginUpload(ctx context.Context, actor stet.User, name string, size int64) (id string, err error) {
	if err := stet.May(actor, stet.ActPicture, nil); err != nil {
		return "", err
	}
	if size > s.Limits.Bytes {
		return "", s.tooLarge()
	}
	if size < 1 {
		return "", stet.Errorf(stet.Invalid, "file", "is empty")
	}
	if err := s.forgetUploads(ctx); err != nil {
		return "", err
	}
	text, err := json.Marshal(arriving{stet.CleanLine(name), size, actor.ID, s.Now().UTC()})
	if err != nil {
		return "", err
	}
	id = store.NewID()
	return id, s.OrFull(s.Files.Put(ctx, uploadName(id, "about"), bytes.NewReader(text), int64(len(text))))
}

// Upload adds a part at an offset, of at most [MaxPart] bytes, and returns how
// much of the file is there. With the last part the file is received as by
// [Service.Bring], and p is the picture; a file that is refused is forgotten,
// but not where only the disk was full: the same call goes on then. A
// part that is not the next one is an Error of kind Conflict.
func (s *Service) Upload(ctx context.Context, actor stet.User, id string, at int64, l stet.Lang, part io.Reader) (have int64, p *stet.Picture, err error) {
	a, parts, have, err := s.upload(ctx, actor, id)
	if err != nil {
		return 0, nil, err
	}
	if at != have {
		return have, nil, stet.Errorf(stet.Conflict, "at", "is not where the file goes on: %d bytes of it are there", have)
	}
	if have < a.Size {
		data, err := io.ReadAll(io.LimitReader(part, MaxPart+1))
		if err != nil {
			return have, nil, err
		}
		if len(data) == 0 || len(data) > MaxPart || int64(len(data)) > a.Size-have {
			return have, nil, stet.Errorf(stet.Invalid, "file", "has a part that is empty or too large; choose it again")
		}
		name := uploadName(id, partName(at))
		if err := s.Files.Put(ctx, name, bytes.NewReader(data), int64(len(data))); err != nil {
			return have, nil, s.OrFull(err)
		}
		parts, have = append(parts, name), have+int64(len(data))
	}
	if have < a.Size {
		return have, nil, nil
	}
	whole := &chain{ctx: ctx, files: s.Files, names: parts}
	defer whole.close()
	p, err = s.Bring(ctx, actor, Incoming{Name: a.Name, Lang: l, Body: whole})
	var refused *stet.Error
	if err == nil || errors.As(err, &refused) && refused.Kind != stet.NoRoom {
		err = errors.Join(err, s.forgetUpload(ctx, id))
	}
	return have, p, err
}

// Uploaded returns how much of a file is there.
func (s *Service) Uploaded(ctx context.Context, actor stet.User, id string) (have int64, err error) {
	_, _, have, err = s.upload(ctx, actor, id)
	return have, err
}

// upload returns what is there of a file: its parts in order, as far as they
// follow one another.
func (s *Service) upload(ctx context.Context, actor stet.User, id string) (a arriving, parts []string, have int64, err error) {
	missing := stet.Errorf(stet.NotFound, "id", "this upload is not there; choose the file again")
	if err := stet.May(actor, stet.ActPicture, nil); err != nil {
		return a, nil, 0, err
	}
	if id == "" || strings.Trim(id, "0123456789abcdef-") != "" {
		return a, nil, 0, missing
	}
	text, err := s.read(ctx, uploadName(id, "about"))
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil, 0, missing
	}
	if err != nil {
		return a, nil, 0, err
	}
	if err := json.Unmarshal(text, &a); err != nil || a.By != actor.ID {
		return a, nil, 0, missing
	}
	var there []blob.Info
	for info, err := range s.Files.List(ctx, uploadName(id, "")) {
		if err != nil {
			return a, nil, 0, err
		}
		there = append(there, info)
	}
	slices.SortFunc(there, func(a, b blob.Info) int { return strings.Compare(a.Name, b.Name) })
	for _, info := range there {
		if info.Name == uploadName(id, partName(have)) {
			parts, have = append(parts, info.Name), have+info.Size
		}
	}
	return a, parts, have, nil
}

func (s *Service) forgetUpload(ctx context.Context, id string) error {
	var names []string
	for info, err := range s.Files.List(ctx, uploadName(id, "")) {
		if err != nil {
			return err
		}
		names = append(names, info.Name)
	}
	for _, name := range names {
		if err := s.Files.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// forgetUploads forgets files that have taken too long to come.
func (s *Service) forgetUploads(ctx context.Context) error {
	var names []string
	for info, err := range s.Files.List(ctx, uploads) {
		if err != nil {
			return err
		}
		if s.Now().Sub(info.Put) > uploadTime {
			names = append(names, info.Name)
		}
	}
	for _, name := range names {
		if err := s.Files.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// chain reads blobs one after the other.
type chain struct {
	ctx   context.Context
	files blob.Store
	names []string
	open  *blob.Blob
}

func (c *chain) Read(p []byte) (int, error) {
	for {
		if c.open == nil {
			if len(c.names) == 0 {
				return 0, io.EOF
			}
			b, err := c.files.Get(c.ctx, c.names[0])
			if err != nil {
				return 0, err
			}
			c.open, c.names = b, c.names[1:]
		}
		n, err := c.open.Read(p)
		if err == io.EOF {
			c.close()
			err = nil
			if n == 0 {
				continue
			}
		}
		return n, err
	}
}

func (c *chain) close() {
	if c.open != nil {
		_ = c.open.Close() // it was only read
		c.open = nil
	}
}
