package api

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"stet"
	"stet/search"
	"stet/web"
)

// search answers published stories of an edition by their words, the most
// fitting first. Whoever has no token may ask only so often.
func (a *API) search(w http.ResponseWriter, r *http.Request) error {
	_, known, err := a.tokens.User(r)
	if err != nil {
		return err
	}
	if !known && a.Limit != nil {
		if wait := a.Limit.Wait(r); wait > 0 {
			return &web.Refusal{Status: http.StatusTooManyRequests, After: wait,
				Detail: "Too many searches have come from your address. Wait, or send a token, which is not limited."}
		}
	}
	site, err := a.DB.Site(r.Context())
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q := stet.SearchQuery{Lang: stet.Lang(strings.ToLower(v.Get("lang"))), Text: v.Get("q"), Limit: 20}
	var es stet.Errors
	bad := func(field, format string, args ...any) {
		es = append(es, stet.Errorf(stet.Invalid, field, format, args...))
	}
	if strings.TrimSpace(q.Text) == "" {
		bad("q", "is what to look for")
	}
	if utf8.RuneCountInString(q.Text) > search.MaxQuery {
		bad("q", "may have %d characters", search.MaxQuery)
	}
	if _, ok := site.Edition(q.Lang); !ok {
		bad("lang", "must be one of the site's languages: %s", joinLangs(site.Langs()))
	}
	if s := v.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 100 {
			bad("limit", "must be a number from 1 to 100")
		}
		q.Limit = n
	}
	if s := v.Get("cursor"); s != "" {
		if q.Offset, q.AsOf, err = parsePlace(s); err != nil {
			bad("cursor", "is not one that this search gave out")
		}
	}
	if err := es.Or(); err != nil {
		return err
	}
	found, err := a.DB.Public().Search(r.Context(), q)
	if err != nil {
		return err
	}
	out := struct {
		Items []item `json:"items"`
		Total int    `json:"total"`
		Next  string `json:"next_cursor,omitempty"`
	}{Items: []item{}, Total: found.Total}
	for _, m := range found.Matches {
		out.Items = append(out.Items, a.item(m.Head))
	}
	if end := q.Offset + q.Limit; end < found.Most {
		out.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d", end, found.AsOf))
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// parsePlace reads where a page of results begins, and of which moment they are.
func parsePlace(s string) (offset int, asOf int64, err error) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, 0, err
	}
	from, moment, _ := strings.Cut(string(text), ".")
	n, err := strconv.ParseUint(from, 10, 31)
	if err != nil {
		return 0, 0, err
	}
	asOf, err = strconv.ParseInt(moment, 10, 64)
	return int(n), asOf, err
}
