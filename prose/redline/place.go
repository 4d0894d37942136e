package redline

import (
	"slices"

	"stet/prose"
)

// place gives every part that stays its place: what it stands in.
func (m *merger) place() {
	for _, key := range m.order {
		p := m.parts[key]
		if p.kept && p.in[mine] == nil && p.in[base] != nil {
			m.keepInside(p)
		}
		switch {
		case p.in[base] != nil && p.in[mine] != nil && p.in[theirs] != nil && p.parent[theirs] == p.parent[base]:
			p.home = p.parent[mine]
		case p.in[theirs] != nil:
			p.home = p.parent[theirs]
		default:
			p.home = p.parent[mine]
		}
	}
	if m.circular() {
		// Each put one into the other: what theirs has stands where it is there.
		for _, p := range m.parts {
			if p.in[theirs] != nil {
				p.home = p.parent[theirs]
			}
		}
	}
	m.kids = make(map[string][]string)
	for _, key := range m.order {
		if p := m.parts[key]; key != "" && (p.in[mine] != nil || p.in[theirs] != nil) {
			m.kids[p.home] = append(m.kids[p.home], key)
		}
	}
	m.alive("")
}

// keepInside keeps what stands in a part that mine deleted and theirs changed.
func (m *merger) keepInside(p *part) {
	for _, key := range p.kids[theirs] {
		if kid := m.parts[key]; kid.in[mine] == nil {
			kid.kept = true
			m.keepInside(kid)
		}
	}
}

// circular reports whether there is a part that stands in itself.
func (m *merger) circular() bool {
	done := map[string]bool{"": true}
	for _, key := range m.order {
		var path []string
		on := make(map[string]bool)
		for !done[key] {
			if on[key] {
				return true
			}
			on[key] = true
			path = append(path, key)
			key = m.parts[key].home
		}
		for _, key := range path {
			done[key] = true
		}
	}
	return false
}

// alive drops the parts that neither stay for their own sake nor hold any that
// do, and reports whether this one stays.
func (m *merger) alive(key string) bool {
	m.kids[key] = slices.DeleteFunc(m.kids[key], func(kid string) bool { return !m.alive(kid) })
	return key == "" || m.parts[key].kept || len(m.kids[key]) > 0
}

// children returns what stands in a part, in order.
func (m *merger) children(p *part) []*prose.Node {
	var out []*prose.Node
	for _, key := range m.arrange(p) {
		kid := m.parts[key]
		n := kid.made
		if !textBlock(n.Type) && !atom(n.Type) {
			n.Content = m.children(kid)
			if !m.fill(kid, n) {
				continue
			}
			m.hold(kid, n)
		}
		out = append(out, n)
	}
	return out
}

// fill gives a part what the schema wants in it. It reports false for one in
// which nothing is left.
func (m *merger) fill(p *part, n *prose.Node) bool {
	switch {
	case len(n.Content) == 0 && sort(n.Type) == "cell":
		n.Content = []*prose.Node{{Type: prose.Paragraph}}
	case len(n.Content) == 0:
		if says(n) {
			m.clash(p)
		}
		return false
	case n.Type == prose.ListItem && n.Content[0].Type != prose.Paragraph:
		n.Content = slices.Insert(n.Content, 0, &prose.Node{Type: prose.Paragraph})
	}
	return true
}

// hold lets the sides of a part's clash hold what it holds in the merged
// document.
func (m *merger) hold(p *part, merged *prose.Node) {
	if !p.clashes {
		return
	}
	c := &m.clashes[p.clash]
	for _, side := range []**prose.Node{&c.Base, &c.Mine, &c.Theirs} {
		if *side != nil {
			*side = &prose.Node{Type: (*side).Type, Attrs: (*side).Attrs, Content: merged.Content}
		}
	}
}

// says reports whether a part has words of its own.
func says(n *prose.Node) bool {
	return n.Attrs.Get("attribution")+n.Attrs.Get("caption")+n.Attrs.Get("title") != ""
}

// arrange returns the keys of what stands in a part in the order of theirs,
// with what mine added, moved or brought here put behind what it follows in
// mine.
func (m *merger) arrange(p *part) []string {
	here := make(map[string]bool, len(m.kids[p.key]))
	for _, key := range m.kids[p.key] {
		here[key] = true
	}
	var order [3][]string // of the parts that are here in each
	for side := range order {
		order[side] = slices.DeleteFunc(slices.Clone(p.kids[side]), func(key string) bool { return !here[key] })
	}
	mines, others := moved(order[base], order[mine]), moved(order[base], order[theirs])

	const start = ""
	next := make(map[string]string, len(here)) // the one behind each; the last leads to start
	listed := make(map[string]bool, len(here))
	last := start
	for _, key := range order[theirs] {
		if mines[key] && !others[key] {
			continue
		}
		next[last], last = key, key
		listed[key] = true
	}
	next[last] = start
	before := start
	for _, key := range order[mine] {
		if !listed[key] {
			at := before
			for k := next[at]; k != start && m.parts[k].in[base] == nil && m.parts[k].in[mine] == nil; k = next[k] {
				at = k
			}
			next[key], next[at] = next[at], key
			listed[key] = true
		}
		before = key
	}
	out := make([]string, 0, len(here))
	for key := next[start]; key != start; key = next[key] {
		out = append(out, key)
	}
	return out
}

// moved returns the keys that stand in both lists, in another order.
func moved(before, after []string) map[string]bool {
	in := func(list []string) map[string]bool {
		set := make(map[string]bool, len(list))
		for _, key := range list {
			set[key] = true
		}
		return set
	}
	there, here := in(before), in(after)
	before = slices.DeleteFunc(slices.Clone(before), func(key string) bool { return !here[key] })
	after = slices.DeleteFunc(slices.Clone(after), func(key string) bool { return !there[key] })
	out := make(map[string]bool)
	for _, h := range changes(before, after) {
		for _, key := range after[h.b0:h.b1] {
			out[key] = true
		}
	}
	return out
}

// locate tells the clashes about parts that theirs deleted where they stood, and
// takes the id from those whose id names something else in the merged document.
func (m *merger) locate(merged *prose.Doc) {
	there, sorts := make(map[string]bool), make(map[string]string)
	for _, n := range merged.Content {
		there[n.Attrs.Get("id")] = true
	}
	merged.Walk(func(n *prose.Node) bool {
		sorts[n.Attrs.Get("id")] = sort(n.Type)
		return true
	})
	for i := range m.clashes {
		c := &m.clashes[i]
		if other := sorts[c.ID]; other != "" && (c.Theirs == nil || sort(c.Theirs.Type) != other) {
			c.ID = ""
		}
	}
	root := m.parts[""]
	last := ""
	after := make(map[string]string, len(root.kids[mine])) // by the key of mine's block
	for _, key := range root.kids[mine] {
		if id := m.parts[key].in[mine].Attrs.Get("id"); there[id] {
			last = id
		}
		after[key] = last
	}
	for _, p := range m.parts {
		if !p.clashes || p.in[mine] == nil || p.in[theirs] != nil {
			continue
		}
		top := p
		for top.parent[mine] != "" {
			top = m.parts[top.parent[mine]]
		}
		m.clashes[p.clash].After = after[top.key]
	}
}

func copyOf(d *prose.Doc) *prose.Doc {
	return &prose.Doc{Content: copyNodes(d.Content)}
}

func copyNodes(nodes []*prose.Node) []*prose.Node {
	if len(nodes) == 0 {
		return nil
	}
	out := make([]*prose.Node, len(nodes))
	for i, n := range nodes {
		c := *n
		c.Attrs = slices.Clone(n.Attrs)
		c.Content = copyNodes(n.Content)
		out[i] = &c
	}
	return out
}
