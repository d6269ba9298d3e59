// Package tnef reads TNEF ([MS-OXTNEF]), the winmail.dat that Outlook and
// Exchange put the text and the files of a mail into.
//
// [Read] promises: it goes through a stream once, front to back; it never fails
// because of the content, and gives what can be read of a damaged one; counts,
// depth and memory are bounded, however hostile the stream; contents are named
// by where they lie and never held.
package tnef
