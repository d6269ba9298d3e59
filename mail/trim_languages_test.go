package mail

import (
	"strings"
	"testing"
)

// attributionSamples are the lines of Gmail, Apple Mail, Thunderbird and others.
var attributionSamples = []string{
	"On Mon, May 6, 2024 at 10:00 AM A B <a@b.example> wrote:",
	"On 06/05/2024 10:00, A B wrote:",
	"On May 6, 2024, at 10:00, A B <a@b.example> wrote:",
	"On Monday, May 6th, 2024 at 10:00 AM, A B <a@b.example> wrote:",
	"---- On Mon, 06 May 2024 10:00:00 +0200 A B <a@b.example> wrote ----",
	"2024-05-06 10:00 GMT+02:00 A B <a@b.example>:",
	"06.05.2024, 10:00, \"A B\" <a@b.example>:",
	"Monday, 6 May 2024, 10:00 AM +0300 from a@b.example <a@b.example>:",
	"Am Mo., 6. Mai 2024 um 10:00 Uhr schrieb A B <a@b.example>:",
	"Am 06.05.24 um 10:00 schrieb A B:",
	"A B <a@b.example> schrieb am Mo., 6. Mai 2024 um 10:00 Uhr:",
	"Le lun. 6 mai 2024 à 10:00, A B <a@b.example> a écrit :",
	"Le 06/05/2024 à 10:00, A B a écrit\u00a0:",
	"El lun, 6 may 2024 a las 10:00, A B (<a@b.example>) escribió:",
	"El dl., 6 de maig 2024, 10:00, A B <a@b.example> va escriure:",
	"Em seg., 6 de mai. de 2024 às 10:00, A B <a@b.example> escreveu:",
	"Il giorno lun 6 mag 2024 alle ore 10:00 A B <a@b.example> ha scritto:",
	"Il 06/05/2024 10:00, A B ha scritto:",
	"În lun., 6 mai 2024 la 10:00, A B <a@b.example> a scris:",
	"Op ma 6 mei 2024 om 10:00 schreef A B <a@b.example>:",
	"Op 6 mei 2024 10:00 schreef \"A B\" <a@b.example> het volgende geschreven:",
	"Den mån 6 maj 2024 kl 10:00 skrev A B <a@b.example>:",
	"Den 6. maj 2024 kl. 10.00 skrev A B <a@b.example>:",
	"man. 6. mai 2024 kl. 10:00 skrev A B <a@b.example>:",
	"ma 6. toukok. 2024 klo 10.00 A B (a@b.example) kirjoitti:",
	"pon., 6 maj 2024 o 10:00 A B <a@b.example> napisał(a):",
	"W dniu 06.05.2024 o 10:00, A B pisze:",
	"po 6. 5. 2024 v 10:00 odesílatel A B <a@b.example> napsal:",
	"Dne 06. 05. 24 v 10:00 A B napsal(a):",
	"po 6. 5. 2024 o 10:00 A B <a@b.example> napísal(a):",
	"V V pon., 6. maj 2024 ob 10:00 je oseba A B <a@b.example> napisala:",
	"A B <a@b.example> ezt írta (időpont: 2024. máj. 6., H, 10:00):",
	"пн, 6 мая 2024 г. в 10:00, A B <a@b.example>:",
	"06.05.2024 10:00, A B пишет:",
	"пн, 6 трав. 2024 р. о 10:00 A B <a@b.example> пише:",
	"На пн, 6.05.2024 г. в 10:00 A B <a@b.example> написа:",
	"Στις Δευ 6 Μαΐ 2024 στις 10:00 π.μ., ο/η A B <a@b.example> έγραψε:",
	"A B <a@b.example>, 6 May 2024 Pzt, 10:00 tarihinde şunu yazdı:",
	"Vào Th 2, 6 thg 5, 2024 vào lúc 10:00 A B <a@b.example> đã viết:",
	"Pada tanggal Sen, 6 Mei 2024 pukul 10.00 A B <a@b.example> menulis:",
	"\u202bבתאריך יום ב׳, 6 במאי 2024 ב-10:00 מאת \u202aA B\u202c\u200f <\u202aa@b.example\u202c\u200f>:\u202c",
	"في الاثنين، 6 مايو 2024 في 10:00 ص تمت كتابة ما يلي بواسطة A B <a@b.example>:",
	"เมื่อ จ. 6 พ.ค. 2024 เวลา 10:00 A B <a@b.example> เขียนว่า:",
	"2024年5月6日(月) 10:00 A B <a@b.example>:",
	"2024/05/06 10:00、A B <a@b.example>のメール:",
	"2024/05/06 10:00、A B <a@b.example> のメッセージ:",
	"On 2024/05/06 10:00, A B wrote:",
	"A B <a@b.example> 于2024年5月6日周一 10:00写道：",
	"在 2024年5月6日，上午10:00，A B <a@b.example> 写道：",
	"A B <a@b.example> 於 2024年5月6日 週一 上午10:00寫道：",
	"2024년 5월 6일 (월) 오전 10:00, A B <a@b.example>님이 작성:",
	"2024. 5. 6. 오전 10:00, A B <a@b.example> 작성:",
}

func TestTrimAttributions(t *testing.T) {
	for _, line := range attributionSamples {
		for _, quote := range []string{"\n\nold text", "\n> old text"} {
			if got := Trim("Answer.\n\n" + line + quote); got.Reply != "Answer." || got.Interleaved {
				t.Errorf("%s%s: reply is %q", line, quote, got.Reply)
			}
		}
		if at := strings.LastIndex(line, " <"); at > 0 {
			wrapped := line[:at+2] + "\n" + line[at+2:]
			if got := Trim("Answer.\n\n" + wrapped + "\n\n> old"); got.Reply != "Answer." {
				t.Errorf("wrapped %q: reply is %q", wrapped, got.Reply)
			}
		}
	}
}

func TestTrimHeaderBlocks(t *testing.T) {
	for _, labels := range []string{
		"From|Sent|To|Subject", "From|Date|To|Subject", "Von|Gesendet|An|Betreff", "De|Envoyé|À|Objet", "De|Enviado el|Para|Asunto",
		"De|Enviada em|Para|Assunto", "Da|Inviato|A|Oggetto", "Van|Verzonden|Aan|Onderwerp", "Od|Wysłano|Do|Temat", "Från|Skickat|Till|Ämne",
		"Fra|Sendt|Til|Emne", "Lähettäjä|Lähetetty|Vastaanottaja|Aihe", "От|Отправлено|Кому|Тема", "Від|Надіслано|Кому|Тема",
		"Od|Odesláno|Komu|Předmět", "Od|Odoslané|Komu|Predmet", "Feladó|Elküldve|Címzett|Tárgy", "Kimden|Gönderildi|Kime|Konu",
		"Từ|Đã gửi|Đến|Chủ đề", "差出人|送信日時|宛先|件名", "发件人|发送时间|收件人|主题", "寄件者|寄件日期|收件者|主旨", "보낸 사람|보낸 날짜|받는 사람|제목",
		"מאת|נשלח|אל|נושא", "من|تاريخ الإرسال|إلى|الموضوع", "De la|Trimis|Către|Subiect", "Από|Στάλθηκε|Προς|Θέμα",
	} {
		l := strings.Split(labels, "|")
		block := l[0] + ": A B\n" + l[1] + ": 6 May 2024\n" + l[2] + ": C\n" + l[3] + ": x\n\nold text"
		for _, text := range []string{block, strings.ReplaceAll(block, ":", " :"), "*" + strings.ReplaceAll(block, ": ", ":* "), strings.ReplaceAll(block, ": ", "：")} {
			if got := Trim("Answer.\n\n" + text); got.Reply != "Answer." {
				t.Errorf("%s: reply is %q", labels, got.Reply)
			}
		}
	}
}

// A label that stood for two fields would make the result depend on chance.
func TestTrimHeaderLabelsAreUnique(t *testing.T) {
	seen := map[string]headerKind{}
	for kind, labels := range headerLabels {
		for _, label := range labels {
			if other, ok := seen[label]; ok && other != kind {
				t.Errorf("label %q names two fields", label)
			}
			seen[label] = kind
		}
	}
}

func TestTrimTablesAreFolded(t *testing.T) {
	tables := [][]string{originalTitles, forwardTitles, deviceStarts, deviceEnds, deviceNames, deviceExcuses, quoteOpeners, aboveLine, pronouns, tellers, footerStarts, weekdays, disclaimerStarts, disclaimerWords, disclaimerReaders, contactStarts, noticeTitles, bannerStarts, valedictions, thanks, machineSigners, leadingWords, addressWords}
	for _, a := range attributions {
		tables = append(tables, a.openers, a.verbs)
	}
	for _, labels := range headerLabels {
		tables = append(tables, labels)
	}
	for _, table := range tables {
		for _, s := range table {
			if s != strings.ToLower(s) || strings.TrimLeft(s, " ") != s || s == "" {
				t.Errorf("%q can never match", s)
			}
		}
	}
}

func TestTrimTitles(t *testing.T) {
	for _, title := range originalTitles {
		if got := Trim("Answer.\n\n----- " + title + " -----\nold"); got.Reply != "Answer." {
			t.Errorf("%s: reply is %q", title, got.Reply)
		}
	}
	for _, title := range forwardTitles {
		text := "---------- " + title + " ----------\nold"
		if got := Trim("Answer.\n\n" + text); got.Reply != "Answer." {
			t.Errorf("%s: reply is %q", title, got.Reply)
		}
		if got := Trim(text); got.Reply != text {
			t.Errorf("%s: a forward alone is cut to %q", title, got.Reply)
		}
	}
}
