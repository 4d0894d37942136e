package api

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/media"
	"stet/native"
	"stet/store/picture"
	"stet/web"
)

// pictureAnswer is the answer about one picture.
type pictureAnswer struct {
	ID     stet.PictureID `json:"id"`
	URL    string         `json:"url"`
	Width  int            `json:"width"`
	Height int            `json:"height"`
	*native.PictureForm
	FocusGuessed bool           `json:"focus_guessed"`
	Replacement  stet.PictureID `json:"replacement,omitempty"`
	File         pictureFile    `json:"file"`
	Created      time.Time      `json:"created"`
	Changed      time.Time      `json:"changed"`

	Similar []stet.PictureID `json:"similar,omitempty"` // others that look like it
	Same    []stet.PictureID `json:"same,omitempty"`    // others with the same bytes
	Shapes  []shape          `json:"shapes,omitempty"`
}

// pictureFile is what was received.
type pictureFile struct {
	Hash   string `json:"sha256"`
	Type   string `json:"type"`
	Name   string `json:"name,omitempty"`
	Bytes  int64  `json:"bytes"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Moves  bool   `json:"moves"`
}

// shape is what is shown of a picture in one ratio.
type shape struct {
	Ratio    stet.Ratio `json:"ratio"`
	Rect     stet.Rect  `json:"rect"`
	Variants []variant  `json:"variants"`
}

// variant is a rendition that readers may get.
type variant struct {
	URL    string `json:"url"`
	Type   string `json:"type"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Made   bool   `json:"made"`
}

func (a *API) mediaURL(path string) string { return cmp.Or(a.MediaURL, a.URL) + path }

func (a *API) describePicture(p *stet.Picture) pictureAnswer {
	path, width, height := media.Path(p)
	return pictureAnswer{ID: p.ID, URL: a.mediaURL(path), Width: width, Height: height, PictureForm: native.OfPicture(p),
		FocusGuessed: p.Guessed, Replacement: p.Replacement, Created: p.Created, Changed: p.Touched,
		File: pictureFile{p.Hash, p.Type, p.Name, p.Bytes, p.PictureFile.Width, p.PictureFile.Height, p.Moves}}
}

func pictureTag(p *stet.Picture) string { return `"` + strconv.FormatInt(p.Version, 10) + `"` }

// describeWhole adds what takes looking for: others like it, and what is made of
// it.
func (a *API) describeWhole(ctx context.Context, p *stet.Picture) (pictureAnswer, error) {
	out := a.describePicture(p)
	same, err := a.DB.SamePictures(ctx, p.Hash)
	if err != nil {
		return out, err
	}
	for _, other := range same {
		if other.ID != p.ID {
			out.Same = append(out.Same, other.ID)
		}
	}
	alike, err := a.DB.Alike(ctx, p.ID, mostSimilar+len(same))
	if err != nil {
		return out, err
	}
	for _, other := range alike {
		if other.Hash != p.Hash && len(out.Similar) < mostSimilar {
			out.Similar = append(out.Similar, other.ID)
		}
	}
	for _, r := range stet.Ratios {
		f := p.Frame(r)
		made, err := a.DB.Made(ctx, picture.Frame{Frame: f})
		if err != nil {
			return out, err
		}
		there := map[string]bool{}
		for _, m := range made {
			there[f.Path(m.Width, m.Format)] = true
		}
		s := shape{Ratio: r, Rect: f.Rect, Variants: []variant{}}
		for _, width := range f.Widths() {
			for _, format := range f.Formats(a.Media != nil && a.Media.Encoder.AVIF()) {
				path := f.Path(width, format)
				s.Variants = append(s.Variants, variant{a.mediaURL(path), format.Type(), width, f.Height(width), there[path]})
			}
		}
		out.Shapes = append(out.Shapes, s)
	}
	return out, nil
}

// tellPicture answers with a picture.
func (a *API) tellPicture(w http.ResponseWriter, r *http.Request, p *stet.Picture) error {
	out, err := a.describeWhole(r.Context(), p)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", pictureTag(p))
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// picture loads the picture that a request names, for somebody who may do the
// act to it.
func (a *API) picture(r *http.Request, act stet.Act) (stet.User, *stet.Picture, error) {
	u, err := a.user(r)
	if err != nil {
		return u, nil, err
	}
	if err := stet.May(u, act, nil); err != nil {
		return u, nil, err
	}
	id, err := id(r)
	if err != nil {
		return u, nil, err
	}
	p, err := a.DB.Picture(r.Context(), stet.PictureID(id))
	return u, p, err
}

func (a *API) getPicture(w http.ResponseWriter, r *http.Request) error {
	_, p, err := a.picture(r, stet.ActPicture)
	if err != nil {
		return err
	}
	return a.tellPicture(w, r, p)
}

// listPictures answers the library, the newest picture first.
func (a *API) listPictures(w http.ResponseWriter, r *http.Request) error {
	u, err := a.user(r)
	if err != nil {
		return err
	}
	if err := stet.May(u, stet.ActPicture, nil); err != nil {
		return err
	}
	site, err := a.DB.Site(r.Context())
	if err != nil {
		return err
	}
	given := r.URL.Query()
	q := picture.Query{Text: stet.CleanLine(given.Get("q")), After: given.Get("cursor"), Limit: 20}
	var es stet.Errors
	bad := func(field, format string, args ...any) {
		es = append(es, stet.Errorf(stet.Invalid, field, format, args...))
	}
	for name, v := range given {
		if strings.ContainsRune(strings.Join(v, ""), 0) {
			bad(name, "holds U+0000")
		}
	}
	if s := given.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 100 {
			bad("limit", "must be a number from 1 to 100")
		}
		q.Limit = n
	}
	switch given.Get("uses") {
	case "":
	case "used":
		q.Used = true
	case "unused":
		q.Unused = true
	default:
		bad("uses", "must be used or unused")
	}
	if s := given.Get("without_alt"); s != "" {
		q.WithoutAlt = stet.Lang(strings.ToLower(s))
		if _, ok := site.Edition(q.WithoutAlt); !ok {
			bad("without_alt", "must be one of the site's languages: %s", joinLangs(site.Langs()))
		}
	}
	for field, into := range map[string]*time.Time{"since": &q.Since, "until": &q.Until,
		"rights_end_since": &q.ExpiresFrom, "rights_end_until": &q.Expired} {
		if s := given.Get(field); s != "" {
			if *into, err = time.Parse(time.RFC3339, s); err != nil {
				bad(field, "must be a time like 2021-06-02T14:05:00Z")
			}
		}
	}
	if err := es.Or(); err != nil {
		return err
	}
	found, next, err := a.DB.FindPictures(r.Context(), q)
	if stet.Is(err, stet.Invalid) {
		return stet.Errorf(stet.Invalid, "cursor", "is not one that this list gave out")
	}
	if err != nil {
		return err
	}
	out := struct {
		Items []pictureAnswer `json:"items"`
		Next  string          `json:"next_cursor,omitempty"`
	}{Items: []pictureAnswer{}, Next: next}
	for _, p := range found {
		out.Items = append(out.Items, a.describePicture(p))
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// patchPicture describes and cuts a picture.
func (a *API) patchPicture(w http.ResponseWriter, r *http.Request) error {
	u, p, err := a.picture(r, stet.ActPicture)
	if err != nil {
		return err
	}
	data, err := web.ReadJSON(r, 1<<20, "application/merge-patch+json")
	if err != nil {
		return err
	}
	site, err := a.DB.Site(r.Context())
	if err != nil {
		return err
	}
	match := r.Header.Get("If-Match")
	saved, err := a.DB.UpdatePictures(r.Context(), u, []stet.PictureID{p.ID}, a.now(), func(ps []*stet.Picture) error {
		p := ps[0]
		switch {
		case match == "":
			return &web.Refusal{Status: http.StatusPreconditionRequired, Detail: "Send If-Match with the ETag of the picture you read."}
		case !matches(match, pictureTag(p)):
			return stet.Errorf(stet.Stale, "", "the picture has changed since you read it; read it again")
		}
		to, err := native.PatchPicture(p, data)
		if err != nil {
			return err
		}
		for l := range to.Said.Words {
			if _, ok := site.Edition(l); ok {
				continue
			}
			if _, was := p.Words[l]; !was {
				return stet.Errorf(stet.Invalid, "alt."+string(l), "%q is none of the site's languages: %s", l, joinLangs(site.Langs()))
			}
		}
		if to.Describes {
			if err := p.Describe(u, to.Said, a.now()); err != nil {
				return err
			}
		}
		if to.Cuts {
			return p.Crop(u, to.Focus, to.Crops, a.now())
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.tellPicture(w, r, saved[0])
}

// removePicture removes a picture that no text uses, and its files.
func (a *API) removePicture(w http.ResponseWriter, r *http.Request) error {
	u, p, err := a.picture(r, stet.ActReplace)
	if err != nil {
		return err
	}
	remove := a.DB.RemovePicture
	if a.Media != nil {
		remove = a.Media.Remove
	}
	if err := remove(r.Context(), u, p.ID); err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, map[string]stet.PictureID{"id": p.ID})
	return nil
}

// pictureUse is a text that uses a picture.
type pictureUse struct {
	ID       stet.ArticleID `json:"id"`
	Lang     stet.Lang      `json:"lang"`
	Headline string         `json:"headline"`
	URL      string         `json:"url"`
	Live     bool           `json:"live"`
}

func (a *API) pictureUses(w http.ResponseWriter, r *http.Request) error {
	u, p, err := a.picture(r, stet.ActPicture)
	if err != nil {
		return err
	}
	uses, err := a.DB.PictureUses(r.Context(), u, p.ID)
	if err != nil {
		return err
	}
	out := struct {
		Items []pictureUse `json:"items"`
	}{[]pictureUse{}}
	for _, use := range uses {
		out.Items = append(out.Items, pictureUse{use.Article, use.Lang, use.Headline, a.url(use.Path), use.Live})
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// replacePicture shows another picture wherever one is used: one that is there
// already, or one that comes with the request.
func (a *API) replacePicture(w http.ResponseWriter, r *http.Request) error {
	u, p, err := a.picture(r, stet.ActReplace)
	if err != nil {
		return err
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && mediaType == "multipart/form-data" {
		return a.receive(w, r, u, func(by *stet.Picture) error { return a.showInstead(w, r, u, p.ID, by) })
	}
	data, err := web.ReadJSON(r, 1<<20)
	if err != nil {
		return err
	}
	id, err := native.DecodeWord(data, "by")
	if err != nil {
		return err
	}
	if id == "" {
		return stet.Errorf(stet.Invalid, "by", "is missing: the id of the picture to show instead")
	}
	by, err := a.DB.Picture(r.Context(), stet.PictureID(id))
	if stet.Is(err, stet.NotFound) {
		return stet.Errorf(stet.Invalid, "by", "there is no picture %q", id)
	}
	if err != nil {
		return err
	}
	return a.showInstead(w, r, u, p.ID, by)
}

// unreplacePicture takes a replacement back.
func (a *API) unreplacePicture(w http.ResponseWriter, r *http.Request) error {
	u, p, err := a.picture(r, stet.ActReplace)
	if err != nil {
		return err
	}
	return a.showInstead(w, r, u, p.ID, nil)
}

func (a *API) showInstead(w http.ResponseWriter, r *http.Request, u stet.User, id stet.PictureID, by *stet.Picture) error {
	saved, err := a.DB.UpdatePictures(r.Context(), u, []stet.PictureID{id}, a.now(), func(ps []*stet.Picture) error {
		return ps[0].Replace(u, by, a.now())
	})
	if err != nil {
		return err
	}
	return a.tellPicture(w, r, saved[0])
}
