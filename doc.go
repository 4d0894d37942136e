// Package stet is the domain of a news publishing system: what an article is,
// who may do what to it, and what readers may see of it. It is pure: no I/O, no
// SQL, no HTTP, and the time of day is always an argument.
//
// # Nouns
//
//   - An [Article] is one text in one language, with its working, scheduled and
//     live [Revision]. Articles that translate one another share a Group.
//   - A snapshot is a text as it was on its way, kept where somebody handed it on
//     or another one began to write; it is not published and not in the chain of
//     what was.
//   - A [Content] is what a revision says: headline, body, section, bylines …
//   - A [Story] is the published snapshot of an article. Readers see stories
//     only, and only through a [Library].
//   - A [Term] is a section, a topic or an author: a language-neutral key with a
//     name and a slug per language.
//   - A [Site] is the newsroom's public face: its editions, zone and names.
//   - An [Event] is one row of the log that everything else follows.
//   - A [User] is who acts: a person, a token, the schedule or an import.
//
// # Workflow
//
// Two facts describe an article, not one state:
//
//	live:  never ──publish──▶ published ──withdraw──▶ withdrawn
//	                              ▲───────publish─────────┘
//	work:  none ──edit──▶ draft ──submit──▶ in review ──approve──▶ approved
//	                        ▲──────return──────┘                      │
//	       whoever may publish, publishes or schedules from any work state
//
// What is published is changed by publishing again (a silent update), by
// correcting (a dated public note) or by withdrawing (410 with a reason). A save
// of the desk overwrites the working text, at every pause of whoever writes; what
// it was is kept now and then (see [Article.Save]). An embargo holds every verb
// back that would show a text; at its expiry the clock withdraws it.
//
// # Layers
//
// Who may import whom is a table in layers_test.go:
//
//	0  prose press search blob lang dial mail   nothing of ours
//	1  stet                                     prose, prose/redline, lang
//	2  store                                    stet, layer 0
//	3  auth jobs media delivery transfer        stet, store, layer 0
//	4  web site desk api                        site knows news only as stet.Library
//	5  cmd/stet                                 everything
//
// The Go packages promise no stable API to other modules.
package stet
