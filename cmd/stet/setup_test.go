package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSetUp: an empty directory is served, its questions are answered in the browser
// by the printed link alone, and the newsroom goes on at the same address.
func TestSetUp(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, configFile), []byte("cache_mb = 20"), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func() (said *io.PipeReader, stop func()) {
		r, w := io.Pipe()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan int, 1)
		p := &program{io.Discard, w, func(name string) string { return map[string]string{"GOGC": "100"}[name] }}
		go func() { done <- p.run(ctx, []string{"serve", "--dir", dir, "--addr", "127.0.0.1:0"}); w.Close() }()
		return r, func() {
			cancel()
			go io.Copy(io.Discard, r)
			if status := <-done; status != 0 {
				t.Errorf("serve ends with %d", status)
			}
		}
	}
	said, stop := start()
	at := regexp.MustCompile(`http://127\.0\.0\.1:\d+/desk/set-up/\S+`)
	var link string
	buffer, heard := make([]byte, 4096), ""
	for link == "" {
		n, err := said.Read(buffer)
		if heard += string(buffer[:n]); err != nil {
			t.Fatalf("it says %q, %v", heard, err)
		}
		link = at.FindString(heard)
	}
	go io.Copy(io.Discard, said)
	base := link[:strings.Index(link, "/desk/")]

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	answered := func(res *http.Response, err error) (int, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	get := func(at string) (int, string) { t.Helper(); return answered(client.Get(at)) }
	post := func(at string, form url.Values) (int, string) { t.Helper(); return answered(client.PostForm(at, form)) }

	for path, want := range map[string]int{"/": 503, "/desk/": 503, "/desk/set-up/": 503, "/desk/set-up/" + strings.Repeat("x", 43): 503, "/readyz": 503, "/healthz": 200} {
		if status, body := get(base + path); status != want || strings.Contains(body, link) {
			t.Errorf("%s answers %d, %s", path, status, body)
		}
	}
	if status, body := get(link); status != 200 || !strings.Contains(body, `value="`+base+`"`) {
		t.Errorf("the questions: %d\n%s", status, body)
	}
	answers := url.Values{"name": {"Herald"}, "langs": {"ru, en, ru"}, "zone": {"Mars/Base"}, "person": {"Anna"}, "email": {"anna"}, "url": {"example.org"}}
	status, body := post(link, answers)
	for _, field := range []string{"langs", "zone", "email", "url"} {
		if status != 422 || !strings.Contains(body, `id="wrong-`+field+`"`) {
			t.Errorf("a wrong %s is answered %d\n%s", field, status, body)
		}
	}
	if !strings.Contains(body, `value="Herald"`) || strings.Contains(body, `id="wrong-name"`) {
		t.Errorf("the form forgets\n%s", body)
	}
	if res, err := http.NewRequest("POST", link, strings.NewReader(answers.Encode())); err == nil {
		res.Header.Set("Sec-Fetch-Site", "cross-site")
		if status, _ := answered(client.Do(res)); status != 403 {
			t.Errorf("another site's form is answered %d", status)
		}
	}
	answers = url.Values{"name": {"Herald"}, "langs": {"ru, en"}, "zone": {"Asia/Baku"}, "person": {"Anna"}, "email": {"anna@example.org"}, "url": {base}}
	status, body = post(link, answers)
	signIn := regexp.MustCompile(`action="(/desk/sign-in/[^"]+)"`).FindStringSubmatch(body)
	if status != 200 || signIn == nil || !strings.Contains(body, "Anna") {
		t.Fatalf("the answers are answered %d\n%s", status, body)
	}
	if status, body := post(base+signIn[1], url.Values{}); status != 200 || !strings.Contains(body, "New story") {
		t.Errorf("the link leads to %d\n%s", status, body)
	}
	if status, _ := get(base + "/en/"); status != 200 {
		t.Errorf("the site answers %d", status)
	}
	if status, _ := get(link); status != 404 {
		t.Errorf("the link answers %d afterwards", status)
	}
	stop()
	if kept, err := os.ReadFile(filepath.Join(dir, configFile)); err != nil || string(kept) != "cache_mb = 20\nurl = \""+base+"\"\n" {
		t.Errorf("the settings are %q, %v", kept, err)
	}
	said, stop = start()
	for heard = ""; !strings.Contains(heard, "msg=serving"); {
		n, err := said.Read(buffer)
		if heard += string(buffer[:n]); err != nil {
			t.Fatalf("it says %q, %v", heard, err)
		}
	}
	stop()
}

// TestSetUpStops: the program can be stopped before there are answers.
func TestSetUpStops(t *testing.T) {
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	p := &program{io.Discard, w, func(string) string { return "" }}
	go func() {
		done <- p.run(ctx, []string{"serve", "--dir", t.TempDir(), "--addr", "127.0.0.1:0"})
		w.Close()
	}()
	heard, err := io.ReadAll(io.TeeReader(&upTo{r, "Without a browser", cancel}, io.Discard))
	if status := <-done; status != 0 || err != nil {
		t.Errorf("it ends with %d, %v: %s", status, err, heard)
	}
}

// upTo reads, and calls a function when it has read some words.
type upTo struct {
	io.Reader
	words string
	then  func()
}

func (u *upTo) Read(b []byte) (int, error) {
	n, err := u.Reader.Read(b)
	if strings.Contains(string(b[:n]), u.words) {
		u.then()
	}
	return n, err
}
