package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce"
)

// pair is a decision being made: a record and the member it is about.
type pair struct {
	record  store.Record
	current store.Match // as it is; state "none" when the record was never matched
	member  string
	scored  match.Candidate // of the member, as far as the model knows it
	seen    *Seen           // how it was seen when it was decided; nil: as it is
}

// Accept takes the match that a record has, or is suggested (S60, S136). It holds until it is undone or a
// person decides otherwise. The id of the audit event is returned.
func (e *Engine) Accept(ctx context.Context, actor Actor, recordID, note string) (auditID string, err error) {
	return e.AcceptSeen(ctx, actor, recordID, note, nil)
}

// AcceptSeen is Accept for somebody who looked at the match before: when it is not as it was seen any more, nothing is
// decided and the error match.changed says who changed it.
func (e *Engine) AcceptSeen(ctx context.Context, actor Actor, recordID, note string, seen *Seen) (auditID string, err error) {
	p, err := e.pairOf(ctx, recordID)
	if err != nil {
		return "", err
	}
	p.seen = seen
	if err := e.still(ctx, p); err != nil {
		return "", err
	}
	member := p.proposed()
	if member == "" {
		return "", fault("match.nothing_proposed", "Choose somebody: crmsync match rematch.", "record %s has no match to accept", p.record.ID)
	}
	p.take(member)
	return e.decide(ctx, actor, ActMatchAccept, p, store.VerdictAccept, note)
}

// Reject keeps a record and a member apart for ever, across runs and models (S63). An empty member means the one that
// the record has or is suggested.
func (e *Engine) Reject(ctx context.Context, actor Actor, recordID, memberID, note string) (auditID string, err error) {
	return e.RejectSeen(ctx, actor, recordID, memberID, note, nil)
}

// RejectSeen is Reject for somebody who looked at the match before, as AcceptSeen is Accept.
func (e *Engine) RejectSeen(ctx context.Context, actor Actor, recordID, memberID, note string, seen *Seen) (auditID string, err error) {
	p, err := e.pairOf(ctx, recordID)
	if err != nil {
		return "", err
	}
	p.seen = seen
	if err := e.still(ctx, p); err != nil {
		return "", err
	}
	member := p.proposed()
	if memberID != "" {
		if member, err = e.memberNamed(ctx, p.record.Object, memberID); err != nil {
			return "", err
		}
	}
	if member == "" {
		return "", fault("match.nothing_proposed", "Name the member, or say that there is none: crmsync match none.", "record %s has no match to reject", p.record.ID)
	}
	p.take(member)
	return e.decide(ctx, actor, ActMatchReject, p, store.VerdictReject, note)
}

// NoMatch says that a record is nobody in the network.
func (e *Engine) NoMatch(ctx context.Context, actor Actor, recordID, note string) (auditID string, err error) {
	p, err := e.pairOf(ctx, recordID)
	if err != nil {
		return "", err
	}
	return e.decide(ctx, actor, ActMatchNone, p, store.VerdictNoMatch, note)
}

// Rematch gives a record the member that a person chose (S60, S62). Both can be named by id or address. If the member
// belonged to another record, that one loses it at once (S19): a match of the model ends, one that a
// person made goes to review.
func (e *Engine) Rematch(ctx context.Context, actor Actor, record, member, note string) (auditID string, err error) {
	p, err := e.pairOf(ctx, record)
	if err != nil {
		return "", err
	}
	id, err := e.memberNamed(ctx, p.record.Object, member)
	if err != nil {
		return "", err
	}
	p.take(id)
	if p.scored.MemberID == "" {
		if p.scored, err = e.scorePair(ctx, p.record, id); err != nil {
			return "", err
		}
	}
	verdict := store.VerdictOverride
	if p.current.MemberID == id && p.current.State != store.MatchOverridden {
		verdict = store.VerdictAccept
	}
	return e.decide(ctx, actor, ActMatchRematch, p, verdict, note)
}

// pairOf reads a record and what is known of its match. The record can be named by id or address.
func (e *Engine) pairOf(ctx context.Context, named string) (pair, error) {
	id, ok := recordIn(strings.TrimSpace(named))
	if !ok {
		return pair{}, fault("record.not_found", "Give the id or the address of a lead, contact or account.", "%q names no Salesforce record", named)
	}
	object := store.ObjectOf(id)
	if !slices.Contains([]string{"Lead", "Contact", "Account"}, object) {
		return pair{}, fault("match.object", "Only leads, contacts and accounts are matched.", "%s is an %s", id, nameOr(object, "unknown record"))
	}
	if len(id) == 15 {
		full, err := salesforce.CaseSafeID(id)
		if err != nil {
			return pair{}, fault("record.not_found", "Copy the id again.", "%q is no Salesforce id", id)
		}
		id = full
	}
	record, err := e.store.Record(ctx, object, id)
	if errors.Is(err, store.ErrNotFound) {
		return pair{}, fault("record.not_found", "Import first: crmsync import.", "there is no %s %s among the imported records", strings.ToLower(object), id)
	}
	if err != nil {
		return pair{}, fmt.Errorf("read %s %s: %w", object, id, err)
	}
	current, err := e.store.Match(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		current = store.Match{RecordID: id, Object: object, State: store.MatchNone, NullScore: store.ScoreUnit}
	} else if err != nil {
		return pair{}, fmt.Errorf("read the match of %s: %w", id, err)
	}
	return pair{record: record, current: current}, nil
}

// take makes the pair about a member, with the score that the last run gave it.
func (p *pair) take(member string) {
	p.member = member
	p.scored = match.Candidate{}
	for _, candidate := range decodeCandidates(p.current.Candidates) {
		if candidate.MemberID == member {
			p.scored = candidate
		}
	}
	if p.scored.MemberID == "" && p.current.MemberID == member {
		p.scored = match.Candidate{MemberID: member, Probability: asProbability(p.current.Score), Bits: match.Bits(p.current.Bits), Evidence: p.current.Evidence}
	}
}

// memberNamed finds a person for a lead or contact, a company for an account, by id or address (S3).
func (e *Engine) memberNamed(ctx context.Context, object, named string) (string, error) {
	named = strings.TrimSpace(named)
	if object == "Account" {
		company, err := e.findCompany(ctx, named)
		if err != nil {
			return "", e.wrongSide(ctx, err, "company", named)
		}
		return company.ID, nil
	}
	person, err := e.findPerson(ctx, named)
	if err != nil {
		return "", e.wrongSide(ctx, err, "person", named)
	}
	return person.ID, nil
}

// wrongSide tells what is not there from what is there and does not fit: people go with leads and contacts, companies with accounts.
func (e *Engine) wrongSide(ctx context.Context, err error, wanted, named string) error {
	if !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("look for a %s: %w", wanted, err)
	}
	_, personErr := e.findPerson(ctx, named)
	_, companyErr := e.findCompany(ctx, named)
	if personErr == nil || companyErr == nil {
		return fault("match.pairing", "People go with leads and contacts, companies with accounts.", "%s is no %s", named, wanted)
	}
	return fault(wanted+".not_found", "Look for one: crmsync match search.", "there is no %s %q in the network", wanted, named)
}

// scorePair scores a pair that no run proposed, with the model of the last one. Without a model it has no score.
func (e *Engine) scorePair(ctx context.Context, record store.Record, memberID string) (match.Candidate, error) {
	kind := kindOfObject(record.Object)
	_, model, err := e.newestModel(ctx, kind)
	if err != nil || model == nil {
		return match.Candidate{}, err
	}
	member, err := e.member(ctx, kind, memberID)
	if err != nil {
		return match.Candidate{}, err
	}
	asRecord, err := e.matchRecordOf(ctx, record)
	if err != nil {
		return match.Candidate{}, err
	}
	hits, err := match.Search(model, asRecord, "", match.Slice([]match.Member{member}), 1)
	if err != nil || len(hits) == 0 {
		return match.Candidate{}, err
	}
	return match.Candidate{MemberID: memberID, Probability: hits[0].Probability, Bits: hits[0].Bits, Evidence: hits[0].Evidence}, nil
}

// member reads a person or company as the model sees it.
func (e *Engine) member(ctx context.Context, kind match.Kind, id string) (match.Member, error) {
	if kind == match.Company {
		company, err := e.store.Company(ctx, id)
		return companyMember(company), err
	}
	person, err := e.store.Person(ctx, id)
	if err != nil {
		return match.Member{}, err
	}
	positions, err := e.store.Positions(ctx, id)
	return personMember(person, positions), err
}

// matchRecordOf is a record as the model sees it, with the company that its account is linked to.
func (e *Engine) matchRecordOf(ctx context.Context, record store.Record) (match.Record, error) {
	linked := map[string]string{}
	if account := record.Get("AccountId"); record.Object == "Contact" && account != "" {
		row, err := e.store.Match(ctx, account)
		if ignoreNotFound(err) != nil {
			return match.Record{}, fmt.Errorf("read the match of %s: %w", account, err)
		}
		if err == nil && row.State.Live() {
			linked[account] = row.MemberID
		}
	}
	return matchRecord(record, linked), nil
}

// decide makes one decision: the sticky judgement and what follows from it at once.
func (e *Engine) decide(ctx context.Context, actor Actor, act ActID, p pair, verdict store.Verdict, note string) (string, error) {
	auditID, err := e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		made := decisionMaker{tx: tx, actor: actor, note: oneLine(note), now: e.store.Now()}
		return made.make(p, verdict)
	})
	if errors.Is(err, errSeen) { // changed between the first look and the transaction
		if p.current, err = e.store.Match(ctx, p.record.ID); err == nil {
			err = e.still(ctx, p)
		}
	}
	if errors.Is(err, errAlready) {
		return "", e.already(ctx, p)
	}
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventMatches, Done: 1, Text: string(act), Actor: actor.Name, Subject: subjectOfRecord(p.record.ID), Audit: auditID})
	return auditID, nil
}
