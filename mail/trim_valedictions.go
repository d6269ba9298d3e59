package mail

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// valedictions close a letter, by language. In lower case, without the comma.
var valedictions = []string{
	"regards", "best regards", "kind regards", "warm regards", "warmest regards", "with regards", "with best regards", "with kind regards",
	"best", "best wishes", "with best wishes", "all the best", "kindest regards", "kind regards and thanks", "thanks and regards", "thanks and best regards",
	"thanks and kind regards", "thank you and regards", "thank you and best regards", "many thanks and best regards", "best regards and thanks",
	"sincerely", "yours sincerely", "sincerely yours", "yours faithfully", "yours truly", "yours", "respectfully", "respectfully yours", "cordially", "cheers", "br", "kr", "brgds", "rgds",
	"mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichen gruessen", "mit freundlichem gruß", "mit freundlichem gruss", "freundliche grüße",
	"freundliche grüsse", "freundlichen gruß", "freundlicher gruß", "viele grüße", "viele grüsse", "viele liebe grüße", "beste grüße", "beste grüsse", "mit besten grüßen",
	"mit besten grüssen", "liebe grüße", "liebe grüsse", "lieben gruß", "herzliche grüße", "herzliche grüsse", "schöne grüße", "schönen gruß", "grüße", "grüsse", "gruß",
	"gruss", "mit vielen grüßen", "hochachtungsvoll", "mfg", "lg", "vg", "beste grüße und vielen dank", "vielen dank und viele grüße", "vielen dank und freundliche grüße",
	"cordialement", "bien cordialement", "très cordialement", "bien à vous", "sincères salutations", "salutations", "salutations distinguées", "cdlt", "amicalement",
	"meilleures salutations", "cordiales salutations", "bien à toi", "respectueusement",
	"saludos", "un saludo", "saludos cordiales", "cordiales saludos", "un cordial saludo", "cordialmente", "atentamente", "atte", "reciba un cordial saludo", "un abrazo",
	"salutacions", "salutacions cordials", "cordialment",
	"atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "abraços", "abraço", "um abraço", "att", "respeitosamente", "saudações",
	"cordiali saluti", "distinti saluti", "saluti", "un saluto", "un cordiale saluto", "cari saluti", "buona giornata", "i migliori saluti", "porgo cordiali saluti",
	"met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "groet", "groeten", "groetjes", "mvg", "hartelijke groet",
	"hartelijke groeten", "hoogachtend",
	"med vänliga hälsningar", "med vänlig hälsning", "vänliga hälsningar", "vänlig hälsning", "hälsningar", "mvh", "bästa hälsningar", "hälsning",
	"med venlig hilsen", "venlig hilsen", "med venlige hilsner", "mange hilsner", "mange hilsener", "hilsen", "hilsner", "bedste hilsner", "bedste hilsener", "de bedste hilsner",
	"vh", "kh", "kærlig hilsen", "kærlige hilsner", "dbh",
	"med vennlig hilsen", "vennlig hilsen", "med vennlige hilsener", "beste hilsen",
	"ystävällisin terveisin", "terveisin", "parhain terveisin", "yst. terv", "terv", "t", "kunnioittavasti",
	"pozdrawiam", "z poważaniem", "pozdrowienia", "z pozdrowieniami", "serdecznie pozdrawiam", "pozdrawiam serdecznie", "z wyrazami szacunku", "łączę pozdrowienia",
	"s pozdravem", "s přátelským pozdravem", "zdraví", "hezký den", "s přáním hezkého dne", "děkuji a zdravím", "s úctou", "s pozdravom", "s priateľským pozdravom",
	"lep pozdrav", "lp", "pozdrav", "srdačan pozdrav", "lijep pozdrav", "s poštovanjem", "srdačno",
	"üdvözlettel", "tisztelettel", "üdv", "köszönettel",
	"cu stimă", "cu respect", "numai bine", "o zi bună", "toate cele bune", "cu drag",
	"с уважением", "с наилучшими пожеланиями", "с наилучшими", "всего доброго", "з повагою", "з найкращими побажаннями", "поздрави", "с уважение", "с поздрав",
	"με εκτίμηση", "φιλικά", "με φιλικούς χαιρετισμούς", "χαιρετισμούς",
	"saygılarımla", "saygılar", "saygılarımızla", "iyi çalışmalar", "iyi günler", "sevgiler", "teşekkürler ve iyi çalışmalar",
	"trân trọng", "thân mến", "trân trọng kính chào", "kính thư",
	"salam", "salam hormat", "hormat saya", "hormat kami",
	"בברכה", "בכבוד רב", "בברכת חברים", "مع أطيب التحيات", "تحياتي", "مع التحية", "مع خالص التحية", "وتفضلوا بقبول فائق الاحترام",
	"ขอแสดงความนับถือ", "ด้วยความเคารพ", "敬具", "草々", "此致", "敬礼", "顺颂商祺", "祝好", "敬上", "謹啟", "감사합니다", "드림",
}

// thanks close a letter as well, but only above a name that is known: else they
// are what the author wanted to say.
var thanks = []string{
	"thanks", "thank you", "many thanks", "thanks again", "thx", "ty", "thanks a lot", "thank you very much", "thanks in advance", "thank you in advance", "much appreciated",
	"thanks so much", "take care", "love", "ciao", "bye", "later", "talk soon", "see you", "have a nice day", "have a great day", "greetings",
	"danke", "vielen dank", "danke im voraus", "vielen dank im voraus", "besten dank", "herzlichen dank", "danke und gruß", "danke schön", "bis dann", "tschüss",
	"merci", "merci d'avance", "merci beaucoup", "bonne journée", "bonne réception", "gracias", "muchas gracias", "gracias de antemano", "gràcies", "moltes gràcies",
	"obrigado", "obrigada", "muito obrigado", "muito obrigada", "grato", "grata", "grazie", "grazie mille", "bedankt", "alvast bedankt", "dank", "dank u", "hartelijk dank",
	"tack", "tack på förhand", "tack så mycket", "tak", "på forhånd tak", "mange tak", "takk", "takk på forhånd", "kiitos", "kiitos etukäteen", "kiitoksia", "dziękuję", "dzięki",
	"z góry dziękuję", "děkuji", "díky", "předem děkuji", "ďakujem", "hvala", "hvala unaprijed", "köszönöm", "köszi", "mulțumesc", "mersi", "спасибо", "заранее спасибо",
	"дякую", "благодаря", "ευχαριστώ", "teşekkürler", "teşekkür ederim", "cảm ơn", "xin cảm ơn", "terima kasih", "תודה", "תודה רבה", "شكرا", "شكراً", "ขอบคุณ", "ขอบคุณครับ",
	"ขอบคุณค่ะ", "谢谢", "謝謝", "多谢", "고맙습니다", "ありがとうございます", "よろしくお願いします", "よろしくお願いいたします", "宜しくお願いします", "宜しくお願い致します",
	"以上、よろしくお願いいたします", "以上、よろしくお願いします",
}

// machineSigners are words of the names that mail servers give themselves.
var machineSigners = []string{"daemon", "delivery", "mailer", "postmaster", "system", "subsystem", "mailsystem", "administrator"}

// leadingWords end a line that goes on in the next.
var leadingWords = []string{
	"is", "are", "was", "to", "by", "for", "with", "and", "or", "of", "from", "the", "at", "named", "called", "ist", "sind", "heißt", "an", "für", "von", "mit", "und", "oder", "bei", "est", "sont", "à", "par", "pour",
	"avec", "et", "de", "es", "son", "para", "por", "con", "y", "a", "é", "com", "e", "è", "per", "da", "di", "voor", "van", "met", "en", "och", "til", "og", "är", "er", "jest", "do", "od", "je", "это", "для", "от", "и", "は", "が",
}

// addressWords tell that the author gives a name or an address, not that he signs.
var addressWords = []string{
	"address", "adresse", "anschrift", "dirección", "direccion", "endereço", "morada", "indirizzo", "adres", "adress", "osoite", "cím", "адрес", "διεύθυνση", "住所", "地址", "주소", "name", "nombre", "nome", "naam", "имя", "氏名", "名前", "姓名", "이름",
}

// valedictionWidth is how many bytes a line that closes a letter has at most.
const valedictionWidth = 100

// isValediction reports whether a line closes a letter; above a known name a
// "Thanks," does as well.
func isValediction(text string, known bool) bool {
	if len(text) > valedictionWidth {
		return false
	}
	text = strings.ToLower(strings.TrimFunc(text, isAroundWords))
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, "&", " and ")), " ")
	return slices.Contains(valedictions, text) || known && slices.Contains(thanks, text)
}

// beginsValediction returns how many bytes of a line are the words that close a
// letter, if letters follow them: "Thanks, BT".
func beginsValediction(text string) int {
	longest := 0
	for _, table := range [][]string{valedictions, thanks} {
		for _, words := range table {
			if len(words) <= longest || len(text) <= len(words) || !strings.EqualFold(text[:len(words)], words) {
				continue
			}
			rest := text[len(words):]
			after, _ := utf8.DecodeRuneInString(rest)
			if !unicode.IsLetter(after) && after != '\'' && after != '’' && strings.ContainsFunc(rest, unicode.IsLetter) {
				longest = len(words)
			}
		}
	}
	return longest
}

func isAroundWords(r rune) bool {
	return isSpaceOrEmphasis(r) || strings.ContainsRune(",.!;-–—~、。，", r)
}
