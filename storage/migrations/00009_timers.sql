-- What time brings about: one row for each thing that comes due, by what it is
-- about. A claim ends at claimed_until; who made it may have been killed.
CREATE TABLE timer (
    id            {id},
    kind          TEXT NOT NULL,
    ticket_id     BIGINT NOT NULL,
    person_id     BIGINT NOT NULL,
    due_at        BIGINT NOT NULL,
    detail        TEXT NOT NULL,
    claimed_by    TEXT NOT NULL,
    claimed_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX timer_subject ON timer (ticket_id, kind, person_id);
CREATE INDEX timer_due ON timer (due_at, id);

-- What customers are told beside why a ticket is on hold; words by which agents
-- find it; what its targets and reminders are computed from.
ALTER TABLE ticket ADD COLUMN hold_note TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN clock TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN chase TEXT NOT NULL DEFAULT '';
CREATE TABLE ticket_tag (
    tag       TEXT NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    PRIMARY KEY (tag, ticket_id)
){clustered};
-- How much each agent has to do.
CREATE INDEX ticket_load ON ticket (assignee_id) WHERE assignee_id <> 0 AND status <> 'solved';

-- How an agent wants to be told of what, and until when somebody is away.
ALTER TABLE person ADD COLUMN preferences TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN away_until BIGINT NOT NULL DEFAULT 0;

-- Whose turn it was last where tickets go round.
ALTER TABLE mailbox ADD COLUMN last_assignee_id BIGINT NOT NULL DEFAULT 0;
