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
package mail
