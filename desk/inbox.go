package desk

import (
	"net/http"
	"strconv"

	"stet"
	"stet/desk/frame"
	"stet/lang"
	"stet/store"
)

// message is something that a person should know.
type message struct {
	activity
	Href      string
	Headline  string
	Lang, Dir string
	Unseen    bool
	n         int64
}

func messages(v *frame.Visit, items []store.InboxItem, names *frame.People) []message {
	out := make([]message, len(items))
	for i, it := range items {
		in := lang.Get(string(it.Lang))
		out[i] = message{
			activity: newActivity(v, store.Version{Kind: it.Kind, At: it.At, By: it.Actor, To: it.To, Note: it.Note}, names),
			Href:     frame.ArticlePath(it.Article), Headline: it.Headline, Lang: in.Code, Dir: in.Dir, Unseen: it.Seen.IsZero(), n: it.N,
		}
	}
	return out
}

// inboxPage lists what a person should know, newest first.
type inboxPage struct {
	frame.Frame
	Messages []message
	UpTo     int64  // the newest that is shown
	Older    string // the address of the next page
}

const inboxLength = 50

func (d *Desk) inbox(w http.ResponseWriter, v *frame.Visit) error {
	before, _ := strconv.ParseInt(v.URL.Query().Get("before"), 10, 64)
	items, err := d.DB.Inbox(v.Context(), v.User(), before, inboxLength+1)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	p := inboxPage{Messages: messages(v, items, names)}
	if len(p.Messages) > inboxLength {
		p.Messages = p.Messages[:inboxLength]
		p.Older = "/desk/inbox?before=" + strconv.FormatInt(p.Messages[inboxLength-1].n, 10)
	}
	if len(p.Messages) > 0 {
		p.UpTo = p.Messages[0].n
	}
	if p.Frame, err = d.Frame(v, v.T("inbox")); err != nil {
		return err
	}
	p.Here = "inbox"
	return d.Page(w, http.StatusOK, "inbox", &p)
}

// seen marks what the person has been shown.
func (d *Desk) seen(w http.ResponseWriter, v *frame.Visit) error {
	upTo, err := strconv.ParseInt(v.PostFormValue("upto"), 10, 64)
	if err != nil {
		return stet.Errorf(stet.Malformed, "upto", "must be a number")
	}
	if err := d.DB.Seen(v.Context(), v.Person.ID, upTo, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/inbox")
}
