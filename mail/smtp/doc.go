// Package smtp hands owed mails to a mail server. It is the only package that
// knows the client of go-smtp.
//
// A [Sender] claims mails from a [ticketing.Outbox] before it dials, sends
// each to its one recipient, and records what became of it under a context
// that outlives the shutdown. It promises:
//
//   - No mail is lost. A mail is sent, or due again, or has ended as failed or
//     unknown with the server's words in its row. What a killed process had in
//     hand comes due again when the lease ends.
//   - A mail goes out twice only where SMTP cannot know whether it went out
//     (RFC 1047): the connection, or the process, ended after the final dot
//     and before the answer was noted. The second copy has the same bytes, and
//     there is at most one when the process lives.
//   - A truncated mail is never sent: when the text cannot be had to its end,
//     the connection is cut before the final dot.
//   - A mail whose claim is not certainly ours any more is not handed over.
//   - When a server refuses everything of a mailbox (wrong password, may not
//     send as this address, quota), the mailbox is paused and no mail fails.
//   - A relay that hangs holds up the mailboxes that send over it, and no other.
//   - Nothing goes over a network in clear text; see [Relay].
//   - Every wait has a limit. Memory does not grow with the size of a mail.
//
// What is left to the caller: the server's answer is cleaned and cut, but it
// is a stranger's text all the same, to be escaped where it is shown.
package smtp
