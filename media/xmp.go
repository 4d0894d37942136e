package media

import (
	"encoding/xml"
	"io"
	"strings"
	"time"

	"stet"
)

// The name spaces of XMP that Stet speaks.
const (
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsDC        = "http://purl.org/dc/elements/1.1/"
	nsPhotoshop = "http://ns.adobe.com/photoshop/1.0/"
	nsRights    = "http://ns.adobe.com/xap/1.0/rights/"
	nsCore      = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
	nsExt       = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
	nsPLUS      = "http://ns.useplus.org/ldf/xmp/1.0/"
)

// maxXMP is how much of a packet is read, in bytes.
const maxXMP = 1 << 20

// node is an element of XML.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []node     `xml:",any"`
	Text    string     `xml:",chardata"`
}

// packet are the properties of XMP, each as an element.
type packet map[xml.Name]node

// read adds a packet's properties. It reads r to its end.
func (p *packet) read(r io.Reader) error {
	all, err := io.ReadAll(r)
	if err != nil || len(all) > maxXMP {
		return err
	}
	var root node
	if err := xml.Unmarshal(all, &root); err != nil {
		return err
	}
	if *p == nil {
		*p = packet{}
	}
	add := func(n node) {
		if _, said := (*p)[n.XMLName]; !said {
			(*p)[n.XMLName] = n
		}
	}
	rdf := root.Nodes
	if root.XMLName.Local == "RDF" {
		rdf = []node{root}
	}
	for _, r := range rdf {
		for _, description := range r.Nodes {
			for _, a := range description.Attrs { // the short form
				add(node{XMLName: a.Name, Text: a.Value})
			}
			for _, n := range description.Nodes {
				add(n)
			}
		}
	}
	return nil
}

// items returns the texts of a property, with their languages: of a list, of
// one text or of a reference.
func (n node) items() (out []struct{ lang, text string }) {
	add := func(n node) {
		text, lang := clean(n.Text), ""
		for _, a := range n.Attrs {
			switch {
			case a.Name.Local == "lang":
				lang = strings.ToLower(a.Value)
			case a.Name.Space == nsRDF && a.Name.Local == "resource" && text == "":
				text = clean(a.Value)
			}
		}
		if text != "" {
			out = append(out, struct{ lang, text string }{lang, text})
		}
	}
	if len(n.Nodes) == 0 {
		add(n)
	}
	for _, list := range n.Nodes {
		for _, li := range list.Nodes {
			add(li)
		}
	}
	return out
}

// text returns the first text of a property.
func (p packet) text(space, name string) string {
	for _, i := range p[xml.Name{Space: space, Local: name}].items() {
		return i.text
	}
	return ""
}

// find returns the first text of a property of something inside of n.
func (n node) find(space, name string) string {
	for _, a := range n.Attrs {
		if a.Name.Space == space && a.Name.Local == name {
			return clean(a.Value)
		}
	}
	for _, c := range n.Nodes {
		if c.XMLName.Space == space && c.XMLName.Local == name {
			for _, i := range c.items() {
				return i.text
			}
		}
		if s := c.find(space, name); s != "" {
			return s
		}
	}
	return ""
}

// description returns what the packet says. What names no language is l's.
func (p packet) description(l stet.Lang) stet.Description {
	var creators []string
	for _, i := range p[xml.Name{Space: nsDC, Local: "creator"}].items() {
		creators = append(creators, i.text)
	}
	d := stet.Description{
		Words:     map[stet.Lang]stet.PictureWords{},
		Headline:  p.text(nsPhotoshop, "Headline"),
		Creator:   strings.Join(creators, ", "),
		Credit:    p.text(nsPhotoshop, "Credit"),
		Copyright: p.text(nsDC, "rights"),
		Source:    p.text(nsExt, "DigitalSourceType"),
		Mining:    p.text(nsPLUS, "DataMining"),
		Terms:     p.text(nsRights, "WebStatement"),
		Licensor:  p[xml.Name{Space: nsPLUS, Local: "Licensor"}].find(nsPLUS, "LicensorURL"),
		Taken:     dateTime(p.text(nsPhotoshop, "DateCreated")),
		Expires:   dateTime(p.text(nsPLUS, "LicenseEndDate")),
	}
	p.words(d.Words, l, nsDC, "description", func(w *stet.PictureWords) *string { return &w.Caption })
	p.words(d.Words, l, nsCore, "AltTextAccessibility", func(w *stet.PictureWords) *string { return &w.Alt })
	return d
}

// words reads a text that is said in several languages.
func (p packet) words(to map[stet.Lang]stet.PictureWords, l stet.Lang, space, name string, field func(*stet.PictureWords) *string) {
	put := func(l stet.Lang, text string) {
		w := to[l]
		if at := field(&w); *at == "" {
			*at = text
			to[l] = w
		}
	}
	items := p[xml.Name{Space: space, Local: name}].items()
	said := map[string]bool{}
	for _, i := range items {
		if code, _, _ := strings.Cut(i.lang, "-"); code != "" && code != "x" && len(code) <= 3 {
			put(stet.Lang(code), i.text)
			said[i.text] = true
		}
	}
	for _, i := range items {
		// The default is mostly one of the others once more.
		if (i.lang == "" || strings.HasPrefix(i.lang, "x-")) && !said[i.text] {
			put(l, i.text)
		}
	}
}

func dateTime(s string) time.Time {
	date, clock, _ := strings.Cut(s, "T")
	if i := strings.IndexByte(clock, '.'); i >= 0 { // parts of a second
		clock = clock[:i] + strings.TrimLeft(clock[i+1:], "0123456789")
	}
	return moment(date, clock)
}

// xmp returns the rights of a description as a packet, without what it does not
// say: every size of a picture carries it, the smallest too.
func xmp(d stet.Description) []byte {
	var attrs, elements strings.Builder
	spaces := map[string]bool{}
	escaped := func(s string) string {
		var e strings.Builder
		_ = xml.EscapeText(&e, []byte(s)) // a Builder takes everything
		return e.String()
	}
	attr := func(prefix, space, name, value string) {
		if value == "" {
			return
		}
		if !spaces[prefix] {
			spaces[prefix] = true
			attrs.WriteString(" xmlns:" + prefix + `="` + space + `"`)
		}
		if name != "" {
			attrs.WriteString(" " + prefix + ":" + name + `="` + escaped(value) + `"`)
		}
	}
	element := func(prefix, space, name, before, value, after string) {
		if value == "" {
			return
		}
		attr(prefix, space, "", value)
		name = prefix + ":" + name
		elements.WriteString("<" + name + ">" + before + escaped(value) + after + "</" + name + ">")
	}
	attr("photoshop", nsPhotoshop, "Credit", d.Credit)
	attr("xmpRights", nsRights, "WebStatement", d.Terms)
	attr("Iptc4xmpExt", nsExt, "DigitalSourceType", d.Source)
	attr("plus", nsPLUS, "DataMining", d.Mining)
	element("dc", nsDC, "creator", "<rdf:Seq><rdf:li>", d.Creator, "</rdf:li></rdf:Seq>")
	element("dc", nsDC, "rights", `<rdf:Alt><rdf:li xml:lang="x-default">`, d.Copyright, "</rdf:li></rdf:Alt>")
	element("plus", nsPLUS, "Licensor", `<rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>`, d.Licensor, "</plus:LicensorURL></rdf:li></rdf:Seq>")
	return []byte("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description rdf:about=""` + attrs.String() + ">" +
		elements.String() + `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`)
}
