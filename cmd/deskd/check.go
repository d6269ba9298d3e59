package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"deskd/config"
	"deskd/mail/imap"
	"deskd/mail/smtp"
	"deskd/storage"
	"deskd/ticketing"
)

// checkTimeout bounds what one server may take to answer in a check.
const checkTimeout = 30 * time.Second

type checkCmd struct {
	asJSON
	Probe bool          `help:"Also send a few mails from each mailbox to itself, to find out what the provider does with them."`
	Wait  time.Duration `default:"2m" help:"How long to wait for them to arrive (${default})."`
}

func (checkCmd) Help() string {
	return `Tries each part as serve would use it, and prints a line for each: ok, warn or fail, with what to do. No mail is fetched or sent. Exit status 1 means that something fails.

With --probe it sends a few mails from each mailbox to itself, with forged fields and unusual senders in them, and says what to set by the way they arrive: authserv_id, trusted_hops, reply_domain, smtp.verp and others. It deletes nothing; a running desk passes over these mails.

Examples:

  deskd check
  deskd check --probe --wait 5m`
}

// The grades of a finding.
const (
	gradeOK   = "ok"
	gradeWarn = "warn"
	gradeFail = "fail"
)

// finding is one line of a check.
type finding struct {
	Grade  string `json:"grade"`
	Part   string `json:"part"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"` // "" when there is nothing to do
}

// findings prints what is found as it is found, or all at the end as JSON.
type findings struct {
	p      *program
	json   bool
	all    []finding
	failed bool
	// ended: somebody has had enough; what fails from then on, fails of that.
	ended func() bool
}

func (f *findings) add(grade, part, detail, remedy string) {
	if f.ended() {
		return
	}
	x := finding{grade, part, oneLine(detail), oneLine(remedy)}
	f.all = append(f.all, x)
	f.failed = f.failed || grade == gradeFail
	if f.json {
		return
	}
	if x.Remedy != "" {
		x.Detail += "; " + x.Remedy
	}
	fmt.Fprintf(f.p.out, "%-4s  %-10s  %s\n", x.Grade, x.Part, x.Detail)
}

func (c checkCmd) Run(ctx context.Context, p *program) error {
	if c.Wait < minProbeWait || c.Wait > maxProbeWait {
		return usage(fmt.Errorf("--wait: %s is not between %s and %s", c.Wait, minProbeWait, maxProbeWait))
	}
	f := &findings{p: p, json: c.JSON, all: []finding{}, ended: func() bool { return ctx.Err() != nil }}
	f.look(ctx, c)
	if c.JSON {
		if err := printJSON(p.out, f.all); err != nil {
			return err
		}
	}
	switch {
	case f.ended():
		return errors.New("interrupted; not everything was tried")
	case f.failed:
		return silent(exitFailed)
	}
	return nil
}

func (f *findings) look(ctx context.Context, cmd checkCmd) {
	c, err := config.Load(f.p.config)
	var faults config.Faults
	switch {
	case errors.As(err, &faults):
		for _, fault := range faults {
			remedy := fault.Remedy
			fault.Remedy = ""
			f.add(gradeFail, "config", fault.Error(), remedy)
		}
		return
	case err != nil:
		f.add(gradeFail, "config", err.Error(), "")
		return
	}
	f.add(gradeOK, "config", f.p.config, "")
	f.portal(c)
	f.files(c)
	f.macros(c)
	f.templates(c)
	h := f.database(ctx, c)
	defer func() {
		if h.store != nil {
			h.close()
		}
	}()
	for i := range c.Mailbox {
		f.mailbox(ctx, h, i)
	}
	f.relays(ctx, h)
	f.domains(ctx, h)
	if cmd.Probe {
		f.probe(ctx, h, cmd.Wait)
	}
}

// database opens the database. Without it the house knows the configuration
// only.
func (f *findings) database(ctx context.Context, c *config.Config) *house {
	h, err := open(ctx, c)
	if err != nil {
		f.add(gradeFail, "database", err.Error(), databaseRemedy(err))
		return &house{config: c, settings: settings(c)}
	}
	counts, err := h.store.Counts(ctx)
	if err != nil {
		f.add(gradeFail, "database", err.Error(), databaseRemedy(err))
		return h
	}
	if err := h.store.TryWrite(ctx); err != nil {
		f.add(gradeFail, "database", err.Error(), databaseRemedy(err))
		return h
	}
	f.add(gradeOK, "database", fmt.Sprintf("open, takes what is written; %d mails to decide about, %d to send, %d held for review",
		counts.Spooled, counts.Outbox, counts.Held), "")
	if counts.OutboxFailed > 0 {
		f.add(gradeWarn, "outbox", fmt.Sprintf("%d mails could not be delivered", counts.OutboxFailed), "see deskd outbox list --failed")
	}
	f.pauses(ctx, h)
	agents, err := h.store.Agents(ctx)
	switch {
	case err != nil:
		f.add(gradeFail, "agents", err.Error(), databaseRemedy(err))
	case len(agents) == 0:
		f.add(gradeWarn, "agents", "there are none, so nobody is told of mails", "run deskd agent add ADDRESS --name NAME")
	default:
		f.add(gradeOK, "agents", fmt.Sprintf("%d", len(agents)), "")
	}
	return h
}

// pauses says whose mail waits. A login that succeeds ends no pause: the
// relay may have refused something else, and a check changes nothing.
func (f *findings) pauses(ctx context.Context, h *house) {
	pauses, err := h.store.Pauses(ctx)
	if err != nil {
		f.add(gradeFail, "outbox", err.Error(), databaseRemedy(err))
	}
	for _, p := range pauses {
		f.add(gradeWarn, "outbox", h.pauseText(p), pauseRemedy)
	}
}

func databaseRemedy(err error) string {
	var postgres interface{ SQLState() string }
	if errors.As(err, &postgres) {
		switch postgres.SQLState() {
		case "3D000": // the PostgreSQL manual, appendix A
			return "make it with createdb --owner=ROLE NAME, or put the name in database.url right"
		case "28000", "28P01":
			return "make the role with createuser --pwprompt ROLE, or put user and password in database.url right; pg_hba.conf on the server must let it in"
		case "42501":
			return "give the role the right: the database should belong to it"
		}
	}
	switch text := err.Error(); {
	case strings.Contains(text, "SSL is not enabled on the server"):
		return "turn on ssl at the server, or, only if it is this machine or a network of your own, add ?sslmode=disable to database.url"
	case untrusted(err):
		return "put the authority's certificate into database.url as ?sslrootcert=FILE"
	}
	switch {
	case errors.Is(err, storage.ErrUnreachable):
		return "see that the server runs and that database.url names it"
	case errors.Is(err, storage.ErrDenied):
		return "see that the folder exists and that deskd's user may write there"
	case errors.Is(err, storage.ErrFull):
		return "make room on the disk where the database is"
	case errors.Is(err, storage.ErrBusy):
		return "another program holds it; try again"
	case errors.Is(err, storage.ErrURL):
		return "put database.url right"
	case errors.Is(err, storage.ErrDamaged):
		return "restore a copy of it"
	}
	return ""
}

// untrusted tells a server's certificate that nobody here vouches for.
func untrusted(err error) bool {
	return strings.Contains(err.Error(), "certificate signed by unknown authority")
}

// misnamed tells a server's certificate that is for another name.
func misnamed(err error) bool {
	return strings.Contains(err.Error(), "x509: certificate is ") || strings.Contains(err.Error(), "x509: cannot validate certificate for ")
}

const (
	trustRemedy = "if it is your own server, name the file with its authority's certificate (PEM) in tls_ca_file of %s; else somebody may be in between"
	nameRemedy  = "write the name that stands in the certificate"
)

// mailbox tries to log in and to open the folder.
func (f *findings) mailbox(ctx context.Context, h *house, i int) {
	m := h.config.Mailbox[i]
	const part = "imap"
	if m.AuthservID == "" && !m.AuthservAnonymous {
		f.add(gradeWarn, "sender", m.Address+": no authserv_id, so deskd checks DKIM itself and can believe fewer senders",
			"set it to the first word of Authentication-Results in mail that your server took from outside")
	}
	if !m.Fetched() {
		f.add(gradeOK, part, m.Address+": fed by deskd ingest", "")
		return
	}
	a, err := h.account(i)
	if err != nil {
		f.add(gradeFail, part, m.Address+": "+err.Error(), "")
		return
	}
	f.folder(ctx, a)
	if m.SentFolder != "" {
		f.folder(ctx, sentFolder(a, m.SentFolder))
	}
}

// folder tries one folder of a mailbox.
func (f *findings) folder(ctx context.Context, a imap.Account) {
	const part = "imap"
	m := a.Mailbox
	a.Timing.Command = checkTimeout
	r := imap.Check(ctx, a)
	for _, s := range r.Steps {
		if s.Err != nil {
			f.add(gradeFail, part, fmt.Sprintf("%s: %s: %v", m.Address, s.Name, s.Err), imapRemedy(s))
		} else {
			f.add(gradeOK, part, m.Address+": "+s.Detail, "")
		}
	}
	if len(r.Capabilities) > 0 {
		f.add(gradeOK, part, m.Address+": the server offers "+strings.Join(r.Capabilities, " "), "")
	}
}

func imapRemedy(s imap.Step) string {
	var refused *imap.LoginError
	switch {
	case errors.As(s.Err, &refused):
		return "put user and password right; some providers want a password made for the program"
	case untrusted(s.Err):
		return fmt.Sprintf(trustRemedy, "[[mailbox]]")
	case misnamed(s.Err):
		return nameRemedy + " as imap"
	case s.Name == "connect":
		return "see that imap names the right host and port, and that it can be reached from here"
	case s.Name == "folder":
		return "see that folder is spelled as on the server"
	case s.Name == "after":
		return `set after = "keep", or what the server can do`
	}
	return ""
}

// relays tries to log in wherever mail is handed over.
func (f *findings) relays(ctx context.Context, h *house) {
	tried := map[config.Submission]bool{}
	for _, m := range h.config.Mailbox {
		s := transport(h.config, m)
		if tried[s] {
			continue
		}
		tried[s] = true
		r, err := relay(h.config, s)
		if err == nil {
			r.DialTimeout, r.CommandTimeout = checkTimeout, checkTimeout
			var report smtp.Report
			if report, err = smtp.Check(ctx, r); err == nil {
				f.add(gradeOK, "smtp", m.Address+": "+relayDetail(report), "")
				f.withoutLogin(ctx, r, report, m.Address, h.config.SubmissionFor(m).EnvelopeFrom)
				continue
			}
		}
		f.add(gradeFail, "smtp", m.Address+": "+err.Error(), relayRemedy(err))
	}
}

func relayRemedy(err error) string {
	switch {
	case untrusted(err):
		return fmt.Sprintf(trustRemedy, "[smtp]")
	case misnamed(err):
		return nameRemedy + " as smtp.url"
	}
	return "see that smtp.url is right, and the user and password of smtp or of the mailbox"
}

// withoutLogin looks whether a relay that we do not log in to takes mail.
func (f *findings) withoutLogin(ctx context.Context, r smtp.Relay, report smtp.Report, mailbox, sender string) {
	if report.Auth != "" {
		return
	}
	if err := refusesUs(ctx, r, report.Address, sender); err != nil {
		f.add(gradeFail, "smtp", fmt.Sprintf("%s: %s takes no mail from %s: %v", mailbox, report.Address, sender, err),
			"if it wants a login, set user and password_file in [smtp]: in plain text on this machine, deskd logs in only with those")
	}
}

func relayDetail(r smtp.Report) string {
	parts := []string{r.Address}
	if r.TLS != "" {
		parts = append(parts, r.TLS)
	} else {
		parts = append(parts, "in clear text on this machine")
	}
	if r.Auth != "" {
		parts = append(parts, "logged in by "+r.Auth)
	} else {
		parts = append(parts, "without a login")
	}
	if r.MaxSize > 0 {
		parts = append(parts, fmt.Sprintf("mails up to %d bytes", r.MaxSize))
	}
	return strings.Join(append(parts, "offers "+strings.Join(r.Extensions, " ")), ", ")
}

// domainsOf lists the domains of the mailboxes, each once.
func domainsOf(boxes []ticketing.Mailbox) []string {
	var all []string
	seen := map[string]bool{}
	for _, m := range boxes {
		d := ticketing.DomainOf(m.Address)
		if !seen[d] {
			seen[d] = true
			all = append(all, d)
		}
	}
	return all
}
