package charset

// OfCodePage gives the label of a code page of Windows; one that is not known
// is the Western one.
func OfCodePage(page uint32) string {
	switch page {
	case 932:
		return "shift_jis"
	case 936:
		return "gb18030"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 10000:
		return "macintosh"
	case 20127, 1252, 850, 437, 0:
		return "windows-1252"
	case 20866:
		return "koi8-r"
	case 21866:
		return "koi8-u"
	case 50220, 50221, 50222:
		return "iso-2022-jp"
	case 51932, 20932:
		return "euc-jp"
	case 51949:
		return "euc-kr"
	case 54936, 52936:
		return "gb18030"
	case 65000:
		return "us-ascii"
	case 65001:
		return "utf-8"
	case 866:
		return "ibm866"
	case 874:
		return "windows-874"
	}
	switch {
	case page >= 1250 && page <= 1258:
		return "windows-125" + string(rune('0'+page-1250))
	case page >= 28591 && page <= 28599:
		return "iso-8859-" + string(rune('0'+page-28590))
	case page == 28603:
		return "iso-8859-13"
	case page == 28605:
		return "iso-8859-15"
	}
	return "windows-1252"
}
