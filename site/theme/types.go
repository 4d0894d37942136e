package theme

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	"stet/lang"
)

// functions are what a template may call, with what to write instead of what
// it may not.
var functions = map[string]string{
	"and": "", "or": "", "not": "", "len": "", "eq": "", "ne": "", "lt": "", "le": "", "gt": "", "ge": "",
	"breaking": "", "masthead": "", "front": "", "foot": "", "section": "", "latest": "", "asset": "",
	"html":     "what is printed is escaped already; remove it",
	"js":       "what is printed is escaped already; remove it",
	"urlquery": "what is printed is escaped already; remove it",
	"print":    "write the words between {{…}} and {{…}}",
	"printf":   "write the words between {{…}} and {{…}}",
	"println":  "write the words between {{…}} and {{…}}",
	"index":    "it fails where the list is shorter; use {{range $i, $x := …}} and {{if eq $i 0}}",
	"slice":    "it fails where the list is shorter; use {{range $i, $x := …}} and {{if lt $i 3}}",
	"call":     "a view holds nothing to call",
}

// isBlock holds for the functions that stand for blocks.
func isBlock(name string) bool {
	switch name {
	case "breaking", "masthead", "front", "foot", "section", "latest":
		return true
	}
	return false
}

// maxNodes is how many nodes a template may have when the parts it calls are
// put in their places.
const maxNodes = 20_000

// templates checks the templates: first each file by itself, then every page and
// block with the parts it calls, against the struct that it is given.
func (l *loader) templates() {
	trees := map[string]map[string]*parse.Tree{} // by file, then by name
	marks := map[*parse.Tree]map[parse.Pos]bool{}
	for name, data := range l.files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		set, err := parseFile(name, string(data))
		if err != nil {
			f := at(name, err)
			l.fault(f.File, f.Line, "%s", f.Message)
			continue
		}
		trees[name] = set
		for _, tree := range set {
			marks[tree] = l.source(name, data, tree)
		}
	}
	check := func(file string, view any, block bool) {
		main, parts := trees[file], trees[partsFile]
		if main == nil || parts == nil {
			return // it could not be parsed
		}
		if !block && parse.IsEmptyTree(main[file].Root) {
			l.fault(file, 0, "is empty; without the file, the page is that of the theme below")
			return
		}
		c := &checker{loader: l, trees: map[string]*parse.Tree{}, files: map[*parse.Tree]string{}, marks: marks, block: block}
		for _, from := range []string{below, partsFile, file} {
			for name, tree := range trees[from] {
				if name != from || from == file {
					c.trees[name], c.files[tree] = tree, from
				}
			}
		}
		t := reflect.TypeOf(view)
		c.run(file, value{t: t, known: true, place: "0"})
		if c.nodes <= maxNodes && len(l.faults) == 0 {
			if n := c.laid(c.trees[file].Root, laid{}).parts; n > maxParts {
				l.fault(file, 0, "a page could be laid of %d blocks and stretches of text between them; it may have %d", n, maxParts)
			}
		}
	}
	for name, view := range l.views.Pages {
		check(name+".html", view, false)
	}
	for name, view := range l.views.Blocks {
		check(blockFile(name), view, true)
	}
}

// laid counts the parts that a page is laid of.
type laid struct {
	parts int
	text  bool // the last one is text, which what follows may go on with
}

func (c *checker) laid(n parse.Node, l laid) laid {
	words := func() {
		if !l.text {
			l = laid{l.parts + 1, true}
		}
	}
	either := func(a, b *parse.ListNode) {
		x, y := l, l
		if a != nil {
			x = c.laid(a, l)
		}
		if b != nil {
			y = c.laid(b, l)
		}
		l = laid{max(x.parts, y.parts), x.text && y.text}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, n := range n.Nodes {
			l = c.laid(n, l)
		}
	case *parse.TextNode:
		if len(bytes.TrimSpace(n.Text)) > 0 {
			words()
		}
	case *parse.ActionNode:
		if id, ok := n.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode); ok && isBlock(id.Ident) {
			l = laid{l.parts + 1, false}
		} else if len(n.Pipe.Decl) == 0 {
			words()
		}
	case *parse.IfNode:
		either(n.List, n.ElseList)
	case *parse.WithNode:
		either(n.List, n.ElseList)
	case *parse.RangeNode:
		either(n.List, n.ElseList)
	case *parse.TemplateNode:
		l = c.laid(c.trees[n.Name].Root, l)
	}
	return l
}

// parseFile parses a file. Functions are looked up later, so that all that are
// unknown are named.
func parseFile(name, text string) (map[string]*parse.Tree, error) {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	set := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", set); err != nil {
		return nil, err
	}
	return set, nil
}

// checker walks the templates of one page or block as they would be executed,
// with the types of values in place of values.
type checker struct {
	*loader
	trees map[string]*parse.Tree
	files map[*parse.Tree]string
	marks map[*parse.Tree]map[parse.Pos]bool // where what is printed must be a whole attribute
	block bool

	tree    *parse.Tree // that is walked
	calls   []string    // the templates that are being walked
	nodes   int
	places  int             // so many dots were there
	vars    []variable      // in sight
	present map[string]bool // what was asked for and is there, by its place
	depth   int             // of ranges
}

type variable struct {
	name string
	value
}

// value is what is known of a value without having it.
type value struct {
	t     reflect.Type // nil if it may be of several
	known bool         // a pointer that cannot be missing
	place string       // how it was come to, so that it is known again; empty for what was made
	level int          // in how many ranges it was come to
	said  bool         // what is wrong with it has been told
}

// wrong is the value of what a fault was told of.
var wrong = value{said: true}

var (
	stringType = reflect.TypeFor[string]()
	boolType   = reflect.TypeFor[bool]()
	intType    = reflect.TypeFor[int]()
	langType   = reflect.TypeFor[*lang.Language]()
	attrType   = reflect.TypeFor[template.HTMLAttr]()
)

func (c *checker) fault(at parse.Pos, format string, args ...any) {
	file := c.files[c.tree]
	c.loader.fault(file, line(c.loader.files[file], int(at)), format, args...)
}

// run walks a template with a dot.
func (c *checker) run(name string, dot value) {
	tree := c.trees[name]
	was, vars, present := c.tree, c.vars, c.present
	c.tree, c.vars, c.present = tree, []variable{{"$", dot}}, map[string]bool{}
	c.calls = append(c.calls, name)
	c.list(tree.Root, dot)
	c.calls = c.calls[:len(c.calls)-1]
	c.tree, c.vars, c.present = was, vars, present
}

// list walks nodes; variables that they declare are gone after.
func (c *checker) list(l *parse.ListNode, dot value) {
	if l == nil {
		return
	}
	in := len(c.vars)
	for _, n := range l.Nodes {
		if c.nodes++; c.nodes > maxNodes {
			if c.nodes == maxNodes+1 {
				c.fault(n.Position(), "with all parts put in their places the template has more than %d nodes; call fewer", maxNodes)
			}
			return
		}
		c.node(n, dot)
	}
	c.vars = c.vars[:in]
}

func (c *checker) node(n parse.Node, dot value) {
	switch n := n.(type) {
	case *parse.ActionNode:
		c.action(n, dot)
	case *parse.IfNode:
		c.branch(&n.BranchNode, dot, func() { c.list(n.List, dot) })
	case *parse.WithNode:
		in := len(c.vars)
		v := c.pipe(n.Pipe, dot)
		v.known = true
		for i := range c.vars[in:] {
			c.vars[in+i].known = true
		}
		inner := v
		if inner.place == "" {
			c.places++
			inner.place = fmt.Sprint(c.places)
		}
		c.list(n.List, inner)
		c.vars = c.vars[:in]
		c.list(n.ElseList, dot)
	case *parse.RangeNode:
		c.loop(n, dot)
	case *parse.TemplateNode:
		arg := value{known: true}
		if n.Pipe != nil {
			arg = c.pipe(n.Pipe, dot)
		}
		switch {
		case c.trees[n.Name] == nil:
			c.fault(n.Pos, "there is no template %q here: define it in this file or in %s", n.Name, partsFile)
		case slices.Contains(c.calls, n.Name):
			c.fault(n.Pos, "the template %q calls itself, without end", n.Name)
		default:
			c.places++
			arg.place = fmt.Sprint(c.places)
			c.run(n.Name, arg)
		}
	}
}

// branch walks an if: what is asked for is there in the first list.
func (c *checker) branch(n *parse.BranchNode, dot value, then func()) {
	in := len(c.vars)
	c.pipe(n.Pipe, dot)
	present := maps.Clone(c.present)
	if n.Pipe != nil && len(n.Pipe.Cmds) == 1 {
		for _, place := range c.asked(n.Pipe.Cmds[0], dot) {
			c.present[place] = true
		}
	}
	then()
	c.present = present
	c.vars = c.vars[:in]
	c.list(n.ElseList, dot)
}

// asked are the places that must hold something for a condition to be true.
func (c *checker) asked(cmd *parse.CommandNode, dot value) []string {
	args := cmd.Args
	if id, ok := args[0].(*parse.IdentifierNode); ok && id.Ident == "and" {
		args = args[1:]
	} else if len(args) > 1 {
		return nil
	}
	var out []string
	for _, a := range args {
		if p, ok := a.(*parse.PipeNode); ok && len(p.Cmds) == 1 {
			out = append(out, c.asked(p.Cmds[0], dot)...)
			continue
		}
		switch a.(type) {
		case *parse.FieldNode, *parse.VariableNode:
			if v := c.quiet(a, dot); v.place != "" {
				out = append(out, v.place)
			}
		}
	}
	return out
}

// quiet evaluates what has been evaluated before, without noting faults again.
func (c *checker) quiet(n parse.Node, dot value) value {
	faults := c.loader.faults
	c.loader.faults = map[Fault]bool{}
	v := c.arg(n, dot)
	c.loader.faults = faults
	return v
}

func (c *checker) loop(n *parse.RangeNode, dot value) {
	in := len(c.vars)
	decl := n.Pipe.Decl
	if n.Pipe.IsAssign {
		c.fault(n.Pos, "declare the variables of a range with :=")
	}
	v := c.commands(n.Pipe, dot)
	if v.t == nil || v.t.Kind() != reflect.Slice {
		if !v.said {
			c.fault(n.Pos, "range goes through lists of the view only, not through %s", named(v.t))
		}
		c.list(n.ElseList, dot)
		return
	}
	if v.level != c.depth {
		c.fault(n.Pos, "a range within a range goes through a list of what the outer one stands at, not through the same list again and again")
	}
	c.places++
	c.depth++
	elem := value{t: v.t.Elem(), known: true, place: fmt.Sprint(c.places), level: c.depth}
	if len(decl) > 1 {
		c.vars = append(c.vars, variable{decl[0].Ident[0], value{t: intType}})
	}
	if len(decl) > 0 {
		c.vars = append(c.vars, variable{decl[len(decl)-1].Ident[0], elem})
	}
	present := maps.Clone(c.present)
	c.list(n.List, elem)
	c.present = present
	c.depth--
	c.vars = c.vars[:in]
	c.list(n.ElseList, dot)
}

// action checks what is printed, or the value that a variable gets.
func (c *checker) action(n *parse.ActionNode, dot value) {
	if len(n.Pipe.Decl) > 0 {
		c.pipe(n.Pipe, dot)
		return
	}
	if id, ok := n.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode); ok && isBlock(id.Ident) && len(n.Pipe.Cmds) == 1 {
		switch {
		case c.block:
			c.fault(n.Pos, "a block cannot hold another")
		case c.depth > 0:
			c.fault(n.Pos, "a block within a range would make a page of too many pieces")
		}
		c.blockCall(n.Pipe.Cmds[0], id, dot)
		return
	}
	v := c.pipe(n.Pipe, dot)
	switch {
	case v.said:
	case v.t == nil:
		c.fault(n.Pos, "it is not known what this is; print a field")
	case v.t.Kind() == reflect.Struct, v.t.Kind() == reflect.Pointer, v.t.Kind() == reflect.Slice:
		c.fault(n.Pos, "%s cannot be printed; print a field of it", named(v.t))
	case c.marks[c.tree][n.Pos] && v.t != attrType:
		c.fault(n.Pos, "only whole attributes of the view, such as the Type of a feed, may stand in a tag outside of quotes")
	case v.t == attrType && !c.marks[c.tree][n.Pos]:
		c.fault(n.Pos, "this is a whole attribute; it stands in a tag")
	}
}

// blockCall checks the words after a block's name.
func (c *checker) blockCall(cmd *parse.CommandNode, id *parse.IdentifierNode, dot value) {
	args := cmd.Args[1:]
	switch id.Ident {
	case "latest":
		if len(args) == 1 {
			if n, ok := args[0].(*parse.NumberNode); ok && n.IsInt && n.Int64 >= 1 && n.Int64 <= maxLatest {
				return
			}
		}
		c.fault(id.Pos, "write {{latest 10}}, with a number from 1 to %d", maxLatest)
	case "section":
		if len(args) != 1 {
			c.fault(id.Pos, "write {{section .SectionKey}}")
		} else if v := c.arg(args[0], dot); v.t != nil && v.t != stringType {
			c.fault(id.Pos, "the key of a section is a string, not %s", named(v.t))
		}
	default:
		if len(args) > 0 {
			c.fault(id.Pos, "{{%s}} takes nothing", id.Ident)
		}
	}
}

// pipe evaluates a pipeline and declares or sets its variables.
func (c *checker) pipe(p *parse.PipeNode, dot value) value {
	v := c.commands(p, dot)
	for _, d := range p.Decl {
		name := d.Ident[0]
		if !p.IsAssign {
			c.vars = append(c.vars, variable{name, v})
			continue
		}
		if old := c.variable(name); old == nil || old.t != v.t || v.t != stringType && v.t != boolType && v.t != intType {
			c.fault(d.Pos, "only a variable that holds a string, a number or a truth can be set to another")
		}
	}
	return v
}

func (c *checker) commands(p *parse.PipeNode, dot value) value {
	var v *value
	for _, cmd := range p.Cmds {
		out := c.command(cmd, dot, v)
		v = &out
	}
	return *v
}

func (c *checker) variable(name string) *value {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if c.vars[i].name == name {
			return &c.vars[i].value
		}
	}
	return nil
}

// command evaluates a command; final is what was piped into it.
func (c *checker) command(cmd *parse.CommandNode, dot value, final *value) value {
	first := cmd.Args[0]
	if id, ok := first.(*parse.IdentifierNode); ok {
		return c.function(id, cmd.Args[1:], dot, final)
	}
	if names, base, ok := c.method(first, dot); ok {
		return c.text(cmd, names, base, dot, final)
	}
	if len(cmd.Args) > 1 || final != nil {
		c.fault(first.Position(), "%s is no function", first)
	}
	return c.arg(first, dot)
}

// method tells whether a node names the method Text, and of what.
func (c *checker) method(n parse.Node, dot value) (names []string, base value, ok bool) {
	switch n := n.(type) {
	case *parse.FieldNode:
		names, base = n.Ident, dot
	case *parse.VariableNode:
		names = n.Ident[1:]
		if v := c.variable(n.Ident[0]); v != nil {
			base = *v
		}
	}
	return names, base, len(names) > 0 && names[len(names)-1] == "Text"
}

// text checks a call of the language's Text; a field of that name is a field.
func (c *checker) text(cmd *parse.CommandNode, names []string, base value, dot value, final *value) value {
	at := cmd.Args[0].Position()
	of := c.fields(base, names[:len(names)-1], at)
	if of.t != langType {
		if len(cmd.Args) > 1 || final != nil {
			c.fault(at, "%s is no function", cmd.Args[0])
		}
		return c.fields(of, names[len(names)-1:], at)
	}
	args := cmd.Args[1:]
	key := (*parse.StringNode)(nil)
	if len(args) > 0 {
		key, _ = args[0].(*parse.StringNode)
	}
	switch {
	case key == nil:
		c.fault(at, `write {{.L.Text "…"}} with the name of a text`)
		return value{t: stringType}
	case lang.Get("en").Text(lang.Key(key.Text)) == key.Text:
		c.fault(at, "there is no text %q", key.Text)
	case len(args)%2 == 0 || final != nil:
		c.fault(at, `after the name of the text come pairs: {{.L.Text "copyright" "year" .Year "name" .Paper}}`)
	}
	for _, a := range args[1:] {
		if v := c.arg(a, dot); v.t != nil && v.t != stringType && v.t != intType {
			c.fault(at, "a text holds strings and numbers, not %s", named(v.t))
		}
	}
	return value{t: stringType}
}

// function checks a call of a function.
func (c *checker) function(id *parse.IdentifierNode, words []parse.Node, dot value, final *value) value {
	instead, ok := functions[id.Ident]
	switch {
	case !ok:
		c.fault(id.Pos, "there is no function %q", id.Ident)
		return wrong
	case instead != "":
		c.fault(id.Pos, "%s is not allowed: %s", id.Ident, instead)
		return wrong
	case isBlock(id.Ident):
		c.fault(id.Pos, "a block stands by itself, as {{%s}}", id.Ident)
		return wrong
	case id.Ident == "asset":
		if len(words) == 1 && final == nil {
			if s, ok := words[0].(*parse.StringNode); ok {
				if c.loader.files[s.Text] == nil || mediaTypes[extension(s.Text)] == "" {
					c.fault(id.Pos, "the theme has no file %q", s.Text)
				}
				return value{t: stringType}
			}
		}
		c.fault(id.Pos, `write {{asset "logo.svg"}}, with the name of a file of the theme`)
		return value{t: stringType}
	}
	var args []value
	for _, w := range words {
		args = append(args, c.arg(w, dot))
	}
	if final != nil {
		args = append(args, *final)
	}
	return c.builtin(id, args)
}

func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[i:]
	}
	return ""
}

func (c *checker) builtin(id *parse.IdentifierNode, args []value) value {
	want := map[string][2]int{"not": {1, 1}, "len": {1, 1}, "and": {1, 99}, "or": {1, 99}, "eq": {2, 99}}[id.Ident]
	if want == [2]int{} {
		want = [2]int{2, 2}
	}
	if len(args) < want[0] || len(args) > want[1] {
		c.fault(id.Pos, "%s has %d values", id.Ident, len(args))
		return wrong
	}
	switch id.Ident {
	case "not":
		return value{t: boolType}
	case "and", "or":
		v := args[0]
		v.known, v.place = false, ""
		for _, a := range args[1:] {
			v.level = min(v.level, a.level)
			if a.t != v.t {
				v.t = nil
			}
			v.said = v.said || a.said
		}
		return v
	case "len":
		if t := args[0].t; t != nil && t.Kind() != reflect.Slice && t.Kind() != reflect.String {
			c.fault(id.Pos, "%s has no length", named(t))
		}
		return value{t: intType}
	}
	for _, a := range args[1:] {
		if a.said || args[0].said {
			break
		}
		if a.t == nil || args[0].t == nil {
			c.fault(id.Pos, "%s compares two strings or two numbers; it is not known what this is", id.Ident)
			break
		}
		k := a.t.Kind()
		if k != args[0].t.Kind() || k != reflect.String && k != reflect.Int && (k != reflect.Bool || id.Ident != "eq" && id.Ident != "ne") {
			c.fault(id.Pos, "%s cannot compare %s with %s", id.Ident, named(args[0].t), named(a.t))
			break
		}
	}
	return value{t: boolType}
}

// arg evaluates a value.
func (c *checker) arg(n parse.Node, dot value) value {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		if _, _, ok := c.method(n, dot); ok {
			return c.text(&parse.CommandNode{Args: []parse.Node{n}}, n.Ident, dot, dot, nil)
		}
		return c.fields(dot, n.Ident, n.Pos)
	case *parse.VariableNode:
		v := c.variable(n.Ident[0])
		if v == nil {
			return wrong // the parser has said so
		}
		return c.fields(*v, n.Ident[1:], n.Pos)
	case *parse.ChainNode:
		return c.fields(c.arg(n.Node, dot), n.Field, n.Pos)
	case *parse.PipeNode:
		return c.pipe(n, dot)
	case *parse.IdentifierNode:
		return c.function(n, nil, dot, nil)
	case *parse.StringNode:
		return value{t: stringType}
	case *parse.BoolNode:
		return value{t: boolType}
	case *parse.NumberNode:
		if n.IsInt {
			return value{t: intType}
		}
		c.fault(n.Pos, "only whole numbers are of use")
		return wrong
	}
	c.fault(n.Position(), "%s is of no use here", n)
	return wrong
}

// fields follows fields from a value.
func (c *checker) fields(v value, names []string, at parse.Pos) value {
	for _, name := range names {
		if v.t == nil {
			if !v.said {
				c.fault(at, "it is not known what has the field %s; name it by itself", name)
			}
			return wrong
		}
		t := v.t
		if t.Kind() == reflect.Pointer {
			if !v.known && t != langType && !c.present[v.place] {
				c.fault(at, "what has the field %s may be missing; put {{with …}} around", name)
			}
			t = t.Elem()
		}
		f, ok := reflect.StructField{}, false
		if t.Kind() == reflect.Struct {
			f, ok = t.FieldByName(name)
		}
		if !ok || !f.IsExported() {
			c.fault(at, "there is no field %s in %s", name, named(v.t))
			return wrong
		}
		place := ""
		if v.place != "" {
			place = v.place + "." + name
		}
		v = value{t: f.Type, place: place, level: v.level}
	}
	return v
}

// named says what a value is, in the words of doc/themes.md.
func named(t reflect.Type) string {
	if t == nil {
		return "this"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return named(t.Elem())
	case reflect.Slice:
		return "a list"
	case reflect.Int:
		return "a number"
	case reflect.Bool:
		return "a truth"
	case reflect.String:
		return "a string"
	}
	return "the struct " + t.Name()
}
