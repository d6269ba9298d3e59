package mail

// This file holds what mail programs write around quoted text, by language.
// All tables are read only. Words are in lower case; matching folds case.
//
// To add a language: the words of its "On … wrote:" line into attributions,
// the labels of its Outlook header block into headerLabels, its "Original
// message" and "Forwarded message" into originalTitles and forwardTitles, and
// its "Sent from my phone" into deviceStarts or deviceEnds.

// attribution is the wording of the line that introduces a quote.
type attribution struct {
	lang string
	// openers begin the line. Digits and weekdays may begin it in any language.
	openers []string
	// verbs are the "wrote" of the line.
	verbs []string
	// middle says that the verb may be followed by name or date before the
	// colon ("Am … schrieb X:"), instead of standing right before it.
	middle bool
}

var attributions = []attribution{
	{lang: "en", openers: []string{"on"}, verbs: []string{"wrote", "writes", "said"}},
	{lang: "de", openers: []string{"am", "den"}, verbs: []string{"schrieb", "hat geschrieben", "geschrieben"}, middle: true},
	{lang: "fr", openers: []string{"le"}, verbs: []string{"a écrit", "a ecrit"}},
	{lang: "es", openers: []string{"el"}, verbs: []string{"escribió", "escribio"}, middle: true},
	{lang: "ca", openers: []string{"el"}, verbs: []string{"ha escrit", "va escriure"}},
	{lang: "pt", openers: []string{"em", "no dia"}, verbs: []string{"escreveu"}, middle: true},
	{lang: "it", openers: []string{"il giorno", "il", "in data"}, verbs: []string{"ha scritto"}},
	{lang: "ro", openers: []string{"în", "in", "pe"}, verbs: []string{"a scris"}, middle: true},
	{lang: "nl", openers: []string{"op"}, verbs: []string{"schreef", "geschreven"}, middle: true},
	{lang: "sv", openers: []string{"den"}, verbs: []string{"skrev"}, middle: true},
	{lang: "da", openers: []string{"den", "d."}, verbs: []string{"skrev"}, middle: true},
	{lang: "nb", openers: []string{"den", "på"}, verbs: []string{"skrev"}, middle: true},
	{lang: "fi", openers: []string{}, verbs: []string{"kirjoitti"}, middle: true},
	{lang: "pl", openers: []string{"w dniu", "dnia"}, verbs: []string{"napisał", "napisała", "napisał(a)", "napisal(a)", "pisze"}},
	{lang: "cs", openers: []string{"dne"}, verbs: []string{"napsal", "napsala", "napsal(a)"}},
	{lang: "sk", openers: []string{"dňa"}, verbs: []string{"napísal", "napísala", "napísal(a)"}},
	{lang: "sl/hr", openers: []string{"dana", "dne"}, verbs: []string{"napisao je", "napisala je", "je napisao", "je napisala", "napisal", "napisala"}},
	{lang: "hu", openers: []string{}, verbs: []string{"ezt írta", "írta"}, middle: true},
	{lang: "ru", openers: []string{}, verbs: []string{"написал", "написала", "написал(а)", "пишет", "писал", "писал(а)"}},
	{lang: "uk", openers: []string{}, verbs: []string{"пише", "написав", "написала"}},
	{lang: "bg", openers: []string{"на"}, verbs: []string{"написа"}},
	{lang: "el", openers: []string{"στις"}, verbs: []string{"έγραψε"}},
	{lang: "tr", openers: []string{}, verbs: []string{"şunu yazdı", "şöyle yazdı", "yazdı"}},
	{lang: "vi", openers: []string{"vào", "ngày"}, verbs: []string{"đã viết", "viết"}},
	{lang: "id", openers: []string{"pada"}, verbs: []string{"menulis"}},
	{lang: "he", openers: []string{"בתאריך", "ב-"}, verbs: []string{"כתב", "כתבה", "מאת"}, middle: true},
	{lang: "ar", openers: []string{"في", "بتاريخ"}, verbs: []string{"كتب", "كتبت"}, middle: true},
	{lang: "th", openers: []string{"เมื่อ"}, verbs: []string{"เขียนว่า"}},
	{lang: "ja", openers: []string{}, verbs: []string{"のメッセージ", "のメール", "さんは書きました", "が書きました", "は書きました", "wrote"}},
	{lang: "zh", openers: []string{"在", "于", "於"}, verbs: []string{"写道", "寫道", "写到", "來信", "来信"}},
	{lang: "ko", openers: []string{}, verbs: []string{"작성", "님이 작성", "썼습니다", "쓴 글"}},
}

// weekdays may begin an attribution ("tir. 18. apr. 2017 kl. 13:09 skrev …").
var weekdays = []string{
	"mon", "tue", "wed", "thu", "fri", "sat", "sun", // en, short
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
	"mo", "di", "mi", "do", "fr", "sa", "so", // de
	"montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
	"lun", "mar", "mer", "jeu", "ven", "sam", "dim", // fr
	"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
	"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", // es
	"mié", "jue", "vie", "sáb", "dom",
	"seg", "ter", "qua", "qui", "sex", // pt
	"gio", "sab", // it
	"ma", "wo", "vr", "za", "zo", // nl
	"mån", "tis", "ons", "tors", "fre", "lör", "sön", // sv
	"man", "tir", "tor", "lør", "søn", // da, nb
	"ke", "to", "pe", "la", "su", "ti", // fi
	"pon", "wt", "śr", "czw", "pt", "sob", "niedz", // pl
	"po", "út", "st", "čt", "pá", "ne", // cs
	"пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", // ru, uk
	"понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
}

// headerKind says which field of a quoted header block a label names.
type headerKind int

const (
	headerNone headerKind = iota
	headerFrom
	headerDate
	headerTo
	headerSubject
	headerOther // Cc, Reply-To and the like: part of a block, no evidence for one
)

var headerLabels = map[headerKind][]string{
	headerFrom: {
		"from", "von", "de", "da", "van", "od", "från", "fra", "от", "от кого", "від", "lähettäjä",
		"feladó", "kimden", "gönderen", "từ", "差出人", "送信者", "发件人", "寄件者", "寄件人", "보낸 사람", "보낸사람",
		"보낸이", "מאת", "من", "de la", "από", "dari", "จาก",
	},
	headerDate: {
		"sent", "date", "gesendet", "gesendet am", "datum", "envoyé", "envoyé le", "message du", "date d'envoi",
		"enviado", "enviado el", "fecha", "enviada", "enviada em", "enviado em", "data", "inviato", "inviato il",
		"verzonden", "wysłano", "wysłane", "skickat", "sendt", "dato", "отправлено", "дата", "надіслано", "odesláno",
		"odoslané", "dátum", "lähetetty", "päivämäärä", "pvm", "elküldve", "küldve", "gönderildi", "tarih",
		"gönderme tarihi", "gönderilme tarihi", "đã gửi", "ngày", "送信日時", "日時", "送信日", "日付", "发送时间",
		"发送日期", "日期", "时间", "傳送日期", "寄件日期", "보낸 날짜", "보낸날짜", "날짜", "보낸 시간", "보낸시간", "נשלח",
		"תאריך", "تاريخ الإرسال", "التاريخ", "تم الإرسال", "trimis", "στάλθηκε", "ημερομηνία", "enviat", "poslano",
		"dikirim", "tanggal", "ส่ง", "วันที่", "изпратено",
	},
	headerTo: {
		"to", "an", "à", "a", "para", "aan", "do", "till", "til", "кому", "komu", "vastaanottaja", "címzett", "kime",
		"alıcı", "đến", "tới", "宛先", "收件人", "收件者", "받는 사람", "받는사람", "받는이", "אל", "إلى", "către", "προς",
		"per a", "za", "kepada", "ถึง", "до",
	},
	headerSubject: {
		"subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "temat", "ämne", "emne",
		"тема", "předmět", "predmet", "aihe", "tárgy", "konu", "chủ đề", "tiêu đề", "件名", "主题", "主旨", "主題", "제목",
		"נושא", "הנדון", "الموضوع", "subiect", "θέμα", "assumpte", "zadeva", "subjek", "perihal", "เรื่อง", "относно",
	},
	headerOther: {
		"cc", "bcc", "reply-to", "reply to", "importance", "attachments", "kopie", "kopie (cc)", "antwort an", "wichtigkeit",
		"anlagen", "copie à", "copie", "cci", "pièces jointes", "répondre à", "cco", "responder a", "copia", "risposta", "rispondi a",
		"priorità", "bijlagen", "dw", "kopia", "kopi", "svar til", "копия", "копія", "kopio", "másolatot kap", "bilgi",
		"抄送", "副本", "密件抄送", "참조", "עותק", "نسخة", "κοιν", "tembusan", "ｃｃ", "返信先", "写し", "organization", "x-mailer",
	},
}

// originalTitles stand between dashes above the mail that is answered.
var originalTitles = []string{
	"original message", "original email", "original mail", "original", "reply message", "original appointment",
	"ursprüngliche nachricht", "originalnachricht", "original-nachricht", "ursprüngliche e-mail",
	"message d'origine", "message d’origine", "message original", "e-mail d'origine", "mail original",
	"mensaje original", "missatge original", "messaggio originale", "mensagem original", "mesaj original", "mesajul original",
	"oorspronkelijk bericht", "origineel bericht", "wiadomość oryginalna", "oryginalna wiadomość",
	"ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "oprindelig besked", "oprindelig mail",
	"opprinnelig melding", "original melding", "alkuperäinen viesti", "исходное сообщение", "оригинальное сообщение",
	"початкове повідомлення", "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet",
	"orijinal mesaj", "özgün ileti", "orjinal mesaj", "thư gốc", "tin nhắn gốc", "pesan asli", "αρχικό μήνυμα",
	"元のメッセージ", "元のメール", "原始邮件", "原邮件", "原始郵件", "原始信件", "回复的原邮件", "回复的邮件", "원본 메시지", "원본 메일", "원본메일",
	"הודעה מקורית", "الرسالة الأصلية", "رسالة أصلية",
}

// forwardTitles stand between dashes, or before a colon, above a forwarded mail.
var forwardTitles = []string{
	"forwarded message", "begin forwarded message", "forwarded mail", "forwarded email", "forwarded by", "start of forwarded message",
	"weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "weitergeleitet von",
	"message transféré", "message transmis", "message réexpédié", "début du message réexpédié", "début du message transféré",
	"mensaje reenviado", "inicio del mensaje reenviado", "missatge reenviat",
	"messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada",
	"início da mensagem encaminhada", "início da mensagem reencaminhada", "mesaj redirecționat",
	"doorgestuurd bericht", "begin doorgestuurd bericht", "wiadomość przekazana", "przekazana wiadomość",
	"początek przekazywanej wiadomości", "przesłana wiadomość", "vidarebefordrat meddelande", "vidarebefordrat mejl",
	"vidarebefordrat brev", "videresendt meddelelse", "videresendt besked", "videresendt melding", "start på videresendt besked",
	"välitetty viesti", "alkuperäinen viesti välitetty", "пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения",
	"переслане повідомлення", "přeposlaná zpráva", "předaná zpráva", "preposlaná správa", "továbbított üzenet",
	"iletilen mesaj", "yönlendirilmiş ileti", "yönlendirilen ileti", "thư đã chuyển tiếp", "chuyển tiếp thư", "pesan diteruskan",
	"προωθημένο μήνυμα", "転送メッセージ", "転送されたメッセージ", "転送メール", "转发邮件", "转发的邮件", "轉寄郵件", "轉寄的郵件", "已转发邮件",
	"전달된 메시지", "전달된 메일", "הודעה שהועברה", "رسالة معاد توجيهها", "الرسالة المعاد توجيهها",
}

// deviceStarts begin the line that a phone or mail program appends.
var deviceStarts = []string{
	"sent from my ", "sent from outlook", "sent from mail for", "sent from yahoo", "sent from samsung", "sent from typeapp",
	"sent from bluemail", "sent from proton", "sent from nine", "sent from the new", "sent from iphone", "sent from ipad", "sent from android",
	"sent from gmail", "sent from windows", "sent from tutanota", "sent from spark", "sent via ", "sent with ", "sent using ", "get outlook for ",
	"gesendet von ", "gesendet mit ", "von meinem iphone gesendet", "von meinem ipad gesendet", "von meinem samsung", "von meinem handy gesendet",
	"von meinem smartphone gesendet", "von unterwegs gesendet", "holen sie sich outlook für", "von outlook für ",
	"envoyé de mon ", "envoyé depuis ", "envoyé à partir d", "envoyé avec ", "télécharger outlook pour", "obtenir outlook pour", "obtenez outlook pour",
	"enviado desde ", "enviado de mi ", "enviado do meu ", "enviado a partir do", "enviado pelo ", "enviado via ", "enviado con ", "obtener outlook para",
	"obtenga outlook para", "obter o outlook para", "enviat des de", "inviato da ", "inviato dal ", "inviato con ", "scarica outlook per", "ottieni outlook per",
	"verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "download outlook voor", "wysłane z ", "wysłano z ", "pobierz program outlook",
	"skickat från ", "hämta outlook för", "sendt fra ", "hent outlook til", "hent outlook for", "få outlook til", "få outlook for", "lähetetty ", "hanki outlook",
	"отправлено с ", "отправлено из ", "отправлено от ", "получить outlook для", "скачайте outlook для", "надіслано з", "odesláno z", "získat outlook pro", "odoslané z",
	"az iphone-omról küldve", "küldve az ", "elküldve az ", "trimis de pe", "στάλθηκε από", "dikirim dari", "được gửi từ", "đã gửi từ",
	"发自我的", "发自", "從我的", "从我的", "寄自我的", "傳送自", "获取 outlook", "取得 outlook", "נשלח מה", "נשלח מ-", "أرسلت من", "أُرسلت من", "تم الإرسال من",
}

// deviceEnds end such a line, in languages that put the verb last.
var deviceEnds = []string{
	"herunterladen", "downloaden",
	"から送信", "から送信しました", "から送信されました", "を入手", "傳送", "发送", "에서 보냄", "에서 보냈습니다", "gönderildi", "gesendet", "küldve",
}

// deviceNames are what such a line names; a line that names none of them is the
// author's own ("Sent from my desk, which is easier").
var deviceNames = []string{
	"iphone", "ipad", "ipod", "ios", "android", "samsung", "galaxy", "blackberry", "huawei", "xiaomi", "redmi", "oneplus", "nokia", "htc", "xperia",
	"motorola", "oppo", "pixel", "windows", "macbook", "outlook", "mail", "e-mail", "yahoo", "gmail", "typeapp", "bluemail", "proton", "sparrow",
	"spark", "tuta", "aol", "smartphone", "handy", "mobile", "mobil", "mobiel", "phone", "telefon", "telefoon", "téléphone", "tablet",
	"wireless", "device", "móvil", "movil", "celular", "cellulare", "portable", "手机", "手機", "スマホ", "携帯", "휴대폰", "мобильного", "телефон",
}

// contactStarts begin a line of a signature with a telephone number or an
// address.
var contactStarts = []string{
	"tel", "phone", "mobile", "mob", "cell", "work", "home", "office", "direct", "main", "ext", "telefon", "téléphone", "teléfono", "móvil", "mobil", "handy", "büro", "gsm", "fax", "e-mail", "email", "mail", "〒", "電話", "携帯", "住所", "ｔｅｌ", "ｆａｘ", "直通", "代表", "电话", "電郵", "手机", "전화",
}
