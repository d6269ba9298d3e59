// Package ticketing is the domain of deskd: tickets, the people on them, and
// what every mail and every command does to them.
//
// A mail arrives as a [Message], a plain value. Three pure functions decide
// about it: [Thread] (which ticket, by which evidence), [Authorize] (what its
// sender may do there) and [Decide] (everything that follows). [Desk] reads
// what they need from a [Store], applies their [Change] in one transaction,
// or nothing of it, and wakes whoever sends mail.
//
// The package promises: it does no I/O of its own, holds no package-level
// state, and never panics on a hostile message. When a transaction fails,
// nothing of the mail has happened; the caller may hand in the same mail
// again, any number of times, and it is applied once.
package ticketing
