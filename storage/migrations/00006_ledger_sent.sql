-- When a mail says that it was sent, by which copies are told from other mails
-- with the same Message-ID. 0 for mails decided before.
ALTER TABLE ledger ADD COLUMN sent_at BIGINT NOT NULL DEFAULT 0;
