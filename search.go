package stet

// SearchQuery is a reader's question about the stories of an edition.
type SearchQuery struct {
	Lang   Lang
	Text   string // as it was written; nothing in it is syntax
	Offset int
	Limit  int

	// AsOf leaves out what was published first after that place in the order of
	// publication, so that pages of results stay put. Zero is this moment.
	AsOf int64
}

// SearchResults are the stories that answer a question, the most fitting first.
type SearchResults struct {
	Matches []Match
	Total   int   // of all that answer it
	Most    int   // how many of them can be listed, by any offset
	AsOf    int64 // for further pages of the same results
}

// Match is a story that answers a question.
type Match struct {
	Head
	Text string // the body as plain text; empty where it is not open to everybody
}
