package prose

// JSON returns the document in canonical form: no white space, keys and marks
// in fixed order, absent attributes and defaults left out, neighbouring texts
// with equal marks joined. Equal documents have equal bytes, and Parse gives
// the same document back.
func (d *Doc) JSON() []byte {
	b := append(make([]byte, 0, 1024), `{"type":"doc"`...)
	if len(d.Content) > 0 {
		b = appendContent(append(b, `,"content":`...), d.Content)
	}
	return append(b, '}')
}

// JSON returns one node in the same form.
func (n *Node) JSON() []byte {
	b := appendContent(nil, []*Node{n})
	return b[1 : len(b)-1]
}

func appendContent(b []byte, nodes []*Node) []byte {
	b = append(b, '[')
	for i := 0; i < len(nodes); {
		if i > 0 {
			b = append(b, ',')
		}
		n := nodes[i]
		b = append(b, `{"type":"`...)
		b = append(b, n.Type...)
		b = append(b, '"')
		if s := schema[n.Type]; s != nil {
			b = appendAttrs(b, n.Attrs, s.attrs)
		}
		if len(n.Content) > 0 {
			b = appendContent(append(b, `,"content":`...), n.Content)
		}
		i++
		if n.Type == Text {
			b = appendMarks(b, n.Marks)
			b = append(b, `,"text":"`...)
			b = appendEscaped(b, n.Text)
			for i < len(nodes) && nodes[i].Type == Text && sameMarks(n.Marks, nodes[i].Marks) {
				b = appendEscaped(b, nodes[i].Text)
				i++
			}
			b = append(b, '"')
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendAttrs(b []byte, attrs Attrs, specs []attrSpec) []byte {
	open := false
	for i := range specs {
		s := &specs[i]
		value := attrs.Get(s.name)
		if value == "" || s.kind == intAttr && !s.required && attrs.Int(s.name) == defaults[s.name] {
			continue
		}
		if open {
			b = append(b, ',')
		} else {
			b = append(b, `,"attrs":{`...)
			open = true
		}
		b = append(append(append(b, '"'), s.name...), `":`...)
		if s.kind == intAttr {
			b = append(b, value...)
			continue
		}
		b = append(appendEscaped(append(b, '"'), value), '"')
	}
	if open {
		b = append(b, '}')
	}
	return b
}

func appendMarks(b []byte, marks []Mark) []byte {
	if len(marks) == 0 {
		return b
	}
	b = append(b, `,"marks":[`...)
	first := true
	for _, name := range markOrder {
		for _, m := range marks {
			if m.Type != name {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(append(append(b, `{"type":"`...), name...), '"')
			b = append(appendAttrs(b, m.Attrs, markAttrs[name]), '}')
		}
	}
	return append(b, ']')
}

// appendEscaped writes the inside of a JSON string, escaping only what JSON
// demands.
func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '\n':
			b = append(b, `\n`...)
		case '\t':
			b = append(b, `\t`...)
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	return append(b, s[start:]...)
}
