package mail

import "testing"

func TestTrimDevices(t *testing.T) {
	for _, line := range []string{
		"Sent from my iPhone", "Sent from my iPhone.", "Sent from my Galaxy", "Sent from my Samsung Galaxy smartphone.", "Sent from my Verizon, Samsung Galaxy smartphone",
		"Sent from my BlackBerry® wireless device", "Sent via BlackBerry from T-Mobile", "Sent from Yahoo Mail on Android", "Sent from Yahoo Mail for iPhone", "Sent from Mail for Windows 10",
		"Sent from Mail for Windows", "Sent from Outlook", "Sent from Outlook for Android", "Sent from Mailbird", "Sent from Canary", "Sent with Proton Mail secure email.", "Sent from Proton Mail for iOS",
		"Sent from my Android phone with Mail. Please excuse my brevity.", "Sent from my mobile device, please excuse any typos.", "Get Outlook for iOS", "Get Outlook for Android<https://aka.ms/x>",
		"Sent from Samsung Mobile", "Sent from my Huawei phone", "Sent from the Mail.ru app for iOS", "Sent from Gmail Mobile", "Sent from my iPad", "Sent via the Samsung Galaxy S24, an AT&T 5G smartphone",
		"Von meinem iPhone gesendet", "Von meinem Samsung Galaxy Smartphone gesendet.", "Gesendet von Mail für Windows", "Gesendet von Mail für Windows 10", "Gesendet mit der GMX Mail App", "Gesendet mit der WEB.DE Mail App",
		"Gesendet von Outlook für Android", "Holen Sie sich Outlook für iOS", "Hol dir Outlook für Android", "Outlook für iOS beziehen", "Outlook für Android herunterladen", "Gesendet von meinem Handy, bitte entschuldigen Sie Tippfehler",
		"Envoyé de mon iPhone", "Envoyé depuis mon appareil mobile Samsung", "Envoyé depuis l'application Mail Orange", "Télécharger Outlook pour iOS", "Obtenir Outlook pour Android", "Provenance : Courrier pour Windows 10", "Envoyé à partir de Outlook pour Android",
		"Enviado desde mi iPhone", "Enviado desde Correo para Windows 10", "Obtener Outlook para iOS", "Enviado do meu iPhone", "Enviado do Correio para Windows", "Obter o Outlook para Android", "Enviat des del meu iPhone",
		"Inviato da iPhone", "Inviato dal mio iPhone", "Inviato da Posta per Windows", "Scarica Outlook per iOS", "Verstuurd vanaf mijn iPhone", "Verzonden vanaf mijn Galaxy", "Download Outlook voor iOS", "Outlook voor iOS downloaden",
		"Skickat från min iPhone", "Hämta Outlook för iOS", "Sendt fra min iPhone", "Hent Outlook til iOS", "Få Outlook for iOS", "Lähetetty iPhonesta", "Hanki Outlook for Android", "Wysłane z iPhone'a", "Wysłane z telefonu Samsung Galaxy", "Pobierz program Outlook dla systemu iOS",
		"Odesláno z iPhonu", "Získat Outlook pro iOS", "Odoslané z iPhonu", "Získať Outlook pre Android", "Az iPhone-omról küldve", "iPhone-ról küldve", "Trimis de pe iPhone-ul meu", "Изпратено от моя iPhone", "Στάλθηκε από το iPhone μου", "Poslano s mog iPhone uređaja",
		"Отправлено с iPhone", "Отправлено из мобильной Почты Mail.ru", "Отправлено из Почты для Windows 10", "Получить Outlook для iOS", "Надіслано з iPhone", "iPhone'umdan gönderildi", "נשלח מה-iPhone שלי", "أرسلت من الـ iPhone", "تم الإرسال من iPhone الخاص بي",
		"iPhoneから送信", "私のiPhoneから送信", "Outlook for iOS を入手", "Windows 版のメールから送信", "Yahoo!メール - スマートフォンから送信", "发自我的iPhone", "从我的iPhone发送", "發自我的 iPhone 手機傳送", "从 Windows 版邮件发送", "获取 Outlook for iOS",
		"나의 iPhone에서 보냄", "iOS용 Outlook 다운로드", "Đã gửi từ iPhone của tôi", "Dikirim dari iPhone saya", "ส่งจาก iPhone ของฉัน",
	} {
		text := "My answer is here.\n\n" + line
		if got := Trim(text); got.Reply != "My answer is here." {
			t.Errorf("%q: the reply is %q", line, got.Reply)
		}
	}
	for _, own := range []string{
		"It was sent from my iPhone and not from the tablet that you asked about.", "The mail is\n\nSent from my iPhone but nobody reads it, so what shall I do?", "Sent via DHL",
		"Sent from Berlin", "Gesendet von Tom", "Von meinem Platz aus geht es.", "Inviato da Roma", "Outlook für Einsteiger ist das Buch.", "Which app: Mail or Outlook?",
	} {
		if got := Trim(own); got.Reply != own {
			t.Errorf("%q was cut to %q", own, got.Reply)
		}
	}
}
