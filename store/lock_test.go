package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"stet/store"
	"stet/store/storetest"
)

// TestAlone: two nodes wait for each other, and for nobody else.
func TestAlone(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			nodes := []*store.DB{storetest.Open(t, dsn)}
			if engine == "postgres" { // one program alone serves an SQLite file
				nodes = append(nodes, storetest.Open(t, dsn))
			}
			ctx := t.Context()
			n := 0 // the race detector looks on too
			var group sync.WaitGroup
			for i := range 8 {
				group.Go(func() {
					err := nodes[i%len(nodes)].Alone(ctx, "a", func() error { n++; return nil })
					if err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if n != 8 {
				t.Errorf("%d were alone", n)
			}
			failed := errors.New("failed")
			err := nodes[0].Alone(ctx, "a", func() error {
				waits, stop := context.WithCancel(ctx)
				stop()
				if err := nodes[len(nodes)-1].Alone(waits, "a", func() error { t.Error("two are alone"); return nil }); err == nil {
					t.Error("it was waited for nobody")
				}
				return nodes[len(nodes)-1].Alone(ctx, "b", func() error { return failed })
			})
			if !errors.Is(err, failed) {
				t.Error(err)
			}
		})
	}
}
