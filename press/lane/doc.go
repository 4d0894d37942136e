// Package lane is the fast lane: a strict HTTP/1.1 front for readers' pages.
//
// net/http costs more than the pages that the press holds. A [Lane] stands
// between the listener and net/http: it answers by itself a GET or HEAD that it
// fully recognises, with one system call, and hands every other connection to
// net/http together with the bytes that it has read. It is itself the listener
// of that server:
//
//	l := lane.New(tcp, lane.Options{Answer: answer})
//	server.Serve(l)
//	…
//	l.Shutdown(ctx) // first, as it may still hand over
//	server.Shutdown(ctx)
//
// # What it promises
//
//   - It decides nothing. What is answered comes from Options.Answer, which may
//     decline; a request that is declined is net/http's, and so is the rest of its
//     connection.
//   - What a client gets is what net/http would give: the status, the fields and
//     the body. The fields may come in another order.
//   - Earlier answers are sent before a connection is handed over, and no deadline
//     is left on it.
//   - A connection takes a buffer, of 4 KB, only while there is something in it.
//     Bodies are never copied: a slow reader holds on to the pieces of its page.
//   - Slow heads, slow readers and idle connections are closed when their time
//     is up, to within a second. Where connections come in crowds, one that waits
//     makes room for the next.
//
// On systems other than Linux everything is handed over.
package lane
