package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// fake returns a service of this process that has a bucket named pictures. It
// looks at no keys.
func fake(t *testing.T) http.Handler {
	t.Helper()
	back := s3mem.New()
	if err := back.CreateBucket("pictures"); err != nil {
		t.Fatal(err)
	}
	return gofakes3.New(back, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
}

func openS3(t *testing.T, endpoint, prefix string) *S3 {
	t.Helper()
	s, err := OpenS3(S3Options{Endpoint: endpoint, Bucket: "pictures", Prefix: prefix, AccessKey: "key", SecretKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestS3: beside what others have in the bucket.
func TestS3(t *testing.T) {
	server := httptest.NewServer(fake(t))
	defer server.Close()
	s, other := openS3(t, server.URL, "/herald/media/"), openS3(t, server.URL, "")
	put(t, other, "herald/mediator", "somebody else's")
	conform(t, s)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if got := names(t, other, ""); len(got) != 1 {
		t.Errorf("in the bucket is %q", got)
	}
}

// gateway starts a service that is another program, with a bucket named
// pictures, and returns its address.
func gateway(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts another program")
	}
	program := filepath.Join(os.Getenv("STET_TEST_TOOLS"), "bin", "versitygw")
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("STET_TEST_ALL") != "" {
			t.Fatalf("make test installs what is missing: %v", err)
		}
		t.Skipf("make test installs what is missing: %v", err)
	}
	dir := t.TempDir()
	for _, name := range []string{"data/pictures", "notes"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c := exec.Command(program, "--port", addr, "--access", "key", "--secret", "secret", "--quiet",
		"posix", "--sidecar", filepath.Join(dir, "notes"), filepath.Join(dir, "data"))
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	for range 200 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return "http://" + addr
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it does not listen")
	return ""
}

// TestS3Server holds the store to its promises over another program.
func TestS3Server(t *testing.T) {
	o := S3Options{Endpoint: gateway(t), Bucket: "pictures", Prefix: "test", AccessKey: "key", SecretKey: "secret"}
	s, err := OpenS3(o)
	if err != nil {
		t.Fatal(err)
	}
	conform(t, s)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	for _, wrong := range []struct {
		change func(*S3Options)
		do     string
	}{
		{func(o *S3Options) { o.Bucket = "not-there" }, "there is no bucket not-there"},
		{func(o *S3Options) { o.SecretKey = "wrong" }, "does not know these keys"},
		{func(o *S3Options) { o.AccessKey = "wrong" }, "does not know these keys"},
		{func(o *S3Options) { o.Region = "nowhere-1" }, "is in another region"},
	} {
		o := o
		wrong.change(&o)
		s, err := OpenS3(o)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Check(t.Context())
		if !errors.As(err, new(*Misconfigured)) || !strings.Contains(err.Error(), wrong.do) {
			t.Errorf("want %q, got %v", wrong.do, err)
		}
	}
}

// TestS3Options: what cannot be right is refused at once.
func TestS3Options(t *testing.T) {
	good := S3Options{Endpoint: "https://s3.example.org", Bucket: "pictures", AccessKey: "key", SecretKey: "secret"}
	for _, wrong := range []struct {
		change func(*S3Options)
		told   string
	}{
		{func(o *S3Options) { o.Endpoint = "s3.example.org" }, "must be a scheme and a host"},
		{func(o *S3Options) { o.Endpoint += "/pictures" }, "must be a scheme and a host"},
		{func(o *S3Options) { o.Bucket = "My Pictures" }, "is no name for a bucket"},
		{func(o *S3Options) { o.Prefix = "a/../b" }, "the prefix"},
		{func(o *S3Options) { o.SecretKey = "" }, "key is missing"},
	} {
		o := good
		wrong.change(&o)
		if _, err := OpenS3(o); err == nil || !strings.Contains(err.Error(), wrong.told) {
			t.Errorf("want %q, got %v", wrong.told, err)
		}
	}
	if _, err := OpenS3(good); err != nil {
		t.Error(err)
	}
}

// TestS3Errors: what a service says becomes what somebody can do.
func TestS3Errors(t *testing.T) {
	for code, want := range map[string]string{
		"InvalidAccessKeyId":           "does not know these keys",
		"SignatureDoesNotMatch":        "does not know these keys",
		"AccessDenied":                 "does not let these keys use the bucket pictures",
		"NoSuchBucket":                 "there is no bucket pictures",
		"RequestTimeTooSkewed":         "the clock of this machine",
		"AuthorizationHeaderMalformed": "set the region eu-central-1",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `<Error><Code>`+code+`</Code><Message>No.</Message><Region>eu-central-1</Region></Error>`)
		}))
		s := openS3(t, server.URL, "")
		_, get := s.Get(t.Context(), "original/abc")
		var list error
		for _, list = range s.List(t.Context(), "") {
		}
		for what, err := range map[string]error{
			"check": s.Check(t.Context()), "put": s.Put(t.Context(), "a", strings.NewReader("x"), 1), "get": get, "delete": s.Delete(t.Context(), "a"), "list": list,
		} {
			if !errors.As(err, new(*Misconfigured)) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, %s: want %q, got %v", what, code, want, err)
			}
		}
		server.Close()
	}
}

// TestS3Trouble: what fails once is tried again, with the same bytes, and what
// breaks off in the middle is no whole blob.
func TestS3Trouble(t *testing.T) {
	service := fake(t)
	var busy, cut atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case busy.Add(-1) >= 0: // without reading what comes
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.Method == "GET" && cut.Add(-1) >= 0:
			w.Header().Set("Content-Length", "1000000")
			w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
			w.Write([]byte("only this"))
		default:
			service.ServeHTTP(w, r)
		}
	}))
	defer server.Close()
	s, ctx := openS3(t, server.URL, ""), t.Context()
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<17)
	r := bytes.NewReader(append([]byte("before"), big...))
	if _, err := r.Seek(6, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	busy.Store(2)
	if err := s.Put(ctx, "original/big", r, int64(len(big))); err != nil {
		t.Fatal(err)
	}
	busy.Store(2)
	if got := read(t, s, "original/big"); got != string(big) {
		t.Errorf("it holds %d bytes", len(got))
	}
	busy.Store(1)
	if err := s.Put(ctx, "original/once", io.MultiReader(strings.NewReader("x")), 1); err == nil {
		t.Error("what can be read once was kept, or nothing of it")
	}
	cut.Store(1)
	b, err := s.Get(ctx, "original/big")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if data, err := io.ReadAll(b); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("what broke off was read as %d bytes, %v", len(data), err)
	}
	server.CloseClientConnections()
	server.Close()
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Get(ended, "original/big"); err == nil {
		t.Error("nobody is there, and it was found")
	}
	if err := s.Check(ctx); err == nil || errors.As(err, new(*Misconfigured)) {
		t.Errorf("nobody is there: %v", err)
	}
}

// TestS3Seek: only what is asked for is fetched.
func TestS3Seek(t *testing.T) {
	service := fake(t)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.Header.Get("Range"))
		service.ServeHTTP(w, r)
	}))
	defer server.Close()
	s := openS3(t, server.URL, "")
	put(t, s, "original/abc", "0123456789")
	asked = nil
	b, err := s.Get(t.Context(), "original/abc")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	w := httptest.NewRecorder()
	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("Range", "bytes=-3")
	http.ServeContent(w, req, "", b.Put, b)
	if w.Code != http.StatusPartialContent || w.Body.String() != "789" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if strings.Join(asked, ", ") != "GET , GET bytes=7-" {
		t.Errorf("asked for %q", asked)
	}
	if _, err := b.Seek(-1, io.SeekStart); err == nil {
		t.Error("it goes before its beginning")
	}
	if at, err := b.Seek(20, io.SeekStart); at != 20 || err != nil {
		t.Error(at, err)
	}
	if n, err := b.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Error(n, err)
	}
}
