// Package web holds the HTTP manners that readers' pages, the desk and the API
// share. It knows no articles and no storage. The list of its contents is
// closed; to add to it is a question for review:
//
//   - [Handler]: handlers return errors, one place answers them.
//   - [Problem], [Status], [Refusal]: errors as RFC 9457 problem details.
//   - [ReadJSON], [WriteJSON]: bodies within a limit and of the right type.
//   - [Front], [RequestID], [Client], [Report]: what stands before every
//     handler: the request's id, the client's address, the access log and the
//     recovery from panics.
//   - [Proxies]: whose forwarding headers count.
//   - [Limiter], [Seconds]: how much work one client can make.
//   - [AtOnce], [Gather], [GatherContext]: an answer leaves in one system call.
//
// Compression is not here: the press does it once for all readers.
package web
