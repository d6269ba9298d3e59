// Package imap reads folders of mailboxes into a [ticketing.Spool]. It is the
// only package that knows an IMAP client (RFC 3501, RFC 9051).
//
// A [Fetcher] watches one folder. It promises:
//
//   - No mail is lost. A folder is read by UID, and its cursor (UIDVALIDITY
//     and last UID) moves in the transaction that stores the mails, only over
//     UIDs that are stored, noted as gone, or noted as unreadable. A mail is
//     stored only after every byte the server announced has come.
//   - No mail is stored twice. A folder that was renumbered, or is read at
//     another server, for another user or in place of another folder, is
//     compared with what is known before anything is downloaded; a lease keeps
//     other processes away, and its epoch refuses a holder that was too slow.
//   - Nothing changes in the mailbox but what [After] asks for, and that only
//     after the mail is settled. \Seen is never set. No mail is ever expunged
//     but by UID, and only one that was moved.
//   - Memory is bounded, however large the mails and however long the backlog.
//   - Every exchange with the server has a deadline. The client library has
//     none: a deadline closes the connection.
//
// What happens on failure: a lost connection, a silent server or a refusing
// one is reported as an [Event] and tried again, from 5 seconds up to 10
// minutes apart, or as the server suggests; a refused login every 15 minutes.
// When a group of mails cannot be fetched its mails are fetched one by one. A
// mail that cannot be fetched again and again while its neighbours can does
// not block the folder: its header is stored with HeaderOnly set, or, when
// not even that can be had, a stub that names folder, UID and fault. It stays
// in the mailbox. So does one for which there is again and again no room in the
// folder for temporary files, though there is for others; its header is stored.
// A disk that is full for all is waited for. A group that cannot be stored, or
// not in time, is halved.
package imap
