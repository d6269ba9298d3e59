// Package mail reads and writes mails: bytes in, a [ticketing.Message] out,
// and the other way round.
//
// [Parse] promises: it accepts nearly everything and says what was wrong in
// Message.Problems; it never panics; its time, memory and depth are bounded by
// [Limits], however hostile the mail; attachments are never held in memory.
// It returns an error only when the reader fails, when the time limit is over
// ([ErrTimeLimit]) or when the parser has a fault ([ErrCrashed]): the caller
// counts those and keeps the raw mail.
//
// There is one tolerant scanner for good and for damaged mails alike, not a
// strict one with fallbacks. So whatever a filter, a signature check or an
// agent sees is what the decision was made upon.
//
// A mail goes through Parse in these steps (parse.go):
//
//	scanMail      structure.go: where its parts lie, by one pass over the lines
//	readHeader    message_header.go: addresses, dates, ids, encoded words
//	readBodies    bodies.go: each part by its role (roles.go) is text, a file
//	              (attachments.go), of a report (nested.go), or looked into
//	              (calendar.go, cms.go, tnef.go, uuencode.go; pieces.go)
//	finishBodies  bodies.go: text, HTML and the new part (reply.go, trim*.go)
//	classify      classify.go: by marks and words whether a person wrote it;
//	              bounce*.go: what a delivery report says
//	readEnclosed  enclosed.go: what attached mails and texts hold
//
// What reads a format and knows nothing of mails is below: mail/charset,
// mail/rtf, mail/tnef.
package mail
