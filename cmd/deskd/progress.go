package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// linesEvery is after how many mails a plain line says how far the work is.
const linesEvery = 1000

// progress shows how far long work is: a bar on a terminal, plain lines
// elsewhere. A nil progress shows nothing.
type progress struct {
	w    io.Writer
	bar  *progressbar.ProgressBar // nil without a terminal
	next int                      // mails at which the next line is due
}

// newProgress begins to show work on a number of bytes.
func newProgress(w io.Writer, bytes int64) *progress {
	p := &progress{w: w, next: linesEvery}
	if isTerminal(w) {
		p.bar = progressbar.NewOptions64(bytes,
			progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("mails"),
			progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	return p
}

// add says that so many more bytes are done, and so many mails in all.
func (p *progress) add(bytes int64, mails int) {
	switch {
	case p == nil:
	case p.bar != nil:
		p.bar.Describe(fmt.Sprintf("%d mails", mails))
		_ = p.bar.Add64(bytes) // a terminal that is gone ends nothing
	case mails >= p.next:
		fmt.Fprintf(p.w, "%d mails are stored\n", mails)
		p.next = mails - mails%linesEvery + linesEvery
	}
}

// end takes the bar away. It may be called twice.
func (p *progress) end() {
	if p != nil && p.bar != nil {
		_ = p.bar.Finish()
		_ = p.bar.Clear()
		p.bar = nil
	}
}

// isTerminal says whether a stream goes to a person.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
