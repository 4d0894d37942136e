package theme

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"golang.org/x/net/html"
)

// What stands for actions where the text of a template is looked at as HTML:
// one that prints, and all others, which come between two texts.
const (
	printed = '\x01'
	control = '\x02'
)

// source checks the text of a template for what no page may have. It returns
// where what is printed must be a whole attribute.
func (l *loader) source(file string, data []byte, tree *parse.Tree) map[parse.Pos]bool {
	// The text is laid out as it stands in the file, so that places stay what they are.
	text := bytes.Repeat([]byte{control}, len(data))
	for i, b := range data {
		if b == '\n' {
			text[i] = b
		}
	}
	first, last := len(data), 0
	var lay func(n parse.Node)
	lay = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ListNode:
			if n != nil {
				for _, n := range n.Nodes {
					lay(n)
				}
			}
			return
		case *parse.TextNode:
			copy(text[n.Pos:], n.Text)
			first, last = min(first, int(n.Pos)), max(last, int(n.Pos)+len(n.Text))
			return
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				text[n.Pos] = printed
				first, last = min(first, int(n.Pos)), max(last, int(n.Pos)+1)
			}
			return
		case *parse.IfNode:
			lay(n.List)
			lay(n.ElseList)
		case *parse.WithNode:
			lay(n.List)
			lay(n.ElseList)
		case *parse.RangeNode:
			lay(n.List)
			lay(n.ElseList)
		}
	}
	lay(tree.Root)
	if first > last {
		return nil
	}
	attrs := map[parse.Pos]bool{}
	for _, m := range tagBegin.FindAllIndex(text[first:last], -1) {
		l.fault(file, line(data, first+m[0]), "the name of an element is written out, not printed")
	}
	markup(text[first:last], func(offset int, format string, args ...any) {
		l.fault(file, line(data, first+offset), format, args...)
	}, func(offset int) { attrs[parse.Pos(first+offset)] = true })
	return attrs
}

// tagBegin is a tag whose name an action is part of.
var tagBegin = regexp.MustCompile(`</?(?:[\x01\x02]|[A-Za-z][A-Za-z0-9-]*(?:\x01|\x02+[^\s>/\x02]))`)

// unquoted is an attribute's value without quotes that something is printed in.
var unquoted = regexp.MustCompile(`=\s*[^"'\s>]*[\x01\x02]`)

// forbidden are elements that no page has, with the reason.
var forbidden = map[string]string{
	"style": "put it into " + styleFile, "base": "addresses begin with a slash", "iframe": "nothing of another host is shown",
	"object": "nothing of another host is shown", "embed": "nothing of another host is shown", "frame": "nothing of another host is shown",
	"frameset": "nothing of another host is shown", "applet": "nothing of another host is shown", "portal": "nothing of another host is shown",
	"fencedframe": "nothing of another host is shown", "plaintext": "it never ends", "xmp": "use <pre>", "noscript": "pages have no script that could be missing",
	"noembed": "use what all browsers show", "noframes": "use what all browsers show", "listing": "use <pre>",
}

// loads are attributes that make a browser load something.
var loads = []string{"src", "srcset", "imagesrcset", "poster", "data", "background", "archive", "classid", "codebase", "lowsrc", "dynsrc", "ping", "manifest", "icon", "action", "formaction"}

// linkRels are the links of a head that load, and those that no page has.
var (
	linkRels   = []string{"stylesheet", "icon", "preload", "manifest", "apple-touch-icon", "mask-icon", "prefetch"}
	hiddenRels = []string{"preconnect", "dns-prefetch", "prerender", "modulepreload", "import"}
)

// markup checks HTML, or the text of a template with printed and control in the
// place of actions. attribute is told where in a tag something is printed outside
// of quotes.
func markup(text []byte, fault func(offset int, format string, args ...any), attribute func(offset int)) {
	z := html.NewTokenizer(bytes.NewReader(text))
	offset := 0
	data := false // within the script element that holds data
	for {
		kind := z.Next()
		raw := z.Raw()
		at := offset
		offset += len(raw)
		if kind == html.ErrorToken {
			return
		}
		if kind == html.TextToken {
			if data {
				inner := bytes.Trim(raw, " \n\t\r\x02")
				if len(inner) > 0 && !bytes.Equal(inner, []byte{printed}) && bytes.ContainsAny(raw, "\x01\x02") {
					fault(at, "this script holds what .Data prints and nothing else")
				}
			}
			continue
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			data = false
			continue
		}
		raw = bytes.Clone(raw)
		e := element{fault: func(format string, args ...any) { fault(at, format, args...) }, attrs: map[string]string{}}
		name, more := z.TagName()
		e.name = string(name)
		for more {
			var key, value []byte
			key, value, more = z.TagAttr()
			attr := strings.Trim(string(key), "\x02")
			if strings.ContainsAny(attr, "\x02") || len(attr) > 1 && strings.Contains(attr, "\x01") {
				e.fault("the name of an attribute is written out, not printed")
				continue
			}
			if attr == "" {
				continue
			}
			if attr == "\x01" {
				continue
			}
			if key[0] == control {
				e.fault("between an action and the name of an attribute stands a space: {{if .Here}} aria-current=\"true\"{{end}}")
			}
			if _, twice := e.attrs[attr]; !twice || loadsSomething(attr) {
				e.attrs[attr] = string(value)
				e.attribute(attr, string(value))
			}
		}
		bare := quotedParts.ReplaceAllFunc(raw, func(q []byte) []byte { return bytes.Repeat([]byte(`"`), len(q)) })
		if unquoted.Match(bare) {
			e.fault(`what is printed in an attribute stands in quotes: href="{{.Href}}"`)
		}
		for i, b := range bare {
			if b == printed {
				attribute(at + i)
			}
		}
		e.check()
		data = e.name == "script"
	}
}

// quotedParts are the values of attributes in quotes.
var quotedParts = regexp.MustCompile(`"[^"]*"|'[^']*'`)

func loadsSomething(attr string) bool { return attr == "href" || slices.Contains(loads, attr) }

// element is a start tag that is checked.
type element struct {
	name  string
	attrs map[string]string
	fault func(format string, args ...any)
}

func (e *element) check() {
	if why, ok := forbidden[e.name]; ok {
		e.fault("<%s> is not allowed: %s", e.name, why)
	}
	switch e.name {
	case "script":
		_, deferred := e.attrs["defer"]
		src := strings.Trim(e.attrs["src"], string(control))
		ours := len(e.attrs) == 2 && deferred && (src == string(printed) || src == Script)
		if data := len(e.attrs) == 1 && e.attrs["type"] == "application/ld+json"; !data && !ours {
			e.fault(`a theme has no script; only <script type="application/ld+json">{{.Data}}</script> and <script src="{{.Script}}" defer></script> are allowed`)
		}
	case "link":
		rels := strings.Fields(strings.ToLower(e.attrs["rel"]))
		href := e.attrs["href"]
		switch {
		case slices.ContainsFunc(rels, func(r string) bool { return slices.Contains(hiddenRels, r) }):
			e.fault("a link %q to another host is not allowed", e.attrs["rel"])
		case strings.ContainsAny(e.attrs["rel"], "\x01\x02"):
			e.fault("the rel of a link is written out, not printed")
		case slices.ContainsFunc(rels, func(r string) bool { return slices.Contains(linkRels, r) }):
			e.loaded("href", href)
		}
	case "a", "area":
		e.address(e.attrs["href"])
	default:
		if href, ok := e.attrs["href"]; ok {
			e.loaded("href", href)
		}
		if href, ok := e.attrs["xlink:href"]; ok {
			e.loaded("xlink:href", href)
		}
	}
	if e.name == "img" {
		if _, ok := e.attrs["alt"]; !ok {
			e.fault(`an <img> has an alt; alt="" if it only adorns`)
		}
	}
}

// attribute checks what does not depend on the element.
func (e *element) attribute(name, value string) {
	switch {
	case strings.HasPrefix(name, "on"):
		e.fault("%s= is script; a theme has none", name)
	case name == "style":
		e.fault("style= is not allowed: put it into %s", styleFile)
	case name == "srcdoc", name == "http-equiv", name == "attributionsrc":
		e.fault("%s= is not allowed", name)
	case name == "srcset", name == "imagesrcset":
		for one := range strings.SplitSeq(value, ",") {
			if f := strings.Fields(one); len(f) > 0 {
				e.loaded(name, f[0])
			}
		}
	case slices.Contains(loads, name):
		e.loaded(name, value)
	}
}

// loaded checks the address of something that the browser loads.
func (e *element) loaded(name, value string) {
	v := strings.ToLower(strings.Trim(value, " \t\r\n\f\x02"))
	switch {
	case v == "", v[0] == printed, v[0] == '#', v[0] == '?', strings.HasPrefix(v, "data:image/"):
	case v[0] != '/', strings.HasPrefix(v, "//"), strings.HasPrefix(v, `/\`), strings.HasPrefix(v, "/\x01"), strings.HasPrefix(v, "/\x02"):
		e.fault(`%s=%.60q loads something of another host; write %s="{{asset "logo.svg"}}" for a file of the theme`, name, show(value), name)
	}
}

var scheme = regexp.MustCompile(`^[^/?#]*:`)

// address checks where a link leads.
func (e *element) address(value string) {
	v := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' && r != printed {
			return -1 // browsers pass over it
		}
		return r
	}, value))
	switch s := scheme.FindString(v); s {
	case "", "http:", "https:", "mailto:", "tel:":
	default:
		e.fault("a link leads to %.40q; only http:, https:, mailto: and tel: are followed, or what is printed whole", show(value))
	}
}

// show writes actions as a theme's author does.
func show(s string) string {
	return strings.NewReplacer("\x01", "{{…}}", "\x02", "").Replace(s)
}
