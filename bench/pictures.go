package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"stet"
	"stet/media"
	"stet/store"
)

const (
	aimReaders   = 0.9        // of what readers get when no picture is made
	cameraPixels = 12_000_000 // of a picture whose sizes are made
	largePixels  = 100_000_000
)

// pictures measures what readers notice of pictures being made, and what memory
// a very large one takes.
func (b *bench) pictures() error {
	n, err := b.room(b.sizeFor(readSize))
	if err != nil {
		return err
	}
	own := &newsroom{dir: filepath.Join(b.dir, "pictures"), token: n.token, size: n.size}
	if err := copyFiles(own.dir, n.dir); err != nil {
		return err
	}
	defer os.RemoveAll(own.dir)
	if err := b.beside(own); err != nil {
		return err
	}
	return b.largePicture(own)
}

// photograph makes a JPEG with soft forms, edges and the noise of a camera.
func photograph(pixels int, seed uint64) ([]byte, error) {
	w := int(math.Sqrt(float64(pixels) * 1.5))
	h := pixels / w
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	wave := 6 + 4*r.Float64()
	for y := range h {
		line := 60 * math.Sin(wave*float64(y)/float64(h))
		for x := range w {
			v := 120 + line + 40*math.Sin(wave*float64(x)/float64(w))
			if (x*24/w+y*16/h)%5 == 0 {
				v -= 45
			}
			img.Y[y*img.YStride+x] = uint8(v + 8*r.Float64())
		}
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = uint8(118+i*20/len(img.Cb)), uint8(138-i*20/len(img.Cb))
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90})
	return out.Bytes(), err
}

// renditions makes all widths of a picture in a format, and vipsthumbnail the
// same, in turns on one core.
func (b *bench) renditions() error {
	const group = "All widths of a picture of 12 megapixels, one core: megapixels of it a second"
	vips, err := exec.LookPath("vipsthumbnail")
	if err != nil {
		say("pictures: vipsthumbnail is not installed (Debian: libvips-tools); measured without it")
	}
	encoder := media.NewEncoder()
	defer encoder.Close()
	formats := []stet.Format{stet.JPEG, stet.WebP}
	if encoder.FindAVIF(b.ctx) == nil {
		formats = append(formats, stet.AVIF)
	}
	data, err := photograph(cameraPixels, 1)
	if err != nil {
		return err
	}
	file := filepath.Join(b.dir, "photograph.jpg")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return err
	}
	defer os.Remove(file)
	ours := func(format stet.Format) error {
		src, err := media.Open(b.ctx, data, media.Defaults)
		if err != nil {
			return err
		}
		f := (&stet.Picture{PictureFile: src.File()}).Frame(stet.Natural)
		for _, width := range f.Widths() {
			if err := encoder.Render(b.ctx, src, f, width, format, stet.Description{}, io.Discard); err != nil {
				return err
			}
		}
		return nil
	}
	options := map[stet.Format]string{stet.JPEG: ".jpg[Q=80]", stet.WebP: ".webp[Q=78,effort=2]"}
	theirs := func(format stet.Format) error {
		cfg, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return err
		}
		f := stet.Frame{Ratio: stet.Natural, Rect: stet.Rect{Width: cfg.Width, Height: cfg.Height}}
		for _, width := range f.Widths() {
			out := filepath.Join(b.dir, "vips-"+strconv.Itoa(width)) + options[format]
			c := b.pinned(strconv.Itoa(b.loadCore), b.dir, vips, file, "--size", strconv.Itoa(width)+"x", "-o", out)
			c.Env = append(c.Env, "VIPS_CONCURRENCY=1")
			if said, err := c.CombinedOutput(); err != nil {
				return fmt.Errorf("vipsthumbnail: %w: %s", err, said)
			}
		}
		return nil
	}
	speed := func(do func(stet.Format) error, format stet.Format) (float64, error) {
		start := time.Now()
		err := do(format)
		return cameraPixels / 1e6 / time.Since(start).Seconds(), err
	}
	one := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
	for _, format := range formats {
		if err := ours(format); err != nil { // everything is compiled and warm
			return err
		}
		peer := vips != "" && options[format] != ""
		var stets, peers series
		for round := range b.rounds {
			say("pictures: round %d of %d, %s", round+1, b.rounds, format)
			v, err := speed(ours, format)
			if err != nil {
				return err
			}
			stets = append(stets, v)
			if peer {
				if v, err = speed(theirs, format); err != nil {
					return err
				}
				peers = append(peers, v)
			}
		}
		b.report.add(row{group: group, what: string(format) + ", stet", figure: one(stets.median()), spread: stets.spread(one)})
		if peer {
			each := stets.over(peers)
			b.report.add(
				row{group: group, what: string(format) + ", vipsthumbnail", figure: one(peers.median()), spread: peers.spread(one)},
				row{group: group, what: string(format) + ", stet / vipsthumbnail", figure: ratio(each.median()), spread: each.spread(ratio)})
		}
	}
	return nil
}

// bring sends a picture to the newsroom.
func (d *desk) bring(ctx context.Context, data []byte) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "photograph.jpg")
	if err == nil {
		_, err = part.Write(data)
	}
	if err := errors.Join(err, form.Close()); err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.at.url("/api/v1/pictures"), &body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := d.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusCreated {
		return fmt.Errorf("bringing a picture: %s: %s", answer.Status, text)
	}
	return nil
}

// beside reads a page while a hundred pictures are made.
func (b *bench) beside(n *newsroom) error {
	s, err := b.open(n)
	if err != nil {
		return err
	}
	defer s.stop()
	d := newDesk(s, n)
	paths, err := d.paths(b.ctx, b.archive.pick(n.size, 1, 1, nil))
	if err != nil {
		return err
	}
	page := load{paths: paths}
	length := time.Duration(b.seconds) * time.Second
	if _, err := b.fire(s, page, time.Second); err != nil {
		return err
	}
	var idle, busyRuns []sample
	for range b.rounds {
		one, err := b.fire(s, page, length)
		if err != nil {
			return err
		}
		idle = append(idle, one)
	}
	count := b.times(100)
	say("pictures: bringing %d", count)
	for i := range count {
		data, err := photograph(2_000_000, uint64(i))
		if err == nil {
			err = d.bring(b.ctx, data)
		}
		if err != nil {
			return err
		}
	}
	for range b.rounds {
		one, err := b.fire(s, page, length)
		if err != nil {
			return err
		}
		busyRuns = append(busyRuns, one)
	}
	left, err := b.waiting(n)
	if err != nil {
		return err
	}
	group := fmt.Sprintf("An article page while %d pictures are made, one core", count)
	kept := rates(busyRuns).median() / rates(idle).median()
	b.report.add(
		row{group: group, what: "no picture is made", figure: rate(rates(idle).median()) + "/s", spread: rates(idle).spread(rate), latency: percentiles(idle), busy: busy(idle)},
		row{group: group, what: fmt.Sprintf("pictures are made; %d renditions were left at the end", left), figure: rate(rates(busyRuns).median()) + "/s", spread: rates(busyRuns).spread(rate), latency: percentiles(busyRuns), busy: busy(busyRuns)},
		row{group: group, what: "what readers keep", figure: ratio(kept)}.judged("≥ 0.9", kept >= aimReaders))
	if left == 0 {
		return errors.New("the pictures were made before readers came: more are needed")
	}
	return nil
}

// waiting counts the renditions that are wanted.
func (b *bench) waiting(n *newsroom) (int64, error) {
	db, err := store.Open(b.ctx, filepath.Join(n.dir, "stet.db"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	c, err := db.CountUnmade(b.ctx, []stet.Format{stet.WebP, stet.JPEG, stet.PNG})
	return c.Wanted, err
}

// largePicture takes a picture of 100 megapixels in, and makes its sizes.
func (b *bench) largePicture(n *newsroom) error {
	own := &newsroom{dir: filepath.Join(b.dir, "large"), token: n.token, size: n.size}
	if err := copyFiles(own.dir, b.rooms[n.size].dir); err != nil {
		return err
	}
	defer os.RemoveAll(own.dir)
	s, err := b.open(own)
	if err != nil {
		return err
	}
	defer s.stop()
	idle, _, err := s.memory()
	if err != nil {
		return err
	}
	say("pictures: one of %d megapixels", largePixels/1_000_000)
	data, err := photograph(largePixels, 1)
	if err != nil {
		return err
	}
	d := newDesk(s, own)
	d.client.Timeout = 10 * time.Minute
	start := time.Now()
	if err := d.bring(b.ctx, data); err != nil {
		return err
	}
	in := time.Since(start)
	for left := int64(1); left > 0; {
		if left, err = b.waiting(own); err != nil {
			return err
		}
		select {
		case <-b.ctx.Done():
			return b.ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
	_, peak, err := s.memory()
	if err != nil {
		return err
	}
	group := "A picture of 100 megapixels, a JPEG, one core"
	b.report.add(
		row{group: group, what: "brought in by the API", figure: seconds(in)},
		row{group: group, what: "all of its renditions are made but AVIF", figure: seconds(time.Since(start))},
		row{group: group, what: "VmRSS before", figure: megabytes(idle)},
		row{group: group, what: "VmHWM, the highest", figure: megabytes(peak)})
	return nil
}
