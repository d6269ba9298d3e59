// Package rtf reads the text, or the HTML, in an RTF as mail programs write it
// beside or instead of other versions of a mail.
//
// [Read] promises: it never fails because of the content; depth, words and
// bytes read are bounded, however hostile it is; pictures are never held.
package rtf
