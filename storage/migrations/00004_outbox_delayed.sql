-- Mails that were tried in vain and that nobody was told of. They are looked
-- for each minute, and there are few, whatever else the outbox holds.
CREATE INDEX outbox_delayed ON outbox (created_at, id) WHERE waiting AND last_error <> '' AND reported = '';
