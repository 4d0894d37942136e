package desk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
)

// sandbox is the policy of a reader's page that is shown ahead: no script, no
// origin, nothing sent anywhere.
const sandbox = "sandbox; default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors "

// previewPage shows how a text will look: to readers, in a search and where it
// is shared.
type previewPage struct {
	frame.Frame
	Story       frame.Subject
	Site        string // the edition's name
	Host        string
	Crumbs      string // the address as a search shows it
	Description string
	Picture     *shown // in the card that others show; nil for none of the newsroom's own
	Links       []previewLink
	Link        string // the link that was just made; it cannot be read again
	LinkUntil   *frame.When
}

// previewLink is a link for somebody without an account.
type previewLink struct {
	By    string
	Until *frame.When
}

func (d *Desk) preview(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	return d.showPreview(w, v, a, "", time.Time{})
}

func (d *Desk) showPreview(w http.ResponseWriter, v *frame.Visit, a *stet.Article, link string, until time.Time) error {
	p := previewPage{Link: link, LinkUntil: v.At(until, v.Zone)}
	var err error
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("preview")); err != nil {
		return err
	}
	edition, _ := v.Site.Edition(a.Lang)
	p.Site = edition.Name
	if u, err := url.Parse(d.URL); err == nil {
		p.Host = u.Host
		p.Crumbs = u.Host + strings.ReplaceAll(strings.TrimSuffix(string(a.Path), "/"), "/", " › ")
	}
	if c := a.Latest(); c != nil {
		p.Description = description(&c.Content)
		if p.Picture, err = d.cardPicture(v, a); err != nil {
			return err
		}
	}
	links, err := d.DB.PreviewLinks(v.Context(), a.ID, v.Now)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	for _, l := range links {
		p.Links = append(p.Links, previewLink{names.Of(l.Person), v.At(l.Until, v.Zone)})
	}
	return d.Page(w, http.StatusOK, "preview", &p)
}

// cardPicture is the story's picture in the shape of cards.
func (d *Desk) cardPicture(v *frame.Visit, a *stet.Article) (*shown, error) {
	use := a.Latest().Picture
	if use == nil || use.ID == "" {
		return nil, nil
	}
	found, err := d.DB.Shown(v.Context(), []stet.PictureID{use.ID})
	p := found[use.ID]
	if err != nil || p == nil {
		return nil, err
	}
	card := d.shown(v, p, a.Lang, 640)
	card.Src, card.Alt = d.src(p, stet.Social, 1200), cmp.Or(use.Alt, card.Alt)
	return &card, nil
}

// descriptionTyped is what a search shows under a headline.
func description(c *stet.Content) string {
	text := c.Standfirst
	if text == "" && c.Body != nil {
		text, _, _ = strings.Cut(c.Body.Text(), "\n\n")
	}
	const most = 160
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// previewFrame answers with the reader's page of the text that is being
// written, for a frame of the desk.
func (d *Desk) previewFrame(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	return d.readersPage(w, v.Context(), a, v.Now, "'self'")
}

// sharedPreview answers a link for somebody without an account.
func (d *Desk) sharedPreview(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.DB.PreviewLink(v.Context(), v.PathValue("token"), v.Now)
	if err != nil {
		return err
	}
	return d.readersPage(w, v.Context(), a, v.Now, "'none'")
}

func (d *Desk) readersPage(w http.ResponseWriter, ctx context.Context, a *stet.Article, now time.Time, framedBy string) error {
	st, err := d.story(ctx, a, now)
	if err != nil {
		return err
	}
	page, err := d.Previewer.Preview(ctx, st)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", d.WithMedia(sandbox)+framedBy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // an error means that nobody is there to read
	return nil
}

// story is an article as readers would get it, published now.
func (d *Desk) story(ctx context.Context, a *stet.Article, now time.Time) (*stet.Story, error) {
	st := &stet.Story{
		ID: a.ID, Kind: a.Kind, Lang: a.Lang, Group: a.Group, Path: a.Path,
		PublishedAt: a.PublishedAt, UpdatedAt: a.UpdatedAt, Corrections: a.Corrections,
	}
	if r := a.Latest(); r != nil {
		var err error
		st.Content = r.Content
		if st.Pictures, err = d.DB.Shown(ctx, r.Pictures()); err != nil {
			return nil, err
		}
	}
	if a.Live == stet.LiveNever {
		st.PublishedAt = now
		for _, at := range []time.Time{a.ScheduledFor, a.Asked} {
			if !at.IsZero() {
				st.PublishedAt = at
				break
			}
		}
		st.UpdatedAt = st.PublishedAt
	}
	others, err := d.DB.Public().Translations(ctx, []stet.ArticleID{a.Group})
	if err != nil {
		return nil, err
	}
	st.Translations = others[a.Group]
	st.Original = cmp.Or(stet.Original(st.Translations), a.Path)
	return st, nil
}

// shareDays are for how many days a link can be good.
var shareDays = []int{1, 7, 30}

// share makes a link for somebody without an account, and shows it once.
func (d *Desk) share(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(v.PostFormValue("days"))
	if err != nil {
		days = shareDays[1]
	}
	until := v.Now.AddDate(0, 0, days)
	token, err := d.DB.AddPreviewLink(v.Context(), v.User(), a.ID, until, v.Now)
	if err != nil {
		return err
	}
	return d.showPreview(w, v, a, d.URL+"/desk/preview/"+token, until)
}

// unshare takes all links back.
func (d *Desk) unshare(w http.ResponseWriter, v *frame.Visit) error {
	id, err := frame.ArticleID(v)
	if err != nil {
		return err
	}
	if err := d.DB.RevokePreviewLinks(v.Context(), v.User(), id); err != nil {
		return err
	}
	return frame.SeeOther(w, v, frame.ArticlePath(id)+"/preview?did=unshare")
}

// Days are the choices of how long a link is good.
func (p *previewPage) Days() []int { return shareDays }
