package storage

import (
	"context"
	"time"

	"deskd/ticketing"
)

// AddAgent makes the person with the address an agent, and the person if
// nobody has it. An empty name or language leaves what is known.
func (s *Store) AddAgent(ctx context.Context, address, name, language string) (p ticketing.Person, err error) {
	err = s.update(ctx, func(x *session) error {
		p, err = x.EnsurePerson(ticketing.Address{Name: name, Address: address})
		if err != nil {
			return err
		}
		was := p
		was.Agent, p.Agent = false, true // written also if it was so a moment ago
		if name != "" {
			p.Name = name
		}
		if language != "" {
			p.Language = language
		}
		return x.UpdatePerson(was, p)
	})
	return p, wrap(err, "add agent")
}

// Agents lists the active agents.
func (s *Store) Agents(ctx context.Context) (all []ticketing.Person, err error) {
	err = s.view(ctx, func(x *session) error {
		all, err = x.Agents()
		return err
	})
	return all, err
}

// RemoveAgent ends what the person may do as an agent, everywhere: every reply
// address that was given to it as an agent loses its power. What it wrote
// stays. A person that is no agent is [ticketing.ErrNotFound].
func (s *Store) RemoveAgent(ctx context.Context, address string) error {
	err := s.update(ctx, func(x *session) error {
		p, err := x.PersonByAddress(ticketing.NormalizeAddress(address))
		if err != nil {
			return err
		}
		if !p.Agent {
			return ticketing.ErrNotFound
		}
		was := p
		p.Agent = false
		if err := x.UpdatePerson(was, p); err != nil {
			return err
		}
		_, err = x.exec(`UPDATE participant SET epoch = epoch + 1,
			removed_at = CASE WHEN removed_at = 0 THEN ? ELSE removed_at END
			WHERE person_id = ? AND role = 'agent'`, millis(time.Now()), p.ID)
		return wrap(err, "end places on tickets")
	})
	return wrap(err, "remove agent")
}
