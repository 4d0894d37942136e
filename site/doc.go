// Package site is what readers get: pages, feeds and sitemaps. It sees news
// only through a [stet.Library] and keeps nothing that the press does not hold.
// How what machines read is written, package format knows; what pages look
// like, package theme.
//
// # Pages and blocks
//
// A page is laid of parts: its own HTML and the names of blocks that many pages
// share. The blocks are breaking/ru, masthead/ru, latest/ru/10, front/ru,
// section/ru/politics and foot/ru. One publication prints the blocks it touches
// anew; a page out of the archive shows them without being made again.
//
// A theme does not know this. Its page templates are whole documents of
// html/template, in which {{breaking}}, {{masthead}}, {{latest 10}}, {{front}},
// {{foot}} and {{section "politics"}} stand for blocks. Each leaves a mark in the
// output; the output is cut at the marks.
//
// # What a request can change
//
// Nothing but its path; and for "/" and for addresses that would be 404, its
// query, because old addresses may have carried one; and the question to the search. "/" alone looks at
// Accept-Language.
//
// # Addresses
//
// A path is looked up in this order: what the site itself has (fronts,
// sections, topics, authors, the archive, feeds, sitemaps), then an article's
// twins: its address with .md, .ninjs.json or .oembed.json; then what the
// library finds, exactly; then the same address spelt with or without its
// final slash, or with its doubled slashes and dots resolved, leads there by
// 301; then 404. Pages that anybody can think up addresses of (404, 410, 301,
// empty days of the archive) are answered and not held.
//
// # Following
//
// [Site.Reprint] is told of events. The table in reprint.go says which names
// an event touches; it is the only place that knows.
package site
