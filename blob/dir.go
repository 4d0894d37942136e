package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"time"
)

// Dir keeps every blob in a file of its own below a directory. Nothing outside
// of the directory is ever touched.
type Dir struct{ root *os.Root }

// OpenDir opens a directory, which is made if it is not there.
func OpenDir(dir string) (*Dir, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Dir{root}, nil
}

// unfinished is what the names of files begin with that are still being written.
// No blob's name begins so.
const unfinished = ".put-"

// abandoned is how old an unfinished file is that nobody is writing any more.
const abandoned = 24 * time.Hour

// Put implements Store.
func (d *Dir) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := check(name); err != nil {
		return err
	}
	tmp := unfinished + strings.ToLower(rand.Text())
	err := d.write(ctx, tmp, &exactly{r, size})
	if err == nil {
		err = d.move(tmp, name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep the file %s: %w", name, err), ignoreMissing(d.root.Remove(tmp)))
	}
	return nil
}

func (d *Dir) write(ctx context.Context, tmp string, r io.Reader) error {
	f, err := d.root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, reading{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// reading ends with its context.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// move gives a whole file its name, and makes the name durable.
func (d *Dir) move(tmp, name string) error {
	dir := path.Dir(name)
	var err error
	for range 10 { // Delete may take the directory away meanwhile
		if err = d.root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err = d.root.Rename(tmp, name); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return err
	}
	for ; ; dir = path.Dir(dir) { // its directories may be new too
		f, err := d.root.Open(dir)
		if err != nil {
			return ignoreMissing(err)
		}
		err = f.Sync()
		if err = errors.Join(err, f.Close()); err != nil || dir == "." {
			return err
		}
	}
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Get implements Store.
func (d *Dir) Get(ctx context.Context, name string) (*Blob, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Blob{f, Info{name, info.Size(), info.ModTime()}}, nil
}

// Delete implements Store.
func (d *Dir) Delete(ctx context.Context, name string) error {
	if err := check(name); err != nil {
		return err
	}
	if err := ignoreMissing(d.root.Remove(name)); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if d.root.Remove(dir) != nil { // others are in it
			break
		}
	}
	return nil
}

// List implements Store. It clears away what writers that were killed have left.
func (d *Dir) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		stopped := errors.New("stopped")
		err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return ignoreMissing(err)
			}
			if e.IsDir() {
				if name != "." && !strings.HasPrefix(name+"/", prefix) && !strings.HasPrefix(prefix, name+"/") {
					return fs.SkipDir
				}
				return nil
			}
			info, err := e.Info()
			switch {
			case err != nil:
				return ignoreMissing(err)
			case strings.HasPrefix(name, unfinished) && time.Since(info.ModTime()) > abandoned:
				return ignoreMissing(d.root.Remove(name))
			case !info.Mode().IsRegular() || !strings.HasPrefix(name, prefix) || check(name) != nil:
				return nil
			case !yield(Info{name, info.Size(), info.ModTime()}, nil):
				return stopped
			}
			return nil
		})
		if err != nil && err != stopped {
			yield(Info{}, err)
		}
	}
}
