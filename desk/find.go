package desk

import (
	"net/http"
	"strings"

	"stet"
	"stet/desk/frame"
)

// openAt goes from the address that readers have of a story to where it is
// written.
func (d *Desk) openAt(w http.ResponseWriter, v *frame.Visit) error {
	address := "/" + v.PathValue("path")
	if v.URL.RawQuery != "" {
		address += "?" + v.URL.RawQuery
	}
	to, err := d.deskOf(v, address)
	if stet.Is(err, stet.NotFound) {
		return d.Nothing(v)
	}
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, to)
}

// deskOf returns where a story is written that readers have, or had, at an
// address.
func (d *Desk) deskOf(v *frame.Visit, address string) (string, error) {
	wanted, err := stet.OldPath(address)
	if err != nil {
		return "", stet.Errorf(stet.NotFound, "", "%s", err)
	}
	found, err := d.DB.Public().Find(v.Context(), wanted)
	path, _, query := strings.Cut(string(wanted), "?") // old addresses may have one
	if query && stet.Is(err, stet.NotFound) {
		found, err = d.DB.Public().Find(v.Context(), stet.Path(path))
	}
	if err == nil && found.Article == "" { // it was led elsewhere by hand
		found, err = d.DB.Public().Find(v.Context(), stet.Path(found.To))
	}
	if err != nil {
		return "", err
	}
	a, err := d.DB.Article(v.Context(), found.Article)
	if err != nil {
		return "", err
	}
	return frame.ArticlePath(a.ID), stet.May(v.User(), stet.ActRead, a)
}

// isAddress reports whether somebody looks for an address, not for words.
func isAddress(q string) bool {
	return strings.HasPrefix(q, "/") || strings.HasPrefix(q, "http://") || strings.HasPrefix(q, "https://")
}
