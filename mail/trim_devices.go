package mail

// This file holds the lines that phones and mail programs put below a mail. The
// tables are read only, in lower case.

// deviceStarts begin the line that a phone or mail program appends.
var deviceStarts = []string{
	// en
	"sent from ", "sent on the go", "sent via ", "sent with ", "sent using ", "sent by my ", "sent through ", "get outlook for ", "get typeapp for ",
	"get bluemail for ", "secured with ",
	// de
	"gesendet von ", "gesendet mit ", "gesendet via ", "gesendet über ", "gesendet aus ", "gesendet vom ", "von meinem ", "von meiner ",
	"von unterwegs gesendet", "von outlook für ", "von samsung", "holen sie sich outlook für", "hol dir outlook für", "outlook für ios",
	"outlook für android",
	// fr
	"envoyé de ", "envoyé depuis ", "envoyé à partir d", "envoyé avec ", "envoyé via ", "envoyé par ", "télécharger outlook pour",
	"téléchargez outlook pour", "obtenir outlook pour", "obtenez outlook pour", "provenance : ", "provenance: ",
	// es, pt
	"enviado desde ", "enviado de mi ", "enviado do ", "enviado a partir d", "enviado pelo ", "enviado pela ", "enviado via ", "enviado con ",
	"enviado com ", "enviado por ", "enviado mediante ", "enviada do ", "obtener outlook para", "obtenga outlook para", "obtén outlook para",
	"obter o outlook para", "obtenha o outlook para", "baixar o outlook para", "descargar outlook para",
	// ca
	"enviat des d", "enviat amb ", "obtén l'outlook per", "obteniu l'outlook per",
	// it
	"inviato da", "inviato dal ", "inviato con ", "inviato tramite ", "scarica outlook per", "ottieni outlook per",
	// nl
	"verzonden vanaf ", "verstuurd vanaf ", "verzonden vanuit ", "verstuurd vanuit ", "verzonden met ", "verstuurd met ", "verzonden via ",
	"verstuurd via ", "download outlook voor", "outlook voor ios", "outlook voor android",
	// pl
	"wysłane z ", "wysłano z ", "wysłane przy ", "wysłane za ", "pobierz program outlook", "pobierz aplikację outlook", "pobierz outlook",
	// sv
	"skickat från ", "skickades från ", "skickat via ", "skickat med ", "hämta outlook för", "skaffa outlook för",
	// da, nb
	"sendt fra ", "sendt via ", "sendt med ", "hent outlook til", "hent outlook for", "få outlook til", "få outlook for", "skaff deg outlook for",
	// fi
	"lähetetty ", "hanki outlook",
	// ru
	"отправлено с ", "отправлено из ", "отправлено от ", "отправлено со ", "отправлено через ", "отправлено при помощи ", "получить outlook для",
	"скачать outlook для", "скачайте outlook для",
	// uk
	"надіслано з", "відправлено з", "отримати outlook для", "завантажити outlook для",
	// cs
	"odesláno z", "odesláno ze ", "odesláno pomocí ", "posláno z", "získat outlook pro", "získejte outlook pro", "stáhnout outlook pro",
	// sk
	"odoslané z", "odoslané zo ", "poslané z", "získať outlook pre", "získajte outlook pre", "prevziať outlook pre",
	// sl, hr, sr
	"poslano s", "poslano z", "poslato sa ", "послато са ", "preuzmite outlook za",
	// hu
	"az iphone-omról küldve", "küldve az ", "elküldve az ", "az outlook beszerzése", "outlook beszerzése",
	// ro
	"trimis de pe", "trimis din ", "trimis prin ", "obțineți outlook pentru", "descărcați outlook pentru",
	// bg
	"изпратено от ", "изтеглете outlook за", "вземете outlook за",
	// el
	"στάλθηκε από", "εστάλη από", "λήψη του outlook για", "αποκτήστε το outlook για",
	// id, ms
	"dikirim dari", "dapatkan outlook untuk", "dihantar dari",
	// vi
	"được gửi từ", "đã gửi từ", "gửi từ ", "tải outlook cho", "nhận outlook cho",
	// th
	"ส่งจาก", "รับ outlook", "ดาวน์โหลด outlook",
	// et, lv, lt
	"saadetud minu", "nosūtīts no", "išsiųsta iš",
	// zh
	"发自我的", "发自", "從我的", "从我的", "从 ", "寄自我的", "傳送自", "来自", "获取 outlook", "取得 outlook", "下载 outlook", "下載 outlook",
	// he
	"נשלח מ", "השג את outlook", "קבל את outlook", "הורד את outlook",
	// ar, fa
	"أرسلت من", "أُرسلت من", "تم الإرسال من", "مرسل من", "مُرسل من", "تم إرسالها من", "احصل على outlook", "الحصول على outlook", "ارسال شده از",
}

// deviceEnds end such a line, in languages that put the verb last.
var deviceEnds = []string{
	"herunterladen", "beziehen", "downloaden", "から送信", "より送信", "から送信しました", "より送信しました", "から送信されました", "からの送信", "を入手", "をダウンロード", "を取得", "を使用して送信", "で送信", "傳送", "发送", "寄出", "에서 보냄", "에서 보냈습니다", "에서 보낸 메일", "에서 보낸 메시지",
	"에서 발송", "에서 전송됨", "다운로드", "가져오기", "gönderildi", "gönderilmiştir", "edinin", "indirin", "gesendet", "küldve", "küldöm", "lähetetty",
}

// deviceNames are what such a line names; a line that names none of them is the
// author's own ("Sent from my desk, which is easier").
var deviceNames = []string{
	"iphone", "iphon", "ipad", "at&t", "verizon", "5g", "ipod", "ios", "android", "samsung", "galaxy", "blackberry", "huawei", "honor", "xiaomi", "redmi", "oneplus", "nokia", "htc", "xperia", "sony", "lenovo", "asus",
	"motorola", "oppo", "vivo", "realme", "pixel", "windows", "macbook", "outlook", "mail", "e-mail", "yahoo", "gmail", "typeapp", "bluemail", "proton", "sparrow", "hotmail", "foxmail", "qq邮箱", "网易", "邮箱", "邮件", "メール", "메일", "네이버",
	"spark", "tuta", "aol", "smartphone", "handy", "mobile", "mobil", "mobiel", "phone", "telefon", "telefoon", "téléphone", "tablet", "canary", "airmail", "thunderbird", "superhuman", "zimbra", "roundcube", "fastmail", "zoho", "newton", "edison", "polymail",
	"wireless", "device", "móvil", "movil", "celular", "cellulare", "portable", "手机", "手機", "スマホ", "スマートフォン", "携帯", "휴대폰", "아이폰", "갤럭시", "мобильного", "телефон", "айфон", "почт", "posta", "pošt", "poczt", "correo", "correio", "courrier", "sähköposti", "bericht", "web.de", "gmx", "t-online",
}

// deviceExcuses follow in the same line for what was typed on a phone.
var deviceExcuses = []string{
	"excuse", "brevity", "typo", "forgive", "pardon", "tippfehler", "kürze", "entschuldig", "excusez", "fautes", "disculp", "perdon", "desculp", "scus", "fouten", "ursäkta", "undskyld", "błęd", "опечатк", "誤字",
}
