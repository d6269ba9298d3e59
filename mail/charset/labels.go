package charset

import "strings"

// Normal cleans a charset label: quotes, blanks, a doubled "charset=",
// "//IGNORE" behind it, names that no registry knows.
func Normal(label string) string {
	label = strings.ToLower(strings.Trim(label, " \t\"'`<>;,"))
	label = strings.TrimPrefix(label, "charset=")
	label = strings.Trim(label, " \t\"'`")
	label, _, _ = strings.Cut(label, "//ignore")
	label, _, _ = strings.Cut(label, "//translit")
	if i := strings.IndexAny(label, ";,\"'("); i > 0 {
		label = label[:i]
	}
	words := strings.Fields(label)
	if len(words) > 1 { // "utf 8", "iso 8859-1"
		if joined := strings.Join(words[:2], "-"); aliasOf(joined) != joined || strings.HasPrefix(joined, "iso-") || strings.HasPrefix(joined, "utf-") {
			return aliasOf(joined)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return aliasOf(words[0])
}

// aliasOf names the charset of a label that is found in mails and means another
// than the registries say, or that they do not know. Where a charset is
// always written with the letters of a larger one, the larger one is meant.
func aliasOf(label string) string {
	switch label {
	case "cp932", "ms932", "x-ms-cp932", "windows-31j", "windows-932", "shift-jis", "shiftjis", "sjis", "x-sjis", "sjis-win", "ms_kanji",
		"shift_jisx0213", "shift_jis-2004", "shift_jis-ms", "x-shift-jis", "ibm943", "cp943":
		return "shift_jis"
	case "ms-cp50220", "cp50220", "cp50221", "cp50222", "x-windows-50220", "x-windows-50221", "x-windows-iso2022jp", "windows-50220", "windows-50221",
		"iso-2022-jp-ms", "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ext", "iso2022jp", "iso-2022jp",
		"iso2022-jp", "iso_2022-jp", "iso_2022_jp", "csiso2022jp", "csiso2022jp2", "jis", "jis_encoding", "jis7":
		return "iso-2022-jp"
	case "euc_jp", "eucjp", "eucjp-ms", "eucjp-win", "cp51932", "x-eucjp", "x-euc-jp", "ujis", "euc-jisx0213", "euc-jis-2004", "eucjis", "euc":
		return "euc-jp"
	case "cp936", "windows-936", "x-gbk", "gb2312", "gbk", "ms936", "gb_2312-80", "gb_2312", "gb-2312", "gb2312-80", "euc-cn", "euccn", "x-euc-cn",
		"chinese", "csgb2312", "csiso58gb231280", "gb18030-2000", "gb", "x-gb", "x-gb2312", "cn-gb", "gb2312_charset":
		return "gb18030"
	case "hz", "hz-gb", "hzgb2312", "hz-gb2312":
		return "hz-gb-2312"
	case "cp950", "windows-950", "x-big5", "big5-eten", "big5-hkscs", "big5hkscs", "big5_hkscs", "big-5", "cn-big5", "zh-big5", "big5-2003", "x-windows-950":
		return "big5"
	case "cp949", "ms949", "windows-949", "x-windows-949", "uhc", "ks_c_5601", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601", "ks-c-5601",
		"ks-c-5601-1987", "ks_c-5601-1987", "ksc5601-1987", "euc_kr", "euckr", "x-euc-kr", "korean", "cp51949", "5601":
		return "euc-kr"
	case "csiso2022kr", "iso2022kr", "iso-2022kr", "iso2022-kr":
		return "iso-2022-kr"
	case "iso2022cn", "iso-2022-cn-ext", "iso2022-cn":
		return "iso-2022-cn"
	}
	return westernAlias(label)
}

func westernAlias(label string) string {
	switch label {
	case "iso-8859-1", "iso_8859-1", "iso8859-1", "iso88591", "iso-88591", "iso8859_1", "8859-1", "iso_8859_1", "iso-8859_1", "iso_8859-1:1987", "iso-8859-1:1987", "ansi",
		"x-ansi", "cp1252", "cp-1252", "latin1", "latin-1", "l1", "iso-latin-1", "windows1252", "win-1252", "x-cp1252", "ms-ansi", "western", "x-western",
		"iso-8859", "iso8859", "x-user-defined", "ibm819", "cp819":
		return "windows-1252"
	case "cp1250", "cp-1250", "win-1250", "windows1250", "x-cp1250":
		return "windows-1250"
	case "cp1251", "cp-1251", "win-1251", "win1251", "windows1251", "x-cp1251", "ansi-1251", "cp1251cyrillic":
		return "windows-1251"
	case "cp1253", "windows1253", "x-cp1253":
		return "windows-1253"
	case "cp1254", "windows1254", "x-cp1254", "iso-8859-9", "iso8859-9", "iso88599", "latin5":
		return "windows-1254"
	case "cp1255", "windows1255", "x-cp1255":
		return "windows-1255"
	case "cp1256", "windows1256", "x-cp1256":
		return "windows-1256"
	case "cp1257", "windows1257", "x-cp1257":
		return "windows-1257"
	case "cp1258", "windows1258", "x-cp1258":
		return "windows-1258"
	case "cp874", "ms874", "x-windows-874", "tis-620", "tis620", "tis620.2533", "iso-8859-11", "dos-874":
		return "windows-874"
	case "iso-8859-8-i", "iso-8859-8-e", "iso-8859-8i", "logical", "visual":
		return "iso-8859-8"
	case "iso8859-2", "iso88592", "latin-2", "latin2":
		return "iso-8859-2"
	case "iso8859-5", "iso88595":
		return "iso-8859-5"
	case "iso8859-7", "iso88597":
		return "iso-8859-7"
	case "iso8859-15", "iso885915", "latin9", "latin-9":
		return "iso-8859-15"
	case "koi8r", "koi8", "koi", "koi-8", "koi8-ru", "koi8u", "koi-8-r", "cskoi8r": // KOI8-U has all letters of KOI8-R
		return "koi8-u"
	case "cp866", "dos-866", "ibm-866", "866":
		return "ibm866"
	case "utf8", "utf_8", "utf-8mb4", "utf8mb4", "utf-8n", "unicode-1-1-utf-8", "cp65001", "windows-65001", "x-utf-8", "x-utf8", "utf-8-sig":
		return "utf-8"
	case "ucs-2", "ucs2", "iso-10646-ucs-2", "unicode", "utf16", "csunicode", "unicodefffe":
		return "utf-16"
	case "ucs-4", "ucs4", "iso-10646-ucs-4", "utf32":
		return "utf-32"
	case "mac", "macroman", "mac-roman", "x-mac-roman", "applemac":
		return "macintosh"
	}
	return label
}
