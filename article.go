package stet

import "time"

// ArticleID names an article for ever: the caller's own id or a UUIDv7.
type ArticleID string

// Path is an address of the site, decoded, in NFC, starting with a slash.
type Path string

// Kind is the kind of an article.
type Kind string

const (
	StoryKind Kind = "story"
	PageKind  Kind = "page" // an imprint: no date, no section, no place in any list
)

// LiveState says what readers get.
type LiveState string

const (
	LiveNever     LiveState = "never"
	LivePublished LiveState = "published"
	LiveWithdrawn LiveState = "withdrawn"
)

// WorkState says what the newsroom is doing to the text.
type WorkState string

const (
	WorkNone      WorkState = "none"
	WorkDraft     WorkState = "draft"
	WorkInReview  WorkState = "in review"
	WorkApproved  WorkState = "approved"
	WorkScheduled WorkState = "scheduled"
)

// Article is one text in one language on its whole way from blank to archive.
// Its methods are the law of the newsroom: storage loads it, calls one of them
// and saves what became of it.
type Article struct {
	ID      ArticleID
	Kind    Kind
	Lang    Lang
	Group   ArticleID // the id of the story's original
	Version int64     // of its row; 0 for an article that storage has not seen yet

	Live LiveState
	Work WorkState

	Working   *Revision // what is being written; nil when Work is none
	Scheduled *Revision // what goes live at ScheduledFor
	Current   *Revision // what readers see, or saw before a withdrawal

	Created      time.Time
	FirstLive    time.Time // the first publication; its month is the address's
	PublishedAt  time.Time // the time readers see and lists sort by
	UpdatedAt    time.Time // the last change that readers can see
	ScheduledFor time.Time
	Asked        time.Time // the published_at that a draft came with
	Embargo      time.Time // not to be published before
	Expires      time.Time // withdrawn by the schedule then
	Deadline     time.Time // when its text is due from whose it is
	Gate         bool      // it waits for the other languages of its story, see [Article.SetGate]
	Touched      time.Time // the last change of any kind; what was imported has the time of its text

	// People, by their User.ID.
	Author    string // who began it
	Submitter string // who handed it on last
	Assignee  string // whose it is now; may be empty
	TouchedBy string

	Path        Path   // the address, reserved from creation on
	Wants       string // what Path was made for, before it was made unique
	Corrections []Correction
	Withdrawal  string // why it was withdrawn

	// An import recognises its own work by the hash of the line it came from,
	// and leaves alone what somebody has edited here since.
	ImportHash string
	HandEdited bool

	OldPaths []Path // further addresses to lead here, of Create and Reimport
	OldTaken []Path // those of them that storage found in use already
	Event    int64  // the last of its events, set by storage

	Snapshots int // the number of the last snapshot

	reimported time.Time // the updated_at that a changed line came with
	pending    []Event
	kept       []*Revision
	erased     []int
	changed    bool // something of it has to be written
	acted      bool // by more than a save
	together   bool // it is published with its other languages
}

// Correction is a dated public note that a story said something wrong.
type Correction struct {
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

// New reports whether storage has not seen the article yet.
func (a *Article) New() bool { return a.Version == 0 && len(a.pending) == 0 }

// Changed reports whether anything of the article changed since it was loaded.
func (a *Article) Changed() bool { return a.changed }

// Saved reports whether nothing but [Article.Save] changed it. What follows
// from a text elsewhere, its address and the names of its topics, waits for the
// next verb: half a headline is no address.
func (a *Article) Saved() bool { return a.changed && !a.acted }

// Kept returns the snapshots made since the article was loaded, for storage to
// write.
func (a *Article) Kept() []*Revision { return a.kept }

// Pending returns what happened to the article since it was loaded. Storage
// numbers these events and writes them with the rows.
func (a *Article) Pending() []Event { return a.pending }

// Latest returns what an editor would go on from: the working revision, else
// the scheduled one, else the one readers see.
func (a *Article) Latest() *Revision {
	switch {
	case a.Working != nil:
		return a.Working
	case a.Scheduled != nil:
		return a.Scheduled
	}
	return a.Current
}

// Place returns where readers find the article, nil for nowhere.
func (a *Article) Place(zone *time.Location) *Place {
	if a.Live != LivePublished {
		return nil
	}
	p := &Place{Lang: a.Lang, Kind: a.Kind, Path: a.Path}
	if a.Kind == StoryKind {
		p.Section = a.Current.Section
		p.Topics = a.Current.Topics
		for _, b := range a.Current.Bylines {
			p.Authors = append(p.Authors, b.Key)
		}
		p.Day = DayOf(a.PublishedAt, zone)
	}
	return p
}

func (a *Article) touch(actor User, now time.Time) {
	if actor.Origin == ByImport && !a.UpdatedAt.IsZero() {
		now = a.UpdatedAt // lists of the newest work are not for an old archive
	}
	a.changed, a.Touched, a.TouchedBy = true, now, actor.ID
}

// record writes down what happened and returns it, for details.
func (a *Article) record(kind EventKind, actor User, note string, now time.Time) *Event {
	a.touch(actor, now)
	a.acted = true
	a.pending = append(a.pending, Event{
		At: now, Kind: kind, Origin: actor.Origin, Actor: actor.ID, Article: a.ID, Note: note,
	})
	return &a.pending[len(a.pending)-1]
}
