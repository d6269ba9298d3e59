package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// connect dials, upgrades to TLS, says hello and logs in. When ctx ends, the
// connection is cut.
func (t target) connect(ctx context.Context) (*session, *failure) {
	raw, err := t.dial(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		return nil, failed(stageDial, err)
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	defer stop()
	s, f := t.open(ctx, raw)
	if f != nil {
		raw.Close()
		if ctx.Err() != nil {
			f.err = fmt.Errorf("%w: %w", context.Cause(ctx), f.err)
		}
		return nil, f
	}
	return s, nil
}

func (t target) dial(ctx context.Context) (*deadlineConn, error) {
	ctx, cancel := context.WithTimeout(ctx, t.DialTimeout)
	defer cancel()
	raw, err := t.Dial(ctx, "tcp", t.address)
	if err != nil {
		return nil, err
	}
	return &deadlineConn{Conn: raw, timeout: t.CommandTimeout}, nil
}

// open goes from a fresh connection to one that takes mails.
func (t target) open(ctx context.Context, raw *deadlineConn) (*session, *failure) {
	name := orString(t.EHLO, addressLiteral(raw.LocalAddr()))
	var conn net.Conn = raw
	var secured *tls.Conn
	if !t.clear {
		var f *failure
		if secured, f = t.secure(ctx, raw, name); f != nil {
			return nil, f
		}
		conn = secured
		if !t.implicitTLS {
			conn = &greetedConn{Conn: secured, greeting: strings.NewReader("220 " + t.host + "\r\n")}
		}
	}
	client := gosmtp.NewClient(conn)
	client.CommandTimeout, client.SubmissionTimeout = t.CommandTimeout, t.DataTimeout
	if err := client.Hello(name); err != nil {
		return nil, failed(stageGreeting, err)
	}
	s := &session{client: client, raw: raw, secured: secured}
	if err := t.login(s); err != nil {
		return nil, failed(stageAuth, err)
	}
	return s, nil
}

// secure puts TLS upon the connection, at once or by STARTTLS.
func (t target) secure(ctx context.Context, raw *deadlineConn, name string) (*tls.Conn, *failure) {
	if !t.implicitTLS {
		if f := startTLS(raw, name, t.host); f != nil {
			return nil, f
		}
	}
	config := t.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = t.host
	}
	if config.MinVersion == 0 {
		config.MinVersion = tls.VersionTLS12
	}
	ctx, cancel := context.WithTimeout(ctx, t.DialTimeout)
	defer cancel()
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, failed(stageTLS, fmt.Errorf("TLS with %s: %w", t.host, err))
	}
	return conn, nil
}

// errNoSTARTTLS: a server, or somebody on the way to it, does not offer
// STARTTLS.
var errNoSTARTTLS = errors.New("STARTTLS is not offered, and mail does not go in clear text over a network: use smtps://, or another port")

// startTLS brings a fresh connection to the point where TLS begins (RFC 3207).
// go-smtp can do it too, but says hello there as "localhost", which strict
// servers refuse.
func startTLS(conn *deadlineConn, name, host string) *failure {
	text := textproto.NewConn(struct {
		io.Reader
		io.WriteCloser
	}{io.LimitReader(conn, 64<<10), conn})
	if _, _, err := text.ReadResponse(220); err != nil {
		return failed(stageGreeting, answerError(err))
	}
	hello, err := command(text, 250, "EHLO "+name)
	if err != nil {
		return failed(stageGreeting, err)
	}
	if !offers(hello, "STARTTLS") {
		return failed(stageTLS, fmt.Errorf("%s: %w", host, errNoSTARTTLS))
	}
	if _, err := command(text, 220, "STARTTLS"); err != nil {
		return failed(stageTLS, err)
	}
	// Anything sent along with the answer came before TLS and may have been
	// put in by somebody on the way.
	if text.R.Buffered() > 0 {
		return failed(stageTLS, fmt.Errorf("%s sent data between its answer to STARTTLS and TLS", host))
	}
	return nil
}

func command(text *textproto.Conn, expect int, line string) (string, error) {
	if strings.ContainsAny(line, "\r\n") {
		return "", errors.New("line break in a command")
	}
	if err := text.PrintfLine("%s", line); err != nil {
		return "", err
	}
	_, answer, err := text.ReadResponse(expect)
	return answer, answerError(err)
}

// answerError gives a refusal the type in which go-smtp gives it.
func answerError(err error) error {
	var refused *textproto.Error
	if errors.As(err, &refused) {
		return &gosmtp.SMTPError{Code: refused.Code, Message: refused.Msg}
	}
	return err
}

func offers(hello, extension string) bool {
	for line := range strings.Lines(hello) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.EqualFold(word, extension) {
			return true
		}
	}
	return false
}

// greetedConn is a connection after STARTTLS, to be handed to go-smtp, which
// waits for a greeting; the real one was read before.
type greetedConn struct {
	net.Conn
	greeting *strings.Reader
}

func (c *greetedConn) Read(p []byte) (int, error) {
	if c.greeting.Len() > 0 {
		return c.greeting.Read(p)
	}
	return c.Conn.Read(p)
}

// errNoAuth: the server does not let anybody log in, or not in a way we know.
var errNoAuth = errors.New("AUTH PLAIN and LOGIN are not offered")

func (t target) login(s *session) error {
	if t.User == "" {
		return nil
	}
	var mechanism sasl.Client
	switch {
	case s.client.SupportsAuth(sasl.Plain):
		mechanism, s.auth = sasl.NewPlainClient("", t.User, t.Password), sasl.Plain
	case s.client.SupportsAuth(sasl.Login):
		mechanism, s.auth = &loginClient{user: t.User, password: t.Password}, sasl.Login
	default:
		return fmt.Errorf("%s: %w", t.host, errNoAuth)
	}
	return s.client.Auth(mechanism)
}

// loginClient is AUTH LOGIN. It sends nothing before it is asked and does not
// mind how it is asked; servers differ in both.
type loginClient struct {
	user, password string
	asked          int
}

func (c *loginClient) Start() (mechanism string, initial []byte, err error) {
	return sasl.Login, nil, nil
}

func (c *loginClient) Next([]byte) ([]byte, error) {
	c.asked++
	switch c.asked {
	case 1:
		return []byte(c.user), nil
	case 2:
		return []byte(c.password), nil
	}
	return nil, errors.New("the server asked for more than user and password")
}

// addressLiteral is our address as a name for EHLO (RFC 5321 §4.1.3).
func addressLiteral(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return "[127.0.0.1]"
	}
	if v4 := tcp.IP.To4(); v4 != nil {
		return "[" + v4.String() + "]"
	}
	return "[IPv6:" + tcp.IP.String() + "]"
}

// quitTimeout is how long we are polite to a server.
const quitTimeout = 2 * time.Second
