-- Where a folder was read, what for, and which mails were left alone in it. Two
-- servers may give different mails the same UIDVALIDITY and UID: their numbers
-- are told apart by numbering.
ALTER TABLE folder_cursor ADD COLUMN numbering BIGINT NOT NULL DEFAULT 0;
ALTER TABLE folder_cursor ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE folder_cursor ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE folder_cursor ADD COLUMN comparing BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE folder_cursor ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE folder_cursor ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
UPDATE folder_cursor SET
    source = COALESCE((SELECT MIN(l.source) FROM ledger l
        WHERE l.mailbox_id = folder_cursor.mailbox_id AND l.folder = folder_cursor.folder AND l.uid > 0), ''),
    since = COALESCE((SELECT MIN(l.spooled_at) FROM ledger l
        WHERE l.mailbox_id = folder_cursor.mailbox_id AND l.folder = folder_cursor.folder AND l.uid > 0), 0),
    seen = COALESCE((SELECT MAX(CASE WHEN l.received_at < l.spooled_at THEN l.received_at ELSE l.spooled_at END) FROM ledger l
        WHERE l.mailbox_id = folder_cursor.mailbox_id AND l.folder = folder_cursor.folder AND l.uid > 0), 0);

ALTER TABLE ledger ADD COLUMN numbering BIGINT NOT NULL DEFAULT 0;
DROP INDEX ledger_uid;
CREATE UNIQUE INDEX ledger_uid ON ledger (mailbox_id, folder, uidvalidity, numbering, uid) WHERE uid > 0;
