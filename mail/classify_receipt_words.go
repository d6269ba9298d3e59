package mail

import (
	"slices"
	"strings"
)

// receiptPrefixes begin the subjects of receipts in words, as Outlook and
// Exchange write them, without their colon and in lower case.
var receiptPrefixes = []string{
	"read", "not read", "read receipt", "return receipt", "deleted", "delivered", "gelesen", "ungelesen gelöscht", "nicht gelesen", "lesebestätigung", "lu", "non lu", "confirmation de lecture", "leído", "no leído", "confirmación de lectura", "letto", "non letto", "conferma di lettura", "lido", "lida", "não lida", "gelezen", "niet gelezen", "leesbevestiging",
	"läst", "oläst", "læst", "ikke læst", "lest", "ikke lest", "luettu", "przeczytane", "przeczytano", "nieprzeczytane", "přečteno", "nepřečteno", "prečítané", "olvasva", "olvasási visszaigazolás", "citit", "прочтено", "прочитано", "не прочитано", "αναγνώστηκε", "okundu", "開封済み", "開封済", "開封確認", "未開封", "已读", "未读", "已讀", "읽음", "읽지 않음",
}

// receiptOpeners begin their texts.
var receiptOpeners = []string{
	"your message", "your document", "your mail", "your e-mail", "this is a receipt", "this is a return receipt", "the message you sent", "ihre nachricht", "die nachricht", "dies ist eine empfangsbestätigung", "votre message", "le message", "su mensaje", "el mensaje", "il messaggio", "il tuo messaggio", "a sua mensagem", "sua mensagem", "uw bericht", "ditt meddelande", "din meddelelse", "meldingen din", "viestisi", "twoja wiadomość", "vaše zpráva", "vaša správa", "az ön üzenete", "üzenete", "mesajul", "ваше сообщение", "ваше повідомлення", "το μήνυμά σας", "iletiniz", "次のメッセージ", "送信したメッセージ", "お客様のメッセージ", "您的邮件", "您的郵件", "사용자의 메시지", "메시지",
}

// subjectLabels stand in such texts before the subject of the mail that was
// read, or its name.
var subjectLabels = []string{
	"subject:", "your document:", "betreff:", "objet :", "objet:", "asunto:", "oggetto:", "assunto:", "onderwerp:", "ämne:", "emne:", "aihe:", "temat:", "předmět:", "predmet:", "tárgy:", "subiect:", "тема:", "θέμα:", "konu:", "件名:", "件名：", "主题:", "主题：", "主旨:", "제목:",
}

// maxReceipt bounds the text of a receipt in words, in bytes.
const maxReceipt = 1500

// receiptInWords recognises a receipt that has no machine-readable part: its
// subject and its text begin as Outlook's and Notes' do, it is short, names the
// mail and asks nothing. It may be a person's all the same, so that it is only
// possibly one.
func (f *mailFacts) receiptInWords() bool {
	if len(f.m.Text) > maxReceipt || !subjectStarts(f.subject, receiptPrefixes) || strings.ContainsAny(f.m.Text, "?？") {
		return false
	}
	text := strings.ToLower(strings.TrimSpace(f.m.Text))
	return startsAny(text, receiptOpeners) && containsAny(text, subjectLabels)
}

// calendarPrefixes begin the subjects of answers to invitations, lower case.
var calendarPrefixes = []string{
	"accepted", "declined", "tentative", "tentatively accepted", "new time proposed", "zugesagt", "abgelehnt", "mit vorbehalt", "vorbehaltlich", "accepté", "refusé", "provisoire", "aceptado", "aceptada", "rechazado", "rechazada", "provisional", "accettato", "rifiutato", "provvisorio", "aceite", "aceito", "recusado", "recusada", "geaccepteerd", "geweigerd", "voorlopig", "accepterat", "avböjt", "preliminärt", "accepteret", "afvist", "godtatt", "avslått", "hyväksytty", "hylätty", "zaakceptowano", "odrzucono", "przyjęto", "přijato", "odmítnuto", "принято", "отклонено", "под вопросом", "kabul edildi", "reddedildi",
	"承諾済み", "承諾", "辞退", "仮承諾", "已接受", "已拒绝", "暂定", "已謝絕", "수락", "거절", "미정",
}

// calendarAnswer recognises the answer to an invitation whose calendar part
// was lost or is in Outlook's own format: Exchange keeps its class.
func (f *mailFacts) calendarAnswer() bool {
	class := strings.ToLower(f.h.first("Content-Class"))
	return strings.Contains(class, "calendarmessage") && subjectStarts(f.subject, calendarPrefixes)
}

// subjectStarts says that a subject in lower case starts with one of the words
// and a colon.
func subjectStarts(subject string, words []string) bool {
	i := strings.IndexAny(subject, ":：")
	if i <= 0 || i > 60 {
		return false
	}
	return slices.Contains(words, strings.TrimSpace(subject[:i]))
}
