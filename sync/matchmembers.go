package sync

import (
	"context"
	"fmt"
	"iter"

	"crmsync/match"
	"crmsync/store"
)

// networkMembers streams the people or companies of the network as the model sees them.
func (e *Engine) networkMembers(ctx context.Context, kind match.Kind) iter.Seq2[match.Member, error] {
	if kind == match.Company {
		return e.companyMembers(ctx)
	}
	return e.personMembers(ctx)
}

func (e *Engine) companyMembers(ctx context.Context) iter.Seq2[match.Member, error] {
	return func(yield func(match.Member, error) bool) {
		for company, err := range e.store.EachCompany(ctx, "") {
			if err != nil {
				yield(match.Member{}, fmt.Errorf("read companies: %w", err))
				return
			}
			if !yield(companyMember(company), nil) {
				return
			}
		}
	}
}

// personMembers walks people and their positions side by side, both by person id.
func (e *Engine) personMembers(ctx context.Context) iter.Seq2[match.Member, error] {
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
			if !yield(personMember(person, positions), nil) {
				return
			}
		}
	}
}
