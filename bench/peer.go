package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A kept page is an answer of stet as its peers give it again.
type keptPage struct {
	Header http.Header // without what every server adds by itself
	Body   []byte      // gzipped
}

// keepPages fetches pages from stet.
func keepPages(s *server, paths []string) (map[string]keptPage, error) {
	r := newReader()
	out := map[string]keptPage{}
	for _, path := range paths {
		answer, body, err := r.page(s.url(path))
		if err != nil {
			return nil, err
		}
		if answer.Header.Get("Content-Encoding") != "gzip" {
			return nil, fmt.Errorf("%s came without compression", path)
		}
		answer.Header.Del("Date")
		answer.Header.Del("Connection")
		out[path] = keptPage{answer.Header, body}
	}
	return out, nil
}

// servePeer is the bare server: net/http that writes what it holds in memory.
func servePeer(ctx context.Context, addr, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	var kept map[string]keptPage
	err = gob.NewDecoder(f).Decode(&kept)
	f.Close()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: bare(kept)}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// bare does as little as a handler can that knows validators.
func bare(kept map[string]keptPage) http.Handler {
	type field struct {
		name   string
		values []string
		on304  bool
	}
	type page struct {
		etag   string
		fields []field
		body   []byte
	}
	pages := make(map[string]*page, len(kept))
	for path, k := range kept {
		p := &page{etag: k.Header.Get("Etag"), body: k.Body}
		for name, values := range k.Header {
			on304 := slices.Contains([]string{"Etag", "Cache-Control", "Vary"}, name)
			p.fields = append(p.fields, field{name, values, on304})
		}
		pages[path] = p
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := pages[r.URL.Path]
		if p == nil {
			http.NotFound(w, r)
			return
		}
		same := p.etag != "" && r.Header.Get("If-None-Match") == p.etag
		h := w.Header()
		for _, f := range p.fields {
			if f.on304 || !same {
				h[f.name] = f.values
			}
		}
		if same {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write(p.body)
	})
}

func (b *bench) startBare(pages map[string]keptPage) (*server, error) {
	file := filepath.Join(b.dir, "pages.gob")
	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(pages); err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	return b.startServer("bare net/http", addr, self, "-peer", addr, "-pages", file)
}

// startNginx lays the pages out as files, tuned as for a site that has nothing
// else to do: no log, one worker, files kept open.
func (b *bench) startNginx(pages map[string]keptPage, like string) (*server, error) {
	root := filepath.Join(b.dir, "nginx")
	for path, p := range pages {
		file := filepath.Join(root, "html", filepath.FromSlash(path))
		if strings.HasSuffix(path, "/") {
			file = filepath.Join(file, "index.html")
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		plain, err := unzip(p.Body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := errors.Join(os.WriteFile(file, plain, 0o644), os.WriteFile(file+".gz", p.Body, 0o644)); err != nil {
			return nil, err
		}
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(root, "nginx.conf")
	if err := os.WriteFile(conf, []byte(nginxConf(addr, root, pages[like].Header)), 0o644); err != nil {
		return nil, err
	}
	return b.startServer("nginx", addr, "nginx", "-p", root, "-c", conf, "-e", filepath.Join(root, "error.log"))
}

func nginxConf(addr, root string, like http.Header) string {
	var fields strings.Builder
	for _, name := range slices.Sorted(maps.Keys(like)) {
		switch name {
		case "Content-Type", "Content-Length", "Content-Encoding", "Etag", "Vary", "Last-Modified":
			continue // its own
		}
		if value := like.Get(name); !strings.ContainsAny(value, `"\$`) {
			fmt.Fprintf(&fields, "  add_header %s \"%s\";\n", name, value)
		}
	}
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;\n"
	}
	return fmt.Sprintf(`%sdaemon off;
worker_processes 1;
pid %[2]s/pid;
error_log %[2]s/error.log;
worker_rlimit_nofile 32000;
events { worker_connections 16000; }
http {
 access_log off;
 server_tokens off;
 default_type %[3]q;
 sendfile on;
 tcp_nopush on;
 keepalive_requests 1000000000;
 gzip_static on;
 gzip_vary on;
 open_file_cache max=10000 inactive=1h;
 open_file_cache_valid 1h;
 client_body_temp_path %[2]s/t1;
 proxy_temp_path %[2]s/t2;
 fastcgi_temp_path %[2]s/t3;
 uwsgi_temp_path %[2]s/t4;
 scgi_temp_path %[2]s/t5;
 server {
  listen %[4]s backlog=4096;
  root %[2]s/html;
%[5]s }
}
`, user, root, like.Get("Content-Type"), addr, fields.String())
}

func unzip(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return io.ReadAll(z)
}

// sameBytes checks that the servers give the same text at every path, as read
// by Go and, for one path, by curl.
func (b *bench) sameBytes(servers []*server, paths []string, one string) error {
	for _, s := range servers[1:] {
		r, first := newReader(), newReader()
		for _, path := range paths {
			_, want, err := first.page(servers[0].url(path))
			if err != nil {
				return err
			}
			answer, got, err := r.page(s.url(path))
			if err != nil {
				return err
			}
			if answer.Header.Get("Content-Encoding") != "gzip" || !bytes.Equal(got, want) {
				return fmt.Errorf("%s and %s give different bytes at %s", s.name, servers[0].name, path)
			}
			if _, err := unzip(got); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	if _, err := exec.LookPath("curl"); err != nil {
		return nil
	}
	var want []byte
	for _, s := range servers {
		got, err := b.command(b.dir, "curl", "-sSf", "--compressed", s.url(one)).Output()
		if err != nil {
			return fmt.Errorf("curl from %s: %w", s.name, err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("curl reads another page from %s than from %s", s.name, servers[0].name)
		}
	}
	return nil
}
