package portal

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"deskd/ticketing"
)

// home is where somebody comes to who was on no other page.
const home = "/requests"

// signInView is a page for signing in.
type signInView struct {
	Address  string
	ReturnTo string
	Token    string // of the link that the page was opened by
	// Same: this browser asked. Old: the link is of no use any more.
	Same, Old bool
	// Problem is what is wrong, a key below "portal.sign_in."; "" if nothing is.
	Problem   string
	Left      int // tries
	Minutes   int // that a link and a code work
	Languages []languageLink
}

// signInRoutes are the addresses for signing in and out.
func (p *portal) signInRoutes(mux *http.ServeMux) {
	mux.Handle("GET /sign-in", p.page(p.showSignIn))
	mux.Handle("POST /sign-in", p.page(p.takeSignIn))
	mux.Handle("GET /sign-in/check", p.page(p.showCheck))
	mux.Handle("GET /sign-in/t/{token}", p.page(p.showLink))
	mux.Handle("POST /sign-in/confirm", p.page(p.takeLink))
	mux.Handle("POST /sign-in/code", p.page(p.takeCode))
	for _, path := range []string{"GET /sign-in/confirm", "GET /sign-in/code"} { // of a page that was reloaded by its address
		mux.Handle(path, p.page(func(w http.ResponseWriter, _ *http.Request) error { return p.redirect(w, "/sign-in/check") }))
	}
	mux.Handle("POST /sign-out", p.page(p.signOut))
	mux.Handle("GET /sign-out", p.page(p.showSignedOut))
	mux.Handle("GET "+forgetPath, p.page(p.forget))
	mux.Handle("GET /settings", p.signedIn(func(w http.ResponseWriter, _ *http.Request, _ ticketing.Person) error {
		return p.redirect(w, "/settings/sessions")
	}))
	mux.Handle("GET /settings/sessions", p.page(p.showSessions))
	mux.Handle("POST /settings/sessions", p.page(p.endSession))
}

func (p *portal) showSignIn(w http.ResponseWriter, r *http.Request) error {
	back := ticketing.LocalPath(r.URL.Query().Get("return_to"))
	if _, err := p.person(r); err == nil {
		return p.redirect(w, cmp.Or(back, home))
	} else if !errors.Is(err, errSignedOut) {
		return err
	}
	return p.renderSignIn(w, r, http.StatusOK, signInView{ReturnTo: back})
}

func (p *portal) renderSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) error {
	query := url.Values{}
	if v.ReturnTo != "" {
		query.Set("return_to", v.ReturnTo)
	}
	v.Languages = p.languages("/sign-in", query)
	return p.show(w, r, ticketing.Person{}, status, "sign_in", v)
}

// takeSignIn answers every address alike.
func (p *portal) takeSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	v := signInView{Address: r.PostForm.Get("address"), ReturnTo: ticketing.LocalPath(r.PostForm.Get("return_to"))}
	address, ok := ticketing.CleanSignInAddress(v.Address)
	if !ok {
		v.Problem = "bad_address"
		return p.renderSignIn(w, r, http.StatusUnprocessableEntity, v)
	}
	browser, err := desk.AskSignIn(r.Context(), ticketing.SignInAsk{
		Address: address, Browser: cookie(r, pendingCookie), Client: p.client(r), Device: device(r),
		Language: p.language(r), ReturnTo: v.ReturnTo,
	})
	if p.tooMany(w, err) {
		v.Problem = "too_many"
		return p.renderSignIn(w, r, http.StatusTooManyRequests, v)
	}
	if err != nil {
		return err
	}
	setCookie(w, pendingCookie, browser, desk.Settings.SignInLasts())
	return p.redirect(w, "/sign-in/check")
}

// tooMany reports whether an error is that something was done too often, and says
// when it can be done again.
func (p *portal) tooMany(w http.ResponseWriter, err error) bool {
	var many ticketing.TooMany
	if !errors.As(err, &many) {
		return false
	}
	if many.What == ticketing.SignInsOfAll {
		p.Log.Warn("so many sign-in mails were asked for that no more are written for a while; somebody may be trying addresses", "for", many.After)
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(many.After/time.Second)+1))
	return true
}

// showCheck is where somebody waits for the mail.
func (p *portal) showCheck(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.person(r); err == nil {
		return p.redirect(w, home)
	} else if !errors.Is(err, errSignedOut) {
		return err
	}
	return p.renderCheck(w, r, http.StatusOK, signInView{})
}

func (p *portal) renderCheck(w http.ResponseWriter, r *http.Request, status int, v signInView) error {
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	waiting, err := desk.WaitingSignIn(r.Context(), cookie(r, pendingCookie))
	if errors.Is(err, ticketing.ErrNotFound) {
		return p.redirect(w, "/sign-in")
	}
	if err != nil {
		return err
	}
	v.Minutes = int(desk.Settings.SignInLasts() / time.Minute)
	v.Address, v.ReturnTo, v.Languages = waiting.Address, waiting.ReturnTo, p.languages("/sign-in/check", nil)
	return p.show(w, r, ticketing.Person{}, status, "sign_in_check", v)
}

// showLink is what the mailed link leads to. Whoever opens it, it stays as good
// as it was.
func (p *portal) showLink(w http.ResponseWriter, r *http.Request) error {
	return p.renderLink(w, r, http.StatusOK, signInView{Token: r.PathValue("token")})
}

func (p *portal) renderLink(w http.ResponseWriter, r *http.Request, status int, v signInView) error {
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	page, err := desk.OpenSignIn(r.Context(), v.Token, cookie(r, pendingCookie))
	switch {
	case errors.Is(err, ticketing.ErrNotFound):
		if v.Problem == "" {
			v.Old, status = true, http.StatusNotFound
		}
	case err != nil:
		return err
	}
	v.Minutes = int(desk.Settings.SignInLasts() / time.Minute)
	v.Address, v.Same = page.Address, page.SameBrowser
	return p.show(w, r, ticketing.Person{}, status, "sign_in_link", v)
}

// takeLink is the click on the page of the link, which does for the browser that
// asked.
func (p *portal) takeLink(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, false)
}

// takeCode is the code of the mail.
func (p *portal) takeCode(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, true)
}

func (p *portal) confirm(w http.ResponseWriter, r *http.Request, byCode bool) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	desk, err := p.desk(r)
	if err != nil {
		return err
	}
	proof := ticketing.SignInProof{
		Token: r.PostForm.Get("token"), Browser: cookie(r, pendingCookie), Code: r.PostForm.Get("code"), ByCode: byCode,
		Client: p.client(r), Device: device(r), Former: cookie(r, sessionCookie),
	}
	in, err := desk.ConfirmSignIn(r.Context(), proof)
	if err != nil {
		return p.notConfirmed(w, r, proof, err)
	}
	setCookie(w, sessionCookie, in.Secret, in.EndsAt.Sub(desk.Now()))
	setCookie(w, pendingCookie, "", 0)
	return p.redirect(w, cmp.Or(in.ReturnTo, home))
}

// notConfirmed shows the page again that a form was on, with what is wrong.
func (p *portal) notConfirmed(w http.ResponseWriter, r *http.Request, proof ticketing.SignInProof, err error) error {
	v, status := signInView{Token: proof.Token}, http.StatusUnprocessableEntity
	var wrong ticketing.WrongCode
	switch {
	case p.tooMany(w, err), errors.As(err, &wrong) && wrong.Left == 0:
		v.Problem, status = "too_many_codes", http.StatusTooManyRequests
	case errors.As(err, &wrong):
		v.Problem, v.Left = "wrong_code", wrong.Left
		if wrong.Left == 1 {
			v.Problem = "wrong_code_last"
		}
	case errors.Is(err, ticketing.ErrOtherBrowser):
		v.Problem = "other_browser"
	case errors.Is(err, ticketing.ErrNotFound):
		if proof.Token == "" {
			return p.redirect(w, "/sign-in")
		}
	default:
		return err
	}
	if proof.Token != "" {
		return p.renderLink(w, r, status, v)
	}
	return p.renderCheck(w, r, status, v)
}
