// Package storage keeps everything the desk knows in one database: SQLite for
// one machine, PostgreSQL (or what speaks its protocol) for several.
//
// [Open] gives a [Store], which is a [ticketing.Store], [ticketing.Spool],
// [ticketing.Queue] and [ticketing.Outbox]. Both engines run the same code and
// the same SQL; what differs is in the files dialect*.go and in the migrations.
// Package storagetest says, as tests, what every engine keeps.
//
// What it promises:
//
//   - A transaction is kept whole or not at all: on an error, on a panic, and
//     when the process dies. What a method has returned without an error is on
//     the disk.
//   - Raw mails are kept byte for byte, once for each content, compressed in
//     pieces of at most 1 MiB; neither storing nor reading one holds it in
//     memory.
//   - A claim of a mail to send is a row with an end, and a mail to decide about
//     is claimed under a lease: work of a process that died comes back by itself.
//     A lease has an epoch; a writer that lost it is refused.
//   - Every list is paged by key and served from an index: it costs the same
//     whatever the number of tickets.
//
// What it expects: the clocks of daemons that share a database agree within a
// few seconds. Clocks that do not may delay work; they cannot double it. Leases
// and claims of mails to send are timed by PostgreSQL's own clock, and with SQLite by the
// one machine's. Only when that very clock steps forward by more than a claim
// lasts, while several processes share the work, can a mail that was handed
// over and not answered yet be sent by another of them too.
//
// Errors say what was being done. [Retryable] tells those that pass by
// themselves (no connection, a busy database) from those that need somebody.
package storage
