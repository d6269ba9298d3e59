package mail

// zoneMinutes gives the distance to UTC of a named zone. Names that several
// countries use mean what RFC 5322 §4.3 says, else what most mail means.
func zoneMinutes(name string) (int, bool) {
	switch name {
	case "GMT", "UTC", "UT", "Z", "WET":
		return 0, true
	case "CET", "MEZ", "MET", "BST", "WEST", "WAT":
		return 60, true
	case "CEST", "MESZ", "MEST", "EET", "SAST", "CAT":
		return 120, true
	case "EEST", "MSK", "EAT", "TRT":
		return 180, true
	case "MSD", "GST":
		return 240, true
	case "PKT":
		return 300, true
	case "IST":
		return 330, true
	case "ICT", "WIB":
		return 420, true
	case "HKT", "SGT", "PHT", "AWST":
		return 480, true
	case "JST", "KST":
		return 540, true
	case "ACST":
		return 570, true
	case "AEST":
		return 600, true
	case "ACDT":
		return 630, true
	case "AEDT":
		return 660, true
	case "NZST":
		return 720, true
	case "NZDT":
		return 780, true
	}
	return americanZone(name)
}

func americanZone(name string) (int, bool) {
	switch name {
	case "NDT":
		return -150, true
	case "ADT", "BRT", "ART":
		return -180, true
	case "NST":
		return -210, true
	case "EDT", "AST":
		return -240, true
	case "EST", "CDT":
		return -300, true
	case "CST", "MDT":
		return -360, true
	case "MST", "PDT":
		return -420, true
	case "PST", "AKDT":
		return -480, true
	case "AKST":
		return -540, true
	case "HST":
		return -600, true
	}
	return 0, false
}
