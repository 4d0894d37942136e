package newsroom

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store/access"
	"stet/store/audit"
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
	Days         int    // for which addresses are kept
	Wrong        wrongs
}

// auditLine is one thing that happened, in words.
type auditLine struct {
	At              *frame.When
	Who, What, Note string
	Changes         []string // what became of what
	Address         string   // of the network
	Href, Article   string
}

// auditLength is how many events a page has, and maxExport how many a file.
const (
	auditLength = 100
	maxExport   = 100000
)

var auditFields = []string{"who", "what", "article", "since", "until"}

// mayAudit lets in who may see the log, which tells of the whole newsroom: nobody
// whose rights are limited to a part of it.
func mayAudit(v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	if u := v.User(); len(u.Langs)+len(u.Sections) > 0 {
		return stet.Errorf(stet.Forbidden, "", "the log tells of the whole newsroom; %s works in a part of it", u.Name)
	}
	return nil
}

// asked reads what the log is filtered by. What is no day is an Error about its field.
func asked(v *frame.Visit) (q audit.Query, err error) {
	given := v.URL.Query()
	q = audit.Query{
		Person: stet.CleanLine(given.Get("who")), Kind: stet.CleanLine(given.Get("what")), Article: stet.ArticleID(stet.CleanLine(given.Get("article"))), After: given.Get("after"),
	}
	for _, f := range []struct {
		name string
		into *time.Time
	}{{"since", &q.Since}, {"until", &q.Until}} {
		typed := given.Get(f.name)
		if typed == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, typed, v.Zone)
		if err != nil {
			return q, stet.Errorf(stet.Invalid, f.name, "%.40q is no day: write it like 2026-03-29", typed)
		}
		if *f.into = day; f.name == "until" {
			*f.into = stet.NextDay(day, v.Zone)
		}
	}
	return q, nil
}

func (d *Newsroom) audit(w http.ResponseWriter, v *frame.Visit) error {
	if err := mayAudit(v); err != nil {
		return err
	}
	given := v.URL.Query()
	p := auditPage{Days: audit.AddressDays, Article: given.Get("article"), Since: given.Get("since"), Until: given.Get("until")}
	var lines []audit.Line
	q, err := asked(v)
	if err == nil {
		q.Limit = auditLength + 1
		lines, err = d.DB.Ledger.Log(v.Context(), q)
	}
	status := http.StatusOK
	if stet.Is(err, stet.Invalid) {
		p.Wrong = wrong(v, err)
		status, err = http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return err
	}
	names, err := d.actors(v)
	if err != nil {
		return err
	}
	if len(lines) > auditLength {
		lines = lines[:auditLength]
		p.Next = auditAddress("/desk/audit", given, "after", lines[auditLength-1].Cursor)
	}
	if q.After != "" {
		p.First = auditAddress("/desk/audit", given, "", "")
	}
	p.CSV, p.JSON = auditAddress("/desk/audit/export", given, "as", "csv"), auditAddress("/desk/audit/export", given, "as", "json")
	for _, l := range lines {
		p.Lines = append(p.Lines, lineOf(v, names, l))
	}
	for _, x := range names.All {
		p.People = append(p.People, frame.Option{Value: x.ID, Text: x.Name, Chosen: x.ID == q.Person})
	}
	for _, u := range []stet.User{stet.Operator, stet.Schedule, stet.Importer} {
		p.People = append(p.People, frame.Option{Value: u.ID, Text: names.of(u.ID), Chosen: u.ID == q.Person})
	}
	for _, t := range names.tokens {
		p.People = append(p.People, frame.Option{Value: t.ID, Text: v.T("audit_token", "name", t.Name), Chosen: t.ID == q.Person})
	}
	for _, k := range auditKinds {
		p.Kinds = append(p.Kinds, frame.Option{Value: k, Text: v.T(say.Key("event_"+k), "to", "…"), Chosen: k == q.Kind})
	}
	if p.Frame, err = d.Frame(v, v.T("audit")); err != nil {
		return err
	}
	return d.Page(w, status, "audit", &p)
}

// actors are the names of whoever can have done something.
type actors struct {
	*frame.People
	tokens []access.Token
}

func (d *Newsroom) actors(v *frame.Visit) (*actors, error) {
	names, err := d.Names(v)
	if err != nil {
		return nil, err
	}
	tokens, err := d.DB.Tokens(v.Context())
	return &actors{names, tokens}, err
}

func (a *actors) of(id string) string {
	for _, t := range a.tokens {
		if t.ID == id {
			return t.Name
		}
	}
	return a.Of(id)
}

// lineOf tells one thing that happened.
func lineOf(v *frame.Visit, names *actors, l audit.Line) auditLine {
	out := auditLine{At: v.At(l.At, v.Zone), Who: names.of(l.Actor), Note: l.Note, Address: l.Address}
	if l.Actor == "" {
		out.Who = v.T("audit_nobody")
	}
	to := names.of(l.Subject)
	switch audit.Kind(l.Kind) {
	case audit.SignedIn, audit.Refused:
		if l.Note != "" {
			out.Note = v.T(say.Key("means_" + strings.ReplaceAll(l.Note, "-", "_")))
		}
	case audit.LinkMade:
		out.Note = v.T(say.Key("link_" + l.Note))
	case audit.PersonAdded, audit.PersonChanged, audit.PersonSuspended, audit.PersonLetBack, audit.TokenMade, audit.TokenUsed, audit.TokenRevoked:
		to, out.Note = l.Note, "" // as it was called then
	}
	if audit.Kind(l.Kind) == audit.Refused && to == "" {
		to = v.T("audit_nobody")
	}
	out.What = v.T(say.Key("event_"+l.Kind), "to", to)
	for _, c := range l.Changes {
		was, is := c.Was, c.Is
		if c.Field == "role" {
			if is = v.Role(stet.Role(is)); was != "" {
				was = v.Role(stet.Role(was))
			}
		}
		text := v.Field(c.Field) + ": " + is
		if was != "" {
			text = v.Field(c.Field) + ": " + was + " → " + cmp.Or(is, "–")
		}
		out.Changes = append(out.Changes, text)
	}
	if l.Article != "" {
		out.Href, out.Article = frame.ArticlePath(l.Article), string(l.Article)
	}
	return out
}

// auditKinds are what can be asked for.
var auditKinds = func() (out []string) {
	for _, k := range []stet.EventKind{
		stet.Created, stet.Edited, stet.Submitted, stet.Returned, stet.Approved, stet.Scheduled, stet.Unscheduled, stet.Published, stet.Updated, stet.Corrected,
		stet.Withdrawn, stet.Restored, stet.Assigned, stet.Remarked, stet.Timed, stet.Dated, stet.Erased, stet.Pictured, stet.Renamed, stet.Filed, stet.Moved, stet.Set, stet.Announced, stet.Ended, stet.Arranged,
	} {
		out = append(out, string(k))
	}
	for _, k := range audit.Kinds {
		out = append(out, string(k))
	}
	return out
}()

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

// exported is a line in a file.
type exported struct {
	Line    string         `json:"line"`
	At      string         `json:"at"`
	Kind    string         `json:"kind"`
	Origin  stet.Origin    `json:"origin"`
	Actor   string         `json:"actor"`
	Name    string         `json:"name"`
	Subject string         `json:"subject,omitempty"`
	Article stet.ArticleID `json:"article,omitempty"`
	Note    string         `json:"note,omitempty"`
	Changes []audit.Change `json:"changes,omitempty"`
	Address string         `json:"address,omitempty"`
}

// export answers with the log as a file, newest first: lines of JSON, or CSV. That
// it was taken is a line of the log too.
func (d *Newsroom) export(w http.ResponseWriter, v *frame.Visit) error {
	if err := mayAudit(v); err != nil {
		return err
	}
	q, err := asked(v)
	if err != nil {
		return err
	}
	q.Limit = maxExport
	lines, err := d.DB.Ledger.Log(v.Context(), q)
	if err != nil {
		return err
	}
	names, err := d.actors(v)
	if err != nil {
		return err
	}
	if err := d.DB.Record(v.Context(), audit.Entry{Kind: audit.LogTaken, At: v.Now, Actor: v.Person.ID}); err != nil {
		return err
	}
	rows := make([]exported, len(lines))
	for i, l := range lines {
		rows[i] = exported{l.Cursor, l.At.UTC().Format(time.RFC3339Nano), l.Kind, l.Origin, l.Actor, names.of(l.Actor), l.Subject, l.Article, l.Note, l.Changes, l.Address}
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
	_ = out.Write([]string{"line", "at", "kind", "origin", "actor", "name", "subject", "article", "note", "changes", "address"}) // an error means that nobody is there to read
	for _, r := range rows {
		var changes []string
		for _, c := range r.Changes {
			changes = append(changes, c.Field+": "+c.Was+" → "+c.Is)
		}
		cells := []string{r.Line, r.At, r.Kind, string(r.Origin), r.Actor, r.Name, r.Subject, string(r.Article), r.Note, strings.Join(changes, "; "), r.Address}
		for i, c := range cells {
			cells[i] = cell(c)
		}
		_ = out.Write(cells)
	}
	out.Flush()
	return nil
}

// cell keeps a spreadsheet from running what somebody wrote.
func cell(text string) string {
	if strings.IndexAny(strings.TrimLeft(text, " "), "=+-@\t\r\n\u00a0＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
