package newsroom

import (
	"net/http"
	"slices"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store/access"
)

// tokensPage lists what programs come with.
type tokensPage struct {
	frame.Frame
	Tokens []tokenLine
	Secret string // of the token that was just made; shown once
	Name   string // as the form was filled in
	Rights []frame.Option
	Wrong  wrongs
}

// tokenLine is a token in the list.
type tokenLine struct {
	ID, Name, Owner     string
	Rights              []string
	Made, Used, Revoked *frame.When
	Never               bool // it was not used yet
}

func (d *Newsroom) tokens(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	return d.tokensPage(w, v, http.StatusOK, tokensPage{}, nil)
}

// scopeKey names the text of a right.
func scopeKey(s stet.Scope) say.Key {
	_, right, _ := strings.Cut(string(s), ":")
	return say.Key("token_" + right)
}

func (d *Newsroom) tokensPage(w http.ResponseWriter, v *frame.Visit, status int, p tokensPage, chosen []stet.Scope) error {
	all, err := d.DB.Tokens(v.Context())
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b access.Token) int { // those that work first
		switch {
		case a.Revoked.IsZero() == b.Revoked.IsZero():
			return 0
		case a.Revoked.IsZero():
			return -1
		}
		return 1
	})
	for _, t := range all {
		l := tokenLine{ID: t.ID, Name: t.Name, Owner: names.Of(t.Owner), Made: v.At(t.Created, v.Zone), Used: v.At(t.Used, v.Zone), Revoked: v.At(t.Revoked, v.Zone), Never: t.Used.IsZero()}
		for _, s := range t.Scopes {
			l.Rights = append(l.Rights, string(s))
		}
		p.Tokens = append(p.Tokens, l)
	}
	for _, s := range stet.Scopes {
		p.Rights = append(p.Rights, frame.Option{Value: string(s), Text: v.T(scopeKey(s)), Chosen: slices.Contains(chosen, s)})
	}
	if p.Frame, err = d.Frame(v, v.T("tokens")); err != nil {
		return err
	}
	return d.Page(w, status, "tokens", &p)
}

// makeToken answers with the token, which cannot be shown again: hence no redirect.
func (d *Newsroom) makeToken(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil || d.signInAgain(w, v) {
		return err
	}
	if err := v.ParseForm(); err != nil {
		return stet.Errorf(stet.Malformed, "", "this form cannot be read")
	}
	var scopes []stet.Scope
	for _, s := range v.PostForm["scope"] {
		scopes = append(scopes, stet.Scope(s))
	}
	name := v.PostFormValue("name")
	secret, err := d.DB.AddToken(v.Context(), v.User(), name, scopes, v.Now)
	if refused(err) {
		return d.tokensPage(w, v, http.StatusUnprocessableEntity, tokensPage{Name: name, Wrong: wrong(v, err)}, scopes)
	}
	if err != nil {
		return err
	}
	return d.tokensPage(w, v, http.StatusOK, tokensPage{Secret: secret}, nil)
}

func (d *Newsroom) revokeToken(w http.ResponseWriter, v *frame.Visit) error {
	id := v.PostFormValue("id")
	if err := may(v); err != nil {
		return err
	}
	if !stet.ValidID(id) {
		return stet.Errorf(stet.Invalid, "id", "is missing")
	}
	if err := d.DB.RevokeToken(v.Context(), v.User(), id, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/tokens?did=revoked")
}

// resetPage asks once before everybody is signed out.
type resetPage struct{ frame.Frame }

func (d *Newsroom) askReset(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	f, err := d.Frame(v, v.T("reset"))
	if err != nil {
		return err
	}
	f.Here = "people"
	return d.Page(w, http.StatusOK, "reset", &resetPage{f})
}

func (d *Newsroom) reset(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil || d.signInAgain(w, v) {
		return err
	}
	if err := d.DB.Reset(v.Context(), v.User(), v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/sign-in?did=reset")
}
