package media

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bep/imagemeta"
	"golang.org/x/text/encoding/charmap"

	"stet"
)

// Description returns what the file says of its picture, in a form that
// [stet.Description.Check] takes: XMP's word counts before that of IIM, and
// that before EXIF's, as the IPTC Photo Metadata Standard has it. Words that
// name no language are taken for those of l. What cannot be read is as good as
// not said; places and numbers of devices are not looked at.
func (s *Source) Description(l stet.Lang) stet.Description {
	said := listen(s.data, s.header.mediaType)
	d := said.xmp.description(l)
	first := func(to *string, names ...string) {
		for _, name := range names {
			*to = cmp.Or(*to, clean(said.tags[name]))
		}
	}
	first(&d.Headline, "IPTC Headline")
	first(&d.Creator, "IPTC By-line", "EXIF Artist")
	first(&d.Credit, "IPTC Credit")
	first(&d.Copyright, "IPTC CopyrightNotice", "EXIF Copyright")
	words := d.Words[l]
	first(&words.Caption, "IPTC Caption-Abstract")
	if exif := clean(said.tags["EXIF ImageDescription"]); words.Caption == "" && !machineCaption(exif) {
		words.Caption = exif
	}
	if words != (stet.PictureWords{}) {
		d.Words[l] = words
	}
	if d.Taken.IsZero() {
		d.Taken = moment(said.tags["IPTC DateCreated"], said.tags["IPTC TimeCreated"])
	}
	if d.Taken.IsZero() {
		date, clock, _ := strings.Cut(said.tags["EXIF DateTimeOriginal"], " ")
		d.Taken = moment(date, clock+said.tags["EXIF OffsetTimeOriginal"])
	}
	if d.Expires.IsZero() {
		d.Expires = moment(said.tags["IPTC ExpirationDate"], said.tags["IPTC ExpirationTime"])
	}

	for l, w := range d.Words {
		d.Words[l] = stet.PictureWords{Alt: clip(w.Alt, stet.MaxStandfirst), Caption: clip(w.Caption, stet.MaxStandfirst)}
	}
	d.Headline = clip(d.Headline, stet.MaxHeadline)
	for _, line := range []*string{&d.Creator, &d.Credit, &d.Copyright} {
		*line = clip(*line, stet.MaxLine)
	}
	d.Source = vocabulary("http://cv.iptc.org/newscodes/digitalsourcetype/", d.Source)
	d.Mining = vocabulary("http://ns.useplus.org/ldf/vocab/", d.Mining)
	d.Terms, d.Licensor = address(d.Terms), address(d.Licensor)
	return d
}

// machineCaption reports whether a caption is one that cameras write by
// themselves.
func machineCaption(s string) bool {
	s = strings.ToUpper(s)
	return strings.HasPrefix(s, "OLYMPUS DIGITAL CAMERA") || strings.HasPrefix(s, "SONY DSC") || strings.HasPrefix(s, "DCIM") || s == "DEFAULT"
}

// clean returns a line as Stet stores it; nothing for what is no text.
func clean(s string) string {
	if !utf8.ValidString(s) {
		return ""
	}
	return strings.Join(strings.Fields(stet.CleanLine(s)), " ")
}

// clip shortens a line to a number of characters, and shows that it did.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	s = string([]rune(s)[:limit-1])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return s + "…"
}

// vocabulary returns the address of a term that is named by its address or its
// code alone.
func vocabulary(base, term string) string {
	if term != "" && !strings.Contains(term, "/") {
		term = base + term
	}
	return address(term)
}

func address(s string) string {
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || utf8.RuneCountInString(s) > stet.MaxURL {
		return ""
	}
	return s
}

// moment reads the ways in which dates are written in IIM, EXIF and XMP. A
// time without a zone is taken for UTC.
func moment(date, clock string) time.Time {
	date = strings.ReplaceAll(strings.TrimSpace(date), ":", "-")
	clock = strings.TrimSpace(clock)
	for _, layout := range []string{"15:04:05-07:00", "15:04:05Z07:00", "15:04:05", "15:04Z07:00", "15:04"} {
		if t, err := time.Parse("2006-01-02 "+layout, date+" "+clock); err == nil && sane(t) {
			return t.UTC()
		}
	}
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, date); err == nil && sane(t) {
			return t
		}
	}
	return time.Time{}
}

func sane(t time.Time) bool { return t.Year() >= 1800 && t.Year() < 3000 }

// sayings are what a file says of its picture.
type sayings struct {
	tags map[string]string // of EXIF and IIM, by "EXIF Artist" or "IPTC Credit"
	xmp  packet
}

// wanted are the tags that are looked at.
var wanted = map[string]bool{
	"EXIF Artist": true, "EXIF Copyright": true, "EXIF ImageDescription": true, "EXIF DateTimeOriginal": true, "EXIF OffsetTimeOriginal": true,
	"IPTC CodedCharacterSet": true, "IPTC Headline": true, "IPTC By-line": true, "IPTC Credit": true, "IPTC CopyrightNotice": true,
	"IPTC Caption-Abstract": true, "IPTC DateCreated": true, "IPTC TimeCreated": true, "IPTC ExpirationDate": true, "IPTC ExpirationTime": true,
}

func listen(data []byte, mediaType string) sayings {
	s := sayings{tags: map[string]string{}}
	format, known := map[string]imagemeta.ImageFormat{"image/jpeg": imagemeta.JPEG, "image/png": imagemeta.PNG, "image/webp": imagemeta.WebP,
		"image/tiff": imagemeta.TIFF, "image/heic": imagemeta.HEIF}[mediaType]
	if !known {
		return s
	}
	name := func(t imagemeta.TagInfo) string {
		if t.Source == imagemeta.EXIF {
			return "EXIF " + t.Tag
		}
		return "IPTC " + t.Tag
	}
	for _, source := range []imagemeta.Source{imagemeta.EXIF, imagemeta.IPTC, imagemeta.XMP} {
		// One that cannot be read takes nothing from the others.
		_, _ = imagemeta.Decode(imagemeta.Options{
			R:               bytes.NewReader(data),
			ImageFormat:     format,
			Sources:         source,
			LimitTagSize:    60000, // it counts to 65535
			ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted[name(t)] },
			HandleTag: func(t imagemeta.TagInfo) error {
				if n := name(t); wanted[n] && s.tags[n] == "" {
					s.tags[n] = text(t)
				}
				return nil
			},
			HandleXMP: s.xmp.read,
			Warnf:     func(string, ...any) {},
		})
	}
	// Of XMP in these the library reads nothing, or not all.
	var x []byte
	switch mediaType {
	case "image/png":
		x = pngText(data, "XML:com.adobe.xmp")
	case "image/webp":
		x = chunk(data, "XMP ")
	case "image/tiff":
		_, x = tiffField(data, tagXMP)
	}
	_ = s.xmp.read(bytes.NewReader(x))
	return s
}

// text returns a tag's value; several as a list.
func text(t imagemeta.TagInfo) string {
	var out string
	switch v := t.Value.(type) {
	case []string:
		out = strings.Join(v, ", ")
	default:
		out = fmt.Sprint(v)
	}
	if t.Source != imagemeta.IPTC {
		return out
	}
	// Many programs write UTF-8 into IIM and do not say so; then it has been
	// read as Latin-1.
	if raw, err := charmap.ISO8859_1.NewEncoder().String(out); err == nil && utf8.ValidString(raw) {
		return raw
	}
	return out
}

// pngText returns an uncompressed international text of a PNG.
func pngText(data []byte, keyword string) (text []byte) {
	eachChunk(data, func(kind string, body []byte) bool {
		rest, found := bytes.CutPrefix(body, []byte(keyword+"\x00\x00\x00"))
		if kind != "iTXt" || !found {
			return true
		}
		_, rest, _ = bytes.Cut(rest, []byte{0}) // its language
		_, text, _ = bytes.Cut(rest, []byte{0}) // the keyword in that
		return false
	})
	return text
}

// chunk returns the first chunk of a kind of a PNG or a WebP.
func chunk(data []byte, kind string) (out []byte) {
	eachChunk(data, func(k string, body []byte) bool {
		if k == kind {
			out = body
		}
		return out == nil
	})
	return out
}

// eachChunk calls fn for the chunks of a PNG or a WebP.
func eachChunk(data []byte, fn func(kind string, body []byte) bool) {
	if bytes.HasPrefix(data, []byte("RIFF")) {
		for i := 12; i+8 <= len(data); {
			n := int64(binary.LittleEndian.Uint32(data[i+4:]))
			if n > int64(len(data)-i-8) || !fn(string(data[i:i+4]), data[i+8:i+8+int(n)]) {
				return
			}
			i += 8 + int(n) + int(n)&1
		}
		return
	}
	for i := 8; i+12 <= len(data); {
		n := int64(binary.BigEndian.Uint32(data[i:]))
		if n > int64(len(data)-i-12) || !fn(string(data[i+4:i+8]), data[i+8:i+8+int(n)]) {
			return
		}
		i += 12 + int(n)
	}
}
