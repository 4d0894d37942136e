package transfer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"stet/native"
	"sync"

	"stet"
)

// maxLine bounds a line of a native file: a text of the largest size with every
// character escaped.
const maxLine = 6*native.MaxBody + 1<<20

// line is one line of a native file, decoded.
type line struct {
	number int
	size   int // in bytes
	value  any
	err    error // an Error or Errors
}

// lines decodes the lines of a file, plain or gzipped, on all cores, and hands
// them on in order. Blank lines, and those that skip says are known, are passed
// over.
func lines(ctx context.Context, name string, skip func(number int) bool, fn func(line) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	var src io.Reader = in
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if src, err = gzip.NewReader(in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	var reading sync.WaitGroup
	defer reading.Wait() // after cancel
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cores := runtime.GOMAXPROCS(0)
	queue := make(chan chan line, 4*cores)
	slots := make(chan struct{}, cores)
	var readErr error // once queue is closed
	reading.Go(func() {
		defer close(queue)
		readErr = split(src, func(number int, text []byte, err error) bool {
			if skip(number) {
				return true
			}
			out := make(chan line, 1)
			select {
			case queue <- out:
			case <-ctx.Done():
				return false
			}
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				l := line{number: number, size: len(text), err: err}
				if err == nil {
					l.value, l.err = native.DecodeLine(text)
				}
				out <- l
			}()
			return true
		})
	})
	for out := range queue {
		if err := fn(<-out); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if readErr != nil {
		return fmt.Errorf("%s: %w", name, readErr)
	}
	return ctx.Err()
}

var byteOrderMark = []byte("\ufeff")

// split calls fn with every line that is not blank, until it returns false. A
// line that is too long is given as an Error without its text.
func split(src io.Reader, fn func(number int, text []byte, err error) bool) error {
	in := bufio.NewReaderSize(src, 1<<16)
	for number := 1; ; number++ {
		var text []byte
		var fault, err error
		for {
			var part []byte
			part, err = in.ReadSlice('\n')
			if len(text)+len(part) > maxLine {
				text, fault = nil, stet.Errorf(stet.Malformed, "", "the line is longer than %d bytes", maxLine)
			}
			if fault == nil {
				text = append(text, part...)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && err != io.EOF {
			return err
		}
		if number == 1 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		text = bytes.TrimSpace(text)
		if (len(text) > 0 || fault != nil) && !fn(number, text, fault) {
			return nil
		}
		if err == io.EOF {
			return nil
		}
	}
}
