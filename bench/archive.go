package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// An archive is an endless row of articles, of which a newsroom takes the first
// so many: those of the corpus in a shuffled order, and then the same again
// under other ids and slugs, some weeks older each time.
type archive struct {
	made  bool // there was no corpus
	file  string
	base  []original
	langs []string
	clock time.Time
}

// An original is an article of the corpus.
type original struct {
	fields  map[string]json.RawMessage
	id, of  string
	lang    string
	section string
	slug    string
	at      time.Time
}

// An entry is what is known of an article of the archive without its text.
type entry struct {
	id, lang, section string
	at                time.Time
}

// olderBy is how many days lie between an article and its next repetition.
const olderBy = 29

// maxSlug is how long a slug may be, goodSlug how it looks.
const maxSlug = 80

var goodSlug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// loadArchive reads the corpus, or makes texts where there is none.
func (b *bench) loadArchive() (*archive, error) {
	a := &archive{file: b.corpus, clock: time.Now().Add(-24 * time.Hour)}
	if a.file == "" {
		a.file = filepath.Join(b.root, "..", "shared", "corpus", "news.jsonl.gz")
		if _, err := os.Stat(a.file); err != nil {
			a.made, a.file = true, filepath.Join(b.dir, "made.jsonl.gz")
			say("there is no corpus; texts are made")
			if err := writeTexts(a.file); err != nil {
				return nil, err
			}
		}
	}
	if err := a.read(); err != nil {
		return nil, err
	}
	if b.quick {
		a.base = a.base[:min(len(a.base), 1000)]
	}
	return a, nil
}

func (a *archive) read() error {
	f, err := os.Open(a.file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("the corpus: %w", err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	stories := map[string][]original{} // translations stay together
	for n := 1; lines.Scan(); n++ {
		o, err := parseOriginal(lines.Bytes())
		if err != nil {
			return fmt.Errorf("the corpus, line %d: %w", n, err)
		}
		if !slices.Contains(a.langs, o.lang) {
			a.langs = append(a.langs, o.lang)
		}
		story := cmp.Or(o.of, o.id)
		stories[story] = append(stories[story], o)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	var order []string
	for story := range stories {
		order = append(order, story)
	}
	slices.Sort(order)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, story := range order {
		a.base = append(a.base, stories[story]...)
	}
	slices.Sort(a.langs)
	return nil
}

func parseOriginal(line []byte) (o original, err error) {
	var v struct {
		ID          string    `json:"id"`
		Of          string    `json:"translation_of"`
		Lang        string    `json:"lang"`
		Section     string    `json:"section"`
		Slug        string    `json:"slug"`
		PublishedAt time.Time `json:"published_at"`
	}
	if err := json.Unmarshal(line, &v); err != nil {
		return o, err
	}
	o = original{id: v.ID, of: v.Of, lang: v.Lang, section: v.Section, slug: v.Slug, at: v.PublishedAt}
	if err := json.Unmarshal(line, &o.fields); err != nil {
		return o, err
	}
	delete(o.fields, "old_urls")                                // each can lead to one article only
	delete(o.fields, "updated_at")                              // may lie before a changed date
	if len(o.slug) > maxSlug || !goodSlug.MatchString(o.slug) { // would be refused; one is made of the headline
		delete(o.fields, "slug")
		o.slug = ""
	}
	return o, nil
}

// entry returns what is known of the article at place i.
func (a *archive) entry(i int) entry {
	o, again := a.base[i%len(a.base)], i/len(a.base)
	at := o.at.AddDate(0, 0, -olderBy*again)
	for at.After(a.clock) {
		at = at.AddDate(-1, 0, 0)
	}
	return entry{copied(o.id, again), o.lang, o.section, at}
}

func copied(id string, again int) string {
	if again == 0 || id == "" {
		return id
	}
	return fmt.Sprintf("%s:copy:%d", id, again)
}

// line returns the article at place i in the native form.
func (a *archive) line(i int) ([]byte, error) {
	o, again := a.base[i%len(a.base)], i/len(a.base)
	e := a.entry(i)
	set := map[string]any{"id": e.id, "published_at": e.at.Format(time.RFC3339)}
	if o.of != "" {
		set["translation_of"] = copied(o.of, again)
	}
	if o.slug != "" && again > 0 {
		set["slug"] = fmt.Sprintf("%s-%d", strings.TrimRight(o.slug[:min(len(o.slug), maxSlug-5)], "-"), again)
	}
	fields := make(map[string]json.RawMessage, len(o.fields))
	for name, value := range o.fields {
		fields[name] = value
	}
	for name, value := range set {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		fields[name] = text
	}
	return json.Marshal(fields)
}

// write makes a file of the articles at the places from..to-1.
func (a *archive) write(file string, from, to int) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	out := bufio.NewWriterSize(f, 1<<20)
	for i := from; i < to; i++ {
		line, err := a.line(i)
		if err != nil {
			return err
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.Flush()
}

// pick returns n entries of the first size, always the same for one seed, of
// those that suit.
func (a *archive) pick(size, n int, seed uint64, suits func(entry) bool) []entry {
	var out []entry
	for _, i := range rand.New(rand.NewPCG(seed, 2)).Perm(size) {
		if len(out) == n {
			break
		}
		if e := a.entry(i); suits == nil || suits(e) {
			out = append(out, e)
		}
	}
	return out
}
