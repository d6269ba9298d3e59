-- The relay may have taken the mail already, at an attempt whose answer was
-- lost. It was kept in the words of the last error only, which others overwrite.
ALTER TABLE outbox ADD COLUMN uncertain BOOLEAN NOT NULL DEFAULT false;
UPDATE outbox SET uncertain = true WHERE state = 'unknown' OR last_error LIKE 'may have been taken: %';
