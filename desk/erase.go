package desk

import (
	"net/http"
	"strconv"
	"strings"

	"stet"
	"stet/desk/frame"
)

// erasePage asks why a published text is erased, and whether that is meant.
type erasePage struct {
	frame.Frame
	Story    frame.Subject
	Ref      string
	Headline string // of the text
	Said     string
	Error    *frame.Detail
}

// published reads the number of a published text from its name.
func published(v *frame.Visit) (int, error) {
	number, ok := strings.CutPrefix(v.FormValue("ref"), "r")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return 0, stet.Errorf(stet.NotFound, "ref", "the article has no text %.20q", v.FormValue("ref"))
	}
	return n, nil
}

func (d *Desk) askErase(w http.ResponseWriter, v *frame.Visit) error {
	return d.showErase(w, v, http.StatusOK, nil)
}

func (d *Desk) showErase(w http.ResponseWriter, v *frame.Visit, status int, refused error) error {
	a, err := d.Article(v, stet.ActErase)
	if err != nil {
		return err
	}
	if _, err := published(v); err != nil {
		return err
	}
	p := erasePage{Ref: v.FormValue("ref"), Said: v.PostFormValue("reason")}
	r, err := d.DB.Version(v.Context(), a.ID, p.Ref)
	if err != nil {
		return err
	}
	p.Headline = r.Headline
	if said := frame.Details(v, v.InOwnWords(refused)); len(said) > 0 {
		p.Error = &said[0]
	}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("erase")); err != nil {
		return err
	}
	return d.Page(w, status, "erase", &p)
}

func (d *Desk) erase(w http.ResponseWriter, v *frame.Visit) error {
	id, err := frame.ArticleID(v)
	if err != nil {
		return err
	}
	number, err := published(v)
	if err != nil {
		return err
	}
	_, err = d.DB.EraseText(v.Context(), v.User(), id, number, v.PostFormValue("reason"), v.Now)
	if stet.Is(err, stet.Invalid) || stet.Is(err, stet.Conflict) {
		return d.showErase(w, v, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, frame.ArticlePath(id)+"/history?did=erase")
}
