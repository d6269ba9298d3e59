package mail

import "strings"

// wordStatus maps what servers say to an RFC 3463 code, the most telling
// first, in lower case. Words that say for certain that there is no such
// recipient stand above those of policy, which are loose, and the loose ones
// about recipients below.
var wordStatus = []struct {
	status string
	words  []string
}{
	{"5.2.2", []string{"mailbox full", "full mailbox", "mailbox is full", "mailbox_full", "mail box is full", "inbox full", "inbox is full", "inbox is too full", "over quota", "over its quota", "quota exceeded", "exceeded storage", "exceeds allowed quota", "exceeded its quota", "exceeded their quota", "exceeded his quota", "quota full", "out of quota", "overquota", "over-quota", "mailbox size", "mailfolder is full", "is over quota", "exceeded the storage", "exceeds the quota", "disk quota", "mailbox quota", "quota violation", "mailboxfull", "insufficient disk space", "insufficient storage", "out of storage", "storage full", "mailbox has exceeded", "mailbox exceeds", "not enough storage", "over the maximum allowed number", "too many messages in", "mailbox exceeded", "messages in recipient's mailbox", "mailbox for user is full", "user has too many", "recipient storage full", "recipient's mailbox is full", "recipient's inbox",
		"postfach ist voll", "postfach voll", "mailbox voll", "boîte pleine", "boite pleine", "boîte aux lettres pleine", "boite aux lettres pleine", "buzón lleno", "buzon lleno", "casella piena", "caixa cheia", "caixa postal cheia", "schránka je plná", "schránka plná", "skrzynka jest pełna", "skrzynka pełna", "posta kutusu dolu", "kota aşıl", "caixa de correio cheia", "brevlådan är full", "skrzynka pełna", "skrzynka jest pełna", "переполнен", "メールボックスが一杯", "メールボックスがいっぱい", "メールボックスの容量", "容量を超", "容量オーバー", "邮箱已满", "郵箱已滿", "信箱已滿", "메일함이 가득"}},
	{"5.3.4", []string{"message too large", "message size exceeds", "message too big", "mail too large", "mail too big", "too big", "exceeds size limit", "message exceeds", "message length exceeds", "size limit", "message is too large", "message was too large", "maximum message size", "max message size", "maximum size", "message file too big", "nachricht zu groß", "nachricht ist zu groß", "message trop volumineux", "demasiado grande", "サイズが大き", "サイズを超え", "サイズ超過", "邮件过大", "слишком больш"}},
	{"5.1.8", []string{"sender address rejected", "sender rejected", "sender denied", "domain of sender", "sender domain", "sender's domain", "sender verify failed", "unknown sender", "sender unknown", "address of sender", "valid from"}},
	{"5.1.1", certainlyUnknown},
	{"5.4.6", []string{"too many hops", "hop count exceeded", "mail loop", "loop detected", "loops back"}},
	{"5.7.1", []string{"spam", "blacklist", "blocked", "denied", "not allowed", "rejected for policy", "policy", "refused your", "relaying", "reputation", "listed at", "listed by", "listed in", "blocklist", "block list", "dnsbl", " rbl", "rbl ", "unsolicited", "bulk email", "bulk mail", "junk", "a virus", "virus detected", "virus found", "virus infected", "viruses", "infected", "malware", "content rejected", "message content", "banned", "dmarc", "dkim", " spf", "spf ", "unauthenticated", "not authenticated", "authentication required", "requires authentication", "not authorized", "not authorised", "not permitted", "permission to post", "may not have permission", "prohibited", "reverse dns", "ptr record", "no ptr", "too many", "rate limit", "frequency limited", "throttl", "receiving mail at a rate", "sending address", "sending ip", "security polic", "security reasons", "suspicious", "forbidden", "protocol violation", "message rejected", "duplicate header", "message not accepted", "message filtered", "relay quota", "daily limit", "sending limit", "mail rejete", "service refuse", "abgelehnt wegen", "als spam"}},
	{"5.1.1", []string{"not listed in", "no longer valid", "address unknown", "unrouteable address", "unroutable address", "mailbox unavailable", "invalid mailbox", "not our customer", "account does not", "bad destination mailbox", "invalid user", "invalid final delivery userid", "invalid final delivery user", "no user", "not a valid user", "this user", "account has been disabled", "addresses failed", "not exist", "bad address", "bad recipient", "bad_recipient", "invalid address", "not active", "not an active", "no mail box", "no longer available", "no longer in use", "no longer employed", "no longer with", "wasn't found", "not be found", "isn't a valid", "not a valid mailbox", "not a valid address", "address is not valid"}},
	{"5.2.1", []string{"mailbox disabled", "account disabled", "account is disabled", "mailbox is inactive", "mailbox is disabled", "account inactive", "account is inactive", "user suspended", "account suspended", "account is suspended", "currently suspended", "inactive", "temporarily disabled", "account expired", "disabled or discontinued", "disabled", "deactivated", "not accepting messages"}},
	{"5.1.2", []string{"host unknown", "unknown host", "domain not found", "host not found", "no such domain", "no such host", "couldn't find any host", "unrouteable mail domain", "name or service not known", "domain does not exist", "domain doesn't exist", "nxdomain", "no mx", "mx record", "indicated no smtp service", "null mx", "domain is not reachable", "does not accept mail", "doesn't accept mail", "bad destination system", "name service error", "unknown domain", "domain unknown", "domain lookup", "dns error", "dns domain", "not a valid domain", "all relevant mx", "nodename nor servname", "rcpthosts", "domain name not found", "invalid domain", "domain couldn't be found", "domain wasn't found", "illegal host/domain", "malformed name server reply", "ドメインが見つか", "ドメインが存在", "域名不存在"}},
	{"4.4.7", []string{"timed out", "timeout", "retry time", "too long", "expired", "delivery time", "has been in the queue", "retry timeout", "could not be delivered for", "giving up on", "queued for", "delayed", "still undelivered"}},
	{"4.4.1", []string{"connection refused", "no route", "connect to", "not responding", "unable to connect", "couldn't establish", "could not connect", "host is unreachable", "not reachable", "unreachable", "didn't respond", "did not respond", "did not accept our requests", "socket error", "could not find a gateway"}},
	{"5.4.6", []string{"too many hops", "loop", "hop count"}},
	{"5.1.1", []string{"recipient address rejected", "recipient rejected"}},
	{"5.3.0", []string{"service unavailable", "currently unavailable", "service not available", "out of service", "internal error", "configuration error", "server error", "system error"}},
	{"5.7.1", []string{"rejected", "refused", "refuse "}},
}

// certainlyUnknown says that there is no such recipient, whatever else is said.
var certainlyUnknown = []string{
	"user unknown", "unknown user", "user_unknown", "no such user", "no such address", "no such recipient", "no such mailbox", "no such account", "no such person", "no such local user", "no mailbox here", "no mailbox by that name", "no account by that name", "mailbox not found", "mailbox does not exist", "mailbox doesn't exist", "mail-box not found", "user not found", "user doesn't have", "user does not", "user doesn't exist", "user is unknown", "unknown or illegal alias", "unknown or invalid", "unknown recipient", "unknown local", "unknown mailbox", "unknown address", "unknown account", "recipient unknown", "recipient not found", "recipientnotfound", "recipient does not exist", "rcpt does not exist", "invalid recipient", "no valid recipient", "address not found", "address does not exist", "address doesn't exist", "account not found", "account doesn't", "account that you tried to reach does not exist", "does not exist", "doesn't exist", "not a known user", "no record of", "addressee unknown", "addresses not being found", "address not being found", "recipient not being found", "name is not recognized", "name is not recognised", "name was not recognized", "address was not recognized", "user name not found", "badrcptto", "unable to validate recipient", "doesn't have a yahoo", "not listed in domino", "not listed in public", "address couldn't be found", "recipient address rejected: access denied", "relay access denied: user", "couldn't be found at", "wasn't found at",
	"unbekannter empfänger", "empfänger unbekannt", "empfänger nicht gefunden", "benutzer unbekannt", "existiert nicht", "nicht gefunden", "inconnu", "n'existe pas", "n’existe pas", "introuvable", "no existe", "desconocido", "no se encontró", "no se encuentra", "sconosciut", "non esiste", "inesistente", "não existe", "nao existe", "desconhecid", "não foi encontrad", "onbekende gebruiker", "bestaat niet", "niet gevonden", "finns inte", "okänd mottagare", "findes ikke", "finnes ikke", "ei löydy", "nie istnieje", "nie ma takiego", "nieznany", "nie znaleziono", "neexistuje", "nem létez", "nu există", "не существует", "не найден", "неизвестный пользователь", "bulunamadı",
	"存在しません", "リストにありません", "存在しない", "見つかりません", "見つかりませんでした", "見当たりません", "宛先不明", "宛先が不明", "ユーザーが不明", "不存在", "找不到", "未找到", "無此", "无此", "존재하지", "찾을 수 없",
}

// statusOfWords guesses a status of the words of a diagnostic, or "".
func statusOfWords(text string) string {
	lower := strings.ToLower(strings.Join(strings.Fields(text), " ")) // words may stand on two lines
	for _, entry := range wordStatus {
		if containsAny(lower, entry.words) {
			return entry.status
		}
	}
	return ""
}

// lasting says whether a failure lies in the address or its domain, so that
// further mail will fail too. A full mailbox, a mail that is too large or is
// not wanted or a server out of order are none of the address's doing.
// What a server says of these is nearer to the fault than a code, which many
// choose badly: "5.7.1 No such user", "5.1.1 too many recipients this hour".
func lasting(status, diagnostic string) bool {
	said := statusOfWords(diagnostic)
	switch {
	case strings.HasPrefix(status, "4"), status == "" && said == "":
		return false
	case status == "5.2.2", status == "5.2.3", status == "5.3.4": // full, or the mail's size (RFC 3463 §3.3, §3.4)
		return false
	case ofSender(status):
		return false
	case containsAny(strings.ToLower(diagnostic), certainlyUnknown) && said == "5.1.1":
		return true
	case status == "" || generic(status) || status == "5.5.0" || said != "" && !ofAddress(said) && !loose(said, diagnostic):
		return said == "" || ofAddress(said)
	}
	return ofAddress(status)
}

// loose says that only words without much meaning made a code.
func loose(code, diagnostic string) bool {
	last := wordStatus[len(wordStatus)-1]
	if code != last.status {
		return code != "5.2.2" && code != "5.3.4" && code != "5.1.8"
	}
	lower := strings.ToLower(diagnostic)
	for _, entry := range wordStatus[:len(wordStatus)-1] {
		if entry.status == code && containsAny(lower, entry.words) {
			return false
		}
	}
	return true
}

// ofAddress says whether a permanent code is about the recipient's address or
// its domain (RFC 3463 §3). X.0.0 says nothing, and is taken at its word.
func ofAddress(status string) bool {
	switch status {
	case "5.0.0", "5.2.0", "5.2.1", "5.3.2", "5.4.4", "5.4.6", "5.4.14", "5.4.310":
		return true
	}
	return strings.HasPrefix(status, "5.1.") && !ofSender(status)
}

// ofSender: X.1.7 and X.1.8 are about the sender's address, X.1.9 about his
// relay (RFC 3463 §3.2, RFC 5248).
func ofSender(status string) bool {
	return status == "5.1.7" || status == "5.1.8" || status == "5.1.9"
}
