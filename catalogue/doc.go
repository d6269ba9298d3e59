// Package catalogue holds every text that people read in mails and on pages, in
// every language, and nothing else.
//
// A text is a flat string with {name} placeholders, found by its key:
// "status.open.label". The languages have the same keys with the same
// placeholders; a test keeps them so, and finds keys that the program uses but
// the catalogue lacks, and the reverse.
//
// Looking up a text never fails: an unknown language is English, an unknown key
// is shown as itself, a placeholder without a value is empty. Values are not
// searched for placeholders, so that nothing a stranger wrote is expanded. They
// are not escaped either: texts are plain text, and whoever puts them into HTML
// escapes the result.
//
// A Catalogue may be used by several goroutines at once.
package catalogue
