package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"stet"
)

// HEIC, what iPhones take pictures in, is opened by libheif's program, where the
// machine has it. No library in Go reads it but by carrying libheif along, whose
// licence is not ours.

// patienceHEIC is how long the opening of one may take. One of 25 megapixels
// takes three seconds.
const patienceHEIC = time.Minute

// errNoHEIC is the error of a machine that has no such program.
var errNoHEIC = stet.Errorf(stet.Invalid, "file", "is a HEIC file, and this server has no program that opens one; save it as JPEG and bring that, or have libheif's heif-convert installed (Debian: libheif-examples)")

// errHEIC is the error of a file that the program does not open: a damaged one,
// or one of a newer kind than it knows.
var errHEIC = stet.Errorf(stet.Invalid, "file", "is a HEIC file that this server's program cannot open; save it as JPEG and bring that")

// heicProgram finds libheif's program, by its new name and by its old one.
func heicProgram() (string, error) {
	for _, name := range []string{"heif-dec", "heif-convert"} {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", errNoHEIC
}

// isHEIC reports whether a file begins as a still picture in HEVC does.
func isHEIC(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	brands := head[8:max(8, min(int64(binary.BigEndian.Uint32(head)), int64(len(head))))]
	for brand := range slices.Chunk(brands, 4) {
		switch string(brand) {
		case "heic", "heix":
			return true
		}
	}
	return false
}

// heicConfig reads the size of a HEIC, upright.
func heicConfig(data []byte) (image.Config, error) {
	if _, err := heicProgram(); err != nil {
		return image.Config{}, err
	}
	r, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: imagemeta.HEIF, Sources: imagemeta.CONFIG, Warnf: func(string, ...any) {},
	})
	return image.Config{Width: r.ImageConfig.Width, Height: r.ImageConfig.Height}, err
}

// decodeHEIC decodes a HEIC, upright, and returns its colour profile with it. A
// picture that is larger than its header says is refused.
func decodeHEIC(ctx context.Context, data []byte, h header) (img image.Image, profile []byte, err error) {
	program, err := heicProgram()
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := context.WithTimeout(ctx, patienceHEIC)
	defer stop()
	dir, err := os.MkdirTemp("", "stet-heic-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	// Its PNG takes half a minute for what its JPEG takes two seconds for.
	end, mediaType := ".jpg", "image/jpeg"
	if bytes.Contains(data, []byte("urn:mpeg:hevc:2015:auxid:1\x00")) { // it can be seen through
		end, mediaType = ".png", "image/png"
	}
	in, out := filepath.Join(dir, "in.heic"), filepath.Join(dir, "out"+end)
	if err := os.WriteFile(in, data, 0o600); err != nil {
		return nil, nil, err
	}
	// The shell bounds its memory, in KB: what is inside of the file may be larger
	// than its header says.
	c := exec.CommandContext(ctx, "/bin/sh", "-c", fmt.Sprintf(`ulimit -v %d; exec "$0" "$@"`, (512<<20+h.memory)>>10), program, "--quality", "97", in, out)
	c.Env = []string{}
	c.WaitDelay = time.Second
	if told, err := c.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("media: %s: %w", program, context.Cause(ctx))
		}
		if !errors.As(err, new(*exec.ExitError)) {
			return nil, nil, fmt.Errorf("media: %s: %w: %.300s", program, err, strings.TrimSpace(string(told)))
		}
		return nil, nil, errHEIC
	}
	made, err := os.ReadFile(out)
	if errors.Is(err, os.ErrNotExist) { // of several pictures it makes several files
		made, err = os.ReadFile(filepath.Join(dir, "out-1"+end))
	}
	if err != nil {
		return nil, nil, errHEIC
	}
	is, _, err := image.DecodeConfig(bytes.NewReader(made))
	if err != nil {
		return nil, nil, err
	}
	if is.Width != h.width || is.Height != h.height {
		return nil, nil, stet.Errorf(stet.Invalid, "file", "holds several pictures, or one of another size than it says; save the one that you want as JPEG and bring that")
	}
	img, _, err = image.Decode(bytes.NewReader(made))
	return img, rawProfile(made, mediaType), err
}
