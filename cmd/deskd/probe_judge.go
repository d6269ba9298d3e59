package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"deskd/mail"
	"deskd/ticketing"
)

// probeFacts are all that a probe found out about one mailbox.
type probeFacts struct {
	address          string
	replyForm        ticketing.ReplyForm
	authservID       string
	anonymous        bool
	hops             []string
	exchangeInternal bool
	verp             bool
	trust            mail.Trust // what these settings amount to

	trials  map[string]*trial // those sent, by name
	verdict ticketing.Verdict // of the plain one, by these settings
	quiet   time.Duration     // a mail seen sooner was told of by the server
}

// seen gives a trial that came back, nil if it did not.
func (p *probeFacts) seen(name string) *trial {
	if t := p.trials[name]; t != nil && t.seen {
		return t
	}
	return nil
}

// forgedIDs are the authserv-ids that a forger would use: the one that is
// trusted, and the one that the server wrote.
func (p *probeFacts) forgedIDs() []string {
	var ids []string
	if p.authservID != "" {
		ids = append(ids, p.authservID)
	}
	if t := p.seen(trialPlain); t != nil {
		if top, _, ok := t.trace.Topmost(); ok && top.AuthservID != "" && !strings.EqualFold(top.AuthservID, p.authservID) {
			ids = append(ids, top.AuthservID)
		}
	}
	return ids
}

// judgeProbe says what follows from a probe. It is pure: the same facts give
// the same lines.
func judgeProbe(p probeFacts) []finding {
	plain := p.trials[trialPlain]
	switch {
	case plain == nil || plain.fault != "":
		return []finding{{gradeFail, probePart, "no mail could be sent", ""}}
	case plain.Refused != nil:
		return []finding{{gradeFail, probePart, "the relay does not take a mail to the mailbox itself: " + plain.Refused.Error(),
			"see that the user of smtp may send as this address"}}
	case !plain.seen:
		return []finding{{gradeFail, probePart, "a mail to the mailbox itself did not arrive, though the relay took it: " + plain.Answer,
			"wait longer with --wait, look into the junk folder, or ask the provider about it"}}
	}
	var all []finding
	for _, judge := range []func(*probeFacts) []finding{
		judgeArrival, judgeTagged, judgeMessageID, judgeReferences, judgeEnvelope,
		judgeResults, judgeForged, judgeQuoted, judgeExchange, judgeVerdict,
	} {
		all = append(all, judge(&p)...)
	}
	return all
}

func one(grade, part, detail, remedy string) []finding {
	return []finding{{grade, part, detail, remedy}}
}

// clockTolerance is how far clocks may differ before anything suffers.
const clockTolerance = 90 * time.Second

// judgeArrival: how soon mail is seen, what the relay answers, and the clocks.
func judgeArrival(p *probeFacts) []finding {
	t := p.seen(trialPlain)
	took := max(t.seenAt.Sub(t.At), 0)
	detail := fmt.Sprintf("a mail was seen %s after the relay had taken it", took.Round(time.Millisecond))
	all := one(gradeOK, "arrival", detail, "")
	if took >= p.quiet {
		all = one(gradeWarn, "arrival", detail+", by looking and not by the server's word",
			"if IDLE does not tell of new mail, set imap.poll as often as you want mail to be looked for")
	}
	switch {
	case len(t.Aliases) > 0:
		all = append(all, finding{gradeOK, "answer", "the relay's last answer names the Message-ID that the mail goes out with: " + strings.Join(t.Aliases, " "), ""})
	case t.ProviderID != "" && !strings.Contains(t.ProviderID, " "):
		all = append(all, finding{gradeOK, "answer", "the relay's last answer names the mail: " + clip(t.ProviderID, 100), ""})
	default:
		all = append(all, finding{gradeOK, "answer", "the relay's last answer is " + clip(t.Answer, 100), ""})
	}
	off := t.receivedAt.Sub(t.seenAt) + took/2
	if off.Abs() > clockTolerance {
		return append(all, finding{gradeWarn, "clock", fmt.Sprintf("the mail server's clock and this machine's differ by %s", off.Abs().Round(time.Second)),
			"set the clocks by NTP: the age of mails and signatures counts"})
	}
	return append(all, finding{gradeOK, "clock", "that of the mail server agrees with this machine's", ""})
}

// judgeTagged: whether replies to reply addresses arrive, and where the
// recipient is named.
func judgeTagged(p *probeFacts) []finding {
	const part = "reply-to"
	form, remedy := "plus addresses", "set desk.reply_domain to a domain of its own, all of whose mail is delivered into this mailbox"
	if p.replyForm.Domain != "" {
		form, remedy = "addresses in "+p.replyForm.Domain, "have all mail of that domain delivered into this mailbox"
	}
	t := p.trials[trialTagged]
	switch {
	case t == nil || t.fault != "":
		return untried(part, t)
	case t.Refused != nil:
		return one(gradeFail, part, form+" are refused: "+t.Refused.Error(), remedy)
	case !t.seen:
		return one(gradeFail, part, "mail to "+form+" does not arrive in this mailbox", remedy+", or wait longer with --wait")
	}
	var named []string
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To", "To"} {
		for _, f := range t.trace.All(strings.ToLower(name)) {
			if strings.Contains(strings.ToLower(f.Value), strings.ToLower(t.mail.To)) && !slices.Contains(named, name) {
				named = append(named, name)
			}
		}
	}
	if len(named) == 0 {
		return one(gradeFail, part, "mail to "+form+" arrives, but its header does not say to which of them", remedy)
	}
	return one(gradeOK, part, form+" arrive, named in "+strings.Join(named, ", "), "")
}

func untried(part string, t *trial) []finding {
	if t == nil {
		return nil
	}
	return one(gradeWarn, part, "not tried: "+t.fault, "run the probe again")
}

// judgeMessageID: whether the desk's mails keep the id by which replies find
// their ticket.
func judgeMessageID(p *probeFacts) []finding {
	const part = "message-id"
	t := p.seen(trialPlain)
	arrived := t.trace.First("message-id")
	switch {
	case strings.EqualFold(arrived, t.messageID):
		return one(gradeOK, part, "kept", "")
	case slices.ContainsFunc(t.Aliases, func(a string) bool { return strings.EqualFold(a, arrived) }):
		return one(gradeOK, part, "replaced by "+clip(arrived, 100)+", which the relay's last answer tells, so replies are found by it", "")
	case strings.EqualFold(t.trace.First(strings.ToLower(exchangeID)), t.messageID):
		return one(gradeOK, part, "replaced by "+clip(arrived, 100)+"; ours is kept in "+exchangeID+", and replies are found by References", "")
	}
	return one(gradeWarn, part, "replaced by "+clip(arrived, 100)+", which the relay does not tell: replies are found by their reply address and by References only",
		"nothing has to be set; forwarded copies of the desk's own mails may be held for review")
}

// judgeReferences: the signed id that leads every chain must come through.
func judgeReferences(p *probeFacts) []finding {
	const part = "references"
	t := p.seen(trialPlain)
	root, _, _ := strings.Cut(t.references, " ")
	arrived := strings.ToLower(t.trace.First("references"))
	switch {
	case !strings.Contains(arrived, strings.ToLower(root)):
		return one(gradeWarn, part, "taken out or rewritten: replies are found by their reply address only", "use another relay if replies to forwarded mails matter")
	case strings.Join(strings.Fields(arrived), " ") != strings.ToLower(t.references):
		return one(gradeOK, part, "rewritten, but the desk's own id at their beginning is kept", "")
	}
	return one(gradeOK, part, "kept", "")
}

// judgeEnvelope: whether each mail may have an envelope sender of its own.
func judgeEnvelope(p *probeFacts) []finding {
	const part = "envelope"
	t := p.trials[trialEnvelope]
	why := ""
	switch {
	case t == nil || t.fault != "":
		return untried(part, t)
	case t.Refused != nil:
		why = "the relay refuses an envelope sender other than the mailbox's: " + t.Refused.Error()
	case !t.seen:
		why = "a mail with an envelope sender of its own does not arrive"
	case !strings.Contains(strings.ToLower(t.trace.First("return-path")), strings.ToLower(t.mail.From)):
		why = "an envelope sender of its own is not kept: Return-Path is " + orNothing(t.trace.First("return-path"))
	case p.seen(trialTagged) == nil:
		why = "an envelope sender of its own is kept, but bounces to it would not arrive, as reply addresses do not"
	case p.verp:
		return one(gradeOK, part, "each mail has an envelope sender of its own, and it is kept", "")
	default:
		return one(gradeOK, part, "an envelope sender of its own is kept", "set smtp.verp = true, so that each bounce finds its mail")
	}
	if p.verp {
		return one(gradeFail, part, why, "set smtp.verp = false")
	}
	return one(gradeOK, part, why+"; leave smtp.verp at false", "")
}

func orNothing(s string) string {
	if s == "" {
		return "missing"
	}
	return clip(s, 100)
}

// judgeVerdict: what the desk makes of its own account's mail, as of an agent's
// who sends by the same server.
func judgeVerdict(p *probeFacts) []finding {
	const part = "agents"
	detail := fmt.Sprintf("mail from %s that is sent by this server is judged %s: %s", ticketing.DomainOf(p.address), p.verdict.Result, p.verdict.Evidence)
	if p.verdict.Result == ticketing.Pass {
		return one(gradeOK, part, detail, "")
	}
	remedy := "agents in this domain cannot act by mail sent this way until it is judged pass"
	if host := p.submissionHost(); host != "" && !p.trust.Hop(host) {
		remedy += fmt.Sprintf("; set trusted_hops = [%q] if only your own people can log in there", host)
	}
	return one(gradeWarn, part, detail, remedy)
}

// submissionHost is the server that took the plain trial from a logged-in
// user, if it says so at the top.
func (p *probeFacts) submissionHost() string {
	for _, f := range p.seen(trialPlain).trace.All("received") {
		switch f.With {
		case "ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA":
			return f.By
		case "LMTP", "LMTPS":
			continue // handed to its own store
		}
		return ""
	}
	return ""
}
