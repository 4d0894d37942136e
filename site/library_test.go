package site

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"stet"
	"stet/prose"
)

// fake is a newsroom in memory: a Library, and what an editor does to it.
type fake struct {
	mu       sync.Mutex
	paper    stet.Site
	stories  []*told
	terms    map[stet.TermKind][]stet.Term
	moved    map[stet.Path]string
	breaking stet.Breaking        // of the one edition that has any
	pins     map[string]stet.Pins // by "lang/section"
	n        int64                // the last event
	down     bool                 // every question is an error
	asked    int                  // questions so far
	slowDown func()
}

// told is a story and what became of it.
type told struct {
	stet.Story
	order  int64
	reason string // why it was withdrawn; empty for a published one
}

var baku = must(time.LoadLocation("Asia/Baku"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newFake(langs ...stet.Lang) *fake {
	f := &fake{terms: map[stet.TermKind][]stet.Term{}, moved: map[stet.Path]string{}, pins: map[string]stet.Pins{}}
	f.paper = stet.Site{Zone: baku}
	names := map[stet.Lang]string{"ru": "Каспийский листок", "en": "The Caspian Sheet", "ar": "ورقة قزوين", "az": "Xəzər vərəqi"}
	for _, l := range langs {
		f.paper.Editions = append(f.paper.Editions, stet.Edition{Lang: l, Name: names[l], About: "About " + string(l)})
	}
	f.name(stet.SectionTerm, "politics", map[stet.Lang]string{"ru": "Политика", "en": "Politics", "ar": "سياسة"})
	f.name(stet.SectionTerm, "economy", map[stet.Lang]string{"ru": "Экономика", "en": "Economy"})
	f.name(stet.TopicTerm, "eu", map[stet.Lang]string{"ru": "Европейский Союз", "en": "European Union"})
	f.name(stet.AuthorTerm, "a-mamedova", map[stet.Lang]string{"ru": "Айтен Мамедова", "en": "Ayten Mamedova"})
	return f
}

func (f *fake) name(kind stet.TermKind, key string, names map[stet.Lang]string) {
	t := stet.Term{Kind: kind, Key: key, Names: map[stet.Lang]stet.TermName{}}
	if kind == stet.TopicTerm {
		t.Topic = "organisation"
	}
	for l, n := range names {
		t.Names[l] = stet.TermName{Name: n, Slug: key}
	}
	f.terms[kind] = append(f.terms[kind], t)
}

// draft is a story with defaults; the path gives its id, month and language.
func draft(path, headline string, at time.Time) stet.Story {
	part := strings.Split(path, "/")
	st := stet.Story{
		ID: stet.ArticleID(path), Kind: stet.StoryKind, Lang: stet.Lang(part[1]), Path: stet.Path(path),
		PublishedAt: at, UpdatedAt: at, Revision: 1,
		Content: stet.Content{Headline: headline, Section: "politics", Body: prose.FromText("Первый абзац.\n\nВторой абзац.")},
	}
	st.Group = st.ID
	if part[2] == "pages" {
		st.Kind, st.Section = stet.PageKind, ""
	}
	return st
}

func (f *fake) at(path stet.Path) *told {
	for _, t := range f.stories {
		if t.Path == path {
			return t
		}
	}
	return nil
}

func (f *fake) place(t *told) *stet.Place {
	if t == nil || t.reason != "" {
		return nil
	}
	p := &stet.Place{Lang: t.Lang, Kind: t.Kind, Path: t.Path}
	if t.Kind == stet.StoryKind {
		p.Section, p.Topics, p.Day = t.Section, t.Topics, stet.DayOf(t.PublishedAt, baku)
		for _, b := range t.Bylines {
			p.Authors = append(p.Authors, b.Key)
		}
	}
	return p
}

// change does something to a story and returns the event.
func (f *fake) change(path string, kind stet.EventKind, do func(*told)) stet.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.at(stet.Path(path))
	e := stet.Event{Kind: kind, Origin: stet.ByPerson, Article: t.ID, Was: f.place(t)}
	do(t)
	f.n++
	t.Stamp, e.N = f.n, f.n
	e.Is = f.place(t)
	for _, s := range f.stories {
		if s.Group == t.Group && s.ID != t.ID && s.reason == "" {
			e.Siblings = append(e.Siblings, s.Path)
		}
	}
	return e
}

func (f *fake) publish(st stet.Story) stet.Event {
	f.mu.Lock()
	f.stories = append(f.stories, &told{Story: st, order: f.n + 1, reason: "not published yet"})
	f.mu.Unlock()
	return f.change(string(st.Path), stet.Published, func(t *told) { t.reason = "" })
}

func (f *fake) withdraw(path, reason string) stet.Event {
	return f.change(path, stet.Withdrawn, func(t *told) { t.reason = reason })
}

func (f *fake) correct(path, note string, at time.Time) stet.Event {
	return f.change(path, stet.Corrected, func(t *told) {
		t.Corrections = append(slices.Clone(t.Corrections), stet.Correction{At: at, Note: note})
		t.UpdatedAt = at
	})
}

// announce sets breaking news, without a text none, and returns the event.
func (f *fake) announce(b stet.Breaking) stet.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	f.breaking = b
	return stet.Event{N: f.n, Kind: stet.Announced, Is: &stet.Place{Lang: b.Lang, Kind: stet.BreakingKind}}
}

func (f *fake) Breaking(_ context.Context, l stet.Lang) (stet.Breaking, error) {
	if err := f.ask(); err != nil {
		return stet.Breaking{}, err
	}
	defer f.mu.Unlock()
	if f.breaking.Lang != l {
		return stet.Breaking{Lang: l}, nil
	}
	return f.breaking, nil
}

// pin arranges a front and returns the event.
func (f *fake) pin(l stet.Lang, section string, pins ...stet.Pin) stet.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	f.pins[string(l)+"/"+section] = pins
	here := &stet.Place{Lang: l, Kind: stet.FrontKind, Section: section}
	return stet.Event{N: f.n, Kind: stet.Arranged, Was: here, Is: here}
}

func (f *fake) Pinned(_ context.Context, l stet.Lang, section string) (out []stet.PinnedHead, err error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	for slot, p := range f.pins[string(l)+"/"+section] {
		for _, t := range f.stories {
			if t.ID == p.Story && t.reason == "" && t.Lang == l && (section == "" || t.Section == section) {
				out = append(out, stet.PinnedHead{Head: headOf(&t.Story), Slot: slot, Until: p.Until})
			}
		}
	}
	return out, nil
}

// ask is called at the begin of every question, with the lock held after.
func (f *fake) ask() error {
	if f.slowDown != nil {
		f.slowDown()
	}
	f.mu.Lock()
	f.asked++
	if f.down {
		f.mu.Unlock()
		return errors.New("the database is away")
	}
	return nil
}

func (f *fake) Site(context.Context) (*stet.Site, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	p := f.paper
	p.Editions = slices.Clone(p.Editions)
	return &p, nil
}

func (f *fake) Find(_ context.Context, p stet.Path) (stet.Found, error) {
	if err := f.ask(); err != nil {
		return stet.Found{}, err
	}
	defer f.mu.Unlock()
	wanted := stet.Path(stet.ComparePath(string(p)))
	if path, query, ok := strings.Cut(string(p), "?"); ok {
		wanted = stet.Path(stet.ComparePath(path) + "?" + query)
	}
	if t := f.at(wanted); t != nil {
		switch {
		case t.reason == "not published yet":
		case t.reason != "":
			return stet.Found{Kind: stet.FoundGone, Article: t.ID, Group: t.Group, Lang: t.Lang, Reason: t.reason}, nil
		case wanted != p:
			return stet.Found{Kind: stet.FoundMoved, Article: t.ID, Group: t.Group, Lang: t.Lang, To: string(t.Path)}, nil
		default:
			return stet.Found{Kind: stet.FoundStory, Article: t.ID, Group: t.Group, Lang: t.Lang}, nil
		}
	}
	if to, ok := f.moved[wanted]; ok {
		return stet.Found{Kind: stet.FoundMoved, To: to}, nil
	}
	return stet.Found{}, stet.Errorf(stet.NotFound, "", "nothing stands at %q", p)
}

func (f *fake) Story(_ context.Context, id stet.ArticleID) (*stet.Story, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.stories, func(t *told) bool { return t.ID == id && t.reason == "" })
	if i < 0 {
		return nil, stet.Errorf(stet.NotFound, "id", "there is no published article %q", id)
	}
	st := f.stories[i].Story
	if !st.Open() {
		st.Body = nil
	}
	st.Translations = f.versions(st.Group)
	st.Original = stet.Original(st.Translations)
	return &st, nil
}

func (f *fake) versions(group stet.ArticleID) (out []stet.Translation) {
	for _, e := range f.paper.Editions {
		for _, t := range f.stories {
			if t.Group == group && t.Lang == e.Lang && t.reason == "" {
				out = append(out, stet.Translation{Kind: t.Kind, Lang: t.Lang, Path: t.Path, Headline: t.Headline, Day: stet.DayOf(t.PublishedAt, baku), Original: t.ID == t.Group})
			}
		}
	}
	return out
}

func (f *fake) Translations(_ context.Context, groups []stet.ArticleID) (map[stet.ArticleID][]stet.Translation, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	out := map[stet.ArticleID][]stet.Translation{}
	for _, g := range groups {
		out[g] = f.versions(g)
	}
	return out, nil
}

func (f *fake) Heads(_ context.Context, q stet.HeadQuery) ([]stet.Head, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	if q.Limit <= 0 {
		return nil, errors.New("a list without a limit")
	}
	var out []stet.Head
	for _, t := range f.stories {
		day := stet.DayOf(t.PublishedAt, baku)
		switch {
		case t.reason != "", t.Kind != cmp.Or(q.Kind, stet.StoryKind), q.Lang != "" && t.Lang != q.Lang,
			q.Key != "" && !slices.Contains(keys(t, q.Term), q.Key),
			q.From != "" && day < q.From, q.To != "" && day > q.To,
			t.PublishedAt.Before(q.Since), t.UpdatedAt.Before(q.UpdatedSince):
			continue
		}
		out = append(out, t.head())
	}
	slices.SortFunc(out, func(a, b stet.Head) int {
		return cmp.Or(b.PublishedAt.Compare(a.PublishedAt), cmp.Compare(b.Order, a.Order))
	})
	if q.Before != nil {
		out = slices.DeleteFunc(out, func(h stet.Head) bool {
			return cmp.Or(h.PublishedAt.Compare(q.Before.At), cmp.Compare(h.Order, q.Before.Order)) >= 0
		})
	}
	return out[:min(q.Limit, len(out))], nil
}

// head is the story in a list.
func (t *told) head() stet.Head {
	h := stet.Head{
		ID: t.ID, Kind: t.Kind, Lang: t.Lang, Group: t.Group, Path: t.Path, Headline: t.Headline, Standfirst: t.Standfirst,
		Kicker: t.Kicker, Section: t.Section, Genre: t.Genre, Bylines: t.Bylines,
		PublishedAt: t.PublishedAt, UpdatedAt: t.UpdatedAt, Order: t.order,
	}
	if t.Picture != nil {
		h.Picture, h.Alt = t.Pictures[t.Picture.ID], t.Picture.Alt
	}
	return h
}

func (f *fake) HeadsOf(ctx context.Context, queries []stet.HeadQuery) ([][]stet.Head, error) {
	out := make([][]stet.Head, len(queries))
	for i, q := range queries {
		var err error
		if out[i], err = f.Heads(ctx, q); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func keys(t *told, kind stet.TermKind) []string {
	switch kind {
	case stet.SectionTerm:
		return []string{t.Section}
	case stet.TopicTerm:
		return t.Topics
	}
	var out []string
	for _, b := range t.Bylines {
		out = append(out, b.Key)
	}
	return out
}

func (f *fake) Terms(_ context.Context, l stet.Lang, kind stet.TermKind) ([]stet.Term, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	var out []stet.Term
	for _, t := range f.terms[kind] {
		if slices.ContainsFunc(f.stories, func(s *told) bool {
			return s.reason == "" && s.Lang == l && s.Kind == stet.StoryKind && slices.Contains(keys(s, kind), t.Key)
		}) {
			out = append(out, t)
		}
	}
	return out, nil
}

func (f *fake) Term(ctx context.Context, l stet.Lang, kind stet.TermKind, slug string) (*stet.Term, error) {
	terms, err := f.Terms(ctx, l, kind)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		if t.In(l).Slug == slug {
			return &t, nil
		}
	}
	return nil, stet.Errorf(stet.NotFound, "", "there is no %s %q", kind, slug)
}

func (f *fake) Editions(ctx context.Context, kind stet.TermKind, key string) ([]stet.Lang, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	var out []stet.Lang
	for _, e := range f.paper.Editions {
		if slices.ContainsFunc(f.stories, func(s *told) bool {
			return s.reason == "" && s.Lang == e.Lang && s.Kind == stet.StoryKind && slices.Contains(keys(s, kind), key)
		}) {
			out = append(out, e.Lang)
		}
	}
	return out, nil
}

func (f *fake) Names(_ context.Context, kind stet.TermKind, keys []string) (map[string]*stet.Term, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	out := map[string]*stet.Term{}
	for _, t := range f.terms[kind] {
		if slices.Contains(keys, t.Key) {
			out[t.Key] = &t
		}
	}
	return out, nil
}

func (f *fake) days(l stet.Lang) []stet.Day {
	var days []stet.Day
	for _, t := range f.stories {
		if t.reason == "" && t.Lang == l && t.Kind == stet.StoryKind {
			days = append(days, stet.DayOf(t.PublishedAt, baku))
		}
	}
	slices.Sort(days)
	return days
}

func (f *fake) Months(_ context.Context, l stet.Lang) ([]stet.MonthCount, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	var out []stet.MonthCount
	for _, d := range slices.Backward(f.days(l)) {
		if m := d[:7] + "-01"; len(out) == 0 || out[len(out)-1].Month != m {
			out = append(out, stet.MonthCount{Month: m})
		}
		out[len(out)-1].Count++
	}
	return out, nil
}

func (f *fake) Near(_ context.Context, l stet.Lang, before, after stet.Day) (earlier, later stet.Day, err error) {
	if err := f.ask(); err != nil {
		return "", "", err
	}
	defer f.mu.Unlock()
	for _, d := range f.days(l) {
		if d < before {
			earlier = d
		}
		if d > after && later == "" {
			later = d
		}
	}
	return earlier, later, nil
}

// Search finds stories that have the question in their headline or text, the
// newest first.
func (f *fake) Search(_ context.Context, q stet.SearchQuery) (stet.SearchResults, error) {
	if err := f.ask(); err != nil {
		return stet.SearchResults{}, err
	}
	defer f.mu.Unlock()
	r := stet.SearchResults{AsOf: cmp.Or(q.AsOf, f.n)}
	for i := len(f.stories) - 1; i >= 0; i-- {
		s := f.stories[i]
		text := ""
		if s.Body != nil {
			text = s.Body.Text()
		}
		if s.reason != "" || s.Lang != q.Lang || s.order > r.AsOf || q.Text == "" || !strings.Contains(strings.ToLower(s.Headline+text), strings.ToLower(q.Text)) {
			continue
		}
		if r.Total >= q.Offset && len(r.Matches) < q.Limit {
			r.Matches = append(r.Matches, stet.Match{Head: s.head(), Text: text})
		}
		r.Total++
	}
	r.Most = r.Total
	return r, nil
}
