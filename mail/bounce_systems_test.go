package mail

import (
	"fmt"
	"strings"
	"testing"

	"deskd/ticketing"
)

// bounceCase is what a mail server wrote, and what it must be understood as:
// "address action status, …; permanent".
type bounceCase struct{ name, mail, want string }

func checkBounces(t *testing.T, cases []bounceCase) {
	t.Helper()
	for _, tt := range cases {
		m := parseString(t, tt.mail)
		if m.Kind != ticketing.Bounce {
			t.Errorf("%s: %s (%s)", tt.name, m.Kind, m.KindWhy)
			continue
		}
		var all []string
		for _, r := range m.Bounce.Recipients {
			all = append(all, strings.TrimSpace(r.Address+" "+r.Action+" "+r.Status))
		}
		got := strings.Join(all, ", ")
		if m.Bounce.Permanent {
			got += "; permanent"
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q; %+v", tt.name, got, tt.want, m.Bounce.Recipients)
		}
		if strings.Contains(tt.mail, "<orig@example.com>") && m.Bounce.OriginalMessageID != "<orig@example.com>" {
			t.Errorf("%s: original id %q", tt.name, m.Bounce.OriginalMessageID)
		}
	}
}

// original is the mail that comes back, as text or as a part.
const original = "Return-Path: <desk@example.com>\nReceived: from desk.example.com by mx.example.net; Mon, 3 May 2021 10:00:00 +0000\nFrom: Desk <desk@example.com>\nTo: Joe <joe@example.org>\nSubject: Printer\nMessage-ID: <orig@example.com>\nDate: Mon, 3 May 2021 10:00:00 +0000\n\nHello.\n"

// bounceReport makes a delivery status notification (RFC 3464).
func bounceReport(header, text, fields string) string {
	return header + "\nTo: desk@example.com\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text +
		"\n--b\nContent-Type: message/delivery-status\n\n" + fields + "\n--b\nContent-Type: message/rfc822\n\n" + original + "\n--b--\n"
}

// bounceText makes a delivery report in words.
func bounceText(header, text string) string {
	return header + "\nTo: desk@example.com\nContent-Type: text/plain; charset=utf-8\n\n" + text
}

// TestReportsOfSystems: delivery status notifications of many systems.
func TestReportsOfSystems(t *testing.T) {
	checkBounces(t, []bounceCase{
		{"Postfix", bounceReport("From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender", "<joe@example.org>: host mx.example.org said: 550 5.1.1 <joe@example.org>: User unknown (in reply to RCPT TO command)",
			"Reporting-MTA: dns; mx.example.net\nX-Postfix-Queue-ID: 1\nX-Postfix-Sender: rfc822; desk@example.com\nArrival-Date: Mon, 3 May 2021 10:00:00 +0000\n\nFinal-Recipient: rfc822; joe@example.org\nOriginal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 5.1.1 <joe@example.org>: User\n    unknown\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Postfix, alias", bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail Returned to Sender", "<real@example.net> (expanded from <joe@example.org>): unknown user: \"real\"",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; real@example.net\nOriginal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Postfix; unknown user: \"real\"\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Postfix, delayed", bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Delayed Mail (still being retried)", "<joe@example.org>: connect to mx.example.org[192.0.2.1]:25: Connection timed out",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; joe@example.org\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mx.example.org[192.0.2.1]:25: Connection timed out\nWill-Retry-Until: Sat, 8 May 2021 10:00:00 +0000\n"),
			"joe@example.org delayed 4.4.1"},
		{"Postfix, success", bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Successful Mail Delivery Report", "Your message was successfully delivered",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; joe@example.org\nAction: relayed\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 Ok\n"),
			"joe@example.org relayed 2.0.0"},
		{"Postfix, in German", bounceReport("From: MAILER-DAEMON@mx.example.net (Mailzustellung)\nSubject: Unzustellbare Nachricht", "Die Nachricht konnte nicht zugestellt werden.",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Postfach ist voll\n"),
			"joe@example.org failed 5.2.2"},
		{"Postfix, international (RFC 6533)", strings.Replace(bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail", "text",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: utf-8; jörg@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"), "message/delivery-status", "message/global-delivery-status", 1),
			"jörg@example.org failed 5.1.1; permanent"},
		{"Sendmail", bounceReport("From: Mail Delivery Subsystem <MAILER-DAEMON>\nSubject: Returned mail: see transcript for details", "   ----- The following addresses had permanent fatal errors -----\n<joe@example.org>\n    (reason: 550 5.1.1 <joe@example.org>... User unknown)\n\n   ----- Transcript of session follows -----\n550 5.1.1 <joe@example.org>... User unknown\n",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: RFC822; joe@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; mx.example.org\nDiagnostic-Code: SMTP; 550 5.1.1 <joe@example.org>... User unknown\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exim of today", bounceReport("From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nSubject: Mail delivery failed: returning message to sender\nX-Failed-Recipients: joe@example.org\nAuto-Submitted: auto-replied", "  joe@example.org\n    host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<joe@example.org>:\n    550 5.1.1 No such user",
			"Reporting-MTA: dns; mx.example.net\n\nAction: failed\nFinal-Recipient: rfc822;joe@example.org\nStatus: 5.0.0\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 5.1.1 No such user\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exim, two, action first", bounceReport("From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nSubject: Mail delivery failed", "text",
			"Reporting-MTA: dns; mx.example.net\n\nAction: failed\nFinal-Recipient: rfc822;joe@example.org\nStatus: 5.0.0\nAction: failed\nFinal-Recipient: rfc822;jane@example.org\nStatus: 5.0.0\n"),
			"joe@example.org failed 5.0.0, jane@example.org failed 5.0.0; permanent"},
		{"Exchange Online", bounceReport("From: <postmaster@example.net>\nSubject: Undeliverable: Printer", "Your message to joe@example.org couldn't be delivered.\njoe wasn't found at example.org.",
			"Reporting-MTA: dns;DB7PR01MB0001.eurprd01.prod.exchangelabs.com\nReceived-From-MTA: dns;desk.example.com\nArrival-Date: Mon, 3 May 2021 10:00:00 +0000\n\nFinal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient joe@example.org not found by SMTP address lookup\n"),
			"joe@example.org failed 5.1.10; permanent"},
		{"Exchange Online, unknown at the edge", bounceReport("From: postmaster@example.net\nSubject: Undeliverable: Printer", "text",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied. [DB5EUR03FT040.eop-EUR03.prod.protection.outlook.com]\n"),
			"joe@example.org failed 5.4.1; permanent"},
		{"Exchange in German", bounceReport("From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>\nSubject: Unzustellbar: Drucker", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\njoe@example.org\nDas Postfach des Empfängers ist voll.",
			"Reporting-MTA: dns;mx.example.net\n\nFinal-Recipient: RFC822;joe@example.org\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full;STOREDRV.Deliver.Exception:QuotaExceededException\n"),
			"joe@example.org failed 5.2.2"},
		{"Exchange, no access to a group", bounceReport("From: postmaster@example.net\nSubject: Undeliverable: Printer", "text",
			"Reporting-MTA: dns;mx.example.net\n\nFinal-Recipient: RFC822;staff@example.org\nAction: failed\nStatus: 5.7.133\nDiagnostic-Code: smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required\n"),
			"staff@example.org failed 5.7.133"},
		{"Gmail", bounceReport("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)\nX-Failed-Recipients: joe@example.org", "** Address not found **\n\nYour message wasn't delivered to joe@example.org because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.",
			"Reporting-MTA: dns; googlemail.com\nArrival-Date: Mon, 03 May 2021 03:00:00 -0700 (PDT)\nX-Original-Message-ID: <orig@example.com>\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.org. (192.0.2.1, the server for the domain example.org.)\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n 550 5.1.1 Please try double-checking the recipient's email address\nLast-Attempt-Date: Mon, 03 May 2021 03:00:01 -0700 (PDT)\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Gmail, delayed", bounceReport("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Delay)", "** Delivery incomplete **",
			"Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; joe@example.org\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; The recipient server did not accept our requests to connect.\n"),
			"joe@example.org delayed 4.4.1"},
		{"Gmail, no such domain", bounceReport("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)", "** Address not found **\n\nYour message wasn't delivered to joe@example.org because the domain example.org couldn't be found.",
			"Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; DNS Error: 1 DNS type 'mx' lookup of example.org responded with code NXDOMAIN\n"),
			"joe@example.org failed 4.0.0"},
		{"Courier", bounceReport("From: \"Courier mail server at mx.example.net\" <>\nSubject: NOTICE: mail delivery status.", "<joe@example.org>:\n     mx.example.org [192.0.2.1]:\n     <<< RCPT TO:<joe@example.org>\n     >>> 550 User unknown.",
			"Reporting-MTA: dns; mx.example.net\nArrival-Date: Mon, 03 May 2021 10:00:00 +0000\nReceived-From-MTA: dns; desk.example.com\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.example.org [192.0.2.1]\nDiagnostic-Code: smtp; 550 User unknown.\n"),
			"joe@example.org failed 5.0.0; permanent"},
		{"Amazon SES", bounceReport("From: MAILER-DAEMON@amazonses.com\nSubject: Delivery Status Notification (Failure)", "An error occurred while trying to deliver the mail to the following recipients:\njoe@example.org",
			"Reporting-MTA: dns; a8-1.smtp-out.amazonses.com\n\nAction: failed\nFinal-Recipient: rfc822; joe@example.org\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Domino", bounceReport("From: Postmaster@example.net\nSubject: DELIVERY FAILURE: User joe (joe@example.org) not listed in Domino Directory", "Your message\n\n  Subject: Printer\n\nwas not delivered to:\n\n  joe@example.org\n\nbecause:\n\n  User joe (joe@example.org) not listed in Domino Directory",
			"Reporting-MTA: dns;mx.example.net\n\nFinal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User joe (joe@example.org) not listed in Domino Di\n rectory\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"GroupWise", bounceReport("From: Mail Delivery System <Mailer-Daemon@example.net>\nSubject: Message status - undeliverable", "The message that you sent was undeliverable to the following:\n\tjoe@example.org (user not found)",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.0.0\n"),
			"joe@example.org failed 5.0.0; permanent"},
		{"OpenSMTPD", bounceReport("From: Mailer Daemon <MAILER-DAEMON@mx.example.net>\nSubject: Delivery status notification: error", "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\njoe@example.org: 550 5.1.1 no such user",
			"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Haraka, spaces and case", bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Failure to deliver", "text",
			"Reporting-MTA: dns;mx.example.net\n\nFinal-Recipient : RFC822;<joe@example.org>\nAction : FAILED\nStatus : 5.7.1 (policy)\nDiagnostic-Code : smtp;554 5.7.1 spam\n"),
			"joe@example.org failed 5.7.1"},
		{"mox, maddy, Stalwart", bounceReport("From: postmaster@mx.example.net\nSubject: Delivery failed", "text",
			"Reporting-MTA: dns; mx.example.net\nOriginal-Envelope-Id: hd-1\n\nOriginal-Recipient: rfc822;joe@example.org\nFinal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.1.2\nRemote-MTA: dns;mx.example.org\nDiagnostic-Code: smtp;556 5.1.2 domain does not accept mail\nFinal-Log-ID: 1\n"),
			"joe@example.org failed 5.1.2; permanent"},
		{"James", bounceReport("From: postmaster@mx.example.net\nSubject: Delivery Status Notification (Failure)", "Error message below:\n550 5.1.1 unknown user",
			"Reporting-MTA: dns; mx.example.net\nReceived-From-MTA: dns; 192.0.2.3\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: unknown\nDiagnostic-Code: X-James; 550 5.1.1 unknown user\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"no address in the fields", bounceReport("From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered", "<joe@example.org>: 550 5.1.1 User unknown",
			"Reporting-MTA: dns; mx.example.net\n\nAction: failed\nStatus: 5.1.1\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"from a person's program, by its structure", bounceReport("From: Service <service@example.net>\nSubject: x", "text",
			"Final-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"mixed instead of report", strings.Replace(bounceReport("Return-Path: <>\nFrom: Mail Service <service@example.net>\nSubject: x", "text",
			"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\n"), "multipart/report; report-type=delivery-status", "multipart/mixed", 1),
			"joe@example.org failed 5.1.1; permanent"},
	})
}

// TestWordsOfSystems: delivery reports without a machine-readable part.
func TestWordsOfSystems(t *testing.T) {
	checkBounces(t, []bounceCase{
		{"qmail", bounceText("From: MAILER-DAEMON@mx.example.net\nSubject: failure notice", "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<joe@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 <joe@example.org>: no such user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"qmail, two", bounceText("From: MAILER-DAEMON@mx.example.net\nSubject: failure notice", "Hi. This is the qmail-send program at mx.example.net.\n\n<joe@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<jane@example.org>:\n192.0.2.1 failed after I sent the message.\nRemote host said: 552 5.2.2 mailbox full\n\n--- Below this line is a copy of the message.\n\n"+original),
			"joe@example.org failed 5.1.1, jane@example.org failed 5.2.2; permanent"},
		{"qmail in Japanese", bounceText("From: MAILER-DAEMON@mx.example.net\nSubject: failure notice", "mx.example.net のqmail-sendプログラムです。\n申し訳ありませんが、あなたのメッセージを以下のアドレスに配信できませんでした。\n\n<joe@example.org>:\n550 5.1.1 ユーザーが存在しません\n\n--- Below this line is a copy of the message.\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exim of old", bounceText("From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: joe@example.org\nSubject: Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  joe@example.org\n    SMTP error from remote mail server after RCPT TO:<joe@example.org>:\n    host mx.example.org [192.0.2.1]: 550 5.1.1 Unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exim, no route", bounceText("From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nSubject: Mail delivery failed: returning message to sender", "The following address(es) failed:\n\n  joe@example.org\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exim, warning", bounceText("From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nSubject: Warning: message 1aBcDe-000000-00 delayed 24 hours", "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.net.\n\nThe address to which the message has not yet been delivered is:\n\n  joe@example.org\n    host mx.example.org [192.0.2.1]: 451 4.7.1 Greylisted\n\nNo action is required on your part. Delivery attempts will continue for\nsome time."),
			"joe@example.org delayed 4.7.1"},
		{"Exim, given up", bounceText("From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nSubject: Mail delivery failed: returning message to sender", "The following address(es) failed:\n\n  joe@example.org\n    retry timeout exceeded\n\n------ This is a copy of the message, including all the headers. ------\n\n"+original),
			"joe@example.org failed 4.4.7"},
		{"Sendmail of old", bounceText("From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>\nSubject: Returned mail: User unknown", "The original message was received at Mon, 3 May 2021 10:00:00 GMT\n\n   ----- The following addresses had permanent fatal errors -----\n<joe@example.org>\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.org:\n>>> RCPT To:<joe@example.org>\n<<< 550 <joe@example.org>... User unknown\n550 <joe@example.org>... User unknown\n\n   ----- Original message follows -----\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exchange 2003", bounceText("From: System Administrator <postmaster@example.net>\nSubject: Undeliverable: Printer", "Your message\n\n  To:      joe@example.org\n  Subject: Printer\n  Sent:    Mon, 3 May 2021 10:00:00\n\ndid not reach the following recipient(s):\n\njoe@example.org on Mon, 3 May 2021 10:00:01\n    The e-mail account does not exist at the organization this message was sent to.\n    <mx.example.net #5.1.1>\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exchange 5.5", bounceText("From: System Administrator <postmaster@example.net>\nSubject: Undeliverable: Printer", "Your message\n\n  To:      joe@example.org\n  Subject: Printer\n\ndid not reach the following recipient(s):\n\njoe@example.org on Mon, 3 May 2021 10:00:01 +0000\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=example\n    MSEXCH:IMS:EXAMPLE:SITE:SRV 0 (000C05A6) Unknown Recipient\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exchange in French", bounceText("From: Microsoft Exchange <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>\nSubject: Non remis : Imprimante", "Échec de la remise pour ces destinataires ou groupes :\n\njoe@example.org\nL'adresse de messagerie que vous avez entrée est introuvable.\n\nInformations de diagnostic pour les administrateurs :\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exchange in Spanish", bounceText("From: postmaster@example.net\nSubject: No se puede entregar: Impresora", "No se pudo entregar el mensaje a estos destinatarios:\n\njoe@example.org\nNo se encontró la dirección de correo.\n\n#550 5.1.10 RESOLVER.ADR.RecipientNotFound; ##\n"),
			"joe@example.org failed 5.1.10; permanent"},
		{"Exchange in Japanese", bounceText("From: postmaster@example.net\nSubject: 配信不能: プリンター", "次の受信者またはグループへの配信に失敗しました:\n\njoe@example.org\n入力した電子メール アドレスが見つかりませんでした。\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Exchange in Chinese", bounceText("From: postmaster@example.net\nSubject: 无法送达: 打印机", "未能向以下收件人或组传递邮件:\n\njoe@example.org\n找不到您输入的电子邮件地址。\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Gmail of old", bounceText("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: joe@example.org\nSubject: Delivery Status Notification (Failure)", "Delivery to the following recipient failed permanently:\n\n     joe@example.org\n\nTechnical details of permanent failure: \nGoogle tried to deliver your message, but it was rejected by the server for the recipient domain example.org by mx.example.org.\n\nThe error that the other server returned was:\n550 550 5.1.1 <joe@example.org>... User unknown\n\n----- Original message -----\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"Gmail, inbox full", bounceText("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)", "** Recipient inbox full **\n\nYour message couldn't be delivered to joe@example.org. Their inbox is full, or it's getting too much mail right now.\n"),
			"joe@example.org failed 5.2.2"},
		{"Gmail, blocked", bounceText("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)", "** Message blocked **\n\nYour message to joe@example.org has been blocked. See technical details below for more information.\n\nThe response from the remote server was:\n550 5.7.1 message content rejected\n"),
			"joe@example.org failed 5.7.1"},
		{"Google Groups", bounceText("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: group@example.org\nSubject: Delivery Status Notification (Failure)", "Hello desk@example.com,\n\nWe're writing to let you know that the group you tried to contact (group) may not exist, or you may not have permission to post messages to the group.\n\n----- Original message -----\n\n"+original),
			"group@example.org failed 5.7.1"},
		{"Yahoo", bounceText("From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice", "Sorry, we were unable to deliver your message to the following address.\n\n<joe@example.org>:\n554: delivery error: dd This user doesn't have a yahoo.com account (joe@example.org) [0] - mta1234.mail.yahoo.com\n\n--- Below this line is a copy of the message.\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"AOL", bounceText("From: Mail Delivery Subsystem <MAILER-DAEMON@aol.com>\nSubject: Returned mail: see transcript for details", "The following address failed:\n<joe@aol.com>: 550 MAILBOX NOT FOUND\n"),
			"joe@aol.com failed 5.1.1; permanent"},
		{"GMX", bounceText("From: GMX Mailer Daemon <mailer-daemon@gmx.de>\nSubject: Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n\"joe@example.org\":\nSMTP error from remote server after RCPT command:\nhost: mx.example.org\n5.1.1 <joe@example.org>... User Unknown\n\n--- The header of the original message is following. ---\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"T-Online, German", bounceText("From: mailer-daemon@t-online.de\nSubject: Ihre Nachricht konnte nicht zugestellt werden", "Ihre E-Mail konnte an folgende Empfänger nicht zugestellt werden:\n\njoe@example.org\n550 Benutzer unbekannt\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Orange, French", bounceText("From: MAILER-DAEMON@orange.example\nSubject: Non distribué", "Votre message n'a pas pu être remis aux destinataires suivants :\n\n<joe@example.org>: 550 5.1.1 Adresse d au moins un destinataire invalide. Utilisateur inconnu\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Libero, Italian", bounceText("From: postmaster@libero.example\nSubject: Mancato recapito: Stampante", "Impossibile recapitare il messaggio al seguente destinatario:\n\njoe@example.org\n550 utente sconosciuto\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"UOL, Portuguese", bounceText("From: MAILER-DAEMON@uol.example\nSubject: Mensagem não entregue", "Sua mensagem não pôde ser entregue:\n\n<joe@example.org>: 552 caixa de correio cheia\n"),
			"joe@example.org failed 5.2.2"},
		{"Polish", bounceText("From: mailer-daemon@o2.example\nSubject: Niedostarczona wiadomość", "Nie udało się dostarczyć wiadomości do:\n\n<joe@example.org>: 550 użytkownik nie istnieje\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Mail.ru", bounceText("From: mailer-daemon@corp.mail.ru\nX-Failed-Recipients: joe@example.org\nSubject: Mail failure.", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  joe@example.org\n    user not found\n\n------ This is a copy of the message, including all the headers. ------\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"Russian", bounceText("From: mailer-daemon@yandex.example\nSubject: Недоставленное сообщение", "Ваше письмо не доставлено:\n\n<joe@example.org>: 550 пользователь не найден\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"QQ", bounceText("From: PostMaster <PostMaster@qq.com>\nSubject: 系统退信/The email is returned", "抱歉,您的邮件被退回来了……\n\n收件人邮件地址(joe@example.org)不存在,邮件无法送达。\n\nhost mx.example.org said: 550 Mailbox not found\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"163", bounceText("From: Postmaster@163.com\nSubject: 系统退信", "您的邮件无法送达到以下收件人：\n\njoe@example.org\nSMTP error, RCPT TO: 550 User not found: joe@example.org\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Naver", bounceText("From: postmaster@naver.example\nSubject: 메일 발송 실패 안내", "메일이 아래의 받는 사람에게 전송되지 못했습니다.\n\njoe@example.org\n550 5.1.1 존재하지 않는 계정\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"docomo", bounceText("From: MAILER-DAEMON@docomo.example\nSubject: Undelivered Mail Returned to Sender", "This is the mail system at host docomo.example.\n\n<joe@docomo.example>: host mfsmax.docomo.example said:\n    550 Unknown user joe@docomo.example (in reply to end of DATA command)\n"),
			"joe@docomo.example failed 5.1.1; permanent"},
		{"au", bounceText("From: Postmaster@ezweb.example\nSubject: Mail System Error - Returned Mail", "The user(s) account is disabled.\n\n<joe@ezweb.example>: 550 user unknown\n"),
			"joe@ezweb.example failed 5.1.1; permanent"},
		{"SoftBank", bounceText("From: Mail Administrator <Postmaster@softbank.example>\nSubject: Mail System Error - Returned Mail", "This Message was undeliverable due to the following reason:\n\nThe user(s) account is temporarily over quota.\n\n<joe@softbank.example>\n\nPlease reply to Postmaster@softbank.example\nif you feel this message to be in error.\n"),
			"joe@softbank.example failed 5.2.2"},
		{"Japanese provider", bounceText("From: postmaster@nifty.example\nSubject: メール送信エラーのお知らせ", "以下の宛先へのメールは配信できませんでした。\n\n<joe@example.org>: 宛先が存在しません\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"IMail", bounceText("From: Postmaster <postmaster@example.net>\nSubject: Undeliverable Mail", "Unknown user: joe@example.org\n\nOriginal message follows.\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"MDaemon", bounceText("From: MDaemon@example.net\nSubject: MDaemon Notification -- Attachment Removed", "The following message was not delivered:\n\njoe@example.org - no such user here.\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"MailEnable", bounceText("From: \"Postmaster\" <postmaster@example.net>\nSubject: Message Delivery Failure", "MailEnable: Message Delivery Failure.\n\nThe following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:joe@example.org]\n\tReason: Remote SMTP Server Returned: 550 5.1.1 User unknown\n\nMessage headers follow:\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"hMailServer", bounceText("From: mailer-daemon@example.net\nSubject: Message undeliverable: Printer", "Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon, 3 May 2021 10:00:00 +0000\n   Subject: Printer\n\nThe following recipient(s) could not be reached:\n\njoe@example.org\n   Error Type: SMTP\n   Remote server (192.0.2.1) issued an error.\n   hMailServer sent: RCPT TO:<joe@example.org>\n   Remote server replied: 550 Unknown user\n\nhMailServer\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Kerio", bounceText("From: Mail Delivery Subsystem <postmaster@example.net>\nSubject: Delivery failed: Printer", "Your message:\n From: desk@example.com\n Subject: Printer\n\ncould not be delivered to the following recipients:\n\n<joe@example.org> - 550 5.1.1 User unknown\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"CommuniGate", bounceText("From: <MAILER-DAEMON@example.net>\nSubject: Undeliverable mail: Printer", "Failed to deliver to 'joe@example.org'\nSMTP module(domain example.org) reports:\n host mx.example.org says:\n 550 5.1.1 unknown user\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Symantec", bounceText("From: MAILER-DAEMON@messagelabs.example\nSubject: failure notice", "This is the mail delivery agent at messagelabs.example.\nI was unable to deliver your message to the following addresses:\n\njoe@example.org\n\nReason: 550 5.1.1 No such recipient\n\nThe message subject was: Printer\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Barracuda", bounceText("From: MAILER-DAEMON@barracuda.example\nSubject: **Message you sent blocked by our bulk email filter**", "Your message to: joe@example.org\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Printer\n"),
			"joe@example.org failed 5.7.1"},
		{"MailMarshal", bounceText("From: Mail Delivery System <postmaster@example.net>\nSubject: Undeliverable Mail: \"Printer\"", "Your message:\n   From:    desk@example.com\n   Subject: Printer\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n    joe@example.org\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Verizon", bounceText("From: post_master@vtext.example\nSubject: Undeliverable Message", "Error: invalid recipient\n\nTo: 5551234567@vtext.example\n"),
			"5551234567@vtext.example failed 5.1.1; permanent"},
		{"Zoho", bounceText("From: mailer-daemon@mail.zoho.example\nSubject: Undelivered Mail Returned to Sender", "A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\njoe@example.org Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 User unknown\njane@example.org Invalid Address, ERROR_CODE :550, ERROR_CODE :5.2.2 mailbox full\n"),
			"joe@example.org failed 5.1.1, jane@example.org failed 5.2.2; permanent"},
		{"biglobe", bounceText("From: postmaster@biglobe.example\nSubject: Returned mail: User unknown", "   ----- The following addresses had delivery problems -----\n\njoe@biglobe.example\n\n   ----- Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n\n   ----- Original message -----\n"+original),
			"joe@biglobe.example failed 5.2.2"},
		{"au, full", bounceText("From: no-reply@au.example\nReturn-Path: <>\nX-SPASIGN: NG\nSubject: [Delivery failure] Postmaster", "Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\n Could not be delivered to: <joe@au.example>\n As their mailbox is full.\n"),
			"joe@au.example failed 5.2.2"},
		{"MailFoundry", bounceText("From: MAILER-DAEMON@example.net\nSubject: Message delivery has failed", "Unable to deliver message to: <joe@example.org>\nDelivery failed for the following reason:\nServer mx.example.org[192.0.2.1] failed with: 550 <joe@example.org> No such user here\n\nThis has been a permanent failure.  No further delivery attempts will be made.\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"McAfee", bounceText("From: MAILER-DAEMON@example.net\nSubject: Delivery Status", "--- The following addresses had delivery problems ---\n\n<joe@example.org>   (User unknown joe@example.org)\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Notes of old", bounceText("From: Postmaster <postmaster@notes.example>\nSubject: Undeliverable message", "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\njoe@notes.example\n\n------- Returned Message --------\n\n"+original),
			"joe@notes.example failed 5.1.1; permanent"},
		{"InterScan", bounceText("From: MAILER-DAEMON@example.net\nSubject: Mail could not be delivered", "Sent <<< RCPT TO:<joe@example.org>\nReceived >>> 550 5.1.1 <joe@example.org>... user unknown\nUnable to deliver message to <joe@example.org>.\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"SurfControl", bounceText("From: Mail Delivery System <postmaster@example.net>\nSubject: Message Could Not Be Delivered", "Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts made: 1\nAddressed To: joe@example.org\n\nThu 29 Apr 2010 23:34:45 +0900\nFailed to send to identified host,\njoe@example.org: [192.0.2.5], 550 joe@example.org... No such user\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"x6", bounceText("From: MAILER-DAEMON@example.net\nSubject: There was an error sending your mail", "We had trouble delivering your message. Full details follow:\n\nSubject: 'Printer'\nDate:    'Thu, 29 Apr 2009 23:34:45'\n\n1 error(s):\n\nSMTP Server <mx.example.org> rejected recipient <joe@example.org> (Error following RCPT command). It responded as follows: [550 5.1.1 <joe@example.org>: Recipient address rejected: User unknown]\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"stars", bounceText("From: MAILER-DAEMON@example.net\nSubject: Mail System Error", "An error occurred.\n\n * joe@example.org\n   Unknown User\n"),
			"joe@example.org failed 5.1.1; permanent"},
		{"Gmail, delayed in words", bounceText("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Delay)", "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to joe@example.org. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\n"),
			"joe@example.org delayed"},
		{"Exchange, delayed", bounceText("From: postmaster@example.net\nSubject: Delivery delayed: Printer", "Delivery is delayed to these recipients or groups:\n\njoe@example.org\n\nThis message hasn't been delivered yet. Delivery will continue to be attempted.\nThe server will keep trying to deliver this message for the next 1 days.\n"),
			"joe@example.org delayed 4.4.7"},
		{"Exchange in German, delayed", bounceText("From: postmaster@example.net\nSubject: Zustellung verzögert: Drucker", "Die Zustellung an folgende Empfänger oder Gruppen ist verzögert:\n\njoe@example.org\n\nDiese Nachricht wurde noch nicht zugestellt. Es wird weiterhin versucht, sie zuzustellen.\n"),
			"joe@example.org delayed"},
		{"Mailgun", bounceText("From: postmaster@mailgun.example\nSubject: Delivery failed", "Your message to joe@example.org could not be delivered.\n\nNot delivering to previously bounced address. 605\n"),
			"joe@example.org failed"},
		{"OpenSMTPD, words", bounceText("From: Mailer Daemon <MAILER-DAEMON@mx.example.net>\nSubject: Delivery status notification: error", "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\njoe@example.org: 550 5.1.1 no such user\njane@example.org: 552 5.2.2 Mailbox full\n\n    Below is a copy of the original message:\n\n"+original),
			"joe@example.org failed 5.1.1, jane@example.org failed 5.2.2; permanent"},
		{"Outlook.com's words", bounceText("From: postmaster@hotmail.com\nSubject: Delivery Status Notification (Failure)", "This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed.\n\n       joe@hotmail.com\n"),
			"joe@hotmail.com failed"},
		{"iCloud", bounceText("From: MAILER-DAEMON@icloud.com\nSubject: Undelivered Mail Returned to Sender", "<joe@icloud.com>: host mx.icloud.com said: 552 5.2.2 <joe@icloud.com>: user is over quota (in reply to RCPT TO command)\n"),
			"joe@icloud.com failed 5.2.2"},
		{"Yandex", bounceText("From: mailer-daemon@yandex.example\nSubject: Недоставленное сообщение", "This is the mail delivery system at host yandex.example.\n\nПисьмо не может быть доставлено:\n\n<joe@example.org>: host mx.example.org[192.0.2.1] said: 550 5.7.1 No such user! (in reply to RCPT TO command)\n"),
			"joe@example.org failed 5.7.1; permanent"},
		{"Zimbra's postmaster", bounceText("From: MAILER-DAEMON@zimbra.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender", "<joe@example.org>: Host or domain name not found. Name service error for\n    name=example.org type=A: Host not found\n"),
			"joe@example.org failed 5.1.2; permanent"},
		{"FortiMail", bounceText("From: postmaster@fortimail.example\nReturn-Path: <>\nSubject: Your message was rejected", "Your message to <joe@example.org> was rejected because it contains a virus.\n"),
			"joe@example.org failed 5.7.1"},
		{"two words in HTML alternatives", "From: mailer-daemon@example.net\nSubject: Undeliverable\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nThe message to joe@example.org could not be delivered: 550 5.1.1 User unknown\n--b\nContent-Type: text/html\n\n<p>The message to joe@example.org could not be delivered: 550 5.1.1 User unknown</p>\n--b--\n",
			"joe@example.org failed 5.1.1; permanent"},
		{"a report flattened to text", bounceText("From: MAILER-DAEMON@mx.example.net\nSubject: Returned mail", "The message could not be delivered.\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"+original),
			"joe@example.org failed 5.1.1; permanent"},
		{"HTML only", "From: postmaster@example.net\nTo: desk@example.com\nSubject: Undeliverable: Printer\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>Your message to <b>joe@example.org</b> couldn't be delivered.</p><p>550 5.1.10 RecipientNotFound</p></body></html>\n",
			"joe@example.org failed 5.1.10; permanent"},
		{"Cisco IronPort", bounceText("From: MAILER-DAEMON@ironport.example\nReturn-Path: <>\nSubject: Delivery Status Notification (Failure)", "The following message to <joe@example.org> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 User unknown'\n"),
			"joe@example.org failed 5.1.0; permanent"},
		{"Mimecast", bounceText("From: postmaster@mimecast.example\nReturn-Path: <>\nSubject: [Postmaster] Email Delivery Failure", "This is a delivery failure notification message indicating that\nan email you addressed to email address :\n-- joe@example.org\n\ncould not be delivered. The problem appears to be :\n-- Recipient email address is possibly incorrect\n\nAdditional information follows :\n-- 5.4.1 Recipient address rejected: Access denied\n"),
			"joe@example.org failed 5.4.1; permanent"},
	})
}

func TestLasting(t *testing.T) {
	for _, tt := range []struct {
		status, said string
		want         bool
	}{
		{"5.1.1", "", true}, {"5.4.6", "", true}, {"5.4.6", "Mail Loop Detected", true}, {"5.1.1", "550 5.1.1 User unknown", true}, {"5.1.2", "Host unknown", true}, {"5.2.1", "550 mailbox disabled", true}, {"5.0.0", "550 odd", true}, {"5.0.0", "550 No such user", true}, {"", "550 No such user", true}, {"5.7.1", "550 5.7.1 No such user here", true}, {"5.4.4", "Host or domain name not found", true},
		{"", "", false}, {"4.4.7", "expired", false}, {"4.1.1", "450 User unknown", false}, {"5.2.2", "User unknown", false}, {"5.0.0", "552 Mailbox full", false}, {"5.3.4", "", false}, {"5.7.1", "550 denied", false}, {"5.7.26", "DMARC", false}, {"5.1.1", "550 5.1.1 you sent too many recipients this hour", false}, {"5.1.8", "553 Domain of sender address does not exist", false}, {"5.0.0", "554 looks like spam", false}, {"5.6.0", "bad header", false}, {"5.4.6", "too many hops", true}, {"5.0.0", "550 rejected", false}, {"5.7.1", "550 sender domain does not exist", false}, {"5.1.1", "553 Sender address rejected: not logged in", false},
	} {
		if got := lasting(tt.status, tt.said); got != tt.want {
			t.Errorf("%s", fmt.Sprintf("%s %q: lasting is %v", tt.status, tt.said, got))
		}
	}
}
