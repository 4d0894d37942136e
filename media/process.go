package media

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"stet"
)

// Renditions are made in a process of their own, of which there is one for each
// worker while there is something to do. It has the lowest priority, a collector
// and memory of its own, and no more of the newsroom than the file it works on:
// it can neither hold up readers nor take the server with it.

// An order asks a process for a rendition.
type order struct {
	File   int64 // bytes of the original that follow; 0 for the one that it has
	Limits Limits
	Frame  stet.Frame
	Width  int
	Format stet.Format
	Said   stet.Description
}

// An answer is followed by the bytes of the rendition.
type answer struct {
	Bytes int64
	Error string // why there is none
	Lacks string // the program that is missing, if it is for that
}

// The programs that may be missing, and their errors.
var lacking = map[string]error{"avifenc": errNoAVIF, "libheif": errNoHEIC}

// Work makes renditions of what it is sent until in ends. It is what
// Options.Command must run, on its standard input and output.
func Work(ctx context.Context, in io.Reader, out io.Writer) error {
	e := NewEncoder()
	defer e.Close()
	if err := e.FindAVIF(ctx); err != nil && !errors.Is(err, errNoAVIF) {
		return err
	}
	return e.work(ctx, in, out)
}

func (e *Encoder) work(ctx context.Context, in io.Reader, out io.Writer) error {
	r, w := bufio.NewReader(in), bufio.NewWriter(out)
	orders, answers := gob.NewDecoder(r), gob.NewEncoder(w)
	var src *Source
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var failed error
		if o.File > 0 {
			data := make([]byte, o.File)
			if _, err := io.ReadFull(r, data); err != nil {
				return err
			}
			src = nil // its memory may go before the next takes some
			src, failed = guarded(func() (*Source, error) { return Open(ctx, data, o.Limits) })
		}
		var made bytes.Buffer
		if failed == nil && src == nil {
			failed = errors.New("its original could not be opened")
		}
		if failed == nil {
			_, failed = guarded(func() (struct{}, error) {
				return struct{}{}, e.Render(ctx, src, o.Frame, o.Width, o.Format, o.Said, &made)
			})
		}
		a := answer{Bytes: int64(made.Len())}
		if failed != nil {
			a = answer{Error: failed.Error()}
			for name, err := range lacking {
				if errors.Is(failed, err) {
					a.Lacks = name
				}
			}
			made.Reset()
		}
		if err := answers.Encode(a); err != nil {
			return err
		}
		if _, err := made.WriteTo(w); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
}

// A process runs Work. It is for one goroutine.
type process struct {
	in      *bufio.Writer
	out     *bufio.Reader
	orders  *gob.Encoder
	answers *gob.Decoder
	close   func()          // asks it to end
	kill    func()          // ends it at once
	ended   <-chan struct{} // closed when it has
	last    func() string   // how it ended, and what it said then
}

// The bounds of a process.
const (
	longestRendition = 10 * time.Minute
	largestRendition = 64 << 20
)

// errProcess is the error of a process that ended when it should not have.
var errProcess = errors.New("the process that makes pictures ended")

// startProcess starts one, which ends with ctx at the latest. Without a command
// it is a goroutine.
func (s *Service) startProcess(ctx context.Context) (*process, error) {
	ctx, kill := context.WithCancel(ctx)
	ended := make(chan struct{})
	p := &process{kill: kill, ended: ended}
	var in io.WriteCloser
	var out io.Reader
	if s.Command == nil {
		read, written := io.Pipe()
		answered, answers := io.Pipe()
		in, out, p.last = written, answered, func() string { return "" }
		context.AfterFunc(ctx, func() {
			read.CloseWithError(context.Cause(ctx))
			answers.CloseWithError(context.Cause(ctx))
		})
		go func() {
			defer close(ended)
			answers.CloseWithError(s.Encoder.work(ctx, read, answers))
		}()
	} else {
		c := s.Command(ctx)
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "GOMAXPROCS=1", "GOGC=25"}
		c.SysProcAttr = bound()
		said := &tail{}
		c.Stderr = said
		p.last = func() string { return c.ProcessState.String() + ": " + said.String() }
		var err error
		if in, err = c.StdinPipe(); err == nil {
			out, err = c.StdoutPipe()
		}
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			kill()
			return nil, err
		}
		go func() {
			defer close(ended)
			<-ctx.Done() // Wait closes the pipes, so it must not come before all was read
			c.Wait()
		}()
	}
	p.in, p.out = bufio.NewWriter(in), bufio.NewReader(out)
	p.orders, p.answers = gob.NewEncoder(p.in), gob.NewDecoder(p.out)
	p.close = func() { in.Close() }
	return p, nil
}

// render sends an order, with the original unless the process has it. After an
// errProcess it must not be used again.
func (p *process) render(o order, original []byte) ([]byte, error) {
	late := time.AfterFunc(longestRendition, p.kill)
	defer late.Stop()
	o.File = int64(len(original))
	err := p.orders.Encode(o)
	if err == nil {
		_, err = p.in.Write(original)
	}
	if err == nil {
		err = p.in.Flush()
	}
	var a answer
	if err == nil {
		err = p.answers.Decode(&a)
	}
	if err == nil && (a.Bytes < 0 || a.Bytes > largestRendition) {
		err = fmt.Errorf("it made %d bytes", a.Bytes)
	}
	var made []byte
	if err == nil {
		made = make([]byte, a.Bytes)
		_, err = io.ReadFull(p.out, made)
	}
	switch {
	case err != nil:
		p.kill()
		<-p.ended
		return nil, fmt.Errorf("%w: %w: %s", errProcess, err, p.last())
	case a.Lacks != "" && lacking[a.Lacks] != nil:
		return nil, lacking[a.Lacks]
	case a.Error != "":
		return nil, errors.New(a.Error)
	}
	return made, nil
}

// end lets it end, and waits for that.
func (p *process) end() {
	p.close()
	p.out.WriteTo(io.Discard) // until it has closed its side
	p.kill()
	<-p.ended
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	const most = 2 << 10
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}
