// Package enmime measures deskd's reading of mails beside that of enmime, a
// well-known library for it, on the same mails in one run. It is a module of
// its own, so that the product does not depend on what it is compared with:
//
//	make bench-parse
package enmime
