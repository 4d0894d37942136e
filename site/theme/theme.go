// Package theme is how pages look: a folder of templates, a stylesheet, fonts
// and pictures, laid over the default one. doc/themes.md is the contract with
// those who make one.
//
// [Load] reads a theme and refuses what could go wrong once readers see it, with
// the file and the line. A theme that it lets pass cannot fail to print any view
// of the structs it was checked against: every field and function is there, what
// may be missing is asked for first, and lists are gone through at most once, so
// that printing takes time in proportion to what is printed.
package theme

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"stet/lang"
	"stet/press"
)

//go:embed default wire
var shipped embed.FS

// player is the script that shows embeds on a click. It is ours, whatever the
// theme, and pages without an embed do not ask for it.
//
//go:embed player.js
var player []byte

// Script is its address.
var Script = address("player.js", player)

// Default is the theme that all others are laid over.
const Default = "default"

// Names are the themes that ship with Stet.
func Names() []string {
	entries, err := shipped.ReadDir(".")
	if err != nil {
		panic(err) // it is embedded
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Shipped returns the folder of a theme that ships with Stet; nil if there is
// none of that name.
func Shipped(name string) fs.FS {
	if !slices.Contains(Names(), name) {
		return nil
	}
	folder, err := fs.Sub(shipped, name)
	if err != nil {
		panic(err) // it is embedded
	}
	return folder
}

// maxLatest is the longest list of latest news a theme may ask for.
const maxLatest = 50

// maxParts is how many parts a page may be laid of.
const maxParts = 8

// maxOutput is how much a template may write, in bytes: several times the
// longest page there is.
const maxOutput = 32 << 20

// Views are the structs that templates are given, by the names of the templates.
type Views struct{ Pages, Blocks map[string]any }

// A Theme is parsed templates and the files that pages link to.
type Theme struct {
	Style string            // address of the stylesheet
	Fonts map[string]string // addresses, by script as ISO 15924 calls it, in small letters
	Icons Icons
	Colours
	Pictures map[string]Pictured // by the names of Places

	pages  map[string]*template.Template
	blocks map[string]*template.Template
	mark   string // opens and closes the name of a block in the output of a page
	assets map[string]Asset
	fixed  map[string]Asset // what browsers ask for by a name of their own
}

// Icons are the addresses of the paper's mark: a drawing, and pictures of it
// that stay whole when a device cuts their corners off.
type Icons struct{ Vector, Small, Large string }

// The widths of the pictures.
const (
	SmallIcon = 192
	LargeIcon = 512
	touchIcon = 180
)

// Colours are the grounds of pages, which browsers paint their frames with.
type Colours struct {
	Light string `json:"light"`
	Dark  string `json:"dark"`
}

// Places are where pages show the newsroom's own pictures: a story's lead picture,
// those in its text, as wide as the text or as there is room, those of all these
// that are taller than wide, and those in galleries;
// the front's first story, those beside it, and those under it; other lists.
var Places = []string{"lead", "text", "wide", "tall", "gallery", "first", "second", "more", "list", "portrait"}

// Pictured is how a theme shows pictures in a place.
type Pictured struct {
	Shape  string `json:"shape"`  // one of Shapes
	Sizes  string `json:"sizes"`  // how wide, as the sizes attribute of HTML says it
	Widest int    `json:"widest"` // that it ever is, in pixels of CSS
}

// Shapes are those that a picture can be shown in.
var Shapes = []string{"natural", "16x9", "4x3", "1x1"}

// An Asset is a file that pages link to.
type Asset struct {
	MediaType string
	Data      []byte
}

// Assets are the files whose names change with their bytes, by address.
func (t *Theme) Assets() map[string]Asset { return t.assets }

// Fixed are the files that browsers ask for by a name of their own, by address.
func (t *Theme) Fixed() map[string]Asset { return t.fixed }

// Load reads a theme, laid over the default one; nil for the default one alone.
// The error is Faults if the theme is to blame.
func Load(over fs.FS, views Views) (*Theme, error) {
	l := &loader{views: views, files: map[string][]byte{}, faults: map[Fault]bool{}}
	l.gather(Shipped(Default))
	if over != nil {
		parts := l.files[partsFile]
		delete(l.files, partsFile)
		l.gather(over)
		if l.files[partsFile] == nil {
			l.files[partsFile] = parts
		} else {
			l.files[below] = parts
		}
	}
	l.check()
	if len(l.faults) > 0 {
		return nil, l.sorted()
	}
	t, err := l.build()
	if err != nil {
		return nil, Faults{faultOf(err)}
	}
	return t, nil
}

// loader reads one theme.
type loader struct {
	views  Views
	files  map[string][]byte // all of the theme's, with those it is laid over
	faults map[Fault]bool
}

// build makes the theme of files that were checked.
func (l *loader) build() (*Theme, error) {
	var secret [16]byte
	rand.Read(secret[:])
	t := &Theme{
		pages: map[string]*template.Template{}, blocks: map[string]*template.Template{},
		mark:   "\x00" + hex.EncodeToString(secret[:]) + "\x00",
		assets: map[string]Asset{}, fixed: map[string]Asset{}, Fonts: map[string]string{},
	}
	addresses := map[string]string{} // of files
	for name, data := range l.files {
		if mediaType := mediaTypes[path.Ext(name)]; mediaType != "" && name != styleFile {
			addresses[name] = t.hold(name, Asset{mediaType, data})
		}
	}
	t.assets[Script] = Asset{"text/javascript; charset=utf-8", player}
	style := cssURL.ReplaceAllFunc(l.files[styleFile], func(m []byte) []byte {
		name := string(cssURL.FindSubmatch(m)[1])
		if m := fontFile.FindStringSubmatch(name); m != nil {
			t.Fonts[m[1]] = addresses[name]
		}
		if to := addresses[name]; to != "" {
			return []byte(`url("` + to + `")`)
		}
		return m
	})
	t.Style = t.hold(styleFile, Asset{"text/css; charset=utf-8", style})
	t.Icons = Icons{addresses["icon.svg"], addresses["icon-192.png"], addresses["icon-512.png"]}
	for _, name := range []string{"favicon.ico", "apple-touch-icon.png"} {
		t.fixed["/"+name] = Asset{mediaTypes[path.Ext(name)], l.files[name]}
	}
	if err := json.Unmarshal(l.files[coloursFile], &t.Colours); err != nil {
		return nil, fmt.Errorf("%s: %w", coloursFile, err)
	}
	if err := json.Unmarshal(l.files[placesFile], &t.Pictures); err != nil {
		return nil, fmt.Errorf("%s: %w", placesFile, err)
	}
	var err error
	for name, view := range l.views.Pages {
		if t.pages[name], err = l.parse(t, addresses, name+".html", view, t.splits); err != nil {
			return nil, err
		}
	}
	for name, view := range l.views.Blocks {
		if t.blocks[name], err = l.parse(t, addresses, blockFile(name), view, t.unmarked); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// The files of a theme that are no templates of a page or block.
const (
	styleFile   = "style.css"
	coloursFile = "colours.json"
	placesFile  = "pictures.json"
	partsFile   = "parts.html"
)

// below is the parts file of the default theme under a theme that has its own:
// what that defines replaces what is defined there by the same name.
const below = Default + "/" + partsFile

func blockFile(name string) string { return "blocks/" + name + ".html" }

// mediaTypes are the files that pages and stylesheets may link to.
var mediaTypes = map[string]string{
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp",
	".ico": "image/vnd.microsoft.icon", ".woff2": "font/woff2",
}

var colour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// cssURL is how a stylesheet names a file of the theme.
var cssURL = regexp.MustCompile(`url\(\s*["']?([a-z0-9][a-z0-9._/-]*)["']?\s*\)`)

// fontFile is the name of a font: its script, as ISO 15924 calls it.
var fontFile = regexp.MustCompile(`^fonts/([a-z]{4})\.woff2$`)

// hold gives an asset its address.
func (t *Theme) hold(name string, a Asset) string {
	at := address(name, a.Data)
	t.assets[at] = a
	return at
}

// address is where a file with these bytes stands.
func address(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return "/assets/" + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
}

// blockFuncs are the functions that stand for blocks.
func (t *Theme) blockFuncs() template.FuncMap {
	block := func(name string) func() template.HTML {
		return func() template.HTML { return template.HTML(t.mark + name + t.mark) }
	}
	return template.FuncMap{
		"breaking": block("breaking"),
		"masthead": block("masthead"),
		"front":    block("front"),
		"foot":     block("foot"),
		"section":  func(key string) template.HTML { return block("section/" + key)() },
		"latest":   func(n int) template.HTML { return block("latest/" + strconv.Itoa(n))() },
	}
}

// parse parses a template and tries it on an empty and on a full view.
func (l *loader) parse(t *Theme, addresses map[string]string, name string, view any, check func(out []byte) error) (*template.Template, error) {
	root := template.New(name).Funcs(t.blockFuncs()).Funcs(template.FuncMap{
		"asset": func(name string) string { return addresses[name] },
	})
	for _, parts := range []string{below, partsFile} {
		if _, err := root.New(parts).Parse(string(l.files[parts])); err != nil {
			return nil, err
		}
	}
	if _, err := root.Parse(string(l.files[name])); err != nil {
		return nil, err
	}
	for _, full := range []bool{false, true} {
		v := reflect.New(reflect.TypeOf(view)).Elem()
		sample(v, full)
		out, err := execute(root, v.Interface())
		if err == nil {
			err = check(out)
		}
		if err != nil {
			return nil, at(name, err)
		}
	}
	return root, nil
}

// sample makes a view that templates can be tried on: full with one of
// everything, or empty but for the language.
func sample(v reflect.Value, full bool) {
	if v.Type() == reflect.TypeFor[*lang.Language]() {
		v.Set(reflect.ValueOf(lang.Get("en")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			sample(v.Field(i), full)
		}
	case reflect.Slice:
		if full {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			sample(v.Index(0), full)
		}
	case reflect.Pointer:
		if full {
			v.Set(reflect.New(v.Type().Elem()))
			sample(v.Elem(), full)
		}
	case reflect.String:
		if full {
			v.SetString("1")
		}
	case reflect.Bool:
		v.SetBool(full)
	case reflect.Int:
		if full {
			v.SetInt(1)
		}
	}
}

// limited is a buffer that takes no more than maxOutput.
type limited struct{ bytes.Buffer }

func (b *limited) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxOutput {
		return 0, fmt.Errorf("the template writes more than %d MB", maxOutput>>20)
	}
	return b.Buffer.Write(p)
}

func execute(t *template.Template, view any) ([]byte, error) {
	var out limited
	err := t.Execute(&out, view)
	return out.Bytes(), err
}

// Page executes a page template and cuts what comes out into parts. The names
// of blocks are of the edition: "latest/ru/10", "foot/ru".
func (t *Theme) Page(name, edition string, view any) ([]press.Part, error) {
	out, err := execute(t.pages[name], view)
	if err != nil {
		return nil, err
	}
	return t.split(out, edition)
}

// Block executes the template of a block.
func (t *Theme) Block(name string, view any) ([]byte, error) {
	out, err := execute(t.blocks[name], view)
	return bytes.TrimSpace(out), err
}

// unmarked refuses the output of a block that asks for another.
func (t *Theme) unmarked(out []byte) error {
	if bytes.Contains(out, t.secret()) {
		return errors.New("a block cannot hold another")
	}
	return nil
}

// splits refuses the output of a page that cannot be cut into parts.
func (t *Theme) splits(out []byte) error {
	_, err := t.split(out, "")
	return err
}

// secret is the part of the mark that stays whatever the place it is written in
// makes of it.
func (t *Theme) secret() []byte { return []byte(strings.Trim(t.mark, "\x00")) }

// split cuts the output of a page template at the marks. White space alone
// between two blocks is left out.
func (t *Theme) split(out []byte, edition string) ([]press.Part, error) {
	var parts []press.Part
	for i, piece := range bytes.Split(out, []byte(t.mark)) {
		switch {
		case i%2 == 1:
			kind, arg, _ := strings.Cut(string(piece), "/")
			name := kind + "/" + edition
			if arg != "" {
				name += "/" + arg
			}
			parts = append(parts, press.Part{Block: name})
		case bytes.Contains(piece, t.secret()):
			return nil, errors.New("a block stands where no HTML text may")
		case len(bytes.TrimSpace(piece)) > 0:
			parts = append(parts, press.Part{HTML: piece})
		}
	}
	if len(parts) > maxParts {
		return nil, fmt.Errorf("%d blocks and stretches of text between them; a page may have %d", len(parts), maxParts)
	}
	return parts, nil
}
