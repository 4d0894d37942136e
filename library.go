package stet

import (
	"context"
	"time"
)

// Library is all that readers' pages can know. Every answer holds published
// matter only. Errors are internal, but for Find, Story and Term, which answer
// an Error of kind NotFound.
type Library interface {
	// Site returns the site as it is now.
	Site(ctx context.Context) (*Site, error)

	// Find tells what stands at an address.
	Find(ctx context.Context, p Path) (Found, error)

	// Story returns a published article with its body.
	Story(ctx context.Context, id ArticleID) (*Story, error)

	// Heads lists stories, newest first.
	Heads(ctx context.Context, q HeadQuery) ([]Head, error)

	// HeadsOf answers each of several queries as Heads does, all of one moment.
	HeadsOf(ctx context.Context, queries []HeadQuery) ([][]Head, error)

	// Translations returns the published languages of stories by their groups, each
	// in the order of the editions.
	Translations(ctx context.Context, groups []ArticleID) (map[ArticleID][]Translation, error)

	// Terms lists the sections, topics or authors that have a story in an
	// edition, sections in the newsroom's order, the others by key.
	Terms(ctx context.Context, l Lang, kind TermKind) ([]Term, error)

	// Term returns the term that a slug names in an edition, if it has a story there.
	Term(ctx context.Context, l Lang, kind TermKind, slug string) (*Term, error)

	// Editions returns the editions that a term has a story in, in their order.
	Editions(ctx context.Context, kind TermKind, key string) ([]Lang, error)

	// Names returns what is known of terms by their keys.
	Names(ctx context.Context, kind TermKind, keys []string) (map[string]*Term, error)

	// Months counts an edition's stories by month, newest first.
	Months(ctx context.Context, l Lang) ([]MonthCount, error)

	// Search finds published stories by words in any of their forms. A question
	// without words finds nothing.
	Search(ctx context.Context, q SearchQuery) (SearchResults, error)

	// Breaking returns the breaking news of an edition as it was last set, also
	// when it has run out; without a text if there is none.
	Breaking(ctx context.Context, l Lang) (Breaking, error)

	// Pinned returns the stories that editors pinned to slots of the front of an
	// edition, or of a section in it, as far as readers may see them there: of the
	// edition, of the section, published. Their pins may have run out.
	Pinned(ctx context.Context, l Lang, section string) ([]PinnedHead, error)

	// Near returns the last day with a story before a day and the first one after
	// another; empty where there is none.
	Near(ctx context.Context, l Lang, before, after Day) (earlier, later Day, err error)
}

// FoundKind says what stands at an address.
type FoundKind int

const (
	FoundStory FoundKind = iota // a published article
	FoundMoved                  // it is now at To
	FoundGone                   // it was withdrawn for Reason
)

// Found is what stands at an address.
type Found struct {
	Kind    FoundKind
	Article ArticleID
	Group   ArticleID // of the article
	Lang    Lang
	To      string // a path, or an absolute address of another host
	Reason  string
}

// HeadQuery selects stories of one edition. Zero fields select everything.
type HeadQuery struct {
	Lang         Lang // empty for all editions
	Kind         Kind // empty for stories
	Term         TermKind
	Key          string    // of Term
	From, To     Day       // both included
	Since        time.Time // published then or later
	UpdatedSince time.Time
	Before       *Mark // only what comes after this mark in the list
	Limit        int
}

// Mark is a place in a list ordered by time of publication, then by order of
// publication.
type Mark struct {
	At    time.Time
	Order int64
}

// PinnedHead is a story in a slot of a front.
type PinnedHead struct {
	Head
	Slot  int       // from 0
	Until time.Time // when the slot is automatic again; zero for never
}

// MonthCount is how many stories an edition has of one month.
type MonthCount struct {
	Month Day // its first day
	Count int
}
