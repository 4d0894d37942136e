package desk

import (
	"stet/store"
	"testing"

	"github.com/jba/templatecheck"
)

// TestTemplates: a template asks nothing of its page that the page has not.
func TestTemplates(t *testing.T) {
	d, err := New(Options{DB: &store.DB{}, URL: "https://example.org"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(d.parts(), d.Shell.Part()) {
		for name, view := range p.Pages {
			page := d.Template(name)
			if page == nil {
				t.Errorf("there is no template of the page %s", name)
				continue
			}
			if err := templatecheck.CheckHTML(page, view); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
