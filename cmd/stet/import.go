package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"stet/transfer"
)

func importFiles(ctx context.Context, p *program, args []string) error {
	var format string
	c, set, err := p.settings("import", args, func(set *flag.FlagSet) {
		set.StringVar(&format, "format", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() == 0 || format == "" {
		return errUsage
	}
	if format != "native" {
		return fmt.Errorf("%w: --format %q is not known; it can be native", errUsage, format)
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	start := time.Now()
	n := transfer.Native{DB: db, Now: time.Now, Progress: progress(p.stderr, "imported")}
	ledger, err := n.Import(ctx, set.Args())
	var faults transfer.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			fmt.Fprintln(p.stderr, f)
		}
		return fmt.Errorf("%d faults; nothing was written", len(faults))
	}
	if err != nil {
		return err
	}
	ledger.Write(p.stdout)
	fmt.Fprintf(p.stderr, "took %s\n", time.Since(start).Round(10*time.Millisecond))
	return nil
}

// progress returns a function that shows how far long work is: a bar on a
// terminal, a plain line every few seconds elsewhere.
func progress(w io.Writer, verb string) func(done, total int) {
	terminal := false
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	var last time.Time
	return func(done, total int) {
		finished := done >= total
		switch {
		case terminal:
			if time.Since(last) < 100*time.Millisecond && !finished {
				return
			}
			const width = 40
			filled := width
			if total > 0 {
				filled = width * done / total
			}
			fmt.Fprintf(w, "\r[%-*s] %d of %d", width, bar[:filled], done, total)
			if finished {
				fmt.Fprintln(w)
			}
		case time.Since(last) > 3*time.Second || finished:
			fmt.Fprintf(w, "%s %d of %d\n", verb, done, total)
		default:
			return
		}
		last = time.Now()
	}
}

const bar = "########################################"
