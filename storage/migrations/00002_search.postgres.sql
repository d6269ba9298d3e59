CREATE TABLE entry_search (
    entry_id BIGINT NOT NULL PRIMARY KEY,
    tokens   TSVECTOR NOT NULL
);
CREATE INDEX entry_search_tokens ON entry_search USING gin (tokens);
