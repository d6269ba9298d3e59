package portal

import (
	"net/http"
	"time"
)

// The cookies. Browsers keep those with this prefix for this very host alone, and
// only if they are secure.
const (
	sessionCookie  = "__Host-s"    // of who has signed in
	pendingCookie  = "__Host-pend" // of a browser that asks to sign in
	languageCookie = "__Host-lang"
)

// cookie is the value of a cookie, "" without it.
func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie gives a cookie to a browser for a while; for none, it takes it away.
// Lax: it has to come along with a link in a mail.
func setCookie(w http.ResponseWriter, name, value string, lasts time.Duration) {
	age := int(lasts / time.Second)
	if age <= 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
