package sync

import (
	"context"
	"fmt"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// followColumns are what a record says of what became of it, by object.
var followColumns = map[string]string{
	"Account": "Id, IsDeleted, MasterRecordId",
	"Contact": "Id, IsDeleted, MasterRecordId, AccountId",
	"Lead":    "Id, IsDeleted, MasterRecordId, IsConverted, ConvertedContactId",
}

// followMoved asks the org what became of the records that a request was refused for: merged, converted or deleted since
// the last import. The answers serve until the import has seen it too; meanwhile the rows are sent to where
// they belong now.
func (c *cycle) followMoved(ctx context.Context, batch []sendable, consequences []consequence) error {
	asked := map[string]bool{}
	for i, one := range batch {
		if !consequences[i].Moved || one.Record == "" || asked[one.Record] {
			continue
		}
		asked[one.Record] = true
		became, err := c.lastInOrg(ctx, one.Record)
		if err != nil {
			return fmt.Errorf("ask what became of %s: %w", one.Record, err)
		}
		c.engine.writing.setMoved(one.Record, became)
	}
	return nil
}

// lastInOrg follows merges and conversions in the org itself. A record of which nothing is left comes back deleted.
func (c *cycle) lastInOrg(ctx context.Context, id string) (crmRecord, error) {
	for range maxHops {
		record, err := c.askOrg(ctx, id)
		if err != nil {
			return crmRecord{}, err
		}
		switch {
		case record.MasterID != "":
			id = record.MasterID
		case record.Converted && record.ConvertedTo != "":
			id = record.ConvertedTo
		default:
			return record, nil
		}
	}
	return crmRecord{ID: id, Deleted: true}, nil
}

func (c *cycle) askOrg(ctx context.Context, id string) (crmRecord, error) {
	object := store.ObjectOf(id)
	columns, ok := followColumns[object]
	if !ok {
		return crmRecord{ID: id, Deleted: true}, nil
	}
	for row, err := range c.client.QueryAll(ctx, "SELECT "+columns+" FROM "+object+" WHERE Id = "+salesforce.Quote(id)) {
		if err != nil {
			return crmRecord{}, err
		}
		return crmRecord{Object: object, ID: row.Text("Id"), Deleted: row.Bool("IsDeleted"), MasterID: row.Text("MasterRecordId"),
			AccountID: row.Text("AccountId"), Converted: row.Bool("IsConverted"), ConvertedTo: row.Text("ConvertedContactId")}, nil
	}
	return crmRecord{Object: object, ID: id, Deleted: true}, nil
}
