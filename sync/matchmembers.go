package sync

import (
	"context"
	"fmt"
	"iter"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// networkMembers streams the people or companies of the network as the model sees them, those that changed since a
// time, or all for the zero time.
func (e *Engine) networkMembers(ctx context.Context, kind match.Kind, since time.Time) iter.Seq2[match.Member, error] {
	if kind == match.Company {
		return e.companyMembers(ctx, since)
	}
	return e.personMembers(ctx, since)
}

func (e *Engine) companyMembers(ctx context.Context, since time.Time) iter.Seq2[match.Member, error] {
	return func(yield func(match.Member, error) bool) {
		for company, err := range e.store.EachCompany(ctx, "") {
			if err != nil {
				yield(match.Member{}, fmt.Errorf("read companies: %w", err))
				return
			}
			if company.ChangedAt.Before(since) {
				continue
			}
			if !yield(companyMember(company), nil) {
				return
			}
		}
	}
}

// personMembers walks people and their positions side by side, both by person id.
func (e *Engine) personMembers(ctx context.Context, since time.Time) iter.Seq2[match.Member, error] {
	return func(yield func(match.Member, error) bool) {
		next, stop := iter.Pull2(e.store.EachPosition(ctx, ""))
		defer stop()
		position, err, more := next()
		for person, readErr := range e.store.EachPerson(ctx, "") {
			if readErr != nil {
				yield(match.Member{}, fmt.Errorf("read people: %w", readErr))
				return
			}
			var positions []store.Position
			for more && err == nil && position.PersonID <= person.ID {
				if position.PersonID == person.ID {
					positions = append(positions, position)
				}
				position, err, more = next()
			}
			if err != nil {
				yield(match.Member{}, fmt.Errorf("read positions: %w", err))
				return
			}
			if person.ChangedAt.Before(since) {
				continue
			}
			if !yield(personMember(person, positions), nil) {
				return
			}
		}
	}
}
