-- Times are milliseconds since 1970 in UTC; 0 is "never". Ids that may be
-- missing are 0. {id}, {bytes} and {clustered} are filled in by the dialect.

CREATE TABLE mailbox (
    id      {id},
    address TEXT NOT NULL UNIQUE,
    name    TEXT NOT NULL
);

CREATE TABLE mailbox_pause (
    mailbox_id   BIGINT PRIMARY KEY REFERENCES mailbox (id),
    paused_until BIGINT NOT NULL,
    reason       TEXT NOT NULL
);

CREATE TABLE organisation (
    id   {id},
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE organisation_domain (
    domain          TEXT NOT NULL PRIMARY KEY,
    organisation_id BIGINT NOT NULL REFERENCES organisation (id)
);
CREATE INDEX organisation_domain_organisation ON organisation_domain (organisation_id);

CREATE TABLE person (
    id              {id},
    name            TEXT NOT NULL,
    address         TEXT NOT NULL,
    language        TEXT NOT NULL,
    organisation_id BIGINT NOT NULL,
    agent           BOOLEAN NOT NULL,
    auto_exempt     BOOLEAN NOT NULL
);
CREATE INDEX person_agent ON person (id) WHERE agent;

-- Every address by which a person is known.
CREATE TABLE address (
    address   TEXT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id)
){clustered};
CREATE INDEX address_person ON address (person_id);

CREATE TABLE ticket (
    id               {id},
    mailbox_id       BIGINT NOT NULL,
    subject          TEXT NOT NULL,
    status           TEXT NOT NULL,
    priority         TEXT NOT NULL,
    requester_id     BIGINT NOT NULL,
    assignee_id      BIGINT NOT NULL,
    organisation_id  BIGINT NOT NULL,
    hold_reason      TEXT NOT NULL,
    solved_reason    TEXT NOT NULL,
    solved_at        BIGINT NOT NULL,
    merged_into      BIGINT NOT NULL,
    bulk             BOOLEAN NOT NULL,
    flagged          BOOLEAN NOT NULL,
    created_at       BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    thread_index     TEXT NOT NULL,
    thread_ids       TEXT NOT NULL,
    link_count       BIGINT NOT NULL
);
CREATE INDEX ticket_activity ON ticket (last_activity_at, id);
CREATE INDEX ticket_unsolved ON ticket (last_activity_at, id) WHERE status <> 'solved';
CREATE INDEX ticket_status ON ticket (status, last_activity_at, id);
CREATE INDEX ticket_mailbox ON ticket (mailbox_id, last_activity_at, id);
CREATE INDEX ticket_assignee ON ticket (assignee_id, last_activity_at, id) WHERE assignee_id <> 0;

-- Both directions of a relation are rows.
CREATE TABLE ticket_link (
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    linked_id BIGINT NOT NULL REFERENCES ticket (id),
    PRIMARY KEY (ticket_id, linked_id)
);

CREATE TABLE participant (
    id          {id},
    ticket_id   BIGINT NOT NULL REFERENCES ticket (id),
    person_id   BIGINT NOT NULL REFERENCES person (id),
    name        TEXT NOT NULL,
    address     TEXT NOT NULL,
    language    TEXT NOT NULL,
    role        TEXT NOT NULL,
    since_entry BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    added_by    TEXT NOT NULL,
    reached     BOOLEAN NOT NULL,
    created_at  BIGINT NOT NULL,
    removed_at  BIGINT NOT NULL,
    UNIQUE (ticket_id, person_id, role)
);
CREATE INDEX participant_person ON participant (person_id, ticket_id);

CREATE TABLE raw (
    id     {id},
    sha256 TEXT NOT NULL UNIQUE,
    size   BIGINT NOT NULL
);

-- Pieces of 1 MiB before compression; only the last one is shorter.
CREATE TABLE raw_chunk (
    raw_id   BIGINT NOT NULL REFERENCES raw (id),
    position BIGINT NOT NULL,
    data     {bytes} NOT NULL,
    PRIMARY KEY (raw_id, position)
){clustered};

CREATE TABLE ledger (
    id           {id},
    mailbox_id   BIGINT NOT NULL,
    source       TEXT NOT NULL,
    folder       TEXT NOT NULL,
    uidvalidity  BIGINT NOT NULL,
    uid          BIGINT NOT NULL,
    raw_id       BIGINT NOT NULL,
    size         BIGINT NOT NULL,
    header_only  BOOLEAN NOT NULL,
    backlog      BOOLEAN NOT NULL,
    received_at  BIGINT NOT NULL,
    spooled_at   BIGINT NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    claimed_by   TEXT NOT NULL,
    ticket_id    BIGINT NOT NULL,
    entry_id     BIGINT NOT NULL,
    message_id   TEXT NOT NULL,
    body_digest  TEXT NOT NULL,
    sender       TEXT NOT NULL,
    done_at      BIGINT NOT NULL,
    identity     TEXT NOT NULL,
    action_due   BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX ledger_uid ON ledger (mailbox_id, folder, uidvalidity, uid) WHERE uid > 0;
CREATE INDEX ledger_spooled ON ledger (due_at, id) WHERE state = 'spooled';
CREATE INDEX ledger_action ON ledger (mailbox_id, folder, uidvalidity, uid) WHERE action_due;
CREATE INDEX ledger_notable ON ledger (state, id) WHERE state NOT IN ('spooled', 'applied');
CREATE INDEX ledger_raw ON ledger (raw_id) WHERE raw_id <> 0;
CREATE INDEX ledger_message_id ON ledger (message_id) WHERE message_id <> '';
CREATE INDEX ledger_sender ON ledger (sender, done_at) WHERE sender <> '';
CREATE INDEX ledger_ticket ON ledger (ticket_id, id) WHERE ticket_id <> 0;
CREATE INDEX ledger_identity ON ledger (identity) WHERE identity <> '';

CREATE TABLE folder_cursor (
    mailbox_id  BIGINT NOT NULL,
    folder      TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    last_uid    BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, folder)
);

CREATE TABLE lease (
    name       TEXT NOT NULL PRIMARY KEY,
    owner      TEXT NOT NULL,
    epoch      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE entry (
    id               {id},
    ticket_id        BIGINT NOT NULL REFERENCES ticket (id),
    kind             TEXT NOT NULL,
    visibility       TEXT NOT NULL,
    author_id        BIGINT NOT NULL,
    author_name      TEXT NOT NULL,
    author_address   TEXT NOT NULL,
    author_role      TEXT NOT NULL,
    via              TEXT NOT NULL,
    verdict          TEXT NOT NULL,
    verdict_evidence TEXT NOT NULL,
    unverified       BOOLEAN NOT NULL,
    why              TEXT NOT NULL,
    mail_id          BIGINT NOT NULL,
    raw_sha256       TEXT NOT NULL,
    message_id       TEXT NOT NULL,
    subject          TEXT NOT NULL,
    mail_kind        TEXT NOT NULL,
    text             TEXT NOT NULL,
    full_text        TEXT NOT NULL,
    html             TEXT NOT NULL,
    event            TEXT NOT NULL,
    event_args       TEXT NOT NULL,
    review_state     TEXT NOT NULL,
    review           TEXT NOT NULL,
    attachment_count BIGINT NOT NULL,
    at               BIGINT NOT NULL
);
CREATE INDEX entry_ticket ON entry (ticket_id, id);
CREATE INDEX entry_event ON entry (ticket_id, event, at) WHERE event <> '';
CREATE INDEX entry_review ON entry (id) WHERE review_state = 'waiting';

CREATE TABLE attachment (
    entry_id   BIGINT NOT NULL REFERENCES entry (id),
    position   BIGINT NOT NULL,
    part       TEXT NOT NULL,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    content_id TEXT NOT NULL,
    inline     BOOLEAN NOT NULL,
    PRIMARY KEY (entry_id, position)
);

CREATE TABLE message_id (
    id        TEXT NOT NULL PRIMARY KEY,
    ticket_id BIGINT NOT NULL,
    entry_id  BIGINT NOT NULL
){clustered};

CREATE TABLE outbox (
    id             {id},
    ticket_id      BIGINT NOT NULL,
    entry_id       BIGINT NOT NULL,
    participant_id BIGINT NOT NULL,
    mailbox_id     BIGINT NOT NULL REFERENCES mailbox (id),
    kind           TEXT NOT NULL,
    recipient      TEXT NOT NULL,
    envelope_from  TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    head           {bytes} NOT NULL,
    boundary       TEXT NOT NULL,
    attachments    TEXT NOT NULL,
    state          TEXT NOT NULL,
    waiting        BOOLEAN NOT NULL,
    attempts       BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,
    claimed_by     TEXT NOT NULL,
    last_error     TEXT NOT NULL,
    provider_id    TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    sent_at        BIGINT NOT NULL,
    reported       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_unreported ON outbox (id) WHERE state = 'failed' AND reported <> 'failed';
CREATE INDEX outbox_due ON outbox (mailbox_id, due_at, id) WHERE waiting;
CREATE INDEX outbox_message_id ON outbox (message_id);
CREATE INDEX outbox_automatic ON outbox (created_at) WHERE kind NOT IN ('reply', 'copy');
CREATE INDEX outbox_recipient ON outbox (recipient, created_at);
CREATE INDEX outbox_ticket ON outbox (ticket_id, id);
CREATE INDEX outbox_notable ON outbox (state, id) WHERE state <> 'sent';

CREATE TABLE suppression (
    address       TEXT NOT NULL PRIMARY KEY,
    reason        TEXT NOT NULL,
    failures      BIGINT NOT NULL,
    first_at      BIGINT NOT NULL,
    suppressed_at BIGINT NOT NULL
);

CREATE TABLE signing_key (
    id         TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
