package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"stet"
)

// taken sees that a file's words are words that the law takes, and that the
// program stays alive, whatever stands in it.
func taken(t *testing.T, data []byte, mediaType string) {
	s := &Source{data: data, header: header{mediaType: mediaType}}
	d := s.Description("az")
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	for l := range d.Words {
		if l == "" || len(l) > 3 {
			t.Fatalf("words in %q", l)
		}
	}
	said(d)
	iim(d)
}

func FuzzXMP(f *testing.F) {
	f.Add(xmp(everything))
	f.Add([]byte(`<rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description xmlns:dc="` + nsDC + `" dc:rights="A"><dc:description><rdf:Alt><rdf:li xml:lang="ru-RU">Б</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "cc">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>`))
	photo := asJPEG(f, waves(8, 8))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if len(packet) < 60000 {
			taken(t, withSegment(photo, 0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), packet...)), "image/jpeg")
		}
		chunk := append([]byte("RIFF\x00\x00\x00\x00WEBPXMP "), binary.LittleEndian.AppendUint32(nil, uint32(len(packet)))...)
		taken(t, append(chunk, packet...), "image/webp")
	})
}

func FuzzIIM(f *testing.F) {
	f.Add(iim(everything))
	f.Add([]byte("\x1c\x02\x6e\x00\x08ТАСС\x1c\x02\x37\x00\x0820260301\x1c\x02\x3c\x00\x0b120000+0400"))
	photo := asJPEG(f, waves(8, 8))
	f.Fuzz(func(t *testing.T, records []byte) {
		if len(records) > 60000 {
			return
		}
		block := binary.BigEndian.AppendUint32([]byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00"), uint32(len(records)))
		taken(t, withSegment(photo, 0xed, append(block, records...)), "image/jpeg")
	})
}

func FuzzEXIF(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		eachSegment(turned(asJPEG(f, waves(8, 8)), 6, order), func(m byte, body []byte) bool {
			if m == 0xe1 {
				f.Add(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
			}
			return true
		})
	}
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x02\x00\x3b\x01\x02\x00\x05\x00\x00\x00\x26\x00\x00\x00\x98\x82\x02\x00\x03\x00\x00\x00AB\x00\x00\x00\x00\x00\x00Anna\x00"))
	photo := asJPEG(f, waves(8, 8))
	f.Fuzz(func(t *testing.T, tiff []byte) {
		if turn := tiffOrientation(tiff); turn < 1 || turn > 8 {
			t.Fatal(turn)
		}
		if len(tiff) < 60000 {
			taken(t, withSegment(photo, 0xe1, append([]byte("Exif\x00\x00"), tiff...)), "image/jpeg")
		}
	})
}

func FuzzICC(f *testing.F) {
	f.Add(displayP3)
	f.Add(adobeRGB)
	photo := asJPEG(f, waves(8, 8))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 60000 {
			return
		}
		data := withSegment(photo, 0xe2, append([]byte("ICC_PROFILE\x00\x01\x01"), raw...))
		s, err := Open(context.Background(), data, Defaults)
		if err != nil {
			t.Fatal(err)
		}
		render(t, s, whole(s), 4, stet.JPEG, stet.Description{})
	})
}
