package main

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"stet/site"
)

// answerBuckets are in seconds: most answers come from memory.
var answerBuckets = []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5}

// readers counts what readers got.
type readers struct {
	answers *prometheus.CounterVec
	bytes   prometheus.Counter
	took    prometheus.Histogram
}

func newReaders() *readers {
	return &readers{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stet_answers_total", Help: "Answers to readers, by status."}, []string{"status"}),
		bytes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "stet_answered_bytes_total", Help: "Bytes of the bodies of answers to readers."}),
		took:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "stet_answer_seconds", Help: "How long answers to readers took.", Buckets: answerBuckets}),
	}
}

func (r *readers) observe(a site.Answer) {
	r.answers.WithLabelValues(strconv.Itoa(a.Status)).Inc()
	r.bytes.Add(float64(a.Bytes))
	r.took.Observe(a.Took.Seconds())
}

// metrics returns everything that --admin tells.
func (s *server) metrics() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	if s.media != nil {
		reg.MustRegister(pictureCollector{s})
	}
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		s.readers.answers, s.readers.bytes, s.readers.took, pressCollector{s})
	return reg
}

// pressCollector tells what the press holds and did.
type pressCollector struct{ s *server }

var (
	descHeld = prometheus.NewDesc("stet_press_held", "Pages and blocks held.", []string{"what"}, nil)
	descSize = prometheus.NewDesc("stet_press_bytes", "Bytes that they take.", nil, nil)
	descDid  = prometheus.NewDesc("stet_press_total", "What the press did: answered at once, waited, failed, served stale, evicted.", []string{"what"}, nil)
	descLaid = prometheus.NewDesc("stet_pages_laid_total", "Pages made, by template.", []string{"template"}, nil)
	descPrnt = prometheus.NewDesc("stet_blocks_printed_total", "Blocks made, by name.", []string{"block"}, nil)
	descHead = prometheus.NewDesc("stet_event", "Number of the last event that readers see.", nil, nil)
)

// Describe implements prometheus.Collector.
func (pressCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descHeld, descSize, descDid, descLaid, descPrnt, descHead} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c pressCollector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	st := c.s.site.Stats()
	gauge(descHeld, float64(st.Press.Pages), "pages")
	gauge(descHeld, float64(st.Press.Blocks), "blocks")
	gauge(descSize, float64(st.Press.Bytes))
	counter(descDid, st.Press.Answered, "answered")
	counter(descDid, st.Press.Waited, "waited")
	counter(descDid, st.Press.Failed, "failed")
	counter(descDid, st.Press.Stale, "stale")
	counter(descDid, st.Press.Evicted, "evicted")
	for name, n := range st.Laid {
		counter(descLaid, n, name)
	}
	for name, n := range st.Printed {
		counter(descPrnt, n, name)
	}
	gauge(descHead, float64(c.s.follower.At()))
}

// pictureCollector tells what becomes of pictures.
type pictureCollector struct{ s *server }

var (
	descReceived  = prometheus.NewDesc("stet_pictures_received_total", "Pictures taken in.", nil, nil)
	descMade      = prometheus.NewDesc("stet_renditions_made_total", "Renditions of pictures made, by format.", []string{"format"}, nil)
	descFailed    = prometheus.NewDesc("stet_renditions_failed_total", "Times that a rendition could not be made.", nil, nil)
	descCrashed   = prometheus.NewDesc("stet_picture_workers_crashed_total", "Processes that make pictures and ended when they should not have.", nil, nil)
	descMadeBytes = prometheus.NewDesc("stet_renditions_made_bytes_total", "Bytes of the renditions made.", nil, nil)
	descMadeTook  = prometheus.NewDesc("stet_renditions_made_seconds_total", "What the renditions made took, one worker's time after the other's.", nil, nil)
	descWaiting   = prometheus.NewDesc("stet_renditions", "Renditions that wait to be made, and those that were given up.", []string{"state"}, nil)
	descResting   = prometheus.NewDesc("stet_pictures_resting", "1 while nothing is made because the disk of the pictures was full.", nil, nil)
)

// Describe implements prometheus.Collector.
func (pictureCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descReceived, descMade, descFailed, descCrashed, descMadeBytes, descMadeTook, descWaiting, descResting} {
		out <- d
	}
}

// countTakes is how long the database may take to count what waits.
const countTakes = 2 * time.Second

// Collect implements prometheus.Collector.
func (c pictureCollector) Collect(out chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	st := c.s.media.Stats()
	counter(descReceived, float64(st.Received))
	for format, n := range st.Made {
		counter(descMade, float64(n), string(format))
	}
	counter(descFailed, float64(st.Failed))
	counter(descCrashed, float64(st.Crashed))
	counter(descMadeBytes, float64(st.Bytes))
	counter(descMadeTook, st.Took.Seconds())
	resting := 0.0
	if st.Resting {
		resting = 1
	}
	out <- prometheus.MustNewConstMetric(descResting, prometheus.GaugeValue, resting)
	ctx, cancel := context.WithTimeout(context.Background(), countTakes)
	defer cancel()
	waiting, err := c.s.media.Waiting(ctx)
	if err != nil { // the rest is told while the database is away
		return
	}
	out <- prometheus.MustNewConstMetric(descWaiting, prometheus.GaugeValue, float64(waiting.Wanted), "wanted")
	out <- prometheus.MustNewConstMetric(descWaiting, prometheus.GaugeValue, float64(waiting.Failed), "failed")
}
