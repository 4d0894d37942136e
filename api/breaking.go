package api

import (
	"net/http"
	"strings"
	"time"

	"stet"
	"stet/native"
	"stet/web"
)

// breaking is the answer about the breaking news of an edition.
type breaking struct {
	Lang  stet.Lang `json:"lang"`
	Text  string    `json:"text"`
	URL   string    `json:"url,omitempty"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// printedBreaking is what a change of it answers.
type printedBreaking struct {
	*breaking
	Event    int64    `json:"event"`
	Surfaces []string `json:"surfaces"`
}

func (a *API) describeBreaking(b stet.Breaking) *breaking {
	out := &breaking{Lang: b.Lang, Text: b.Text, Since: b.Since, Until: b.Until}
	if b.Path != "" {
		out.URL = a.url(b.Path)
	}
	return out
}

// edition is the edition that a request is about.
func edition(r *http.Request) stet.Lang { return stet.Lang(strings.ToLower(r.PathValue("lang"))) }

func (a *API) getBreaking(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := a.tokens.User(r); err != nil {
		return err
	}
	b, err := a.DB.Public().Breaking(r.Context(), edition(r))
	if err != nil {
		return err
	}
	if !b.On(a.now()) {
		return stet.Errorf(stet.NotFound, "", "there is no breaking news in %q", edition(r))
	}
	web.WriteJSON(w, http.StatusOK, a.describeBreaking(b))
	return nil
}

func (a *API) setBreaking(w http.ResponseWriter, r *http.Request) error {
	u, err := a.user(r)
	if err != nil {
		return err
	}
	if err := stet.May(u, stet.ActPublish, nil); err != nil { // before the body is looked at
		return err
	}
	data, err := web.ReadJSON(r, 1<<20)
	if err != nil {
		return err
	}
	line, err := native.DecodeBreaking(data, a.URL)
	if err != nil {
		return err
	}
	line.Lang = edition(r)
	b, err := a.DB.Announce(r.Context(), u, line, a.now())
	if err != nil {
		return err
	}
	return a.printed(w, r, b.Event, a.describeBreaking(b))
}

func (a *API) endBreaking(w http.ResponseWriter, r *http.Request) error {
	u, err := a.user(r)
	if err != nil {
		return err
	}
	b, err := a.DB.EndBreaking(r.Context(), u, edition(r), a.now())
	if err != nil {
		return err
	}
	return a.printed(w, r, b.Event, nil)
}

// printed answers when readers see what an event did to the breaking news.
func (a *API) printed(w http.ResponseWriter, r *http.Request, event int64, b *breaking) error {
	surfaces, err := a.Receipts.Await(r.Context(), event)
	if err != nil {
		return err
	}
	if surfaces == nil {
		surfaces = []string{}
	}
	web.WriteJSON(w, http.StatusOK, printedBreaking{b, event, surfaces})
	return nil
}
