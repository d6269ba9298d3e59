package mail

// Absence notices say when somebody is back in a few words around a date. To
// teach the reading of another language is to add a row here, and the names of
// its months to [monthOf] if their first three letters are new.

// awayLanguage is how a language tells of absences, in lower case. A phrase
// stands at the beginning of a word, and at the end of one too unless it ends
// in "-"; in scripts without blanks it stands anywhere.
type awayLanguage struct {
	name string
	// until and from stand right before a day: the last of an absence, the
	// first day of something.
	until, from []string
	// joins stand between the first and the last day, and between several.
	joins, and []string
	// untilAfter and fromAfter stand right behind the day.
	untilAfter, fromAfter []string
	// back is said of the return, away of the absence, in the clause of the day.
	back, away []string
}

func awayLanguages() []awayLanguage {
	return []awayLanguage{
		{name: "en",
			until: []string{"until", "till", "'til", "through", "thru", "up to", "after", "returning after", "ends", "ending", "end date", "last day"},
			from:  []string{"from", "as of", "as from", "starting", "beginning", "since", "start date", "effective", "between"},
			joins: []string{"to", "until", "till", "through", "thru"}, and: []string{"and", "&"},
			back: []string{"back", "return-", "resum-", "available again", "available from", "available on", "available as of", "reachable again", "reachable from", "in the office again", "in the office from", "reopen-", "re-open-", "not before"},
			away: []string{"out of-", "ooo", "away", "absent", "on leave", "annual leave", "vacation-", "holiday-", "not in", "not be in", "not available", "not be available", "unavailable", "closed", "travel-", "limited", "no access", "sick", "maternity", "parental", "off work", "day off"}},
		{name: "de",
			until: []string{"bis", "nach dem", "letzter tag"},
			from:  []string{"ab", "vom", "von", "seit", "beginnend", "zwischen"},
			joins: []string{"bis", "bis zum"}, and: []string{"und"},
			back: []string{"wieder", "zurück", "rückkehr", "zurückkehr-", "nicht vor", "erst ab", "erst am", "frühestens"},
			away: []string{"abwesend-", "nicht im", "nicht erreichbar", "nicht in", "urlaub-", "außer haus", "ausser haus", "geschlossen", "dienstreise", "krank-", "elternzeit", "unterwegs", "nicht verfügbar"}},
		{name: "fr",
			until: []string{"jusqu'au", "jusqu'à", "jusqu'a", "jusqu'en", "après le", "jusque"},
			from:  []string{"à partir du", "a partir du", "dès le", "depuis le", "à compter du", "du", "à partir de", "entre le", "entre"},
			joins: []string{"au", "jusqu'au", "à"}, and: []string{"et"},
			back: []string{"retour", "reviendr-", "de nouveau", "à nouveau", "rouvr-", "reprendr-", "reprise", "serai présent-", "joignable", "pas avant"},
			away: []string{"absent-", "absence", "congé-", "vacances", "fermé-", "indisponible-", "déplacement", "pas joignable"}},
		{name: "es",
			until: []string{"hasta", "después del", "tras el"},
			from:  []string{"a partir del", "desde", "del", "desde el", "entre el"},
			joins: []string{"al", "a", "hasta"}, and: []string{"y"},
			back: []string{"vuelv-", "volver-", "vuelta", "regres-", "reincorpor-", "de nuevo", "retorn-", "reanud-", "no antes"},
			away: []string{"ausente", "ausencia", "fuera de-", "vacaciones", "cerrad-", "no estaré", "no disponible", "permiso", "de baja"}},
		{name: "it",
			until: []string{"fino al", "sino al", "fino a", "fino all'", "dopo il", "fino a tutto il"},
			from:  []string{"a partire dal", "dal", "dall'", "da", "tra il", "fra il"},
			joins: []string{"al", "all'", "a", "fino al"}, and: []string{"e"},
			back: []string{"rientr-", "torner-", "ritorn-", "torno", "di nuovo", "nuovamente", "riapr-", "non prima"},
			away: []string{"assent-", "assenza", "ferie", "fuori", "chius-", "vacanza", "non sono", "non sarò"}},
		{name: "nl",
			until: []string{"tot", "t/m", "tot en met", "t.e.m."},
			from:  []string{"vanaf", "van", "sinds", "per", "tussen"},
			joins: []string{"tot", "t/m", "tot en met"}, and: []string{"en"},
			back: []string{"terug", "weer", "hervat-", "pas op", "niet voor"},
			away: []string{"afwezig-", "vakantie", "niet aanwezig", "verlof", "niet op kantoor", "gesloten", "niet bereikbaar", "vrij"}},
		{name: "pt",
			until: []string{"até", "ate", "após"},
			from:  []string{"a partir de", "a partir do", "desde", "do dia", "de", "entre"},
			joins: []string{"a", "ao", "à", "até"}, and: []string{"e"},
			back: []string{"volt-", "regress-", "retorn-", "de volta", "novamente", "retom-"},
			away: []string{"ausente", "ausência", "fora d-", "férias", "fechad-", "não estarei", "indisponível"}},
		{name: "ca",
			until: []string{"fins al", "fins a", "fins"}, from: []string{"a partir del", "des del"}, joins: []string{"al"},
			back: []string{"tornar-", "de tornada", "torno"}, away: []string{"absent", "fora de", "vacances"}},
		{name: "ro",
			until: []string{"până pe", "până la", "până în", "pana pe", "pana la"}, from: []string{"începând cu", "din"}, joins: []string{"până pe", "-"},
			back: []string{"revin", "reveni", "întorc", "înapoi", "revenire"}, away: []string{"concediu", "absent-", "plecat-", "nu sunt"}},
		{name: "sv",
			until: []string{"till", "till och med", "t.o.m.", "tom", "t o m", "efter"},
			from:  []string{"från", "från och med", "fr.o.m.", "from", "mellan"},
			joins: []string{"till", "till och med", "t.o.m.", "t o m"}, and: []string{"och"},
			back: []string{"tillbaka", "åter-", "igen", "tidigast"},
			away: []string{"frånvarande", "semester-", "ledig-", "inte på", "stängt", "föräldraledig", "borta", "frånvaro"}},
		{name: "da",
			until: []string{"til", "til og med", "t.o.m.", "indtil", "frem til", "efter"},
			from:  []string{"fra", "fra og med", "f.o.m.", "mellem"},
			joins: []string{"til", "til og med", "t.o.m.", "t.o.m"}, and: []string{"og"},
			back: []string{"tilbage", "igen", "retur", "tidligst"},
			away: []string{"ferie-", "fraværende", "fravær", "ikke på kontoret", "ikke til stede", "lukket", "bortrejst", "orlov"}},
		{name: "nb",
			until: []string{"til", "til og med", "t.o.m.", "frem til", "etter"},
			from:  []string{"fra", "fra og med", "mellom"},
			joins: []string{"til", "til og med"}, and: []string{"og"},
			back: []string{"tilbake", "igjen", "retur", "tidligst"},
			away: []string{"ferie-", "fraværende", "fravær", "ikke på kontoret", "ikke til stede", "stengt", "bortreist", "permisjon"}},
		{name: "fi",
			from: []string{"alkaen"}, and: []string{"ja"},
			untilAfter: []string{"saakka", "asti", "mennessä", "päättyen", "jälkeen"}, fromAfter: []string{"alkaen", "lähtien"},
			back: []string{"pala-", "takaisin", "jälleen", "tavoitettavissa", "töissä", "paikalla"},
			away: []string{"lomalla", "poissa-", "loma-", "vapaalla", "suljettu", "en ole"}},
		{name: "pl",
			until: []string{"do", "aż do", "po", "do dnia"},
			from:  []string{"od", "począwszy od"},
			joins: []string{"do", "a"}, and: []string{"i"},
			back: []string{"wrac-", "wróc-", "powrót", "powroc-", "powrac-", "ponownie", "z powrotem", "znowu"},
			away: []string{"nieobecn-", "urlop-", "poza biurem", "zamknięt-", "niedostępn-"}},
		{name: "cs",
			until: []string{"do", "až do", "po"},
			from:  []string{"od"},
			joins: []string{"do", "až", "a"},
			back:  []string{"zpět", "vrát-", "vrac-", "návrat", "opět", "znovu", "zpátky"},
			away:  []string{"dovolen-", "nepřítom-", "mimo kancelář", "zavřen-", "nejsem", "nebudu"}},
		{name: "sk",
			until: []string{"do", "až do"}, from: []string{"od"}, joins: []string{"do"},
			back: []string{"späť", "vrát-", "návrat", "opäť"}, away: []string{"dovolenk-", "neprítom-", "mimo kancelárie"}},
		{name: "hu",
			untilAfter: []string{"-ig", "-éig", "-áig", "-jéig", "-ei", "között", "után"}, fromAfter: []string{"-től", "-tól", "-étől", "-ától", "-jétől"},
			and:  []string{"és"},
			back: []string{"vissza-", "ismét", "újra", "érkez-", "újból"},
			away: []string{"szabadság-", "távol", "nem vagyok", "zárva", "házon kívül", "irodán kívül"}},
		{name: "tr",
			joins: []string{"ile"}, and: []string{"ve"},
			untilAfter: []string{"kadar", "arasında", "dek"}, fromAfter: []string{"itibaren"},
			back: []string{"döneceğ-", "dönüş-", "dönmüş", "dönmeyi", "tekrar", "yeniden", "işbaşı", "geri dön-", "ofiste olacağ-"},
			away: []string{"izin-", "ofis dışında", "tatil-", "kapalı", "yıllık izin", "ofiste olmayacağ-"}},
		{name: "ru",
			until: []string{"до", "по", "после"},
			from:  []string{"с", "со", "начиная с"},
			joins: []string{"до", "по"}, and: []string{"и"},
			back: []string{"верн-", "возвращ-", "возврат", "выйд-", "выхож-", "снова", "буду на месте", "буду в офисе", "буду доступ-", "приступлю", "не раньше"},
			away: []string{"отпуск-", "отсутств-", "не в офисе", "вне офиса", "командировк-", "недоступ-", "болею"}},
		{name: "uk",
			until: []string{"до", "по"}, from: []string{"з", "із", "від"}, joins: []string{"до", "по"},
			back: []string{"поверн-", "знову"}, away: []string{"відпуст-", "відсутн-", "поза офісом"}},
		{name: "el",
			until: []string{"έως", "έως τις", "μέχρι", "μέχρι τις", "ως"}, from: []string{"από", "από τις"}, joins: []string{"έως", "μέχρι", "έως τις"},
			back: []string{"επιστρ-", "πίσω", "ξανά"}, away: []string{"άδεια", "εκτός γραφείου", "απουσ-", "λείπω"}},
		{name: "ja",
			joins: []string{"から", "より", "~", "至"}, and: []string{"と", "及び"},
			untilAfter: []string{"まで", "迄"}, fromAfter: []string{"から", "より", "以降"},
			back: []string{"復帰", "出社", "出勤", "通常", "再開", "戻", "対応", "返信", "返答", "連絡", "回答", "返事", "業務開始", "営業開始", "営業いたし", "帰社", "帰国", "休暇明け", "休み明け"},
			away: []string{"不在", "休暇", "休み", "休業", "外出", "出張", "留守", "休職", "できません", "いたしかね", "休診", "育休"}},
		{name: "zh",
			until: []string{"至", "到", "直到"}, joins: []string{"至", "到", "~"}, and: []string{"和", "及"},
			untilAfter: []string{"止", "为止", "為止", "前", "之前", "期间", "期間"}, fromAfter: []string{"起", "开始", "開始"},
			back: []string{"返回", "返岗", "回来", "回來", "回到", "恢复", "恢復", "上班", "复工", "復工", "回公司", "归来", "返工", "回覆", "回复"},
			away: []string{"休假", "不在", "外出", "出差", "放假", "请假", "請假", "度假", "年假", "休息", "无法", "無法"}},
		{name: "ko",
			joins: []string{"부터", "~", "에서"}, and: []string{"및"},
			untilAfter: []string{"까지"}, fromAfter: []string{"부터", "이후"},
			back: []string{"복귀", "출근", "돌아", "재개", "정상", "회신", "답변", "답장"},
			away: []string{"부재", "휴가", "휴무", "출장", "외근", "쉽니다", "어렵", "휴직"}},
	}
}

// awayFillers stand between a preposition and the day.
func awayFillers() []string {
	return []string{
		"the", "and including", "including", "inclusive", "incl.", "on", "day", "date", "at least", "about", "approximately", "around", "and", "close of business", "cob", "eod", "end of business on", "the end of", "end of", "of", "at",
		"zum", "dem", "den", "der", "einschließlich", "einschl.", "inkl.", "inklusive", "einschliesslich", "voraussichtlich", "ca.", "etwa", "einschließlich den", "einschließlich dem", "am", "tag",
		"le", "la", "au", "inclus", "compris", "environ", "et y compris le", "el", "día", "dia", "incluido", "inclusive el", "il", "giorno", "compreso", "incluso", "circa", "lo", "o", "ao", "inclusivamente",
		"en met", "dag", "ongeveer", "och med", "med", "og med", "den", "d.", "dnia", "dne", "včetně", "włącznie", "dniem", "включительно", "lunes", "din", "a",
		"mon", "mo", "di", "mi", "do", "fr", "sat", "sun", "ma", "wo", "vr", "za", "zo", "lun", "mar", "mer", "jeu", "ven", "pn", "pt", // days cut short
		"um", "kl.", "kl", "klo", "à", "τις", "την",
	}
}

// awayDayNames are the names of the days, from Sunday on, and as they are
// declined. Those that are cut so short that they are other words as well are
// among [awayFillers].
func awayDayNames() [7][]string {
	return [7][]string{
		{"sunday", "sonntag", "dimanche", "domingo", "domenica", "zondag", "söndag", "søndag", "sunnuntai", "sunnuntaina", "sunnuntaihin", "niedziela", "niedzieli", "niedzielę", "neděle", "neděli", "vasárnap", "pazar", "воскресенье", "воскресенья", "日曜日", "日曜", "星期日", "星期天", "周日", "週日", "일요일"},
		{"monday", "montag", "lundi", "lunes", "lunedì", "lunedi", "maandag", "segunda-feira", "segunda", "måndag", "mandag", "maanantai", "maanantaina", "maanantaihin", "poniedziałek", "poniedziałku", "pondělí", "hétfő", "hétfőn", "pazartesi", "понедельник", "понедельника", "月曜日", "月曜", "星期一", "周一", "週一", "월요일"},
		{"tuesday", "tue", "tues", "dienstag", "mardi", "martes", "martedì", "martedi", "dinsdag", "terça-feira", "terça", "tisdag", "tirsdag", "tiistai", "tiistaina", "tiistaihin", "wtorek", "wtorku", "úterý", "kedd", "kedden", "salı", "вторник", "вторника", "火曜日", "火曜", "星期二", "周二", "週二", "화요일"},
		{"wednesday", "wed", "mittwoch", "mercredi", "miércoles", "miercoles", "mercoledì", "mercoledi", "woensdag", "quarta-feira", "quarta", "onsdag", "keskiviikko", "keskiviikkona", "środa", "środę", "środy", "středa", "středu", "středy", "szerda", "szerdán", "çarşamba", "среда", "среду", "среды", "水曜日", "水曜", "星期三", "周三", "週三", "수요일"},
		{"thursday", "thu", "thur", "thurs", "donnerstag", "jeudi", "jueves", "giovedì", "giovedi", "donderdag", "quinta-feira", "quinta", "torsdag", "torstai", "torstaina", "czwartek", "czwartku", "čtvrtek", "čtvrtku", "csütörtök", "csütörtökön", "perşembe", "четверг", "четверга", "木曜日", "木曜", "星期四", "周四", "週四", "목요일"},
		{"friday", "fri", "freitag", "vendredi", "viernes", "venerdì", "venerdi", "vrijdag", "sexta-feira", "sexta", "fredag", "perjantai", "perjantaina", "perjantaihin", "piątek", "piątku", "pátek", "pátku", "péntek", "pénteken", "cuma", "пятница", "пятницу", "пятницы", "金曜日", "金曜", "星期五", "周五", "週五", "금요일"},
		{"saturday", "samstag", "sonnabend", "samedi", "sábado", "sabado", "sabato", "zaterdag", "lördag", "lørdag", "lauantai", "lauantaina", "sobota", "sobotę", "soboty", "sobotu", "szombat", "szombaton", "cumartesi", "суббота", "субботу", "субботы", "土曜日", "土曜", "星期六", "周六", "週六", "토요일"},
	}
}

// awayTomorrow, awayToday and the weeks are days without a date.
func awayTomorrow() []string {
	return []string{"tomorrow", "morgen", "demain", "mañana", "domani", "amanhã", "imorgon", "i morgon", "i morgen", "huomenna", "huomiseen", "jutro", "jutra", "zítra", "zítřka", "holnap", "yarın", "завтра", "завтрашнего дня", "明日", "明天", "내일"}
}

func awayToday() []string {
	return []string{"today", "heute", "aujourd'hui", "hoy", "oggi", "vandaag", "hoje", "idag", "i dag", "tänään", "dzisiaj", "dziś", "dnes", "bugün", "сегодня", "本日", "今天", "今日", "오늘"}
}

func awayThisWeek() []string {
	return []string{"this week", "the week", "diese woche", "dieser woche", "der woche", "cette semaine", "de la semaine", "esta semana", "de la semana", "questa settimana", "della settimana", "deze week", "van de week", "denna vecka", "veckan", "denne uge", "ugen", "denne uken", "uken", "tällä viikolla", "tego tygodnia", "tento týden", "ezen a héten", "bu hafta", "этой недели", "今週", "今週中", "本周", "这周", "이번 주", "금주"}
}

func awayNextWeek() []string {
	return []string{"next week", "nächste woche", "nächster woche", "kommende woche", "kommender woche", "la semaine prochaine", "semaine prochaine", "próxima semana", "semana que viene", "prossima settimana", "settimana prossima", "volgende week", "nästa vecka", "næste uge", "neste uke", "ensi viikolla", "przyszłym tygodniu", "przyszłego tygodnia", "příští týden", "příštího týdne", "jövő héten", "gelecek hafta", "önümüzdeki hafta", "haftaya", "следующей неделе", "следующей недели", "来週", "下周", "下週", "다음 주", "다음주"}
}

// awayParts stand before a month or a week: its beginning, its middle, its end.
func awayParts() (beginning, middle, end []string) {
	return []string{"beginning of", "start of", "early", "early in", "anfang", "début", "au début de", "principios de", "inizio", "inizio di", "begin", "início de", "början av", "begyndelsen af", "starten av", "początku", "začátku", "начала", "начале"},
		[]string{"mid", "mid-", "middle of", "mitte", "mi-", "mediados de", "metà", "meados de", "medio", "halverwege", "mitten av", "midten af", "midten av", "połowy", "poloviny", "середины"},
		[]string{"end of", "the end of", "late", "ende", "fin", "fin de", "fin du mois de", "finales de", "fine", "fine di", "eind", "einde", "einde van", "final de", "fim de", "slutet av", "slutningen af", "slutten av", "końca", "konce", "конца", "the rest of", "rest of", "ende der", "fin de", "fine della"}
}
