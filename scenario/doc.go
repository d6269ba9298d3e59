// Package scenario holds the mail rules as stories: each file of testdata is
// one story, mails in, a line of equals signs, tickets and mails out. The
// tests play every story with real servers: the mails are put into a mailbox
// of a Dovecot, fetched over IMAP into the store, decided about, and what the
// desk owes is handed to an SMTP server. Each story is played on SQLite and on
// PostgreSQL; both must tell it alike.
//
// `go test ./scenario -update` writes what came out below the line, so that a
// change of behaviour is seen as a difference of these files.
//
// # What a story is made of
//
// Lines that begin with # are comments. The first one says which rule the
// story keeps. Each other line is a step. First the house is furnished:
//
//	mailbox ADDRESS [alias=ADDRESS]… [list=ADDRESS]… [authserv=ID|none] [hop=HOST]…
//	        [anonymous] [exchange] [verp] [assign=RULE] [only=AGENT]…
//	agent ADDRESS NAME
//	organisation NAME DOMAIN…
//	setting NAME VALUE        reopen_within, ack, agents_by_mail, reply_domain, show_agent, receipts,
//	                          assign_on_answer (off in stories unless they say so),
//	                          reminders (S1:2x1d, S1:2xbusiness1d, S1:off or off),
//	                          auto_solve, digest (08:00), zone (Asia/Tokyo) and
//	                          working (9-18, Monday to Friday) of the calendar
//	sla PRIORITY [first=TIME] [next=TIME] [solution=TIME] [24x7] [pause_on_hold] [lead=ADDRESS]
//	                          targets in the hours of an office in Berlin, Monday to Friday, 9 to 17
//	template PATH TEXT…       a file of the desk's own words; \n in it ends a line
//	dns NAME TEXT…            a TXT record; KEY in the text is the public test key
//	macro NAME [LANGUAGE]     a text that agents insert, and a line with one dot
//	relay ses                 the relay gives each mail an id of its own, as Amazon SES
//	clock real                the desk's clock shows the real time
//
// Without a mailbox there is support@example.com, whose server
// mx.example.com is believed about senders. Without agents there is Mia,
// mia@example.com. The clock stands at Monday, 5 January 2026, 09:00 UTC and
// moves on by a minute with each mail.
//
// Then it happens. A mail is a name by which the story knows it, what
// mx.example.com says of its sender, its header, a blank line, its text, and a
// line with one dot:
//
//	mail NAME VERDICT [in=MAILBOX] [sign=DOMAIN]
//	From: Aiko <aiko@acme.example>
//	To: support@example.com
//	Subject: Printer on fire
//
//	It burns.
//	.
//
// The verdict is pass, fail (with the policy reject), none (the server says
// nothing) or bare: nothing is put before the mail, because the story is about
// the evidence. The Message-ID is <NAME@test> and the date the clock's unless
// the header has them; a field "Message-ID: -" leaves it out.
//
//	answer NAME VERDICT PERSON [in=MAILBOX]
//
// is a mail by which a person answers the latest mail the desk sent to him:
// From, To, Subject, In-Reply-To and References are those that a mail program
// would write; fields of the header replace them. PERSON is the part of an
// address before the @, and may say which mail: "mia:note" the latest of that
// kind of letter, "mia#2" the latest about ticket 2.
//
//	sent NAME [in=MAILBOX]    a mail as above in the mailbox's folder Sent
//	again NAME [in=MAILBOX]   the same bytes once more
//	forwarded PERSON          a mail we sent comes back as it was
//	wait 3d                   the clock moves on, d, h or m, and the desk does what is due
//	down 3d                   the clock moves on, and no daemon runs until then
//	rearm                     the timers are set by the settings
//	remindable S3:2x3d        reminders are switched on, with this
//	prefers ADDRESS 07:30 ZONE
//	                          when, and by which clock, an agent wants his morning mail
//	dismiss ADDRESS           somebody is no agent any more
//	assign N ADDRESS, priority N LEVEL [REASON], remind N 3d
//	merge N M [people]        ticket N into ticket M
//	unmerge N, relate N M, unrelate N M
//	addcc N ADDRESS, removecc N ADDRESS
//	status N STATUS [REASON]
//	release N [ENTRY] [trust] [admit] [proposed]
//	drop N [ENTRY], split N [ENTRY]
//	note N TEXT
//	replay NAME [charset=CHARSET]
//	                          the mail's words are read again, and put right
//	misread NAME TEXT         an older program had found this text in the mail
//	begin                     what came before is not told
//	exempt ADDRESS            mails of the person are written by hand, whatever they say
//	damage N M                ticket N points at M, as if merged, past the desk
//
// What is done to tickets is done by Mia at the command line; a held entry is the latest
// one of the ticket unless its number is given. A step that is refused says
// so in the outcome.
//
// In headers and texts, {…} stands for something the desk made:
//
//	{reply PERSON}            the reply address in the latest mail to him
//	{line PERSON WORD}        the address below the line of his morning mail with the word
//	{unfollow PERSON}         the address in its List-Unsubscribe
//	{id PERSON}, {envid PERSON}, {root PERSON}, {subject PERSON}
//	                          that mail's Message-ID, envelope id, the first of
//	                          its References, its subject
//	{sender PERSON}           that mail's envelope sender
//	{date}                    the clock
//
// followed, if wanted, by changes: |upper, |percent (the plus sign as %2B),
// |spoil (the last character before the @ is another one), |bare (without <>).
package scenario
