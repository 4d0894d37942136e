package desk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
)

// receiptPage shows where readers see a change, as it becomes so.
type receiptPage struct {
	frame.Frame
	Story    frame.Subject
	Event    int64
	Surfaces []surface
	Done     bool // readers see it everywhere
}

// surface is a part of the site that shows the change.
type surface struct {
	Name   string   `json:"name"`
	Places []string `json:"places"` // addresses and blocks
}

// How long the page waits for the receipt, and how long a stream does. What is
// printed at once is most often there before the page is.
const (
	receiptPageWait   = 400 * time.Millisecond
	receiptStreamWait = 60 * time.Second
)

func (d *Desk) receipt(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	event, err := strconv.ParseInt(v.URL.Query().Get("event"), 10, 64)
	if err != nil || event < 1 || event > a.Event {
		return stet.Errorf(stet.NotFound, "event", "the article has no such event")
	}
	if strings.Contains(v.Header.Get("Accept"), "application/x-ndjson") {
		return d.streamReceipt(w, v, a, event)
	}
	p := receiptPage{Event: event}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("receipt")); err != nil {
		return err
	}
	names, done, err := d.await(v.Context(), event, receiptPageWait)
	if err != nil {
		return err
	}
	p.Done, p.Surfaces = done, surfaces(v, a, names)
	return d.Page(w, http.StatusOK, "receipt", &p)
}

// await waits for a receipt for so long.
func (d *Desk) await(ctx context.Context, event int64, long time.Duration) (names []string, done bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	names, err = d.Receipts.Await(ctx, event)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, false, nil
	}
	return names, err == nil, err
}

// streamReceipt answers with one surface a line, and a last line that says
// whether that is all.
func (d *Desk) streamReceipt(w http.ResponseWriter, v *frame.Visit, a *stet.Article, event int64) error {
	names, done, err := d.await(v.Context(), event, receiptStreamWait)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := json.NewEncoder(w)
	flush := http.NewResponseController(w).Flush
	for _, s := range surfaces(v, a, names) {
		_ = out.Encode(s) // an error means that nobody is there to read
		_ = flush()
	}
	_ = out.Encode(map[string]bool{"done": done})
	return nil
}

// surfaces puts names of addresses and blocks together under what people call
// them, the nearest to the reader first.
func surfaces(v *frame.Visit, a *stet.Article, names []string) []surface {
	var out []surface
	for _, key := range surfaceOrder {
		s := surface{Name: v.T(key)}
		for _, name := range names {
			if surfaceOf(a, name) == key {
				s.Places = append(s.Places, name)
			}
		}
		if len(s.Places) > 0 {
			slices.Sort(s.Places)
			out = append(out, s)
		}
	}
	return out
}

var surfaceOrder = []say.Key{
	"surface_all", "surface_page", "surface_front", "surface_latest", "surface_section", "surface_topics", "surface_authors", "surface_languages",
	"surface_archive", "surface_feeds", "surface_sitemap", "surface_machines", "surface_frame",
}

// surfaceOf is what people call an address or a block of the site.
func surfaceOf(a *stet.Article, name string) say.Key {
	home := "/" + string(a.Lang) + "/"
	rest, inEdition := strings.CutPrefix(name, home)
	switch {
	case name == "*":
		return "surface_all"
	case name == string(a.Path):
		return "surface_page"
	case name == home:
		return "surface_front"
	case strings.HasSuffix(name, "feed.xml"), strings.HasSuffix(name, "atom.xml"), strings.HasSuffix(name, "feed.json"):
		return "surface_feeds"
	case strings.Contains(name, "sitemap"):
		return "surface_sitemap"
	case strings.HasPrefix(name, string(a.Path)), strings.HasSuffix(name, "llms.txt"), strings.HasSuffix(name, ".ninjs.json"):
		return "surface_machines"
	case strings.HasPrefix(name, "latest/"):
		return "surface_latest"
	case strings.HasPrefix(name, "section/"):
		return "surface_section"
	case !strings.HasPrefix(name, "/"):
		return "surface_frame"
	case !inEdition:
		return "surface_languages"
	case strings.HasPrefix(rest, "topics/"):
		return "surface_topics"
	case strings.HasPrefix(rest, "authors/"):
		return "surface_authors"
	case rest == "latest", strings.HasPrefix(rest, "latest/"):
		return "surface_archive"
	}
	return "surface_section"
}
