package ticketing

// Preferences are how an agent wants to work. The zero value of each is the
// desk's default. It is comparable.
type Preferences struct {
	// Notify is what the agent is mailed about: words between commas.
	Notify string `json:"notify,omitempty"`
	// Receipts is [ReceiptsAlways] or [ReceiptsErrors].
	Receipts string `json:"receipts,omitempty"`
	// Digest is the time of day of the morning mail, such as "08:00", or "off".
	Digest string `json:"digest,omitempty"`
	// Zone is the IANA time zone of that time.
	Zone string `json:"zone,omitempty"`
}

// What an agent is told of his own mails.
const (
	ReceiptsAlways = "always" // each that was carried out is confirmed
	ReceiptsErrors = "errors" // only what could not be carried out is told
)
