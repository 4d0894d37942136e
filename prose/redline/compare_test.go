package redline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stet/prose"
)

// shown writes a comparison for people to read.
func shown(c Comparison) string {
	var b strings.Builder
	for _, block := range c.Blocks {
		fmt.Fprintf(&b, "%s", block.Change)
		if block.Moved {
			b.WriteString(" moved")
		}
		fmt.Fprintf(&b, " %s", strings.Join(append(slices.Clone(block.Inside), block.Type), "/"))
		if block.Was != "" {
			fmt.Fprintf(&b, " (was %s)", block.Was)
		}
		b.WriteByte(':')
		for _, p := range block.Parts {
			if p.Name != "" {
				fmt.Fprintf(&b, " %s=", p.Name)
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(marked(p.Runs))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func marked(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		switch r.Change {
		case Added:
			fmt.Fprintf(&b, "{+%s+}", r.Text)
		case Removed:
			fmt.Fprintf(&b, "[-%s-]", r.Text)
		case Restyled:
			fmt.Fprintf(&b, "<%s %q to %q>", r.Text, markKey(r.Were), markKey(r.Marks))
		default:
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"paragraph a One two three.", "paragraph a One two three.", "same paragraph: One two three.\n"},
		{"paragraph a One two three.", "paragraph a One 2 three, four.", "changed paragraph: One [-two-]{+2+} three{+, four+}.\n"},
		{"paragraph a One *two* three.", "paragraph a One two *three*.", "changed paragraph: One <two \"strong\\x00\" to \"\"> <three \"\" to \"strong\\x00\">.\n"},
		{
			"paragraph a A.\nparagraph b B.\nparagraph c C.", "paragraph c C.\nparagraph a A.\nparagraph b B, b.",
			"same moved paragraph: C.\nsame paragraph: A.\nchanged paragraph: B{+, b+}.\n",
		},
		{
			"paragraph a A.\nparagraph b B.\nparagraph c C.", "paragraph a A.\nparagraph d D.\nparagraph c C.",
			"same paragraph: A.\nadded paragraph: {+D.+}\nremoved paragraph: [-B.-]\nsame paragraph: C.\n",
		},
		// With another id, and much the same words.
		{
			"paragraph a One two three four.\nparagraph b B.", "paragraph x One two three vier.\nparagraph b B.",
			"changed paragraph: One two three [-four-]{+vier+}.\nsame paragraph: B.\n",
		},
		{"paragraph a Head", "heading a level=3 > Head", "changed heading (was paragraph): Head level={+3+}\n"},
		{"bullet_list l > list_item i > paragraph a A", "paragraph a A", "same moved paragraph: A\n"},
		{
			"quote q attribution=By B > paragraph a A", "quote q attribution=By C > paragraph a A",
			"changed quote: attribution=By [-B-]{+C+}\nsame quote/paragraph: A\n",
		},
		{"picture p url=/a.jpg alt=A cat", "picture p url=/b.jpg alt=A big cat", "changed picture: url=/[-a.jpg-]{+b.jpg+} alt=A{+ big+} cat\n"},
		{"paragraph a Съезд открылся в понедельник", "paragraph a Съезд открылся во вторник", "changed paragraph: Съезд открылся [-в понедельник-]{+во вторник+}\n"},
		{"paragraph a می‌خواهم به خانه بروم", "paragraph a می‌خواهم به مدرسه بروم", "changed paragraph: می‌خواهم به [-خانه-]{+مدرسه+} بروم\n"},
	} {
		if got := shown(Compare(made(c.before), made(c.after))); got != c.want {
			t.Errorf("%s\n%s\n%swant\n%s", c.before, c.after, got, c.want)
		}
	}
}

var attribute = regexp.MustCompile(`(\w+)=`)

// made makes a document of lines "type id name=value … text"; ">" stands between
// a block and what is in it.
func made(src string) *prose.Doc {
	d := &prose.Doc{}
	for line := range strings.SplitSeq(src, "\n") {
		list := &d.Content
		for part := range strings.SplitSeq(line, " > ") {
			f := strings.SplitN(part, " ", 3)
			if len(f) < 3 && schemaless(f[0]) { // the text of what came before
				*list = []*prose.Node{{Type: prose.Text, Text: part}}
				break
			}
			n := &prose.Node{Type: f[0], Attrs: prose.Attrs{{Name: "id", Value: f[1]}}}
			rest := strings.Join(f[2:], "")
			at := attribute.FindAllStringSubmatchIndex(rest, -1)
			for i, m := range at {
				end := len(rest)
				if i+1 < len(at) {
					end = at[i+1][0]
				}
				n.Attrs.Set(rest[m[2]:m[3]], strings.TrimSpace(rest[m[1]:end]))
			}
			if len(at) == 0 && rest != "" {
				n.Content = paragraph(rest).Content[0].Content
			}
			*list = append(*list, n)
			list = &n.Content
		}
	}
	return d
}

func schemaless(kind string) bool { return !slices.Contains(append(someKinds, prose.ListItem), kind) }

// TestCompareTellsBoth: from the runs, both versions can be put together again.
func TestCompareTellsBoth(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ids := rapid.Bool().Draw(rt, "ids")
		before := (&author{t: rt, name: "b", ids: ids}).doc()
		after := (&author{t: rt, name: "m", ids: ids}).edit(before)
		c := Compare(before, after)
		var texts [2][]string
		for _, b := range c.Blocks {
			var own [2]string
			changed := b.Was != ""
			for _, p := range b.Parts {
				for _, r := range p.Runs {
					if r.Change != Added {
						own[0] += r.Text
					}
					if r.Change != Removed {
						own[1] += r.Text
					}
					changed = changed || r.Change != Same
				}
			}
			if b.Change != Added {
				texts[0] = append(texts[0], own[0])
			}
			if b.Change != Removed {
				texts[1] = append(texts[1], own[1])
			}
			if (b.Change == Same) == changed && len(b.Parts) > 0 && own != [2]string{} {
				rt.Fatalf("%+v", b)
			}
		}
		for i, d := range []*prose.Doc{before, after} {
			var want []string
			for _, u := range units(d) {
				own := plain(tokens(u.node.Content))
				if !textBlock(u.node.Type) {
					own = ""
				}
				for _, name := range attrNames[1:] {
					own += u.node.Attrs.Get(name)
				}
				want = append(want, own)
			}
			got := texts[i]
			if i == 0 { // moved ones stand where they are now
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) {
				rt.Fatalf("of %s came %q, want %q\n%s", d.JSON(), got, want, shown(c))
			}
		}
		if string(before.JSON()) == string(after.JSON()) && strings.Contains(shown(c), "{+") {
			rt.Fatal(shown(c))
		}
	})
}

func TestLine(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"", "New", "{+New+}"},
		{"Совет — собрался", "Совет города — собрался", "Совет{+ города+} — собрался"},
		{"Don’t do it", "Do do it", "[-Don’t-]{+Do+} do it"},
	} {
		if got := marked(Line(c.before, c.after)); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
