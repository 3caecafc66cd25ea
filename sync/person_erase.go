package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// errErased says that a file names somebody who was erased.
var errErased = errors.New("the person was erased")

// ErasureReceipt says what was erased of a person, and what is elsewhere.
type ErasureReceipt struct {
	At           time.Time        `json:"at"`
	By           string           `json:"by"`
	Removed      map[string]int64 `json:"removed"`           // rows by table
	Unlinked     int              `json:"records_unlinked"`  // CRM records that were linked to the person, or compared with them
	InCRM        []PersonWritten  `json:"in_crm"`            // what we wrote there; it is the CRM's, and stays
	Records      []string         `json:"crm_records"`       // the CRM's own records of the person; they stay, there and here
	FilesRead    int              `json:"files_read"`        // to look for what was erased
	FilesHolding int              `json:"files_holding"`     // has to be 0
	AuditID      string           `json:"audit_id"`          // the fact, without values
	Remembered   int              `json:"digests_kept"`      // by which a later import knows the person again and leaves them out
	Warning      string           `json:"warning,omitempty"` // what could not be done
}

// ErasePerson deletes everything that is kept here about one person of the network, for good: typed must be the
// person's name as it is shown. Keyed digests stay, so that the next import of a file does not bring the person
// back; they tell nobody who it was. The audit trail keeps that somebody was erased, and loses every value that
// told of them. What was written to the CRM stays there and is listed, and so are the CRM's own records.
func (e *Engine) ErasePerson(ctx context.Context, actor Actor, who, typed string) (ErasureReceipt, error) {
	if err := Allowed(actor, ActPersonErase); err != nil {
		return ErasureReceipt{}, err
	}
	person, err := e.LookPerson(ctx, who)
	if err != nil {
		return ErasureReceipt{}, err
	}
	if typed != person.Name {
		return ErasureReceipt{}, fault("usage.person_name", "Type the person's name exactly as it is shown: crmsync person show.", "%q is not the name of that person", typed)
	}
	dossier := PersonDossier{Person: person}
	for _, gather := range []func(context.Context, *PersonDossier) error{e.personMatches, e.personActivities, e.personTrail} {
		if err := gather(ctx, &dossier); err != nil {
			return ErasureReceipt{}, fmt.Errorf("gather what is kept of %s: %w", person.ID, err)
		}
	}
	actor, err = e.secondAdmin(ctx, actor, taskErase, eraseArgs{person.ID, typed}, func() (sight, error) { return eraseSight(dossier), nil })
	if err != nil {
		return ErasureReceipt{}, err
	}
	if err := e.noWorkRunning(ctx); err != nil {
		return ErasureReceipt{}, err
	}
	receipt := ErasureReceipt{At: e.now().UTC(), By: actor.byline(), InCRM: dossier.Written}
	for _, activity := range dossier.Activities {
		if item := activity.Outbox; item != nil && (item.State == store.OutboxSending || item.State == store.OutboxDoubtful) {
			return ErasureReceipt{}, fault("person.sending", "Wait until it is settled: crmsync writeback outbox.", "an activity with them is on its way to the CRM")
		}
	}
	for _, record := range dossier.Records {
		receipt.Records = append(receipt.Records, record.ID)
	}
	if err := e.erase(ctx, actor, dossier, &receipt); err != nil {
		return ErasureReceipt{}, err
	}
	e.publish(Event{Kind: EventMatches})
	e.publish(Event{Kind: EventOutbox})
	if err := e.store.Shrink(ctx); err != nil {
		return receipt, err
	}
	receipt.FilesRead, receipt.FilesHolding, err = e.store.FindInFiles([]string{person.ID})
	if err == nil && receipt.FilesHolding > 0 {
		receipt.Warning = "the rows are gone, but a file still holds the person's id: a copy from before a migration, or another program reads the store"
	}
	return receipt, err
}

// erase does it in one transaction. The event is written after the trail was emptied, so that it stays.
func (e *Engine) erase(ctx context.Context, actor Actor, dossier PersonDossier, receipt *ErasureReceipt) error {
	rows, err := e.unlinked(ctx, dossier)
	if err != nil {
		return err
	}
	compared, err := e.comparedWith(ctx, dossier.Person.ID)
	if err != nil {
		return err
	}
	digests := e.tombstones(dossier.Person)
	receipt.Unlinked, receipt.Remembered = len(rows), len(digests)
	receipt.AuditID, err = e.change(ctx, actor, ActPersonErase, func(tx *store.Tx) (changed, error) {
		if err := putDecided(tx, rows); err != nil {
			return changed{}, err
		}
		for _, record := range compared {
			if err := tx.Unsettle(record, ""); err != nil {
				return changed{}, err
			}
		}
		if receipt.Removed, err = tx.ErasePerson(dossier.Person.ID, dossier.Audit); err != nil {
			return changed{}, err
		}
		if _, err := tx.EraseApprovals(append(quotedOf(dossier.Person), dossier.Person.ID), "erased", actor.approvalID()); err != nil {
			return changed{}, err
		}
		return changed{Subject: "a person", After: receipt.Removed}, tx.PutErased(digests...)
	})
	return err
}

// comparedWith are the records that the model compared with a person, however weak the pair: without the person their
// odds of being nobody are others. The next match run judges them.
func (e *Engine) comparedWith(ctx context.Context, personID string) ([]string, error) {
	keys, err := e.store.KeysOf(ctx, memberSide[match.Person], []string{personID})
	if err != nil {
		return nil, fmt.Errorf("read the keys of %s: %w", personID, err)
	}
	records, err := e.store.OwnersOf(ctx, recordSide[match.Person], keys)
	if err != nil {
		return nil, fmt.Errorf("read who was compared with %s: %w", personID, err)
	}
	return records, nil
}

// unlinked are the rows of the CRM records that had to do with the person, without them. A record that loses
// its member has none until the next match run looks at it.
func (e *Engine) unlinked(ctx context.Context, dossier PersonDossier) ([]store.Match, error) {
	id := dossier.Person.ID
	rows, err := e.store.MatchesByID(ctx, dossier.Competing)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, row := range rows {
		known[row.RecordID] = true
	}
	for _, row := range dossier.Matches {
		if !known[row.RecordID] {
			rows = append(rows, row)
		}
	}
	for i := range rows {
		row := &rows[i]
		var rest []match.Candidate
		for _, candidate := range decodeCandidates(row.Candidates) {
			if candidate.MemberID != id {
				rest = append(rest, candidate)
			}
		}
		row.Candidates = encodeCandidates(rest)
		if row.RunnerUpID == id {
			row.RunnerUpID, row.RunnerUpScore = "", 0
		}
		if row.MemberID == id {
			row.State, row.Reason, row.MemberID = store.MatchNone, string(match.NoCandidate), ""
			row.Score, row.Bits, row.Evidence, row.DecidedBy = 0, 0, nil, ""
		}
	}
	return rows, nil
}

// noWorkRunning refuses while an import, match run or writeback is under way:
// it would put back what is removed. A process that was stopped past the end of
// its lease goes on one day, as long as it holds the engine's lock.
func (e *Engine) noWorkRunning(ctx context.Context) error {
	jobs, err := e.store.Jobs(ctx)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if job.Owner == "" {
			continue
		}
		if _, held := e.EngineRunning(); held || job.LeaseUntil.After(e.now().UTC()) {
			return fault("person.busy", "Wait for its end or stop the engine, then try again.", "%s is under way", job.Kind)
		}
	}
	return nil
}
