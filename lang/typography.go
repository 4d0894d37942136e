package lang

// Typography is what an editor's keys make of straight quotes, hyphens and
// spaces in a language, and how fast the language is read.
type Typography struct {
	Quotes     [2]string `json:"quotes"` // opening and closing
	Inner      [2]string `json:"inner"`  // those inside others
	Apostrophe string    `json:"apostrophe"`
	Dash       string    `json:"dash"`  // what a hyphen between spaces becomes, with its spaces: the line does not break before it
	Short      []string  `json:"short"` // words, in lower case, that a line does not end with

	// Pace is how many words a minute grown-ups read in silence, after the IReST
	// study; that of a kindred language, or its mean, where it has none. A text
	// takes as many minutes as prose.Words divided by it, at least one.
	Pace int `json:"pace"`
}

// Typography returns the language's; that of English where it is not known.
func (l *Language) Typography() Typography { return l.typography }
