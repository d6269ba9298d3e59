package mail

import "strings"

// headerBlockAt finds the From:, Sent:, To: and Subject: lines that Outlook and
// others put above the quoted mail, with the ruler above them.
func headerBlockAt(lines []bodyLine, i int) (intro, bool) {
	if i >= len(lines) || headerOf(lines[i]) == headerNone {
		return intro{}, false
	}
	seen := map[headerKind]bool{}
	addressed, fromDay := false, false
	end := i
	folded := 0
	for j := i; j < len(lines) && j < i+blockLines; j++ {
		if lines[j].blank {
			if next := nextFull(lines, j); next == len(lines) || headerOf(lines[next]) == headerNone || next > j+2 {
				break
			}
			continue
		}
		kind := headerOf(lines[j])
		if kind == headerNone {
			if folded++; folded > blockLines/2 || lines[j].quoted {
				break
			}
			continue
		}
		if kind != headerCc && kind != headerOther && seen[kind] {
			break
		}
		seen[kind] = true
		addressed = addressed || (kind == headerFrom || kind == headerTo) && addressLike.MatchString(lines[j].plain)
		fromDay = fromDay || kind == headerFrom && isDay(lines[j].plain)
		end = j + 1
	}
	// Three fields may be a traveller's "From: … To: … Date: …", or those of who
	// asks for holidays. A subject or an address, and no day as the sender, tell a
	// mail from that.
	full := seen[headerFrom] && (seen[headerSubject] && (seen[headerDate] || seen[headerTo] && !fromDay) ||
		seen[headerDate] && seen[headerTo] && addressed)
	if !full {
		return intro{}, false
	}
	return intro{from: rulerAbove(lines, i), to: end, header: true}, true
}

// isDay reports whether the value of a field begins with a digit or a weekday.
func isDay(field string) bool {
	_, value, _ := strings.Cut(field, ":")
	value = strings.ToLower(strings.TrimFunc(value, isSpaceOrEmphasis))
	return value != "" && openerOf(value, weekdays) != openerNone
}

// headerOf says which header field the label at the start of a line names.
func headerOf(l bodyLine) headerKind {
	colon := strings.IndexByte(l.lower, ':')
	if strings.HasPrefix(l.lower, "|") { // NetEase: "| From | A |"
		if cells := strings.SplitN(l.lower, "|", 4); len(cells) == 4 {
			return headerKinds[strings.TrimFunc(cells[1], isSpaceOrEmphasis)]
		}
	}
	if colon <= 0 || colon > 60 {
		return headerNone
	}
	if strings.HasPrefix(l.plain, "Message du ") && isDated(l.plain) { // Orange has no colon here
		return headerDate
	}
	return headerKinds[strings.TrimFunc(l.lower[:colon], isSpaceOrEmphasis)]
}

// headerKinds is headerLabels by label; read only.
var headerKinds = kindsByLabel()

func kindsByLabel() map[string]headerKind {
	kinds := map[string]headerKind{}
	for kind, labels := range headerLabels {
		for _, label := range labels {
			kinds[label] = kind
		}
	}
	return kinds
}
