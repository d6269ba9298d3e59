// Package portal serves the web pages: where people sign in, by a mailed link or
// code; their sessions; their requests, each with its history and its files; and
// where a customer answers a reminder, by the signed link in it, with "it is
// solved" or "still a problem".
//
// What it keeps to, and each page after it:
//
//   - GET and HEAD change nothing, whoever fetches them ahead of a person and
//     however often, but when a session was last seen. A form is sent by POST,
//     from the same origin ([net/http.CrossOriginProtection]), and answered by a
//     redirection (303), so that reloading the page that follows sends nothing
//     again.
//   - A form that is sent as it was shown chooses nothing: a mail scanner that
//     follows links and presses buttons answers for nobody.
//   - What somebody may not see is not there: 404, with the same body as for what
//     does not exist.
//   - Pages work without a script, without an image of ours, on 320 pixels, by
//     keyboard, in the dark and on paper (WCAG 2.2 AA). There is no inline style
//     or script, and the header forbids them.
//   - Everything that comes in is bounded: the header by whoever serves, the body
//     and the text here, how often a customer answers by package ticketing.
//   - A stranger is told what to do; what went wrong is for the log, which has no
//     tokens, texts or addresses of people in it.
//
// It reads the texts from the catalogue, and changes tickets by
// [deskd/ticketing.Desk] alone.
package portal
