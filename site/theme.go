package site

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
	"strconv"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
)

//go:embed theme/default
var embedded embed.FS

// maxLatest is the longest list of latest news a theme may ask for.
const maxLatest = 50

// pageViews are the page templates with the struct that each is given.
var pageViews = map[string]any{
	"article": articlePage{},
	"front":   frontPage{},
	"list":    listPage{},
	"terms":   termsPage{},
	"archive": archivePage{},
	"missing": missingPage{},
}

// blockViews are the templates of blocks with the struct that each is given.
var blockViews = map[string]any{
	"masthead": mastheadBlock{},
	"latest":   latestBlock{},
	"front":    frontBlock{},
	"foot":     footBlock{},
	"section":  sectionBlock{},
}

// A theme is the parsed templates and the files that pages link to.
type theme struct {
	pages  map[string]*template.Template
	blocks map[string]*template.Template
	mark   string // opens and closes the name of a block in the output of a page
	assets map[string]asset
	style  string // address of the stylesheet
	icons  icons
	fixed  map[string]asset  // what browsers ask for by a name of their own
	fonts  map[string]string // addresses, by script
	colours
}

// icons are the addresses of the paper's mark: a drawing, and pictures of it
// that stay whole when a device cuts their corners off.
type icons struct{ vector, small, large string }

// The widths of the pictures.
const (
	smallIcon = 192
	largeIcon = 512
)

// colours are the grounds of pages, which browsers paint their frames with.
type colours struct {
	Light string `json:"light"`
	Dark  string `json:"dark"`
}

// An asset is a file that pages link to by a name that changes with its bytes.
type asset struct {
	mediaType string
	data      []byte
}

// overlay is a folder laid over another.
type overlay struct{ over, base fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	if o.over != nil {
		if f, err := o.over.Open(name); !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return o.base.Open(name)
}

// loadTheme reads a theme and tries every template on an empty and on a full
// view, so that a field that is not there is found now.
func loadTheme(over fs.FS) (*theme, error) {
	base, err := fs.Sub(embedded, "theme/default")
	if err != nil {
		return nil, err
	}
	files := overlay{over, base}
	var secret [16]byte
	rand.Read(secret[:])
	t := &theme{
		pages: map[string]*template.Template{}, blocks: map[string]*template.Template{},
		mark:   "\x00" + hex.EncodeToString(secret[:]) + "\x00",
		assets: map[string]asset{}, fixed: map[string]asset{}, fonts: map[string]string{},
	}
	if err := t.addStyle(files); err != nil {
		return nil, err
	}
	for _, icon := range []struct {
		address         *string
		name, mediaType string
	}{
		{&t.icons.vector, "icon.svg", "image/svg+xml"},
		{&t.icons.small, "icon-192.png", "image/png"},
		{&t.icons.large, "icon-512.png", "image/png"},
	} {
		if *icon.address, err = t.addAsset(files, icon.name, icon.mediaType); err != nil {
			return nil, err
		}
	}
	for name, mediaType := range map[string]string{"favicon.ico": "image/vnd.microsoft.icon", "apple-touch-icon.png": "image/png"} {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("theme: %w", err)
		}
		t.fixed["/"+name] = asset{mediaType, data}
	}
	if t.colours, err = readColours(files); err != nil {
		return nil, err
	}
	for name, view := range pageViews {
		if t.pages[name], err = t.parse(files, name+".html", view, t.splits); err != nil {
			return nil, err
		}
	}
	for name, view := range blockViews {
		if t.blocks[name], err = t.parse(files, "blocks/"+name+".html", view, t.unmarked); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// readColours reads colours.json.
func readColours(files fs.FS) (c colours, err error) {
	const name = "colours.json"
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return c, fmt.Errorf("theme: %w", err)
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("theme: %s: %w", name, err)
	}
	for _, v := range []string{c.Light, c.Dark} {
		if !colour.MatchString(v) {
			return c, fmt.Errorf("theme: %s: %q is no colour: light and dark must be like #fffdf8", name, v)
		}
	}
	return c, nil
}

var colour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// fontFile is how a stylesheet names a font of the theme: by its script, as
// ISO 15924 calls it.
var fontFile = regexp.MustCompile(`url\("fonts/([a-z]{4})\.woff2"\)`)

// addStyle adds the stylesheet and the fonts it names.
func (t *theme) addStyle(files fs.FS) error {
	style, err := fs.ReadFile(files, "style.css")
	if err != nil {
		return fmt.Errorf("theme: %w", err)
	}
	for _, m := range fontFile.FindAllSubmatch(style, -1) {
		script := string(m[1])
		if t.fonts[script], err = t.addAsset(files, "fonts/"+script+".woff2", "font/woff2"); err != nil {
			return err
		}
		style = bytes.ReplaceAll(style, m[0], []byte(`url("`+t.fonts[script]+`")`))
	}
	t.style = t.hold("style.css", asset{"text/css; charset=utf-8", style})
	return nil
}

func (t *theme) addAsset(files fs.FS, name, mediaType string) (address string, err error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return "", fmt.Errorf("theme: %w", err)
	}
	return t.hold(name, asset{mediaType, data}), nil
}

// hold gives an asset its address.
func (t *theme) hold(name string, a asset) string {
	sum := sha256.Sum256(a.data)
	ext := path.Ext(name)
	address := "/assets/" + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
	t.assets[address] = a
	return address
}

func (t *theme) parse(files fs.FS, name string, view any, check func(out []byte) error) (*template.Template, error) {
	block := func(name string) func() template.HTML {
		return func() template.HTML { return template.HTML(t.mark + name + t.mark) }
	}
	parsed, err := template.New(path.Base(name)).Funcs(template.FuncMap{
		"masthead": block("masthead"),
		"front":    block("front"),
		"foot":     block("foot"),
		"section":  func(key string) template.HTML { return block("section/" + key)() },
		"latest": func(n int) (template.HTML, error) {
			if n < 1 || n > maxLatest {
				return "", fmt.Errorf("latest %d: from 1 to %d can be shown", n, maxLatest)
			}
			return block("latest/" + strconv.Itoa(n))(), nil
		},
	}).ParseFS(files, "parts.html", name)
	if err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	for _, full := range []bool{false, true} {
		v := reflect.New(reflect.TypeOf(view)).Elem()
		sample(v, full)
		out, err := execute(parsed, v.Interface())
		if err == nil {
			err = check(out)
		}
		if err != nil {
			return nil, fmt.Errorf("theme: %s: %w", name, err)
		}
	}
	return parsed, nil
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

func execute(t *template.Template, view any) ([]byte, error) {
	var out bytes.Buffer
	err := t.Execute(&out, view)
	return out.Bytes(), err
}

// page executes a page template and cuts what comes out into parts.
func (t *theme) page(name string, l stet.Lang, view any) ([]press.Part, error) {
	out, err := execute(t.pages[name], view)
	if err != nil {
		return nil, err
	}
	return t.split(out, l)
}

// block executes the template of a block.
func (t *theme) block(name string, view any) ([]byte, error) {
	out, err := execute(t.blocks[name], view)
	if err == nil {
		err = t.unmarked(out)
	}
	return bytes.TrimSpace(out), err
}

// unmarked refuses the output of a block that asks for another.
func (t *theme) unmarked(out []byte) error {
	if bytes.Contains(out, t.secret()) {
		return errors.New("a block cannot hold another")
	}
	return nil
}

// splits refuses the output of a page that cannot be cut into parts.
func (t *theme) splits(out []byte) error {
	_, err := t.split(out, "")
	return err
}

// secret is the part of the mark that stays whatever the place it is written in
// makes of it.
func (t *theme) secret() []byte { return []byte(strings.Trim(t.mark, "\x00")) }

// split cuts the output of a page template at the marks. White space alone
// between two blocks is left out.
func (t *theme) split(out []byte, l stet.Lang) ([]press.Part, error) {
	var parts []press.Part
	for i, piece := range bytes.Split(out, []byte(t.mark)) {
		switch {
		case i%2 == 1:
			kind, arg, _ := strings.Cut(string(piece), "/")
			parts = append(parts, press.Part{Block: blockName(kind, l, arg)})
		case bytes.Contains(piece, t.secret()):
			return nil, errors.New("a block stands where no HTML text may")
		case len(bytes.TrimSpace(piece)) > 0:
			parts = append(parts, press.Part{HTML: piece})
		}
	}
	if len(parts) > 8 {
		return nil, fmt.Errorf("%d blocks and stretches of text between them; a page may have 8", len(parts))
	}
	return parts, nil
}

// blockName is the name of a block in an edition: "latest/ru/10", "foot/ru".
func blockName(kind string, l stet.Lang, arg string) string {
	name := kind + "/" + string(l)
	if arg != "" {
		name += "/" + arg
	}
	return name
}
