package storage

import (
	"context"
	"errors"

	"deskd/ticketing"
)

func scanOrganisation(r scanner) (o ticketing.Organisation, err error) {
	err = r.Scan(&o.ID, &o.Name)
	return o, err
}

func (x *session) readDomains(o *ticketing.Organisation) (err error) {
	o.Domains, err = list(x, plain[string],
		"SELECT domain FROM organisation_domain WHERE organisation_id = ? ORDER BY domain", o.ID)
	return err
}

// OrganisationByDomain implements [ticketing.Reader].
func (x *session) OrganisationByDomain(domain string) (ticketing.Organisation, error) {
	if o, ok := x.known.organisations[domain]; ok {
		return o.get()
	}
	o, err := one(x, scanOrganisation, `SELECT o.id, o.name FROM organisation_domain d
		JOIN organisation o ON o.id = d.organisation_id WHERE d.domain = ?`, domain)
	if err == nil {
		err = x.readDomains(&o)
	}
	if x.known.on && (err == nil || errors.Is(err, ticketing.ErrNotFound)) {
		x.known.organisations[domain] = maybe[ticketing.Organisation]{o, err == nil}
	}
	return o, wrap(err, "read organisation of a domain")
}

// AddOrganisation makes an organisation, or finds the one with the name.
func (s *Store) AddOrganisation(ctx context.Context, name string) (o ticketing.Organisation, err error) {
	err = s.update(ctx, func(x *session) error {
		o, err = one(x, scanOrganisation, `INSERT INTO organisation (name) VALUES (?)
			ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, name`, name)
		if err != nil {
			return err
		}
		return x.readDomains(&o)
	})
	return o, wrap(err, "add organisation")
}

// Organisations lists all organisations by name, with their domains.
func (s *Store) Organisations(ctx context.Context) (all []ticketing.Organisation, err error) {
	err = s.view(ctx, func(x *session) error {
		if all, err = list(x, scanOrganisation, "SELECT id, name FROM organisation ORDER BY name, id"); err != nil {
			return err
		}
		place := map[int64]int{}
		for i, o := range all {
			place[o.ID] = i
		}
		domains, err := list(x, scanKeyed[int64, string], "SELECT organisation_id, domain FROM organisation_domain ORDER BY domain")
		for _, d := range domains {
			o := &all[place[d.key]]
			o.Domains = append(o.Domains, d.row)
		}
		return err
	})
	return all, wrap(err, "list organisations")
}

// MapDomain says that people of a domain are colleagues within the
// organisation; organisation 0 ends that.
func (s *Store) MapDomain(ctx context.Context, domain string, organisationID int64) error {
	domain = ticketing.NormalizeDomain(domain)
	err := s.update(ctx, func(x *session) error {
		if organisationID == 0 {
			_, err := x.exec("DELETE FROM organisation_domain WHERE domain = ?", domain)
			return err
		}
		if _, err := one(x, plain[int64], "SELECT id FROM organisation WHERE id = ?", organisationID); err != nil {
			return wrap(err, "organisation %d", organisationID)
		}
		_, err := x.exec(`INSERT INTO organisation_domain (domain, organisation_id) VALUES (?, ?)
			ON CONFLICT (domain) DO UPDATE SET organisation_id = excluded.organisation_id`, domain, organisationID)
		return err
	})
	return wrap(err, "map domain %s", domain)
}

// RemoveOrganisation takes an organisation away, with its domains. Its people
// and tickets belong to none then.
func (s *Store) RemoveOrganisation(ctx context.Context, id int64) error {
	err := s.update(ctx, func(x *session) error {
		for _, command := range []string{
			"DELETE FROM organisation_domain WHERE organisation_id = ?",
			"UPDATE person SET organisation_id = 0 WHERE organisation_id = ?",
			"UPDATE ticket SET organisation_id = 0 WHERE organisation_id = ?",
		} {
			if _, err := x.exec(command, id); err != nil {
				return err
			}
		}
		return changedOne(x.exec("DELETE FROM organisation WHERE id = ?", id))
	})
	return wrap(err, "remove organisation %d", id)
}
