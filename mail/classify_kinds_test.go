package mail

import (
	"strings"
	"testing"

	"deskd/ticketing"
)

// absenceSubjects are what absence notices are called where no field marks
// them, as mail servers and people write it in many languages.
var absenceSubjects = []string{
	"Automatic reply: Printer on fire", "Auto: Re: printer", "Out of Office AutoReply: Printer", "Out of office: back on Monday", "Out of Office", "AutoReply: hello", "Auto-Reply: Re: [HD-12] hello", "[Auto-Reply] Your mail", "AUTO: Jane Doe is out of the office (returning 03/01/2012)",
	"Automatische Antwort: Drucker", "Abwesenheitsnotiz: Drucker", "Abwesenheitsnotiz", "Abwesend: Re: Drucker", "AUTO: Max Mustermann ist außer Haus (Rückkehr am 12.03.2012)",
	"Automatisch antwoord: Printer", "Afwezigheidsbericht", "Réponse automatique : Imprimante", "Réponse automatique : Imprimante", "Absence du bureau : Re: imprimante", "AUTO : Jean est absent(e) (retour 12/03/2012)",
	"Respuesta automática: Impresora", "Fuera de la oficina: impresora", "Risposta automatica: stampante", "Fuori ufficio: stampante", "Resposta automática: impressora", "Resposta automàtica: impressora", "Răspuns automat: imprimantă",
	"Autosvar: skrivare", "Automatiskt svar: skrivare", "Automatisk svar: printer", "Automaattinen vastaus: tulostin", "Sjálfvirkt svar: prentari", "Odpowiedź automatyczna: drukarka", "Autom. odp.: drukarka", "Automatická odpověď: tiskárna", "Automatická odpoveď: tlačiareň", "Automatikus válasz: nyomtató",
	"Automatski odgovor: pisač", "Аутоматски одговор: штампач", "Samodejni odgovor: tiskalnik", "Автоматичен отговор: принтер", "Αυτόματη απάντηση: εκτυπωτής", "Otomatik yanıt: yazıcı", "Автоматический ответ: принтер", "Автоответ: принтер", "Автоматична відповідь: принтер", "Automatinis atsakymas: spausdintuvas", "Automātiskā atbilde: printeris", "Automaatvastus: printer",
	"תשובה אוטומטית: מדפסת", "رد تلقائي: طابعة", "پاسخ خودکار: چاپگر", "स्वचालित उत्तर: प्रिंटर", "ตอบกลับอัตโนมัติ: เครื่องพิมพ์", "Trả lời tự động: máy in", "Balasan otomatis: pencetak",
	"自動応答: プリンター", "自動応答： プリンター", "【自動返信】お問い合わせありがとうございます", "不在通知", "不在のお知らせ", "自动回复: 打印机", "自动答复: 打印机", "自動回覆: 印表機", "자동 회신: 프린터", "부재중: 프린터",
}

func TestAbsenceSubjects(t *testing.T) {
	for _, subject := range absenceSubjects {
		m := parseString(t, "From: Jane <jane@example.org>\nSubject: "+subject+"\n\nHello.\n")
		if m.Kind != ticketing.AutoReplied || !m.NoAck {
			t.Errorf("%q: %s (%s)", subject, m.Kind, m.KindWhy)
		}
		m = parseString(t, "From: Jane <jane@example.org>\nSubject: Re: "+subject+"\nX-Auto-Response-Suppress: All\n\nThank you, I ask again.\n")
		if m.Kind != ticketing.Human {
			t.Errorf("Re: %q: %s (%s)", subject, m.Kind, m.KindWhy)
		}
	}
}

// kindCase is a mail in short and the kind it must be.
type kindCase struct {
	name, mail string
	kind       ticketing.MailKind
}

func checkKinds(t *testing.T, cases []kindCase) {
	t.Helper()
	for _, tt := range cases {
		raw := tt.mail
		if !strings.Contains(raw, "\n\n") {
			raw += "\n\nHello.\n"
		}
		if m := parseString(t, raw); m.Kind != tt.kind {
			t.Errorf("%s: %s (%s); want %s", tt.name, m.Kind, m.KindWhy, tt.kind)
		}
	}
}

// TestHumansLikeMachines: people write of machines, forward what these wrote,
// and their servers put fields on their mails that are machines'.
func TestHumansLikeMachines(t *testing.T) {
	checkKinds(t, []kindCase{
		{"chairs", "From: jane@example.org\nSubject: Out of office chairs, can you send more?", ticketing.Human},
		{"absent soon", "From: jane@example.org\nSubject: I will be out of office tomorrow\n\nCan you come before? I am out of the office from tomorrow on.\n", ticketing.Human},
		{"a car", "From: jane@example.org\nSubject: Auto: Frage zu meiner Versicherung", ticketing.Human},
		{"automatic door", "From: jane@example.org\nSubject: Automatic reply feature does not work", ticketing.Human},
		{"of bounces", "From: jane@example.org\nSubject: Undeliverable: what does this mean?\n\nI got this:\n\n> From: MAILER-DAEMON@example.org\n> <joe@example.org>: 550 5.1.1 User unknown\n", ticketing.Human},
		{"forwards a bounce", "From: jane@example.org\nSubject: Fwd: Undelivered Mail Returned to Sender\n\nSee below.\n\n---------- Forwarded message ----------\nFrom: Mail Delivery System <MAILER-DAEMON@example.org>\nSubject: Undelivered Mail Returned to Sender\n\n<joe@example.org>: host mx said: 550 5.1.1 User unknown\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\n", ticketing.Human},
		{"attaches a bounce", "From: jane@example.org\nSubject: undelivered\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nWhy does this come back?\n--b\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@example.org\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=c\n\n--c\n\ntext\n--c\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.1.1\n\n--c--\n\n--b--\n", ticketing.Human},
		{"administrator", "From: Mail Administrator <jane@example.org>\nSubject: Mail delivery delayed", ticketing.Human},
		{"Exchange", "From: jane@example.org\nSubject: Printer\nX-Auto-Response-Suppress: DR, OOF, AutoReply\nX-MS-Exchange-Organization-AuthAs: Internal", ticketing.Human},
		{"passed on by a rule", "From: jane@example.org\nSubject: Printer\nX-MS-Exchange-Inbox-Rules-Loop: joe@example.com", ticketing.Human},
		{"CommuniGate's group", "From: jane@example.org\nSubject: Printer\nX-Autogenerated: group", ticketing.Human},
		{"CommuniGate's mirror", "From: jane@example.org\nSubject: Printer\nX-Autogenerated: Mirror", ticketing.Human},
		{"blank Return-Path", "Return-Path: <>\nFrom: jane@example.org\nSubject: Printer", ticketing.Human},
		{"answers a no-reply mail", "From: jane@example.org\nSubject: Re: Your order\n\nIt is broken.\n\n> This is an automatically generated message, do not reply to this e-mail.\n", ticketing.Human},
		{"reads", "From: jane@example.org\nSubject: Read: this book\n\nI liked it.", ticketing.Human},
		{"reads what we wrote", "From: jane@example.org\nSubject: Read: the manual\n\nYour message of last year said that I should read it.", ticketing.Human},
		{"accepted", "From: jane@example.org\nSubject: Accepted: the offer of last week\n\nWe take it.", ticketing.Human},
		{"invitation", "From: jane@example.org\nSubject: Meeting\nAuto-Submitted: auto-generated\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n", ticketing.Human},
		{"please confirm", "From: jane@example.org\nSubject: Please confirm delivery of my order (action required)\n\nI have waited for a week.", ticketing.Human},
		{"thanks", "From: jane@example.org\nSubject: Thank you for your message\n\nIt works now. But this is an odd colour.", ticketing.Human},
		{"asks about an acknowledgement", "From: jane@example.org\nSubject: Re: We have received your request\n\nThis is an automated answer again, nobody helps.", ticketing.Human},
		{"problem", "From: jane@example.org\nSubject: PROBLEM: the printer burns", ticketing.Human},
		{"root", "From: root <root@example.org>\nSubject: disk in srv3 broken, need a new one", ticketing.Human},
		{"unsubscribe link of a sales program", "From: jane@example.org\nSubject: Offer\nList-Unsubscribe: <https://crm.example.org/u/1>", ticketing.Human},
		{"postmaster answers", "From: Joe <postmaster@example.org>\nSubject: Re: Rejected and delayed mail\n\nWe have added your server to our list.\n", ticketing.Human},
		{"postmaster asks", "From: Joe <postmaster@example.org>\nSubject: Re: SPF record of your domain\n\nPlease add our server.\n", ticketing.Human},
	})
}

// TestMachines: what programs write, by structure first.
func TestMachines(t *testing.T) {
	checkKinds(t, []kindCase{
		{"Exchange without a subject we know", "From: jane@example.org\nSubject: Svar fra Jane\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: jane@example.org\nX-Auto-Response-Suppress: All", ticketing.AutoReplied},
		{"CommuniGate", "From: jane@example.org\nSubject: Re: Printer\nX-Autogenerated: Reply", ticketing.AutoReplied},
		{"qmail-autoresponder", "From: jane@example.org\nSubject: Re: Printer\nDelivered-To: Autoresponder", ticketing.AutoReplied},
		{"X-POST-MessageClass", "From: jane@example.org\nSubject: Re: Printer\nX-POST-MessageClass: 9; Autoresponder", ticketing.AutoReplied},
		{"vacation(1) of old", "From: jane@example.org\nSubject: away from my mail\nPrecedence: bulk", ticketing.AutoReplied},
		{"Gmail", "From: jane@example.org\nSubject: Urlaub bis Montag Re: Drucker\nPrecedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied", ticketing.AutoReplied},
		{"Sieve", "From: jane@example.org\nSubject: Auto: Printer\nAuto-Submitted: auto-replied (vacation)", ticketing.AutoReplied},
		{"hint and text", "From: jane@example.org\nSubject: Jane is on vacation\n\nI am on vacation until 3 May and will answer then.", ticketing.AutoReplied},
		{"acknowledgement without a field", "From: support@example.org\nSubject: We have received your request [#123]\n\nThis is an automated response. We will answer soon.", ticketing.AutoReplied},
		{"acknowledgement (ja)", "From: support@example.org\nSubject: お問い合わせありがとうございます\n\nこのメールは自動送信されています。", ticketing.AutoReplied},
		{"acknowledgement (de)", "From: support@example.org\nSubject: Eingangsbestätigung Ihrer Anfrage\n\nDies ist eine automatisch erzeugte Nachricht.", ticketing.AutoReplied},
		{"Notes", "From: jane@example.org\nSubject: Jane Doe/ACME is out of the office.\n\nI will respond to your message when I return.", ticketing.AutoReplied},
		{"cron", "From: root@example.org (Cron Daemon)\nSubject: Cron <root@srv3> /usr/local/bin/backup", ticketing.AutoGenerated},
		{"cron with its environment", "From: root@example.org\nSubject: Cron <root@srv3> x\nX-Cron-Env: <SHELL=/bin/sh>", ticketing.AutoGenerated},
		{"Nagios", "From: nagios@example.org\nSubject: ** PROBLEM Service Alert: srv3/disk is CRITICAL **", ticketing.AutoGenerated},
		{"alert manager", "From: alertmanager@example.org\nSubject: [FIRING:1] disk full srv3", ticketing.AutoGenerated},
		{"shop", "From: no-reply@example.org\nSubject: Your order 17\n\nThank you. This is an automatically generated e-mail, please do not reply.", ticketing.AutoGenerated},
		{"shop (ja)", "From: no-reply@example.org\nSubject: ご注文の確認\n\nこのメールは送信専用です。返信しないでください。", ticketing.AutoGenerated},
		{"Zendesk", "From: Support <support@example.org>\nSubject: [Request received] Printer\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nX-Mailer: Zendesk Mailer", ticketing.AutoGenerated},
		{"OTRS", "From: support@example.org\nSubject: [Ticket#2012010110000017] RE: Printer\nPrecedence: bulk\nX-Loop: yes\nAuto-Submitted: auto-replied\nX-OTRS-Loop: yes", ticketing.AutoReplied},
		{"Jira", "From: jira@example.org\nSubject: [JIRA] (HD-1) Printer\nAuto-Submitted: auto-generated\nPrecedence: bulk\nX-JIRA-FingerPrint: 0123", ticketing.Bulk},
		{"DMARC", "From: noreply-dmarc-support@example.org\nSubject: Report domain: example.com Submitter: example.org Report-ID: 123", ticketing.AutoGenerated},
		{"TLS", "From: tlsrpt@example.org\nSubject: Report Domain: example.com Submitter: example.org Report-ID: <1@x>\nTLS-Report-Domain: example.com\nContent-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n--b\n\ntext\n--b--\n", ticketing.AutoGenerated},
		{"feedback report", "From: feedback@example.org\nSubject: FW: Offer\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <joe@example.org>\n\n--b--\n", ticketing.AutoGenerated},
		{"feedback report of a daemon", "From: MAILER-DAEMON@example.org\nReturn-Path: <>\nSubject: Abuse\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n<joe@example.org> called it spam: not delivered\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nStatus: 5.7.1\nFinal-Recipient: rfc822; joe@example.org\n\n--b--\n", ticketing.AutoGenerated},
		{"complaint of Hotmail", "From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: joe@hotmail.com\nFrom: desk@example.com\nSubject: x\n\nx\n--b--\n", ticketing.AutoGenerated},
		{"X-ARF", "From: abuse@example.org\nSubject: abuse report\nX-XARF: PLAIN", ticketing.AutoGenerated},
		{"MAILER-DAEMON's notice", "From: MAILER-DAEMON@example.org\nSubject: Mailbox statistics", ticketing.AutoGenerated},
		{"TMDA", "From: jane@example.org\nSubject: Please confirm your message\n\nYour message has not yet been delivered. Reply to this, and it will be released.", ticketing.AutoReplied},
		{"Spam Arrest", "From: jane@example.org\nSubject: Re: Printer (verification required)\n\nI'm protecting myself with Spam Arrest. Click below to have your message delivered.", ticketing.AutoReplied},
		{"newsletter", "From: shop@example.org\nSubject: Spring sale\nList-Unsubscribe: <https://example.org/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", ticketing.Bulk},
		{"newsletter with a feedback id", "From: shop@example.org\nSubject: Spring sale\nList-Unsubscribe: <https://example.org/u>\nFeedback-ID: 1:2:x", ticketing.Bulk},
		{"newsletter of a list", "From: shop@example.org\nSubject: Spring sale\nList-Id: <news.example.org>\nList-Unsubscribe: <https://example.org/u>", ticketing.Bulk},
		{"campaign", "From: shop@example.org\nSubject: Spring sale\nPrecedence: bulk\nX-Campaign: 17", ticketing.Bulk},
	})
}

// TestReceiptsAndAnswers: receipts (RFC 8098) with and without their part, and
// answers to invitations (RFC 5546).
func TestReceiptsAndAnswers(t *testing.T) {
	mdn := "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; jane@example.org\nOriginal-Message-ID: <a@example.com>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
	checkKinds(t, []kindCase{
		{"MDN", "From: jane@example.org\nSubject: Read: Printer\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\n" + mdn, ticketing.Receipt},
		{"MDN in a mixed mail", "From: jane@example.org\nSubject: Read: Printer\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nread\n--b\n" + mdn, ticketing.Receipt},
		{"MDN of a program", "From: jane@example.org\nAuto-Submitted: auto-replied\nSubject: Lu : Imprimante\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nlu\n--b\n" + mdn, ticketing.Receipt},
		{"Outlook", "From: jane@example.org\nSubject: Read: Printer\n\nYour message\n\n   To: Jane\n   Subject: Printer\n   Sent: Monday, 3 May 2021 10:00\n\nwas read on Monday, 3 May 2021 10:05.\n", ticketing.Receipt},
		{"Outlook (de)", "From: jane@example.org\nSubject: Gelesen: Drucker\n\nIhre Nachricht\n\n   An: Jane\n   Betreff: Drucker\n\nwurde am 03.05.2021 10:05 gelesen.\n", ticketing.Receipt},
		{"Outlook (ja)", "From: jane@example.org\nSubject: 開封済み: プリンター\n\n次のメッセージは開封されました。\n件名: プリンター\n", ticketing.Receipt},
		{"Outlook, deleted", "From: jane@example.org\nSubject: Not read: Printer\n\nYour message\n\n To: Jane\n Subject: Printer\n\nwas deleted without being read on Monday.\n", ticketing.Receipt},
		{"Notes", "From: jane@example.org\nSubject: Return Receipt: Printer\n\nYour document: Printer\nwas received by: Jane/Example\nat: 10:05\n", ticketing.Receipt},
		{"accepted", "From: jane@example.org\nSubject: Accepted: Meeting\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n", ticketing.CalendarReply},
		{"Google", "From: jane@example.org\nSubject: Declined: Meeting\nAuto-Submitted: auto-generated\nSender: calendar-notification@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nJane declined.\n--c\nContent-Type: text/calendar; charset=UTF-8; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n\n--c--\n\n--b--\n", ticketing.CalendarReply},
		{"counter", "From: jane@example.org\nSubject: New time\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:COUNTER\nEND:VCALENDAR\n", ticketing.CalendarReply},
		{"Outlook without its part", "From: jane@example.org\nSubject: Zugesagt: Besprechung\nContent-Class: urn:content-classes:calendarmessage", ticketing.CalendarReply},
	})
}
