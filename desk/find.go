package desk

import (
	"net/http"
	"strings"

	"stet"
)

// readersPath is what readers have, behind /desk.
const readersPath = "GET /desk/{path...}"

// openAt goes from the address that readers have of a story to where it is
// written.
func (d *Desk) openAt(w http.ResponseWriter, v *visit) error {
	address := "/" + v.PathValue("path")
	if v.URL.RawQuery != "" {
		address += "?" + v.URL.RawQuery
	}
	to, err := d.deskOf(v, address)
	if stet.Is(err, stet.NotFound) {
		return d.nothing(w, v)
	}
	if err != nil {
		return err
	}
	return seeOther(w, v, to)
}

// deskOf returns where a story is written that readers have, or had, at an
// address.
func (d *Desk) deskOf(v *visit, address string) (string, error) {
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
	return articlePath(a.ID), stet.May(v.user(), stet.ActRead, a)
}

// isAddress reports whether somebody looks for an address, not for words.
func isAddress(q string) bool {
	return strings.HasPrefix(q, "/") || strings.HasPrefix(q, "http://") || strings.HasPrefix(q, "https://")
}
