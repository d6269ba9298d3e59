package mail

import (
	"slices"
	"strings"
	"unicode"

	"deskd/ticketing"
)

// toldByMachine recognises the report of a server or an appliance that writes
// from an address as people have, in words alone. All of this must hold: the
// subject and the text both speak of a failed delivery, the text of mail too, a
// recipient and a reason are named or the mail returned, nothing in it is as people write to each other, and the
// sender, the envelope or the form of the text is a machine's.
func (p *parser) toldByMachine(f *mailFacts, pr *prose) bool {
	own := f.text() // without what is quoted or sent on
	if !bounceSubject(f.subject) || !speaksOfFailure(own) || !containsAny(own, mailWords) || personal(pr.text) || strings.Contains(strings.ToLower(pr.text), "forwarded message") {
		return false
	}
	framed := framed(own)
	if ticketing.HasReplyPrefix(f.subject) && (!framed || !strings.HasPrefix(f.subject, "re") || len(p.msg.InReplyTo)+len(p.msg.References) > 0) {
		return false
	}
	if !framed && !f.blankReturn && !returnedToDaemon(f.h) && !daemonName(p.msg) && !serviceAddress(p.msg) && !fromNoReply(p.msg) {
		return false
	}
	if len(p.nested) > 0 || pr.returned || len(pr.introduced()) > 0 {
		return true
	}
	reason := framed || slices.Contains(pr.codes, true) || containsAny(own, receiptOpeners) || statusOfWords(own) != ""
	return reason && slices.ContainsFunc(pr.lines, func(line string) bool {
		return slices.ContainsFunc(findAddresses(line, 10), func(a string) bool { return !containsFold(pr.own, a) && !contactAddress(a) })
	})
}

// mailWords tell a mail from parcels and orders.
var mailWords = []string{
	"mail", "message", "recipient", "smtp", "nachricht", "courriel", "correo", "mensaje", "messaggio", "mensagem", "bericht", "meddelande", "meddelelse", "melding", "viesti", "wiadomoś", "zpráv", "správ", "üzenet", "mesaj", "письм", "сообщени", "повідомлен", "лист", "μήνυμα", "ileti", "posta", "メール", "メッセージ", "送信", "邮件", "郵件", "信件", "메일", "메시지",
}

// returnedToDaemon: sendmail writes its daemon where the envelope names nobody.
func returnedToDaemon(h header) bool {
	local, _, _ := strings.Cut(strings.Trim(stripBlanks(h.first("Return-Path")), "<>"), "@")
	return strings.EqualFold(local, "MAILER-DAEMON")
}

// serviceWords are parts of the local parts of addresses from which servers,
// gateways and scanners write. Administrators write from some of them.
var serviceWords = []string{
	"admin", "administrator", "administrators", "sysadmin", "mailadmin", "smtp", "esmtp", "mta", "mx", "imss", "imsva", "interscan", "viruswall", "virusscan", "virusscanner", "antivirus", "virus", "antispam", "spamfilter", "mailfilter", "contentfilter", "mailscan", "mailscanner", "scanmail", "gateway", "gateways", "mailgateway", "mailgate", "mailgw", "inetgw", "mailrelay", "relay", "mailsweeper", "mailmarshal", "mimesweeper", "webshield", "groupshield", "messagelabs", "mailguard", "firewall", "gwia", "groupwise", "domino", "exchange", "exchsrv",
	"server", "mailserver", "mailsrv", "mailhost", "mailsystem", "mailservice", "system", "maildelivery", "mailer", "bounce", "bounces", "returned", "undeliverable", "nondelivery", "autoresponder", "certificata", "quarantine", "ironport", "barracuda", "fortimail", "sophos", "symantec", "mimecast", "proofpoint",
}

// serviceAddress says that the sender's address may be one of a program.
func serviceAddress(m *ticketing.Message) bool {
	return fromAccount(m) || slices.ContainsFunc(m.From, func(a ticketing.Address) bool {
		local, _, _ := strings.Cut(strings.ToLower(a.Address), "@")
		words := strings.FieldsFunc(local, func(r rune) bool { return !unicode.IsLetter(r) })
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(serviceWords, w) })
	})
}

// framed says that a text has a heading between dashes or stars, or a line of
// stars, as programs write before and around what they tell.
func framed(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		inner := strings.Trim(line, frame)
		left := len(line) - len(strings.TrimLeft(line, frame))
		right := len(line) - len(strings.TrimRight(line, frame))
		if containsAny(strings.ToLower(inner), []string{"original", "forward", "weitergeleitet", "transféré", "reenviado", "転送", "转发"}) {
			return false
		}
		if inner == "" && len(line) >= 20 && line[0] == '*' || left >= 3 && right >= 3 && hasLetter(inner) {
			return true
		}
	}
	return false
}

const frame = "-=*#"

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// personalWords stand in what people write to each other, whole words in lower
// case; personalTexts are found where no blanks part the words.
var (
	personalWords = []string{
		"hi", "hello", "hey", "dear", "i", "i've", "i'm", "i'd", "my", "me", "thanks", "thank you", "regards", "cheers", "please help", "can you", "could you", "parcel", "package",
		"hallo", "guten tag", "liebe", "lieber", "sehr geehrte", "ich", "wir", "mein", "meine", "grüße", "gruß", "danke", "paket", "bonjour", "je", "j'ai", "mon", "ma", "merci", "cordialement", "hola", "buenos días", "yo", "mi", "gracias", "saludos", "buongiorno", "ciao", "ho", "il mio", "la mia", "grazie", "saluti", "olá", "eu", "meu", "minha", "obrigado", "obrigada", "beste", "ik", "mijn", "groet", "groeten", "bedankt", "hej", "jag", "jeg", "tack", "tak", "hei", "kiitos",
		"dzień dobry", "mój", "moja", "dziękuję", "pozdrawiam", "dobrý den", "můj", "moje", "děkuji", "zdravím", "здравствуйте", "добрый день", "я", "мой", "моё", "спасибо", "с уважением", "merhaba", "teşekkürler", "saygılarımla", "szia", "köszönöm", "üdvözlettel",
	}
	personalTexts = []string{"お世話", "よろしく", "ますか", "ですか", "でしょうか", "ませんか", "注文", "商品", "吗", "嗎", "请问", "订单", "快递", "こんにちは", "ありがとう", "お願いいたします", "您好", "你好", "谢谢", "謝謝", "안녕하세요", "감사합니다"}
	// politeness of programs
	programPhrases = []string{"i'm sorry to have to inform you", "i'm afraid i wasn't able to", "i wasn't able to deliver"}
)

// personal says that a text asks, greets,
// thanks or tells of himself. Questions in links are none.
func personal(text string) bool {
	lower := withoutSubjects(strings.ToLower(shorten(text, maxJudged)))
	for _, phrase := range programPhrases {
		lower = strings.ReplaceAll(lower, phrase, "")
	}
	words := strings.Builder{}
	for _, word := range strings.Fields(lower) {
		if strings.Contains(word, "://") {
			continue
		}
		if strings.ContainsAny(word, "?？") {
			return true
		}
		if trimmed := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }); trimmed != "" && !strings.Contains(word, "@") {
			words.WriteString(" " + strings.ReplaceAll(trimmed, "’", "'"))
		}
	}
	all := words.String() + " "
	return containsAny(all, personalTexts) || slices.ContainsFunc(personalWords, func(w string) bool { return strings.Contains(all, " "+w+" ") })
}

// withoutSubjects cuts the lines that name the subject of a mail, which may be
// in anybody's words.
func withoutSubjects(lower string) string {
	var kept strings.Builder
	for line := range strings.Lines(lower) {
		if !containsAny(line, subjectLabels) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
