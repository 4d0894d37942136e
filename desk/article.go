package desk

import (
	"net/http"
	"net/url"
	"slices"

	"stet"
	"stet/store"
)

// articlePath is the address of an article on the desk.
func articlePath(id stet.ArticleID) string { return "/desk/articles/" + url.PathEscape(string(id)) }

// create starts a story in the person's first language, and goes to it.
func (d *Desk) create(w http.ResponseWriter, v *visit) error {
	draft := stet.Draft{Kind: stet.StoryKind, Lang: stet.Lang(v.FormValue("lang"))}
	if draft.Lang == "" {
		draft.Lang = firstLang(v.person, v.site)
	}
	if _, ok := v.site.Edition(draft.Lang); !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", draft.Lang)
	}
	made, err := d.DB.UpdateArticle(v.Context(), stet.ArticleID(store.NewID()), func(a *stet.Article) error {
		return a.Create(v.user(), draft, v.now)
	})
	if err != nil {
		return err
	}
	return seeOther(w, v, articlePath(made.ID))
}

// firstLang is the language in which a person begins a story: the desk's own
// if the person may write in it, else the first of those.
func firstLang(p *stet.Person, site *stet.Site) stet.Lang {
	langs := site.Langs()
	if len(p.Langs) > 0 {
		langs = slices.DeleteFunc(langs, func(l stet.Lang) bool { return !slices.Contains(p.Langs, l) })
	}
	if l := p.Desk; slices.Contains(langs, l) || len(langs) == 0 {
		return l
	}
	return langs[0]
}
