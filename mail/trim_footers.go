package mail

// This file holds what stands below mails that nobody wrote by hand: the lines
// of mailing lists and virus scanners, and companies' notices. The tables are
// read only, in lower case.

// footerStarts begin text that lists and scanners put below a mail.
var footerStarts = []string{
	"you received this message because you are subscribed to", "you are receiving this because", "you received this email because you are subscribed",
	"you're receiving this email because", "to unsubscribe from this group", "to unsubscribe from this list", "to unsubscribe send", "to unsubscribe, ",
	"unsubscribe: http", "unsubscribe here:", "reply to this email directly or view it on", "sie erhalten diese nachricht, weil sie", "sie haben diese nachricht erhalten, weil sie",
	"vous recevez ce message, car vous", "vous recevez ce message car vous", "has recibido este mensaje porque", "você recebeu essa mensagem porque", "hai ricevuto questo messaggio perché",
	"je ontvangt dit bericht omdat", "u ontvangt dit bericht omdat", "вы получили это сообщение, поскольку", "このメールは google グループ", "このメールは、google グループ",
	"you received this bug notification because", "you are subscribed to",
	// virus scanners
	"virus-free.", "virenfrei.", "garanti sans virus.", "libre de virus.", "livre de vírus.", "sem vírus.", "mentes a vírusoktól.", "wolny od wirusów.", "privo di virus.", "virusvrij.", "virusfri.",
	"bez virů.", "neobsahuje víry.", "без вирусов.", "проверено на вирусы", "ウイルス フリー。", "ウイルスフリー。", "无病毒。", "不含病毒。",
	"this email has been checked for viruses", "this e-mail has been checked for viruses", "this message has been checked for viruses", "this message has been scanned",
	"this email has been scanned", "this e-mail has been scanned", "this email was scanned", "this e-mail was scanned", "scanned by", "checked by avg", "no virus found in this",
	"no viruses found in this", "internal virus database is out", "this footnote confirms that", "this footnote also confirms that", "the original of this email was scanned for viruses",
	"this email is free from viruses", "this e-mail is free from viruses", "this email message has been swept", "this e-mail message has been swept", "this message was scanned",
	"diese e-mail wurde von avast", "diese e-mail wurde auf viren", "diese e-mail ist frei von viren", "es wurden keine viren gefunden", "l'absence de virus dans ce courrier",
	"cet e-mail a été vérifié", "ce courrier électronique ne contient aucun virus", "este correo electrónico ha sido comprobado", "el software de antivirus avast",
	"este email foi escaneado", "este e-mail foi verificado", "este email foi verificado", "questa e-mail è stata controllata", "questo messaggio e' stato analizzato", "questo messaggio è stato analizzato",
	"deze e-mail is gecontroleerd op virussen", "deze e-mail is gescand", "dit e-mailbericht is gecontroleerd", "denna e-postsändning är fri", "detta epostmeddelande har sökts igenom",
	"denne e-mail er blevet kontrolleret", "tento e-mail byl zkontrolován", "tento email byl zkontrolován", "ta wiadomość e-mail została sprawdzona", "ta wiadomość została sprawdzona",
	"это сообщение проверено", "данное сообщение проверено", "このメールはウイルスチェック", "此电子邮件已", "该邮件已通过",
	// paper, and mail from outside
	"please consider the environment before", "please think of the environment before", "think before you print", "save paper", "p please consider the environment",
	"before printing this", "please don't print this", "bitte denken sie an die umwelt", "bitte prüfen sie, ob", "denken sie an die umwelt", "pensez à l'environnement", "avant d'imprimer",
	"adoptez l'éco-attitude", "antes de imprimir", "prima di stampare", "pensa all'ambiente", "denk aan het milieu", "spar på miljøet", "tänk på miljön", "zanim wydrukujesz",
}

// bannerStarts begin the warning that mail servers put above mail from outside.
var bannerStarts = []string{
	"you don't often get email from", "you don’t often get email from", "some people who received this message don't often get email from", "some people who received this message don’t often get email from",
	"caution: this email originated", "caution: this e-mail originated", "caution: this message originated", "caution: external", "caution external", "caution: email from outside", "caution - external",
	"warning: this email originated", "warning: this message originated", "warning: external", "this email originated from outside", "this e-mail originated from outside", "this message originated from outside",
	"this is an external email", "this message was sent from outside", "this email was sent from outside", "this email is from an external", "external email", "external e-mail", "external sender", "external message warning", "external]", "extern]", "ext]",
	"sie erhalten nicht oft e-mails von", "sie erhalten nicht häufig e-mails von", "sie erhalten nicht oft eine e-mail von", "achtung: externe", "achtung: diese e-mail kommt von extern", "achtung: diese e-mail stammt von", "diese e-mail kommt von außerhalb", "diese e-mail stammt von außerhalb", "externe e-mail",
	"vous n'obtenez pas souvent d'e-mail", "vous n’obtenez pas souvent d’e-mail", "vous ne recevez pas souvent de courriers", "vous recevez rarement des e-mails de", "attention : cet e-mail provient de l'extérieur", "attention: cet e-mail provient de l'extérieur", "attention : ce message provient",
	"no suele recibir correos electrónicos de", "no suele recibir correo electrónico de", "precaución: este correo", "atención: este correo", "você não costuma receber emails de", "não costuma receber e-mails de", "cuidado: este e-mail", "atenção: este e-mail",
	"non si ricevono spesso messaggi di posta elettronica da", "non ricevi spesso messaggi di posta elettronica da", "attenzione: questa e-mail", "attenzione: questa email", "u ontvangt niet vaak e-mail van", "u krijgt niet vaak e-mail van", "let op: deze e-mail", "du får inte ofta e-post från", "du modtager ikke ofte mails fra", "du får ikke ofte mails fra", "du får ikke ofte e-post fra",
	"nie otrzymujesz często wiadomości e-mail od", "uwaga: ta wiadomość", "вы нечасто получаете письма от", "внимание: внешн", "このメールは社外から", "【社外】", "【外部メール】", "社外]", "您通常不会收到来自", "您不經常收到來自", "外部邮件", "【外部邮件】",
}

// noticeTitles may stand above a notice.
var noticeTitles = []string{
	"disclaimer", "confidentiality notice", "confidentiality", "confidentiality note", "legal notice", "notice", "important notice", "privacy notice", "legal disclaimer",
	"email disclaimer", "e-mail disclaimer", "vertraulichkeitshinweis", "hinweis", "rechtlicher hinweis", "wichtiger hinweis", "avertissement", "avis de confidentialité",
	"confidentialité", "aviso legal", "aviso de confidencialidad", "aviso de confidencialidade", "confidencialidad", "nota di riservatezza", "avvertenza", "riservatezza", "免責事項", "免责声明",
}

// disclaimerStarts begin a company's confidentiality notice if one each of
// disclaimerWords and disclaimerReaders follows.
var disclaimerStarts = []string{
	"this email", "this e-mail", "this message", "this communication", "this electronic", "this transmission", "the information contained in", "the information in this",
	"information contained in this", "information in this email", "information in this e-mail", "any information in this", "the content of this", "the contents of this",
	"the information transmitted", "confidentiality", "disclaimer", "important notice", "legal notice", "notice:", "important:", "privileged", "confidential", "if you are not the intended",
	"if you have received this", "if you received this", "note: this e", "please note that this e", "unless otherwise stated", "internet email", "internet e-mail",
	"diese e-mail", "diese email", "diese mail", "diese nachricht", "der inhalt dieser", "die information", "vertraulich", "die in dieser", "diese elektronische", "hinweis:", "wichtiger hinweis",
	"ce message", "ce courriel", "ce mail", "cet e-mail", "cet email", "ce courrier", "les informations contenues", "l'information contenue", "le contenu de ce", "avis de confidentialité",
	"confidentialité", "avertissement", "este mensaje", "este correo", "este e-mail", "este email", "la información contenida", "la información incluida", "el contenido de este", "aviso legal",
	"aviso de confidencialidad", "confidencialidad", "esta mensagem", "esta comunicação", "a informação contida", "as informações contidas", "o conteúdo desta", "aviso de confidencialidade",
	"aquest missatge", "aquest correu", "questo messaggio", "questa e-mail", "questa email", "questa comunicazione", "le informazioni contenute", "il contenuto di questa", "il presente messaggio", "la presente",
	"ai sensi del", "nota di riservatezza", "riservatezza", "avvertenza", "dit bericht", "deze e-mail", "deze email", "dit e-mailbericht", "de informatie", "de inhoud van", "denna e-post", "detta meddelande",
	"detta e-post", "detta mail", "informationen i detta", "denne e-mail", "denne mail", "denne e-post", "denne meddelelse", "denne meldingen", "indholdet af denne", "tämä viesti", "tämä sähköposti",
	"ta wiadomość", "niniejsza wiadomość", "informacje zawarte", "treść tej wiadomości", "wiadomość ta", "tato zpráva", "tento e-mail", "tento email", "obsah tohoto", "obsah této", "informace obsažené",
	"táto správa", "ez az üzenet", "ez az e-mail", "jelen üzenet", "acest mesaj", "acest e-mail", "acest email", "informaţiile conţinute", "това съобщение", "настоящото", "този имейл",
	"это сообщение", "данное сообщение", "настоящее сообщение", "настоящее электронное", "информация, содержащаяся", "це повідомлення", "το παρόν", "αυτό το", "bu e-posta", "bu mesaj", "bu elektronik", "bu ileti",
	"本メール", "このメール", "本電子メール", "この電子メール", "本e-mail", "このe-mail", "此邮件", "本邮件", "此電子郵件", "本電子郵件", "本郵件", "本信", "此电子邮件", "本电子邮件", "이 메일", "본 메일", "이 전자", "본 이메일",
	"דואר אלקטרוני זה", "הודעה זו", "هذه الرسالة", "هذا البريد", "email này", "thư điện tử này", "pesan ini", "e-mail ini", "email ini", "อีเมล์ฉบับนี้", "อีเมลฉบับนี้", "ข้อความนี้",
}

var disclaimerWords = []string{
	"confidential", "confidence", "privileged", "private and", "proprietary", "vertraulich", "confidentiel", "confidencial", "confidencia",
	"riservat", "confidenzial", "vertrouwelijk", "konfidentiell", "fortrolig", "konfidensiell", "luottamuksellis", "poufn", "důvěrn", "dôvern", "bizalmas", "confidenţial", "confidențial", "поверител", "конфиденциал",
	"конфіденційн", "εμπιστευτικ", "gizli", "機密", "秘密", "保密", "机密", "기밀", "비밀", "חסוי", "סודי", "سري", "bảo mật", "rahasia", "ความลับ",
}

var disclaimerReaders = []string{
	"recipient", "addressee", "addressed", "intended for", "intended solely", "intended only", "solely for", "received this", "empfänger", "adressat", "bestimmt", "destinat", "destiné", "geadresseerde", "ontvanger",
	"bestemd", "mottagare", "avsedd", "modtager", "mottaker", "vastaanottaja", "adresat", "odbiorc", "příjemc", "určen", "prijímateľ", "címzett", "получател", "адресат", "предназнач", "одержувач", "получателя",
	"αποδέκτη", "παραλήπτη", "alıcı", "宛先", "受信者", "受取人", "名宛人", "収信者", "收件人", "收信人", "수신", "נמען", "המיועד", "المرسل إليه", "người nhận", "penerima", "ผู้รับ",
}
