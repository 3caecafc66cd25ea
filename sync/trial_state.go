package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// The steps of a trial between which the process may die.
const (
	stepTrialContact = "trial contact"
	stepTrialWritten = "trial written"
)

// secretTrial is where the trial under way is kept, sealed: what it made must be found again after a crash.
const secretTrial = "trial"

// trialState is a trial that may have left something in the org. It is kept before the contact is made.
type trialState struct {
	ID      string    `json:"id"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Contact string    `json:"contact,omitempty"`
}

func (s trialState) put(tx *store.Tx) error {
	encoded, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode the trial: %w", err)
	}
	return tx.PutSecret(secretTrial, encoded)
}

// Trial returns the trial that has left a test contact in the org, and false when there is none.
func (e *Engine) Trial(ctx context.Context) (report TrialReport, ok bool, err error) {
	encoded, err := e.store.Secret(ctx, secretTrial)
	if errors.Is(err, store.ErrNotFound) {
		return TrialReport{}, false, nil
	}
	if err != nil {
		return TrialReport{}, false, fmt.Errorf("read the trial: %w", err)
	}
	var state trialState
	if err := json.Unmarshal(encoded, &state); err != nil {
		return TrialReport{}, false, fmt.Errorf("read the trial: %w", err)
	}
	return TrialReport{ID: state.ID, Contact: state.Contact}, true, nil
}

// keepTrial keeps how a trial went among the runs.
func (e *Engine) keepTrial(ctx context.Context, actor Actor, t *trial, cause error) error {
	summary, err := json.Marshal(t.report)
	if err != nil {
		return fmt.Errorf("keep the report of the trial: %w", err)
	}
	run := store.Run{ID: t.state.ID, Kind: string(JobTrial), State: stateOf(cause), Actor: actor.Name, StartedAt: t.state.At, EndedAt: e.now().UTC(), Summary: string(summary)}
	if cause != nil {
		run.ErrorCode, run.ErrorText = CodeOf(cause), told(cause)
	}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(run) }); err != nil {
		return fmt.Errorf("keep the trial: %w", err)
	}
	return nil
}

// marked finds the test contacts by their mark.
func (t *trial) marked(ctx context.Context) ([]string, error) {
	return t.ids(ctx, "Contact", "LastName = "+salesforce.Quote(trialName))
}

func (t *trial) ids(ctx context.Context, object, where string) ([]string, error) {
	var ids []string
	for record, err := range t.client.Query(ctx, "SELECT Id FROM "+object+" WHERE "+where) {
		if err != nil {
			return nil, fmt.Errorf("look for what a trial left: %w", err)
		}
		ids = append(ids, record.Text("Id"))
	}
	return ids, nil
}

// clear removes every contact that carries the mark, with what hangs on it, whether we remember making it or not; then it
// forgets the trial. It can be cut off and repeated.
func (t *trial) clear(ctx context.Context) error {
	contacts, err := t.marked(ctx)
	if err != nil {
		return err
	}
	for _, contact := range contacts {
		for _, object := range []string{"Task", "Note"} {
			written, err := t.ids(ctx, object, parentField(object)+" = "+salesforce.Quote(contact))
			if err != nil {
				return err
			}
			for _, id := range written {
				if err := t.client.Delete(ctx, object, id); err != nil {
					return fmt.Errorf("remove %s %s: %w", object, id, err)
				}
			}
		}
		if err := t.client.Delete(ctx, "Contact", contact); err != nil {
			return fmt.Errorf("remove the test contact %s: %w", contact, err)
		}
	}
	err = t.engine.store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteSecret(secretTrial) })
	return ignoreNotFound(err)
}
