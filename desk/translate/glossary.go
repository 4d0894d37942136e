package translate

import (
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/lang"
	"stet/search"
	"stet/store/translation"
)

// glossaryPage keeps what names and terms of one language are called in another.
type glossaryPage struct {
	frame.Frame
	From, To         string
	FromLang, ToLang []frame.Option
	FromDir, ToDir   string
	Entries          []translation.Entry
	May              bool // the person may change it
	Typed            translation.Entry
	Lines            string // as typed
	Error            *frame.Detail
	LinesError       *frame.Detail
	Export           string
}

// glossaryPath is the glossary of two languages.
func glossaryPath(from, to stet.Lang) string {
	return "/desk/glossary?" + url.Values{"from": {string(from)}, "to": {string(to)}}.Encode()
}

// pairAsked reads which languages a request is about: two of the site's.
func pairAsked(v *frame.Visit) (from, to stet.Lang, err error) {
	langs := v.Site.Langs()
	from, to = stet.Lang(v.FormValue("from")), stet.Lang(v.FormValue("to"))
	if from == "" {
		from = langs[0]
	}
	if to == "" {
		if to = frame.FirstLang(v.Person, v.Site); to == from && len(langs) > 1 {
			to = langs[(slices.Index(langs, from)+1)%len(langs)]
		}
	}
	for _, l := range []stet.Lang{from, to} {
		if !slices.Contains(langs, l) {
			return "", "", stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", l)
		}
	}
	return from, to, nil
}

func (d *Translate) glossary(w http.ResponseWriter, v *frame.Visit) error {
	return d.showGlossary(w, v, http.StatusOK, &glossaryPage{})
}

func (d *Translate) showGlossary(w http.ResponseWriter, v *frame.Visit, status int, p *glossaryPage) error {
	if err := stet.May(v.User(), stet.ActRead, nil); err != nil {
		return err
	}
	from, to, err := pairAsked(v)
	if err != nil {
		return err
	}
	if p.Entries, err = d.entries(v, from, to); err != nil {
		return err
	}
	p.From, p.To, p.FromDir, p.ToDir = string(from), string(to), lang.Get(string(from)).Dir, lang.Get(string(to)).Dir
	for _, l := range v.Site.Langs() {
		name := lang.Get(string(l)).Name
		p.FromLang = append(p.FromLang, frame.Option{Value: string(l), Text: name, Chosen: l == from})
		p.ToLang = append(p.ToLang, frame.Option{Value: string(l), Text: name, Chosen: l == to})
	}
	p.May = stet.May(v.User(), stet.ActWrite, &stet.Article{Lang: to}) == nil
	p.Export = "/desk/glossary/export?" + url.Values{"from": {string(from)}, "to": {string(to)}}.Encode()
	if p.Frame, err = d.Frame(v, v.T("glossary")); err != nil {
		return err
	}
	return d.Page(w, status, "glossary", p)
}

// entries are those of a glossary, in the order of its first language.
func (d *Translate) entries(v *frame.Visit, from, to stet.Lang) ([]translation.Entry, error) {
	entries, err := d.DB.Glossary(v.Context(), from, to)
	compare := lang.Get(string(from)).Comparer()
	slices.SortFunc(entries, func(a, b translation.Entry) int { return compare(a.Term, b.Term) })
	return entries, err
}

// keep puts an entry, or the lines of a file, into a glossary, or takes one out.
func (d *Translate) keep(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, 4<<20)
	from, to, err := pairAsked(v)
	if err != nil {
		return err
	}
	p := &glossaryPage{Lines: v.PostFormValue("lines"), Typed: translation.Entry{Term: v.PostFormValue("term"), Translation: v.PostFormValue("translation"), Note: v.PostFormValue("note")}}
	switch {
	case v.PostForm.Has("remove"):
		err = d.DB.RemoveEntry(v.Context(), v.User(), from, to, v.PostFormValue("remove"))
	case v.PostForm.Has("lines"):
		var entries []translation.Entry
		if entries, err = ReadEntries(p.Lines); err == nil {
			err = d.DB.SetEntries(v.Context(), v.User(), from, to, entries, v.Now)
		}
	default:
		err = d.DB.SetEntries(v.Context(), v.User(), from, to, []translation.Entry{p.Typed}, v.Now)
	}
	if stet.Is(err, stet.Invalid) {
		said := frame.Details(v, v.InOwnWords(err))
		if p.Error = &said[0]; v.PostForm.Has("lines") {
			p.Error, p.LinesError = nil, &said[0]
		}
		return d.showGlossary(w, v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, glossaryPath(from, to))
}

// export answers a glossary as a file of lines with tabs or commas.
func (d *Translate) export(w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActRead, nil); err != nil {
		return err
	}
	from, to, err := pairAsked(v)
	if err != nil {
		return err
	}
	entries, err := d.entries(v, from, to)
	if err != nil {
		return err
	}
	comma, kind, name := '\t', "text/tab-separated-values", ".tsv"
	if v.URL.Query().Get("as") == "csv" {
		comma, kind, name = ',', "text/csv", ".csv"
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="glossary-`+string(from)+"-"+string(to)+name+`"`)
	_, _ = io.WriteString(w, WriteEntries(entries, comma)) // an error means that nobody is there to read
	return nil
}

// formulas begin a cell that a spreadsheet would run; an apostrophe before it
// tells that it is a text.
const formulas = "=+-@"

// header is the first line of a glossary's file. Without it, what stands between
// cells is guessed.
var header = []string{"term", "translation", "note"}

// WriteEntries writes a glossary as lines of three cells, under a header.
func WriteEntries(entries []translation.Entry, comma rune) string {
	var b strings.Builder
	out := csv.NewWriter(&b)
	out.Comma = comma
	_ = out.Write(header) // into memory
	for _, e := range entries {
		cells := []string{e.Term, e.Translation, e.Note}
		for i, c := range cells {
			if strings.IndexAny(strings.TrimLeft(c, "'"), formulas) == 0 {
				cells[i] = "'" + c
			}
		}
		_ = out.Write(cells)
	}
	out.Flush()
	return b.String()
}

// ReadEntries reads what WriteEntries writes, and what spreadsheets make of it:
// cells between tabs, semicolons or commas, whichever the first line has. The
// header and notes may be missing. Errors name the line.
func ReadEntries(text string) ([]translation.Entry, error) {
	text = strings.TrimPrefix(text, "\uFEFF")
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	headed := false
	for _, comma := range "\t;," {
		headed = headed || strings.TrimRight(first, "\r") == strings.Join(header, string(comma))
		if in.Comma = comma; strings.ContainsRune(first, comma) {
			break
		}
	}
	var out []translation.Entry
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return nil, stet.Errorf(stet.Invalid, "lines", "line %d cannot be read: a quotation mark stands alone", wrong.Line)
		}
		if err != nil {
			return nil, err
		}
		if headed {
			headed = false
			continue
		}
		line, _ := in.FieldPos(0)
		for i, c := range cells {
			if rest := strings.TrimLeft(c, "'"); rest != c && strings.IndexAny(rest, formulas) == 0 {
				cells[i] = c[1:]
			}
		}
		if len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			continue
		}
		if len(cells) < 2 || len(cells) > 3 {
			return nil, stet.Errorf(stet.Invalid, "lines", "line %d has %d cells; write a term, its translation and, if you like, a note", line, len(cells))
		}
		e := translation.Entry{Term: cells[0], Translation: cells[1]}
		if len(cells) == 3 {
			e.Note = cells[2]
		}
		if err := e.Check(); err != nil {
			return nil, stet.Errorf(stet.Invalid, "lines", "line %d has no term, no translation, or one that is longer than %d characters", line, stet.MaxLine)
		}
		if out = append(out, e); len(out) > translation.MaxEntries {
			return nil, stet.Errorf(stet.Invalid, "lines", "has more than %d lines", translation.MaxEntries)
		}
	}
	if len(out) == 0 {
		return nil, stet.Errorf(stet.Invalid, "lines", "is missing; write a term and its translation in each line, with a tab or a comma between")
	}
	return out, nil
}

// lookup finds the entries of a glossary in texts, whatever endings the words
// have there.
type lookup struct {
	in      *search.Analyser
	entries map[string][]known // by the first word
}

type known struct {
	words []string
	translation.Entry
}

// How many words of a part are looked at, and how long a word may be.
const (
	maxWords = 5000
	maxWord  = 100
)

func newLookup(from stet.Lang, entries []translation.Entry) *lookup {
	l := &lookup{search.For(string(from)), map[string][]known{}}
	for _, e := range entries {
		if words := l.in.Terms(e.Term, maxWords, maxWord); len(words) > 0 {
			l.entries[words[0]] = append(l.entries[words[0]], known{words, e})
		}
	}
	return l
}

// in returns the entries that a text has, each once, in its order.
func (l *lookup) find(text string) []translation.Entry {
	if len(l.entries) == 0 {
		return nil
	}
	var out []translation.Entry
	words := l.in.Terms(text, maxWords, maxWord)
	for i, word := range words {
		for _, k := range l.entries[word] {
			if end := i + len(k.words); end <= len(words) && slices.Equal(words[i:end], k.words) && !slices.Contains(out, k.Entry) {
				out = append(out, k.Entry)
			}
		}
	}
	return out
}
