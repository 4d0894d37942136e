package prose

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// A group is a set of node types that may stand in the same places.
type group uint

const (
	flow  group = 1 << iota // what stands anywhere, in items, quotes and cells too
	wide                    // table and gallery
	boxed                   // fact box
	item
	row
	cell
	image
	inline
	plain // text without marks
)

type nodeSpec struct {
	in      group // the groups it belongs to
	accepts group // the groups its children belong to
	filled  bool  // it has at least one child
	led     bool  // its first child is a paragraph
	attrs   []attrSpec
}

type attrSpec struct {
	name     string
	kind     attrKind
	required bool
	min, max int
}

type attrKind int

const (
	idAttr   attrKind = iota
	langAttr          // BCP 47
	lineAttr          // one line of text, at most max characters
	hrefAttr          // where a link may lead
	urlAttr           // where a picture or an embed is
	refAttr           // the id of a picture of the newsroom
	nameAttr          // the name of a programming language
	intAttr           // min to max
	nullAttr          // editors write it, we do not keep it
)

var (
	idSpec   = attrSpec{name: "id", kind: idAttr}
	langSpec = attrSpec{name: "lang", kind: langAttr}
	cellSpec = []attrSpec{
		{name: "colspan", kind: intAttr, min: 1, max: 100},
		{name: "rowspan", kind: intAttr, min: 1, max: 100},
		{name: "colwidth", kind: nullAttr},
	}
)

func block(more ...attrSpec) []attrSpec { return append([]attrSpec{idSpec, langSpec}, more...) }

// defaults are the values of absent numeric attributes.
var defaults = map[string]int{"level": 2, "start": 1, "colspan": 1, "rowspan": 1}

const (
	maxName    = 40
	maxLine    = 500
	maxCaption = 2000
	maxURL     = 4096
	maxStart   = 999999999
)

var schema = map[string]*nodeSpec{
	Paragraph:   {in: flow, accepts: inline, attrs: block()},
	Heading:     {in: flow, accepts: inline, attrs: block(attrSpec{name: "level", kind: intAttr, required: true, min: 2, max: 4})},
	BulletList:  {in: flow, accepts: item, filled: true, attrs: block()},
	OrderedList: {in: flow, accepts: item, filled: true, attrs: block(attrSpec{name: "start", kind: intAttr, min: 0, max: maxStart})},
	ListItem:    {in: item, accepts: flow, filled: true, led: true, attrs: block()},
	Quote:       {in: flow, accepts: flow, filled: true, attrs: block(attrSpec{name: "attribution", kind: lineAttr, max: maxLine})},
	Picture: {in: flow | image, attrs: block(
		attrSpec{name: "ref", kind: refAttr},
		attrSpec{name: "url", kind: urlAttr},
		attrSpec{name: "alt", kind: lineAttr, max: maxCaption},
		attrSpec{name: "caption", kind: lineAttr, max: maxCaption},
		attrSpec{name: "credit", kind: lineAttr, max: maxLine},
		attrSpec{name: "wide", kind: intAttr, max: 1})},
	Gallery: {in: wide, accepts: image, filled: true, attrs: block(attrSpec{name: "caption", kind: lineAttr, max: maxCaption})},
	Embed: {in: flow, attrs: block(
		attrSpec{name: "url", kind: urlAttr, required: true},
		attrSpec{name: "title", kind: lineAttr, max: maxLine},
		attrSpec{name: "provider", kind: lineAttr, max: 100})},
	Table:       {in: wide, accepts: row, filled: true, attrs: block(attrSpec{name: "caption", kind: lineAttr, max: maxCaption})},
	TableRow:    {in: row, accepts: cell, filled: true},
	TableCell:   {in: cell, accepts: flow, filled: true, attrs: cellSpec},
	TableHeader: {in: cell, accepts: flow, filled: true, attrs: cellSpec},
	FactBox:     {in: boxed, accepts: flow | wide, filled: true, attrs: block(attrSpec{name: "title", kind: lineAttr, max: maxLine})},
	Divider:     {in: flow, attrs: block()},
	CodeBlock:   {in: flow, accepts: plain, attrs: block(attrSpec{name: "language", kind: nameAttr, max: maxName})},
	Text:        {in: inline | plain},
	HardBreak:   {in: inline},
}

const docAccepts = flow | wide | boxed

// markOrder lists the types of marks, outermost first.
var markOrder = []string{Link, Lang, Strong, Em, Strike, SmallCaps, Sub, Sup, Code}

var markRank = func() map[string]int {
	m := make(map[string]int, len(markOrder))
	for i, name := range markOrder {
		m[name] = i
	}
	return m
}()

var markAttrs = map[string][]attrSpec{
	Link: {
		{name: "href", kind: hrefAttr, required: true},
		{name: "title", kind: lineAttr, max: maxLine},
		{name: "hreflang", kind: langAttr},
	},
	Lang: {{name: "lang", kind: langAttr, required: true}},
}

func hasID(nodeType string) bool {
	s := schema[nodeType]
	return s != nil && len(s.attrs) > 0 && s.attrs[0].kind == idAttr
}

// normal returns the canonical form of an attribute's value; an empty one
// counts as absent. problem is empty when the value is allowed.
func (s *attrSpec) normal(v string) (value, problem string) {
	switch s.kind {
	case idAttr:
		if !validID(v) {
			return "", "an id is 1 to 64 letters, digits, hyphens or underscores"
		}
	case langAttr:
		if v = canonicalLang(v); v == "" {
			return "", "not a language tag"
		}
	case lineAttr:
		v = oneLine(v)
		if utf8.RuneCountInString(v) > s.max {
			return "", "longer than " + strconv.Itoa(s.max) + " characters"
		}
	case hrefAttr:
		return checkHref(v)
	case urlAttr:
		return checkURL(v)
	case refAttr:
		if len(v) > 200 || !visibleASCII(v) {
			return "", "not the id of a picture"
		}
	case nameAttr:
		if len(v) > s.max || !validName(v) {
			return "", "not the name of a programming language"
		}
	}
	return v, ""
}

func validID(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func validName(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && strings.IndexByte("+-#._", c) < 0 {
			return false
		}
	}
	return s != ""
}

func visibleASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// canonicalLang checks that a tag is well-formed and gives it the usual case
// (zh-Hans, pt-BR). It returns "" for anything else.
func canonicalLang(s string) string {
	if len(s) < 2 || len(s) > 35 {
		return ""
	}
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(s, "_", "-")), "-")
	if len(parts[0]) > 3 || len(parts[0]) < 2 {
		return ""
	}
	private := false
	for i, p := range parts {
		if len(p) == 0 || len(p) > 8 {
			return ""
		}
		for j := 0; j < len(p); j++ {
			if !isAlnum(p[j]) || i == 0 && p[j] < 'a' {
				return ""
			}
		}
		switch {
		case len(p) == 1:
			private = true
		case i == 0 || private:
		case len(p) == 2:
			parts[i] = strings.ToUpper(p)
		case len(p) == 4 && p[0] >= 'a':
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	if len(parts[len(parts)-1]) == 1 {
		return ""
	}
	return strings.Join(parts, "-")
}

// Direction returns the direction a language is written in, "rtl" or "ltr".
func Direction(lang string) string {
	tag, _ := language.Parse(lang)
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Aran", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr":
		return "rtl"
	}
	return "ltr"
}

// checkHref tells where a link may lead: http, https, mailto and tel
// addresses, and addresses relative to this page or site.
func checkHref(s string) (value, problem string) {
	if s == "" {
		return "", ""
	}
	if len(s) > maxURL {
		return "", "longer than " + strconv.Itoa(maxURL) + " bytes"
	}
	for _, r := range s {
		switch {
		case r <= ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\\' || r == utf8.RuneError || unwanted(r):
			return "", "an address has no spaces, control characters or backslashes"
		}
	}
	scheme, rest := splitScheme(s)
	switch scheme {
	case "http", "https":
		s = scheme + ":" + rest
		if problem := checkHost(s, rest); problem != "" {
			return "", problem
		}
	case "mailto", "tel":
		if rest == "" {
			return "", "the address is empty"
		}
		s = scheme + ":" + rest
	case "":
		if strings.HasPrefix(s, "//") {
			return "", "an address of another host names http or https"
		}
	default:
		return "", "a link leads to http, https, mailto or tel, or to a page of this site"
	}
	return s, ""
}

func checkHost(s, rest string) string {
	if !strings.HasPrefix(rest, "//") {
		return "the address has no host"
	}
	host := rest[2:]
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	if strings.IndexByte(host, '@') >= 0 {
		return "an address carries no user name"
	}
	u, err := url.Parse("http://" + host)
	if err != nil || u.Hostname() == "" {
		return "the address has no valid host"
	}
	return ""
}

// checkURL tells where a picture or an embed may be: like checkHref, without
// mailto, tel and places in this page.
func checkURL(s string) (value, problem string) {
	v, problem := checkHref(s)
	if problem != "" {
		return "", problem
	}
	if scheme, _ := splitScheme(v); scheme == "mailto" || scheme == "tel" || strings.HasPrefix(v, "#") {
		return "", "not the address of a file or page"
	}
	return v, ""
}

// splitScheme cuts an address behind its scheme, in lower case. A colon that
// follows a slash, question mark or number sign ends no scheme. What stands
// before the first colon is taken for a scheme even if it could not be one.
func splitScheme(s string) (scheme, rest string) {
	i := strings.IndexAny(s, ":/?#")
	if i < 0 || s[i] != ':' {
		return "", s
	}
	if i == 0 {
		return ":", s[1:]
	}
	return strings.ToLower(s[:i]), s[i+1:]
}
