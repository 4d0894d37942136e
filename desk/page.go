package desk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
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

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// frame is what every page is given.
type frame struct {
	*say.Words
	Page   string // the template's name
	Title  string
	Paper  string       // the newsroom's name; empty where it is not known
	Person *stet.Person // nobody on pages for everybody
	Here   string       // the part of the desk the page belongs to: home, board, inbox, account
	Unseen int          // how much in the inbox the person has not seen
	Late   []late       // what the clock should have done
	Did    string       // what the person has just done, as a sentence; may be empty
}

// shape lets d.page put in the template's name.
func (f *frame) shape() *frame { return f }

// view is the struct of a page: a frame and more.
type view interface{ shape() *frame }

// bareFrame is a frame that needs no database.
func (d *Desk) bareFrame(v *visit, title string) frame {
	f := frame{Words: v.Words, Title: title, Person: v.person}
	if v.site != nil {
		f.Paper = v.site.Editions[0].Name
	}
	return f
}

// frame is the frame of a page for the person who asks.
func (d *Desk) frame(v *visit, title string) (frame, error) {
	f := d.bareFrame(v, title)
	if v.person != nil && !v.session.Pending {
		var err error
		if f.Unseen, err = d.DB.Unseen(v.Context(), v.user()); err != nil {
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
	Since          *when
}

func (d *Desk) late(v *visit) ([]late, error) {
	rows, err := d.DB.Late(v.Context(), v.user(), v.now)
	if err != nil {
		return nil, err
	}
	out := make([]late, len(rows))
	for i, r := range rows {
		since := r.ScheduledFor
		if since.IsZero() || !since.Before(v.now) {
			since = r.Expires
		}
		in := lang.Get(string(r.Lang))
		out[i] = late{articlePath(r.ID), r.Headline, in.Code, in.Dir, v.at(since, v.zone)}
	}
	return out, nil
}

// pages are the templates by name.
type pages map[string]*template.Template

// The templates that others use: the frame of every page, and parts.
const baseTemplate = "base.html"

// parsePages parses every template once: templates/NAME.html is the page NAME;
// files whose name begins with an underscore are parts that all may use.
func parsePages(s static) (pages, error) {
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	out := pages{}
	for _, file := range files {
		name := path.Base(file)
		if name == baseTemplate || strings.HasPrefix(name, "_") {
			continue
		}
		t, err := template.New(baseTemplate).Funcs(template.FuncMap{"asset": s.address, "list": list}).
			ParseFS(templateFiles, "templates/"+baseTemplate, "templates/_*.html", file)
		if err != nil {
			return nil, fmt.Errorf("desk: %w", err)
		}
		out[strings.TrimSuffix(name, ".html")] = t
	}
	return out, nil
}

// list is several values as one, for a part that needs more than one.
func list(values ...any) []any { return values }

// alarms answers with the alarms of this moment, for pages that stay open.
func (d *Desk) alarms(w http.ResponseWriter, v *visit) error {
	f, err := d.frame(v, "")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.pages["home"].ExecuteTemplate(&b, "alarms", &f); err != nil {
		return fmt.Errorf("template alarms: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // an error means that nobody is there to read
	return nil
}

// page answers with a page; nothing is written if its template fails.
func (d *Desk) page(w http.ResponseWriter, status int, name string, v view) error {
	v.shape().Page = name
	var b bytes.Buffer
	if err := d.pages[name].Execute(&b, v); err != nil {
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

func loadStatic() (static, error) {
	s := static{map[string][]byte{}, map[string]string{}}
	return s, fs.WalkDir(staticFiles, "static", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		name, ext := path.Base(file), path.Ext(file)
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
func (d *Desk) asset(w http.ResponseWriter, v *visit) error {
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
