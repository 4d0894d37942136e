//go:build !race

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	_ "image/gif"
	"image/jpeg"
	_ "image/png"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	_ "golang.org/x/image/webp"

	"stet/store/storetest"
)

// noise is a picture as cameras make them: it takes work, and no other is the same.
func noise(t *testing.T, seed uint64, width, height int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range img.Pix {
		img.Pix[i] = uint8(i/width + r.IntN(40))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sent is a picture that the API has answered for.
type sent struct {
	ID            string
	URL           string
	Width, Height int
}

// bring sends a picture to the API; ok is false if no answer came.
func (b *binary) bring(token string, data []byte) (s sent, ok bool) {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "one.jpg")
	if err != nil {
		b.t.Fatal(err)
	}
	part.Write(data)
	form.Close()
	req, err := http.NewRequest("POST", b.url+"/api/v1/pictures", &body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return s, false
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return s, false
	}
	if res.StatusCode != http.StatusCreated {
		b.t.Errorf("a picture is answered %s: %s", res.Status, answer)
		return s, false
	}
	if err := json.Unmarshal(answer, &s); err != nil {
		b.t.Error(err)
	}
	return s, true
}

// look gets a picture as a reader does: it is a whole one. kept reports whether
// it is the one that stays.
func (b *binary) look(address string) (kept bool) {
	b.t.Helper()
	_, path, _ := strings.Cut(strings.TrimPrefix(address, "http://"), "/")
	res, err := http.Get(b.url + "/" + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.t.Errorf("%s is answered %s %v", path, res.Status, err)
		return false
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		b.t.Errorf("%s is no whole picture: %v", path, err)
	}
	return strings.Contains(res.Header.Get("Cache-Control"), "immutable")
}

// untilKept waits until every picture is made.
func (b *binary) untilKept(pictures []sent) {
	b.t.Helper()
	for _, p := range pictures {
		for range 1200 {
			if b.look(p.URL) {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if !b.look(p.URL) {
			b.t.Errorf("%s is never made", p.URL)
		}
	}
}

// TestPicturesSurviveKill: however often the program is killed while pictures
// come in and are made, what it answered for is there and is made in the end.
func TestPicturesSurviveKill(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for what a program that was killed had in hand")
	}
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			var more []string
			if engine == "postgres" {
				more = []string{"--db", storetest.DSN(t, engine)}
			}
			b := openBinary(t, more...)
			token := b.run("token", "add", "--dir", b.dir, "--name", "test", "--scopes", "articles:write")
			var answered []sent
			for round := range 2 {
				var mu sync.Mutex
				var group sync.WaitGroup
				first := make(chan bool, 100)
				for i := range 6 {
					data := noise(t, uint64(10*round+i), 1500+i, 1000)
					group.Go(func() {
						if s, ok := b.bring(token, data); ok {
							mu.Lock()
							defer mu.Unlock()
							answered = append(answered, s)
							first <- true
						}
					})
				}
				<-first
				<-first // some are in, of which some are being made, and some are on their way
				b.kill()
				group.Wait()
				b.start()
				for _, s := range answered {
					b.look(s.URL)
				}
			}
			if len(answered) < 4 {
				t.Fatalf("%d pictures were answered for", len(answered))
			}
			b.untilKept(answered)
			if said := b.run("doctor", "--dir", b.dir); !strings.Contains(said, "no damage") || strings.Contains(said, "could not be made") {
				t.Errorf("doctor says: %s", said)
			}
		})
	}
}

// TestBackupHoldsPictures: a backup and what lies beside it make the newsroom
// anew on an empty machine, from a directory or a service into either; a second
// one copies what is new; and files can be moved from one to the other.
func TestBackupHoldsPictures(t *testing.T) {
	t.Parallel()
	back := s3mem.New()
	if err := back.CreateBucket("pictures"); err != nil {
		t.Fatal(err)
	}
	service := httptest.NewServer(gofakes3.New(back, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	defer service.Close()
	b := openBinary(t)
	token := b.run("token", "add", "--dir", b.dir, "--name", "test", "--scopes", "articles:write")
	bring := func(seed uint64) sent {
		t.Helper()
		s, ok := b.bring(token, noise(t, seed, 400, 300))
		if !ok {
			t.Fatal("it was not taken in")
		}
		return s
	}
	pictures := []sent{bring(1), bring(2)}
	b.untilKept(pictures)
	copies := t.TempDir()
	backup := func(name string) string {
		t.Helper()
		return b.tell("backup", "--dir", b.dir, filepath.Join(copies, name))
	}
	if said := backup("one.stet"); !strings.Contains(said, "copied 2 files of pictures") {
		t.Errorf("backup says %s", said)
	}
	pictures = append(pictures, bring(3))
	if said := backup("two.stet"); !strings.Contains(said, "copied 1 files of pictures") || !strings.Contains(said, "2 were there") {
		t.Errorf("backup says %s", said)
	}

	// Into a service, on an empty machine.
	b.kill()
	if err := os.RemoveAll(b.dir); err != nil {
		t.Fatal(err)
	}
	b.env = []string{"STET_S3_SECRET_KEY=secret"}
	said := b.tell("restore", "--dir", b.dir, "--url", b.url, "--s3-endpoint", service.URL, "--s3-bucket", "pictures", "--s3-access-key", "key", filepath.Join(copies, "two.stet"))
	if !strings.Contains(said, "copied 3 files") || strings.Contains(said, "no file") {
		t.Errorf("restore says %s", said)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	b.env = append(b.env, "STET_ADMIN="+l.Addr().String())
	b.start()
	b.untilKept(pictures)
	res, err := http.Get("http://" + l.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	told, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`stet_renditions{state="wanted"} \d+`, `stet_renditions{state="failed"} 0`, `stet_renditions_made_total{format="jpg"} [1-9]`,
		`stet_renditions_made_bytes_total [1-9]`, `stet_renditions_made_seconds_total [0-9.e-]+`, `stet_pictures_received_total 0`} {
		if !regexp.MustCompile(`(?m)^` + want).Match(told) {
			t.Errorf("metrics do not tell %s", want)
		}
	}
	if _, err := os.Stat(filepath.Join(b.dir, "media")); !os.IsNotExist(err) {
		t.Errorf("there is a directory too: %v", err)
	}
	pictures = append(pictures, bring(4))
	b.untilKept(pictures)
	if said := b.run("doctor", "--dir", b.dir); !strings.Contains(said, "pictures: 4, 0 files belong to none") {
		t.Errorf("doctor says: %s", said)
	}

	// What is damaged or missing in the backup is told, and nothing of it is taken.
	if said := backup("three.stet"); !strings.Contains(said, "copied 1 files") || !strings.Contains(said, "3 were there") {
		t.Errorf("backup says %s", said)
	}
	b.kill()
	kept, err := filepath.Glob(filepath.Join(copies, "pictures", "original", "*"))
	if err != nil || len(kept) != 4 {
		t.Fatal(kept, err)
	}
	whole, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept[0], bytes.Repeat([]byte("x"), len(whole)), 0o600); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again")
	b.env = nil
	said = b.tell("restore", "--dir", again, filepath.Join(copies, "three.stet"))
	if !strings.Contains(said, "is damaged") || !strings.Contains(said, "1 pictures have no file") || !strings.Contains(said, "copied 3 files") {
		t.Errorf("restore says %s", said)
	}

	// From the service into a directory.
	b.env = []string{"STET_S3_SECRET_KEY=secret"}
	if said := b.tell("pictures", "copy", "--dir", b.dir, "--to", filepath.Join(b.dir, "media")); !strings.Contains(said, "0 were there") {
		t.Errorf("copy says %s", said)
	}
	b.env = nil
	if err := os.WriteFile(filepath.Join(b.dir, configFile), []byte(fmt.Sprintf("url = %q\n", b.url)), 0o600); err != nil {
		t.Fatal(err)
	}
	service.Close()
	b.start()
	for _, p := range pictures {
		if !b.look(p.URL) {
			t.Errorf("%s must be made anew", p.URL)
		}
	}
	if said := b.tell("pictures", "copy", "--dir", again, "--from", filepath.Join(b.dir, "media")); strings.Contains(said, "no file") {
		t.Errorf("copy says %s", said)
	}
	if said := b.run("doctor", "--dir", again); !strings.Contains(said, "no damage") {
		t.Errorf("doctor says: %s", said)
	}
}

// tell runs a command and returns what it says on the way.
func (b *binary) tell(args ...string) string {
	b.t.Helper()
	var said bytes.Buffer
	b.said = &said
	defer func() { b.said = nil }()
	b.run(args...)
	return said.String()
}
