package desk

import (
	"net/http"
	"strconv"

	"stet"
	"stet/desk/frame"
)

// leadFor is the story that somebody chooses the picture over the text for, without
// a script: out of the library.
type leadFor struct {
	ID        stet.ArticleID
	Href      string
	Headline  string
	Lang, Dir string
	Version   string
}

func (d *Desk) leadFor(v *frame.Visit, id stet.ArticleID) (*leadFor, error) {
	a, err := d.DB.Article(v.Context(), id)
	if err != nil {
		return nil, err
	}
	if err := stet.May(v.User(), stet.ActWrite, a); err != nil {
		return nil, err
	}
	s, err := d.Subject(v, a)
	return &leadFor{a.ID, s.Href, s.Headline, s.Lang, s.Dir, strconv.FormatInt(a.Version, 10)}, err
}

// setLead puts a picture of the newsroom over a story, or takes away what is
// there. What the story said of another one goes with it.
func (d *Desk) setLead(w http.ResponseWriter, v *frame.Visit) error {
	id := stet.PictureID(v.PostFormValue("picture"))
	did := "lead_taken"
	if id != "" {
		did = "lead_chosen"
	}
	return d.Verb(w, v, did, func(a *stet.Article) error {
		if err := v.Fresh(a); err != nil {
			return err
		}
		c := a.Latest().Content
		switch {
		case id == "":
			c.Picture = nil
		case c.Picture == nil || c.Picture.ID != id:
			c.Picture = &stet.PictureUse{ID: id}
		}
		return a.Save(v.User(), c, v.Now)
	})
}
