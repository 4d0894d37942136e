package blob

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// S3Options say where a bucket is and who may use it.
type S3Options struct {
	Endpoint  string // scheme and host: https://s3.eu-central-1.amazonaws.com
	Bucket    string // which must be there
	Region    string // us-east-1 if it is empty, as most services but Amazon's want it
	Prefix    string // what all names begin with in the bucket; may be empty
	AccessKey string
	SecretKey string
}

// S3 keeps blobs in a bucket of a service that speaks S3.
type S3 struct {
	core   minio.Core
	bucket string
	prefix string // ends with a slash, or is empty
}

const (
	s3Tries = 4                // attempts at what may succeed a moment later
	s3Rest  = time.Second / 4  // before the second, twice as long before the third
	s3Stall = 30 * time.Second // for which nothing may move on a connection
)

// OpenS3 returns the store that the options name. It does not call the service:
// see [S3.Check].
func OpenS3(o S3Options) (*S3, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("the endpoint %q must be a scheme and a host, like https://s3.example.org", o.Endpoint)
	}
	if o.Prefix = strings.Trim(o.Prefix, "/"); o.Prefix != "" {
		if err := check(o.Prefix); err != nil || len(o.Prefix) > 200 {
			return nil, fmt.Errorf("the prefix %q must be made of a–z, 0–9, -, _ and ., with slashes between its parts", o.Prefix)
		}
		o.Prefix += "/"
	}
	if o.AccessKey == "" || o.SecretKey == "" {
		return nil, errors.New("the access key or the secret key is missing")
	}
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:     u.Scheme == "https",
		Region:     cmp.Or(o.Region, "us-east-1"),
		Transport:  s3Transport(),
		MaxRetries: s3Tries,
	})
	if err != nil {
		return nil, err
	}
	if err := s3utils.CheckValidBucketName(o.Bucket); err != nil {
		return nil, fmt.Errorf("%q is no name for a bucket: %w", o.Bucket, err)
	}
	return &S3{*core, o.Bucket, o.Prefix}, nil
}

// s3Transport gives up on a service that does not move, never on one that is slow.
func s3Transport() *http.Transport {
	d := net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := d.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return moving{c}, nil
		},
		ForceAttemptHTTP2:   false, // its pings would count as moving
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     s3Stall,
		DisableCompression:  true,
	}
}

// moving is a connection that breaks when nothing moves on it in either direction.
type moving struct{ net.Conn }

func (m moving) Read(p []byte) (int, error) {
	if err := m.SetDeadline(time.Now().Add(s3Stall)); err != nil {
		return 0, err
	}
	return m.Conn.Read(p)
}

func (m moving) Write(p []byte) (int, error) {
	if err := m.SetDeadline(time.Now().Add(s3Stall)); err != nil {
		return 0, err
	}
	return m.Conn.Write(p)
}

// Misconfigured is the error of a service that will go on refusing until
// somebody changes something.
type Misconfigured struct {
	Do  string // what
	err error
}

func (e *Misconfigured) Error() string { return e.Do + " (" + e.err.Error() + ")" }
func (e *Misconfigured) Unwrap() error { return e.err }

// explain says what can be done about an error.
func (s *S3) explain(op, name string, err error) error {
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	do := ""
	switch answer.Code {
	case minio.NoSuchKey:
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "XAdminUserNotFound":
		do = "the service does not know these keys: set the access key and the secret key that it gave"
	case minio.AccessDenied, "AllAccessDisabled", "AccountProblem":
		do = fmt.Sprintf("the service does not let these keys use the bucket %s: they must be allowed to list it and to get, put and delete objects", s.bucket)
	case minio.NoSuchBucket:
		do = fmt.Sprintf("there is no bucket %s: make it, or correct the name", s.bucket)
	case "RequestTimeTooSkewed":
		do = "the clock of this machine differs too much from the service's: set it"
	case minio.AuthorizationHeaderMalformed, minio.InvalidRegion, "PermanentRedirect", "IllegalLocationConstraintException":
		do = "the bucket is in another region: set the region" + strings.TrimSuffix(" "+answer.Region, " ")
	}
	if do == "" && strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		do = "the service does not speak HTTPS there: correct the endpoint"
	}
	if do != "" {
		err = &Misconfigured{do, err}
	}
	return fmt.Errorf("%s %s in the bucket %s: %w", op, name, s.bucket, err)
}

// Check does everything with a small blob once, and returns the first error.
// One that people must do something about is a [Misconfigured].
func (s *S3) Check(ctx context.Context) error {
	name, text := "check/"+strings.ToLower(rand.Text()), "stet"
	if err := s.Put(ctx, name, strings.NewReader(text), int64(len(text))); err != nil {
		return err
	}
	b, err := s.Get(ctx, name)
	if err == nil {
		var got []byte
		got, err = io.ReadAll(b)
		if err = errors.Join(err, b.Close()); err == nil && string(got) != text {
			err = fmt.Errorf("get %s in the bucket %s: it is not what was put there", name, s.bucket)
		}
	}
	for _, listed := range s.List(ctx, name) {
		err = errors.Join(err, listed)
	}
	return errors.Join(err, s.Delete(ctx, name))
}

// Put implements Store. It needs no memory for the blob, and tries again if r
// can be read twice.
func (s *S3) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := check(name); err != nil {
		return err
	}
	again, err := rereader(r)
	if err != nil {
		return err
	}
	for try, rest := 1, s3Rest; ; try, rest = try+1, 2*rest {
		body := r
		if again != nil {
			body = again()
		}
		err := s.put(ctx, name, body, size)
		if err == nil || again == nil || try == s3Tries || ctx.Err() != nil || !passing(err) {
			return s.explain("put", name, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
}

// rereader returns what yields r from where it is, each time anew and safe beside
// the time before, which may not have ended; nil if r can be read once.
func rereader(r io.Reader) (func() io.Reader, error) {
	from, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, nil
	}
	at, err := from.Seek(0, io.SeekCurrent)
	return func() io.Reader { return io.NewSectionReader(from, at, math.MaxInt64-at) }, err
}

// passing reports whether an error may be gone a moment later.
func passing(err error) bool {
	var foreign *url.Error
	answer := minio.ToErrorResponse(err)
	return errors.As(err, &foreign) && !errors.As(err, new(*wrongSize)) ||
		answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusRequestTimeout
}

func (s *S3) put(ctx context.Context, name string, r io.Reader, size int64) error {
	var whole io.Reader = &exactly{r, size}
	if size == 0 { // then nothing of it would be read
		if _, err := whole.Read(make([]byte, 1)); err != io.EOF {
			return err
		}
		whole = bytes.NewReader(nil)
	}
	// In one piece: an upload in parts that breaks off would stay there, and be
	// paid for. Whoever reads it knows its type from elsewhere.
	_, err := s.core.Client.PutObject(ctx, s.bucket, s.prefix+name, whole, size, minio.PutObjectOptions{DisableMultipart: true, DisableContentSha256: size == 0})
	return err
}

// Get implements Store.
func (s *S3) Get(ctx context.Context, name string) (*Blob, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	o := &object{ctx: ctx, s: s, name: name}
	info, err := o.open(0)
	if err != nil {
		return nil, err
	}
	o.size, o.etag = info.Size, info.ETag
	return &Blob{o, Info{name, info.Size, info.LastModified}}, nil
}

// object is an open object: one answer of the service, and another one where
// reading goes on elsewhere.
type object struct {
	ctx  context.Context
	s    *S3
	name string
	size int64
	etag string
	body io.ReadCloser // nil if none is open
	from int64         // where it is
	at   int64         // where reading goes on
}

func (o *object) open(at int64) (info minio.ObjectInfo, err error) {
	var opts minio.GetObjectOptions
	if at > 0 {
		if err := errors.Join(opts.SetRange(at, 0), opts.SetMatchETag(o.etag)); err != nil {
			return info, err
		}
	}
	o.body, info, _, err = o.s.core.GetObject(o.ctx, o.s.bucket, o.s.prefix+o.name, opts)
	if err != nil {
		o.body = nil
		return info, o.s.explain("get", o.name, err)
	}
	o.from = at
	return info, nil
}

func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if o.body == nil || o.from != o.at {
		if err := o.Close(); err != nil {
			return 0, err
		}
		if _, err := o.open(o.at); err != nil {
			return 0, err
		}
	}
	n, err := o.body.Read(p)
	o.from, o.at = o.from+int64(n), o.at+int64(n)
	switch {
	case err == io.EOF && o.at < o.size:
		err = io.ErrUnexpectedEOF
	case err == io.EOF && n > 0:
		err = nil
	}
	return n, err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("blob: seek to %d", offset)
	}
	o.at = offset
	return offset, nil
}

func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	body := o.body
	o.body = nil
	return body.Close()
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := check(name); err != nil {
		return err
	}
	err := s.explain("delete", name, s.core.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}))
	return ignoreMissing(err)
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for o := range s.core.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix + prefix, Recursive: true}) {
			if o.Err != nil {
				yield(Info{}, s.explain("list", prefix+"…", o.Err))
				return
			}
			name := strings.TrimPrefix(o.Key, s.prefix)
			if check(name) == nil && !yield(Info{name, o.Size, o.LastModified}, nil) {
				return
			}
		}
	}
}
