package prose

import (
	"strings"
	"testing"
)

// TestOwnPictures: pictures of the newsroom's own are shown as they are looked
// up, with the words of the text or their own, whatever these are.
func TestOwnPictures(t *testing.T) {
	doc, err := Parse([]byte(`{"type":"doc","content":[
		{"type":"picture","attrs":{"ref":"a","wide":1,"alt":"\"><script>","credit":"<b>"}},
		{"type":"gallery","content":[{"type":"picture","attrs":{"ref":"a"}},{"type":"picture","attrs":{"ref":"missing","alt":"Words"}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	got := doc.HTML(HTMLOptions{Picture: func(ref string, place Place) *Image {
		asked = append(asked, ref+" "+string(place))
		if ref == "missing" {
			return nil
		}
		return &Image{
			Src: "/1.jpg", SrcSet: "/1.jpg 1w", Sources: []ImageSource{{"image/webp", "/1.webp 1w"}}, Sizes: "92vw", Width: 2, Height: 3,
			Whole: "/2.jpg", Behind: "data:image/webp;base64,AA==", Alt: "Own", Caption: "A & B", First: place == Wide,
		}
	}})
	const want = `<figure class="image wide tall"><div class="frame"><img class="behind" alt="" aria-hidden="true" src="data:image/webp;base64,AA==" width="2" height="3">` +
		`<picture><source type="image/webp" srcset="/1.webp 1w" sizes="92vw"><img src="/1.jpg" srcset="/1.jpg 1w" sizes="92vw" width="2" height="3" alt="&#34;&gt;&lt;script&gt;" fetchpriority="high"></picture></div>` +
		`<figcaption>A &amp; B <small class="credit">&lt;b&gt;</small></figcaption></figure>
<figure class="gallery">
<figure class="image tall"><a class="frame" href="/2.jpg"><img class="behind" alt="" aria-hidden="true" src="data:image/webp;base64,AA==" width="2" height="3">` +
		`<picture><source type="image/webp" srcset="/1.webp 1w" sizes="92vw"><img src="/1.jpg" srcset="/1.jpg 1w" sizes="92vw" width="2" height="3" alt="Own" loading="lazy" decoding="async"></picture></a>` +
		`<figcaption>A &amp; B</figcaption></figure>
<figure class="picture"><p>Words</p></figure>
</figure>`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if all := strings.Join(asked, ", "); all != "a wide, a gallery, missing gallery" {
		t.Errorf("asked for %s", all)
	}
	if without := doc.HTML(HTMLOptions{}); strings.Contains(without, "<img") {
		t.Errorf("shown though nobody looked it up: %s", without)
	}
}
