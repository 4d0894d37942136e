package desk

import (
	"testing"

	"github.com/jba/templatecheck"
)

// views are the structs of the pages, by the names of their templates.
var views = map[string]view{
	"account": &accountPage{}, "authenticator": &authenticatorPage{}, "code": &codePage{}, "article": &articlePage{}, "board": &boardPage{}, "compare": &comparePage{}, "correct": &wordsPage{},
	"erase": &erasePage{}, "error": &errorPage{}, "history": &historyPage{}, "home": &homePage{}, "inbox": &inboxPage{}, "leave": &leavePage{}, "link": &linkPage{},
	"picture": &picturePage{}, "pictures": &libraryPage{}, "preview": &previewPage{}, "publish": &publishPage{}, "receipt": &receiptPage{}, "replace": &replacePage{}, "schedule": &schedulePage{},
	"signin": &signInPage{}, "withdraw": &wordsPage{},
}

// TestTemplates: a template asks nothing of its page that the page has not.
func TestTemplates(t *testing.T) {
	s, err := loadStatic()
	if err != nil {
		t.Fatal(err)
	}
	all, err := parsePages(s)
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range all {
		v := views[name]
		if v == nil {
			t.Errorf("the page %s is not in the table", name)
			continue
		}
		if err := templatecheck.CheckHTML(page, v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
