package main

import (
	"bytes"
	"context"
	"fmt"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// inTemp makes the temporary folder of the test's programs one of its own.
func inTemp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return dir
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		t.Errorf("the demo has left %s", filepath.Join(dir, f.Name()))
	}
}

func TestDemoOnce(t *testing.T) {
	temp := inTemp(t)
	var out, errs bytes.Buffer
	begin := time.Now()
	status := run(t.Context(), []string{"demo", "--once"}, strings.NewReader(""), &out, &errs)
	t.Logf("the story took %v", time.Since(begin).Round(time.Millisecond))
	if status != exitDone || errs.Len() > 0 {
		t.Errorf("status %d, errors %q", status, errs.String())
	}
	text := out.String()
	if n := strings.Count(text, "✓"); n != 28 || strings.Contains(text, "✗") || !strings.Contains(text, "All 8 steps held.") {
		t.Errorf("%d claims held, want 24 and no other:\n%s", n, text)
	}
	if strings.Contains(text, "\x1b") {
		t.Error("colours where there is no terminal")
	}
	fitsTerminal(t, text, temp)
	wantEmpty(t, temp)
}

// fitsTerminal looks for long lines, but for those that name a folder.
func fitsTerminal(t *testing.T, text, folder string) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		if n := len([]rune(line)); n > 80 && !strings.Contains(line, folder) {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
}

// running is a demo that goes on.
type running struct {
	t      *testing.T
	out    *syncBuffer
	cancel context.CancelFunc
	status chan int
}

func startDemo(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{t: t, out: &syncBuffer{}, cancel: cancel, status: make(chan int, 1)}
	t.Cleanup(cancel)
	go func() {
		r.status <- run(ctx, append([]string{"demo"}, args...), strings.NewReader(""), r.out, r.out)
	}()
	return r
}

func (r *running) wait(text string) {
	r.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if strings.Contains(r.out.String(), text) {
			return
		}
	}
	r.t.Fatalf("not within 30 s: %q\n%s", text, r.out)
}

func (r *running) find(pattern string) string {
	r.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(r.out.String())
	if m == nil {
		r.t.Fatalf("no %s in:\n%s", pattern, r.out)
	}
	return m[1]
}

func (r *running) end() {
	r.t.Helper()
	r.cancel()
	select {
	case s := <-r.status:
		if s != exitDone {
			r.t.Errorf("status %d:\n%s", s, r.out)
		}
	case <-time.After(15 * time.Second):
		r.t.Fatalf("the demo does not end:\n%s", r.out)
	}
}

func TestDemoGoesOn(t *testing.T) {
	temp := inTemp(t)
	r := startDemo(t)
	r.wait("is told here:")
	server := r.find(`SMTP on (127\.0\.0\.1:\d+)`)
	config := r.find(`ticket list --all -c (\S+)`)

	auth := smtp.PlainAuth("", "eve@elsewhere.example", "eve", "127.0.0.1")
	mail := "From: Eve <eve@elsewhere.example>\r\nTo: support@example.com\r\nSubject: By hand\r\n\r\nIs anybody there?\r\n"
	if err := smtp.SendMail(server, auth, "eve@elsewhere.example", []string{"support@example.com"}, []byte(mail)); err != nil {
		t.Fatal(err)
	}
	r.wait("Mail from Eve. Ticket 2, By hand: Open")
	r.wait("Ticket 2: Eve gets an acknowledgement")
	r.wait("Ticket 2: Mia gets a notification")
	var out, errs bytes.Buffer
	status := run(t.Context(), []string{"ticket", "list", "--json", "--config", config}, strings.NewReader(""), &out, &errs)
	if status != exitDone || !strings.Contains(out.String(), `"subject":"By hand","status":"open"`) {
		t.Errorf("ticket list beside the demo: status %d %s\n%s", status, errs.String(), out.String())
	}

	r.end()
	if text := r.out.String(); !strings.Contains(text, "its temporary folder is removed") {
		t.Errorf("no farewell:\n%s", text)
	}
	fitsTerminal(t, r.out.String(), temp)
	wantEmpty(t, temp)
}

// TestDemoTellsWhatDoesNotHold plays a step with claims that are wrong.
func TestDemoTellsWhatDoesNotHold(t *testing.T) {
	server, err := startMailServer()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	h, err := demoDesk(t.Context(), t.TempDir(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	var out, errs syncBuffer
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- h.serve(ctx, logger(&errs, h.config.Log)) }()

	c := newCast()
	wrong := asks(c)
	wrong.claims = []claim{
		statusIs(ticketing.Solved, "Ticket {ticket} is {status}"),
		gets(c.aiko, ticketing.LetterReply, "Aiko gets an answer", ""),
		gets(c.mia, ticketing.LetterNotification, "Mia gets these words", "never written"),
		getsNothing("Eve gets nothing", c.eve),
		notes("reopened", ticketing.Public, "It is reopened"),
		isHeld("It is held"),
	}
	failed, err := newStage(h, server).play(ctx, newTeller(&out), []step{wrong})
	if err != nil || failed != 1 {
		t.Errorf("%d steps failed, error %v", failed, err)
	}
	for _, want := range []string{
		"✗ expected: Ticket 1 is Solved\n     found:    it is Open\n",
		"✗ expected: Aiko gets an answer\n     found:    Aiko has got: an acknowledgement \"Re: Blank labels [HD-1]\"\n",
		"found:    a notification without the words \"never written\"\n",
		"✓ Eve gets nothing\n",
		"found:    the new events are: cc_added (public), no other\n",
		"found:    the mail is applied, its sender check is pass\n",
		"✗ expected: Nobody else gets a mail\n     found:    Ken has got: a mail that is not the desk's \"Blank labels\"\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &out)
		}
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestDemoFolder(t *testing.T) {
	temp := inTemp(t)
	dir := filepath.Join(t.TempDir(), "new")
	var out, errs bytes.Buffer
	if s := run(t.Context(), []string{"demo", "--once", "--dir", dir}, strings.NewReader(""), &out, &errs); s != exitDone {
		t.Fatalf("status %d: %s", s, errs.String())
	}
	out.Reset()
	config := filepath.Join(dir, "deskd.toml")
	if s := run(t.Context(), []string{"ticket", "show", "1", "--config", config}, strings.NewReader(""), &out, &errs); s != exitDone ||
		!strings.Contains(out.String(), "Ticket 1: Blank labels") {
		t.Errorf("ticket show after the demo: status %d %s\n%s", s, errs.String(), out.String())
	}
	if s := run(t.Context(), []string{"demo", "--once", "--dir", dir}, strings.NewReader(""), &out, &errs); s != exitFailed ||
		!strings.Contains(errs.String(), "is not empty") {
		t.Errorf("the same folder again: status %d %s", s, errs.String())
	}
	wantEmpty(t, temp)
}

func TestDemoLeavesRealDesksAlone(t *testing.T) {
	for _, name := range []string{"DESKD_DATABASE_URL", "DESKD_SECRET", "DESKD_SMTP_PASSWORD", "DESKD_MAILBOX_SUPPORT_EXAMPLE_COM_PASSWORD"} {
		t.Run(name, func(t *testing.T) {
			temp := inTemp(t)
			t.Setenv(name, "sqlite://"+filepath.Join(t.TempDir(), "real.db-and-long-enough"))
			var out, errs bytes.Buffer
			s := run(t.Context(), []string{"demo", "--once"}, strings.NewReader(""), &out, &errs)
			if want := fmt.Sprintf("deskd: %s is set in the environment", name); s != exitFailed || !strings.Contains(errs.String(), want) {
				t.Errorf("status %d: %s", s, errs.String())
			}
			wantEmpty(t, temp)
		})
	}
}

func TestDemoInterrupted(t *testing.T) {
	temp := inTemp(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if s := run(ctx, []string{"demo", "--once"}, strings.NewReader(""), &out, &errs); s != exitFailed || errs.Len() == 0 {
		t.Errorf("status %d: %s", s, errs.String())
	}
	wantEmpty(t, temp)
}

func TestShellWord(t *testing.T) {
	if got := shellWord("/tmp/it's"); got != `'/tmp/it'\''s'` {
		t.Errorf("quoted %s", got)
	}
}

// TestDemoWithoutReader: a demo whose reader has left, as head does, ends and
// leaves nothing behind.
func TestDemoWithoutReader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := exec.Command("deskd", "demo")
	c.Env = append(os.Environ(), "TMPDIR="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was cut off, by whatever status
	if !c.ProcessState.Exited() {
		t.Errorf("it was killed: %s", c.ProcessState)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
