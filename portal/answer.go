package portal

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"deskd/ticketing"
)

// maxForm bounds the body of a form, in bytes: a text of [ticketing.MaxAnswer],
// of which a line break takes six ("%0D%0A"), and room for the rest.
const maxForm = 6*ticketing.MaxAnswer + 4096

// answerView is the page of a reminder's link.
type answerView struct {
	ticketing.AnswerPage
	// Answer and Text are what was typed, where the form comes back.
	Answer ticketing.Answer
	Text   string
	// Missing: no answer was chosen. TooLong: the text is.
	Missing, TooLong bool
}

// Wrong reports whether the form comes back because of what it says.
func (v answerView) Wrong() bool { return v.Missing || v.TooLong }

// showAnswer is the page that the link of a reminder leads to.
func (p *portal) showAnswer(w http.ResponseWriter, r *http.Request) error {
	_, page, err := p.openAnswer(r)
	if err != nil {
		return err
	}
	return p.renderAnswer(w, http.StatusOK, answerView{AnswerPage: page})
}

// takeAnswer takes the form of that page, and leads back to the page, which says
// where the request stands.
func (p *portal) takeAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	desk, page, err := p.openAnswer(r)
	if err != nil {
		return err
	}
	if !desk.VerifyForm(r.PathValue("token"), r.PostForm.Get("form")) {
		return errForm
	}
	v := answerView{AnswerPage: page, Answer: ticketing.Answer(r.PostForm.Get("answer")), Text: r.PostForm.Get("text")}
	var command ticketing.Command
	switch v.Answer {
	case ticketing.AnswerSolved:
		command = ticketing.CustomerSolved{Text: v.Text}
	case ticketing.AnswerProblem:
		command = ticketing.CustomerStillProblem{Text: v.Text, Standard: p.Texts.Text(page.DeskLanguage, "portal.answer.standard")}
	default:
		v.Missing = true
	}
	v.TooLong = len(strings.ReplaceAll(v.Text, "\r\n", "\n")) > ticketing.MaxAnswer
	if v.Wrong() {
		return p.renderAnswer(w, http.StatusUnprocessableEntity, v)
	}
	if err := desk.Do(r.Context(), page.Actor, page.Ticket, command); err != nil {
		return err
	}
	w.Header().Set("Location", p.base.Path+"/answer/"+r.PathValue("token"))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// openAnswer reads what a link is about, by the keys of now.
func (p *portal) openAnswer(r *http.Request) (*ticketing.Desk, ticketing.AnswerPage, error) {
	desk, err := p.desk(r)
	if err != nil {
		return nil, ticketing.AnswerPage{}, err
	}
	page, err := desk.OpenAnswer(r.Context(), r.PathValue("token"))
	return desk, page, err
}

func (p *portal) renderAnswer(w http.ResponseWriter, status int, v answerView) error {
	return p.render(w, status, "answer", view{Language: v.Language, Desk: v.Desk, Page: v})
}

// readForm reads a form of ours: URL-encoded, and no larger than such a form
// can be.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return errForm
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case err != nil:
		return fmt.Errorf("%w: %w", errForm, err)
	}
	return nil
}
