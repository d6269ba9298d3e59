package ticketing

import "time"

// Chase is how far the desk has got with reminding a customer whose reply is
// awaited. The zero value is for a ticket that is not awaiting one.
type Chase struct {
	// Since is when the desk began to wait: with the answer that asked.
	Since time.Time `json:"since,omitzero"`
	// Alerts were sent since then.
	Alerts int `json:"alerts,omitempty"`
	// LastAt is when the last alert went out, zero before the first.
	LastAt time.Time `json:"last,omitzero"`
	// PausedUntil: the customer said that he is away until then.
	PausedUntil time.Time `json:"paused,omitzero"`
}
