package servertest

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// browserTimeout is how long the browser may take for one thing.
const browserTimeout = 30 * time.Second

// Browser is a Chromium with one page, driven over the DevTools protocol
// (https://chromedevtools.github.io/devtools-protocol/) by a pipe. What it is
// told ends the test when it cannot be done.
type Browser struct {
	tb       TB
	to       *os.File
	answers  chan browserMessage
	session  string
	calls    int
	loaded   int // pages, so far
	messages []string
}

// browserMessage is an answer to a call, or an event.
type browserMessage struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// NewBrowser starts a browser for a test. One that is not installed counts as a
// missing server does. Pages run no scripts in it unless scripts is true.
func NewBrowser(tb TB, scripts bool) *Browser {
	tb.Helper()
	program := Program(tb, "chromium", "chromium")
	folder, err := os.MkdirTemp("", "deskd-browser-")
	require(tb, err)
	fromUs, to, err := os.Pipe()
	require(tb, err)
	from, fromBrowser, err := os.Pipe()
	require(tb, err)
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars", "--user-data-dir="+folder, "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{fromUs, fromBrowser} // 3 and 4, as it expects
	require(tb, cmd.Start())
	_, _ = fromUs.Close(), fromBrowser.Close()
	b := &Browser{tb: tb, to: to, answers: make(chan browserMessage, 100)}
	go b.read(from)
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = to.Close()
		_ = os.RemoveAll(folder)
	})
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	b.call("Page.enable", nil, nil)
	b.call("Log.enable", nil, nil)
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !scripts}, nil)
	return b
}

// read hands on what the browser says, message by message.
func (b *Browser) read(from *os.File) {
	defer from.Close()
	defer close(b.answers)
	for r := bufio.NewReader(from); ; {
		line, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m browserMessage
		if json.Unmarshal(line[:len(line)-1], &m) == nil {
			b.answers <- m
		}
	}
}

// call has the browser do one thing, and reads what it answers.
func (b *Browser) call(method string, params, result any) {
	b.tb.Helper()
	b.calls++
	id := b.calls
	message := map[string]any{"id": id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	line, err := json.Marshal(message)
	require(b.tb, err)
	_, err = b.to.Write(append(line, 0))
	require(b.tb, err)
	var answer browserMessage
	b.await(method, func(m browserMessage) bool {
		answer = m
		return m.ID == id
	})
	if answer.Error != nil {
		b.tb.Fatalf("browser: %s: %s", method, answer.Error.Message)
	}
	if result != nil {
		require(b.tb, json.Unmarshal(answer.Result, result))
	}
}

// await takes messages until one is what is waited for.
func (b *Browser) await(what string, is func(browserMessage) bool) {
	b.tb.Helper()
	for timeout := time.After(browserTimeout); ; {
		select {
		case m, ok := <-b.answers:
			if !ok {
				b.tb.Fatalf("browser: it ended during %s", what)
			}
			b.notice(m)
			if is(m) {
				return
			}
		case <-timeout:
			b.tb.Fatalf("browser: no answer to %s within %s", what, browserTimeout)
		}
	}
}

// notice keeps the events that somebody may ask for.
func (b *Browser) notice(m browserMessage) {
	switch m.Method {
	case "Page.loadEventFired":
		b.loaded++
	case "Log.entryAdded":
		b.messages = append(b.messages, string(m.Params))
	}
}

// Messages are what the browser complained of, such as violations of a
// Content-Security-Policy, and answers with an error status.
func (b *Browser) Messages() []string { return b.messages }

// Screen sets the width and height of the window in CSS pixels, and whether the
// reader prefers the dark.
func (b *Browser) Screen(width, height int, dark bool) {
	b.tb.Helper()
	scheme := map[bool]string{false: "light", true: "dark"}[dark]
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Open goes to an address.
func (b *Browser) Open(address string) {
	b.tb.Helper()
	b.loads("open "+address, func() { b.call("Page.navigate", map[string]any{"url": address}, nil) })
}

// loads does what makes a page load, and waits for it.
func (b *Browser) loads(what string, do func()) {
	b.tb.Helper()
	before := b.loaded
	do()
	if b.loaded == before {
		b.await(what, func(browserMessage) bool { return b.loaded > before })
	}
}

// Eval gives the value of a JavaScript expression on the page, as text.
func (b *Browser) Eval(expression string) string {
	b.tb.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &out)
	if out.ExceptionDetails != nil {
		b.tb.Fatalf("browser: %s: %s", expression, out.ExceptionDetails)
	}
	return fmt.Sprint(out.Result.Value)
}

// Text is what the page shows.
func (b *Browser) Text() string {
	b.tb.Helper()
	return b.Eval("document.body.innerText")
}

// Click clicks with the mouse on what a selector finds, as often as times. With
// loads, it waits for the page to which that leads.
func (b *Browser) Click(selector string, times int, loads bool) {
	b.tb.Helper()
	var x, y float64
	at := fmt.Sprintf("(e => { e.scrollIntoView(); const r = e.getBoundingClientRect(); return (r.x + r.width / 2) + ' ' + (r.y + r.height / 2) })(document.querySelector(%q))", selector)
	if _, err := fmt.Sscan(b.Eval(at), &x, &y); err != nil {
		b.tb.Fatalf("browser: where %s is: %v", selector, err)
	}
	click := func() {
		for i := range times {
			for _, kind := range []string{"mousePressed", "mouseReleased"} {
				b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "clickCount": i + 1}, nil)
			}
		}
	}
	if !loads {
		click()
		return
	}
	b.loads("click on "+selector, click)
}

// Type types into what has the focus.
func (b *Browser) Type(text string) {
	b.tb.Helper()
	b.call("Input.insertText", map[string]any{"text": text}, nil)
}

// Key presses and releases a key that stands for itself or for an action, such
// as "Tab", "Enter" or " "; code is its Windows virtual key code.
func (b *Browser) Key(key string, code int) {
	b.tb.Helper()
	down := map[string]any{"type": "keyDown", "key": key, "windowsVirtualKeyCode": code}
	if text := map[string]string{"Enter": "\r", " ": " "}[key]; text != "" {
		down["text"] = text
	}
	b.call("Input.dispatchKeyEvent", down, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}, nil)
}

// Enter presses the enter key, and waits for the page to which that leads.
func (b *Browser) Enter() {
	b.tb.Helper()
	b.loads("press Enter", func() { b.Key("Enter", 13) })
}

// Back goes back to the page before, as the button does.
func (b *Browser) Back() {
	b.tb.Helper()
	var history struct {
		CurrentIndex int
		Entries      []struct{ ID int }
	}
	b.call("Page.getNavigationHistory", nil, &history)
	if history.CurrentIndex == 0 {
		b.tb.Fatalf("browser: there is no page to go back to")
	}
	b.loads("go back", func() {
		b.call("Page.navigateToHistoryEntry", map[string]any{"entryId": history.Entries[history.CurrentIndex-1].ID}, nil)
	})
}

// Screenshot writes a picture of the whole page, a PNG.
func (b *Browser) Screenshot(file string) {
	b.tb.Helper()
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(shot.Data))
	require(b.tb, err)
	require(b.tb, os.WriteFile(file, data, 0o600))
}
