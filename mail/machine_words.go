package mail

import (
	"slices"
	"strings"

	"deskd/ticketing"
)

// absencePrefixes start the subjects of absence notices, in lower case, as
// mail servers write them.
var absencePrefixes = []string{
	"automatic reply:", "auto reply:", "auto-reply:", "autoreply:", "out of office autoreply:", "out of office:", "out of office reply", "auto: ",
	"automatische antwort:", "abwesenheitsnotiz:", "abwesend:", "automatisch antwoord:", "afwezig:",
	"réponse automatique", "reponse automatique", "absence du bureau", "respuesta automática:", "respuesta automatica:", "risposta automatica:",
	"resposta automática:", "autosvar:", "automatiskt svar:", "automaattinen vastaus:", "autoodpowiedź:", "odpowiedź automatyczna:", "automatická odpověď:",
	"автоответ:", "автоматический ответ:", "otomatik yanıt:", "自動応答:", "自動返信:", "自动回复:", "自動回覆:", "자동 회신:", "[automatyczna odpowied",
}

// absenceWords are found anywhere in such subjects.
var absenceWords = []string{
	"out of office", "out of the office", "out-of-office", "autoreply", "auto-reply", "automatic reply", "auto response", "auto-response", "autoresponse", "away until", "vacation reply", "on vacation", "on annual leave",
	"abwesenheit", "automatische antwort", "nicht im büro", "afwezigheid", "absence du bureau", "absent du bureau", "réponse automatique", "fuera de la oficina", "respuesta automática",
	"fuori ufficio", "risposta automatica", "fora do escritório", "resposta automática", "frånvaro", "autosvar", "fravær", "poissa toimistosta", "automatyczna odpowied", "nieobecno",
	"автоответ", "автоматический ответ", "вне офиса", "automatiska atbilde", "不在通知", "不在のお知らせ", "自動応答", "自動返信", "自动回复", "自動回覆", "不在办公室", "부재중", "자동 응답", "자동 회신",
}

func absentPrefix(subject string) bool {
	for _, prefix := range absencePrefixes {
		if strings.HasPrefix(subject, prefix) {
			return true
		}
	}
	return false
}

func absent(subject string) bool {
	return containsAny(subject, absenceWords) || absentPrefix(subject)
}

func containsAny(s string, words []string) bool {
	for _, word := range words {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

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

// daemonAddress says that the mail comes from the address of a mail server, or
// from none, as only servers write.
func daemonAddress(m *ticketing.Message) bool {
	for _, a := range m.From {
		local, _, address := strings.Cut(strings.ToLower(a.Address), "@")
		local = ticketing.WithoutSeparators(local)
		switch local {
		case "daemon", "dsn", "bounce", "bounces", "mailerror", "maildelivery", "maildeliverysystem":
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
