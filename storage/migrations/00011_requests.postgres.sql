-- What a customer's list of requests is read from: where each stands, and when
-- something came last that he may see; 0 while there is nothing.
ALTER TABLE participant ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE participant ADD COLUMN activity BIGINT NOT NULL DEFAULT 0;
UPDATE participant SET
    status = COALESCE((SELECT t.status FROM ticket t WHERE t.id = participant.ticket_id), ''),
    activity = COALESCE((SELECT MAX(e.at) FROM entry e WHERE e.ticket_id = participant.ticket_id AND e.visibility = 'public'
        AND (participant.role = 'requester' OR e.id >= participant.since_entry)), 0)
WHERE role <> 'agent';
CREATE INDEX participant_activity ON participant (person_id, role, status, activity, ticket_id) WHERE removed_at = 0 AND activity > 0;
CREATE INDEX participant_number ON participant (person_id, role, status, ticket_id) WHERE removed_at = 0 AND activity > 0;

-- Public messages alone, each with those who may see it: customers search here.
CREATE TABLE request_search (
    entry_id BIGINT NOT NULL PRIMARY KEY,
    tokens   TSVECTOR NOT NULL
);
CREATE INDEX request_search_tokens ON request_search USING gin (tokens);

-- Up to which entry the index still has to be filled, from the last one back.
INSERT INTO fact (name, value) SELECT 'requests to index', CAST(MAX(id) AS TEXT) FROM entry HAVING MAX(id) IS NOT NULL;
