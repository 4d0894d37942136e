// Package desk is where the newsroom works: people write, decide and publish.
// Its pages are HTML made on the server, one template and one struct each;
// scripts make them quicker, and only the editor of a body needs one.
//
// Every page stands in the frame of stet/desk/frame, which tells how a page is
// made. This package has the pages of writing and publishing, and puts the parts
// of the desk together: those of other tasks are packages of their own beside the
// frame (stet/desk/access). [Routes] lists every address and who may use it.
//
// Texts stand in tables by subject, English, Russian and Azerbaijani side by
// side (see [say.Texts]).
package desk

import (
	"context"
	"embed"
	"errors"
	"slices"
	"time"

	"stet"
	"stet/auth"
	"stet/desk/access"
	"stet/desk/frame"
	"stet/desk/front"
	room "stet/desk/newsroom"
	"stet/desk/plan"
	register "stet/desk/terms"
	"stet/desk/translate"
	"stet/media"
	"stet/store"
)

//go:embed all:templates static
var files embed.FS

// Receipts tells when readers see what an event changed.
type Receipts interface {
	// Await returns when every page that event n touches shows it, on this node,
	// with the names of what was touched.
	Await(ctx context.Context, n int64) (surfaces []string, err error)
}

// Previewer shows what readers would see.
type Previewer interface {
	// Preview shows a story.
	Preview(ctx context.Context, st *stet.Story) (page []byte, err error)
	// PreviewFront shows the front of an edition, or of a section in it, with pins.
	PreviewFront(ctx context.Context, l stet.Lang, section string, pins stet.Pins) (page []byte, err error)
}

// Options are what the desk needs.
type Options struct {
	DB        *store.DB
	Receipts  Receipts
	Previewer Previewer
	// Shapes tells in which shape readers meet pictures in each place of a page; nil
	// where nobody knows.
	Shapes func() map[string]stet.Ratio
	Media  *media.Service // nil where no pictures are kept
	URL    string         // scheme and host of the site
	// Fetch takes in the picture at an address of the web; nil where it cannot.
	Fetch    func(ctx context.Context, actor stet.User, l stet.Lang, address string) (*stet.Picture, error)
	MediaURL string           // scheme and host that pictures are served from; empty for the site's own
	Now      func() time.Time // the clock
	// Mail sends a letter; nil where no mail is set up.
	Mail func(ctx context.Context, to, subject, text string) error
	// Provider is where people have another account by which they sign in; nil for
	// none.
	Provider *auth.Provider
}

// Desk serves /desk/.
type Desk struct {
	*frame.Shell
	Options
	access   *access.Access
	fronts   *front.Fronts
	newsroom *room.Newsroom
	trans    *translate.Translate
	terms    *register.Terms
	plans    *plan.Plans
}

// part is the share of this package.
func (d *Desk) part() frame.Part {
	return frame.Part{Files: files, Pages: pages, Routes: slices.Concat(d.pageRoutes(), d.writeRoutes(), d.libraryRoutes(), d.pictureRoutes())}
}

// parts are all the parts of the desk, in the order of their tabs.
func (d *Desk) parts() []frame.Part {
	return []frame.Part{d.part(), d.plans.Part(), d.fronts.Part(), d.access.Part(), d.terms.Part(), d.newsroom.Part(), d.trans.Part()}
}

// Routes are all the addresses of the desk.
func Routes() []frame.Route {
	d := &Desk{}
	out := d.Shell.Part().Routes
	for _, p := range d.parts() {
		out = append(out, p.Routes...)
	}
	return out
}

func (d *Desk) pageRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /desk/{$}", Tab: "home", Serve: d.home},
		{Pattern: "GET /desk/board", Tab: "board", Serve: d.board},
		{Pattern: "GET /desk/inbox", Tab: "inbox", Serve: d.inbox},
		{Pattern: "POST /desk/inbox/seen", Serve: d.seen},
		{Pattern: "POST /desk/articles", Serve: d.create},
		{Pattern: "GET /desk/articles/{id}", Act: stet.ActRead, Serve: d.showArticle},
		{Pattern: "GET /desk/articles/{id}/beside", Act: stet.ActRead, Serve: d.showBeside},
		{Pattern: "POST /desk/articles/{id}/submit", Act: stet.ActSubmit, Serve: d.submit},
		{Pattern: "POST /desk/articles/{id}/return", Act: stet.ActApprove, Serve: d.giveBack},
		{Pattern: "POST /desk/articles/{id}/approve", Act: stet.ActApprove, Serve: d.approve},
		{Pattern: "POST /desk/articles/{id}/unschedule", Act: stet.ActUnschedule, Serve: d.unschedule},
		{Pattern: "POST /desk/articles/{id}/assign", Act: stet.ActSubmit, Serve: d.assign},
		{Pattern: "POST /desk/articles/{id}/note", Act: stet.ActRead, Serve: d.note},
		{Pattern: "POST /desk/articles/{id}/times", Act: stet.ActWrite, Serve: d.times},
		{Pattern: "GET /desk/articles/{id}/publish", Act: stet.ActPublish, Serve: d.askPublish},
		{Pattern: "POST /desk/articles/{id}/publish", Act: stet.ActPublish, Serve: d.publish},
		{Pattern: "GET /desk/articles/{id}/schedule", Act: stet.ActPublish, Serve: d.askSchedule},
		{Pattern: "POST /desk/articles/{id}/schedule", Act: stet.ActPublish, Serve: d.schedule},
		{Pattern: "GET /desk/articles/{id}/correct", Act: stet.ActCorrect, Serve: d.askCorrect},
		{Pattern: "POST /desk/articles/{id}/correct", Act: stet.ActCorrect, Serve: d.correct},
		{Pattern: "GET /desk/articles/{id}/withdraw", Act: stet.ActWithdraw, Serve: d.askWithdraw},
		{Pattern: "POST /desk/articles/{id}/withdraw", Act: stet.ActWithdraw, Serve: d.withdraw},
		{Pattern: "GET /desk/articles/{id}/erase", Act: stet.ActErase, Serve: d.askErase},
		{Pattern: "POST /desk/articles/{id}/erase", Act: stet.ActErase, Serve: d.erase},
		{Pattern: "GET /desk/articles/{id}/receipt", Act: stet.ActRead, Serve: d.receipt},
		{Pattern: "GET /desk/articles/{id}/history", Act: stet.ActRead, Serve: d.history},
		{Pattern: "GET /desk/articles/{id}/compare", Act: stet.ActRead, Serve: d.compare},
		{Pattern: "POST /desk/articles/{id}/restore", Act: stet.ActWrite, Serve: d.restore},
		{Pattern: "GET /desk/articles/{id}/preview", Act: stet.ActRead, Serve: d.preview},
		{Pattern: "GET /desk/articles/{id}/preview/page", Act: stet.ActRead, Serve: d.previewFrame},
		{Pattern: "POST /desk/articles/{id}/links", Act: stet.ActRead, Serve: d.share},
		{Pattern: "POST /desk/articles/{id}/links/revoke", Act: stet.ActRead, Serve: d.unshare},
		{Pattern: "GET /desk/preview/{token}", Open: true, Same: true, Serve: d.sharedPreview},
		{Pattern: frame.RestPattern, Act: stet.ActRead, Serve: d.openAt},
	}
}

// termsWait is how long an answer waits for readers' pages after a change of
// sections, topics or authors.
const termsWait = 2 * time.Second

// New returns the desk.
func New(o Options) (*Desk, error) {
	shell, err := frame.New(frame.Options{DB: o.DB, URL: o.URL, MediaURL: o.MediaURL, Now: o.Now})
	if err != nil {
		return nil, err
	}
	d := &Desk{Shell: shell, Options: o, access: access.New(shell, access.Options{Mail: o.Mail, Provider: o.Provider}), newsroom: room.New(shell), trans: translate.New(shell), plans: plan.New(shell)}
	d.fronts = front.New(shell, front.Options{
		Await: func(ctx context.Context, event int64) ([]string, error) { return d.Receipts.Await(ctx, event) },
		Preview: func(ctx context.Context, l stet.Lang, section string, pins stet.Pins) ([]byte, error) {
			return d.Previewer.PreviewFront(ctx, l, section, pins)
		},
	})
	d.terms = register.New(shell, func(ctx context.Context, event int64) error {
		short, cancel := context.WithTimeout(ctx, termsWait)
		defer cancel()
		_, err := d.Receipts.Await(short, event)
		if errors.Is(err, context.DeadlineExceeded) {
			err = nil // the event is there, and will be followed
		}
		return err
	})
	return d, shell.Mount(d.parts()...)
}

// Wait returns when every letter that was promised has been sent or given up,
// which takes a minute at most.
func (d *Desk) Wait() { d.access.Wait() }

// pages are the structs of the templates.
var pages = map[string]frame.View{
	"article": &articlePage{}, "beside": &besidePage{}, "board": &boardPage{}, "compare": &comparePage{}, "correct": &wordsPage{}, "erase": &erasePage{},
	"history": &historyPage{}, "home": &homePage{}, "inbox": &inboxPage{}, "picture": &picturePage{}, "pictures": &libraryPage{},
	"preview": &previewPage{}, "publish": &publishPage{}, "receipt": &receiptPage{}, "replace": &replacePage{}, "schedule": &schedulePage{},
	"withdraw": &wordsPage{},
}
