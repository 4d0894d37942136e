package stet

import (
	"net/mail"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"stet/lang"
)

// Role is what a person does in the newsroom.
type Role string

const (
	Reporter      Role = "reporter"               // writes and submits
	Translator    Role = "translator"             // writes and submits in the languages given
	Editor        Role = "editor"                 // approves, publishes, corrects, withdraws
	ChiefEditor   Role = "chief editor"           // an editor of everything
	Administrator Role = "administrator"          // a chief editor who also sets the site up
	Machine       Role = "machine"                // a token: may do what its scopes say
	Disabled      Role = "person who is disabled" // may nothing, whatever they were
)

// Roles are the roles a person can have.
var Roles = []Role{Reporter, Translator, Editor, ChiefEditor, Administrator}

// ParseRole reads a role as people type it: "chief-editor" is "chief editor".
func ParseRole(s string) (Role, error) {
	r := Role(strings.ToLower(strings.NewReplacer("-", " ", "_", " ").Replace(strings.TrimSpace(s))))
	if !slices.Contains(Roles, r) {
		return "", Errorf(Invalid, "role", "%q is none of reporter, translator, editor, chief-editor, administrator", s)
	}
	return r, nil
}

// Scope is a right that an API token carries.
type Scope string

const (
	ScopeWrite   Scope = "articles:write"   // create and change drafts, see them
	ScopePublish Scope = "articles:publish" // publish, correct, withdraw
)

// Scopes are all the rights a token can carry.
var Scopes = []Scope{ScopeWrite, ScopePublish}

// Origin says what kind of actor stands behind an event. Delivery ignores
// imports.
type Origin string

const (
	ByPerson   Origin = "person"
	BySchedule Origin = "schedule"
	ByImport   Origin = "import"
)

// User is who acts: a person, a token, the schedule or an import.
type User struct {
	ID       string // "user:…", "token:…", "schedule", "import"
	Name     string
	Role     Role
	Scopes   []Scope  // what a Machine may do
	Langs    []Lang   // if any, the only languages this user may change
	Sections []string // if any, the only sections this user may change
	Origin   Origin
}

// Person is somebody who works in the newsroom.
type Person struct {
	ID       string // "user:" and a UUIDv7; events and revisions name it for ever
	Email    string // unique, whatever its case
	Name     string // as colleagues see it
	Role     Role
	Langs    []Lang   // if any, the only languages this person may change
	Sections []string // if any, the only sections this person may change
	Desk     Lang     // the language of the desk, one of DeskLangs
	Zone     string   // the time zone of times on the desk; empty is the site's
	Created  time.Time
	Disabled time.Time // since when this person may not sign in; zero for one who may
}

// DeskLangs are the languages that the desk speaks.
var DeskLangs = []Lang{"en", "ru", "az"}

// User returns the person as who acts.
func (p *Person) User() User {
	u := User{ID: p.ID, Name: p.Name, Role: p.Role, Langs: p.Langs, Sections: p.Sections, Origin: ByPerson}
	if !p.Disabled.IsZero() {
		u.Role = Disabled
	}
	return u
}

// MayChange says whether a user may make a person into what they are to be. How
// the desk speaks to people is for everybody to choose for themselves; all else
// takes the right to set the newsroom up.
func MayChange(u User, from, to *Person) error {
	if u.ID == from.ID && u.Role == from.Role && from.Disabled.IsZero() {
		own := *from
		own.Desk, own.Zone = to.Desk, to.Zone
		if reflect.DeepEqual(own, *to) {
			return nil
		}
	}
	return May(u, ActSetUp, nil)
}

// Location returns the zone of times on this person's desk.
func (p *Person) Location(site *Site) *time.Location {
	if p.Zone != "" {
		if zone, err := time.LoadLocation(p.Zone); err == nil {
			return zone
		}
	}
	return site.Zone
}

// The longest name and e-mail address a person can have, in characters and bytes.
const (
	maxName  = 200
	maxEmail = 254 // RFC 5321
)

// Check puts a person into the form that is stored and returns an Error about
// the first field that breaks a rule. That languages are the site's and
// sections exist is storage's to know.
func (p *Person) Check() error {
	p.Email = CleanLine(p.Email)
	p.Name = norm.NFC.String(CleanLine(p.Name))
	switch a, err := mail.ParseAddress(p.Email); {
	case p.Email == "":
		return Errorf(Invalid, "email", "is missing")
	case err != nil || a.Address != p.Email || len(p.Email) > maxEmail:
		return Errorf(Invalid, "email", "%q is not an e-mail address like name@example.org", p.Email)
	}
	switch {
	case !utf8.ValidString(p.Name):
		return Errorf(Invalid, "name", "is not valid UTF-8")
	case p.Name == "":
		return Errorf(Invalid, "name", "is missing")
	case utf8.RuneCountInString(p.Name) > maxName:
		return Errorf(Invalid, "name", "has more than %d characters", maxName)
	case !slices.Contains(Roles, p.Role):
		return Errorf(Invalid, "role", "%q is none of reporter, translator, editor, chief-editor, administrator", p.Role)
	}
	for _, l := range p.Langs {
		if !lang.Valid(string(l)) {
			return Errorf(Invalid, "langs", "%q is not a language code like ru or az", l)
		}
	}
	if p.Desk == "" {
		p.Desk = DeskLangs[0]
	}
	if !slices.Contains(DeskLangs, p.Desk) {
		return Errorf(Invalid, "desk", "%q is none of en, ru, az", p.Desk)
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "Local" {
		return Errorf(Invalid, "zone", "%q is not a time zone; name one like Asia/Baku", p.Zone)
	}
	return nil
}

// EmailKey returns what two e-mail addresses of one person have in common.
func EmailKey(email string) string {
	return norm.NFC.String(cases.Fold().String(CleanLine(strings.ToValidUTF8(email, ""))))
}

// Schedule is the actor that publishes what is due.
var Schedule = User{ID: "schedule", Name: "schedule", Role: ChiefEditor, Origin: BySchedule}

// Operator is whoever runs commands on the newsroom's own machine.
var Operator = User{ID: "operator", Name: "operator", Role: Administrator, Origin: ByPerson}

// Importer is the actor behind an import that the operator started.
var Importer = User{ID: "import", Name: "import", Role: Administrator, Origin: ByImport}

// Act is something a user wants to do to an article, or to the site.
type Act string

const (
	ActRead     Act = "read" // see what is not published
	ActWrite    Act = "write"
	ActSubmit   Act = "submit"
	ActApprove  Act = "approve"
	ActPublish  Act = "publish" // also schedule and update
	ActCorrect  Act = "correct"
	ActWithdraw Act = "withdraw"

	// ActUnschedule is to take a text out of the schedule. Who may not publish may
	// do so with a text of their own: to hold a mistake back harms nobody.
	ActUnschedule Act = "unschedule"

	ActPicture Act = "work on" // bring pictures in, describe and crop them; belongs to no article
	ActReplace Act = "replace" // show another picture wherever one is used, or remove it; belongs to no article

	ActErase Act = "erase" // take the words of a published text out of the newsroom

	ActTopics   Act = "name"   // describe, rename and merge topics and authors; belongs to no article
	ActSections Act = "divide" // order, rename and close sections; belongs to no article

	ActSetUp Act = "set up" // change the settings of the site; belongs to no article
)

// rights is the whole law of roles. A Machine's rights are its scopes'.
var rights = map[Role][]Act{
	Reporter:      {ActRead, ActWrite, ActPicture, ActSubmit, ActUnschedule},
	Translator:    {ActRead, ActWrite, ActPicture, ActSubmit, ActUnschedule},
	Editor:        {ActRead, ActWrite, ActPicture, ActSubmit, ActUnschedule, ActApprove, ActPublish, ActCorrect, ActWithdraw, ActReplace, ActTopics},
	ChiefEditor:   {ActRead, ActWrite, ActPicture, ActSubmit, ActUnschedule, ActApprove, ActPublish, ActCorrect, ActWithdraw, ActReplace, ActTopics, ActSections},
	Administrator: {ActRead, ActWrite, ActPicture, ActSubmit, ActUnschedule, ActApprove, ActPublish, ActCorrect, ActWithdraw, ActReplace, ActTopics, ActSections, ActErase, ActSetUp},
}

var scopeRights = map[Scope][]Act{
	ScopeWrite:   {ActRead, ActWrite, ActPicture, ActSubmit},
	ScopePublish: {ActRead, ActUnschedule, ActApprove, ActPublish, ActCorrect, ActWithdraw, ActReplace, ActTopics},
}

// May is the only judge of who may do what. It returns nil or an Error of kind
// Forbidden that says which right is missing.
func May(u User, act Act, a *Article) error {
	if u.Role == Machine {
		for _, s := range u.Scopes {
			if slices.Contains(scopeRights[s], act) {
				return limits(u, a)
			}
		}
		switch act {
		case ActSetUp:
			return Errorf(Forbidden, "", "a token may not set up the site")
		case ActErase:
			return Errorf(Forbidden, "", "a token may not erase texts")
		case ActSections:
			return Errorf(Forbidden, "", "a token may not change sections")
		case ActTopics:
			return Errorf(Forbidden, "", "this token may not change topics and authors: it needs the scope %s", ScopePublish)
		}
		if act == ActPicture || act == ActReplace {
			return Errorf(Forbidden, "", "this token may not %s pictures: it needs the scope %s", act, scopeFor(act))
		}
		return Errorf(Forbidden, "", "this token may not %s articles: it needs the scope %s", act, scopeFor(act))
	}
	if !slices.Contains(rights[u.Role], act) {
		if act == ActSetUp {
			return Errorf(Forbidden, "", "a %s may not set up the site", u.Role)
		}
		switch act {
		case ActSections:
			return Errorf(Forbidden, "", "a %s may not change sections", u.Role)
		case ActTopics:
			return Errorf(Forbidden, "", "a %s may not change topics and authors", u.Role)
		}
		if act == ActPicture || act == ActReplace {
			return Errorf(Forbidden, "", "a %s may not %s pictures", u.Role, act)
		}
		return Errorf(Forbidden, "", "a %s may not %s articles", u.Role, act)
	}
	if act == ActUnschedule && a != nil && !slices.Contains(rights[u.Role], ActPublish) && !a.of(u.ID) {
		return Errorf(Forbidden, "", "a %s may take only texts of their own out of the schedule; ask an editor", u.Role)
	}
	return limits(u, a)
}

func scopeFor(act Act) Scope {
	if slices.Contains(scopeRights[ScopeWrite], act) {
		return ScopeWrite
	}
	return ScopePublish
}

func limits(u User, a *Article) error {
	if a == nil {
		return nil
	}
	if len(u.Langs) > 0 && !slices.Contains(u.Langs, a.Lang) {
		return Errorf(Forbidden, "lang", "%s may not work in %q", u.Name, a.Lang)
	}
	if len(u.Sections) > 0 {
		for _, r := range []*Revision{a.Working, a.Scheduled, a.Current} {
			if r != nil && r.Section != "" && !slices.Contains(u.Sections, r.Section) {
				return Errorf(Forbidden, "section", "%s may not work in the section %q", u.Name, r.Section)
			}
		}
	}
	return nil
}
