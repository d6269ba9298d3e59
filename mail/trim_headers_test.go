package mail

import (
	"strings"
	"testing"
)

// headerSamples are the labels of From, Sent, To, Cc and Subject in the header
// blocks of Outlook (Windows, web, Mac, phones), Apple Mail and others.
var headerSamples = map[string][]string{
	"en":    {"From|Sent|To|Cc|Subject", "From|Date|To|Cc|Subject", "From|Sent on|To|CC|Subject"},
	"de":    {"Von|Gesendet|An|Cc|Betreff", "Von|Datum|An|Cc|Betreff", "Von|Gesendet am|An|Kopie|Betreff"},
	"fr":    {"De|Envoyé|À|Cc|Objet", "De|Date|À|Cc|Objet", "Expéditeur|Date|Destinataire|Copie à|Sujet", "De|Envoyé le|A|Cc|Objet"},
	"es":    {"De|Enviado|Para|CC|Asunto", "De|Fecha|Para|CC|Asunto", "De|Enviado el|Para|CC|Asunto"},
	"ca":    {"De|Enviat|Per a|A/c|Tema", "De|Data|Per a|A/c|Assumpte", "De|Enviat el|Per a|Cc|Assumpte"},
	"pt":    {"De|Enviada em|Para|Cc|Assunto", "De|Enviado|Para|Cc|Assunto", "De|Data|Para|Cc|Assunto"},
	"it":    {"Da|Inviato|A|Cc|Oggetto", "Da|Data|A|Cc|Oggetto", "Mittente|Data|Destinatario|Cc|Oggetto"},
	"nl":    {"Van|Verzonden|Aan|CC|Onderwerp", "Van|Datum|Aan|CC|Onderwerp"},
	"sv":    {"Från|Skickat|Till|Kopia|Ämne", "Från|Datum|Till|Kopia|Ämne"},
	"da":    {"Fra|Sendt|Til|Cc|Emne", "Fra|Dato|Til|Cc|Emne"},
	"nb":    {"Fra|Sendt|Til|Kopi|Emne", "Fra|Dato|Til|Kopi|Emne"},
	"fi":    {"Lähettäjä|Lähetetty|Vastaanottaja|Kopio|Aihe", "Lähettäjä|Päivämäärä|Vastaanottaja|Kopio|Aihe", "Lähettäjä|Päiväys|Vastaanottaja|Kopio|Aihe"},
	"pl":    {"Od|Wysłano|Do|DW|Temat", "Od|Data|Do|DW|Temat", "Nadawca|Data|Adresat|DW|Temat"},
	"cs":    {"Od|Odesláno|Komu|Kopie|Předmět", "Od|Datum|Komu|Kopie|Předmět"},
	"sk":    {"Od|Odoslané|Komu|Kópia|Predmet", "Od|Dátum|Komu|Kópia|Predmet"},
	"hu":    {"Feladó|Elküldve|Címzett|Másolatot kap|Tárgy", "Feladó|Dátum|Címzett|Másolat|Tárgy"},
	"ro":    {"De la|Trimis|Către|Cc|Subiect", "De la|Data|Către|Cc|Subiect", "De la|Data|Către|Cc|Subiectul"},
	"bg":    {"От|Изпратено|До|Копие|Относно", "От|Дата|До|Копие|Тема", "От|Изпратено на|До|Копие|Относно"},
	"el":    {"Από|Στάλθηκε|Προς|Κοιν.|Θέμα", "Από|Ημερομηνία|Προς|Κοιν|Θέμα", "Από|Εστάλη|Προς|Κοιν.|Θέμα"},
	"ru":    {"От|Отправлено|Кому|Копия|Тема", "От кого|Дата|Кому|Копия|Тема", "От|Дата|Кому|Копия|Тема"},
	"uk":    {"Від|Надіслано|Кому|Копія|Тема", "Від|Дата|Кому|Копія|Тема", "Від|Відправлено|Кому|Копія|Тема"},
	"tr":    {"Kimden|Gönderildi|Kime|Bilgi|Konu", "Kimden|Tarih|Kime|Bilgi|Konu", "Gönderen|Gönderme Tarihi|Alıcı|Cc|Konu"},
	"he":    {"מאת|נשלח|אל|עותק|נושא", "מאת|תאריך|אל|עותק|נושא", "\u200fמאת|\u200f\u200fנשלח|\u200f\u200fאל|\u200fעותק|\u200f\u200fנושא"},
	"ar":    {"من|تاريخ الإرسال|إلى|نسخة|الموضوع", "من|التاريخ|إلى|نسخة|الموضوع", "من|تم الإرسال|إلى|نسخة|الموضوع", "من|أُرسلت|إلى|نسخة|الموضوع"},
	"ja":    {"差出人|送信日時|宛先|CC|件名", "差出人|日付|宛先|Cc|件名", "送信者|送信日時|宛先|CC|件名", "From|Date|To|Cc|件名", "差出人|日時|To|Cc|件名", "送信元|送信日時|宛先|CC|件名", "差出人|送信日時|受信者|CC|件名"},
	"zh-CN": {"发件人|发送时间|收件人|抄送|主题", "发件人|日期|收件人|抄送|主题", "发件人|发送日期|收件人|抄送|主题", "发件人|时间|收件人|抄送|标题"},
	"zh-TW": {"寄件者|寄件日期|收件者|副本|主旨", "寄件者|傳送時間|收件者|副本|主旨", "寄件人|日期|收件人|副本|主旨", "寄件者|日期|收件者|副本|主旨"},
	"ko":    {"보낸 사람|보낸 날짜|받는 사람|참조|제목", "보낸사람|날짜|받는사람|참조|제목", "발신|날짜|수신|참조|제목", "보낸 사람|날짜|받는 사람|참조|주제"},
	"vi":    {"Từ|Đã gửi|Đến|Cc|Chủ đề", "Từ|Ngày|Đến|Cc|Tiêu đề", "Người gửi|Ngày gửi|Người nhận|Cc|Chủ đề", "Từ|Gửi|Tới|Cc|Chủ đề"},
	"id":    {"Dari|Dikirim|Kepada|Tembusan|Perihal", "Dari|Tanggal|Kepada|Cc|Subjek", "Dari|Dikirim|Ke|Cc|Subjek"},
	"ms":    {"Daripada|Dihantar|Kepada|Sk|Subjek", "Daripada|Tarikh|Kepada|Sk|Subjek"},
	"th":    {"จาก|ส่ง|ถึง|สำเนาถึง|เรื่อง", "จาก|วันที่|ถึง|สำเนา|หัวเรื่อง", "จาก|ส่งเมื่อ|ถึง|สำเนา|เรื่อง"},
	"hr":    {"Od|Poslano|Prima|Kopija|Predmet", "Šalje|Poslano|Prima|Kopija|Predmet", "Od|Datum|Za|Kopija|Predmet"},
	"sr":    {"Od|Poslato|Za|Cc|Tema", "Шаље|Послато|Прима|Копија|Тема", "Od|Datum|Za|Cc|Naslov"},
	"sl":    {"Od|Poslano|Za|Kp|Zadeva", "Od|Datum|Za|Kp|Zadeva"},
	"et":    {"Saatja|Saadetud|Adressaat|Koopia|Teema", "Saatja|Kuupäev|Adressaat|Koopia|Teema"},
	"lt":    {"Nuo|Išsiųsta|Kam|Kopija|Tema", "Nuo|Data|Kam|Kopija|Tema"},
	"hi":    {"प्रेषक|भेजा गया|प्रति|प्रतिलिपि|विषय"},
	"fa":    {"از|تاریخ|به|رونوشت|موضوع", "از|ارسال شده|به|رونوشت|موضوع"},
}

func TestTrimHeaderBlocksOfLanguages(t *testing.T) {
	for lang, samples := range headerSamples {
		for _, sample := range samples {
			l := strings.Split(sample, "|")
			five := l[0] + ": Ann Bee <ann@b.example>\n" + l[1] + ": 6. 5. 2024 10:00\n" + l[2] + ": Desk <desk@b.example>\n" + l[3] + ": c@b.example\n" + l[4] + ": x"
			four := l[0] + ": Ann Bee\n" + l[1] + ": 6. 5. 2024 10:00\n" + l[2] + ": Desk\n" + l[4] + ": x"
			mac := l[0] + ": Ann Bee <ann@b.example>\n" + l[4] + ": x\n" + l[1] + ": 6. 5. 2024 10:00\n" + l[2] + ": Desk <desk@b.example>"
			for _, block := range []string{
				five, four, mac, "________________________________\n" + five, "-----\n" + four,
				strings.ReplaceAll(four, ": ", " : "), strings.ReplaceAll(four, ": ", ":\u00a0"), strings.ReplaceAll(four, ": ", "："), strings.ReplaceAll(four, ": ", ":\t"),
				"*" + strings.ReplaceAll(strings.ReplaceAll(four, ": ", ":* "), "\n", "\n*"), "**" + strings.ReplaceAll(strings.ReplaceAll(four, ": ", ":** "), "\n", "\n**"),
				strings.ReplaceAll(four, "\n", "\n\n"), strings.ReplaceAll(five, ": Desk <", ": Desk\n <"),
			} {
				for _, text := range []string{"My answer is here.\n\n" + block + "\n\nold text", "My answer is here.\n" + block + "\n\n> old text", "My answer is here.\r\n\r\n" + strings.ReplaceAll(block, "\n", "\r\n") + "\r\n\r\nold text"} {
					if got := Trim(text); got.Reply != "My answer is here." {
						t.Errorf("%s, %s: %q\nthe reply is %q", lang, sample, block, got.Reply)
					}
				}
			}
		}
	}
}
