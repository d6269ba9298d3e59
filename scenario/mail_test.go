package scenario_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"deskd/ticketing"
)

// fields is the header of a mail, in order.
type fields []string

// splitMail parts a mail of a story into its header and its text.
func splitMail(mail string) (fields, string) {
	head, body, _ := strings.Cut("\n"+mail, "\n\n")
	var h fields
	for _, line := range strings.Split(strings.TrimPrefix(head, "\n"), "\n") {
		switch {
		case line == "":
		case len(h) > 0 && (line[0] == ' ' || line[0] == '\t'):
			h[len(h)-1] += "\n" + line
		default:
			h = append(h, line)
		}
	}
	return h, body + "\n"
}

func (h fields) get(name string) string {
	for _, f := range h {
		if n, v, ok := strings.Cut(f, ":"); ok && strings.EqualFold(n, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// defaults adds fields that are missing, and takes out those whose value is
// "-".
func (h fields) defaults(all ...string) fields {
	for _, f := range all {
		name, _, _ := strings.Cut(f, ":")
		if h.get(name) == "" {
			h = append(h, f)
		}
	}
	var kept fields
	for _, f := range h {
		if _, v, _ := strings.Cut(f, ":"); strings.TrimSpace(v) != "-" {
			kept = append(kept, f)
		}
	}
	return kept
}

// compose puts a mail of a story into its bytes.
func (h *house) compose(s step) ([]byte, error) {
	text, err := h.fill(s.mail)
	if err != nil {
		return nil, err
	}
	head, body := splitMail(text)
	if s.verb == "answer" {
		to, err := h.latest(s.arg(2))
		if err != nil {
			return nil, err
		}
		head = head.defaults(answering(to)...)
	}
	head = head.defaults("Message-ID: <"+s.arg(0)+"@test>", "Date: "+h.clock.Format(time.RFC1123Z))
	raw := strings.ReplaceAll(strings.Join(head, "\n")+"\n\n"+body, "\n", "\r\n")
	if domain, ok := s.option("sign"); ok {
		if raw, err = signed(raw, domain); err != nil {
			return nil, err
		}
	}
	if s.verb == "sent" {
		return []byte(raw), nil
	}
	results, err := resultsOf(s.arg(1), senderDomain(head.get("From")))
	return []byte(results + raw), err
}

// answering are the fields that a mail program writes in an answer.
func answering(to outgoing) []string {
	m := to.message
	subject := m.Subject
	if !strings.HasPrefix(subject, "Re: ") {
		subject = "Re: " + subject
	}
	from := m.To[0].Address
	if m.To[0].Name != "" {
		from = m.To[0].Name + " <" + from + ">"
	}
	return []string{
		"From: " + from,
		"To: " + m.ReplyTo[0].Address,
		"Subject: " + subject,
		"In-Reply-To: " + m.MessageID,
		"References: " + strings.Join(append(m.References, m.MessageID), "\n "),
	}
}

func senderDomain(from string) string {
	return strings.Trim(ticketing.DomainOf(strings.Trim(from, " >")), ">")
}

// resultsOf is what the trusted server puts before a mail.
func resultsOf(verdict, domain string) (string, error) {
	field := "Authentication-Results: " + trustedServer + "; dmarc="
	switch verdict {
	case "pass":
		return field + "pass header.from=" + domain + "\r\n", nil
	case "fail":
		return field + "fail (p=reject) header.from=" + domain + "\r\n", nil
	case "none", "bare":
		return "", nil
	}
	return "", fmt.Errorf("no verdict %q: write pass, fail, none or bare", verdict)
}

func signed(raw, domain string) (string, error) {
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(raw), &dkim.SignOptions{
		Domain: domain, Selector: "s", Signer: signingKey(),
		HeaderKeys:             strings.Split("from:to:cc:subject:date:message-id:from:to:cc:subject", ":"),
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	return out.String(), err
}

// placeholder reads "{reply aiko#2|upper}".
var placeholder = regexp.MustCompile(`\{(reply|line|unfollow|id|envid|root|subject|sender|date)(?: ([^|}]+))?((?:\|[a-z]+)*)\}`)

// fill puts what the desk made into the text of a story.
func (h *house) fill(text string) (string, error) {
	var faults []error
	filled := placeholder.ReplaceAllStringFunc(text, func(s string) string {
		f := placeholder.FindStringSubmatch(s)
		v, err := h.value(f[1], f[2])
		if err == nil && f[3] != "" {
			v, err = changed(v, strings.Split(f[3][1:], "|"))
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", s, err))
		}
		return v
	})
	return filled, errors.Join(faults...)
}

func (h *house) value(what, person string) (string, error) {
	if what == "date" {
		return h.clock.Format(time.RFC1123Z), nil
	}
	person, about, _ := strings.Cut(person, " ")
	m, err := h.latest(person)
	if err != nil {
		return "", err
	}
	switch what {
	case "line":
		return addressBelow(m.message.Text, about)
	case "reply":
		return m.message.ReplyTo[0].Address, nil
	case "unfollow":
		_, rest, _ := strings.Cut(string(m.raw), "List-Unsubscribe: ")
		_, rest, _ = strings.Cut(rest, "mailto:")
		rest, _, _ = strings.Cut(rest, "?")
		return strings.Join(strings.Fields(rest), ""), nil
	case "id":
		return m.message.MessageID, nil
	case "envid":
		id, _, _ := strings.Cut(strings.Trim(m.message.MessageID, "<>"), "@")
		return id, nil
	case "sender":
		return m.from, nil
	case "root":
		return m.message.References[0], nil
	}
	return m.message.Subject, nil
}

// addressBelow is the address in the paragraph of a text that holds a word.
func addressBelow(text, word string) (string, error) {
	for _, p := range strings.Split(text, "\n\n") {
		if a := token.FindStringIndex(p); a != nil && strings.Contains(p, word) {
			lines := strings.Split(p, "\n")
			return lines[len(lines)-1], nil
		}
	}
	return "", fmt.Errorf("no line is about %s", word)
}

// changed is a value as mail programs and attackers change it.
func changed(v string, how []string) (string, error) {
	for _, c := range how {
		switch c {
		case "upper":
			v = strings.ToUpper(v)
		case "percent":
			v = strings.Replace(v, "+", "%2B", 1)
		case "bare":
			v = strings.Trim(v, "<>")
		case "spoil":
			at := strings.LastIndexByte(v, '@')
			if at < 1 {
				return "", fmt.Errorf("there is no @ in %q", v)
			}
			other := "0"
			if v[at-1] == '0' {
				other = "1"
			}
			v = v[:at-1] + other + v[at:]
		default:
			return "", fmt.Errorf("no change %q", c)
		}
	}
	return v, nil
}
