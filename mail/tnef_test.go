package mail

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"deskd/mail/tnef"
	"deskd/ticketing"
)

// What the streams of these tests are made of ([MS-OXTNEF] §2.1.3.2,
// [MS-OXCDATA] §2.11.1).
const (
	attSubject        = 0x8004
	attMessageClass   = 0x8008
	attBody           = 0x800c
	attAttachData     = 0x800f
	attAttachTitle    = 0x8010
	attAttachRenddata = 0x9002
	attMsgProps       = 0x9003
	attAttachment     = 0x9005
	attOemCodepage    = 0x9007
	typeObject        = 0x000d
	typeString8       = 0x001e
	typeUnicode       = 0x001f
	typeBinary        = 0x0102
)

// tnefStream writes a stream of attributes.
func tnefStream(attributes ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x223e9f78)
	return append(append(b, 1, 0), bytes.Join(attributes, nil)...)
}

func tnefAttribute(level byte, id uint16, data []byte) []byte {
	b := append([]byte{level}, byte(id), byte(id>>8), 0, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	return binary.LittleEndian.AppendUint16(append(b, data...), sum)
}

// prop writes a property of variable size.
func prop(kind, id uint16, data []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	return append(b, make([]byte, -len(data)&3)...)
}

func wide(s string) []byte {
	var b []byte
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func props(list ...[]byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(list))), bytes.Join(list, nil)...)
}

// compressed wraps RTF in the form without compression.
func compressed(rtf string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(rtf)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(rtf)))
	return append(append(b, "MELA\x00\x00\x00\x00"...), rtf...)
}

func tnefFileAttributes(name string, data []byte, more ...[]byte) []byte {
	return bytes.Join([][]byte{
		tnefAttribute(2, attAttachRenddata, make([]byte, 14)),
		tnefAttribute(2, attAttachTitle, []byte("SHORT~1.TXT\x00")),
		tnefAttribute(2, attAttachData, data),
		tnefAttribute(2, attAttachment, props(append(more, prop(typeUnicode, 0x3707, wide(name)))...)),
	}, nil)
}

func winmail(stream []byte, text string) string {
	encoded := base64.StdEncoding.EncodeToString(stream)
	var lines strings.Builder
	for len(encoded) > 76 {
		lines.WriteString(encoded[:76] + "\n")
		encoded = encoded[76:]
	}
	lines.WriteString(encoded + "\n")
	return "From: a@example.com\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n--b\n" +
		"Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n\n" + lines.String() + "--b--\n"
}

func names(m ticketing.Message) string {
	var all []string
	for _, a := range m.Attachments {
		all = append(all, a.Part+" "+a.Name+" "+a.Type)
	}
	return strings.Join(all, ", ")
}

func openString(t testing.TB, raw, spec string) string {
	t.Helper()
	r, _, err := OpenPart(strings.NewReader(raw), spec)
	if err != nil {
		t.Fatalf("part %s: %v", spec, err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTNEFFiles(t *testing.T) {
	inner := tnefStream(
		tnefAttribute(1, attMsgProps, props(prop(typeUnicode, 0x0037, wide("Angebot: 2/3")), prop(typeUnicode, 0x1000, wide("Innen.\r\n")))),
		tnefFileAttributes("b.pdf", []byte("%PDF")))
	iid := []byte("\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")
	stream := tnefStream(
		tnefAttribute(1, attOemCodepage, []byte{0xa4, 3, 0, 0, 0, 0, 0, 0}),
		tnefFileAttributes("請求書.pdf", []byte("one"), prop(typeString8, 0x3712, []byte("x@y\x00"))),
		tnefAttribute(2, attAttachRenddata, make([]byte, 14)),
		tnefAttribute(2, attAttachment, props(prop(typeObject, 0x3701, append(iid, inner...)))),
		tnefAttribute(2, attAttachRenddata, make([]byte, 14)),
		tnefAttribute(2, attAttachTitle, []byte("\x95\xf1\x8d\x90.doc\x00")),
		tnefAttribute(2, attAttachData, []byte("three")))
	raw := winmail(stream, "Hello.")
	m := parseString(t, raw)
	const want = "2/1 請求書.pdf application/pdf, 2/2 Angebot_ 2_3.eml message/rfc822, 2/2/1 b.pdf application/pdf, 2/3 報告.doc application/msword"
	if got := names(m); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(m.Problems) > 0 || strings.TrimSpace(m.Text) != "Hello." || m.Attachments[0].ContentID != "x@y" {
		t.Errorf("problems %v, text %q, %+v", m.Problems, m.Text, m.Attachments[0])
	}
	for spec, want := range map[string]string{"2/1": "one", "2/2/1": "%PDF", "2/3": "three"} {
		if got := openString(t, raw, spec); got != want {
			t.Errorf("part %s: %q, wanted %q", spec, got, want)
		}
	}
	if got := openString(t, raw, "2/2"); !strings.Contains(got, "Subject: Angebot: 2/3\r\n") || !strings.HasSuffix(got, "\r\n\r\nInnen.\r\n") {
		t.Errorf("the enclosed mail: %q", got)
	}
	if _, _, err := OpenPart(strings.NewReader(raw), "2/9"); err == nil {
		t.Error("part 2/9 found")
	}
	checkInvariants(t, []byte(raw), m)
}

// Damage keeps the winmail.dat beside what could be read, and says so.
func TestTNEFDamage(t *testing.T) {
	whole := tnefStream(tnefFileAttributes("a.txt", []byte("0123456789")), tnefFileAttributes("b.txt", bytes.Repeat([]byte("x"), 5000)))
	huge := tnefAttribute(2, attAttachData, nil)
	binary.LittleEndian.PutUint32(huge[5:], 0xffffffff)
	for name, c := range map[string]struct {
		stream []byte
		names  string
		whole  bool
	}{
		"cut in a file":  {whole[:len(whole)-3000], "a.txt SHORT~1.TXT winmail.dat", false},
		"cut in a head":  {append(tnefStream(tnefFileAttributes("a.txt", []byte("0"))), 2, 0x0f), "a.txt winmail.dat", false},
		"garbage behind": {append(bytes.Clone(whole), "garbage"...), "a.txt b.txt winmail.dat", false},
		"padding behind": {append(bytes.Clone(whole), "\r\n\x00\x00"...), "a.txt b.txt", true},
		"claims 4 GiB":   {tnefStream(huge), "attachment.bin winmail.dat", false},
		"an enclosed message claims more": {tnefStream(tnefAttribute(2, attAttachRenddata, nil), tnefAttribute(2, attAttachment, props(prop(typeObject, 0x3701,
			append([]byte("\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"), tnefStream(tnefAttribute(1, attSubject, []byte("inner\x00")), huge)...)))),
			tnefFileAttributes("a.txt", []byte("x"))), "inner.eml attachment.bin a.txt winmail.dat", false},
		"claims many values": {tnefStream(tnefAttribute(1, attMsgProps, []byte{0xff, 0xff, 0xff, 0xff, 0x1f, 0x10, 1, 0, 0xff, 0xff, 0xff, 0x7f})), "winmail.dat", false},
		"no TNEF":            {[]byte("%PDF-1.4 ..."), "winmail.dat", false},
		"empty":              {nil, "winmail.dat", false},
	} {
		raw := winmail(c.stream, "Hello.")
		m := parseString(t, raw)
		var got []string
		for _, a := range m.Attachments {
			got = append(got, a.Name)
		}
		if strings.Join(got, " ") != c.names || (len(m.Problems) == 0) != c.whole {
			t.Errorf("%s: %q, problems %v", name, got, m.Problems)
		}
		checkInvariants(t, []byte(raw), m)
	}
}

// The text of a winmail.dat is that of a mail without any.
func TestTNEFBody(t *testing.T) {
	page := tnefAttribute(1, attOemCodepage, []byte{0xe3, 4, 0, 0, 0, 0, 0, 0}) // 1251
	for name, c := range map[string]struct{ body, want string }{
		"plain":   {string(tnefAttribute(1, attBody, []byte("\xcf\xf0\xe8\xe2\xe5\xf2\r\n\x00"))), "Привет"},
		"unicode": {string(tnefAttribute(1, attMsgProps, props(prop(typeUnicode, 0x1000, wide("Grüße"))))), "Grüße"},
		"html":    {string(tnefAttribute(1, attMsgProps, props(prop(typeBinary, 0x1013, []byte("<p>A <b>B</b>"))))), "A B"},
		"rtf":     {string(tnefAttribute(1, attMsgProps, props(prop(typeBinary, 0x1009, compressed(`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\f0 \'cf\'f0\par{\*\junk no}\u8364?2}`))))), "Пр\n€2"},
		"encapsulated": {string(tnefAttribute(1, attMsgProps, props(prop(typeBinary, 0x1009,
			compressed(`{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\b no\htmlrtf0 Hi \htmlrtf }\par\htmlrtf0{\*\htmltag72 </p>}}`))))), "Hi"},
	} {
		m := parseString(t, winmail(tnefStream(page, []byte(c.body)), ""))
		if got := strings.TrimSpace(m.Text); got != c.want {
			t.Errorf("%s: %q, wanted %q", name, got, c.want)
		}
		if m := parseString(t, winmail(tnefStream(page, []byte(c.body)), "Own text.")); strings.TrimSpace(m.Text) != "Own text." {
			t.Errorf("%s: beside a text: %q", name, m.Text)
		}
	}
}

// An answer to an invitation that Outlook writes without text/calendar.
func TestTNEFMeeting(t *testing.T) {
	m := parseString(t, winmail(tnefStream(tnefAttribute(1, attMessageClass, []byte("IPM.Schedule.Meeting.Resp.Pos\x00"))), "Yes."))
	if m.Kind != ticketing.CalendarReply {
		t.Errorf("kind %s", m.Kind)
	}
	m = parseString(t, winmail(tnefStream(tnefAttribute(1, attMessageClass, []byte("REPORT.IPM.Note.IPNRN\x00"))), ""))
	if m.Kind != ticketing.Receipt {
		t.Errorf("kind %s", m.Kind)
	}
}

// An agent's winmail.dat may quote what must not go out.
func TestTNEFEnclosed(t *testing.T) {
	m := parseString(t, winmail(tnefStream(tnefAttribute(1, attBody, []byte("secret\x00"))), "Yes."))
	if len(m.Enclosed) != 1 || m.Enclosed[0].Text != "secret" || m.Enclosed[0].Part != "2" {
		t.Errorf("%+v", m.Enclosed)
	}
	m = parseString(t, winmail(tnefStream(tnefFileAttributes("a.txt", []byte("secret"))), "Yes."))
	if len(m.Enclosed) != 1 || m.Enclosed[0].Text != "secret" || m.Enclosed[0].Part != "2/1" {
		t.Errorf("%+v", m.Enclosed)
	}
}

// A thousand claims of files and deep messages cost no time and stay within
// the limits.
func TestHostileTNEF(t *testing.T) {
	files := bytes.Repeat(tnefFileAttributes("a.txt", []byte("x")), 3000)
	deep := tnefStream()
	iid := []byte("\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")
	for range 50 {
		deep = tnefStream(tnefAttribute(2, attAttachment, props(prop(typeObject, 0x3701, append(bytes.Clone(iid), deep...)))))
	}
	for name, c := range map[string]struct {
		stream []byte
		most   int
	}{"files": {tnefStream(files), tnef.MaxFiles + 1}, "deep": {deep, tnef.MaxDepth + 2}} {
		begin := time.Now()
		m := parseString(t, winmail(c.stream, "x"))
		if took := time.Since(begin); took > 5*time.Second || len(m.Attachments) > c.most {
			t.Errorf("%s: %v, %d files", name, took, len(m.Attachments))
		}
	}
}

// FuzzTNEF: no stream crashes the reader, and all it names lies in the stream.
func FuzzTNEF(f *testing.F) {
	f.Add(tnefStream(tnefFileAttributes("a.txt", []byte("x")), tnefAttribute(1, attBody, []byte("text"))))
	f.Add(tnefStream(tnefAttribute(1, attMsgProps, props(prop(typeBinary, 0x1009, compressed(`{\rtf1\fromhtml1{\*\htmltag <p>}\'93\u8364?x}`))))))
	f.Fuzz(func(t *testing.T, stream []byte) {
		m, err := tnef.Read(bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []tnef.Extent{m.Text, m.HTML, m.RTF} {
			if e.Start < 0 || e.Start+e.Size > int64(len(stream)) {
				t.Fatalf("%+v of %d bytes", e, len(stream))
			}
		}
		raw := winmail(stream, "")
		parsed := parseString(t, raw)
		if limits := DefaultLimits(); len(parsed.Attachments) > tnef.MaxFiles+1 || len(parsed.Text) > 2*limits.Text {
			t.Errorf("%d files, %d bytes of text", len(parsed.Attachments), len(parsed.Text))
		}
		checkInvariants(t, []byte(raw), parsed)
	})
}
