package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"unicode/utf8"

	"stet"
)

// A rendition says whose it is: XMP in every format, and in JPEG the lines of
// IIM that older programs read.

// said returns the packet of a rendition; nil if there is nothing to say.
func said(d stet.Description) []byte {
	if d.Creator+d.Credit+d.Copyright+d.Source+d.Mining+d.Terms+d.Licensor == "" {
		return nil
	}
	return xmp(d)
}

// intoJPEG puts a description behind a JPEG's first marker.
func intoJPEG(data []byte, d stet.Description) []byte {
	p := said(d)
	if p == nil {
		return data
	}
	segment := func(marker byte, body []byte) []byte {
		return slices.Concat([]byte{0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2)), body)
	}
	head := segment(0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), p...))
	if iim := iim(d); iim != nil {
		b := []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00")
		b = binary.BigEndian.AppendUint32(b, uint32(len(iim)))
		if b = append(b, iim...); len(iim)%2 == 1 {
			b = append(b, 0)
		}
		head = append(head, segment(0xed, b)...)
	}
	return slices.Concat(data[:2], head, data[2:])
}

// iim returns creator, credit and copyright as IIM has them, each within its
// number of bytes; nil if there is none.
func iim(d stet.Description) []byte {
	var b []byte
	for _, f := range []struct {
		id    byte
		text  string
		limit int
	}{{80, d.Creator, 32}, {110, d.Credit, 32}, {116, d.Copyright, 128}} {
		text := f.text
		for len(text) > f.limit {
			_, n := utf8.DecodeLastRuneInString(text)
			text = text[:len(text)-n]
		}
		if text == "" {
			continue
		}
		if b == nil {
			b = []byte("\x1c\x01\x5a\x00\x03\x1b%G") // it is UTF-8
		}
		b = append(b, 0x1c, 2, f.id, 0, byte(len(text)))
		b = append(b, text...)
	}
	return b
}

// intoPNG puts a description behind a PNG's header.
func intoPNG(data []byte, d stet.Description) []byte {
	p := said(d)
	if p == nil {
		return data
	}
	chunk := append([]byte("iTXtXML:com.adobe.xmp\x00\x00\x00\x00\x00"), p...)
	head := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))
	head = append(head, chunk...)
	head = binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(chunk))
	const at = 8 + 25 // the signature and IHDR
	return slices.Concat(data[:at], head, data[at:])
}

// intoWebP puts a description at the end of a WebP, which it makes an extended
// one.
func intoWebP(data []byte, d stet.Description, width, height int, transparent bool) []byte {
	p := said(d)
	if p == nil {
		return data
	}
	body := data[12:]
	var flags uint32
	if head, extended := bytes.CutPrefix(body, []byte("VP8X\x0a\x00\x00\x00")); extended {
		flags = binary.LittleEndian.Uint32(head)
		body = head[10:]
	} else if transparent {
		flags = 0x10
	}
	out := []byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00")
	out = binary.LittleEndian.AppendUint32(out, flags|0x04)
	for _, side := range []int{width - 1, height - 1} {
		out = append(out, byte(side), byte(side>>8), byte(side>>16))
	}
	out = append(append(out, body...), "XMP "...)
	out = append(binary.LittleEndian.AppendUint32(out, uint32(len(p))), p...)
	if len(p)%2 == 1 {
		out = append(out, 0)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}
