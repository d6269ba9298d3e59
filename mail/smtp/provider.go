package smtp

import (
	"regexp"
	"strings"
)

// How servers name a mail in their answer to the final dot: "queued as X"
// (Postfix and its kin), "id=X" (Exim).
var providerIDPattern = regexp.MustCompile(`(?i)\bqueued as "?<?([^\s<>"]+)|\bid=([^\s<>"]+)`)

const maxProviderID = 200

// providerID is what the relay called the mail: a name where we know where to
// look, else its whole answer, for people who ask the provider about it.
func providerID(host, answer string) string {
	answer = oneLine(answer, maxErrorText)
	if rest, ok := cutStatus(answer); ok {
		answer = rest
	}
	if id := sesID(host, answer); id != "" {
		return id
	}
	if m := providerIDPattern.FindStringSubmatch(answer); m != nil {
		return oneLine(m[1]+m[2], maxProviderID)
	}
	return oneLine(answer, maxProviderID)
}

// cutStatus takes an enhanced status code (RFC 3463) off the front.
func cutStatus(answer string) (string, bool) {
	word, rest, _ := strings.Cut(answer, " ")
	if len(word) >= 5 && word[1] == '.' && strings.Count(word, ".") == 2 && strings.Trim(word, "0123456789.") == "" {
		return rest, true
	}
	return answer, false
}

var (
	sesHostPattern = regexp.MustCompile(`(?i)^email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com\.?$`)
	sesIDPattern   = regexp.MustCompile(`^(?i:ok) ([0-9A-Za-z-]{8,100})$`)
)

// sesID is Amazon SES's name of a mail, or "": it answers "Ok ID".
func sesID(host, answer string) string {
	if !sesHostPattern.MatchString(host) {
		return ""
	}
	m := sesIDPattern.FindStringSubmatch(answer)
	if m == nil {
		return ""
	}
	return m[1]
}

// providerAliases are further Message-IDs under which the mail arrives. Amazon
// SES replaces the Message-ID, and its answer tells by what.
func providerAliases(host, answer string) []string {
	answer = oneLine(answer, maxErrorText)
	if rest, ok := cutStatus(answer); ok {
		answer = rest
	}
	id := sesID(host, answer)
	if id == "" {
		return nil
	}
	domain := strings.ToLower(sesHostPattern.FindStringSubmatch(host)[1]) + ".amazonses.com"
	if domain == "us-east-1.amazonses.com" {
		domain = "email.amazonses.com"
	}
	return []string{"<" + id + "@" + domain + ">"}
}
