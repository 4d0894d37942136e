package media

import (
	"bytes"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stet"
)

var everything = stet.Description{
	Words: map[stet.Lang]stet.PictureWords{
		"ru": {Alt: "Мост через Куру", Caption: "Мост «Метехи» & набережная, <утро>"},
		"en": {Alt: "A bridge", Caption: "The bridge in the morning"},
		"az": {Caption: "Səhər körpü"},
	},
	Headline:  "Мост открыт",
	Creator:   "Ləman Əliyeva",
	Credit:    "Агентство «Новости»",
	Copyright: "© 2026 Агентство",
	Taken:     time.Date(2026, 3, 1, 5, 6, 7, 0, time.UTC),
	Source:    "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
	Mining:    "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
	Terms:     "https://example.org/terms?a=1&b=2",
	Licensor:  "https://example.org/buy",
}

// TestSaidInEveryRendition: whose a picture is goes out with it and comes back
// with it, in few bytes; nothing that its address does not depend on does.
func TestSaidInEveryRendition(t *testing.T) {
	clear := waves(90, 60)
	for i := 3; i < 4000; i += 4 {
		clear.Pix[i] = uint8(i)
	}
	want := everything.Rights()
	want.Words = map[stet.Lang]stet.PictureWords{}
	for _, data := range [][]byte{asJPEG(t, waves(90, 60)), asPNG(t, clear)} {
		s := open(t, data)
		for _, format := range []stet.Format{stet.WebP, stet.JPEG, stet.PNG} {
			plain := render(t, s, whole(s), 90, format, stet.Description{})
			out := render(t, s, whole(s), 90, format, everything)
			if apart(t, decoded(t, plain), decoded(t, out)) != 0 {
				t.Errorf("%s: the words changed the picture", format)
			}
			if got := open(t, out).Description("ru"); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: said %+v", format, got)
			}
			if !bytes.Equal(out, render(t, s, whole(s), 90, format, everything.Rights())) {
				t.Errorf("%s: more goes out than the rights", format)
			}
			if more := len(out) - len(plain); more > 1300 {
				t.Errorf("%s: whose it is takes %d bytes", format, more)
			}
			credit := render(t, s, whole(s), 90, format, stet.Description{Creator: "Anna Hovhannisyan", Credit: "Anna Hovhannisyan / Herald", Copyright: "© 2026 Herald"})
			if more := len(credit) - len(plain); more > 750 {
				t.Errorf("%s: a credit takes %d bytes", format, more)
			}
		}
	}
}

func TestSaidByOthers(t *testing.T) {
	const open1, close1 = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`, `</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
	photo := asJPEG(t, waves(30, 20))
	withXMP := func(data []byte, x string) []byte {
		return withSegment(data, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00"+open1+x+close1))
	}
	iptc := func(data []byte, records string) []byte {
		return withSegment(data, 0xed, []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00"+string(rune(len(records)))+records))
	}
	for _, tt := range []struct {
		name string
		data []byte
		want stet.Description
	}{
		{"nothing", photo, stet.Description{}},
		{"words of no language", withXMP(photo, `<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">Мост</rdf:li></rdf:Alt></dc:description></rdf:Description>`),
			stet.Description{Words: map[stet.Lang]stet.PictureWords{"ru": {Caption: "Мост"}}}},
		{"words of several languages", withXMP(photo, `<rdf:Description xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:Headline="Мост открыт" p:DateCreated="2026-03-01T09:06:07.5+04:00"><c:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A bridge</rdf:li><rdf:li xml:lang="en-GB">A bridge</rdf:li><rdf:li xml:lang="ru">Мост &lt;утро&gt;</rdf:li></rdf:Alt></c:AltTextAccessibility></rdf:Description>`),
			stet.Description{Headline: "Мост открыт", Taken: time.Date(2026, 3, 1, 5, 6, 7, 0, time.UTC), Words: map[stet.Lang]stet.PictureWords{"ru": {Alt: "Мост <утро>"}, "en": {Alt: "A bridge"}}}},
		{"two creators, a code alone", withXMP(photo, `<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" e:DigitalSourceType="trainedAlgorithmicMedia"><dc:creator><rdf:Seq><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Seq></dc:creator></rdf:Description>`),
			stet.Description{Creator: "A, B", Source: "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}},
		{"an address that is none", withXMP(photo, `<rdf:Description xmlns:r="http://ns.adobe.com/xap/1.0/rights/" r:WebStatement="javascript:alert(1)"/>`), stet.Description{}},
		{"IIM that does not name its letters", iptc(photo, "\x1c\x02\x6e\x00\x08ТАСС\x1c\x02\x37\x00\x0820260301"),
			stet.Description{Credit: "ТАСС", Taken: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}},
		{"XMP before IIM", iptc(withXMP(photo, `<rdf:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:Credit="X"/>`), "\x1c\x02\x6e\x00\x01I\x1c\x02\x50\x00\x01C"),
			stet.Description{Credit: "X", Creator: "C"}},
		{"XML without an end", withXMP(photo, `<rdf:Description>`), stet.Description{}},
	} {
		if tt.want.Words == nil {
			tt.want.Words = map[stet.Lang]stet.PictureWords{}
		}
		if got := open(t, tt.data).Description("ru"); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// TestSaidIsTaken: whatever a description is, a file says it so that the law
// takes it again.
func TestSaidIsTaken(t *testing.T) {
	s := open(t, asJPEG(t, waves(3, 2)))
	rapid.Check(t, func(rt *rapid.T) {
		line := rapid.OneOf(rapid.String(), rapid.StringN(1900, 2100, -1))
		d := stet.Description{
			Creator: line.Draw(rt, "creator"), Copyright: line.Draw(rt, "copyright"), Terms: line.Draw(rt, "terms"),
		}
		got := open(t, render(t, s, whole(s), 3, stet.JPEG, d)).Description("en")
		if err := got.Check(); err != nil {
			rt.Fatal(err)
		}
	})
}

// TestExifTool: another program reads the same.
func TestExifTool(t *testing.T) {
	tool, err := exec.LookPath("exiftool")
	if err != nil || testing.Short() {
		t.Skip("there is no exiftool, or no time for it")
	}
	s := open(t, asJPEG(t, waves(90, 60)))
	for _, format := range []stet.Format{stet.JPEG, stet.PNG, stet.WebP} {
		cmd := exec.Command(tool, "-validate", "-G1", "-a", "-warning", "-creator", "-by-line", "-credit", "-licensorURL", "-dataMining", "-")
		cmd.Stdin = bytes.NewReader(render(t, s, whole(s), 90, format, everything))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{": OK", everything.Creator, everything.Credit, everything.Licensor, "DMI-PROHIBITED"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %q in\n%s", format, want, out)
			}
		}
	}
}
