package mail

import (
	"strings"
	"testing"

	"deskd/ticketing"
)

// TestToldByMachine: reports in words from addresses that are no server's.
func TestToldByMachine(t *testing.T) {
	checkBounces(t, []bounceCase{
		{"a scanner", bounceText("From: imss@example.org\nSubject: Mail could not be delivered", "****** Message from the mail gateway ******\n\nSent <<< RCPT TO:<joe@example.org>\nReceived >>> 550 5.1.1 unknown user\n\nUnable to deliver message to <joe@example.org>.\n"), "joe@example.org failed 5.1.1; permanent"},
		{"a mail service", bounceText("From: E9_SMTP_Service@example.net\nSubject: Returned Mail - Error During Delivery", "------ Failed Recipients ------\n<joe@example.org>: Requested action not taken: mailbox unavailable. [SMTP Error Code 550]\n-------- Returned Mail --------\nReceived: from a\nMessage-ID: <orig@example.com>\n"), "joe@example.org failed 5.1.1; permanent"},
		{"an administrator's account", bounceText("From: Administrator <admin@example.org>\nSubject: Undeliverable: [HD-1] Printer", "Your message to joe@example.org was not delivered. The user does not exist.\n"), "joe@example.org failed 5.1.1; permanent"},
		{"an administrator by name", bounceText("From: \"System Administrator\" <mx1@example.org>\nSubject: Delivery Failure", "Could not deliver message to the following recipient(s):\n\nFailed Recipient: joe@example.org\nReason: Remote host said: 550 unknown user <joe@example.org>\n\n   -- The header and top 20 lines of the message follows --\n\nMessage-ID: <orig@example.com>\n"), "joe@example.org failed 5.1.1; permanent"},
		{"framed", bounceText("From: x.relay-office@example.org\nSubject: RE: Printer : non remis (delivery failed)", "*******************************\nVotre message n'a pas pu etre delivre a\njoe@example.org\n*******************************\nYour message could not be delivered to\njoe@example.org\n*******************************\n"), "joe@example.org failed"},
		{"goes on trying", bounceText("From: AntiVirus_for_SMTP@example.org\nSubject: Delivery failure notification", "Your message with Subject: Re: hello\ncould not be delivered to the following recipients:\njoe@example.org\nPlease do not resend your original message.\nDelivery attempts will continue to be made for 5 day(s).\n"), "joe@example.org delayed"},
		{"certified mail", bounceText("Return-Path: <>\nFrom: posta-certificata@example.org\nSubject: AVVISO DI MANCATA CONSEGNA: Printer", "Avviso di mancata consegna\n\nIl giorno 14/10/2025 nel messaggio destinato all'utente \"joe@example.org\" è stato rilevato un errore 5.1.1 - indirizzo non valido.\n"), "joe@example.org failed 5.1.1; permanent"},
		{"through a list", bounceText("Precedence: bulk\nList-Id: <l.example.net>\nList-Unsubscribe: <mailto:l@example.net>\nFrom: MAILER-DAEMON@example.org\nSubject: Processing Error", "Intended recipient: joe@example.org\n\nThe following mail has been returned because it encountered an error\nwhile being processed.\n\n--------RETURNED MAIL FOLLOWS--------\nMessage-ID: <orig@example.com>\n"), "joe@example.org failed"},
		{"from nobody, with a name", bounceText("From: \"Mail System\" <>\nSubject: Mail Error", "Your mail cannot be delivered to the following address(es):\n\njoe@example.org no such user\n"), "joe@example.org failed 5.1.1; permanent"},
		{"a language we have no words of", bounceText("From: MAILER-DAEMON@example.org\nSubject: Vesti kohaletoimetamine", "Sõnum:\n\n<joe@example.org>: 550 5.1.1 Tundmatu\n"), "joe@example.org failed 5.1.1; permanent"},
	})
}

// TestToldInLanguages: hosted services and appliances.
func TestToldInLanguages(t *testing.T) {
	checkBounces(t, []bounceCase{
		{"Japanese", bounceText("From: admin@example.org\nSubject: 配信不能: プリンタ", "以下の宛先に配信できませんでした：\njoe@example.org\nメールボックスが存在しません。\n"), "joe@example.org failed 5.1.1; permanent"},
		{"Japanese, no reply", bounceText("Return-Path: <>\nFrom: noreply@example.org\nSubject: メール配送エラー通知", "下記宛先へのメールは配送できませんでした。\n\n宛先: joe@example.org\n"), "joe@example.org failed"},
		{"Chinese", bounceText("Return-Path: <>\nFrom: admin@example.org\nSubject: 邮件无法投递", "您发送的邮件无法投递到以下收件人：\njoe@example.org\n原因：用户不存在\n"), "joe@example.org failed 5.1.1; permanent"},
		{"Korean", bounceText("From: MAILER-DAEMON@example.org\nSubject: [발송실패 안내] 메일이 전송되지 못했습니다.", "메일이 발송되지 못했습니다.\n받는사람: joe@example.org\n실패 사유: 존재하지 않는 메일 계정입니다.\n"), "joe@example.org failed 5.1.1; permanent"},
		{"Portuguese, full", bounceText("From: MAILER-DAEMON@example.org\nSubject: Mensagem não entregue", "Sua mensagem não pôde ser entregue aos seguintes destinatários:\njoe@example.org\nCaixa postal cheia\n"), "joe@example.org failed 5.2.2"},
		{"Polish", bounceText("From: MAILER-DAEMON@example.org\nSubject: Zwrot poczty", "Wiadomość nie mogła zostać dostarczona na adres <joe@example.org>.\nNie ma takiego konta.\n"), "joe@example.org failed 5.1.1; permanent"},
		{"Czech", bounceText("From: server@example.org\nSubject: Zpráva nebyla doručena", "Zprávu nelze doručit na adresu joe@example.org: schránka neexistuje.\n"), "joe@example.org failed 5.1.1; permanent"},
		{"Russian", bounceText("Return-Path: <>\nFrom: Администратор <admin@example.org>\nSubject: Не доставлено: заявка", "Ваше сообщение не доставлено следующим получателям:\n\njoe@example.org\nПочтовый ящик переполнен.\n"), "joe@example.org failed 5.2.2"},
		{"Turkish", bounceText("Return-Path: <>\nFrom: postmaster@example.org\nSubject: İleti teslim edilemedi", "İletiniz aşağıdaki alıcılara teslim edilemedi:\njoe@example.org\nKullanıcı bulunamadı\n"), "joe@example.org failed 5.1.1; permanent"},
		{"a loop", bounceText("From: fortimail@example.org\nSubject: Delivery Status Notification (Failure)", "Delivery to the following recipient failed permanently:\njoe@example.org\n554 5.4.6 Too many hops\n"), "joe@example.org failed 5.4.6; permanent"},
		{"a spam filter", bounceText("From: noreply@example.org\nSubject: **Message you sent blocked by our bulk email filter**", "Your message to: joe@example.org\nwas blocked by our Spam Firewall. The email you sent has NOT BEEN DELIVERED.\n"), "joe@example.org failed 5.7.1"},
	})
}

// TestListsAndQuotas: what lists tell members and senders, servers those whose
// mailbox fills up, and guards of mailboxes in other languages.
func TestListsAndQuotas(t *testing.T) {
	checkKinds(t, []kindCase{
		{"Mailman holds", "From: l-bounces@example.org\nSubject: Your message to l awaits moderator approval\n\nIs being held until the list moderator can review it.\n", ticketing.AutoGenerated},
		{"Mailman asks", "From: l-request@example.org\nX-Mailman-Version: 2.1\nSubject: confirm 3a5bcf\n\nMailing list subscription confirmation notice\n", ticketing.AutoGenerated},
		{"Mailman's own mark", "From: l@example.org\nX-List-Administrivia: yes\nSubject: hello", ticketing.AutoGenerated},
		{"Majordomo", "From: majordomo@example.org\nSubject: Majordomo results: subscribe l\n\nSucceeded.\n", ticketing.AutoGenerated},
		{"a full mailbox", "From: postmaster@example.org\nSubject: Your mailbox is almost full\n\nYour mailbox has exceeded 90 % of its quota.\n", ticketing.AutoGenerated},
		{"AntiSpam UOL", "Return-Path: <>\nFrom: antispam@example.org\nSubject: Confirmacao AntiSpam UOL\n\nPara que sua mensagem seja entregue, clique.\n", ticketing.AutoReplied},
		{"a person asks of moderation", "From: jane@example.org\nSubject: Is my message awaiting moderation\n\nIs it held?\n", ticketing.Human},
		{"a person's full mailbox", "From: jane@example.org\nSubject: My mailbox is almost full\n\nWhat can I do?\n", ticketing.Human},
		{"a postmaster's question", "From: Jan <postmaster@example.org>\nSubject: mailbox quota of jane\n\nHello, can you raise it?\n", ticketing.Human},
		{"an order", "From: admin@example.org\nSubject: Order returned to sender\n\nThe order for joe@example.org was not delivered. We will send a new one.\n", ticketing.Human},
		{"an exchange of goods", "From: exchange@example.org\nSubject: Rejected goods, undeliverable\n\nOrder 7 for joe@example.org was not delivered.\n", ticketing.Human},
		{"no answer in Japanese", "From: system@example.org\nSubject: メールが届きません\nContent-Type: text/plain; charset=utf-8\n\n先日送ったメールの返事が届きません。joe@example.net にも送信しましたが、届いていますか。\n", ticketing.Human},
	})
}

// TestToldByPeople: whoever asks, greets or tells of himself is a person, from
// an administrator's account too; and so is who only quotes a report.
func TestToldByPeople(t *testing.T) {
	for _, mail := range []string{
		"From: admin@example.org\nSubject: Undeliverable mail to joe@example.org\n\nHello,\n\nyour mail to joe@example.org was not delivered: 550 5.1.1 user unknown. He left us.\n",
		"From: admin@example.org\nSubject: Mail could not be delivered\n\nYour mail to joe@example.org was not delivered. Can you send it again?\n",
		"From: sysadmin@example.org\nSubject: Delivery failed\n\nMy mail to joe@example.org could not be delivered.\n",
		"From: server-team@example.org\nSubject: Unzustellbar: Rechnung\n\nIhre Mail an joe@example.org konnte nicht zugestellt werden.\n\nGruß\nJan\n",
		"From: jane@example.org\nSubject: Delivery failed\n\nThe mail to joe@example.org could not be delivered.\n",
		"From: jane@example.org\nSubject: Undeliverable: Printer\n\nYour message could not be delivered to joe@example.org, 550 user unknown.\n\nJane\n",
		"From: info@example.jp\nSubject: メールが送信できません\n\nお世話になっております。joe@example.org 宛てに送信できません。よろしくお願いいたします。\n",
		"From: admin@example.org\nSubject: Re: Undeliverable: Printer\n\nThe message to joe@example.org could not be delivered, as the mailbox was full.\n",
		"From: admin@example.org\nSubject: Delivery failed - order 4711\n\nThe order was not delivered.\n",
		"From: jane@example.org\nSubject: Mail could not be delivered\n\nThis came back from joe@example.org.\n\n-----Original Message-----\nFrom: MAILER-DAEMON@example.org\nSubject: Undelivered\n\n****** Message ******\n<joe@example.org>: 550 user unknown\n",
		"From: jane@example.org\nSubject: Returned mail: see transcript for details\n\nBegin forwarded message:\n\nFrom: MAILER-DAEMON@example.org\nSubject: Returned mail\n\n----- The following addresses had permanent fatal errors -----\n<joe@example.org>\n\n",
	} {
		if m := parseString(t, strings.Replace(mail, "\nSubject", "\nTo: desk@example.com\nContent-Type: text/plain; charset=utf-8\nSubject", 1)); m.Kind != ticketing.Human {
			t.Errorf("%s (%s):\n%s", m.Kind, m.KindWhy, mail)
		}
	}
}

// TestIntroducedRecipients: the addresses that a line announces, not those of
// the mail that is spoken of.
func TestIntroducedRecipients(t *testing.T) {
	exchange := "Your message\n\n  To:      desk-list@example.com\n  Subject: Printer\n  Sent:    Fri, 20 Jul 2001 08:53:08 -0700\n\ndid not reach the following recipient(s):\n\n"
	from := "From: System Administrator <postmaster@example.org>\nSubject: Undeliverable: Printer"
	checkBounces(t, []bounceCase{
		{"Exchange 5.5", bounceText(from, exchange+"joe@example.org on Fri, 20 Jul 2001 11:08:59 -0700\n    The recipient name is not recognized\n\n"), "joe@example.org failed 5.1.1; permanent"},
		{"two", bounceText(from, exchange+"joe@example.org on Fri, 20 Jul 2001 11:08:59 -0700\n    The recipient name is not recognized\njane@example.org on Fri, 20 Jul 2001 11:08:59 -0700\n    The recipient name is not recognized\n"), "joe@example.org failed 5.1.1, jane@example.org failed 5.1.1; permanent"},
		{"X.400", bounceText(from, exchange+"c=US;a= ;p=X;dda:SMTP=joe@example.org; on Fri, 4 Oct 2002\n    The recipient name is not recognized\n"), "joe@example.org failed 5.1.1; permanent"},
		{"without a domain", bounceText("From: MAILER-DAEMON@example.org\nSubject: Mail Delivery Problem", "Your mail to the following recipients could not be delivered because they are not accepting mail from list@example.com:\n\tjoe\n"), "joe@example.org failed"},
		{"with helpers", bounceText("From: postmaster@example.org\nSubject: FAILED MAIL to joe", "The standard form of address is lastname@example.org. The address to\nwhich your message was addressed, joe@example.org, did not match any user.\n\n  Jane Joe   jane@example.org\n\nOriginal message follows:\n>Received: from a by b for <joe@example.org>; Sun\n>Message-ID: <orig@example.com>\n"), "joe@example.org failed"},
		{"MailEnable", bounceText("From: postmaster@example.org\nSubject: Message Delivery Failure", "The following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:joe@example.org]\n\tReason: The message cannot be delivered due to one or more of the addresses not being found\n"), "joe@example.org failed 5.1.1; permanent"},
	})
}

// TestRefusedBySieve: a refusal has the form of a receipt (RFC 5429 §2.1.2).
func TestRefusedBySieve(t *testing.T) {
	mdn := func(text, disposition string) string {
		return "From: Mail Delivery Subsystem <postmaster@example.org>\nSubject: Automatically rejected mail\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\n" + text +
			"\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; joe@example.org\nOriginal-Message-ID: <orig@example.com>\nDisposition: automatic-action/MDN-sent-automatically; " + disposition + "\n\n--b--\n"
	}
	checkBounces(t, []bounceCase{
		{"quota", mdn("Your message to <joe@example.org> was automatically rejected:\nQuota exceeded", "deleted"), "joe@example.org failed 5.2.2"},
		{"a rule", mdn("Your message to <joe@example.org> was automatically rejected:\nI have left.", "deleted"), "joe@example.org failed 5.7.1"},
	})
	for name, raw := range map[string]string{
		"deleted unread": mdn("Your message was deleted without being read.", "deleted"),
		"shown":          mdn("Your message was automatically rejected, once.", "displayed"),
	} {
		if m := parseString(t, raw); m.Kind != ticketing.Receipt {
			t.Errorf("%s: %s (%s)", name, m.Kind, m.KindWhy)
		}
	}
}

// TestWrappedReport: a gateway put a report into a mail of its own, to add a
// disclaimer. One that a postmaster or a person attaches is no report.
func TestWrappedReport(t *testing.T) {
	wrapped := func(from, inner string) string {
		return "From: " + from + "\nSubject: Delivery Status Notification (Failure)\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nFrom: " + inner +
			"\nSubject: Delivery Status Notification (Failure)\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nDelivery failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822;joe@example.org\nAction: failed\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\nFrom: desk@example.com\nMessage-ID: <orig@example.com>\n\nHello\n--b--\n\n--a\n\nThis e-mail is confidential.\n--a--\n"
	}
	checkBounces(t, []bounceCase{{"by a gateway", wrapped("postmaster@example.org", "postmaster@example.org"), "joe@example.org failed 5.1.1; permanent"}})
	for _, from := range []string{"jane@example.org", "Jane <jane@example.org>"} {
		for _, inner := range []string{"postmaster@example.org", from} {
			if m := parseString(t, wrapped(from, inner)); m.Kind != ticketing.Human || len(m.Attachments) != 1 {
				t.Errorf("%s around %s: %s (%s), %v", from, inner, m.Kind, m.KindWhy, m.Attachments)
			}
		}
	}
}
