package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"time"

	"stet/blob"
	"stet/store"
	"stet/store/picture"
)

const (
	batch     = 4                // renditions that are claimed at once
	lease     = 30 * time.Second // how long they stay with a worker that has died
	retryRest = time.Minute      // before what failed is tried again
	lookRest  = 10 * time.Second // at the latest, one looks for work
	idleRest  = time.Minute      // before a process that has none is ended
)

// Run makes the renditions that are wanted, those that readers have asked for
// first, until ctx ends. At most every second processor works on them, below the
// priority of everything else where the system has one. Several nodes may run
// it on the same newsroom: what one has begun no other begins, and what it has
// not ended when it dies another takes over.
func (s *Service) Run(ctx context.Context) {
	var workers sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		workers.Go(func() {
			// Its thread, which is not used for anything else, ends with it.
			runtime.LockOSThread()
			yield()
			(&worker{s: s, id: store.NewID()}).run(ctx)
		})
	}
	workers.Wait()
}

// rouse tells a worker that there may be work.
func (s *Service) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// rests reports whether nothing is made for now because the disk is full.
func (s *Service) rests(now time.Time) bool { return now.UnixMilli() < s.restsUntil.Load() }

// worker makes renditions one after the other.
type worker struct {
	s    *Service
	id   string
	hash string // of the original that the process has; empty for none
	done func() // gives back the memory of that

	process *process // nil while there is none
	worked  time.Time
}

func (w *worker) run(ctx context.Context) {
	defer w.dismiss()
	for ctx.Err() == nil {
		changed := w.s.DB.Changed()
		now := w.s.Now()
		if w.s.rests(now) { // what is made could not be kept
			w.dismiss()
			select {
			case <-ctx.Done():
			case <-w.s.wake:
			case <-time.After(lookRest):
			}
			continue
		}
		work, err := w.s.DB.Claim(ctx, w.id, w.s.can(), batch, now, now.Add(lease))
		if err != nil && ctx.Err() == nil {
			w.s.Log.Error("look for pictures to be made", "err", err)
		}
		if len(work) == 0 {
			w.close()
			more, err := w.s.printNext(ctx)
			if err != nil && ctx.Err() == nil {
				w.s.Log.Error("compare pictures", "err", err)
			}
			if more {
				continue
			}
			if time.Since(w.worked) >= idleRest {
				w.dismiss()
			}
			select {
			case <-ctx.Done():
			case <-w.s.wake:
			case <-changed:
			case <-time.After(lookRest):
			}
			continue
		}
		w.make(ctx, work)
		w.worked = time.Now()
	}
}

// make makes what was claimed, and keeps the claim while it does.
func (w *worker) make(ctx context.Context, work []picture.Rendition) {
	holding, stop := context.WithCancel(ctx)
	var holder sync.WaitGroup
	defer holder.Wait()
	defer stop()
	holder.Go(func() {
		for tick := time.NewTicker(lease / 3); ; {
			select {
			case <-holding.Done():
				tick.Stop()
				return
			case <-tick.C:
				if err := w.s.DB.Hold(holding, w.id, w.s.Now().Add(lease)); err != nil && holding.Err() == nil {
					w.s.Log.Error("keep a claim on pictures", "err", err)
				}
			}
		}
	})
	for _, r := range work {
		err := w.one(ctx, r)
		if ctx.Err() != nil || errors.Is(err, errNoAVIF) { // for now, or for this machine
			// Not with a context that has ended; the lease would end in half a minute anyhow.
			if err := w.s.DB.Release(context.WithoutCancel(ctx), w.id, w.s.Now()); err != nil {
				w.s.Log.Error("give pictures back", "err", err)
			}
			return
		}
		if err == nil {
			continue
		}
		if errors.As(err, new(*placeError)) { // no fault of the picture's
			if blob.Full(err) {
				w.s.restsUntil.Store(w.s.Now().Add(retryRest).UnixMilli())
			}
			w.s.Log.Error("pictures wait for their files, or for a program", "rendition", renditionName(r), "err", err)
			if err := w.s.DB.Release(ctx, w.id, w.s.Now().Add(retryRest)); err != nil && ctx.Err() == nil {
				w.s.Log.Error("give pictures back", "err", err)
			}
			return
		}
		w.s.failed.Add(1)
		w.s.Log.Warn("a rendition of a picture could not be made", "original", r.Frame.Hash, "rendition", renditionName(r), "err", err)
		if err := w.s.DB.FailedRendition(ctx, r, err.Error(), w.s.Now().Add(retryRest)); err != nil && ctx.Err() == nil {
			w.s.Log.Error("put a picture back", "err", err)
		}
	}
}

// placeError is the failure of the place that files are kept in: its disk is
// full, or it does not answer; or of a machine that lacks a program.
type placeError struct{ error }

func (e *placeError) Unwrap() error { return e.error }

func (w *worker) one(ctx context.Context, r picture.Rendition) error {
	start := time.Now()
	data, err := w.render(ctx, r)
	if err != nil {
		return err
	}
	name := renditionName(r)
	if err := w.s.Files.Put(ctx, name, bytes.NewReader(data), int64(len(data))); err != nil {
		return &placeError{err}
	}
	wanted, err := w.s.DB.MadeRendition(ctx, r, int64(len(data)))
	if err != nil {
		return fmt.Errorf("say that it is made: %w", err)
	}
	if !wanted { // the picture was removed meanwhile
		return w.s.Files.Delete(ctx, name)
	}
	w.s.made[slices.Index(formats[:], r.Format)].Add(1)
	w.s.madeBytes.Add(int64(len(data)))
	w.s.madeTook.Add(int64(time.Since(start)))
	return nil
}

// render has a rendition made.
func (w *worker) render(ctx context.Context, r picture.Rendition) ([]byte, error) {
	var original []byte
	if w.hash != r.Frame.Hash {
		w.close()
		data, done, err := w.s.roomForOriginal(ctx, r.Frame.Hash)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errors.New("its original is missing")
		}
		if err != nil {
			return nil, err
		}
		original, w.hash, w.done = data, r.Frame.Hash, done
	}
	if w.process == nil {
		p, err := w.s.startProcess(ctx)
		if err != nil {
			w.close()
			return nil, &placeError{fmt.Errorf("start the process that makes pictures: %w", err)}
		}
		w.process = p
	}
	data, err := w.process.render(order{Limits: w.s.Limits, Frame: r.Frame.Frame, Width: r.Width, Format: r.Format, Said: r.Frame.Said}, original)
	switch {
	case errors.Is(err, errProcess):
		w.process = nil
		w.close()
		if ctx.Err() == nil {
			w.s.crashed.Add(1)
		}
	case errors.Is(err, errNoAVIF):
		w.s.Encoder.avif.there.Store(false)
	case errors.Is(err, errNoHEIC): // another node may have it
		return nil, &placeError{err}
	}
	return data, err
}

// close gives back the memory of the original that the process has.
func (w *worker) close() {
	if w.hash != "" {
		w.done()
		w.hash, w.done = "", nil
	}
}

// dismiss ends the process.
func (w *worker) dismiss() {
	w.close()
	if w.process != nil {
		w.process.end()
		w.process = nil
	}
}
