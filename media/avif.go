package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// AVIF is made by libavif's program, where the machine has it: no library in Go
// writes it, and AV1's encoders are too slow in a sandbox.

// The quality of AVIF is a quantizer of AV1, 0 to 63; smaller is better. By
// structural similarity, photographs 640 and 1280 wide are as near to their
// source as WebP is at qualityWebP, for 20 % fewer bytes.
const (
	qualityAVIF = 24
	speedAVIF   = 8 // of 10; 6 takes two to three times as long and changes little
)

// patienceAVIF is how long the making of one may take. The largest takes some
// ten seconds on a machine that has nothing else to do.
const patienceAVIF = 2 * time.Minute

// errNoAVIF is the error of what needs a program that is not there, or no more.
var errNoAVIF = errors.New("the program avifenc is not there")

// avif is libavif's program; the zero value is a machine without it.
type avif struct {
	program string
	there   atomic.Bool
}

// FindAVIF looks for the program avifenc (version 0.9 and later) and sees
// whether it works. If it does, renditions can be AVIF from now on. The error
// says why not.
func (e *Encoder) FindAVIF(ctx context.Context) error {
	program, err := exec.LookPath("avifenc")
	if err != nil {
		return errNoAVIF
	}
	e.avif.program = program
	e.avif.there.Store(true)
	if _, err = e.avif.encode(ctx, image.NewNRGBA(image.Rect(0, 0, 16, 16)), []byte("<x/>")); err != nil {
		e.avif.there.Store(false)
	}
	return err
}

// encode returns a picture as AVIF, with a packet of XMP unless that is empty.
func (a *avif) encode(ctx context.Context, img *image.NRGBA, xmp []byte) ([]byte, error) {
	if !a.there.Load() {
		return nil, errNoAVIF
	}
	ctx, stop := context.WithTimeout(ctx, patienceAVIF)
	defer stop()
	// What it reads and writes has no name, so that nothing is left when either
	// program is killed.
	var files []*os.File
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	file := func() (f *os.File, name string, err error) {
		if f, err = os.CreateTemp("", "stet-avif-"); err != nil {
			return nil, "", err
		}
		files = append(files, f)
		return f, "/dev/fd/" + strconv.Itoa(2+len(files)), os.Remove(f.Name())
	}
	in, source, err := file()
	if err != nil {
		return nil, err
	}
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(in, img); err != nil {
		return nil, err
	}
	out, result, err := file()
	if err != nil {
		return nil, err
	}
	args := []string{"--jobs", "1", "--codec", "aom", "--speed", strconv.Itoa(speedAVIF), "--yuv", "420", "--min", "0", "--max", "63", "--minalpha", "0", "--maxalpha", "63",
		"-a", "end-usage=q", "-a", "cq-level=" + strconv.Itoa(qualityAVIF), "-a", "tune=ssim", "-a", "alpha:cq-level=" + strconv.Itoa(qualityAVIF/2)}
	if len(xmp) > 0 {
		f, name, err := file()
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(xmp); err != nil {
			return nil, err
		}
		args = append(args, "--xmp", name)
	}
	for _, f := range files {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
	}
	// It has the priority of the thread that starts it.
	c := exec.CommandContext(ctx, a.program, append(args, "--output", result, source)...)
	c.Env = []string{}
	c.ExtraFiles = files
	c.WaitDelay = time.Second
	var told bytes.Buffer
	c.Stderr = &told
	if err := c.Start(); err != nil {
		if _, gone := exec.LookPath(a.program); gone != nil {
			a.there.Store(false)
			return nil, errNoAVIF
		}
		return nil, fmt.Errorf("media: avifenc: %w", err)
	}
	if err := c.Wait(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("media: avifenc: %w", context.Cause(ctx))
		}
		why := strings.TrimSpace(told.String())
		return nil, fmt.Errorf("media: avifenc: %w: %.300s", err, why[strings.LastIndexByte(why, '\n')+1:])
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(out)
	if err == nil && (len(data) < 12 || string(data[4:12]) != "ftypavif") {
		err = errors.New("media: avifenc wrote no AVIF")
	}
	return data, err
}
