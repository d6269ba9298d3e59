-- The mails in hand, which whoever decides next takes over: few, however many
-- are spooled.
CREATE INDEX ledger_claimed ON ledger (id) WHERE state = 'spooled' AND claimed_by <> '';
