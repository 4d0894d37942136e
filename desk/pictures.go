package desk

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/media"
	"stet/store/picture"
	"stet/web"
)

// libraryRoutes are the library of pictures.
func (d *Desk) libraryRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /desk/pictures", Act: stet.ActPicture, Tab: "pictures", Serve: d.library},
		{Pattern: "POST /desk/pictures", Serve: d.bring},
		{Pattern: "POST /desk/articles/{id}/lead", Act: stet.ActWrite, Serve: d.setLead},
		{Pattern: "GET /desk/pictures/shown", Serve: d.shownPictures},
		{Pattern: "POST /desk/pictures/from", Serve: d.bringFrom},
		{Pattern: "POST /desk/uploads", Serve: d.beginUpload},
		{Pattern: "GET /desk/uploads/{upload}", Serve: d.uploaded},
		{Pattern: "POST /desk/uploads/{upload}", Serve: d.upload},
	}
}

// libraryPage is the newsroom's pictures, to look for one.
type libraryPage struct {
	frame.Frame
	Q            string
	Mine         bool
	Uses, Rights []frame.Option
	NoAlt        []frame.Option // in which language
	Since, Until string
	Pictures     []shown
	Next, First  string // addresses of pages
	Filtered     bool
	For          *shown   // the picture that another one is looked for to replace
	Lead         *leadFor // the story that a picture is looked for to stand over
	Going        string   // what the library is opened for, as the query of its address; empty for nothing
	Script       map[string]string
}

// libraryLength is how many pictures a page of the library has.
const libraryLength = 48

// libraryFields are what the library is filtered by.
var libraryFields = []string{"q", "mine", "uses", "rights", "noalt", "since", "until", "for", "lead"}

// library lists pictures, for people as a page, for the editor as JSON.
func (d *Desk) library(w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActPicture, nil); err != nil {
		return err
	}
	given := v.URL.Query()
	q := picture.Query{Text: stet.CleanLine(given.Get("q")), After: given.Get("after"), Limit: libraryLength}
	page := &libraryPage{
		Q: q.Text, Mine: given.Get("mine") != "", Since: given.Get("since"), Until: given.Get("until"), Script: pictureScript(v),
		Uses:   choices(v, "library_uses", given.Get("uses"), "", "used", "unused"),
		Rights: choices(v, "library_rights", given.Get("rights"), "", "ended", "soon"),
		NoAlt:  []frame.Option{{Text: v.T("library_noalt_")}},
	}
	for _, l := range v.Site.Langs() {
		page.NoAlt = append(page.NoAlt, frame.Option{Value: string(l), Text: lang.Get(string(l)).Name, Chosen: given.Get("noalt") == string(l)})
	}
	if page.Mine {
		q.Author = v.Person.ID
	}
	q.Used, q.Unused, q.WithoutAlt = given.Get("uses") == "used", given.Get("uses") == "unused", stet.Lang(given.Get("noalt"))
	switch given.Get("rights") {
	case "ended":
		q.Expired = v.Now
	case "soon":
		q.ExpiresFrom, q.Expired = v.Now, v.Now.AddDate(0, 0, soon)
	}
	var err error
	if q.Since, err = day(v, "since", 0); err != nil {
		return err
	}
	if q.Until, err = day(v, "until", 1); err != nil {
		return err
	}
	found, next, err := d.DB.FindPictures(v.Context(), q)
	if err != nil {
		return err
	}
	l := d.wordsLang(v)
	for _, p := range found {
		page.Pictures = append(page.Pictures, d.shown(v, p, l, 320))
	}
	if frame.WantsJSON(v.Request) {
		web.WriteJSON(w, http.StatusOK, struct {
			Pictures []shown `json:"pictures"`
			Next     string  `json:"next,omitempty"`
		}{append([]shown{}, page.Pictures...), next})
		return nil
	}
	if id := stet.ArticleID(given.Get("lead")); id != "" {
		if page.Lead, err = d.leadFor(v, id); err != nil {
			return err
		}
		page.Going = "?" + url.Values{"lead": {string(id)}}.Encode()
	}
	if id := stet.PictureID(given.Get("for")); id != "" {
		p, err := d.DB.Picture(v.Context(), id)
		if err != nil {
			return err
		}
		replaced := d.shown(v, p, l, 320)
		page.For = &replaced
		page.Going = "?" + url.Values{"for": {string(id)}}.Encode()
	}
	for _, field := range libraryFields {
		page.Filtered = page.Filtered || field != "for" && field != "lead" && given.Get(field) != ""
	}
	if next != "" {
		page.Next = libraryAddress(given, next)
	}
	if q.After != "" {
		page.First = libraryAddress(given, "")
	}
	if page.Frame, err = d.Frame(v, v.T("pictures")); err != nil {
		return err
	}
	page.Here = "pictures"
	return d.Page(w, http.StatusOK, "pictures", page)
}

// shownFor is what is shown for pictures, by the ids that texts name them by.
func (d *Desk) shownFor(v *frame.Visit, ids []stet.PictureID, l stet.Lang) (map[stet.PictureID]shown, error) {
	found, err := d.DB.Shown(v.Context(), ids)
	out := map[stet.PictureID]shown{}
	for id, p := range found {
		out[id] = d.shown(v, p, l, 640)
	}
	return out, err
}

// mostShown is how many pictures can be asked for at once.
const mostShown = 100

// shownPictures answers what is shown for pictures, in a story's language.
func (d *Desk) shownPictures(w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActPicture, nil); err != nil {
		return err
	}
	var ids []stet.PictureID
	for _, id := range v.URL.Query()["id"] {
		ids = append(ids, stet.PictureID(id))
	}
	if len(ids) > mostShown {
		return stet.Errorf(stet.Invalid, "id", "has %d items; at most %d are allowed", len(ids), mostShown)
	}
	found, err := d.shownFor(v, ids, stet.Lang(v.URL.Query().Get("lang")))
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, map[string]any{"pictures": found})
	return nil
}

// soon is in how many days a right ends that runs out.
const soon = 30

// choices are those of a filter, of which none is the first.
func choices(v *frame.Visit, name, chosen string, values ...string) []frame.Option {
	out := make([]frame.Option, len(values))
	for i, value := range values {
		out[i] = frame.Option{Value: value, Text: v.T(say.Key(name + "_" + value)), Chosen: value == chosen}
	}
	return out
}

// day reads a day of the request's address, in the site's zone, and goes some
// days on; nothing for an empty field.
func day(v *frame.Visit, field string, on int) (time.Time, error) {
	typed := v.URL.Query().Get(field)
	if typed == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, typed, v.Site.Zone)
	if err != nil {
		return time.Time{}, stet.Errorf(stet.Invalid, field, "%.40q is no day: write it like 2026-03-29", typed)
	}
	return at.AddDate(0, 0, on), nil
}

// libraryAddress is the library as it is filtered, from a page on.
func libraryAddress(given url.Values, after string) string {
	q := url.Values{}
	for _, field := range libraryFields {
		if s := given.Get(field); s != "" {
			q.Set(field, s)
		}
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/desk/pictures"
	}
	return "/desk/pictures?" + q.Encode()
}

// mayBring returns an error where the person may bring no pictures in, or the
// newsroom keeps none.
func (d *Desk) mayBring(v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActPicture, nil); err != nil {
		return err
	}
	if d.Media == nil {
		return stet.Errorf(stet.Conflict, "", "this newsroom keeps no pictures; ask the administrator")
	}
	return nil
}

// wordsLang is the language that the script asks for words in, of the story
// somebody writes; else that of lists.
func (d *Desk) wordsLang(v *frame.Visit) stet.Lang {
	if l := stet.Lang(v.URL.Query().Get("lang")); l != "" {
		if _, ok := v.Site.Edition(l); ok {
			return l
		}
	}
	return d.pictureLang(v)
}

// brought is what the script is told of a picture that came in.
type brought struct {
	Have    int64  `json:"have,omitempty"` // bytes, of a file that comes in parts
	Picture *shown `json:"picture,omitempty"`
	Same    *shown `json:"same,omitempty"` // the oldest with the same bytes
	Like    *shown `json:"like,omitempty"` // without one, the one that looks most like it
}

func (d *Desk) brought(v *frame.Visit, p *stet.Picture) (brought, error) {
	l := d.wordsLang(v)
	made := d.shown(v, p, l, 640)
	out := brought{Picture: &made}
	same, err := d.DB.SamePictures(v.Context(), p.Hash)
	if err == nil && len(same) > 0 && same[0].ID != p.ID {
		first := d.shown(v, same[0], l, 640)
		out.Same = &first
	}
	if err != nil || out.Same != nil {
		return out, err
	}
	alike, err := d.DB.Alike(v.Context(), p.ID, 1)
	if len(alike) > 0 {
		like := d.shown(v, alike[0], l, 640)
		out.Like = &like
	}
	return out, err
}

// bring takes in the files of a form.
func (d *Desk) bring(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.mayBring(v); err != nil {
		return err
	}
	files, err := v.MultipartReader()
	if err != nil {
		return stet.Errorf(stet.Malformed, "file", "this form cannot be read")
	}
	var made []*stet.Picture
	for {
		part, err := files.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return stet.Errorf(stet.Malformed, "file", "this form cannot be read")
		}
		if part.FileName() == "" {
			continue
		}
		p, err := d.Media.Bring(v.Context(), v.User(), media.Incoming{Name: part.FileName(), Lang: d.pictureLang(v), Body: part})
		if err != nil {
			return err
		}
		made = append(made, p)
	}
	if len(made) == 0 {
		return stet.Errorf(stet.Invalid, "file", "is missing; choose one or more")
	}
	if id := v.URL.Query().Get("lead"); id != "" {
		return frame.SeeOther(w, v, "/desk/pictures?"+url.Values{"mine": {"1"}, "did": {"brought"}, "lead": {id}}.Encode())
	}
	if len(made) == 1 {
		return frame.SeeOther(w, v, picturePath(made[0].ID)+"?did=brought")
	}
	return frame.SeeOther(w, v, "/desk/pictures?mine=1&did=brought")
}

// bringFrom takes in a picture that stands elsewhere on the web.
func (d *Desk) bringFrom(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.mayBring(v); err != nil {
		return err
	}
	var in struct {
		URL string `json:"url"`
	}
	if err := frame.ReadJSON(v, 1<<14, &in); err != nil {
		return err
	}
	if d.Fetch == nil {
		return stet.Errorf(stet.Conflict, "url", "cannot be fetched here; save the picture and bring the file")
	}
	p, err := d.Fetch(v.Context(), v.User(), d.pictureLang(v), in.URL)
	if err != nil {
		return err
	}
	return d.tellBrought(w, v, 0, p)
}

func (d *Desk) tellBrought(w http.ResponseWriter, v *frame.Visit, have int64, p *stet.Picture) error {
	out, status := brought{}, http.StatusOK
	if p != nil {
		var err error
		if out, err = d.brought(v, p); err != nil {
			return err
		}
		status = http.StatusCreated
	}
	out.Have = have
	web.WriteJSON(w, status, out)
	return nil
}

// beginUpload begins a file that comes in parts.
func (d *Desk) beginUpload(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.mayBring(v); err != nil {
		return err
	}
	var in struct {
		Name string `json:"name"`
		Size int64  `json:"size"`
	}
	if err := frame.ReadJSON(v, 1<<14, &in); err != nil {
		return err
	}
	id, err := d.Media.BeginUpload(v.Context(), v.User(), in.Name, in.Size)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusCreated, map[string]string{"id": id})
	return nil
}

// uploaded tells how much of a file is there.
func (d *Desk) uploaded(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.mayBring(v); err != nil {
		return err
	}
	have, err := d.Media.Uploaded(v.Context(), v.User(), v.PathValue("upload"))
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, map[string]int64{"have": have})
	return nil
}

// upload takes the next part of a file.
func (d *Desk) upload(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.mayBring(v); err != nil {
		return err
	}
	at, err := strconv.ParseInt(v.URL.Query().Get("at"), 10, 64)
	if err != nil {
		return stet.Errorf(stet.Malformed, "at", "must be a number")
	}
	have, p, err := d.Media.Upload(v.Context(), v.User(), v.PathValue("upload"), at, d.wordsLang(v), v.Body)
	if err != nil {
		return err
	}
	return d.tellBrought(w, v, have, p)
}
