package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// A report is the table, which grows while the run goes on.
type report struct {
	started time.Time
	took    time.Duration
	machine []fact
	rows    []row
	growth  []growth
}

// A row is one figure and what it is measured against.
type row struct {
	group   string // what was measured
	what    string // of whom
	figure  string // the median
	spread  string // lowest..highest
	latency string // p50 / p99
	busy    string // per cent: the server's core by it, wrk's core by wrk, the worse disturbed of them by others
	aim     string
	met     string
}

func (r *report) add(rows ...row) { r.rows = append(r.rows, rows...) }

// judged is the row with its aim.
func (w row) judged(aim string, met bool) row {
	w.aim, w.met = aim, "NO"
	if met {
		w.met = "yes"
	}
	return w
}

// The aims.
const (
	aimRatio    = 0.95
	aimVisible  = 20 * time.Millisecond
	aimFirst    = 2 * time.Second
	aimMemory   = 250 << 20
	aimLoop     = 60 * time.Millisecond
	aimLoopGrow = 1.6
	aimImport   = 30 * time.Second
	aimDesk     = 50 * time.Millisecond
)

// laneAims are what the fast lane is to reach of nginx.
var laneAims = map[string]float64{"article": 1.2, "archive": 1.2, "front": 1}

func (r *report) reading(g *reading, stet, lane, bare, nginx *server) {
	for _, s := range []*server{stet, lane, bare, nginx} {
		all := rates(g.runs[s])
		r.add(row{group: g.title, what: s.name + ", requests a second", figure: rate(all.median()), spread: all.spread(rate),
			latency: percentiles(g.runs[s]), busy: busy(g.runs[s])})
	}
	for _, pair := range [][2]*server{{stet, bare}, {stet, nginx}, {lane, nginx}} {
		by := rates(g.runs[pair[0]]).over(rates(g.runs[pair[1]]))
		w := row{group: g.title, what: pair[0].name + " / " + pair[1].name, figure: ratio(by.median()), spread: by.spread(ratio)}
		if g.name == "article" && pair[1] == bare {
			w = w.judged("≥ 0.95", by.median() >= aimRatio)
		}
		if aim := laneAims[g.name]; aim > 0 && pair[0] == lane {
			w = w.judged("≥ "+ratio(aim), by.median() >= aim)
		}
		work := efficiency(g.runs[pair[0]]).over(efficiency(g.runs[pair[1]]))
		r.add(w, row{group: g.title, what: "  by processor time, whatever else ran", figure: ratio(work.median()), spread: work.spread(ratio)})
	}
}

func (r *report) publishing(name string, idle, busyRuns []sample, calls, published series, pages, size int) {
	group := fmt.Sprintf("%d random pages while publishing %d stories a second and correcting one, %s articles, %s", pages, publishRate, count(size), name)
	quiet, loud := rates(idle), rates(busyRuns)
	kept, work := loud.over(quiet), efficiency(busyRuns).over(efficiency(idle))
	r.add(
		row{group: group, what: "idle, requests a second", figure: rate(quiet.median()), spread: quiet.spread(rate), latency: percentiles(idle), busy: busy(idle)},
		row{group: group, what: "publishing, requests a second", figure: rate(loud.median()), spread: loud.spread(rate), latency: percentiles(busyRuns), busy: busy(busyRuns)},
		row{group: group, what: "publishing / idle", figure: ratio(kept.median()), spread: kept.spread(ratio)}.judged("≥ 0.95", kept.median() >= aimRatio),
		row{group: group, what: "  by processor time, whatever else ran", figure: ratio(work.median()), spread: work.spread(ratio)},
		row{group: group, what: "stories published a second", figure: fmt.Sprintf("%.1f", published.median()),
			spread: published.spread(func(v float64) string { return fmt.Sprintf("%.1f", v) })},
		row{group: group, what: "the call that creates and publishes", figure: millis(calls.median()), spread: calls.spread(millis),
			latency: latencies(calls.median(), calls.percentile(99))},
	)
}

func (r *report) visible(size int, engine string, calls, seen series) {
	group := "From the publish call until an article page of 2021 or older shows the headline"
	name := fmt.Sprintf("%s articles, %s, n = %d", count(size), engine, len(seen))
	r.add(
		row{group: group, what: name, figure: millis(seen.median()), spread: seen.spread(millis),
			latency: latencies(seen.median(), seen.percentile(99))}.judged("< 20 ms", seen.median() < float64(aimVisible)),
		row{group: group, what: "  the publish call itself", figure: millis(calls.median()), spread: calls.spread(millis),
			latency: latencies(calls.median(), calls.percentile(99))},
	)
}

func (r *report) loop(small, large int, took map[int]series) {
	group := "Create a draft, publish it, read its page: one after the other"
	for _, size := range []int{small, large} {
		s := took[size]
		w := row{group: group, what: fmt.Sprintf("%s articles, n = %d", count(size), len(s)), figure: millis(s.median()), spread: s.spread(millis),
			latency: latencies(s.median(), s.percentile(99))}
		if size == large {
			w = w.judged("< 60 ms", s.median() < float64(aimLoop))
		}
		r.add(w)
		if small == large {
			return
		}
	}
	grown := took[large].median() / took[small].median()
	r.add(row{group: group, what: fmt.Sprintf("at %s / at %s", count(large), count(small)), figure: ratio(grown)}.judged("≤ 1.6", grown <= aimLoopGrow))
}

func (r *report) desk(size int, engine, what string, took series) {
	r.add(row{group: fmt.Sprintf("Lists and saves of the desk, the database's part: %s articles, %d people, %s", count(size), deskPeople, engine), what: what,
		figure: millis(took.median()), spread: took.spread(millis), latency: latencies(took.median(), took.percentile(99))}.
		judged("< 50 ms", took.percentile(99) < float64(aimDesk)))
}

func (r *report) start(size int, ready, first series) {
	group := fmt.Sprintf("Start with %s articles, one core", count(size))
	r.add(
		row{group: group, what: "from the process to /readyz 200", figure: millis(ready.median()), spread: ready.spread(millis)},
		row{group: group, what: "from the process to the first article page", figure: millis(first.median()), spread: first.spread(millis)}.
			judged("≤ 2 s", first.median() <= float64(aimFirst)),
	)
}

func (r *report) memory(size, pages, sections int, idle, rss, peak int64) {
	group := fmt.Sprintf("Memory with %s articles", count(size))
	r.add(
		row{group: group, what: "VmRSS when ready", figure: megabytes(idle)},
		row{group: group, what: fmt.Sprintf("VmRSS after %s article and %d section pages", count(pages), sections), figure: megabytes(rss)}.
			judged("< 250 MB", rss < aimMemory),
		row{group: group, what: "VmHWM, the highest", figure: megabytes(peak)}.judged("< 250 MB", peak < aimMemory),
	)
}

func (r *report) imported(engine string, articles, langs int, took time.Duration) {
	r.add(row{group: "Import, both cores", what: fmt.Sprintf("%s articles in %d languages, %s", count(articles), langs, engine),
		figure: seconds(took), spread: whole(float64(articles)/took.Seconds()) + "/s"}.judged("≤ 30 s", took <= aimImport))
}

// headings of the columns, in both forms of the table.
var headingRow = row{"", "", "median", "lowest..highest", "p50 / p99, ms", "busy, %", "aim", "met"}

var headings = headingRow.cells()

func (w row) cells() []string {
	return []string{w.what, w.figure, w.spread, w.latency, w.busy, w.aim, w.met}
}

// writeText prints the table for a terminal.
func (r *report) writeText(out io.Writer) {
	if len(r.rows) == 0 {
		return
	}
	for _, f := range r.machine {
		fmt.Fprintf(out, "%s: %s\n", f.name, f.value)
	}
	fmt.Fprintf(out, "\nbusy: the server's core by the server / wrk's core by wrk / the more disturbed of both by anything else\n\n")
	widths := make([]int, len(headings))
	for _, w := range append([]row{headingRow}, r.rows...) {
		for i, cell := range w.cells() {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(w row) {
		text := ""
		for i, cell := range w.cells() {
			text += "  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		}
		fmt.Fprintln(out, strings.TrimRight(text, " "))
	}
	line(headingRow)
	group := ""
	for _, w := range r.rows {
		if w.group != group {
			group = w.group
			fmt.Fprintf(out, "\n%s\n", group)
		}
		line(w)
	}
}

//go:embed method.md
var method string

//go:embed peers.md
var peers string

// writeDocument writes doc/benchmarks.md.
func (r *report) writeDocument(file string, b *bench) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Benchmarks\n\nWritten by `make bench` on %s; the run took %d minutes.\n\n",
		r.started.UTC().Format(time.DateOnly), int(r.took.Minutes()+0.5))
	for _, f := range r.machine {
		fmt.Fprintf(&out, "- %s: %s\n", f.name, f.value)
	}
	out.WriteString("\n## Figures\n\n")
	fmt.Fprintf(&out, "Medians of %d rounds of %d seconds where wrk made the load. Busy is, in per cent: the server's core by the server / wrk's core by wrk / the more disturbed of both cores by anything else.\n\n", b.rounds, b.seconds)
	fmt.Fprintf(&out, "| %s |\n|%s\n", strings.Join(headings, " | "), strings.Repeat(" --- |", len(headings)))
	group := ""
	for _, w := range r.rows {
		if w.group != group {
			group = w.group
			fmt.Fprintf(&out, "| **%s** |%s\n", group, strings.Repeat(" |", len(headings)-1))
		}
		fmt.Fprintf(&out, "| %s |\n", strings.Join(w.cells(), " | "))
	}
	texts := "The articles are those of a multilingual news archive, repeated with other ids, slugs and dates where more are needed."
	if b.archive.made {
		texts = "The articles were made of stock sentences: the news archive that is otherwise used was not there."
	}
	out.WriteString("\n" + strings.ReplaceAll(method, "{{texts}}", texts) + "\n" + peers)
	return os.WriteFile(file, out.Bytes(), 0o644)
}
