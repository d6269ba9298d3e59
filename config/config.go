package config

// Config is everything an administrator can set. A Config from [Load] is
// complete: defaults are filled in, secrets are read, and it has no faults.
type Config struct {
	Desk      Desk       `toml:"desk"`
	Database  Database   `toml:"database"`
	Mailbox   []Mailbox  `toml:"mailbox"`
	Calendar  []Calendar `toml:"calendar"`
	SLA       SLA        `toml:"sla"`
	Reminders Reminders  `toml:"reminders"`
	IMAP      IMAP       `toml:"imap"`
	SMTP      SMTP       `toml:"smtp"`
	Threads   Threads    `toml:"threads"`
	Tokens    Tokens     `toml:"tokens"`
	Verdict   Verdict    `toml:"verdict"`
	DNS       DNS        `toml:"dns"`
	Limits    Limits     `toml:"limits"`
	Bounces   Bounces    `toml:"bounces"`
	Parse     Parse      `toml:"parse"`
	Digest    Digest     `toml:"digest"`
	Portal    Portal     `toml:"portal"`
	Macros    Macros     `toml:"macros"`
	Log       Log        `toml:"log"`

	Templates Templates `toml:"templates"`

	source  *source           // where each key stands; nil for a Config made in code
	origins map[string]origin // of secrets that do not stand in the file, by key
}

// Desk is who answers, and how the desk shows itself.
type Desk struct {
	Name       string `toml:"name"`
	Address    string `toml:"address"`    // the main one; default: the first mailbox's
	PortalURL  string `toml:"portal_url"` // without a trailing slash; "" serves no pages
	Secret     Secret `toml:"secret"`     // all signing keys are derived from it; at least 32 bytes
	SecretFile string `toml:"secret_file"`
	Language   string `toml:"language"`    // for people whose language is unknown
	SenderName string `toml:"sender_name"` // "agent" or "desk": the name on agents' replies
	Instance   string `toml:"instance"`    // names this desk in X-Helpdesk-Loop
	// AgentsByMail is "verified": an agent's mail acts only with a verdict of
	// pass; or "token": his own reply address suffices when there is no verdict
	// (mail-rules §2.3).
	AgentsByMail string `toml:"agents_by_mail"`
	// Receipts is what agents who have not chosen are told of their own mails:
	// "errors", or "always": each that was carried out is confirmed too.
	Receipts       string   `toml:"receipts"`
	SubjectTag     string   `toml:"subject_tag"`      // HD makes [HD-1234]
	ReplyDomain    string   `toml:"reply_domain"`     // catch-all domain of reply addresses; "" uses base+token
	ReplySeparator string   `toml:"reply_separator"`  // between base and token
	AssignOnAnswer bool     `toml:"assign_on_answer"` // the first to answer a ticket that nobody has gets it
	ReopenWithin   Duration `toml:"reopen_within"`    // 0: a reply reopens, however old the ticket
	Ack            bool     `toml:"ack"`              // acknowledge new requests
	Calendar       string   `toml:"calendar"`         // when it works: the name of a [[calendar]] or "24x7"
}

// Macros are the texts that agents insert into their mails by #macro NAME.
type Macros struct {
	// Folder holds them, one file each: NAME.txt, or NAME.ja.txt for one language.
	// It need not be there. In the file it is relative to the configuration file.
	Folder string `toml:"folder"`
}

// Database says where everything is kept.
type Database struct {
	// URL is sqlite:///path or postgres://…; secret, as it may hold a password.
	// In the file sqlite:name is a file beside the configuration file.
	URL     Secret `toml:"url"`
	URLFile string `toml:"url_file"`
}

// Mailbox is one address that customers write to.
type Mailbox struct {
	Address string   `toml:"address"`
	Name    string   `toml:"name"`    // default: desk.name
	Aliases []string `toml:"aliases"` // further addresses that lead here; old bases of reply addresses

	IMAP         string   `toml:"imap"` // imaps://host or imap://host; "none": fed by deskd ingest only
	User         string   `toml:"user"` // default: address
	Password     Secret   `toml:"password"`
	PasswordFile string   `toml:"password_file"`
	StartTLS     bool     `toml:"starttls"`
	TLSCAFile    string   `toml:"tls_ca_file"` // PEM; "" trusts the system's authorities
	Folder       string   `toml:"folder"`
	SentFolder   string   `toml:"sent_folder"` // "" does not read it (mail-rules §10)
	Backfill     bool     `toml:"backfill"`
	After        string   `toml:"after"` // keep, move:FOLDER, keyword or keyword:NAME; see [ParseAfter]
	Poll         Duration `toml:"poll"`  // 0: imap.poll

	AuthservID            string   `toml:"authserv_id"`
	TrustedHops           []string `toml:"trusted_hops"`
	AuthservAnonymous     bool     `toml:"authserv_anonymous"`
	TrustExchangeInternal bool     `toml:"trust_exchange_internal"`

	Language string   `toml:"language"`  // default: desk.language
	OwnLists []string `toml:"own_lists"` // lists that feed this mailbox: exempt from bulk rules
	Agents   []string `toml:"agents"`    // who is notified of its tickets; empty: all agents
	Calendar string   `toml:"calendar"`  // default: desk.calendar
	Lead     string   `toml:"lead"`      // default: sla.lead
	Assign   string   `toml:"assign"`    // who gets new tickets: all (nobody, all are told), round_robin or load

	// SMTP is another way out for this mailbox; without a URL: the common one.
	// It is no pointer: fmt prints what pointers lead to past a Secret's own
	// Format when the verb does not fit.
	SMTP Submission `toml:"smtp"`
}

// IMAP is how mailboxes are watched (mail-rules §6).
type IMAP struct {
	Poll            Duration `toml:"poll"`
	PollWithoutIdle Duration `toml:"poll_without_idle"`
	IdleRenew       Duration `toml:"idle_renew"`
	LiteralTimeout  Duration `toml:"literal_timeout"`
	BackoffMin      Duration `toml:"backoff_min"`
	BackoffMax      Duration `toml:"backoff_max"`
	LoginRetry      Duration `toml:"login_retry"`
	Batch           int      `toml:"batch"` // mails spooled in one transaction
	AckMaxAge       Duration `toml:"ack_max_age"`
	Lease           Duration `toml:"lease"`
	LeaseRenew      Duration `toml:"lease_renew"`
}

// Submission is one way of handing mail to a server.
type Submission struct {
	URL          string `toml:"url"` // smtps://host or smtp://host
	StartTLS     bool   `toml:"starttls"`
	TLSCAFile    string `toml:"tls_ca_file"`
	User         string `toml:"user"`
	Password     Secret `toml:"password"`
	PasswordFile string `toml:"password_file"`
	// Auth is "auto": log in with user and password, or without them with the
	// mailbox's own, except in plain text on loopback; or "none": never log in.
	Auth         string `toml:"auth"`
	EnvelopeFrom string `toml:"envelope_from"` // "": the mailbox's address
	VERP         bool   `toml:"verp"`
}

// SMTP is how mail goes out (mail-rules §7).
type SMTP struct {
	Submission
	EHLO               string     `toml:"ehlo"` // "": the host's name
	MaxConnections     int        `toml:"max_connections"`
	PerMinute          int        `toml:"per_minute"`
	PerDay             int        `toml:"per_day"`
	MailsPerConnection int        `toml:"mails_per_connection"`
	IdleTimeout        Duration   `toml:"idle_timeout"`
	DataTimeout        Duration   `toml:"data_timeout"`
	Retry              []Duration `toml:"retry"` // the last one repeats
	GiveUp             Duration   `toml:"give_up"`
	DelayedAfter       Duration   `toml:"delayed_after"`
	UnknownRetry       Duration   `toml:"unknown_retry"`
}

// Threads is how mails find their ticket (mail-rules §1).
type Threads struct {
	References    int      `toml:"references"`     // looked at from each end of References
	NewSubject    Duration `toml:"new_subject"`    // solved for longer and another subject: a linked ticket
	MergeDepth    int      `toml:"merge_depth"`    // merges followed
	ProbableMatch Duration `toml:"probable_match"` // age of a mail that a bounce without ids may be about
}

// Tokens is the life of signed reply addresses (mail-rules §2.1).
type Tokens struct {
	Rotate Duration `toml:"rotate"`
	Accept Duration `toml:"accept"`
}

// Verdict is how senders are checked (mail-rules §2.2).
type Verdict struct {
	DKIMMaxAge Duration `toml:"dkim_max_age"`
	Tries      int      `toml:"tries"`
	TryWithin  Duration `toml:"try_within"`
}

// DNS is whom to ask.
type DNS struct {
	Resolver string   `toml:"resolver"` // host:port; "" uses the system's
	Timeout  Duration `toml:"timeout"`
}

// Limits keep floods and loops small (mail-rules §2.4, §3).
type Limits struct {
	AckPerHour    int `toml:"ack_per_hour"` // per address
	AckPerDay     int `toml:"ack_per_day"`  // per address
	SenderPerHour int `toml:"sender_per_hour"`
	ReopensPerDay int `toml:"reopens_per_day"` // automatic ones, per ticket
	CcPerMail     int `toml:"cc_per_mail"`
	CcPerTicket   int `toml:"cc_per_ticket"`
	MaxHops       int `toml:"max_hops"`
	BreakerFactor int `toml:"breaker_factor"` // times the usual hourly number of automatic mails
	BreakerFloor  int `toml:"breaker_floor"`  // the breaker never opens below this number an hour
}

// Bounces is what undeliverable mail does to an address (mail-rules §4).
type Bounces struct {
	SuppressAfter int      `toml:"suppress_after"`
	SuppressOver  Duration `toml:"suppress_over"`
}

// Parse bounds what a single mail may cost (mail-rules §5).
type Parse struct {
	MessageSize Size     `toml:"message_size"`
	Depth       int      `toml:"depth"`
	Parts       int      `toml:"parts"`
	HeaderSize  Size     `toml:"header_size"`
	Fields      int      `toml:"fields"`
	LineSize    Size     `toml:"line_size"`
	DecodedSize Size     `toml:"decoded_size"`
	TextSize    Size     `toml:"text_size"`
	Addresses   int      `toml:"addresses"`
	Filename    Size     `toml:"filename"`
	Timeout     Duration `toml:"timeout"`
	Attempts    int      `toml:"attempts"`
}

// Templates is what a desk says in its mails in place of our words.
type Templates struct {
	Folder string `toml:"folder"` // relative to the configuration file; "": there are none
}

// Portal is the web side. Pages are served where Listen and desk.portal_url are
// both set. SignInValid is how long a mailed link to sign in by works.
type Portal struct {
	Listen      string   `toml:"listen"` // host:port; "" serves no pages
	SignInValid Duration `toml:"sign_in_valid"`
	// TrustedProxies are networks, as in "10.0.0.0/8", from which X-Forwarded-For
	// is believed.
	TrustedProxies []string `toml:"trusted_proxies"`
}

// Log is what the daemon writes to standard error.
type Log struct {
	Level  string `toml:"level"`  // debug, info, warn, error
	Format string `toml:"format"` // text, json
}

// Fetched says whether the mailbox is watched over IMAP, rather than fed by
// deskd ingest.
func (m Mailbox) Fetched() bool { return m.IMAP != NoIMAP }

// NoIMAP as a mailbox's imap says that it is fed by deskd ingest only.
const NoIMAP = "none"
