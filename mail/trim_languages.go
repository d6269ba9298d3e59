package mail

// This file holds what mail programs write around quoted text, by language.
// All tables are read only. Words are in lower case; matching folds case.
//
// To add a language: the words of its "On … wrote:" line into attributions,
// the labels of its Outlook header block into headerLabels, its "Original
// message" and "Forwarded message" into originalTitles and forwardTitles, and
// its "Sent from my phone" into deviceStarts or deviceEnds
// (trim_devices.go), and how letters close into valedictions.

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
	{lang: "en", openers: []string{"on", "at"}, verbs: []string{"wrote", "writes", "said"}},
	{lang: "de", openers: []string{"am", "den"}, verbs: []string{"schrieb", "schrieben", "schriebst", "hat geschrieben", "geschrieben"}, middle: true},
	{lang: "fr", openers: []string{"le"}, verbs: []string{"a écrit", "a ecrit"}},
	{lang: "es", openers: []string{"el"}, verbs: []string{"escribió", "escribio"}, middle: true},
	{lang: "ca", openers: []string{"el"}, verbs: []string{"ha escrit", "va escriure", "missatge de"}, middle: true},
	{lang: "pt", openers: []string{"em", "no dia", "às"}, verbs: []string{"escreveu"}, middle: true},
	{lang: "it", openers: []string{"il giorno", "il", "in data"}, verbs: []string{"ha scritto"}},
	{lang: "ro", openers: []string{"în", "in", "pe"}, verbs: []string{"a scris"}, middle: true},
	{lang: "nl", openers: []string{"op"}, verbs: []string{"schreef", "geschreven"}, middle: true},
	{lang: "sv", openers: []string{"den"}, verbs: []string{"skrev"}, middle: true},
	{lang: "da", openers: []string{"den", "d."}, verbs: []string{"skrev"}, middle: true},
	{lang: "nb", openers: []string{"den", "på"}, verbs: []string{"skrev"}, middle: true},
	{lang: "fi", openers: []string{}, verbs: []string{"kirjoitti"}, middle: true},
	{lang: "pl", openers: []string{"w dniu", "dnia"}, verbs: []string{"napisał", "napisała", "napisał(a)", "napisal(a)", "pisze"}},
	{lang: "pl, Apple", openers: []string{}, verbs: []string{"wiadomość napisana przez"}, middle: true},
	{lang: "cs", openers: []string{"dne"}, verbs: []string{"napsal", "napsala", "napsal(a)", "napsal/a"}},
	{lang: "sk", openers: []string{"dňa"}, verbs: []string{"napísal", "napísala", "napísal(a)", "napísal/napísala"}},
	{lang: "sl/hr", openers: []string{"dana", "dne"}, verbs: []string{"napisao je", "napisala je", "je napisao", "je napisala", "napisal", "napisala", "napisal(a)", "napisao/la", "je napisao/la", "je napisao(la)", "je napisala/o", "napisao(la)", "napisao(a)"}},
	{lang: "sr", openers: []string{"дана"}, verbs: []string{"написао", "написала", "написао/ла", "је написао/ла"}},
	{lang: "lt", openers: []string{}, verbs: []string{"rašė", "parašė"}},
	{lang: "lv", openers: []string{}, verbs: []string{"rakstīja"}},
	{lang: "et", openers: []string{}, verbs: []string{"kirjutas", "kirjutas kuupäeval"}, middle: true},
	{lang: "hu", openers: []string{}, verbs: []string{"ezt írta", "írta"}, middle: true},
	{lang: "ru", openers: []string{}, verbs: []string{"написал", "написала", "написал(а)", "пишет", "писал", "писал(а)", "писали"}},
	{lang: "uk", openers: []string{}, verbs: []string{"пише", "написав", "написала"}},
	{lang: "bg", openers: []string{"на"}, verbs: []string{"написа"}},
	{lang: "el", openers: []string{"στις"}, verbs: []string{"έγραψε"}},
	{lang: "tr", openers: []string{}, verbs: []string{"şunu yazdı", "şunları yazdı", "şöyle yazdı", "yazdı"}, middle: true},
	{lang: "vi", openers: []string{"vào", "ngày"}, verbs: []string{"đã viết", "viết"}},
	{lang: "id", openers: []string{"pada"}, verbs: []string{"menulis"}},
	{lang: "he", openers: []string{"בתאריך", "ב-"}, verbs: []string{"כתב", "כתבה", "מאת"}, middle: true},
	{lang: "ar", openers: []string{"في", "بتاريخ"}, verbs: []string{"كتب", "كتبت"}, middle: true},
	{lang: "fa", openers: []string{"در تاریخ", "در"}, verbs: []string{"نوشت", "نوشته است"}},
	{lang: "hi", openers: []string{"को"}, verbs: []string{"ने लिखा", "ने लिखा है"}},
	{lang: "bn", openers: []string{}, verbs: []string{"লিখেছেন", "লিখেছে"}},
	{lang: "ms", openers: []string{"pada"}, verbs: []string{"menulis", "telah menulis"}},
	{lang: "th", openers: []string{"เมื่อ"}, verbs: []string{"เขียนว่า", "เขียน"}},
	{lang: "ja", openers: []string{}, verbs: []string{"のメッセージ", "のメール", "さんは書きました", "が書きました", "は書きました", "に書きました", "が書いた", "に書いた", "は書いた", "wrote"}},
	{lang: "zh", openers: []string{"在", "于", "於"}, verbs: []string{"写道", "寫道", "写到", "來信", "来信"}},
	{lang: "ko", openers: []string{}, verbs: []string{"작성", "님이 작성", "썼습니다", "쓴 글"}},
}

// quoteOpeners begin the line of programs that only say whom they quote, as
// Horde does ("Quoting A <a@b.example>:").
var quoteOpeners = []string{
	"quoting ", "zitat von ", "citando a ", "citando ", "citation de ", "citat av ", "citat fra ", "citat från ", "citaat van ", "citeren ", "cytowanie ", "cytat ", "citát ",
	"lainaus ", "idézet ", "quotando ", "citazione di ", "citat ", "цитирование ", "цитирую ", "引用 ",
}

// pronouns stand where a name would, in what people write themselves ("He wrote:").
var pronouns = []string{
	"i", "we", "you", "he", "she", "they", "it", "who", "this", "that", "ich", "wir", "er", "sie", "es", "je", "nous", "il", "elle", "ils", "elles", "on", "yo", "él", "ella", "ellos", "eu", "ele",
	"ela", "nós", "io", "ik", "wij", "hij", "zij", "ze", "jag", "hon", "jeg", "minä", "hän", "ona", "já", "én", "ő", "я", "мы", "он", "она", "они",
	"私", "彼", "彼女", "我", "他", "她", "나", "그",
}

// tellers are those of them that are no names: a dated sentence with one is the
// author's ("On 6 May 2024 at 10:00 I wrote:").
var tellers = []string{"i", "we", "ich", "wir", "je", "nous", "il", "elle", "yo", "io", "eu", "ik", "wij", "jag", "jeg", "minä", "já", "я", "мы", "私", "我", "나"}

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
	headerCc    // part of a block, no evidence for one, as are the others
	headerOther // Bcc, Reply-To and the like
)

var headerLabels = map[headerKind][]string{
	headerFrom: {
		"from", "von", "de", "da", "van", "od", "från", "fra", "от", "от кого", "від", "lähettäjä",
		"feladó", "kimden", "gönderen", "expéditeur", "mittente", "nadawca", "saatja", "šalje", "шаље", "nuo", "daripada", "người gửi", "送信元", "발신", "발신자", "از", "प्रेषक", "remitente", "remetente", "absender", "afzender", "avsändare", "afsender", "avsender", "odesílatel", "odosielateľ", "αποστολέας", "từ", "差出人", "送信者", "发件人", "寄件者", "寄件人", "보낸 사람", "보낸사람",
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
		"dikirim", "tanggal", "ส่ง", "วันที่", "изпратено", "sent on", "enviat el", "изпратено на", "εστάλη", "päiväys", "أُرسلت", "أرسلت", "відправлено", "відправлено о", "gửi", "ngày gửi", "傳送時間", "寄件時間", "ส่งเมื่อ",
		"saadetud", "kuupäev", "poslato", "послато", "datums", "išsiųsta", "dihantar", "tarikh", "تاریخ", "ارسال شده", "भेजा गया", "दिनांक", "date sent", "datum/zeit", "受信日時", "送信時間", "時間", "발신일", "발송일",
	},
	headerTo: {
		"to", "an", "à", "a", "para", "aan", "do", "till", "til", "кому", "komu", "vastaanottaja", "címzett", "kime",
		"alıcı", "đến", "tới", "宛先", "收件人", "收件者", "받는 사람", "받는사람", "받는이", "אל", "إلى", "către", "προς",
		"per a", "za", "kepada", "ถึง", "до", "destinataire", "destinatario", "destinatário", "destinataires", "adresat", "adressaat", "prima", "прима", "kam", "ke", "受信者", "送信先", "수신", "수신자", "người nhận", "به", "प्रति", "empfänger", "ontvanger", "mottagare", "modtager", "mottaker", "příjemce", "príjemca", "παραλήπτης",
	},
	headerSubject: {
		"subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "temat", "ämne", "emne",
		"тема", "předmět", "predmet", "aihe", "tárgy", "konu", "chủ đề", "tiêu đề", "件名", "主题", "主旨", "主題", "제목",
		"נושא", "הנדון", "الموضوع", "subiect", "θέμα", "assumpte", "zadeva", "subjek", "perihal", "เรื่อง", "относно", "subiectul", "tema", "teema", "temats", "tēma", "naslov", "наслов", "หัวเรื่อง", "标题", "標題", "주제", "موضوع", "विषय", "題名", "betrifft", "objekt",
	},
	headerCc: {
		"cc", "kopie", "kopie (cc)", "copie à", "copie", "copia", "dw", "kopia", "kopi", "копия", "копія", "kopio",
		"másolatot kap", "bilgi", "抄送", "副本", "참조", "עותק", "نسخة", "κοιν", "tembusan", "ｃｃ", "写し", "a/c", "kópia",
		"másolat", "копие", "κοιν.", "koopia", "kopija", "копија", "kp", "sk", "สำเนาถึง", "สำเนา", "رونوشت", "प्रतिलिपि",
	},
	headerOther: {
		"bcc", "reply-to", "reply to", "importance", "attachments", "antwort an", "wichtigkeit", "anlagen", "cci",
		"pièces jointes", "répondre à", "cco", "responder a", "risposta", "rispondi a", "priorità", "bijlagen", "svar til",
		"密件抄送", "返信先", "priority", "sensitivity", "reply-to email", "priorität", "wichtig", "重要度", "優先度", "添付ファイル", "附件",
		"回复", "priorité", "importancia", "вложения", "приоритет", "важность", "organization", "x-mailer",
	},
}

// originalTitles stand between dashes above the mail that is answered.
var originalTitles = []string{
	"original message", "replied message", "original email", "original mail", "original", "reply message", "original appointment",
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

// aboveLine is what other helpdesks say between dashes above their mails.
var aboveLine = []string{
	"above this line", "reply above", "above the line", "über dieser zeile", "oberhalb dieser zeile", "über dieser linie", "oberhalb dieser linie", "au-dessus de cette ligne", "encima de esta línea", "encima de esta linea",
	"acima desta linha", "acima dessa linha", "sopra questa riga", "sopra questa linea", "boven deze regel", "boven deze lijn", "ovanför den här raden", "ovanför denna rad", "over denne linje", "tämän rivin yläpuolelle",
	"powyżej tej linii", "nad tento řádek", "nad tímto řádkem", "выше этой строки", "над этой строкой", "この行より上", "この行の上", "この線より上", "在此行之上", "在此行上方", "此行以上", "이 줄 위",
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

// contactStarts begin a line of a signature with a telephone number or an
// address.
var contactStarts = []string{
	"tel", "phone", "mobile", "mob", "cell", "work", "home", "office", "direct", "main", "ext", "telefon", "téléphone", "teléfono", "skype", "web", "website", "internet", "linkedin", "twitter", "facebook", "rue", "avenue", "via", "calle", "ulica", "ul.", "str.", "móvil", "mobil", "handy", "büro", "gsm", "fax", "e-mail", "email", "mail", "〒", "電話", "携帯", "住所", "ｔｅｌ", "ｆａｘ", "直通", "代表", "电话", "電郵", "手机", "전화",
}
