package frame

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"stet"
	"stet/desk/say"
	"stet/lang"
)

// Frame is what every page is given.
type Frame struct {
	*say.Words
	Page     string // the template's name
	Title    string
	Paper    string       // the newsroom's name; empty where it is not known
	Person   *stet.Person // nobody on pages for everybody
	Here     say.Key      // the tab the page belongs to; Page sees to it where the address tells
	Tabs     []Tab        // that the person may use
	Newsroom []Tab        // with what the newsroom is set up with
	Unseen   int          // how much in the inbox the person has not seen
	Late     []late       // what the clock should have done
	Did      string       // what the person has just done, as a sentence; may be empty
}

// Tab is a part of the desk in the bar.
type Tab struct {
	Key        say.Key
	Text, Href string
}

// tab is one before it is known who asks.
type tab struct {
	key      say.Key
	href     string
	act      stet.Act
	newsroom bool
}

// shape lets d.Page put in the template's name.
func (f *Frame) shape() *Frame { return f }

// View is the struct of a page: a Frame and more.
type View interface{ shape() *Frame }

// bare is a frame that needs no database.
func (d *Shell) bare(v *Visit, title string) Frame {
	f := Frame{Words: v.Words, Title: title, Person: v.Person}
	if v.Site != nil {
		f.Paper = v.Site.Editions[0].Name
		if e, ok := v.Site.Edition(stet.Lang(v.Lang)); ok {
			f.Paper = e.Name
		}
	}
	if v.Person == nil {
		return f
	}
	for _, t := range d.tabs {
		if t.act != "" && stet.May(v.User(), t.act, nil) != nil {
			continue
		}
		if v.URL.Path == t.href || t.href != "/desk/" && strings.HasPrefix(v.URL.Path, t.href+"/") {
			f.Here = t.key
		}
		shown := Tab{t.key, v.T(t.key), t.href}
		if t.newsroom {
			f.Newsroom = append(f.Newsroom, shown)
		} else {
			f.Tabs = append(f.Tabs, shown)
		}
	}
	return f
}

// Frame is the frame of a page for the person who asks.
func (d *Shell) Frame(v *Visit, title string) (Frame, error) {
	f := d.bare(v, title)
	if v.Person != nil && !v.Session.Pending {
		var err error
		if f.Unseen, err = d.DB.Unseen(v.Context(), v.User()); err != nil {
			return f, err
		}
		if f.Late, err = d.late(v); err != nil {
			return f, err
		}
	}
	if did := v.URL.Query().Get("did"); did != "" {
		f.Did = v.Said("did_" + say.Key(did))
	}
	return f, nil
}

// late is an article that the schedule should have published or withdrawn.
type late struct {
	Href, Headline string
	Lang, Dir      string
	Since          *When
}

func (d *Shell) late(v *Visit) ([]late, error) {
	rows, err := d.DB.Late(v.Context(), v.User(), v.Now)
	if err != nil {
		return nil, err
	}
	out := make([]late, len(rows))
	for i, r := range rows {
		since := r.ScheduledFor
		if since.IsZero() || !since.Before(v.Now) {
			since = r.Expires
		}
		in := lang.Get(string(r.Lang))
		out[i] = late{ArticlePath(r.ID), r.Headline, in.Code, in.Dir, v.At(since, v.Zone)}
	}
	return out, nil
}

// The templates that others use: the frame of every page, and parts.
const baseTemplate = "base.html"

// parse parses the templates of a part, each with the frame around it.
func (d *Shell) parse(p Part) error {
	if p.Files == nil {
		return nil
	}
	names, err := fs.Glob(p.Files, "templates/*.html")
	if err != nil {
		return err
	}
	own, err := fs.Glob(p.Files, "templates/_*.html")
	if err != nil {
		return err
	}
	for _, file := range names {
		name := path.Base(file)
		if name == baseTemplate || strings.HasPrefix(name, "_") {
			continue
		}
		t, err := template.New(baseTemplate).Funcs(template.FuncMap{"asset": d.static.address, "list": list}).
			ParseFS(files, "templates/"+baseTemplate, "templates/_*.html")
		if err != nil {
			return fmt.Errorf("desk: %w", err)
		}
		if t, err = t.ParseFS(p.Files, append(own, file)...); err != nil {
			return fmt.Errorf("desk: %w", err)
		}
		name = strings.TrimSuffix(name, ".html")
		if d.pages[name] != nil {
			return fmt.Errorf("desk: two parts have a page %s", name)
		}
		if p.Pages[name] == nil {
			return fmt.Errorf("desk: the page %s has no struct", name)
		}
		d.pages[name] = t
	}
	return nil
}

// Template is the template of a page, for tests; nil if there is none.
func (d *Shell) Template(name string) *template.Template { return d.pages[name] }

// list is several values as one, for a part that needs more than one.
func list(values ...any) []any { return values }

// alarms answers with the alarms of this moment, for pages that stay open.
func (d *Shell) alarms(w http.ResponseWriter, v *Visit) error {
	f, err := d.Frame(v, "")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.pages["error"].ExecuteTemplate(&b, "alarms", &f); err != nil {
		return fmt.Errorf("template alarms: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // an error means that nobody is there to read
	return nil
}

// Page answers with a page; nothing is written if its template fails.
func (d *Shell) Page(w http.ResponseWriter, status int, name string, v View) error {
	v.shape().Page = name
	t := d.pages[name]
	if t == nil {
		return fmt.Errorf("there is no template %s", name)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.shape().Lang)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // an error means that nobody is there to read
	return nil
}

// static are the files of the desk by their hashed names.
type static struct {
	files map[string][]byte
	names map[string]string // hashed, by the name of the file
}

// load adds the files of a part.
func (s static) load(from fs.FS) error {
	if from == nil {
		return nil
	}
	return fs.WalkDir(from, "static", func(file string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && file == "static" {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		name, ext := path.Base(file), path.Ext(file)
		if s.names[name] != "" {
			return fmt.Errorf("desk: two parts have a file %s", name)
		}
		hashed := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		s.files[hashed], s.names[name] = text, hashed
		return nil
	})
}

// address is where a file stands; templates call it asset.
func (s static) address(name string) (string, error) {
	hashed, ok := s.names[name]
	if !ok {
		return "", fmt.Errorf("there is no file static/%s", name)
	}
	return "/desk/static/" + hashed, nil
}

// asset answers with a file, which never changes under its name.
func (d *Shell) asset(w http.ResponseWriter, v *Visit) error {
	name := v.PathValue("name")
	text, ok := d.static.files[name]
	if !ok {
		return stet.Errorf(stet.NotFound, "", "there is no such file")
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(text)
	})).ServeHTTP(w, v.Request)
	return nil
}
