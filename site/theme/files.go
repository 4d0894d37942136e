package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what a theme may hold
	_ "image/png"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
)

// What a theme may take.
const (
	maxFiles = 200
	maxFile  = 1 << 20 // bytes of a file
	maxTheme = 8 << 20 // bytes of all
	maxDepth = 4       // folders in one another
	maxStyle = 20 << 10
)

// fileName is what a file or folder may be called: what needs no escaping in an
// address and is the same on every system.
var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// passedOver are files that have nothing to do with the theme: hidden ones and
// what editors leave behind.
func passedOver(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~")
}

// note holds for texts for people who read the folder: they are not served.
func note(name string) bool {
	base := path.Base(name)
	return base == "LICENSE" || strings.HasSuffix(base, ".txt") || strings.HasSuffix(base, ".md")
}

// gather reads the files of a folder.
func (l *loader) gather(folder fs.FS) {
	count, size := 0, int64(0)
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		switch {
		case name == ".":
			return nil
		case passedOver(base):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case note(name) && d.Type().IsRegular():
		case !fileName.MatchString(base):
			l.fault(name, 0, "the name is not made of small letters a-z, digits, points and hyphens; call it otherwise")
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case strings.Count(name, "/") >= maxDepth:
			l.fault(name, 0, "lies in more than %d folders in one another; move it up", maxDepth)
			return fs.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		if count++; count > maxFiles {
			l.fault("", 0, "the theme has more than %d files; remove some", maxFiles)
			return fs.SkipAll
		}
		if !d.Type().IsRegular() {
			l.fault(name, 0, "is no regular file; put a copy of what it stands for there")
			return nil
		}
		data, err := read(folder, name)
		if errors.Is(err, errTooLong) {
			l.fault(name, 0, "is longer than %d KB; make it smaller", maxFile>>10)
			return nil
		}
		if err != nil {
			return err
		}
		if size += int64(len(data)); size > maxTheme {
			l.fault("", 0, "the theme takes more than %d MB; make its files smaller", maxTheme>>20)
			return fs.SkipAll
		}
		if !note(name) && l.known(name) {
			l.files[name] = data
		}
		return nil
	})
	if err != nil {
		l.fault("", 0, "%v", err)
	}
}

var errTooLong = errors.New("too long")

func read(folder fs.FS, name string) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(data) > maxFile {
		return nil, errTooLong
	}
	return data, err
}

// known refuses files that a theme has no use for.
func (l *loader) known(name string) bool {
	ext := path.Ext(name)
	switch {
	case mediaTypes[ext] != "":
		return true
	case name == styleFile, name == coloursFile, name == placesFile, name == partsFile:
		return true
	case ext == ".html":
		block, isBlock := strings.CutPrefix(strings.TrimSuffix(name, ext), "blocks/")
		views := l.views.Pages
		if isBlock {
			views = l.views.Blocks
		}
		if _, ok := views[block]; ok {
			return true
		}
		l.fault(name, 0, "no page or block is called that; what several templates share belongs into %s", partsFile)
	case ext == ".css":
		l.fault(name, 0, "a theme has one stylesheet; put it into %s", styleFile)
	case ext == ".js":
		l.fault(name, 0, "a theme has no script; pages are complete without")
	default:
		l.fault(name, 0, "a theme has no use for such a file; remove it, or let its name begin with a point")
	}
	return false
}

// check looks at all files.
func (l *loader) check() {
	for name, data := range l.files {
		switch ext := path.Ext(name); ext {
		case ".html", ".css", ".svg", ".json":
			if i := badText(data); i >= 0 {
				l.fault(name, line(data, i), "holds a byte that is no text: save it as UTF-8 without control characters")
				continue
			}
			switch ext {
			case ".css":
				l.style(name, data)
			case ".svg":
				l.drawing(name, data)
			case ".json":
				l.colours(name, data)
				l.places(name, data)
			}
		default:
			l.picture(name, data)
		}
	}
	l.templates()
}

// badText is where a text stops being UTF-8 or has a control character; -1 if
// it does not.
func badText(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return i
		}
		i += n
	}
	return -1
}

// line is the line of a byte.
func line(data []byte, i int) int { return 1 + bytes.Count(data[:min(i, len(data))], []byte("\n")) }

var (
	cssWords  = regexp.MustCompile(`(?s)"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|/\*.*?(?:\*/|$)`) // strings and comments
	cssLoad   = regexp.MustCompile(`(?i)@import\b|@namespace\b|\burl\(\s*("[^"\n]*"|'[^'\n]*'|[^)\s]*)\s*\)?|\b(?:image-set|src|image)\(\s*("[^"\n]*"|'[^'\n]*')`)
	cssEscape = regexp.MustCompile(`(?i)[a-z-]*\\(?:[0-9a-f]{1,6}\s?|[g-z])[a-z0-9\\-]*\(`)
)

// style checks a stylesheet, or one within a drawing.
func (l *loader) style(name string, data []byte) {
	blank := func(c []byte) []byte { return bytes.Repeat([]byte("\n"), bytes.Count(c, []byte("\n"))) } // lines stay where they are
	css := cssWords.ReplaceAllFunc(data, func(c []byte) []byte {
		if c[0] != '/' {
			return c
		}
		return blank(c)
	})
	for _, m := range cssLoad.FindAllSubmatchIndex(css, -1) {
		at := line(css, m[0])
		if m[2] < 0 {
			m[2], m[3] = m[4], m[5]
		}
		if m[2] < 0 {
			l.fault(name, at, "%s is not allowed; a theme has one stylesheet", css[m[0]:m[1]])
			continue
		}
		target := strings.Trim(string(css[m[2]:m[3]]), `"'`)
		switch {
		case strings.HasPrefix(target, "#"), strings.HasPrefix(strings.ToLower(target), "data:image/"):
		case strings.Contains(target, ":"), strings.HasPrefix(target, "//"):
			l.fault(name, at, "loads %.60q; put the file into the theme and name it by its path there", target)
		case l.files[target] == nil || mediaTypes[path.Ext(target)] == "":
			l.fault(name, at, "the theme has no file %.60q", target)
		case !cssURL.Match(css[m[0]:m[1]]):
			l.fault(name, at, `write url("%s")`, target)
		}
	}
	bare := cssWords.ReplaceAllFunc(css, blank)
	for _, m := range cssEscape.FindAllIndex(bare, -1) {
		l.fault(name, line(bare, m[0]), "write the name of the function without an escape")
	}
	if name != styleFile {
		return
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(data)
	if err := w.Close(); err != nil || packed.Len() > maxStyle {
		l.fault(name, 0, "takes %d KB compressed, more than the %d KB in which readers get a whole article; make it smaller", packed.Len()>>10, maxStyle>>10)
	}
}

// drawing checks an SVG file.
func (l *loader) drawing(name string, data []byte) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	root := true
	for {
		token, err := dec.Token()
		at := line(data, int(dec.InputOffset()))
		if errors.Is(err, io.EOF) {
			if root {
				l.fault(name, at, "is no SVG drawing")
			}
			return
		}
		if err != nil {
			l.fault(name, at, "%v", err)
			return
		}
		switch t := token.(type) {
		case xml.Directive:
			l.fault(name, at, "a drawing of a theme has no <!…>; remove it")
		case xml.CharData:
			if bytes.Contains(t, []byte("url(")) || bytes.Contains(t, []byte("@import")) {
				l.fault(name, at, "a style in a drawing cannot load anything")
			}
		case xml.StartElement:
			if root && t.Name.Local != "svg" {
				l.fault(name, at, "is no SVG drawing")
				return
			}
			root = false
			switch strings.ToLower(t.Name.Local) {
			case "script", "foreignobject", "iframe", "handler", "listener":
				l.fault(name, at, "<%s> is not allowed in a drawing", t.Name.Local)
			}
			for _, a := range t.Attr {
				attr, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
				switch {
				case strings.HasPrefix(attr, "on"):
					l.fault(name, at, "%s= is script; a theme has none", a.Name.Local)
				case attr == "href" && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "data:image/"),
					strings.Contains(value, "url(") && !strings.Contains(value, "url(#"):
					l.fault(name, at, "%s loads %.60q; a drawing holds all it shows", a.Name.Local, a.Value)
				}
			}
		}
	}
}

// colours checks colours.json.
func (l *loader) colours(name string, data []byte) {
	var c Colours
	if name != coloursFile {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		l.fault(name, line(data, int(dec.InputOffset())), "%v", err)
		return
	}
	for _, v := range []string{c.Light, c.Dark} {
		if !colour.MatchString(v) {
			l.fault(name, 0, "%q is no colour: light and dark must be like #fffdf8", v)
		}
	}
}

// sizesText is what the sizes attribute may be made of.
var sizesText = regexp.MustCompile(`^[a-z0-9 ().,:<>=+*/%-]+$`)

// places checks pictures.json.
func (l *loader) places(name string, data []byte) {
	var places map[string]Pictured
	if name != placesFile {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&places); err != nil {
		l.fault(name, line(data, int(dec.InputOffset())), "%v", err)
		return
	}
	for _, place := range Places {
		p, ok := places[place]
		delete(places, place)
		switch {
		case !ok && place == "portrait": // a theme from before authors had pictures: as in lists
		case !ok:
			l.fault(name, 0, "does not say how pictures are shown in the place %q", place)
		case !slices.Contains(Shapes, p.Shape):
			l.fault(name, 0, "%s: %q is no shape; it is one of %s", place, p.Shape, strings.Join(Shapes, ", "))
		case !sizesText.MatchString(p.Sizes) || strings.HasPrefix(lastOf(p.Sizes), "("):
			l.fault(name, 0, "%s: sizes says how wide a picture is there, at last without a condition: \"(min-width: 64em) 42rem, 92vw\"", place)
		case p.Widest < 1 || p.Widest > 10000:
			l.fault(name, 0, "%s: widest is the width in pixels that a picture there is never wider than", place)
		}
	}
	for place := range places {
		l.fault(name, 0, "there is no place %q; there are %s", place, strings.Join(Places, ", "))
	}
}

// lastOf is the last size of several.
func lastOf(sizes string) string {
	all := strings.Split(sizes, ",")
	return strings.TrimSpace(all[len(all)-1])
}

// sizes are the pictures whose size devices rely on.
var sizes = map[string]int{"icon-192.png": SmallIcon, "icon-512.png": LargeIcon, "apple-touch-icon.png": touchIcon}

// begins is how files of a kind begin.
var begins = map[string]string{
	".png": "\x89PNG\r\n\x1a\n", ".jpg": "\xff\xd8\xff", ".webp": "RIFF", ".ico": "\x00\x00\x01\x00", ".woff2": "wOF2",
}

// picture checks a picture or a font.
func (l *loader) picture(name string, data []byte) {
	ext := path.Ext(name)
	if !bytes.HasPrefix(data, []byte(begins[ext])) {
		l.fault(name, 0, "is not what its name says: a file %s", ext)
		return
	}
	size := sizes[name]
	if size == 0 {
		return
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if got := fmt.Sprintf("%d×%d", c.Width, c.Height); err != nil || c.Width != size || c.Height != size {
		l.fault(name, 0, "must be a picture of %d×%d, not %s", size, size, got)
	}
}

// Stamp tells two states of a folder apart by the names, sizes and times of its
// files.
func Stamp(folder fs.FS) string {
	sum := sha256.New()
	count := 0
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && passedOver(path.Base(name)) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if count++; count > 2*maxFiles {
			return fs.SkipAll // it will be refused
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano(), info.Mode())
		return err
	})
	if err != nil {
		fmt.Fprintln(sum, err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
