package mail

import (
	"slices"
	"sort"
	"strings"
	"time"

	"deskd/ticketing"
)

// header compares the decoded header fields.
func (r understood) header(f *facts) {
	w := r.want
	for _, key := range []string{"subject", "Subject"} {
		if s, ok := w.str(key); ok {
			f.check(classSubject, "subject", oneBlank(r.Subject) == oneBlank(s), s, r.Subject)
		}
	}
	for _, key := range []string{"message_id", "Message-ID"} {
		if s, ok := w.str(key); ok {
			f.check(classIDs, "message_id", strings.Trim(r.MessageID, "<>") == s, s, r.MessageID)
		}
	}
	if s, ok := w.str("date_utc"); ok {
		f.check(classIDs, "date", r.Date.UTC().Format(time.DateTime) == s, s, r.Date.UTC())
	}
	if s, ok := w.str("date"); ok {
		f.check(classIDs, "date", r.Date.Equal(parseDate(s)), s, r.Date)
	}
	r.addresses(f)
	for _, key := range []string{"from_name", "from_display_name"} {
		if s, ok := w.str(key); ok {
			f.check(classFrom, key, oneBlank(r.shown.From.Name) == oneBlank(s), s, r.shown.From.Name)
		}
	}
	if s, ok := w.str("from_email"); ok && s != "" {
		f.check(classFrom, "from_email", sameFold(plainAddresses(r.From), []string{s}), s, r.From)
	}
}

func (r understood) addresses(f *facts) {
	sender := []ticketing.Address{}
	if r.Sender != nil {
		sender = append(sender, *r.Sender)
	}
	for _, field := range []struct {
		key   string
		class class
		got   []ticketing.Address
	}{
		{"from", classFrom, r.From}, {"From", classFrom, r.From}, {"sender", classFrom, sender}, {"reply_to", classFrom, r.ReplyTo},
		{"to", classTo, r.To}, {"To", classTo, r.To}, {"cc", classCc, r.Cc},
	} {
		addresses, display := wantedAddresses(r.want[field.key])
		if len(addresses) == 0 || field.key == "sender" && r.set == "mailgun-talon" {
			continue
		}
		f.check(field.class, field.key, sameFold(plainAddresses(field.got), addresses), addresses, field.got)
		if display != "" && len(field.got) > 0 {
			named := slices.ContainsFunc(field.got, func(a ticketing.Address) bool { return oneBlank(a.Name) == oneBlank(display) })
			f.check(field.class, field.key+" name", named, display, field.got)
		}
	}
}

// wantedAddresses reads an address expectation: "Name <a@b>", a list of those,
// or objects.
func wantedAddresses(v any) (addresses []string, name string) {
	switch v := v.(type) {
	case string:
		cs := charsets{problems: &problems{}}
		for _, a := range cs.addressList(v, 100) {
			addresses = append(addresses, a.Address)
			if name == "" {
				name = a.Name
			}
		}
	case []any:
		for _, item := range v {
			more, n := wantedAddresses(item)
			addresses = append(addresses, more...)
			if name == "" {
				name = n
			}
		}
	case map[string]any:
		return wantedAddress(v)
	}
	return addresses, name
}

func wantedAddress(v wanted) (addresses []string, name string) {
	for _, key := range []string{"address", "email"} {
		if s, ok := v.str(key); ok {
			addresses = append(addresses, s)
		}
	}
	for _, key := range []string{"name", "display"} {
		if s, ok := v.str(key); ok && !strings.Contains(s, "@") {
			name = s
		}
	}
	if len(addresses) == 0 { // a group
		for _, key := range []string{"addresses", "members"} {
			more, _ := wantedAddresses(v[key])
			addresses = append(addresses, more...)
		}
	}
	return addresses, name
}

func plainAddresses(list []ticketing.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Address)
	}
	return out
}

// sameFold compares without regard to order and case.
func sameFold(got, want []string) bool {
	folded := func(list []string) string {
		list = strings.Split(strings.ToLower(strings.Join(list, "\n")), "\n")
		sort.Strings(list)
		return strings.Join(list, "\n")
	}
	return folded(got) == folded(want)
}
