package api

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"stet"
	"stet/media"
	"stet/web"
)

// mostSimilar is how many others a picture that comes in is said to look like.
const mostSimilar = 8

// How long the sending of a picture may take, and what of it is held in memory.
const (
	pictureTakes = 30 * time.Minute
	formMemory   = 1 << 20
	formBesides  = 256 << 10 // what a form may have beside its file
)

func (a *API) pictureTooLarge() error {
	return &web.Refusal{Status: http.StatusRequestEntityTooLarge,
		Detail: fmt.Sprintf("file: is too large; at most %d bytes are allowed.", a.Media.Limits.Bytes)}
}

// addPicture takes a picture in.
func (a *API) addPicture(w http.ResponseWriter, r *http.Request) error {
	u, err := a.user(r)
	if err != nil {
		return err
	}
	return a.receive(w, r, u, func(p *stet.Picture) error {
		alike, err := a.DB.Alike(r.Context(), p.ID, mostSimilar)
		if err != nil {
			return err
		}
		made := a.describePicture(p)
		for _, other := range alike {
			made.Similar = append(made.Similar, other.ID)
		}
		w.Header().Set("Location", "/api/v1/pictures/"+url.PathEscape(string(p.ID)))
		w.Header().Set("ETag", pictureTag(p))
		web.WriteJSON(w, http.StatusCreated, made)
		return nil
	})
}

// receive takes the picture of a form in and calls then with it. The form's
// fields may stand before the file or after it.
func (a *API) receive(w http.ResponseWriter, r *http.Request, u stet.User, then func(*stet.Picture) error) error {
	if err := stet.May(u, stet.ActPicture, nil); err != nil {
		return err
	}
	if a.Media == nil {
		return &web.Refusal{Status: http.StatusNotImplemented, Detail: "This newsroom has no place for pictures: serve it with --dir."}
	}
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" || params["boundary"] == "" {
		return &web.Refusal{Status: http.StatusUnsupportedMediaType, Detail: "Send the file in the field file of multipart/form-data."}
	}
	site, err := a.DB.Site(r.Context())
	if err != nil {
		return err
	}
	// A slow line takes longer than other requests may.
	until := time.Now().Add(pictureTakes)
	control := http.NewResponseController(w)
	control.SetReadDeadline(until) // where there is no connection, there is none to wait for
	control.SetWriteDeadline(until.Add(time.Minute))

	sent := r.Body
	r.Body = http.MaxBytesReader(nil, sent, a.Media.Limits.Bytes+formBesides)
	var tooMany *http.MaxBytesError
	switch err := a.Media.OrFull(r.ParseMultipartForm(formMemory)); { // what is more goes to the disk
	case errors.As(err, &tooMany):
		io.CopyN(io.Discard, sent, a.Media.Limits.Bytes) // many clients listen only when they have sent everything
		return a.pictureTooLarge()
	case stet.Is(err, stet.NoRoom):
		return err
	case err != nil:
		return &web.Refusal{Status: http.StatusBadRequest, Detail: "The body is no whole multipart/form-data."}
	}
	defer r.MultipartForm.RemoveAll() // of files that the system would keep else
	words := map[string]string{}
	for field, values := range r.MultipartForm.Value {
		switch {
		case field != "alt" && field != "caption" && field != "credit" && field != "lang":
			return stet.Errorf(stet.Invalid, field, "is not a field of a picture: there are file, alt, caption, credit and lang")
		case len(values) != 1:
			return stet.Errorf(stet.Invalid, field, "is given %d times", len(values))
		case !utf8.ValidString(values[0]) || strings.ContainsRune(values[0], 0):
			return stet.Errorf(stet.Invalid, field, "is not UTF-8 or holds U+0000")
		}
		words[field] = values[0]
	}
	files := r.MultipartForm.File["file"]
	if len(files) != 1 || len(r.MultipartForm.File) != 1 {
		return stet.Errorf(stet.Invalid, "file", "must be one file, in the field file, and nothing else")
	}
	f, err := files[0].Open()
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	if _, err := media.Sniff(head[:n]); err != nil && n > 0 {
		return &web.Refusal{Status: http.StatusUnsupportedMediaType, Detail: err.Error()}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	l := stet.Lang(cmp.Or(words["lang"], string(site.Editions[0].Lang)))
	if _, ok := site.Edition(l); !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages: %s", l, joinLangs(site.Langs()))
	}
	p, err := a.Media.Bring(r.Context(), u, media.Incoming{Name: files[0].Filename, Lang: l, Body: f, Say: func(d *stet.Description) {
		said := d.Words[l]
		said.Alt, said.Caption = cmp.Or(words["alt"], said.Alt), cmp.Or(words["caption"], said.Caption)
		if d.Words == nil {
			d.Words = map[stet.Lang]stet.PictureWords{}
		}
		d.Words[l] = said
		d.Credit = cmp.Or(words["credit"], d.Credit)
	}})
	var large *media.TooLarge
	switch {
	case errors.As(err, &large):
		return a.pictureTooLarge()
	case err != nil:
		return err
	}
	return then(p)
}
