package mail

import (
	"strings"
	"unicode/utf8"

	"deskd/ticketing"
)

// absencePhrases begin the subjects of absence notices as mail servers and
// people who set one up write them, in lower case. What follows is a colon, a
// bracket, a dash or nothing; "Out of office chairs" is something else.
var absencePhrases = []string{
	// en
	"automatic reply", "auto reply", "auto-reply", "autoreply", "automated reply", "automatic response", "auto response", "auto-response", "autoresponse", "automated response", "out of office", "out of the office", "out-of-office",
	"out of office reply", "out of office notification", "out of office message", "out of office autoreply", "out of office auto-reply", "out of office response", "out of office automatic reply", "ooo", "vacation reply", "vacation notice", "vacation message", "on vacation", "away from office", "away message", "annual leave",
	// de, nl
	"automatische antwort", "autom. antwort", "automatische rückantwort", "automatische empfangsbestätigung", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsmeldung", "abwesenheitsbenachrichtigung", "abwesenheitsinfo", "abwesend", "nicht im büro", "außer haus",
	"automatisch antwoord", "automatisch bericht", "automatische reactie", "automatisch beantwoord", "afwezigheidsbericht", "afwezigheidsmelding", "afwezig", "niet aanwezig", "buiten kantoor",
	// fr, es, it, pt, ca, gl, ro
	"réponse automatique", "reponse automatique", "réponse automatisée", "absence du bureau", "absent du bureau", "message d'absence", "message d’absence", "notification d'absence", "absence de bureau", "absent(e) du bureau", "en congé", "en vacances",
	"respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina", "mensaje de ausencia", "ausente de la oficina",
	"risposta automatica", "risposta automatica fuori sede", "fuori ufficio", "fuori sede", "assente dall'ufficio", "assenza dall'ufficio", "messaggio di assenza",
	"resposta automática", "resposta automatica", "fora do escritório", "ausência do escritório", "ausência temporária", "mensagem de ausência", "resposta automàtica", "fora de l'oficina", "răspuns automat", "raspuns automat", "în afara biroului", "absent din birou",
	// sv, da, nb, fi, is
	"autosvar", "automatiskt svar", "frånvaromeddelande", "frånvarande", "automatisk svar", "fraværsbesked", "fraværsmelding", "fraværende", "ikke på kontoret", "automaattinen vastaus", "automaattivastaus", "poissa toimistosta", "poissaoloilmoitus", "sjálfvirkt svar",
	// pl, cs, sk, hu
	"odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "autom. odp.", "poza biurem", "nieobecność w biurze", "automatická odpověď", "automaticka odpoved", "mimo kancelář", "nepřítomnost v kanceláři", "automatická odpoveď", "mimo kancelárie", "automatikus válasz", "automatikus válaszüzenet", "házon kívül", "irodán kívül",
	// hr, sr, bs, sl, mk, bg, sq, el, tr
	"automatski odgovor", "odsutan iz ureda", "automatski odgovor (out of office)", "аутоматски одговор", "samodejni odgovor", "odsotnost", "автоматски одговор", "автоматичен отговор", "извън офиса", "përgjigje automatike", "αυτόματη απάντηση", "εκτός γραφείου", "otomatik yanıt", "otomatik cevap", "ofis dışında", "iş yeri dışında",
	// ru, uk, be, lt, lv, et
	"автоматический ответ", "автоответ", "автоответчик", "вне офиса", "отсутствие на рабочем месте", "автоматична відповідь", "автовідповідь", "поза офісом", "аўтаматычны адказ", "automatinis atsakymas", "nėra biure", "automātiskā atbilde", "automatiska atbilde", "automaatvastus", "automaatne vastus", "kontorist väljas",
	// he, ar, fa, hi, th, vi, id, ms
	"תשובה אוטומטית", "מענה אוטומטי", "מחוץ למשרד", "رد تلقائي", "الرد التلقائي", "رد آلي", "خارج المكتب", "پاسخ خودکار", "स्वचालित उत्तर", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "ข้อความตอบกลับอัตโนมัติ", "trả lời tự động", "thư trả lời tự động", "balasan otomatis", "jawaban otomatis", "balasan automatik", "jawapan automatik",
	// ja, zh, ko
	"自動応答", "自動返信", "自動返信メール", "自動送信メール", "不在通知", "不在のお知らせ", "不在連絡", "不在応答", "不在メッセージ", "休暇のお知らせ", "外出中", "自动回复", "自动答复", "自動回覆", "自動回信", "外出通知", "不在办公室", "不在辦公室", "外出自动回复", "休假自动回复", "자동 회신", "자동회신", "자동 응답", "자동응답", "자동 답장", "자동답장", "부재중", "부재중 회신", "부재 중 알림",
}

// absenceWords are found anywhere in such subjects.
var absenceWords = []string{
	"out of office", "out of the office", "out-of-office", "autoreply", "auto-reply", "automatic reply", "automated reply", "auto response", "auto-response", "autoresponse", "away until", "away from my mail", "away from my e-mail", "vacation reply", "on vacation", "on annual leave", "on holiday until", "on leave until",
	"abwesenheit", "automatische antwort", "nicht im büro", "nicht im haus", "außer haus", "im urlaub bis", "afwezigheid", "niet op kantoor", "absence du bureau", "absent du bureau", "est absent", "réponse automatique", "fuera de la oficina", "respuesta automática",
	"fuori ufficio", "fuori sede", "risposta automatica", "fora do escritório", "resposta automática", "frånvaro", "autosvar", "fravær", "poissa toimistosta", "automatyczna odpowied", "odpowiedź automatyczna", "nieobecno",
	"nepřítomnost", "neprítomnosť", "automatikus válasz", "házon kívül", "răspuns automat", "αυτόματη απάντηση", "otomatik yanıt", "автоответ", "автоматический ответ", "вне офиса", "автоматична відповідь",
	"automatiska atbilde", "automātiskā atbilde", "automatinis atsakymas", "不在通知", "不在のお知らせ", "自動応答", "自動返信", "自动回复", "自動回覆", "不在办公室", "부재중", "자동 응답", "자동 회신",
}

// returnWords stand in the subjects of Notes, "AUTO: X is out of the office
// (returning 03/01/2012)", in the language of its user.
var returnWords = []string{"(returning ", "(rückkehr ", "(retour ", "(regreso ", "(vuelve ", "(ritorno ", "(rientro ", "(retorno ", "(terug ", "(powrót ", "(návrat ", "(åter ", "(tilbage ", "(palaa ", "(戻り", "(返回"}

// absent: the subject holds words of an absence notice, and is not that of an
// answer to one, which people write.
func absent(subject string) bool {
	return !ticketing.HasReplyPrefix(subject) && (containsAny(subject, absenceWords) || absentPrefix(subject))
}

// absentPrefix: the subject starts just as mail servers write it.
func absentPrefix(subject string) bool {
	subject = strings.TrimLeft(subject, " \t[(【（<*-~!\"'„«「『")
	for _, phrase := range absencePhrases {
		if rest, ok := strings.CutPrefix(subject, phrase); ok && endsPhrase(rest) {
			return true
		}
	}
	rest, ok := strings.CutPrefix(subject, "auto")
	rest = strings.TrimLeft(rest, " \u00a0")
	return ok && strings.HasPrefix(rest, ":") && (containsAny(rest, absenceWords) || containsAny(rest, returnWords) ||
		ticketing.HasReplyPrefix(strings.TrimSpace(rest[1:])))
}

// endsPhrase says that a phrase is over: nothing, a mark, or a subject after it.
func endsPhrase(rest string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " \u00a0\t"))
	return rest == "" || strings.ContainsRune(":：;|[]()【】（）-–—!！.。,、/<>\"'“”»」』", r) || ticketing.HasReplyPrefix(strings.TrimSpace(rest))
}

// absenceTexts say in a body that its author is away, or that a machine wrote
// it, lower case. People write them too: they count beside other marks only.
var absenceTexts = []string{
	"out of the office", "out of office", "i am away", "i'm away", "i am currently away", "on vacation", "on annual leave", "on leave until", "limited access to e", "with no access to e", "i will be back", "i will return", "upon my return", "when i return", "i will respond to your", "thank you for your m", "thank you for your e", "danke für ihre", "dank für ihre", "merci pour votre", "gracias por su", "automatic reply", "automated reply", "auto-reply",
	"nicht im büro", "nicht im haus", "außer haus", "abwesend", "im urlaub", "nicht erreichbar", "nicht weitergeleitet", "wieder erreichbar", "niet op kantoor", "afwezig", "met vakantie", "op vakantie",
	"absent du bureau", "je suis absent", "je serai absent", "en congé", "de retour le", "fuera de la oficina", "estaré ausente", "estoy ausente", "de vacaciones", "fuori ufficio", "sono assente", "sarò assente", "in ferie", "fora do escritório", "estou ausente", "estarei ausente", "de férias",
	"inte på kontoret", "semester", "åter den", "ikke på kontoret", "på ferie", "poissa toimistosta", "lomalla", "poza biurem", "nieobecn", "na urlopie", "mimo kancelář", "nepřítom", "dovolen", "szabadság", "házon kívül", "concediu", "εκτός γραφείου", "ofis dışında", "izinde", "в отпуске", "отсутствую", "вне офиса", "у відпустці", "відсутн",
	"不在にして", "不在とな", "不在です", "不在のため", "休暇を", "休暇中", "外出して", "出張中", "自動応答", "自動返信", "自動的に", "自動で送信", "自动回复", "不在办公室", "出差", "休假", "外出", "자리를 비", "부재중", "휴가",
}

// machineTexts say in a body that a machine wrote it, lower case.
var machineTexts = []string{
	"do not reply to this", "don't reply to this", "please do not reply", "please don't reply", "do not respond to this", "automatically generated", "auto-generated", "generated automatically", "automated message", "automated email", "automated e-mail", "automated notification", "automated response", "automatic message", "automatic notification", "sent automatically", "replies to this email are not monitored", "mailbox is not monitored", "unmonitored mailbox", "unattended mailbox",
	"automatisch generiert", "automatisch erstellt", "automatisch erzeugt", "automatisch versendet", "nicht auf diese e-mail", "nicht auf diese mail", "nicht auf diese nachricht", "généré automatiquement", "envoyé automatiquement", "ne pas répondre à ce", "message automatique", "generado automáticamente", "enviado automáticamente", "no responda a este", "no respondas a este", "generato automaticamente", "inviato automaticamente", "non rispondere a questa", "gerado automaticamente", "enviada automaticamente", "não responda a est", "automatisch gegenereerd", "automatisch verzonden", "niet op deze e-mail", "wygenerowan", "nie odpowiada", "автоматически", "не отвечайте на", "automatiskt genererat", "automatisk generert",
	"自動送信", "自動的に送信", "自動配信", "送信専用", "返信いただいて", "返信はでき", "ご返信いただけません", "返信しないで", "自动发送", "系统自动", "请勿回复", "請勿回覆", "자동으로 발송", "발신 전용", "발신전용", "회신하지 마",
}

// ackSubjects are found in the subjects of acknowledgements, lower case.
var ackSubjects = []string{
	"received your request", "received your message", "received your email", "received your e-mail", "received your inquiry", "received your enquiry", "request received", "message received", "ticket received", "ticket created", "case created", "ticket opened", "thank you for contacting", "thank you for your message", "thank you for your email", "thank you for your e-mail", "thank you for your mail", "thank you for your request", "thank you for your inquiry", "thanks for contacting",
	"eingangsbestätigung", "empfangsbestätigung", "ihre anfrage ist eingegangen", "ihre anfrage bei", "vielen dank für ihre", "accusé de réception", "accuse de reception", "nous avons bien reçu", "acuse de recibo", "hemos recibido su", "gracias por contactar", "conferma di ricezione", "abbiamo ricevuto", "recebemos sua", "recebemos a sua", "ontvangstbevestiging", "we hebben uw", "potwierdzenie otrzymania", "potwierdzenie przyjęcia", "мы получили ваш", "ваше обращение", "お問い合わせありがとう", "お問い合わせを受け", "お問合せありがとう", "受付完了", "受付のお知らせ", "受け付けました", "受付いたしました", "已收到您的", "我们已收到", "문의가 접수", "접수되었습니다",
}

// ackTexts are how machines call themselves in such mails, lower case.
var ackTexts = []string{
	"this is an automated", "this is an automatic", "this is an auto", "this message was generated automatically", "this message was sent automatically", "this email was sent automatically", "this email was generated automatically", "this e-mail was generated automatically", "please do not reply to this",
	"dies ist eine automatisch", "diese e-mail wurde automatisch", "diese nachricht wurde automatisch", "ceci est un message automatique", "ceci est une réponse automatique", "este es un mensaje automático", "esta es una respuesta automática", "este mensaje se ha generado automáticamente", "questo è un messaggio automatico", "questa è una risposta automatica", "esta é uma mensagem automática", "esta é uma resposta automática", "dit is een automatisch", "detta är ett automatiskt", "dette er en automatisk", "to jest automatyczn", "wiadomość wygenerowana automatycznie", "это автоматическ", "данное письмо сформировано автоматически", "bu otomatik", "自動返信", "自動送信", "自動的に送信", "自動配信", "系统自动", "自动回复", "系統自動", "자동으로 발송", "자동 발송",
}
