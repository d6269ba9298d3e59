// Package mailserver is a small mail server inside the process: IMAP and SMTP
// on loopback ports, for `deskd demo` and for tests on machines without a mail
// server. Ordinary mail programs can use it.
//
// It promises:
//
//   - Mail for an account is in its INBOX when the final dot has been answered.
//     What cannot be delivered is refused at once; nothing is bounced later,
//     and nothing leaves the machine.
//   - Each mail is stamped as a careful server would: Return-Path, Delivered-To
//     with the address as it was given, Authentication-Results and Received.
//     dmarc=pass there means that the From address is the account that logged
//     in. Fields that pretend to be such results are taken out.
//   - It listens on loopback addresses only, since passwords go in clear text.
//   - Everything is bounded: a mail, its recipients, what an account holds.
//
// All mail is in memory and gone when the server closes. Each start has its own
// UIDVALIDITY, so that clients notice.
package mailserver
