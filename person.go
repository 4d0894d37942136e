package stet

import "slices"

// Role is what a person does in the newsroom.
type Role string

const (
	Reporter      Role = "reporter"      // writes and submits
	Translator    Role = "translator"    // writes and submits in the languages given
	Editor        Role = "editor"        // approves, publishes, corrects, withdraws
	ChiefEditor   Role = "chief editor"  // an editor of everything
	Administrator Role = "administrator" // a chief editor who also sets the site up
	Machine       Role = "machine"       // a token: may do what its scopes say
)

// Roles are the roles a person can have.
var Roles = []Role{Reporter, Translator, Editor, ChiefEditor, Administrator}

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
	ActSetUp    Act = "set up" // change the settings of the site; belongs to no article
)

// rights is the whole law of roles. A Machine's rights are its scopes'.
var rights = map[Role][]Act{
	Reporter:      {ActRead, ActWrite, ActSubmit},
	Translator:    {ActRead, ActWrite, ActSubmit},
	Editor:        {ActRead, ActWrite, ActSubmit, ActApprove, ActPublish, ActCorrect, ActWithdraw},
	ChiefEditor:   {ActRead, ActWrite, ActSubmit, ActApprove, ActPublish, ActCorrect, ActWithdraw},
	Administrator: {ActRead, ActWrite, ActSubmit, ActApprove, ActPublish, ActCorrect, ActWithdraw, ActSetUp},
}

var scopeRights = map[Scope][]Act{
	ScopeWrite:   {ActRead, ActWrite, ActSubmit},
	ScopePublish: {ActRead, ActApprove, ActPublish, ActCorrect, ActWithdraw},
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
		if act == ActSetUp {
			return Errorf(Forbidden, "", "a token may not %s the site", act)
		}
		return Errorf(Forbidden, "", "this token may not %s articles: it needs the scope %s", act, scopeFor(act))
	}
	if !slices.Contains(rights[u.Role], act) {
		what := "articles"
		if act == ActSetUp {
			what = "the site"
		}
		return Errorf(Forbidden, "", "a %s may not %s %s", u.Role, act, what)
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
