package newsroom

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store"
)

// auditPage is the log, newest first.
type auditPage struct {
	frame.Frame
	People       []frame.Option
	Kinds        []frame.Option
	Article      string
	Since, Until string
	Lines        []auditLine
	Next, First  string // addresses of pages
	CSV, JSON    string // addresses of the log as it is filtered
}

// auditLine is one event in words.
type auditLine struct {
	At              *frame.When
	Who, What, Note string
	Href, Article   string
}

// auditLength is how many events a page has, and maxExport how many a file.
const (
	auditLength = 100
	maxExport   = 100000
)

var auditFields = []string{"who", "what", "article", "since", "until"}

// asked reads what the log is filtered by. The log tells of the whole newsroom,
// so nobody whose rights are limited to a part of it sees it.
func (d *Newsroom) asked(v *frame.Visit) (q store.EventQuery, err error) {
	if err := may(v); err != nil {
		return q, err
	}
	if u := v.User(); len(u.Langs)+len(u.Sections) > 0 {
		return q, stet.Errorf(stet.Forbidden, "", "the log tells of the whole newsroom; %s works in a part of it", u.Name)
	}
	given := v.URL.Query()
	q = store.EventQuery{Actor: stet.CleanLine(given.Get("who")), Kind: stet.EventKind(stet.CleanLine(given.Get("what"))), Article: stet.ArticleID(stet.CleanLine(given.Get("article")))}
	for field, at := range map[string]*time.Time{"since": &q.Since, "until": &q.Until} {
		if typed := given.Get(field); typed != "" {
			day, err := time.ParseInLocation(time.DateOnly, typed, v.Site.Zone)
			if err != nil {
				return q, stet.Errorf(stet.Invalid, field, "%.40q is no day: write it like 2026-03-29", typed)
			}
			if *at = day; field == "until" {
				*at = stet.NextDay(day, v.Site.Zone)
			}
		}
	}
	if after := given.Get("after"); after != "" {
		if q.Before, err = strconv.ParseInt(after, 10, 64); err != nil || q.Before < 1 {
			return q, stet.Errorf(stet.Invalid, "after", "is not one that this list gave out")
		}
	}
	return q, nil
}

func (d *Newsroom) audit(w http.ResponseWriter, v *frame.Visit) error {
	q, err := d.asked(v)
	if err != nil {
		return err
	}
	q.Limit = auditLength + 1
	events, err := d.DB.Log(v.Context(), q)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	given := v.URL.Query()
	p := auditPage{Article: string(q.Article), Since: given.Get("since"), Until: given.Get("until")}
	if len(events) > auditLength {
		events = events[:auditLength]
		p.Next = auditAddress("/desk/audit", given, "after", strconv.FormatInt(events[auditLength-1].N, 10))
	}
	if q.Before > 0 {
		p.First = auditAddress("/desk/audit", given, "", "")
	}
	p.CSV, p.JSON = auditAddress("/desk/audit/export", given, "as", "csv"), auditAddress("/desk/audit/export", given, "as", "json")
	for _, e := range events {
		line := auditLine{At: v.At(e.At, v.Zone), Who: names.Of(e.Actor), What: v.T(say.Key("event_"+e.Kind), "to", names.Of(e.To)), Note: e.Note}
		if e.Article != "" {
			line.Href, line.Article = frame.ArticlePath(e.Article), string(e.Article)
		}
		p.Lines = append(p.Lines, line)
	}
	for _, x := range names.All {
		p.People = append(p.People, frame.Option{Value: x.ID, Text: x.Name, Chosen: x.ID == q.Actor})
	}
	for _, u := range []stet.User{stet.Operator, stet.Schedule, stet.Importer} {
		p.People = append(p.People, frame.Option{Value: u.ID, Text: names.Of(u.ID), Chosen: u.ID == q.Actor})
	}
	for _, k := range auditKinds {
		p.Kinds = append(p.Kinds, frame.Option{Value: string(k), Text: v.T(say.Key("event_"+k), "to", "…"), Chosen: k == q.Kind})
	}
	if p.Frame, err = d.Frame(v, v.T("audit")); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "audit", &p)
}

// auditKinds are what can be asked for.
var auditKinds = []stet.EventKind{
	stet.Created, stet.Edited, stet.Submitted, stet.Returned, stet.Approved, stet.Scheduled, stet.Unscheduled, stet.Published, stet.Updated, stet.Corrected,
	stet.Withdrawn, stet.Restored, stet.Assigned, stet.Remarked, stet.Timed, stet.Erased, stet.Pictured, stet.Renamed, stet.Set, stet.Announced, stet.Ended, stet.Arranged,
}

// auditAddress is the log as it is filtered, with one thing more.
func auditAddress(at string, given url.Values, name, value string) string {
	q := url.Values{}
	for _, field := range auditFields {
		if s := given.Get(field); s != "" {
			q.Set(field, s)
		}
	}
	if name != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return at
	}
	return at + "?" + q.Encode()
}

// exported is an event in a file.
type exported struct {
	N       int64          `json:"n"`
	At      string         `json:"at"`
	Kind    stet.EventKind `json:"kind"`
	Origin  stet.Origin    `json:"origin"`
	Actor   string         `json:"actor"`
	Name    string         `json:"name"`
	Article stet.ArticleID `json:"article,omitempty"`
	To      string         `json:"to,omitempty"`
	Note    string         `json:"note,omitempty"`
}

// export answers with the log as a file, newest first: lines of JSON, or CSV.
func (d *Newsroom) export(w http.ResponseWriter, v *frame.Visit) error {
	q, err := d.asked(v)
	if err != nil {
		return err
	}
	q.Limit = maxExport
	events, err := d.DB.Log(v.Context(), q)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	rows := make([]exported, len(events))
	for i, e := range events {
		rows[i] = exported{e.N, e.At.UTC().Format(time.RFC3339Nano), e.Kind, e.Origin, e.Actor, names.Of(e.Actor), e.Article, e.To, e.Note}
	}
	if v.URL.Query().Get("as") == "json" {
		w.Header().Set("Content-Type", "application/x-ndjson")
		w.Header().Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
		out := json.NewEncoder(w)
		for _, r := range rows {
			if out.Encode(r) != nil {
				return nil // nobody is there to read
			}
		}
		return nil
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="audit.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"n", "at", "kind", "origin", "actor", "name", "article", "to", "note"}) // an error means that nobody is there to read
	for _, r := range rows {
		cells := []string{strconv.FormatInt(r.N, 10), r.At, string(r.Kind), string(r.Origin), r.Actor, r.Name, string(r.Article), r.To, r.Note}
		for i, c := range cells {
			if c != "" && slices.Contains([]byte("=+-@\t\r"), c[0]) {
				cells[i] = "'" + c // what a spreadsheet would run
			}
		}
		_ = out.Write(cells)
	}
	out.Flush()
	return nil
}
