package desk

import (
	"net/http"
	"strconv"
	"strings"

	"stet"
)

// erasePage asks why a published text is erased, and whether that is meant.
type erasePage struct {
	frame
	Story    subject
	Ref      string
	Headline string // of the text
	Said     string
	Error    *detail
}

// published reads the number of a published text from its name.
func published(v *visit) (int, error) {
	number, ok := strings.CutPrefix(v.FormValue("ref"), "r")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return 0, stet.Errorf(stet.NotFound, "ref", "the article has no text %.20q", v.FormValue("ref"))
	}
	return n, nil
}

func (d *Desk) askErase(w http.ResponseWriter, v *visit) error {
	return d.showErase(w, v, http.StatusOK, nil)
}

func (d *Desk) showErase(w http.ResponseWriter, v *visit, status int, refused error) error {
	a, err := d.article(v, stet.ActErase)
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
	if said := details(v, v.inOwnWords(refused)); len(said) > 0 {
		p.Error = &said[0]
	}
	if p.Story, err = d.subject(v, a); err != nil {
		return err
	}
	if p.frame, err = d.frame(v, v.T("erase")); err != nil {
		return err
	}
	return d.page(w, status, "erase", &p)
}

func (d *Desk) erase(w http.ResponseWriter, v *visit) error {
	id, err := articleID(v)
	if err != nil {
		return err
	}
	number, err := published(v)
	if err != nil {
		return err
	}
	_, err = d.DB.EraseText(v.Context(), v.user(), id, number, v.PostFormValue("reason"), v.now)
	if stet.Is(err, stet.Invalid) || stet.Is(err, stet.Conflict) {
		return d.showErase(w, v, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return seeOther(w, v, articlePath(id)+"/history?did=erase")
}
