// Package servertest starts the real servers deskd talks to, for tests and
// for the benchmark: Dovecot (IMAP), PostgreSQL, and an SMTP server that keeps
// what it was handed.
//
// Each server runs on free loopback ports in a temporary folder, as an
// unprivileged user when the process is root, and ends with the test that
// started it. On Linux the kernel ends it as well when the test process dies,
// however it dies; only its temporary folder can then stay behind.
//
// Tests call NewDovecot, NewPostgres (or SharedPostgres) and NewSink, which
// end the test when a server cannot be had. When Dovecot or PostgreSQL is not
// installed the test is skipped with the text of the [MissingError], which
// says what to install; with CI or DESKD_REQUIRE_SERVERS=1 in the environment
// it fails instead, so that nothing is skipped unnoticed. Programs call
// StartDovecot, StartPostgres and StartSink, which return errors, and Close.
//
// The methods that prepare or inspect a server's content take a [TB] and end
// the test on failure, since a test cannot go on without them; the few that
// the benchmark needs return errors.
package servertest
