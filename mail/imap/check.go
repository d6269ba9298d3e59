package imap

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Report is what [Check] found out about an account.
type Report struct {
	// Steps are what was tried, in order. The first that cannot work ends the
	// check.
	Steps []Step
	// Mails lie in the folder now. A folder never read before is taken from
	// here on, without them, unless Backfill is set.
	Mails uint32
	// Capabilities are what the server announced after the login, sorted.
	Capabilities []string
}

// Step is one thing that was tried.
type Step struct {
	Name   string // connect, folder, idle, after
	Detail string // one plain line
	Err    error  // why it cannot work; nil if it does
}

// Failed reports whether something cannot work.
func (r Report) Failed() bool {
	return slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Err != nil })
}

func (r *Report) add(name, detail string, err error) {
	if err != nil {
		detail = ""
	}
	r.Steps = append(r.Steps, Step{Name: name, Detail: detail, Err: err})
}

// Check tries whether an account can be read as it is set, and changes
// nothing: it logs in, opens the folder, and looks whether settled mails can
// be moved or marked. It takes at most a few exchanges of
// Timing.Command each.
func Check(ctx context.Context, account Account) Report {
	var report Report
	a := account.withDefaults()
	if err := a.validate(); err != nil {
		report.add("connect", "", err)
		return report
	}
	s, err := logIn(ctx, a)
	report.add("connect", fmt.Sprintf("logged in at %s", a.URL), err)
	if err != nil {
		return report
	}
	defer s.logOut()
	for c := range s.caps {
		report.Capabilities = append(report.Capabilities, string(c))
	}
	slices.Sort(report.Capabilities)
	report.folder(ctx, s)
	return report
}

// folder looks at the folder and what can be done in it.
func (r *Report) folder(ctx context.Context, s *session) {
	// Only a folder that can be written to shows which keywords last.
	err := s.openFolder(ctx, s.account.After.kind != afterKeyword)
	r.Mails = s.folder.NumMessages
	detail := fmt.Sprintf("%s holds %d mails", s.account.Folder, r.Mails)
	if !s.account.Backfill && r.Mails > 0 {
		detail += "; those there at the first connection are left alone (set backfill to take them)"
	}
	r.add("folder", detail, err)
	if err != nil {
		return
	}
	detail = "the server tells of new mails at once"
	if !s.caps.Has(imap.CapIdle) {
		detail = fmt.Sprintf("the server has no IDLE: new mails are looked for every %v", s.account.Timing.quiet(false))
	}
	r.add("idle", detail, nil)
	detail, err = s.checkAfter(ctx)
	r.add("after", detail, err)
}

// checkAfter says whether settled mails can be moved or marked.
func (s *session) checkAfter(ctx context.Context) (string, error) {
	target := s.account.After.target
	switch s.account.After.kind {
	case afterMove:
		if !s.canMove() {
			return "", errCannotMove
		}
		there, err := s.folderExists(ctx, target)
		if err != nil {
			return "", err
		}
		if !there {
			return fmt.Sprintf("settled mails go to %s, which will be made", target), nil
		}
		return fmt.Sprintf("settled mails go to %s", target), nil
	case afterKeyword:
		return fmt.Sprintf("settled mails are marked %s", target), s.keywordLasts(target)
	}
	return "settled mails stay where they are", nil
}

// keywordLasts reports an error if the server would forget a keyword at the
// end of the session (RFC 3501 §7.1, PERMANENTFLAGS).
func (s *session) keywordLasts(keyword string) error {
	for _, f := range s.folder.PermanentFlags {
		if f == imap.FlagWildcard || strings.EqualFold(string(f), keyword) {
			return nil
		}
	}
	if len(s.folder.PermanentFlags) == 0 {
		return nil // not told: then all last
	}
	return fmt.Errorf("the server keeps no new keywords, so mails cannot be marked %s; keep or move them", keyword)
}
