package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// publishRate is how many stories a second are published under load.
const publishRate = 10

// publishing measures what readers notice of a busy newsroom.
func (b *bench) publishing() error {
	n, err := b.room(b.sizeFor(readSize))
	if err != nil {
		return err
	}
	for _, flags := range [][]string{nil, {"--lane"}} {
		s, err := b.open(n, flags...)
		if err != nil {
			return err
		}
		err = b.publishingAt(s, n)
		s.stop()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) publishingAt(s *server, n *newsroom) error {
	d := newDesk(s, n)
	paths, err := d.paths(b.ctx, b.archive.pick(n.size, min(randomPages, n.size/2), 1, nil))
	if err != nil {
		return err
	}
	if _, err := keepPages(s, paths); err != nil { // warm
		return err
	}
	texts, err := b.newStories("under load, " + s.name)
	if err != nil {
		return err
	}
	l, length := load{paths: paths}, time.Duration(b.seconds)*time.Second
	if _, err := b.fire(s, l, time.Second); err != nil {
		return err
	}
	var idle, busy []sample
	var calls, published series
	for round := range b.rounds {
		for turn := range 2 {
			if (turn+round)%2 == 0 {
				say("publishing: round %d of %d, %s idle", round+1, b.rounds, s.name)
				one, err := b.fire(s, l, length)
				if err != nil {
					return err
				}
				idle = append(idle, one)
				continue
			}
			say("publishing: round %d of %d, %d stories a second", round+1, b.rounds, publishRate)
			p := startPublisher(b.ctx, d, texts)
			finished := b.profiling(s, "publishing", round)
			one, err := b.fire(s, l, length)
			if more := p.stop(); err == nil {
				err = more
			}
			if err != nil {
				return err
			}
			finished()
			busy = append(busy, one)
			calls = append(calls, p.calls...)
			published = append(published, float64(len(p.calls))/p.took.Seconds())
		}
	}
	b.report.publishing(s.name, idle, busy, calls, published, len(paths), n.size)
	return nil
}

// A publisher publishes stories at a steady rate, and corrects one a second.
type publisher struct {
	cancel  context.CancelFunc
	waiting sync.WaitGroup
	started time.Time
	took    time.Duration

	mu    sync.Mutex
	calls series // how long each story's call took
	err   error
}

func startPublisher(ctx context.Context, d *desk, texts *stories) *publisher {
	p := &publisher{started: time.Now()}
	ctx, p.cancel = context.WithCancel(ctx)
	p.waiting.Go(func() {
		tick := time.NewTicker(time.Second / publishRate)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			story := texts.next("published")
			p.waiting.Go(func() {
				began := time.Now()
				r, err := d.create(context.WithoutCancel(ctx), story)
				took := time.Since(began)
				if err == nil && i%publishRate == 0 {
					_, err = d.correct(context.WithoutCancel(ctx), r.ID, "An earlier version gave a wrong number.")
				}
				p.mu.Lock()
				defer p.mu.Unlock()
				p.calls = append(p.calls, float64(took))
				p.err = errors.Join(p.err, err)
			})
		}
	})
	return p
}

// stop lets the calls under way end.
func (p *publisher) stop() error {
	p.cancel()
	p.took = time.Since(p.started)
	p.waiting.Wait()
	return p.err
}

// visible measures how long it takes until an old page shows a new headline.
func (b *bench) visible() error {
	if err := b.storage(); err != nil {
		return err
	}
	for _, size := range b.sizes {
		n, err := b.room(size)
		if err != nil {
			return err
		}
		if err := b.visibleIn(n, "SQLite"); err != nil {
			return err
		}
	}
	if b.postgres == "" {
		say("visible: STET_TEST_POSTGRES is not set; not measured on PostgreSQL")
		return nil
	}
	n, drop, err := b.postgresRoom("visible")
	if err != nil {
		return err
	}
	defer drop()
	say("visible: filling PostgreSQL")
	file, err := b.corpusFile()
	if err != nil {
		return err
	}
	if _, err := b.fill(n, file); err != nil {
		return err
	}
	n.size = len(b.archive.base)
	engine, err := b.describePostgres()
	if err != nil {
		return err
	}
	return b.visibleIn(n, engine)
}

func (b *bench) visibleIn(n *newsroom, engine string) error {
	s, err := b.open(n)
	if err != nil {
		return err
	}
	defer s.stop()
	d := newDesk(s, n)
	old := b.archive.pick(n.size, b.times(30), 4, func(e entry) bool { return e.lang == storyLang && e.at.Year() <= 2021 })
	if len(old) == 0 {
		return fmt.Errorf("no article in %s is of 2021 or older", storyLang)
	}
	paths, err := d.paths(b.ctx, old)
	if err != nil {
		return err
	}
	if _, err := keepPages(s, paths); err != nil { // as if readers had been there
		return err
	}
	texts, err := b.newStories(fmt.Sprintf("%d", n.size))
	if err != nil {
		return err
	}
	say("visible: %d stories in a newsroom of %d, %s", len(paths), n.size, engine)
	var calls, seen series
	r := newReader()
	for i := -2; i < len(paths); i++ { // the first two make everything ready
		path := paths[max(i, 0)]
		story := texts.next("draft")
		draft, err := d.create(b.ctx, story)
		if err != nil {
			return err
		}
		call, visible, err := b.watch(d, r, draft.ID, path, story["headline"].(string))
		if err != nil {
			return err
		}
		if i >= 0 {
			calls, seen = append(calls, float64(call)), append(seen, float64(visible))
		}
	}
	b.report.visible(n.size, engine, calls, seen)
	return nil
}

// watch publishes a draft and reads a page until it shows the headline.
func (b *bench) watch(d *desk, r *reader, id, path, headline string) (call, visible time.Duration, err error) {
	type end struct {
		took time.Duration
		err  error
	}
	done := make(chan end, 1)
	start := time.Now()
	go func() {
		_, err := d.publish(b.ctx, id)
		done <- end{time.Since(start), err}
	}()
	for {
		_, body, err := r.page(d.at.url(path))
		at := time.Since(start)
		if err == nil {
			body, err = unzip(body)
		}
		switch {
		case err != nil:
			return 0, 0, err
		case bytes.Contains(body, []byte(headline)):
			e := <-done
			return e.took, at, e.err
		case at > 20*time.Second:
			return 0, 0, fmt.Errorf("%s does not show the new headline after 20 seconds", path)
		}
		time.Sleep(200 * time.Microsecond)
	}
}

// loop measures create, publish and read, one after the other.
func (b *bench) loop() error {
	small, large := b.sizes[0], b.sizeFor(startSize)
	medians := map[int]series{}
	for _, size := range []int{small, large} {
		n, err := b.room(size)
		if err != nil {
			return err
		}
		if medians[size], err = b.loopIn(n); err != nil {
			return err
		}
	}
	b.report.loop(small, large, medians)
	return nil
}

func (b *bench) loopIn(n *newsroom) (series, error) {
	s, err := b.open(n)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	d, r := newDesk(s, n), newReader()
	texts, err := b.newStories(fmt.Sprintf("loop %d", n.size))
	if err != nil {
		return nil, err
	}
	say("loop: create, publish, read in a newsroom of %d", n.size)
	var out series
	for i := -3; i < b.times(50); i++ {
		story := texts.next("draft")
		start := time.Now()
		draft, err := d.create(b.ctx, story)
		if err != nil {
			return nil, err
		}
		published, err := d.publish(b.ctx, draft.ID)
		if err != nil {
			return nil, err
		}
		path, err := published.path()
		if err != nil {
			return nil, err
		}
		_, body, err := r.page(s.url(path))
		if err != nil {
			return nil, err
		}
		took := time.Since(start)
		if body, err = unzip(body); err != nil || !bytes.Contains(body, []byte(story["headline"].(string))) {
			return nil, fmt.Errorf("%s does not show its headline: %w", path, err)
		}
		if i >= 0 {
			out = append(out, float64(took))
		}
	}
	return out, nil
}

// describePostgres says what the figures of PostgreSQL were had with.
func (b *bench) describePostgres() (string, error) {
	conn, err := pgx.Connect(b.ctx, b.postgres)
	if err != nil {
		return "", err
	}
	defer conn.Close(b.ctx)
	var version, fsync string
	if err := conn.QueryRow(b.ctx, "SHOW server_version").Scan(&version); err != nil {
		return "", err
	}
	if err := conn.QueryRow(b.ctx, "SHOW fsync").Scan(&fsync); err != nil {
		return "", err
	}
	return fmt.Sprintf("PostgreSQL %s, fsync %s", firstWord(version), fsync), nil
}
