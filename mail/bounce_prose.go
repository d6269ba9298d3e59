package mail

import (
	"slices"
	"strings"

	"deskd/ticketing"
)

// bounceSubjects are found in the subjects of delivery failures, lower case.
var bounceSubjects = []string{
	"undeliver", "undelivered", "delivery status notification", "delivery failure", "failure notice", "returned mail", "mail delivery failed", "delivery failed", "delivery notification",
	"mail delivery", "delivery report", "message delivery", "could not be delivered", "not delivered", "mail failure", "mail system error", "returned to sender", "non-delivery", "nondelivery", "mail status report",
	"zustellung", "returned message", "bounce", "unknown user", "user unknown", "error sending", "error during delivery", "mail error", "warning: message", "delayed", "message status", "rejected", "can't be delivered", "cannot be delivered", "delivery has failed", "delivery problem", "failed mail", "message failed", "permanent delivery failure", "failed delivery", "failure delivery", "mdaemon notification", "delivery error", "processing error", "returning to sender", "mail failed", "non-delivery", "returning mail", "delivery failure notification", "message you sent blocked", "blocked by", "mail could not", "smtp server: errors",
}

func bounceSubject(subject string) bool {
	return containsAny(subject, bounceSubjects) || containsAny(subject, undeliveredWords)
}

// bounceSubject: a postmaster who answers has such subjects too.
func (f *mailFacts) bounceSubject() bool {
	return bounceSubject(f.subject) && !ticketing.HasReplyPrefix(f.subject)
}

// undeliveredWords say in subjects and texts that a mail was not delivered.
var undeliveredWords = []string{
	"nicht zugestellt", "nicht zustellbar", "unzustellbar", "konnte nicht gesendet", "échec de la remise", "non remis", "non distribué", "pas pu être remis", "pas pu être distribué", "pas été distribué", "no se puede entregar", "no se pudo entregar", "no entregado", "no ha sido entregado", "mancato recapito", "mancata consegna", "errore di consegna", "no se ha podido entregar", "no pudo ser entregado", "n'a pas pu être délivré", "n'a pas pu etre delivre", "n'a pas pu être remis", "n'a pu être", "não pode ser entregue", "non recapitabile", "impossibile recapitare", "non è stato recapitato", "não entregue", "não pôde ser entregue", "não foi entregue", "falha na entrega", "não é possível entregar",
	"onbestelbaar", "niet bezorgd", "niet afgeleverd", "kan niet worden bezorgd", "olevererbar", "gick inte att leverera", "kunde inte levereras", "kan ikke leveres", "kunne ikke leveres", "uleverbar", "ei voitu toimittaa", "toimittaminen epäonnistui", "niedostarcz", "nie dostarczon", "się dostarczyć", "nie została dostarczona", "nie zostało dostarczone", "nie został dostarczony", "nie mogła zostać dostarczona", "nie może być dostarczona", "nie może zostać dostarczona", "zwrot wiadomości", "zwrot poczty", "nedoručen", "nedoručiteln", "nelze doručit", "nebylo možné doručit", "nebyla doručena", "nepodařilo se doručit", "nemohla být doručena", "nebolo možné doručiť", "nemožno doručiť", "kézbesíthetetlen", "nem kézbesíthető", "nelivrat", "nu a putut fi livrat", "ανεπίδοτ", "δεν ήταν δυνατή η παράδοση", "teslim edilemedi", "iletilemedi", "teslim edilemiyor", "gönderilemedi", "ulaştırılamadı", "iletilemeyen",
	"недоставлен", "не доставлен", "не может быть доставлен", "невозможно доставить", "не удалось доставить", "не была доставлена", "не было доставлено", "не был доставлен", "доставка невозможна", "ошибка доставки", "не доставлено", "нельзя доставить", "недоставленное", "не может быть доставлено", "неможливо доставити", "не вдалося доставити", "לא ניתן למסירה", "يتعذر التسليم",
	"配信不能", "配信不可", "配信でき", "配信エラー", "配信失敗", "配信に失敗", "配達でき", "送信失敗", "送信に失敗", "送信でき", "届けることができ", "送信エラー", "エラーメール", "メールエラー", "不達", "返送され", "届きません", "お届けでき", "送達でき", "配送でき", "配送失敗", "配送エラー", "配達エラー", "送達エラー", "配信されません", "送信されません", "宛先不明", "宛先エラー", "未達", "无法送达", "無法送達", "无法投递", "未送达", "未能送达", "投递失败", "传递失败", "未能向以下", "無法傳遞", "傳遞失敗", "退信", "退回", "被退回", "发送失败", "發送失敗", "無法投遞", "投遞失敗", "无法传递", "無法寄達", "未能投递", "无法发送到", "발송 실패", "전송 실패", "전송되지", "배달되지", "배달 실패", "전달되지", "반송", "발송되지", "전달할 수 없", "배달할 수 없", "보낼 수 없", "전송할 수 없", "수신 실패", "발송하지 못", "전달하지 못", "전달 실패",
}

// failureWords say in the body of a daemon's mail that it could not deliver.
var failureWords = []string{
	"could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "undeliverable", "not delivered", "not been delivered", "unable to deliver", "wasn't able to deliver", "was not able to deliver", "delivery failed", "delivery to the following", "delivery has failed", "failed to deliver", "did not reach the following",
	"user unknown", "unknown user", "no such user", "not a valid user", "mailbox unavailable", "permanent error", "permanent fatal errors", "transient non-fatal", "returned to you", "returning your message", "message was not", "message rejected", "rejected your message", "has been rejected", "unable to be delivered", "delivery error", "undelivered", "has been returned because", "no valid recipients", "could not deliver", "unable to send", "could not be reached", "non-delivery", "failed recipient", "delivery failure", "mailbox not found", "error occurred", "fatal errors", "not able to deliver",
}

// originalMarks begin the returned mail inside the text of a bounce.
var originalMarks = []string{
	"--- below this line is a copy of the message", "------ this is a copy of", "--- the header of the original message", "----- original message", "----original message", "--- original message", "-- original message", "----- message header follows", "----- unsent message follows", "----- message text follows", "----- message follows",
	"--- undelivered message", "--- message from", "original message follows", "original message:", "message headers follow", "your original message", "the text of your message", "the original message was:", "the original message follows", "the original message is ", "return-path:", "received: from", "received: by", "received: (", "content of the original", "headers of the original message", "the headers of the message", "message header:", "the following is a copy", "your message follows", "attached is a copy", "--- message headers ---", "original message headers:", "----- returned", "----returned", "|------------------------- message", "copy of original message", "| message header",
}

// originalHeadings are the words of headings above the returned mail, behind
// two dashes or stars at least.
var originalHeadings = []string{
	"message text follows", "message header", "message follows", "returned mail", "returned message", "header of the source mail", "headers of the", "the header and", "the headers and", "message headers", "original mail", "undelivered mail", "unsent message", "begin message", "copy of the message", "start of returned", "原始邮件", "元のメール", "エラーメール", "返送メール", "原メール", "원본 메시지", "исходное сообщение", "wiadomość oryginalna", "původní zpráva",
}

// prose reads delivery failures that are told in words.
type prose struct {
	text  string   // before the returned mail and the fields
	lines []string // of text, each shortened
	codes []bool   // which lines hold a server's answer
	// sender is to whom the bounce went, own that and where it arrived:
	// unlikely to be what failed.
	sender, own []string
	// fields is the machine-readable part of a report whose structure was lost
	// on the way, as where a gateway makes one text of it.
	fields string
	// domain is that of the server which writes, "" if unknown.
	domain string
	// returned: the mail, or a part of it, stands below the text.
	returned bool
	rest     string // what stands below, with the returned mail, up to 64 KiB
	// returnedTo is To of the returned mail: the last resort.
	returnedTo []ticketing.Address
}

// maxProseLine is how much of a line is looked at, in bytes. Servers write short
// ones; those of hostile mails would be read once for every address in them.
const maxProseLine = 1000

// maxReturned is how many of the mails in a report are looked into.
const maxReturned = 5

func newProse(p *parser) *prose {
	text := p.msg.Text
	if len(text) > 64<<10 {
		text = shorten(text, 64<<10)
	}
	pr := &prose{}
	var fields []string
	for line := range strings.Lines(text) {
		line = shorten(strings.TrimRight(line, "\n"), maxProseLine)
		lower := strings.ToLower(strings.TrimLeft(line, " \t"))
		if len(pr.lines) > 0 && beginsOriginal(lower) {
			pr.returned = true
			break
		}
		if fields != nil || startsAny(lower, statusNames) {
			fields = append(fields, line)
		} else {
			pr.lines = append(pr.lines, line)
		}
	}
	for _, line := range pr.lines {
		pr.codes = append(pr.codes, hasCode(line))
	}
	pr.fields = strings.Join(fields, "\n")
	pr.text = strings.Join(pr.lines, "\n")
	if len(p.msg.From) == 1 {
		_, pr.domain, _ = strings.Cut(p.msg.From[0].Address, "@")
	}
	for _, list := range [][]ticketing.Address{p.msg.From, p.msg.To} {
		for _, a := range list {
			pr.sender = append(pr.sender, a.Address)
		}
	}
	pr.own = append(append(pr.own, pr.sender...), p.msg.Delivered...)
	for _, h := range p.nested[:min(len(p.nested), maxReturned)] {
		pr.returnedTo = append(pr.returnedTo, p.addresses(h, "To")...)
	}
	pr.rest = text[min(len(text), len(pr.text)):]
	for _, a := range pr.returnedTo {
		pr.rest += "\n" + a.Address
	}
	if len(pr.returnedTo) == 0 {
		pr.returnedTo = p.cs.addressList(fieldInText(text[len(pr.text):], "to:"), 10)
	}
	return pr
}

// beginsOriginal says that the returned mail begins at a line, in lower case:
// it has words of its own, or a heading between dashes that says so.
func beginsOriginal(line string) bool {
	line = strings.TrimLeft(line, "> |")
	heading := strings.TrimLeft(line, "-=*_#|")
	return startsAny(line, originalMarks) || strings.Contains(line, "original message follow") ||
		len(line)-len(heading) >= 2 && startsAny(strings.TrimLeft(heading, " "), originalHeadings)
}

// fieldInText finds a header field in a mail that was returned as text.
func fieldInText(text, name string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(line, " \t>|")
		if len(line) > len(name) && strings.EqualFold(line[:len(name)], name) {
			return strings.TrimSpace(line[len(name):])
		}
	}
	return ""
}

// answered says that the text names an address and what a server said of it.
func (pr *prose) answered() bool {
	for i, line := range pr.lines {
		if pr.codes[i] || i > 0 && pr.codes[i-1] || i+1 < len(pr.codes) && pr.codes[i+1] {
			for _, address := range findAddresses(line, 10) {
				if !containsFold(pr.own, address) {
					return true
				}
			}
		}
	}
	return false
}

func (pr *prose) failure() bool { return speaksOfFailure(strings.ToLower(pr.text)) }

// speaksOfFailure reads a text in lower case.
func speaksOfFailure(lower string) bool {
	return containsAny(lower, failureWords) || containsAny(lower, undeliveredWords)
}

// report makes a report of the prose.
func (pr *prose) report(h header) *ticketing.BounceReport {
	b := &ticketing.BounceReport{}
	all := pr.recipients(h)
	for _, found := range all {
		if len(all) == 1 {
			found.line = pr.explained(found.line)
		}
		r := ticketing.BouncedRecipient{Address: found.address, Diagnostic: pr.diagnostic(found.line)}
		r.Status = enhancedCode(r.Diagnostic)
		if r.Status == "" || generic(r.Status) {
			if guess := statusOfWords(r.Diagnostic + "\n" + pr.around(found.line)); guess != "" && (r.Status == "" || guess[0] == r.Status[0]) {
				r.Status = guess
			}
		}
		if r.Status == "" {
			if code := replyCode(r.Diagnostic); code != "" {
				r.Status = code[:1] + ".0.0"
			}
		}
		r.Action = pr.action(r.Status)
		addBounced(b, r)
		if len(b.Recipients) >= maxBounced {
			break
		}
	}
	return b
}

// delayWords say that the server goes on trying, finalWords that it does not.
var (
	delayWords = []string{
		"will be retried", "will retry", "will continue to try", "will continue to be attempted", "still being retried", "will keep trying", "keeps trying", "still trying", "warning message only", "no action is required", "do not need to resend", "don't need to resend", "no need to resend", "delivery attempts will continue", "attempts will continue", "will be attempted again", "hasn't been delivered yet", "has not yet been delivered", "temporary problem delivering",
		"noch nicht zugestellt", "weiterhin versucht", "wird erneut versucht", "n'a pas encore été remis", "continuera d'essayer", "aún no se ha entregado", "se seguirá intentando", "non è stato ancora recapitato", "ainda não foi entregue", "nog niet bezorgd", "nog niet afgeleverd", "ещё не доставлено", "еще не доставлено", "попытки доставки будут продолжены", "再送を試み", "再送信を試み", "配信を続け", "まだ配信されて", "尚未送达", "尚未傳遞", "尚未传递", "继续尝试", "繼續嘗試",
	}
	finalWords = []string{"permanent error", "permanent failure", "giving up", "given up", "permanent fatal", "failed permanently"}
)

// action tells a warning from a failure.
func (pr *prose) action(status string) string {
	lower := strings.ToLower(pr.text)
	if containsAny(lower, delayWords) && !containsAny(lower, finalWords) && !strings.HasPrefix(status, "5") {
		return "delayed"
	}
	return "failed"
}

type foundAddress struct {
	address string
	line    int // index into lines, or -1
}

// recipients finds the addresses that failed: the field that some servers
// write, else lines that are nothing but an address, else addresses in lines
// that speak of a recipient or an error, else any.
func (pr *prose) recipients(h header) []foundAddress {
	var found []foundAddress
	for _, value := range h.all("X-Failed-Recipients") {
		for _, address := range findAddresses(value, maxBounced) {
			found = append(found, foundAddress{address, pr.lineOf(address)})
		}
	}
	if len(found) > 0 {
		return found
	}
	if found = pr.introduced(); len(found) > 0 {
		return found
	}
	for n, tier := range []struct {
		accept func(line, address string) bool
		except []string // addresses that will not be the failed one
	}{{lineIsAddress, pr.own}, {lineBlames, pr.own}, {anyLine, pr.own}, {lineIsAddress, nil}, {lineBlames, pr.sender}} {
		for i, line := range pr.lines {
			for _, address := range findAddresses(line, 10) {
				if !contactAddress(address) && !containsFold(tier.except, address) && tier.accept(line, address) {
					found = append(found, foundAddress{address, i})
					if n == 0 {
						break // what follows explains it
					}
				}
			}
			if len(found) >= maxBounced {
				return found
			}
		}
		if len(found) > 0 {
			if n == 1 || n == 2 {
				found = pr.returnedFor(found)
			}
			return found
		}
	}
	for _, a := range pr.returnedTo {
		found = append(found, foundAddress{a.Address, -1})
	}
	return found
}

// returnedFor keeps, of addresses that the words name, those that the returned
// mail names too: servers name helpers and examples besides. What stands beside
// a server's answer failed.
func (pr *prose) returnedFor(found []foundAddress) []foundAddress {
	if len(found) < 2 || slices.ContainsFunc(found, func(one foundAddress) bool { return pr.codes[one.line] }) {
		return found
	}
	var named []foundAddress
	rest := strings.ToLower(pr.rest)
	for _, one := range found {
		if strings.Contains(rest, strings.ToLower(one.address)) {
			named = append(named, one)
		}
	}
	if len(named) == 0 {
		return found
	}
	return named
}

// complete adds what the words say of recipients whose machine-readable
// entries have no diagnostic, or the exit status of a program for one. Where
// there is one recipient, all that is said is of him.
func (pr *prose) complete(b *ticketing.BounceReport, h header) {
	if len(b.Recipients) == 1 && b.Recipients[0].Address == "" {
		if found := pr.recipients(h); len(found) == 1 {
			b.Recipients[0].Address = shorten(found[0].address, maxAddress)
		}
	}
	if len(b.Recipients) == 0 {
		b.Recipients = pr.report(h).Recipients
	}
	for i := range b.Recipients {
		r := &b.Recipients[i]
		if strings.Trim(r.Diagnostic, "0123456789 ") != "" || r.Address == "" {
			continue
		}
		line := pr.lineOf(r.Address)
		if line < 0 && len(b.Recipients) > 1 {
			continue
		}
		if vague := r.Status == "" || generic(r.Status); vague || pr.coded(line) {
			r.Diagnostic = shorten(cleanText(pr.diagnostic(line)), 1000)
			if code := enhancedCode(r.Diagnostic); code != "" && vague {
				r.Status = code
			}
		}
	}
}

// coded says that a server's answer follows the line of an address, or stands
// anywhere.
func (pr *prose) coded(line int) bool {
	return slices.Contains(pr.codes[max(line, 0):], true)
}

// statusNames begin the lines of a machine-readable report (RFC 3464 §2).
var statusNames = []string{"reporting-mta:", "final-recipient:", "original-recipient:", "original-envelope-id:"}

func (pr *prose) lineOf(address string) int {
	for i, line := range pr.lines {
		if strings.Contains(line, address) {
			return i
		}
	}
	return -1
}

// contactAddress is one that bounces name as a contact.
func contactAddress(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	return strings.Contains(local, "postmaster") || strings.Contains(local, "mailer-daemon") || local == "abuse" || local == "helpdesk"
}

func lineIsAddress(line, address string) bool {
	rest := strings.TrimSpace(line)
	at := strings.Index(rest, address)
	before := strings.Trim(rest[:at], " \t<\"'*-(>|")
	after := strings.TrimLeft(rest[at+len(address):], ">\"'*) \t")
	if before != "" && !strings.EqualFold(before, "To:") && !strings.EqualFold(before, "smtp;") && !strings.EqualFold(before, "Recipient:") {
		return false
	}
	return after == "" || strings.IndexByte(":.,;(=", after[0]) >= 0 || before == "" && after[0] == '<' || before == "" && (hasCode(after) || containsAny(strings.ToLower(after), failureWords))
}

func lineBlames(line, _ string) bool {
	lower := strings.ToLower(line)
	return containsAny(lower, []string{"rcpt to", "recipient", "unknown", "user", "mailbox", "deliver", "address", "550", "554", "553", "552", "to:", "rejected", "failed", "quota", "host", "full"})
}

// startsRecipient says that a line begins what is said of a recipient.
func startsRecipient(line string) bool {
	found := findAddresses(line, 1)
	return len(found) > 0 && !strings.HasPrefix(line, "  ") && lineIsAddress(line, found[0])
}

func anyLine(_, _ string) bool { return true }

// around is the text from the line of an address on, up to 12 lines.
func (pr *prose) around(line int) string {
	if line < 0 {
		return pr.text
	}
	return strings.Join(pr.lines[line:min(len(pr.lines), line+12)], "\n")
}

// explained is the line from which on the only failed address is explained:
// its own, or one before that says why, as where the reason comes first.
func (pr *prose) explained(line int) int {
	if pr.coded(line) || line >= 0 && statusOfWords(pr.around(line)) != "" {
		return line
	}
	for i, text := range pr.lines {
		if statusOfWords(text) != "" {
			return i
		}
	}
	return line
}

// diagnostic finds the line with the server's answer, near the address first,
// and takes the lines that continue it.
func (pr *prose) diagnostic(line int) string {
	if line >= 0 {
		for i := line; i < min(len(pr.lines), line+12); i++ {
			if pr.codes[i] {
				return pr.paragraph(i)
			}
		}
	}
	for i := range pr.lines {
		if pr.codes[i] {
			return pr.paragraph(i)
		}
	}
	for i := max(line, 0); line >= 0 && i < min(len(pr.lines), line+12); i++ {
		if statusOfWords(pr.lines[i]) != "" {
			return pr.paragraph(i)
		}
	}
	if line < 0 {
		return ""
	}
	return pr.nearby(line)
}

// nearby is what stands after an address, or else in front of it, where nothing
// in it is a code or words that are known.
func (pr *prose) nearby(line int) string {
	own := strings.Trim(pr.lines[line], "=-*_# \t")
	if len(addressPattern.ReplaceAllString(own, "")) > 20 {
		return own
	}
	for i := line + 1; i < min(len(pr.lines), line+9); i++ {
		text := strings.TrimSpace(pr.lines[i])
		if strings.Trim(text, "=-*_# ") == "" || strings.HasPrefix(text, "***") || strings.HasSuffix(strings.Trim(text, "=-*_# "), ":") {
			continue
		}
		if name, _, field := strings.Cut(text, ":"); field && slices.Contains([]string{"subject", "date", "sent", "from", "to", "cc"}, strings.ToLower(name)) {
			break
		}
		return pr.paragraph(i)
	}
	if line > 0 {
		if before := strings.Trim(pr.lines[line-1], "=-*_#<> \t"); before != "" {
			return before
		}
	}
	return own
}

// paragraph is a line and those that go on with it, up to the next recipient.
func (pr *prose) paragraph(i int) string {
	var kept []string
	for ; i < len(pr.lines) && len(kept) < 6; i++ {
		line := strings.TrimSpace(pr.lines[i])
		if line == "" || len(kept) > 0 && startsRecipient(pr.lines[i]) {
			break
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, " ")
}

// hasCode says that a line holds a code of a failure.
func hasCode(line string) bool {
	code := enhancedCode(line)
	return code != "" && code[0] != '2' || replyCode(line) != ""
}

func replyCode(s string) string {
	if found := replyPattern.FindStringSubmatch(s); found != nil {
		return found[1]
	}
	return ""
}
