package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"crmsync/store"
)

// The two labels of S97, and the warning of S99, as every interface shows
// them.
const (
	LabelDisconnect = "Disconnect CRM sync"
	LabelPurge      = "Yes, delete all previously imported CRM data"
	WarnPurge       = "Not recommended when you only disconnect for a while: after connecting again everything is imported from the beginning, which may take long."
)

// Receipt says what a purge removed and how that was checked.
type Receipt struct {
	Organization string           `json:"organization"`
	OrgID        string           `json:"org_id"`
	At           time.Time        `json:"at"`
	By           string           `json:"by"`
	Stopped      []string         `json:"stopped"` // work that was under way, by kind
	Removed      map[string]int64 `json:"removed"` // rows by table
	Revoked      bool             `json:"tokens_revoked"`
	Warning      string           `json:"warning,omitempty"`
	FilesRead    int              `json:"files_read"` // to look for what was removed
	Looked       int              `json:"ids_looked_for"`
	FilesHolding int              `json:"files_holding"` // has to be 0
	AuditID      string           `json:"audit_id"`
	Query        string           `json:"verification_query"` // counts what of that is in the store, by table
	Left         int64            `json:"rows_left"`          // what it counted when all was done: has to be 0
	Key          string           `json:"key"`                // Ed25519, base64: of the store that signed it
	Signature    string           `json:"signature"`          // over the same JSON with an empty signature
}

// needlesPerObject is how many ids of each object are looked for in the files
// after a purge.
const needlesPerObject = 5

// Purge disconnects and deletes everything that came from the org or was
// derived from it (S96, S97; what stays is decision 21). The caller types the
// org's name. Work under way is stopped, in whichever process: what it would
// still write is refused. It cannot be undone, and the receipt proves it: the
// files are read for ids that were in them.
func (e *Engine) Purge(ctx context.Context, actor Actor, typedName string) (Receipt, error) {
	if err := Allowed(actor, ActPurge); err != nil {
		return Receipt{}, err
	}
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return Receipt{}, fault("connect.none", "There is nothing to delete.", "this store was never connected, or was purged already")
	}
	if err != nil {
		return Receipt{}, err
	}
	if typedName != connection.OrgName {
		return Receipt{}, fault("usage.purge_name", "Type the organization's name exactly as it is shown.", "%q is not the name of the organization", typedName)
	}
	actor, err = e.secondAdmin(ctx, actor, taskPurge, purgeArgs{typedName}, func() (sight, error) { return e.purgeSight(ctx, connection) })
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Organization: connection.OrgName, OrgID: connection.OrgID, At: e.now().UTC(), By: actor.byline(), Stopped: []string{}}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return e.seize(tx, &receipt) }); err != nil {
		return Receipt{}, err
	}
	e.stopWork(jobKinds...)
	if err := e.revokeAtOrg(ctx); err != nil {
		receipt.Warning = "Salesforce could not be told (" + err.Error() + "); revoke the app there in Setup > Connected Apps OAuth Usage"
	} else {
		receipt.Revoked = true
	}
	needles, err := e.store.SampleRecordIDs(ctx, needlesPerObject)
	if err != nil {
		return Receipt{}, err
	}
	receipt.Removed, err = e.store.Purge(ctx, func(tx *store.Tx, removed map[string]int64) error {
		if err := e.seize(tx, &receipt); err != nil { // what the schedule has begun since
			return err
		}
		receipt.AuditID, err = e.audit(tx, actor, ActPurge, changed{Subject: "", After: removed}, "")
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("purge: %w", err)
	}
	e.stopWork(jobKinds...)
	e.closeSession()
	e.publish(Event{Kind: EventConnection, Text: "purged"})
	receipt.Looked = len(needles)
	receipt.FilesRead, receipt.FilesHolding, err = e.store.FindInFiles(needles)
	if err == nil && receipt.FilesHolding > 0 {
		err = fault("purge.incomplete", "Stop every program that reads the data directory, and delete the directory.",
			"the rows are gone, but %d files still hold ids of them", receipt.FilesHolding)
	}
	return receipt, errors.Join(err, e.signReceipt(ctx, &receipt))
}

// seize takes the work away from whoever does it, and notes what it was.
func (e *Engine) seize(tx *store.Tx, receipt *Receipt) error {
	kinds, err := tx.SeizeJobs("run.purged", "the imported data was deleted while it ran")
	for _, kind := range kinds {
		if !slices.Contains(receipt.Stopped, kind) {
			receipt.Stopped = append(receipt.Stopped, kind)
		}
	}
	return err
}
