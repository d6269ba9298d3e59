-- Who is signing in to the pages, and who has. Secrets are kept as hashes.
CREATE TABLE sign_in (
    id          {id},
    address     TEXT NOT NULL,
    browser     TEXT NOT NULL,
    token       TEXT NOT NULL,
    code        TEXT NOT NULL,
    device      TEXT NOT NULL,
    language    TEXT NOT NULL,
    return_to   TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    made_at     BIGINT NOT NULL,
    mailed_at   BIGINT NOT NULL,
    used_at     BIGINT NOT NULL
);
CREATE INDEX sign_in_browser ON sign_in (browser, made_at);
CREATE INDEX sign_in_token ON sign_in (token, made_at) WHERE token <> '';
CREATE INDEX sign_in_address ON sign_in (address, made_at);
CREATE INDEX sign_in_made ON sign_in (made_at);

CREATE TABLE web_session (
    id        {id},
    person_id BIGINT NOT NULL REFERENCES person (id),
    token     TEXT NOT NULL,
    address   TEXT NOT NULL,
    device    TEXT NOT NULL,
    agent     BOOLEAN NOT NULL,
    made_at   BIGINT NOT NULL,
    seen_at   BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX web_session_token ON web_session (token);
CREATE INDEX web_session_person ON web_session (person_id, seen_at);
CREATE INDEX web_session_ends ON web_session (ends_at);

-- How often something was done that is limited: when it may be done as often as
-- ever. A row from before now says nothing.
CREATE TABLE rate (
    name    TEXT PRIMARY KEY,
    full_at BIGINT NOT NULL
){clustered};
CREATE INDEX rate_full ON rate (full_at);
