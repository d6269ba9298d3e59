package mail

import (
	"strings"
	"testing"
)

// Exchange asks for no receipts on what people write; that is no reason to
// leave their request unacknowledged.
func TestAutoResponseSuppress(t *testing.T) {
	for value, noAck := range map[string]bool{
		"DR, RN, NRN": false, "DR, NDR, RN, NRN": false, "None": false,
		"All": true, "DR, OOF, AutoReply": true, "oof": true,
	} {
		raw := "From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nX-Auto-Response-Suppress: " + value + "\r\n\r\nHello.\r\n"
		m, err := Parse(strings.NewReader(raw), DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if m.NoAck != noAck {
			t.Errorf("%s: no acknowledgement is %v", value, m.NoAck)
		}
	}
}
