// Package format writes news in the forms that machines read: RSS, Atom and
// JSON Feed, sitemaps, the words of schema.org, ninjs, oEmbed, Markdown, web
// app manifests, robots.txt and llms.txt.
//
// It is given what there is to say and returns bytes. It looks nothing up and
// knows no clock, no request and no page: what is the same goes in, the same
// comes out. What it writes of a text equals what the text's page shows.
package format
