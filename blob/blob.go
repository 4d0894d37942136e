// Package blob keeps files that never change under names that say what is in
// them: in a directory, or in a service that speaks S3.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"syscall"
	"time"

	"github.com/minio/minio-go/v7"
)

// Store keeps blobs. Both kinds, [Dir] and [S3], promise the same. It is safe
// for concurrent use, also by several processes.
type Store interface {
	// Put keeps what r yields, size bytes, under a name. When it returns nil the
	// blob is whole and durable; else nothing of it can be seen. A blob of that
	// name that is there already is replaced in one step.
	Put(ctx context.Context, name string, r io.Reader, size int64) error
	// Get opens a blob. The error wraps fs.ErrNotExist if there is none.
	Get(ctx context.Context, name string) (*Blob, error)
	// Delete removes a blob. That there is none is no error.
	Delete(ctx context.Context, name string) error
	// List yields the blobs whose names begin with a prefix, in no order.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// Info is what is known of a blob without reading it.
type Info struct {
	Name string
	Size int64
	Put  time.Time // when it was put there
}

// Blob is an open blob.
type Blob struct {
	io.ReadSeekCloser
	Info
}

// Full reports whether an error says that there is no room left for what should
// be kept.
func Full(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.Code {
	case "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage":
		return true
	}
	return false
}

// check refuses what is no name: one or more parts of a–z, 0–9, -, _ and . with
// slashes between them, none of which begins with a dot.
func check(name string) error {
	ok := fs.ValidPath(name) && len(name) <= 500
	for part := range strings.SplitSeq(name, "/") {
		ok = ok && !strings.HasPrefix(part, ".")
	}
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./", r))
	}
	if !ok {
		return fmt.Errorf("blob: %.80q is no name for a blob", name)
	}
	return nil
}

// exactly reads as many bytes of r as are left, or fails: no blob is shorter or
// longer than was said. It fails before its last byte is out.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if e.left == 0 {
		return 0, e.end()
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	switch {
	case err == io.EOF && e.left > 0:
		return n, &wrongSize{"is shorter"}
	case err == nil && e.left == 0:
		if err = e.end(); err != io.EOF {
			return 0, err
		}
		err = nil
	}
	return n, err
}

// end returns io.EOF where r ends.
func (e *exactly) end() error {
	n, err := io.ReadFull(e.r, make([]byte, 1))
	if n > 0 {
		return &wrongSize{"is longer"}
	}
	return err
}

// wrongSize is the error of a reader that does not yield what was said.
type wrongSize struct{ is string }

func (e *wrongSize) Error() string { return "what should be kept " + e.is + " than was said" }
