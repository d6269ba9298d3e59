package portal

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"deskd/ticketing"
)

// fileTimeout is how long a download may take.
const fileTimeout = 30 * time.Minute

// sendFile serves a file of a request, decoded on the fly. No browser shows it as
// a page of ours: it is always saved, and whatever opens it here may do nothing.
func (p *portal) sendFile(w http.ResponseWriter, r *http.Request, who ticketing.Person) error {
	ticketID, err1 := strconv.ParseInt(r.PathValue("id"), 10, 64)
	entryID, err2 := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	n, err3 := strconv.Atoi(r.PathValue("n"))
	if errors.Join(err1, err2, err3) != nil {
		return errNoRequest
	}
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	a, raw, err := desk.FileOf(r.Context(), ticketing.Viewer{PersonID: who.ID}, ticketID, entryID, n)
	if errors.Is(err, ticketing.ErrNotFound) || err == nil && p.OpenFile == nil {
		return errNoRequest
	}
	if err != nil {
		return err
	}
	file, err := p.OpenFile(r.Context(), raw, a.Part)
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", fileType(a.Type))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(a.Name)}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fileTimeout)) // where it is not known, the server's holds
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(w, file); err != nil {
		if r.Context().Err() == nil {
			p.Log.Warn("a file could not be sent whole", "page", r.Pattern, "error", err)
		}
		panic(http.ErrAbortHandler) // so that half of it does not look like all of it
	}
	return nil
}

// fileType is a type that does nothing in a browser, or none in particular.
func fileType(t string) string {
	if slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/zip", "text/csv"}, t) {
		return t
	}
	return "application/octet-stream"
}

// fileName is a name under which a file can be saved anywhere, and that reads as
// it is: without control and direction characters and parts of a path.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:100], "") + strings.ToValidUTF8(name[len(name)-100:], "")
	}
	if name == "" {
		return "file"
	}
	return name
}
