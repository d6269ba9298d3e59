package mail

import (
	"slices"
	"strings"

	"deskd/ticketing"
)

// codeWords are found in subjects of mails that carry a code or a link which
// proves the reader's identity. Such mail, sent to a ticket's address, must
// not be shown to those on the ticket.
var codeWords = []string{
	"verification code", "verify your", "security code", "confirmation code", "confirm your email", "confirm your account", "activate your account",
	"one-time code", "one-time pass", "one time pass", "passcode", "login code", "log-in code", "sign-in code", "signin code", "access code", "authentication code", "your code is",
	"password reset", "reset your password", "reset password", "two-factor", "2-step verification",
	"認証コード", "確認コード", "セキュリティコード", "セキュリティ コード", "ワンタイムパスワード", "ワンタイム パスワード", "本人確認", "メールアドレスの確認", "パスワードの再設定", "パスワードのリセット", "パスワード再設定", "パスワードリセット", "二段階認証", "2段階認証",
	"bestätigungscode", "sicherheitscode", "verifizierungscode", "passwort zurücksetzen", "code de vérification", "code de confirmation", "code de sécurité", "réinitialisation du mot de passe",
	"código de verificación", "código de seguridad", "código de confirmación", "restablecer tu contraseña", "código de verificação", "codice di verifica", "verificatiecode", "код подтверждения",
	"验证码", "驗證碼", "校验码", "인증번호", "인증 번호", "인증 코드", "인증코드", "확인 코드",
}

// codeMail says that the subject is that of a mail with such a code or link.
// People who ask for help with one write such subjects too.
func codeMail(m *ticketing.Message) bool {
	return !ticketing.HasReplyPrefix(m.Subject) && containsAny(strings.ToLower(m.Subject), codeWords)
}

// fromNoReply says that nobody reads what is written to the sender.
func fromNoReply(m *ticketing.Message) bool {
	return slices.ContainsFunc(m.From, func(a ticketing.Address) bool { return ticketing.NoReplyAddress(a.Address) })
}

// programAccounts are the local parts of programs, without separators.
var programAccounts = []string{
	"root", "cron", "crond", "cronjob", "daemon", "nobody", "apache", "wwwdata", "nginx", "httpd", "nagios", "icinga", "icinga2", "zabbix", "monit", "munin", "smokeping", "sensu", "prometheus", "alertmanager", "grafana", "monitoring", "logwatch", "fail2ban", "smartd", "mdadm", "anacron", "backuppc", "jenkins", "buildbot", "hudson", "teamcity", "bugzilla", "svn", "uptimerobot", "statuscake",
	"notification", "notifications", "notifier", "notify", "alert", "alerts", "automailer", "automail", "automated", "autoconfirm", "mailer", "robot", "bot", "autoresponder", "autoreply", "automatedresponse",
	"majordomo", "listserv", "sympa", "mailman", "ezmlm", "mlmmj", "ecartis", "lyris",
}

// fromAccount says that the sender's address is one of a program. People
// write from some of them.
func fromAccount(m *ticketing.Message) bool {
	return slices.ContainsFunc(m.From, func(a ticketing.Address) bool {
		local, _, _ := strings.Cut(strings.ToLower(a.Address), "@")
		return slices.Contains(programAccounts, ticketing.WithoutSeparators(local)) || listProgram(local)
	})
}

// listProgram says that a local part in lower case is that of a list's program,
// which answers commands and bounces (RFC 2142 §6).
func listProgram(local string) bool {
	for _, end := range []string{"-request", "-bounces", "-confirm"} {
		if strings.HasSuffix(local, end) {
			return true
		}
	}
	return false
}

// listSubjects are found in what the programs of lists tell members and senders,
// quotaSubjects in what servers tell of a mailbox that fills up.
var (
	listSubjects = []string{
		"majordomo results", "awaits moderator approval", "awaiting moderation", "awaiting moderator", "waiting for moderator", "is waiting for approval", "subscription confirmation", "confirm subscription", "confirm your subscription", "subscription request", "mailing list memberships reminder", "you have been unsubscribed from", "you have been subscribed to", "unsubscribe confirmation", "your unsubscription", "welcome to list", "welcome to the \"", "results of your email commands", "output of your job", "command confirmation request",
	}
	quotaSubjects = []string{
		"mailbox is almost full", "mailbox almost full", "mailbox is nearly full", "mailbox is full", "mailbox quota", "mailbox size limit", "quota warning", "quota exceeded", "over quota", "disk quota", "storage limit", "quota notification", "mailbox usage", "postfach ist fast voll", "postfach ist voll", "speicherplatz", "boîte aux lettres est presque pleine", "buzón casi lleno", "メールボックスの容量", "メールボックス容量", "容量警告", "容量超過", "邮箱容量", "邮箱空间", "郵箱容量", "메일함 용량", "почтовый ящик переполнен", "почтовый ящик почти заполнен",
	}
)

// monitorSubject says that a subject is like that of cron's mails or of a
// program that watches others.
func monitorSubject(subject string) bool {
	return startsAny(subject, []string{"cron <", "anacron job ", "** problem ", "** recovery ", "** acknowledgement ", "** flappingstart ", "** flappingstop ", "** downtimestart ", "[firing:", "[resolved:", "[alerting]", "[ok] ", "[problem] ", "problem: ", "resolved: ", "resolved in ", "logwatch for ", "smart error (", "fail event on /dev/md", "degradedarray event", "[fail2ban] ", "build failed in ", "backup report", "monitor is down: ", "monitor is up: "})
}

// challengeSubjects and challengeTexts are found in mails of programs that let
// only confirmed senders through, such as TMDA, Spam Arrest and Boxbe.
var challengeSubjects = []string{
	"verification required", "(action required)", "confirm your message", "confirm your mail", "please confirm delivery", "confirmation required", "requires confirmation", "suspect email", "suspect e-mail", "sender verification", "antispam uol", "confirmação de envio", "confirme o envio", "confirme su mensaje", "confirmación de envío", "bestätigen sie ihre e-mail", "送信確認のお願い", "подтвердите отправку",
}

var challengeTexts = []string{
	"guest list", "waitlisted", "spam arrest", "spamarrest", "message will be delivered", "will then be delivered", "have your message delivered", "before your message", "prove that you", "verify that you are", "confirm that you sent", "confirm your address", "allowed to pass", "approved sender", "yet been delivered", "being held until", "awaiting confirmation", "awaiting your confirmation", "to release your message", "para que sua mensagem", "seja entregue", "para que su mensaje", "sea entregado", "damit ihre nachricht", "чтобы ваше письмо",
}

// programAddress says that the mail comes from a mail program's own address,
// from which no person writes, unlike from that of a postmaster.
func programAddress(m *ticketing.Message) bool {
	return slices.ContainsFunc(m.From, func(a ticketing.Address) bool {
		local, _, _ := strings.Cut(strings.ToLower(a.Address), "@")
		return containsAny(ticketing.WithoutSeparators(local), []string{"mailerdaemon", "mailerdeamon", "maildaemon", "microsoftexchange"})
	})
}

// daemonAddress says that the mail comes from the address of a mail server, or
// from none, as only servers write.
func daemonAddress(m *ticketing.Message) bool {
	for _, a := range m.From {
		local, _, address := strings.Cut(strings.ToLower(a.Address), "@")
		local = ticketing.WithoutSeparators(local)
		switch local {
		case "daemon", "dsn", "ndr", "bounce", "bounces", "mailerror", "mailsystem", "maildelivery", "maildeliverysystem", "deliverystatus", "undelivered":
			return true
		}
		if !address && daemonName(m) {
			return true
		}
		if containsAny(local, []string{"mailerdaemon", "mailerdeamon", "maildaemon", "microsoftexchange", "mdaemon"}) || strings.HasPrefix(local, "postmaster") && len(local) < 16 {
			return true
		}
	}
	return false
}

// daemonName says that the sender calls himself as mail servers do. So do
// some people.
func daemonName(m *ticketing.Message) bool {
	for _, a := range m.From {
		if containsAny(strings.ToLower(a.Name), []string{"mailer-daemon", "mail delivery s", "mail delivery sub", "mailer daemon", "delivery subsystem", "mail administrator", "mail server", "mail service", "postmaster", "system administrator", "internet mail delivery", "mail router", "maileradmin", "ndr administrator"}) {
			return true
		}
	}
	return false
}
