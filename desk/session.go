package desk

import (
	"net/http"

	"stet"
)

// Sessions tells which person a request comes from.
type Sessions interface {
	// User returns the person whose session a request carries; ok is false for
	// a request without one.
	User(r *http.Request) (p *Person, ok bool, err error)
}

// Person is somebody who works at the desk.
type Person struct {
	ID, Email, Name string
	Role            stet.Role
	Langs           []stet.Lang
	Sections        []string
	Desk            string
	Zone            string
}

// User is the person as the law knows one.
func (p *Person) User() stet.User {
	return stet.User{ID: p.ID, Name: p.Name, Role: p.Role, Langs: p.Langs, Sections: p.Sections, Origin: stet.ByPerson}
}
