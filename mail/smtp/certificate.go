package smtp

import (
	"crypto/tls"
	"errors"
)

// isCertificateError reports whether the server was there and could not show
// that it is the one.
func isCertificateError(err error) bool {
	var verification *tls.CertificateVerificationError
	return errors.As(err, &verification)
}

func isAny(err error, targets ...error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}
