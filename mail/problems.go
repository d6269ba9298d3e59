package mail

import (
	"fmt"
	"slices"
	"strings"

	"deskd/ticketing"
)

// problems collects what was wrong with a mail, each thing once.
type problems struct {
	list []ticketing.Problem
}

// maxProblems bounds the list: a mail with 500 broken parts is broken enough.
const maxProblems = 20

func (p *problems) add(key ticketing.ProblemKey) { p.addArg(key, "") }

// addArg adds a problem with what goes into its text.
func (p *problems) addArg(key ticketing.ProblemKey, arg any) {
	problem := ticketing.Problem{Key: key, Arg: plainName(fmt.Sprint(arg))}
	if len(p.list) < maxProblems && !slices.Contains(p.list, problem) {
		p.list = append(p.list, problem)
	}
}

// plainName keeps 40 bytes of a name that came with the mail, and of those only
// what the names of charsets are made of: it stands among our own words.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isAlnum(byte(r)) || strings.ContainsRune("-_.:+", r) {
			return r
		}
		return '?'
	}, shorten(s, 40))
}
