package mail

// How letters look. Mail programs differ too much for anything clever:
//
//   - The styles stand in the elements, since many programs drop a style sheet.
//     What the sheet in the head adds is for single programs, and nothing that is
//     needed to read the letter.
//   - No text has a colour, and every ground is mostly transparent: whatever
//     ground a program has, dark or light, and whether or not it turns colours
//     about by itself (Gmail's applications, Outlook), its own colour of text is
//     the one that can be read there. What matters less is smaller and paler.
//   - Outlook on Windows draws with Word, which knows tables and borders of cells,
//     but no max-width, no transparent colours and no white-space: it gets a table
//     of a fixed width, grounds of its own, and hard blanks.
const (
	pageStyle      = "max-width:640px;font-size:15px;line-height:1.55;overflow-wrap:anywhere;word-break:break-word"
	proseStyle     = "margin:0 0 14px"
	markerStyle    = "margin:0 0 18px;font-size:12px;line-height:1.4;opacity:.75"
	headlineStyle  = "margin:0 0 12px;font-size:18px;line-height:1.35;font-weight:bold"
	smallStyle     = "margin:0 0 10px;font-size:13px;line-height:1.5;opacity:.8"
	signatureStyle = "margin:18px 0"
	headerStyle    = "margin:0 0 18px;font-size:13px;line-height:1.5;opacity:.8"
	imprintStyle   = "margin:12px 0 0;font-size:12px;line-height:1.5;opacity:.75"

	tableStyle   = "margin:0 0 14px;border-collapse:separate;border-spacing:0"
	factsStyle   = tableStyle + ";font-size:13px;line-height:1.45"
	labelStyle   = "padding:2px 14px 2px 0;font-weight:normal;white-space:nowrap;opacity:.75"
	valueStyle   = "padding:2px 0"
	commandStyle = "padding:4px 16px 4px 0;font-weight:bold;font-family:" + monospace + ";font-size:13px"

	lastStyle    = "margin:0"
	framedStyle  = "padding:2px 0 2px 14px;border-left:3px solid #8c8c8c"
	warningStyle = "padding:10px 14px;border-left:4px solid #d97706;background-color:rgba(217,119,6,.12)"
	alarmStyle   = "padding:10px 14px;border-left:4px solid #dc2626;background-color:rgba(220,38,38,.12)"
	cardStyle    = "padding:12px 16px;border:1px solid #8c8c8c;border-radius:8px;background-color:rgba(128,128,128,.1);font-size:13px;line-height:1.5"
	stateStyle   = "font-size:14px;font-weight:bold"
	restStyle    = "margin-top:4px"
	quoteStyle   = "margin:0 0 10px;padding:0 0 0 12px;border-left:2px solid #8c8c8c;opacity:.8"
	columnStyle  = "font-family:" + monospace + ";font-size:13px"

	monospace = "Consolas,Menlo,monospace"
)

// fonts are those that the systems come with, for Japanese those with its forms
// of the characters that Chinese has too.
func fonts(language string) (all, word string) {
	const latin = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
	if language == "ja" {
		return "-apple-system,'Hiragino Sans','Yu Gothic UI',Meiryo,'Noto Sans CJK JP'," + latin[len("-apple-system,"):], "Meiryo,sans-serif"
	}
	return latin, "'Segoe UI',Arial,sans-serif"
}

// headOf is the head of the page. The rules with data-ogsb are for outlook.com,
// which marks by it the grounds that it has turned about.
func headOf(language string) string {
	_, word := fonts(language)
	return `<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
		`<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">` +
		`<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">` + "\n<style>" +
		":root{color-scheme:light dark;supported-color-schemes:light dark}\n" +
		"[data-ogsb] .card,[data-ogsb] .warning,[data-ogsb] .alarm{background-color:#333333!important}\n" +
		"@media only screen and (max-width:480px){.label,.value{display:block!important}.label{padding-bottom:0!important}}" +
		"</style>\n<!--[if mso]><style>body,table,td,th,p,h1,a,span{font-family:" + word + "!important}" +
		".card{background:#f2f2f2}.warning{background:#fdf1e1}.alarm{background:#fce8e8}</style><![endif]-->"
}
