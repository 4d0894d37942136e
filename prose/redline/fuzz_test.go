package redline

import (
	"testing"

	"stet/prose"
)

func FuzzMerge(f *testing.F) {
	f.Add(`<p>b1 b2`, `<p>b1 m1 b2`, `<p>b1 b2 t1`)
	f.Add(`<ul><li>b1<li>b2</ul>`, `<p>b1<p>b2 m1`, `<ul><li>b1<li>t1<li>b2</ul>`)
	f.Add(`<table><caption>b1</caption><tr><th>b2<td>b3<tr><td>b4<td>b5</table>`,
		`<table><caption>b1 m1</caption><tr><th>b2<td>m2<tr><td>b4<td>b5</table>`,
		`<table><caption>b1</caption><tr><th>b2<td>b3<td>t1<tr><td>b4<td>b5<td>t2</table>`)
	f.Add(`<blockquote><p>b1</blockquote>`, ``, `<blockquote><p>b1<p>t1<cite>t2</cite></blockquote>`)
	f.Add(`<figure><img src="/b1" alt="b2"><figcaption>b3</figcaption></figure>`, `<p>m1`, `<figure><img src="/t1" alt="b2"><figcaption>t2</figcaption></figure>`)
	f.Fuzz(func(t *testing.T, b, m, th string) {
		docs := make([]*prose.Doc, 3)
		for i, src := range []string{b, m, th} {
			docs[i], _ = prose.FromHTML(src, prose.FromOptions{})
			docs[i].AssignIDs("x") // from the position, so that many are the same
		}
		for _, d := range docs[1:] {
			for _, b := range Compare(docs[0], d).Blocks {
				if b.Type == "" {
					t.Fatalf("%+v", b)
				}
			}
		}
		merged, clashes := Merge(docs[0], docs[1], docs[2])
		if _, err := prose.Parse(merged.JSON()); err != nil {
			t.Fatal(err)
		}
		for _, c := range clashes {
			if whole := c.Base == nil && c.Mine == nil && c.Theirs == nil; whole && (len(clashes) > 1 || anonymous(merged) != anonymous(docs[2])) {
				t.Fatalf("%+v", clashes)
			} else if whole {
				return
			}
		}
		checkMerge(t, docs[0], docs[1], docs[2])
	})
}
