// Package charset makes valid UTF-8 of texts in the charsets that are found in
// mails. [Decode] believes a label, [Guess] the bytes, and what tells that a
// label is wrong is here too; package mail decides which of them to believe.
//
// It never fails because of a text: what cannot be decoded becomes U+FFFD. UTF-7
// is never decoded, as it hides markup from everything that looked at the bytes
// before.
package charset
