package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"stet/store/storetest"
)

func TestMain(m *testing.M) {
	// Else a program with the race detector sleeps for a second before it ends, and
	// the tests run it hundreds of times.
	os.Setenv("GORACE", strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"))
	testscript.Main(m, map[string]func(){"stet": main})
}

// TestScript runs the scripts in testdata on both engines. Beside testscript's
// own commands and stet itself they have:
//
//	serve [TIME]          serves the newsroom in dir; the clock stands at TIME
//	                      if it is given. $URL is its address.
//	shutdown              ends it as SIGTERM does
//	http METHOD PATH [HEADER=VALUE…] [@FILE]
//	                      sends a request; stdout is the status, the header and
//	                      the body
//	signin NAME EMAIL     signs somebody in by a link of stet user link; $NAME
//	                      is the HEADER=VALUE of the session
//	token NAME            makes a token that may do everything; $NAME holds it
//
// $DB is "--db=postgres://…" or "--dir=dir", whichever the engine.
func TestScript(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir: "testdata",
				Setup: func(env *testscript.Env) error {
					env.Setenv("DB", "--dir=dir")
					if engine == "postgres" {
						env.Setenv("DB", "--db="+storetest.DSN(env.T().(testing.TB), engine))
					}
					env.Setenv("ENGINE", engine)
					env.Setenv("GORACE", os.Getenv("GORACE"))
					env.Values[serverKey] = &served{}
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"serve": scriptServe, "shutdown": scriptShutdown, "http": scriptHTTP, "token": scriptToken, "picture": scriptPicture, "signin": scriptSignIn,
				},
			})
		})
	}
}

const serverKey = "server"

// served is the newsroom that a script serves, if it does.
type served struct{ stop func() error }

func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	now := time.Now
	if len(args) > 0 && !strings.HasPrefix(args[0], "--") {
		at, err := time.Parse(time.RFC3339, args[0])
		ts.Check(err)
		start := time.Now()
		now = func() time.Time { return at.Add(time.Since(start)) }
	}
	p := &program{io.Discard, io.Discard, func(string) string { return "" }}
	arg := ts.Getenv("DB")
	if dir, ok := strings.CutPrefix(arg, "--dir="); ok {
		arg = "--dir=" + ts.MkAbs(dir)
	}
	// On one engine by the fast lane: what scripts see is the same.
	flags := []string{arg, "--addr=127.0.0.1:0", fmt.Sprintf("--lane=%t", ts.Getenv("ENGINE") == "sqlite")}
	for _, a := range args {
		if dir, ok := strings.CutPrefix(a, "--dir="); ok {
			a = "--dir=" + ts.MkAbs(dir)
		}
		if strings.HasPrefix(a, "--") {
			flags = append(flags, a)
		}
	}
	c, _, err := p.settings("serve", flags, nil)
	ts.Check(err)
	ctx, cancel := context.WithCancel(context.Background())
	db, err := c.open(ctx)
	ts.Check(err)
	s, err := newServer(ctx, c, db, slog.New(slog.NewTextHandler(writer(ts.Logf), nil)), now)
	ts.Check(err)
	ts.Setenv("URL", s.url)
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	v := ts.Value(serverKey).(*served)
	v.stop = func() error {
		cancel()
		err := <-done
		db.Close()
		v.stop = nil
		return err
	}
	ts.Defer(func() {
		if v.stop != nil {
			v.stop()
		}
	})
}

type writer func(format string, args ...any)

func (w writer) Write(b []byte) (int, error) {
	w("%s", b)
	return len(b), nil
}

func scriptShutdown(ts *testscript.TestScript, neg bool, args []string) {
	v := ts.Value(serverKey).(*served)
	if v.stop == nil {
		ts.Fatalf("nothing is served")
	}
	ts.Check(v.stop())
}

func scriptHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: http METHOD PATH [HEADER=VALUE…] [@FILE]")
	}
	var body io.Reader
	header := http.Header{}
	for _, a := range args[2:] {
		if file, ok := strings.CutPrefix(a, "@"); ok {
			body = strings.NewReader(ts.ReadFile(file))
			continue
		}
		name, value, ok := strings.Cut(a, "=")
		if !ok {
			ts.Fatalf("%q is not HEADER=VALUE", a)
		}
		header.Add(name, value)
	}
	address := args[1]
	if strings.HasPrefix(address, "/") {
		address = ts.Getenv("URL") + address
	}
	req, err := http.NewRequest(args[0], address, body)
	ts.Check(err)
	req.Header = header
	req.Host = header.Get("Host") // the address's if it is empty
	if body != nil && header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	ts.Check(err)
	defer res.Body.Close()
	var out strings.Builder
	fmt.Fprintln(&out, res.StatusCode)
	ts.Check(res.Header.Write(&out))
	fmt.Fprintln(&out)
	_, err = io.Copy(&out, res.Body)
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), out.String())
}

// run runs a command on the newsroom of the script and returns what it prints.
func run(ts *testscript.TestScript, command ...string) string {
	var out strings.Builder
	p := &program{&out, io.Discard, os.Getenv}
	arg := ts.Getenv("DB")
	if dir, ok := strings.CutPrefix(arg, "--dir="); ok {
		arg = "--dir=" + ts.MkAbs(dir)
	}
	if status := p.run(context.Background(), append(command, arg)); status != 0 {
		ts.Fatalf("%s: status %d", strings.Join(command, " "), status)
	}
	return strings.TrimSpace(out.String())
}

func scriptToken(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv(args[0], run(ts, "token", "add", "--name=script", "--scopes=articles:write,articles:publish"))
}

// scriptPicture brings a picture in, waits until it is made, and sets a variable
// to its path.
func scriptPicture(ts *testscript.TestScript, neg bool, args []string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "one.jpg")
	ts.Check(err)
	ts.Check(jpeg.Encode(part, image.NewGray(image.Rect(0, 0, 400, 300)), nil))
	ts.Check(form.Close())
	req, err := http.NewRequest("POST", ts.Getenv("URL")+"/api/v1/pictures", &body)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+ts.Getenv("TOKEN"))
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	var answer struct{ URL string }
	ts.Check(json.NewDecoder(res.Body).Decode(&answer))
	at, err := url.Parse(answer.URL)
	ts.Check(err)
	for range 600 {
		res, err := http.Get(ts.Getenv("URL") + at.Path)
		ts.Check(err)
		res.Body.Close()
		if strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			ts.Setenv(args[0], at.Path)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s is never made", answer.URL)
}

func scriptSignIn(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: signin NAME EMAIL")
	}
	_, path, _ := strings.Cut(run(ts, "user", "link", "--email="+args[1]), "/desk/")
	req, err := http.NewRequest("POST", ts.Getenv("URL")+"/desk/"+path, nil)
	ts.Check(err)
	res, err := http.DefaultTransport.RoundTrip(req)
	ts.Check(err)
	defer res.Body.Close()
	if len(res.Cookies()) != 1 {
		ts.Fatalf("the link is answered %s", res.Status)
	}
	ts.Setenv(args[0], "Cookie="+res.Cookies()[0].Name+"="+res.Cookies()[0].Value)
}
