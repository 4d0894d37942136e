package front

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// breakingPage shows the breaking news of every edition, and sets it.
type breakingPage struct {
	frame.Frame
	Editions []line
	Sets     bool // the person may, in one of them
	Lasts    []choice
	Until    string // as it was typed, instead of one of Lasts
	Zone     string
	Problems []string
	Q        string
	Looked   bool
	Found    []told
}

// line is that of an edition.
type line struct {
	Edition   stet.Lang
	Language  string
	Dir       string
	Sets      bool // the person may
	Now       string
	Href      string // where it leads
	Ends      *frame.When
	Text, URL string // as typed
}

// told is a story that a line can lead to.
type told struct {
	Story     stet.ArticleID
	Headline  string
	Lang, Dir string
	Published *frame.When
}

// lasts are for how long a line may stay, in minutes.
var lasts = []int{15, 30, 60, 120, 240, 720, 1440}

const lastsUsually = 60

func (d *Fronts) showBreaking(w http.ResponseWriter, v *frame.Visit) error {
	return d.answerBreaking(w, v, &breakingPage{})
}

func (d *Fronts) answerBreaking(w http.ResponseWriter, v *frame.Visit, p *breakingPage) error {
	var err error
	if p.Frame, err = d.Frame(v, v.T("breaking")); err != nil {
		return err
	}
	p.Here = "breaking"
	p.Zone = v.Zone.String()
	p.Until = v.FormValue("until")
	chosen, err := strconv.Atoi(v.FormValue("lasts"))
	if err != nil {
		chosen = lastsUsually
	}
	for _, minutes := range lasts {
		text := v.T("breaking_minutes", "n", minutes)
		if minutes >= 60 {
			text = v.T("breaking_hours", "n", minutes/60)
		}
		p.Lasts = append(p.Lasts, choice{strconv.Itoa(minutes), text, minutes == chosen})
	}
	links := map[stet.Lang]string{}
	if p.Q = strings.TrimSpace(v.FormValue("q")); strings.HasPrefix(v.FormValue("do"), "find") {
		p.Looked = true
		if err := d.findTold(v, p); err != nil {
			return err
		}
	} else if id, ok := strings.CutPrefix(v.FormValue("do"), "link "); ok {
		if links, err = d.linksTo(v, stet.ArticleID(id)); err != nil {
			return err
		}
	}
	for _, e := range v.Site.Editions {
		b, err := d.DB.Public().Breaking(v.Context(), e.Lang)
		if err != nil {
			return err
		}
		in := lang.Get(string(e.Lang))
		l := line{Edition: e.Lang, Language: in.Name, Dir: in.Dir, Sets: stet.MayAnnounce(v.User(), e.Lang) == nil}
		if b.On(v.Now) {
			l.Now, l.Href, l.Ends = b.Text, string(b.Path), v.At(b.Until, v.Zone)
		}
		l.Text, l.URL = v.FormValue("text."+string(e.Lang)), v.FormValue("url."+string(e.Lang))
		if to := links[e.Lang]; to != "" {
			l.URL = to
		}
		p.Sets = p.Sets || l.Sets
		p.Editions = append(p.Editions, l)
	}
	status := http.StatusOK
	if len(p.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return d.Page(w, status, "breaking", p)
}

// findTold looks for stories by their headlines; the newest without words.
func (d *Fronts) findTold(v *frame.Visit, p *breakingPage) error {
	rows, _, err := d.DB.Board(v.Context(), store.BoardQuery{
		Actor: v.User(), Live: []stet.LiveState{stet.LivePublished}, Text: p.Q, Order: store.ByPublication, Limit: foundMost,
	})
	for _, r := range rows {
		in := lang.Get(string(r.Lang))
		p.Found = append(p.Found, told{r.ID, r.Headline, in.Code, in.Dir, v.About(r.PublishedAt)})
	}
	return err
}

// linksTo are the addresses of a story in all languages that readers have it in.
func (d *Fronts) linksTo(v *frame.Visit, id stet.ArticleID) (map[stet.Lang]string, error) {
	out := map[stet.Lang]string{}
	rows, err := d.DB.Rows(v.Context(), v.User(), []stet.ArticleID{id})
	if err != nil || rows[id].ID == "" {
		return out, err
	}
	group := rows[id].Group
	versions, err := d.DB.Public().Translations(v.Context(), []stet.ArticleID{group})
	for _, t := range versions[group] {
		out[t.Lang] = string(t.Path)
	}
	return out, err
}

// announce puts a line on all pages of the editions that it was written for; on
// none if one of them cannot be taken.
func (d *Fronts) announce(w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActPublish, nil); err != nil {
		return err
	}
	p := &breakingPage{}
	if do := v.FormValue("do"); do != "set" {
		return d.answerBreaking(w, v, p)
	}
	end, ok := d.endOf(v)
	if !ok {
		p.Problems = append(p.Problems, v.T("time_wrong"))
	}
	var lines []stet.Breaking
	for _, e := range v.Site.Editions {
		b := stet.Breaking{Lang: e.Lang, Text: v.FormValue("text." + string(e.Lang)), Until: end}
		if strings.TrimSpace(b.Text) == "" {
			continue
		}
		var err error
		if b.Path, err = stet.SitePath(v.FormValue("url."+string(e.Lang)), d.URL); err == nil {
			err = stet.MayAnnounce(v.User(), e.Lang)
		}
		if err == nil {
			checked := b
			err = checked.Check(v.Now)
		}
		if stet.Is(err, stet.Forbidden) {
			return err
		}
		if err != nil {
			for _, detail := range frame.Details(v, v.InOwnWords(err)) {
				p.Problems = append(p.Problems, lang.Get(string(e.Lang)).Name+": "+v.T(fieldTexts[detail.Field])+" "+detail.Message)
			}
		}
		lines = append(lines, b)
	}
	if len(lines) == 0 && ok {
		p.Problems = append(p.Problems, v.T("breaking_empty"))
	}
	if len(p.Problems) > 0 {
		return d.answerBreaking(w, v, p)
	}
	var last int64
	for _, b := range lines {
		set, err := d.DB.Announce(v.Context(), v.User(), b, v.Now)
		if err != nil {
			return err
		}
		last = max(last, set.Event)
	}
	if err := d.awaited(v.Context(), last); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/breaking?did=breaking_set")
}

// fieldTexts are what the page calls the fields of a line.
var fieldTexts = map[string]say.Key{"text": "breaking_text", "url": "breaking_link", "until": "breaking_until"}

// endOf is when a line ends: when somebody typed, else as long as was chosen.
func (d *Fronts) endOf(v *frame.Visit) (time.Time, bool) {
	if typed := v.FormValue("until"); typed != "" {
		at, err := until(v, typed, stet.Pin{})
		return at, err == nil
	}
	minutes, err := strconv.Atoi(v.FormValue("lasts"))
	return v.Now.Add(time.Duration(minutes) * time.Minute), err == nil && slices.Contains(lasts, minutes)
}

// end takes a line away before its time.
func (d *Fronts) end(w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActPublish, nil); err != nil {
		return err
	}
	l := stet.Lang(v.FormValue("lang"))
	b, err := d.DB.EndBreaking(v.Context(), v.User(), l, v.Now)
	if stet.Is(err, stet.NotFound) { // it has run out, or somebody was quicker
		return frame.SeeOther(w, v, "/desk/breaking?did=breaking_ended")
	}
	if err != nil {
		return err
	}
	if err := d.awaited(v.Context(), b.Event); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/breaking?did=breaking_ended")
}
