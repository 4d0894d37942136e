package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// A series is what several measurements of one thing gave; times are in
// nanoseconds.
type series []float64

func (s series) median() float64 { return s.percentile(50) }

// percentile interpolates; of nothing it is NaN.
func (s series) percentile(p float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	at := p / 100 * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// spread is "lowest..highest".
func (s series) spread(format func(float64) string) string {
	if len(s) == 0 {
		return ""
	}
	return format(slices.Min(s)) + ".." + format(slices.Max(s))
}

// over divides what was measured in the same rounds.
func (s series) over(t series) series {
	var out series
	for i := range min(len(s), len(t)) {
		out = append(out, s[i]/t[i])
	}
	return out
}

func of(samples []sample, pick func(sample) float64) series {
	var out series
	for _, s := range samples {
		out = append(out, pick(s))
	}
	return out
}

func rates(s []sample) series { return of(s, func(s sample) float64 { return s.rate }) }

// efficiency is how many requests the server answered in a second of its own
// processor time.
func efficiency(s []sample) series {
	return of(s, func(s sample) float64 { return s.rate / s.serverBusy })
}

// percentiles is the median p50 and p99 of some runs.
func percentiles(s []sample) string {
	return latencies(of(s, func(s sample) float64 { return float64(s.p50) }).median(),
		of(s, func(s sample) float64 { return float64(s.p99) }).median())
}

// busy is how busy both cores were, and with what else.
func busy(s []sample) string {
	return fmt.Sprintf("%s / %s / %s",
		percent(of(s, func(s sample) float64 { return s.serverBusy }).median()),
		percent(of(s, func(s sample) float64 { return s.loadBusy }).median()),
		percent(of(s, func(s sample) float64 { return s.otherBusy }).median()))
}

func percent(v float64) string { return strconv.Itoa(int(math.Round(100 * v))) }
func ratio(v float64) string   { return strconv.FormatFloat(v, 'f', 2, 64) }
func whole(v float64) string   { return count(int(math.Round(v))) }
func rate(v float64) string    { return whole(v) }

func millis(ns float64) string {
	ms := ns / 1e6
	switch {
	case ms < 10:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}

func latencies(p50, p99 float64) string {
	return fmt.Sprintf("%.2f / %.2f", p50/1e6, p99/1e6)
}

func megabytes(b int64) string       { return fmt.Sprintf("%d MB", (b+1<<19)>>20) }
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// count writes 12,345.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
