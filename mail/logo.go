package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"image"
	_ "image/gif" // the formats that every mail program shows
	_ "image/jpeg"
	_ "image/png"
	"strconv"

	"deskd/ticketing"
)

// A logo goes with every letter to a customer, so it must be small: MaxLogo
// bytes. Nobody sees more of it than logoWidth by logoHeight; MaxLogoSide bounds
// its sides in pixels.
const (
	MaxLogo     = 32 << 10
	MaxLogoSide = 1200
	logoWidth   = 220
	logoHeight  = 56
)

// Logo is the desk's picture. It is a part of the letter and no address on a
// server: mail programs show it without asking, and nobody learns who reads.
type Logo struct {
	data          []byte
	format        string // png, jpeg, gif
	width, height int    // as shown
	id            string
}

// newLogo checks a picture.
func newLogo(data []byte) (*Logo, error) {
	if len(data) > MaxLogo {
		return nil, fmt.Errorf("has %d bytes; %d are allowed, since it goes with every letter to a customer", len(data), MaxLogo)
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("is no picture in PNG, JPEG or GIF, which are what every mail program shows")
	}
	if c.Width < 1 || c.Height < 1 || c.Width > MaxLogoSide || c.Height > MaxLogoSide {
		return nil, fmt.Errorf("has %d by %d pixels; at most %d each way are allowed", c.Width, c.Height, MaxLogoSide)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("is a damaged picture: %w", err)
	}
	scale := min(1, float64(logoWidth)/float64(c.Width), float64(logoHeight)/float64(c.Height))
	sum := sha256.Sum256(data)
	return &Logo{
		data: data, format: format, id: "logo-" + hex.EncodeToString(sum[:8]) + "@deskd",
		width: max(1, int(float64(c.Width)*scale)), height: max(1, int(float64(c.Height)*scale)),
	}, nil
}

func (l *Logo) html(desk string) string {
	return `<p style="` + proseStyle + `"><img src="cid:` + l.id + `" width="` + strconv.Itoa(l.width) + `" height="` + strconv.Itoa(l.height) +
		`" alt="` + html.EscapeString(desk) + `" style="display:block;border:0"></p>` + "\n"
}

// write writes it as a part (RFC 2392 for the id that the HTML names).
func (l *Logo) write(b *bytes.Buffer) {
	extension := l.format
	if extension == "jpeg" {
		extension = "jpg"
	}
	b.WriteString("Content-Type: image/" + l.format + "\r\nContent-ID: <" + l.id + ">\r\n" +
		"Content-Disposition: inline; filename=\"logo." + extension + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	writeBase64(b, l.data)
}

// withoutLogos leaves out the desk's own logo, which comes back in the quotes of
// answers: nobody should get it as a file. Mail programs change its name and id,
// but not its bytes.
func (k look) withoutLogos(files []ticketing.Attachment) []ticketing.Attachment {
	var kept []ticketing.Attachment
	for _, f := range files {
		own := false
		for _, by := range k {
			own = own || by.logo != nil && f.Inline && f.Size == int64(len(by.logo.data)) && f.Type == "image/"+by.logo.format
		}
		if !own {
			kept = append(kept, f)
		}
	}
	return kept
}
