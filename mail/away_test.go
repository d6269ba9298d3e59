package mail

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// absence is a notice and the day from which its sender is back; "" for one
// that does not say.
type absence struct{ text, back string }

// absences are notices as people write them, sent on Monday, 22 December 2025,
// at 10:00.
func absences() map[string][]absence {
	return map[string][]absence{
		"en": {
			{"Thank you for your email. I am out of the office until 5 January. For urgent matters contact Bob.", "2026-01-06"},
			{"I will be out of the office until January 5th, 2026.", "2026-01-06"},
			{"I'm on annual leave from 22 December to 5 January inclusive, with no access to mail.", "2026-01-06"},
			{"I am away from December 22 - January 2 and will return on Monday, January 5, 2026.", "2026-01-05"},
			{"I'll be back on Monday, 5th of January. If it is urgent, call +49 30 1234567.", "2026-01-05"},
			{"I am out of office and will be back on Tuesday 9:00.", "2025-12-23"},
			{"Out today. I will be back tomorrow.", "2025-12-23"},
			{"I'm on vacation through 2026-01-05.", "2026-01-06"},
			{"I will not be back until Monday 5 January.", "2026-01-05"},
			{"I am currently out of the office with limited access to email. I will respond to your message upon my return on 01/05/2026.", "2026-01-05"},
			{"Our office is closed on 24 and 25 December.", "2025-12-26"},
			{"I am out of the office today.", "2025-12-23"},
			{"I'm away this week and back next week.", "2025-12-29"},
			{"I am on parental leave until the end of March 2026.", "2026-04-01"},
			{"I am on sabbatical until February 2026.", "2026-02-01"},
			{"I am out of the office. Return date: 05 Jan 2026. Contact: helpdesk, ext. 5.1", "2026-01-05"},
			{"I am traveling Dec 22-26 and will have intermittent access to email.", "2025-12-27"},
			{"Office closed for the holidays from 24.12.2025 until 01.01.2026. We reopen on 02.01.2026.", "2026-01-02"},
			{"I'm off until Friday and may be slow.", "2025-12-27"},
			{"Thanks for your mail. As of January 6 I will be available again.", "2026-01-06"},
			{"I am out of the office 12/22/2025 - 1/2/2026.", "2026-01-03"},
			// these do not say
			{"I am out of the office. My working days are Monday to Friday, 9:00-17:00.", ""},
			{"Thank you for contacting us. We have received your message of 22 December and will reply soon.", ""},
			{"I left the company on 30 November. Please write to sales@example.com.", ""},
			{"I was away until 5 December.", ""},
			{"I am out of the office until further notice.", ""},
			{"I am out of the office until 5 January 2031.", ""},
			{"I will be away from 2 January.", ""},
			{"Version 5.1 of our terms applies from 1 January. Call 030 12/34-56.", ""},
			{"", ""},
		},
		"de": {
			{"Vielen Dank für Ihre Nachricht. Ich bin bis einschließlich 5. Januar nicht im Büro.", "2026-01-06"},
			{"Ich bin vom 22. Dezember 2025 bis 5. Januar 2026 im Urlaub.", "2026-01-06"},
			{"Ich bin ab dem 05.01.2026 wieder erreichbar.", "2026-01-05"},
			{"Am 6.1. bin ich wieder da. In dringenden Fällen: Kollege Meier, Tel. 0711/123-45.", "2026-01-06"},
			{"Sehr geehrte Damen und Herren, ich bin derzeit abwesend und ab Montag, den 5. Januar 2026, wieder im Büro.", "2026-01-05"},
			{"Vom 22.12. bis zum 02.01. bin ich nicht im Haus. Ihre Mail wird nicht weitergeleitet.", "2026-01-03"},
			{"Ich bin vom 22.-26.12. auf Dienstreise.", "2025-12-27"},
			{"Unser Büro bleibt vom 24. Dezember bis einschl. 6. Jänner geschlossen.", "2026-01-07"},
			{"Ich bin bis Freitag auf Dienstreise und nur eingeschränkt erreichbar.", "2025-12-27"},
			{"Ich bin erst am 7. Januar zurück.", "2026-01-07"},
			{"Ich bin bis Ende Januar in Elternzeit.", "2026-02-01"},
			{"Heute bin ich nicht im Büro. Guten Morgen!", "2025-12-23"},
			{"Abwesend bis: 05.01.2026\nVertretung: Frau Schulz", "2026-01-06"},
			{"Ab morgen bin ich wieder für Sie da.", "2025-12-23"},
			{"Ab 5. Januar lautet meine neue Adresse x@example.de.", ""},
		},
		"fr": {
			{"Bonjour, je suis absent du bureau jusqu'au 5 janvier inclus.", "2026-01-06"},
			{"Je suis en congés du 22 décembre au 2 janvier. De retour le lundi 5 janvier 2026.", "2026-01-05"},
			{"Je serai de retour au bureau le 05/01/2026.", "2026-01-05"},
			{"Absente du 22/12 au 05/01, je répondrai à mon retour.", "2026-01-06"},
			{"Nos bureaux seront fermés jusqu’au vendredi 2 janvier 2026.", "2026-01-03"},
			{"Je reviendrai le 1er février.", "2026-02-01"},
		},
		"es": {
			{"Estaré fuera de la oficina hasta el 5 de enero de 2026.", "2026-01-06"},
			{"Me encuentro de vacaciones del 22 de diciembre al 5 de enero. Saludos.", "2026-01-06"},
			{"Gracias por su mensaje. Volveré el lunes 5 de enero.", "2026-01-05"},
			{"Estoy de vacaciones, me reincorporo el día 07/01/2026.", "2026-01-07"},
			{"Vuelvo mañana.", "2025-12-23"},
		},
		"it": {
			{"Sono fuori ufficio fino al 5 gennaio 2026 compreso.", "2026-01-06"},
			{"Sarò in ferie dal 22 dicembre al 6 gennaio. Rientrerò il 7 gennaio.", "2026-01-07"},
			{"Rientro in ufficio lunedì 5 gennaio.", "2026-01-05"},
			{"Assente dal 22/12/2025 al 05/01/2026.", "2026-01-06"},
		},
		"nl": {
			{"Ik ben afwezig tot en met 5 januari 2026.", "2026-01-06"},
			{"Ik ben met vakantie van 22 december t/m 2 januari. Vanaf 5 januari ben ik weer bereikbaar.", "2026-01-05"},
			{"Maandag 5 januari ben ik weer terug.", "2026-01-05"},
		},
		"pt": {
			{"Estou ausente do escritório até 5 de janeiro de 2026.", "2026-01-06"},
			{"Estarei de férias de 22 de dezembro a 5 de janeiro.", "2026-01-06"},
			{"Estarei de férias do dia 22 de dezembro ao dia 2 de janeiro. Retorno no dia 05/01.", "2026-01-05"},
			{"Volto na segunda-feira.", "2025-12-29"},
		},
		"pl": {
			{"Jestem nieobecny do 5 stycznia włącznie.", "2026-01-06"},
			{"Przebywam na urlopie od 22 grudnia 2025 do 2 stycznia 2026 r. Wracam 5 stycznia.", "2026-01-05"},
			{"W dniach 22.12-02.01 jestem na urlopie.", "2026-01-03"},
		},
		"sv": {
			{"Jag är på semester till och med 5 januari.", "2026-01-06"},
			{"Jag är tillbaka måndag den 5 januari 2026.", "2026-01-05"},
			{"Jag är ledig 22 december - 2 januari. Åter på kontoret 5/1.", "2026-01-05"},
		},
		"da": {
			{"Jeg holder ferie til og med den 4. januar 2026.", "2026-01-05"},
			{"Jeg er ikke på kontoret før, jeg er tilbage mandag d. 5. januar.", "2026-01-05"},
			{"Jeg er på ferie fra d. 22. december t.o.m. d. 2. januar.", "2026-01-03"},
		},
		"nb": {
			{"Jeg har ferie frem til 5. januar.", "2026-01-06"},
			{"Jeg er tilbake på kontoret mandag 5. januar 2026.", "2026-01-05"},
		},
		"fi": {
			{"Olen lomalla 5.1.2026 saakka.", "2026-01-06"},
			{"Olen vuosilomalla 22.12.-5.1. Palaan töihin 7.1.2026.", "2026-01-07"},
			{"Olen poissa 5. tammikuuta asti.", "2026-01-06"},
		},
		"cs": {
			{"Jsem mimo kancelář do 5. ledna 2026.", "2026-01-06"},
			{"Do 2. 1. 2026 čerpám dovolenou, zpět budu 5. 1. 2026.", "2026-01-05"},
			{"Od 22. prosince do 2. ledna mám dovolenou.", "2026-01-03"},
		},
		"hu": {
			{"Szabadságon vagyok január 5-ig.", "2026-01-06"},
			{"2025. december 22-től 2026. január 5-ig szabadságon vagyok.", "2026-01-06"},
			{"Irodán kívül vagyok, január 6-án érkezem vissza.", "2026-01-06"},
			{"Szabadságon vagyok, 2026.01.05-én újra elérhető leszek.", "2026-01-05"},
		},
		"tr": {
			{"5 Ocak 2026 tarihine kadar izindeyim.", "2026-01-06"},
			{"22 Aralık - 5 Ocak tarihleri arasında yıllık izindeyim.", "2026-01-06"},
			{"6 Ocak Salı günü ofise döneceğim.", "2026-01-06"},
		},
		"ru": {
			{"Я в отпуске до 5 января включительно.", "2026-01-06"},
			{"Нахожусь в отпуске с 22 декабря по 5 января. Вернусь 6 января 2026 г.", "2026-01-06"},
			{"Меня не будет в офисе до 05.01.2026.", "2026-01-06"},
		},
		"ja": {
			{"12月28日から1月4日まで休暇をいただいております。", "2026-01-05"},
			{"誠に勝手ながら、2025年12月27日（土）～2026年1月4日（日）は冬季休業とさせていただきます。1月5日（月）より通常営業いたします。", "2026-01-05"},
			{"１月５日まで不在にしております。", "2026-01-06"},
			{"本日は終日外出しております。", "2025-12-23"},
			{"出張のため不在です。12/25に出社いたします。", "2025-12-25"},
			{"休暇中です。1月5日以降に順次返信いたします。", "2026-01-05"},
			{"来週月曜日まで不在です。", "2025-12-30"},
			{"お問い合わせありがとうございます。12月28日から休業のため返信できません。", ""},
		},
		"zh": {
			{"您好，我正在休假，1月5日返回公司。", "2026-01-05"},
			{"我将于2025年12月22日至2026年1月5日休假，期间无法及时回复邮件。", "2026-01-06"},
			{"本人外出，到1月5日为止。", "2026-01-06"},
			{"我目前不在辦公室，將於2026/1/5恢復上班。", "2026-01-05"},
		},
		"ko": {
			{"12월 22일부터 1월 5일까지 휴가입니다.", "2026-01-06"},
			{"현재 부재중입니다. 1월 6일(화)부터 정상 근무합니다.", "2026-01-06"},
			{"2026. 1. 5. 까지 출장 중입니다.", "2026-01-06"},
			{"휴가 중이며 1월 5일에 복귀합니다.", "2026-01-05"},
		},
		"of all languages, not looked at when the words were chosen": {

			{"Hi, I'm OOO until Jan 5. For anything urgent please reach out to Priya (priya@x.example).", "2026-01-06"},
			{"I am currently on leave and will return to the office on Wednesday 7th January 2026. I will respond to your email as soon as possible after my return.", "2026-01-07"},
			{"Thank you for your message. I'm on vacation from Mon 22 Dec to Fri 2 Jan (back Mon 5 Jan).", "2026-01-05"},
			{"I will be out of office starting Monday, December 22nd through Friday, January 2nd returning Monday, January 5th.", "2026-01-05"},
			{"Please note I only work Tuesdays and Thursdays.", ""},
			{"I am on maternity leave until September 2026. Please contact my cover Jane Doe.", "2026-09-01"},
			{"Our offices will be closed from 5pm on 23rd December and will re-open at 9am on 2nd January 2026.", "2026-01-02"},
			{"I'm out sick today and will reply tomorrow.", "2025-12-23"},
			{"I'll be out of the office from 12/24 until 1/2.", "2026-01-03"},
			{"I am out of the office returning Monday 29th December.", "2025-12-29"},
			{"I'm away attending a conference until the 27th of December and will reply to your email then.", "2025-12-28"},
			{"I no longer work at ACME as of 1 December 2025. Contact hr@acme.example.", ""},
			{"Thanks for getting in touch! We aim to answer within 2 working days. Our hours are 9-5 Monday to Friday. We're closed on 25 December and 1 January.", "2025-12-26"},
			{"Out of office 22/12/25 - 05/01/26", "2026-01-06"},
			{"On holiday. Back 6/1.", "2026-01-06"},
			{"Ich befinde mich vom 22.12.2025 - 04.01.2026 im Urlaub. Ihre E-Mail wird nicht weitergeleitet. Ab dem 05.01. bin ich wieder für Sie erreichbar. Tel. +49 (0)711 12.34.56", "2026-01-05"},
			{"Guten Tag, ich bin im Zeitraum 22.12.25 bis 02.01.26 nicht erreichbar.", "2026-01-03"},
			{"Ich bin heute nicht im Büro und kehre am Dienstag zurück.", "2025-12-23"},
			{"Ich bin am 24.12. und 31.12. nicht im Büro.", "2026-01-01"},
			{"Vielen Dank für Ihre E-Mail. Ich bin zurzeit nicht im Büro. Ihre Nachricht lese ich nach meiner Rückkehr am 7. Januar 2026.", "2026-01-07"},
			{"Ich arbeite montags bis mittwochs.", ""},
			{"Unser Kundenservice ist Montag bis Freitag von 8 bis 17 Uhr erreichbar.", ""},
			{"Wir haben vom 24.12.2025 bis einschließlich 06.01.2026 Betriebsferien. Ab dem 07.01.2026 sind wir wieder wie gewohnt für Sie da. Frohe Weihnachten und einen guten Rutsch ins Jahr 2026!", "2026-01-07"},
			{"Ich bin ab 02.01.2026 wieder am Arbeitsplatz. Bis dahin wenden Sie sich bitte an Frau Maier.", "2026-01-02"},
			{"Bonjour, actuellement en congés, je serai de retour le 5 janvier prochain.", "2026-01-05"},
			{"Je suis absente jusqu'au lundi 29 décembre inclus. En cas d'urgence, contactez le 01 23 45 67 89.", "2025-12-30"},
			{"Je suis en déplacement ce jour et de retour demain.", "2025-12-23"},
			{"Nous sommes fermés du 24 décembre 2025 au 4 janvier 2026 inclus, réouverture le 5 janvier à 9h.", "2026-01-05"},
			{"Hola, estoy fuera de la oficina y regreso el próximo lunes 29 de diciembre.", "2025-12-29"},
			{"Del 22 al 31 de diciembre estaré de vacaciones. Para urgencias: 600 123 456.", "2026-01-01"},
			{"Estaré ausente hasta el viernes 2 de enero inclusive.", "2026-01-03"},
			{"Sono assente dall'ufficio e rientrerò il giorno 7 gennaio 2026.", "2026-01-07"},
			{"L'ufficio resterà chiuso dal 24 dicembre al 6 gennaio compresi.", "2026-01-07"},
			{"Ik ben niet op kantoor. Ik ben terug op 5 januari 2026.", "2026-01-05"},
			{"Ik ben van 22-12-2025 tot 05-01-2026 afwezig.", "2026-01-06"},
			{"Bedankt voor uw bericht. Ik ben met verlof tot maandag 5 januari.", "2026-01-06"},
			{"Estou de férias e retorno em 05/01/2026.", "2026-01-05"},
			{"Encontro-me ausente até ao dia 2 de janeiro. Voltarei a 5 de janeiro.", "2026-01-05"},
			{"Dziękuję za wiadomość. Jestem na urlopie do 02.01.2026. Odpowiem po powrocie.", "2026-01-03"},
			{"Będę ponownie dostępna od 5 stycznia.", "2026-01-05"},
			{"Hej! Jag är på semester och åter den 7 januari.", "2026-01-07"},
			{"Jag är frånvarande fram till den 5 januari.", "2026-01-06"},
			{"Jeg er på ferie og er tilbage den 5. januar 2026.", "2026-01-05"},
			{"Kontoret er lukket fra 24. december til 1. januar, begge dage inkl.", "2026-01-02"},
			{"Jeg er på ferie til 5/1 og svarer da.", "2026-01-06"},
			{"Kiitos viestistäsi. Olen lomalla ja palaan takaisin 5. tammikuuta.", "2026-01-05"},
			{"Olen poissa toimistolta 22.12.2025 - 6.1.2026.", "2026-01-07"},
			{"Děkuji za zprávu. Do 4. ledna jsem na dovolené, vrátím se v pondělí 5. ledna.", "2026-01-05"},
			{"Köszönöm levelét! 2026. január 5-től újra elérhető vagyok.", "2026-01-05"},
			{"December 22. és január 2. között szabadságon vagyok.", "2026-01-03"},
			{"Merhaba, 22.12.2025 - 02.01.2026 tarihleri arasında izinli olacağım. 05.01.2026 tarihinde ofiste olacağım.", "2026-01-05"},
			{"Yıllık iznimdeyim, 5 Ocak Pazartesi geri döneceğim.", "2026-01-05"},
			{"Здравствуйте! Я буду отсутствовать с 22.12.2025 по 11.01.2026. Буду на месте 12 января.", "2026-01-12"},
			{"Я в отпуске. Выхожу на работу 12.01.", "2026-01-12"},
			{"年末年始休業のお知らせ：12月27日(土)から1月4日(日)まで休業いたします。1月5日(月)以降、順次ご対応させていただきます。", "2026-01-05"},
			{"ただいま育児休暇中です。復帰は2026年4月1日を予定しております。", "2026-04-01"},
			{"12/24は休みをいただいております。翌営業日にご連絡いたします。", "2025-12-25"},
			{"出張中のため、返信が遅れる場合がございます。12月25日に帰社予定です。", "2025-12-25"},
			{"您好！我于12月22日-12月31日休年假，如有急事请联系王先生 13800138000。", "2026-01-01"},
			{"我正在外出差，下周一回到办公室。", "2025-12-29"},
			{"안녕하세요. 12/22(월)~12/26(금) 휴가로 부재중입니다. 29일부터 업무 복귀합니다.", "2025-12-29"},
			{"저는 현재 휴가 중이며 다음 주 월요일에 복귀할 예정입니다.", "2025-12-29"},
			{"自動返信：1/5まで不在", "2026-01-06"},
		},
	}
}

func awayMail(subject, text string, sent time.Time) ticketing.Message {
	return ticketing.Message{Kind: ticketing.AutoReplied, Subject: subject, Reply: text, Date: sent}
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}

func TestAwayUntil(t *testing.T) {
	sent := time.Date(2025, 12, 22, 10, 0, 0, 0, time.FixedZone("", 3600))
	total := 0
	for language, list := range absences() {
		for _, a := range list {
			total++
			m := awayMail("Automatic reply: Printer", a.text, sent)
			got := awayUntil(&m)
			if _, offset := got.Zone(); dayOf(got) != a.back || !got.IsZero() && (got.Hour() != 0 || offset != 3600) {
				t.Errorf("%s: %q: back %v, want %s", language, a.text, got, a.back)
			}
		}
	}
	if total < 80 {
		t.Errorf("only %d notices", total)
	}
}

// Which of "1/2" is the month is the sender's language and zone to say.
func TestAwayUntilOrder(t *testing.T) {
	for _, test := range []struct {
		text, zone, back string
	}{
		{"I am out of the office until 01/02/2026.", "-0500", "2026-01-03"},
		{"I am out of the office until 01/02/2026.", "+0100", "2026-02-02"},
		{"I am out of the office until 01/02/2026.", "+0000", "2026-01-03"}, // nobody knows: the nearer one
		{"Je suis absent jusqu'au 01/02/2026, pour cause de congés.", "-0500", "2026-02-02"},
		{"I am out of the office until 12/01/2026.", "-0500", "2026-01-13"}, // nobody is away for eleven months
		{"I am out of the office from 12/22/2025 until 1/2/2026.", "+0100", "2026-01-03"},
		{"I am out of the office until 03/12/2025. I am back on 01/12.", "+0100", "2026-01-12"}, // what is past is meant otherwise
		{"Wir haben Ihre Anfrage vom 11.12.2025 erhalten und melden uns zurück.", "+0100", ""},
		{"We have your mail of 22/12/2025 and shall be back in touch. Our hours are Monday to Friday.", "+0100", ""},
		{"休暇中です。1/2に出社します。", "+0000", "2026-01-02"},
	} {
		sent, err := time.Parse(time.RFC1123Z, "Mon, 22 Dec 2025 10:00:00 "+test.zone)
		if err != nil {
			t.Fatal(err)
		}
		m := awayMail("Out of office", test.text, sent)
		if got := dayOf(awayUntil(&m)); got != test.back {
			t.Errorf("%s, %s: back %s, want %s", test.text, test.zone, got, test.back)
		}
	}
}

// Only absence notices are read so, and only of mails with a date.
func TestAwayUntilOfOthers(t *testing.T) {
	sent := time.Date(2025, 12, 22, 10, 0, 0, 0, time.UTC)
	m := awayMail("Out of office until 5 January", "", sent)
	if got := dayOf(awayUntil(&m)); got != "2026-01-06" {
		t.Errorf("by the subject alone: %q", got)
	}
	m.Kind = ticketing.Human
	if got := awayUntil(&m); !got.IsZero() {
		t.Errorf("a person's mail: %v", got)
	}
	m.Kind, m.Date = ticketing.AutoReplied, time.Time{}
	if got := awayUntil(&m); !got.IsZero() {
		t.Errorf("without a date: %v", got)
	}
}

func TestParseReadsAwayUntil(t *testing.T) {
	raw := "From: a@b.example\r\nAuto-Submitted: auto-replied\r\nDate: Mon, 22 Dec 2025 10:00:00 -0500\r\nSubject: Out of office\r\n\r\nI am back on January 5.\r\n"
	m, err := Parse(bytes.NewReader([]byte(raw)), DefaultLimits())
	if want := time.Date(2026, 1, 5, 5, 0, 0, 0, time.UTC); err != nil || !m.AwayUntil.Equal(want) {
		t.Errorf("back %v, %v; want %v", m.AwayUntil, err, want)
	}
}

// What notices of the corpus say, and that the rest of its automatic answers say
// nothing.
func TestAwayUntilInCorpus(t *testing.T) {
	want := map[string]string{
		"track-response-abcmail-oof.eml":    "2012-01-03", // "returning 03/01/2012", "until 3rd January December 2012"
		"track-response-exchange-oof-1.eml": "2011-09-09", // "until Thursday nth Bartember"
		"tt_1234210666.txt":                 "2009-02-10", // "back on Tuesday 9:00"
		"warning-6.msg":                     "2010-01-05",
		"rfc3834-01.eml":                    "2005-05-05",
	}
	corpusSet(t, ".")
	err := filepath.WalkDir(corpusDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := Parse(bytes.NewReader(raw[:min(len(raw), 1<<20)]), DefaultLimits())
		if name := filepath.Base(path); err == nil && dayOf(m.AwayUntil) != want[name] {
			t.Errorf("%s, sent %s: back %q, want %q", path, dayOf(m.Date), dayOf(m.AwayUntil), want[name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A notice costs little, whatever stands in it.
func TestAwayUntilIsBounded(t *testing.T) {
	sent := time.Date(2025, 12, 22, 10, 0, 0, 0, time.UTC)
	for _, piece := range []string{"until 5 january ", "1/2-", "5 a ", "月", "12月", "until ", ". ", "monday ", "back ", "١٢ ", "\u3000", "tomorrow", "january"} {
		m := awayMail("", strings.Repeat(piece, 1<<20/len(piece)), sent)
		start := time.Now()
		awayUntil(&m)
		if took := time.Since(start); took > time.Second {
			t.Errorf("1 MiB of %q took %v", piece, took)
		}
	}
}

// FuzzAwayUntil: no notice is a crash, and nobody is away since before the mail,
// nor for longer than a year.
func FuzzAwayUntil(f *testing.F) {
	for _, list := range absences() {
		for _, a := range list {
			f.Add("Out of office", a.text, int64(1766394000), 3600)
		}
	}
	f.Fuzz(func(t *testing.T, subject, text string, unix int64, offset int) {
		sent := time.Unix(unix%(1<<40), 0).In(time.FixedZone("", offset%(15*3600)))
		m := awayMail(subject, text, sent)
		back := awayUntil(&m)
		if !back.IsZero() && (!back.After(sent) || back.Sub(sent) > maxAwayFor*24*time.Hour) {
			t.Errorf("sent %v, back %v", sent, back)
		}
	})
}
