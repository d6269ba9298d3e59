-- When a mail says that it was sent, by which copies are told from other mails
-- with the same Message-ID, and what was known of its sender, whose limits
-- weaker proof does not use up. 0 and '' for mails decided before.
ALTER TABLE ledger ADD COLUMN sent_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
DROP INDEX ledger_sender;
CREATE INDEX ledger_sender ON ledger (sender, received_at) WHERE sender <> '';
