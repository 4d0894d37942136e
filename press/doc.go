// Package press holds pages that are laid of pieces, and answers requests by
// writing the right pieces one after the other.
//
// It is for sites on which many pages share what changes all the time: a page
// of ten years ago shows today's date and the latest headlines, because it does
// not contain them but names them. A piece is rendered and compressed once,
// when what it shows has changed; a request renders, compresses and copies
// nothing. The package knows nothing of what the pages are about.
//
// # Pages, blocks, pieces
//
// A page is what stands at a path: a status, header fields, and at most eight
// parts. A part is the page's own HTML or the name of a block. A block is what
// many pages share. The parts that are a page's own are made, held and dropped
// together with it; a block is made, held and dropped by its name.
//
//	/ru/2021/06/slug = own, block "masthead/ru", own, block "latest/ru", block "foot/ru"
//
// Both become pieces: the bytes, the same bytes as raw deflate blocks that end
// on a byte boundary with none of them final, the CRC-32, and a 128-bit hash of
// all that. A piece never changes.
//
// The press makes what it has not: it calls [Options].Lay for a page and
// [Options].Print for a block. Everything else that is to stand at an address
// is a page as well: feeds, stylesheets, fonts (Raw: never compressed),
// redirects (no parts). What anybody can ask for without end, such as pages
// that say 404, is marked Transient: it is answered and not held.
//
// # Freshness
//
// A [Change] drops pages and blocks, or sets blocks to what was made ahead, all
// in one moment, which begins a new generation.
//
//  1. When [Press.Apply] has returned, no request that comes later is answered
//     with anything that it dropped or replaced. It does not matter whether
//     that was held, was just being made, or was made and not yet answered.
//
//  2. All pieces of one answer were valid together at one moment between the
//     request and its answer. No answer shows one half of a change.
//
//  3. A Lay or Print that began before its name was dropped is of no use. It is
//     neither held nor answered; whoever waits for it begins anew, and does not
//     wait for it to end. (So two calls for one name run at the same time only
//     if the first has been given up.)
//
//  4. Requests that miss the same thing share one call. A request that is given
//     up leaves the call to the others. A call belongs to no request: its
//     context carries no values and ends with [Options].Timeout, at which time
//     those who wait get an error even if the call does not return. A panic is
//     an error too. After an error the next request tries again.
//
//  5. A request gets its answer even if there is no room to hold what was made
//     for it. Only if changes hit it again and again, 32 times, it gets
//     [ErrUnsettled]; a caller whose changes come in crowds applies them together.
//
//  6. What is past its Until is as good as missing. What a request has itself
//     waited for does not run out before that request is answered.
//
//  7. If making anew what has run out fails, the old one is answered: yesterday's
//     date is better than no page. From then on nobody waits for it, and it is
//     tried again once a second while requests come. What was dropped is never
//     answered again, failure or not; pieces that many pages share are therefore
//     better set than dropped.
//
//  8. As long as Lay and Print fail, everything that is held goes on being
//     answered.
//
//  9. An older print never replaces a newer one. A block of Set counts as made at
//     the generation that Change.Since gives, which the caller asked [Press.Since]
//     for before it read the data:
//
//     since := p.Since()
//     latest := render()
//     p.Apply(press.Change{Since: since, Set: map[string]press.Block{"latest/ru": latest}, Pages: paths})
//
//     If the block was dropped, set or printed in a later generation, it is
//     dropped instead: neither print can be known to be the newer one. So what
//     was there before Apply is gone after it, whatever was given.
//
//  10. A Change with All may Do something: change what Lay and Print go by. What
//     was made before that moment and what is made after it are never in one
//     answer.
//
// The press learns of a change by Apply. What is made between a change of the
// data and its Apply may show the change already, beside blocks which do not;
// a caller that cannot have this must let Lay and Print read the data as of the
// last change it applied.
//
// # Room
//
// All that is held is bounded by [Options].MaxBytes: both codings and what it
// takes to hold them. What was not read for longest makes room (SIEVE). Dropping
// everything is one step, whatever is held.
//
// # Answers
//
// A [Response] is data: a status, a block of header fields and the segments of
// the body, none of them copied. [Response.Write] gives it to net/http; another
// writer takes [Response.AppendHead] and [Response.AppendBody]. Both add Date.
//
//   - Nothing in a request changes an answer but what [Request] has: method,
//     path, Accept-Encoding, If-Match and If-None-Match.
//   - gzip is answered to whoever accepts it and does not prefer the identity;
//     everybody else gets the identity, also those who refuse it. It is always
//     one gzip member: header, the pieces' deflate blocks, a final empty block,
//     the CRC-32 combined from the pieces', the length. Pages that can be
//     compressed say Vary: Accept-Encoding in either coding.
//   - Content-Length is always there. HEAD is GET without the body.
//   - Pages with status 200 have a strong ETag, which comes of the coding, the
//     header fields and the pieces' hashes. It needs no clock and is the same on
//     every machine that holds the same.
//   - If-None-Match is compared weakly and answered with 304, which repeats ETag,
//     Vary, Cache-Control, Content-Location and Expires and nothing else; If-Match
//     is compared strongly and answered with 412. Both are ignored where the page
//     is not 200.
//   - There are no ranges and no modification dates, so Range, If-Range,
//     If-Modified-Since and If-Unmodified-Since are ignored, as RFC 9110 has it.
//   - The fields which the press or a writer sets, and those no page has that is
//     the same for all, such as Set-Cookie, are an error of Lay. So are a page
//     with parts but no Content-Type, and a status that has no body.
//
// # How readers do without a lock
//
// The generation is a sequence lock: odd while Apply changes pointers. A reader
// notes it, finds the page, loads the pointers of its blocks, and has a view if
// the number is still the same. Held things are immutable and found by atomic
// loads. Whatever goes wrong, missing, run out, changed meanwhile, sends the
// reader the long way, which looks at everything under the lock.
package press
