package engine

import (
	"fmt"
	"strings"

	"stet/search"
)

// Search is what differs between the engines in full-text search. Terms are made by
// package search, so both hold and find the same. The table search, beside a table
// stories with the columns ord, article and published, holds them.
type Search struct {
	Insert, Tail string // of one row or many, see Bulk
	Remove       string // the row $1
	Clear        string
	Rows         string // the numbers of all rows
	Count        string // of the rows that answer the question $1, up to the number $2
	Match        string // the newest $3 of them, each with its article, time and rank: more is better

	// Row are the values of a row.
	Row func(SearchRow) []any
	// Question writes a query about an edition, to be found in the headline or
	// anywhere.
	Question func(edition string, q search.Query, headline bool) string
}

// SearchRow is what the index holds of a story: terms, by where they stand.
type SearchRow struct {
	Ord                                int64
	Edition                            string
	Headline, Standfirst, Topics, Body []string
}

// sqliteSearch keeps terms in a table of FTS5 that holds nothing else. Its
// tokenizer "ascii" takes every term as it is, and a term in quotes is no syntax.
var sqliteSearch = &Search{
	Insert: `INSERT OR REPLACE INTO search (rowid, edition, headline, standfirst, topics, body) VALUES `,
	Remove: `DELETE FROM search WHERE rowid = $1`,
	Clear:  `DELETE FROM search`,
	Rows:   `SELECT rowid FROM search`,
	Count:  `SELECT count(*) FROM search WHERE search MATCH $1 AND rowid <= $2`,
	Match: `SELECT s.ord, s.article, s.published, -x.score FROM (SELECT rowid AS ord, bm25(search, 0.0, 10.0, 5.0, 4.0, 1.0) AS score
		FROM search WHERE search MATCH $1 AND rowid <= $2 ORDER BY rowid DESC LIMIT $3) x CROSS JOIN stories s ON s.ord = x.ord`,
	Row: func(r SearchRow) []any {
		join := func(terms []string) string { return strings.Join(terms, " ") }
		return []any{r.Ord, r.Edition, join(r.Headline), join(r.Standfirst), join(r.Topics), join(r.Body)}
	},
	Question: func(edition string, q search.Query, headline bool) string {
		where := `{headline standfirst topics body}`
		if headline {
			where = `headline`
		}
		return `"` + edition + `" AND ` + where + ` : (` + q.Join(" AND ", " OR ", func(t string) string { return `"` + t + `"` }) + `)`
	},
}

// postgresSearch keeps terms in a tsvector. A term in quotes is no syntax.
var postgresSearch = &Search{
	Insert: `INSERT INTO search (ord, terms) VALUES `,
	Tail:   ` ON CONFLICT (ord) DO UPDATE SET terms = excluded.terms`,
	Remove: `DELETE FROM search WHERE ord = $1`,
	Clear:  `DELETE FROM search`,
	Rows:   `SELECT ord FROM search`,
	Count:  `SELECT count(*) FROM search WHERE terms @@ $1::text::tsquery AND ord <= $2`,
	Match: `SELECT s.ord, s.article, s.published, ts_rank('{0.1, 0.4, 0.5, 1.0}', x.terms, $1::text::tsquery)::float8 FROM (SELECT ord, terms
		FROM search WHERE terms @@ $1::text::tsquery AND ord <= $2 ORDER BY ord DESC LIMIT $3) x JOIN stories s ON s.ord = x.ord`,
	Row: func(r SearchRow) []any {
		var b strings.Builder
		fmt.Fprintf(&b, "'%s'", r.Edition)
		at := 0
		for _, field := range []struct {
			terms  []string
			weight byte
		}{{r.Headline, 'A'}, {r.Standfirst, 'B'}, {r.Topics, 'C'}, {r.Body, 'D'}} {
			for _, t := range field.terms {
				at = min(at+1, maxPosition)
				fmt.Fprintf(&b, " '%s':%d%c", t, at, field.weight)
			}
		}
		return []any{r.Ord, b.String()}
	},
	Question: func(edition string, q search.Query, headline bool) string {
		return `'` + edition + `' & ` + q.Join(" & ", " | ", func(t string) string {
			if headline {
				return `'` + t + `':A`
			}
			return `'` + t + `'`
		})
	},
}

// maxPosition is the last place in a text that a tsvector knows.
const maxPosition = 16383
