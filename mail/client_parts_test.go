package mail

import (
	"strings"
	"testing"
)

// Mails as clients, scanners and gateways build them: which parts are text and
// which are files. "--b" begins the parts of the outer multipart.
func TestPartsOfClients(t *testing.T) {
	for name, c := range map[string]struct{ head, text, files string }{
		"fax gateway: one picture, no text": {
			"Content-Type: image/tiff; name=\"fax_0815.tif\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"fax_0815.tif\"\n\nSUkqAA==\n",
			"", "1 fax_0815.tif image/tiff"},
		"scanner: no type at all": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename=\"SCAN 1.PDF\"\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--b--\n",
			"", "1 SCAN 1.PDF application/pdf"},
		"scanner: type without a kind": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\n--b\nContent-Type: pdf; name=scan.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--b--\n",
			"", "2 scan.pdf application/pdf"},
		"Apple Mail: text around an inline PDF": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nBefore\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: inline; filename=a.pdf\n\nx\n--b\nContent-Type: text/plain\n\nafter\n--b--\n",
			"Before\nafter", "2 a.pdf application/pdf"},
		"Apple Mail: HTML and files as one version": {
			"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>Hi\n--c\nContent-Type: image/heic; name=IMG_1.HEIC\nContent-Disposition: inline; filename=IMG_1.HEIC\n\nx\n--c\nContent-Type: text/html\n\n<br>\n--c--\n--b--\n",
			"Hi", "2.2 IMG_1.HEIC image/heic"},
		"Notes: a file among related parts": {
			"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"cid:_1_x\">Hi\n--b\nContent-Type: image/gif\nContent-ID: <_1_x>\n\nx\n--b\nContent-Type: application/msword; name=\"a.doc\"\nContent-ID: <_2_x>\n\nx\n--b--\n",
			"Hi", "2 attachment.gif image/gif, 3 a.doc application/msword"},
		"Gmail: forwarded as an attachment": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee below\n--b\nContent-Type: message/rfc822; name=\"Your order.eml\"\nContent-Disposition: attachment; filename=\"Your order.eml\"\n\nFrom: x@example.org\nSubject: Your order\n\ninner\n--b--\n",
			"See below", "2 Your order.eml message/rfc822"},
		"Exchange: journal": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSender: x@example.org\n--b\nContent-Type: message/rfc822\n\nFrom: x@example.org\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\ninner\n--b--\n",
			"Sender: x@example.org", "2 Grüße.eml message/rfc822"},
		"Thunderbird: a file that was taken out": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi\n--b\nContent-Type: text/x-moz-deleted; name=\"Deleted: plan.pdf\"\nContent-Disposition: inline; filename=\"Deleted: plan.pdf\"\nX-Mozilla-Altered: AttachmentDeleted; date=\"x\"\n\nYou deleted an attachment.\n--b--\n",
			"Hi", "2 Deleted_ plan.pdf text/x-moz-deleted"},
		"voice mail": {
			"Content-Type: multipart/voice-message; boundary=b\n\n--b\nContent-Type: text/plain\n\nYou have a message.\n--b\nContent-Type: audio/mpeg; name=\"msg.mp3\"\nContent-Description: Voice\n\nx\n--b--\n",
			"You have a message.", "2 msg.mp3 audio/mpeg"},
		"PGP by way of Exchange": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: application/pgp-encrypted; name=\"PGPMIME version identification\"\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\n\n-----BEGIN PGP MESSAGE-----\n--b--\n",
			"", "3 encrypted.asc application/octet-stream"},
		"PGP without a name": {
			"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--\n",
			"", "2 encrypted.asc application/octet-stream"},
		"a report that a person sends on": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nWhy?\n--b\nContent-Type: text/rfc822-headers; name=\"headers.txt\"\n\nSubject: x\n--b--\n",
			"Why?", "2 headers.txt text/rfc822-headers"},
		"S/MIME: a signature beside the text": {
			"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--b--\n",
			"Hi", ""},
		"a signature outside of its place": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--b--\n",
			"Hi", "2 signature.asc application/pgp-signature"},
		"HTML with a name as a version": {
			"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html; name=\"mail.html\"\nContent-Disposition: inline; filename=\"mail.html\"\n\n<p>Hi\n--b--\n",
			"Hi", ""},
		"the first part of a mail in parts": {
			"Content-Type: message/partial; id=x@y; number=1; total=2\n\nSubject: whole\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/plain\n\nHi\n--c\nContent-Type: application/pdf; name=a.pdf\n\nx\n",
			"Hi", "1.2 a.pdf application/pdf"},
		"the second part of a mail in parts": {
			"Content-Type: message/partial; id=x@y; number=2; total=2\n\nand the rest.\n",
			"and the rest.", ""},
		"uuencode by the encoding": {
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi\n--b\nContent-Type: application/octet-stream; name=a.txt\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n#0V%T\n`\nend\n--b--\n",
			"Hi", "2 a.txt application/octet-stream"},
	} {
		raw := "From: a@example.com\nSubject: s\nMIME-Version: 1.0\n" + c.head
		m := parseString(t, raw)
		if got := strings.TrimSpace(m.Text); got != c.text || names(m) != c.files {
			t.Errorf("%s:\n got    %q, %s\n wanted %q, %s", name, got, names(m), c.text, c.files)
		}
		checkInvariants(t, []byte(raw), m)
	}
}
