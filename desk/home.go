package desk

import "net/http"

// homePage is where a person begins.
type homePage struct {
	frame
}

func (d *Desk) home(w http.ResponseWriter, v *visit) error {
	f, err := d.frame(v, v.T("home"))
	if err != nil {
		return err
	}
	f.Here = "home"
	return d.page(w, http.StatusOK, "home", &homePage{frame: f})
}
