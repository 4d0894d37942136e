// Package access is how people get to the desk: signing in, by a password, a
// passkey, an account elsewhere or a link, and what everybody decides about their
// own account.
package access

import (
	"context"
	"embed"
	"slices"

	"stet/auth"
	"stet/desk/frame"
)

//go:embed all:templates static
var files embed.FS

// Options are what signing in needs.
type Options struct {
	// Mail sends a letter; nil where no mail is set up.
	Mail func(ctx context.Context, to, subject, text string) error
	// Provider is where people have another account by which they sign in; nil for
	// none.
	Provider *auth.Provider
}

// Access serves the pages of signing in and of accounts.
type Access struct {
	*frame.Shell
	Options
	door *auth.Door
}

// New returns them in a frame.
func New(s *frame.Shell, o Options) *Access {
	d := &Access{Shell: s, Options: o}
	d.door = auth.NewDoor(auth.DoorOptions{DB: s.DB, URL: s.URL, Now: s.Now, Mail: o.Mail, Letter: d.letter, Provider: o.Provider})
	return d
}

// Part is their share of the desk.
func (d *Access) Part() frame.Part {
	return frame.Part{Files: files, Words: words, Pages: pages, Routes: slices.Concat(d.signInRoutes(), d.accountRoutes())}
}

// Wait returns when every letter that was promised has been sent or given up,
// which takes a minute at most.
func (d *Access) Wait() { d.door.Wait() }

var pages = map[string]frame.View{
	"account": &accountPage{}, "authenticator": &authenticatorPage{}, "code": &codePage{}, "leave": &leavePage{}, "link": &linkPage{}, "signin": &signInPage{},
}
