package mail

import (
	"strings"

	"deskd/ticketing"
)

// bounceSubjects are found in the subjects of delivery failures, lower case.
var bounceSubjects = []string{
	"undeliver", "undelivered", "delivery status notification", "delivery failure", "failure notice", "returned mail", "mail delivery failed", "delivery failed", "delivery notification",
	"mail delivery", "delivery report", "message delivery", "could not be delivered", "not delivered", "mail failure", "mail system error", "returned to sender", "non-delivery", "nondelivery", "mail status report",
	"unzustellbar", "nicht zustellbar", "zustellung", "échec de la remise", "non remis", "non distribué", "no se puede entregar", "no entregado", "mancato recapito", "onbestelbaar", "недоставлен",
	"配信不能", "配信不可", "エラーメール", "送信エラー", "returned message", "bounce", "unknown user", "user unknown", "error sending", "error during delivery", "mail error", "warning: message", "delayed", "message status", "rejected", "can't be delivered", "cannot be delivered", "delivery has failed", "delivery problem", "failed mail", "message failed", "permanent delivery failure", "failed delivery", "failure delivery", "mdaemon notification", "delivery error", "message you sent blocked", "blocked by", "mail could not",
}

func bounceSubject(subject string) bool { return containsAny(subject, bounceSubjects) }

// failureWords say in the body of a daemon's mail that it could not deliver.
var failureWords = []string{
	"could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "undeliverable", "not delivered", "unable to deliver", "wasn't able to deliver", "was not able to deliver", "delivery failed", "delivery to the following", "delivery has failed", "failed to deliver", "did not reach the following",
	"user unknown", "unknown user", "no such user", "not a valid user", "mailbox unavailable", "permanent error", "permanent fatal errors", "transient non-fatal", "returned to you", "returning your message", "message was not", "message rejected", "rejected your message", "has been rejected", "unable to be delivered", "delivery error", "undelivered", "error occurred", "fatal errors", "not able to deliver", "配信でき", "送信できません", "届けることができません",
}

// originalMarks begin the returned mail inside the text of a bounce.
var originalMarks = []string{
	"--- below this line is a copy of the message", "------ this is a copy of", "--- the header of the original message", "----- original message", "----original message", "--- original message", "-- original message", "----- message header follows", "----- unsent message follows", "----- message text follows", "----- message follows",
	"--- undelivered message", "--- message from", "original message follows", "message headers follow", "your original message", "the text of your message", "the original message was", "return-path:", "received: from", "received: by", "received: (", "content of the original", "headers of the original message", "the headers of the message", "message header:", "the following is a copy", "your message follows", "attached is a copy", "--- message headers ---", "original message headers:", "----- returned", "----returned", "|------------------------- message", "copy of original message", "| message header",
}

// prose reads delivery failures that are told in words.
type prose struct {
	text  string   // before the returned mail
	lines []string // of text
	// sender is to whom the bounce went, own that and where it arrived:
	// unlikely to be what failed.
	sender, own []string
	// returnedTo is To of the returned mail: the last resort.
	returnedTo []ticketing.Address
}

// maxReturned is how many of the mails in a report are looked into.
const maxReturned = 5

func newProse(p *parser) *prose {
	text := p.msg.Text
	if len(text) > 64<<10 {
		text = shorten(text, 64<<10)
	}
	pr := &prose{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		lower := strings.ToLower(strings.TrimLeft(line, " \t"))
		if len(pr.lines) > 0 && startsOriginal(lower) {
			break
		}
		pr.lines = append(pr.lines, line)
	}
	pr.text = strings.Join(pr.lines, "\n")
	for _, list := range [][]ticketing.Address{p.msg.From, p.msg.To} {
		for _, a := range list {
			pr.sender = append(pr.sender, a.Address)
		}
	}
	pr.own = append(append(pr.own, pr.sender...), p.msg.Delivered...)
	for _, h := range p.nested[:min(len(p.nested), maxReturned)] {
		pr.returnedTo = append(pr.returnedTo, p.addresses(h, "To")...)
	}
	if len(pr.returnedTo) == 0 {
		pr.returnedTo = p.cs.addressList(fieldInText(text[len(pr.text):], "to:"), 10)
	}
	return pr
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

func startsOriginal(line string) bool {
	for _, mark := range originalMarks {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return false
}

func (pr *prose) failure() bool { return containsAny(strings.ToLower(pr.text), failureWords) }

// report makes a report of the prose.
func (pr *prose) report(h header) *ticketing.BounceReport {
	b := &ticketing.BounceReport{}
	for _, found := range pr.recipients(h) {
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

// action tells a warning from a failure.
func (pr *prose) action(status string) string {
	lower := strings.ToLower(pr.text)
	if containsAny(lower, []string{"will be retried", "will continue to try", "still being retried", "will keep trying", "warning message only", "no action is required", "do not need to resend", "delivery attempts will continue"}) &&
		!containsAny(lower, []string{"permanent error", "giving up", "given up", "permanent fatal"}) {
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
		for _, address := range addressPattern.FindAllString(value, maxBounced) {
			found = append(found, foundAddress{address, pr.lineOf(address)})
		}
	}
	if len(found) > 0 {
		return found
	}
	for _, tier := range []struct {
		accept func(line, address string) bool
		except []string // addresses that will not be the failed one
	}{{lineIsAddress, pr.own}, {lineBlames, pr.own}, {anyLine, pr.own}, {lineIsAddress, nil}, {lineBlames, pr.sender}} {
		for i, line := range pr.lines {
			for _, address := range addressPattern.FindAllString(line, 10) {
				if !contactAddress(address) && !containsFold(tier.except, address) && tier.accept(line, address) {
					found = append(found, foundAddress{address, i})
				}
			}
			if len(found) >= maxBounced {
				return found
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	for _, a := range pr.returnedTo {
		found = append(found, foundAddress{a.Address, -1})
	}
	return found
}

// complete adds what the words say of recipients whose machine-readable
// entries have no diagnostic.
func (pr *prose) complete(b *ticketing.BounceReport) {
	for i := range b.Recipients {
		r := &b.Recipients[i]
		if r.Diagnostic != "" || r.Address == "" {
			continue
		}
		line := pr.lineOf(r.Address)
		if line < 0 || r.Status != "" && !generic(r.Status) {
			continue
		}
		r.Diagnostic = shorten(cleanText(pr.diagnostic(line)), 1000)
		if code := enhancedCode(r.Diagnostic); code != "" {
			r.Status = code
		}
	}
}

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
	return after == "" || after[0] == ':' || after[0] == '.' || after[0] == ',' || after[0] == ';' || after[0] == '('
}

func lineBlames(line, _ string) bool {
	lower := strings.ToLower(line)
	return containsAny(lower, []string{"rcpt to", "recipient", "unknown", "user", "mailbox", "deliver", "address", "550", "554", "553", "552", "to:", "rejected", "failed", "quota", "host", "full"})
}

func anyLine(_, _ string) bool { return true }

// around is the text from the line of an address on, up to 12 lines.
func (pr *prose) around(line int) string {
	if line < 0 {
		return pr.text
	}
	return strings.Join(pr.lines[line:min(len(pr.lines), line+12)], "\n")
}

// diagnostic finds the line with the server's answer, near the address first,
// and takes the lines that continue it.
func (pr *prose) diagnostic(line int) string {
	if line >= 0 {
		for i := line; i < min(len(pr.lines), line+12); i++ {
			if hasCode(pr.lines[i]) {
				return pr.paragraph(i)
			}
		}
	}
	for i := range pr.lines {
		if hasCode(pr.lines[i]) {
			return pr.paragraph(i)
		}
	}
	if line >= 0 && line+1 < len(pr.lines) {
		if next := strings.TrimSpace(pr.lines[line+1]); next != "" {
			return pr.paragraph(line + 1)
		}
		return strings.TrimSpace(pr.lines[line])
	}
	return ""
}

func (pr *prose) paragraph(i int) string {
	var kept []string
	for ; i < len(pr.lines) && len(kept) < 6; i++ {
		line := strings.TrimSpace(pr.lines[i])
		if line == "" {
			break
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, " ")
}

func hasCode(line string) bool {
	return enhancedCode(line) != "" || replyCode(line) != ""
}

func replyCode(s string) string {
	if found := replyPattern.FindStringSubmatch(s); found != nil {
		return found[1]
	}
	return ""
}

// wordStatus maps what servers say to an RFC 3463 code, the most telling
// first.
var wordStatus = []struct {
	status string
	words  []string
}{
	{"5.2.2", []string{"mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage", "exceeds allowed quota", "out of quota", "overquota", "mailbox size", "mailfolder is full", "is over quota", "exceeded the storage", "exceeds the quota", "disk quota", "mailbox quota", "quota violation", "mailboxfull", "insufficient disk space", "over the maximum allowed number"}},
	{"5.3.4", []string{"message too large", "message size exceeds", "too big", "exceeds size limit", "message exceeds", "size limit", "message is too large", "maximum message size"}},
	{"5.7.1", []string{"spam", "blacklist", "blocked", "denied", "not allowed", "rejected for policy", "policy reasons", "refused your", "relaying", "reputation", "listed at", "blocklist", "dnsbl", "rbl"}},
	{"5.1.1", []string{"user unknown", "unknown user", "no such user", "unknown or illegal alias", "mailbox not found", "does not exist", "doesn't exist", "unknown recipient", "recipient unknown", "no mailbox here", "unknown local", "not a known user", "user not found", "invalid recipient", "no such address", "no such recipient", "address unknown", "unrouteable address", "unknown address", "mailbox unavailable", "invalid mailbox", "user doesn't have", "not our customer", "no longer valid", "account does not", "not listed in", "doesn't have a yahoo", "no account by that name", "recipient not found", "bad destination mailbox", "unknown mailbox", "addressee unknown", "invalid user", "no user", "not a valid user", "this user", "account has been disabled", "addresses failed", "not exist", "unable to validate recipient", "bad address", "recipientnotfound"}},
	{"5.2.1", []string{"mailbox disabled", "account disabled", "account is disabled", "mailbox is inactive", "user suspended", "account suspended", "currently suspended", "inactive", "temporarily disabled", "account expired", "disabled"}},
	{"5.1.2", []string{"host unknown", "unknown host", "domain not found", "host not found", "no such domain", "couldn't find any host", "unrouteable mail domain", "name server: host not found", "domain does not exist", "nxdomain", "no mx", "bad destination system", "name service error", "unknown domain", "domain lookup", "not a valid domain", "all relevant mx records"}},
	{"4.4.7", []string{"timed out", "timeout", "retry time", "too long", "expired", "delivery time", "has been in the queue", "retry timeout", "could not be delivered for", "giving up on", "queued for", "delayed"}},
	{"4.4.1", []string{"connection refused", "no route", "connect to", "not responding", "unable to connect", "couldn't establish", "could not connect", "host is unreachable"}},
	{"5.4.6", []string{"too many hops", "loop", "hop count"}},
}

// statusOfWords guesses a status of the words of a diagnostic, or "".
func statusOfWords(text string) string {
	lower := strings.ToLower(text)
	for _, entry := range wordStatus {
		if containsAny(lower, entry.words) {
			return entry.status
		}
	}
	return ""
}
