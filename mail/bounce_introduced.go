package mail

import (
	"strings"
	"unicode"
)

// recipientIntroducers announce, in a line that ends in a colon, the recipients
// below it; lower case.
var recipientIntroducers = []string{
	"following recipient", "following address", "following e-mail address", "following email address", "following mail address", "following user", "following destination", "following person", "to these recipients", "these recipients or", "failed recipients", "failed addresses", "recipients failed", "undeliverable to", "was not delivered to", "could not be delivered to", "cannot be delivered to",
	"folgenden empfänger", "folgende empfänger", "folgende adresse", "folgenden adresse", "destinataires suivants", "destinataire suivant", "adresses suivantes", "siguientes destinatarios", "siguiente destinatario", "seguenti destinatari", "seguintes destinatários", "seguinte destinatário", "volgende geadresseerde", "volgende ontvanger", "volgende adres", "följande mottagare", "følgende modtager", "følgende mottaker", "seuraaville vastaanottajille", "następujących odbiorców", "następujący odbiorca", "dostarczona do", "následujícím příjemcům", "následujícímu příjemci", "következő címzett", "următorii destinatari", "следующим получателям", "следующих получателей", "следующему адресату", "следующим адресатам", "aşağıdaki alıcı",
	"次の受信者", "以下の受信者", "以下の宛先", "次の宛先", "下記の宛先", "下記宛先", "以下のアドレス", "次のアドレス", "下記のアドレス", "以下收件人", "下列收件人", "以下的收件人", "以下收件者", "下列收件者", "다음 수신자", "다음 받는 사람", "아래 수신자",
}

func introducesRecipients(line string) bool {
	lower := strings.ToLower(strings.TrimRight(line, " \t-=*#|"))
	return (strings.HasSuffix(lower, ":") || strings.HasSuffix(lower, "：")) && containsAny(lower, recipientIntroducers)
}

// introduced finds the recipients below a line that announces them: the first
// address, and those that begin a line as far to the right.
func (pr *prose) introduced() []foundAddress {
	for i, line := range pr.lines {
		if introducesRecipients(line) {
			if found := pr.listed(i + 1); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// listed are the recipients from a line on. The first must come within three
// lines; a server may write its own users without their domain.
func (pr *prose) listed(from int) []foundAddress {
	var found []foundAddress
	indent, texts := 0, 0
	for i := from; i < len(pr.lines) && len(found) < maxBounced; i++ {
		line := pr.lines[i]
		text := strings.TrimLeft(line, " \t<\"'*-")
		addresses := findAddresses(line, 1)
		switch {
		case strings.Trim(line, " \t-=*#_|") == "":
		case len(found) == 0 && len(addresses) > 0 && !containsFold(pr.sender, addresses[0]):
			indent = len(line) - len(text)
			found = append(found, foundAddress{addresses[0], i})
		case len(found) > 0 && len(addresses) > 0 && strings.HasPrefix(text, addresses[0]) && len(line)-len(text) == indent &&
			!containsFold(pr.sender, addresses[0]) && !contactAddress(addresses[0]):
			found = append(found, foundAddress{addresses[0], i})
		case len(found) == 0 && texts == 0 && bareName(text) && pr.domain != "":
			return []foundAddress{{strings.TrimSpace(text) + "@" + pr.domain, i}}
		case len(found) == 0:
			if texts++; texts > 2 {
				return nil
			}
		}
	}
	return found
}

// bareName says that a line is nothing but the name of a mailbox.
func bareName(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && len(line) <= 64 && hasLetter(line) && strings.IndexFunc(line, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-+", r)
	}) < 0
}
