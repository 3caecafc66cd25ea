package orgsim

import (
	"encoding/json"
	"fmt"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// Change is something that happens to a record in the org, as its own users do it.
type Change struct {
	// Kind is create, update, owner, stage, delete, undelete, purge, merge, convert, revoke (the integration user's
	// tokens) or expire (all sessions, not refresh tokens).
	Kind   string `json:"kind"`
	Object string `json:"object,omitempty"` // of create; otherwise the id says it
	ID     string `json:"id,omitempty"`
	Into   string `json:"into,omitempty"` // of merge: the record that stays; of convert: an account to use
	// Fields are those of create and update; owner takes OwnerId, stage takes StageName; of convert
	// {"opportunity": "name"} also makes an opportunity.
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
}

// ChangeResult says what a Change made or touched.
type ChangeResult struct {
	IDs []string `json:"ids"` // of create: the record; of convert: account, contact and opportunity; otherwise the record
}

// Change lets something happen in the org.
func (o *Org) Change(change Change) (ChangeResult, error) {
	result, problem := o.apply(change)
	if problem != nil {
		return result, fmt.Errorf("the org's records: %w", problem)
	}
	return result, nil
}

// by is the user changes from inside the org are made by: somebody other than the integration user.
func (o *Org) by() schema.Value { return o.insider }

func (o *Org) apply(change Change) (result ChangeResult, problem *recordError) {
	switch change.Kind {
	case "revoke":
		return result, unwritten(o.login.RevokeUser(o.user))
	case "expire":
		return result, unwritten(o.login.ExpireSessions())
	case "create":
		return o.createInside(change)
	}
	action, ok := map[string]func(*records.Write, *records.Cursor, Change) ([]string, *recordError){
		"update": o.updateInside, "owner": o.updateInside, "stage": o.updateInside, "delete": o.deleteInside, "undelete": o.restore,
		"purge": o.purge, "merge": o.merge, "convert": o.convert,
	}[change.Kind]
	if !ok {
		return result, recordErrorf("INVALID_INPUT", nil, "there is no change %q", change.Kind)
	}
	problem = o.write(func(w *records.Write) (problem *recordError) {
		at, found := w.View().Find(change.ID)
		if !found {
			return recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "there is no record %q", change.ID)
		}
		if at.Deleted() && change.Kind != "undelete" && change.Kind != "purge" {
			return recordErrorf("ENTITY_IS_DELETED", nil, "entity is deleted")
		}
		result.IDs, problem = action(w, at, change)
		return problem
	})
	return result, problem
}

func unwritten(err error) *recordError {
	if err == nil {
		return nil
	}
	return writeProblem(err)
}

func (o *Org) createInside(change Change) (result ChangeResult, problem *recordError) {
	object, ok := o.schema.Object(change.Object)
	if !ok {
		return result, recordErrorf("INVALID_TYPE", nil, "there is no object %q", change.Object)
	}
	d, wrong := o.readDraft(object, change.Fields)
	if wrong != nil {
		return result, recordErrorf(wrong.Code, wrong.Fields, "%s", wrong.Message)
	}
	problem = o.write(func(w *records.Write) *recordError {
		id, problem := o.insert(w, d, o.by())
		result.IDs = []string{id.String()}
		return problem
	})
	return result, problem
}

// updateInside changes fields. What a person may change in the org is what the API may, and a user's IsActive.
func (o *Org) updateInside(w *records.Write, at *records.Cursor, change Change) ([]string, *recordError) {
	d, wrong := o.readDraft(at.Object(), change.Fields)
	if wrong != nil {
		return nil, recordErrorf(wrong.Code, wrong.Fields, "%s", wrong.Message)
	}
	if problem := o.checkFields(d, false); problem != nil {
		return nil, problem
	}
	return []string{at.ID().String()}, o.change(w, d, at, o.by())
}

func (o *Org) deleteInside(w *records.Write, at *records.Cursor, _ Change) ([]string, *recordError) {
	if !at.Object().Has("IsDeleted") { // roles: gone at once
		return o.purge(w, at, Change{})
	}
	return []string{at.ID().String()}, o.remove(w, at.ID().String(), o.by())
}

// set writes fields the checks do not apply to, and moves the stamp.
func (o *Org) set(w *records.Write, at *records.Cursor, user schema.Value, values records.Values) *recordError {
	d := &draft{object: at.Object(), values: values}
	o.touch(d, user, o.stamp())
	return unwritten(w.Update(d.object.Name, at.Number(), d.values))
}

// discard marks a record deleted, with its children where they go with it.
func (o *Org) discard(w *records.Write, at *records.Cursor, user schema.Value) *recordError {
	id := at.ID()
	if problem := o.set(w, at, user, records.Values{"IsDeleted": schema.Bool(true)}); problem != nil {
		return problem
	}
	return o.children(w, at.Object(), id, false, func(_ schema.Child, child *records.Cursor) *recordError {
		return o.discard(w, child, user)
	})
}

// restore takes a record out of the recycle bin, with the children that were deleted with it.
func (o *Org) restore(w *records.Write, at *records.Cursor, _ Change) ([]string, *recordError) {
	if !at.Deleted() {
		return nil, recordErrorf("UNDELETE_FAILED", nil, "Entity is not in the recycle bin")
	}
	id, stamp := at.ID(), at.Get("SystemModstamp")
	if problem := o.set(w, at, o.by(), records.Values{"IsDeleted": schema.Bool(false), "MasterRecordId": {}}.Of(at.Object())); problem != nil {
		return nil, problem
	}
	return []string{id.String()}, o.children(w, at.Object(), id, true, func(_ schema.Child, child *records.Cursor) *recordError {
		if !child.Deleted() || schema.Compare(child.Get("SystemModstamp"), stamp) != 0 {
			return nil
		}
		return o.set(w, child, o.by(), records.Values{"IsDeleted": schema.Bool(false)})
	})
}

// purge removes a record for good, as emptying the recycle bin does.
func (o *Org) purge(w *records.Write, at *records.Cursor, _ Change) ([]string, *recordError) {
	id := at.ID().String()
	if problem := o.set(w, at, o.by(), records.Values{}); problem != nil { // the stamp is when it went
		return nil, problem
	}
	return []string{id}, unwritten(w.Purge(at.Object().Name, at.Number()))
}

// merge makes a record a deleted copy of another, which takes over its children.
func (o *Org) merge(w *records.Write, loser *records.Cursor, change Change) ([]string, *recordError) {
	survivor, found := w.View().Find(change.Into)
	switch {
	case !found || survivor.Object() != loser.Object() || !loser.Object().Merge:
		return nil, recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "into must be another %s, %q is not", loser.Object().Name, change.Into)
	case survivor.Deleted():
		return nil, recordErrorf("ENTITY_IS_DELETED", nil, "entity is deleted")
	case survivor.Number() == loser.Number():
		return nil, recordErrorf("DUPLICATE_VALUE", nil, "a record cannot be merged into itself")
	case loser.Object().Has("IsPersonAccount") && loser.Get("IsPersonAccount").IsTrue() != survivor.Get("IsPersonAccount").IsTrue():
		return nil, recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "a person account can be merged with another person account only")
	}
	twin := twinOf(survivor)
	id, into := loser.ID(), survivor.ID()
	if problem := o.set(w, loser, o.by(), records.Values{"IsDeleted": schema.Bool(true), "MasterRecordId": into}); problem != nil {
		return nil, problem
	}
	if problem := o.set(w, survivor, o.by(), records.Values{}); problem != nil {
		return nil, problem
	}
	return []string{into.String()}, o.children(w, loser.Object(), id, false, func(relation schema.Child, child *records.Cursor) *recordError {
		if relation.Object == "Contact" && !twin.IsNull() { // the other half of the person is merged with it
			return o.set(w, child, o.by(), records.Values{"IsDeleted": schema.Bool(true), "MasterRecordId": twin})
		}
		return o.set(w, child, o.by(), records.Values{relation.Field: into})
	})
}

// children calls visit for the records that refer to the record with the id: those that go with it when it is deleted,
// or, in a merge, all of them.
func (o *Org) children(w *records.Write, parent *schema.Object, id schema.Value, deleted bool, visit func(schema.Child, *records.Cursor) *recordError) *recordError {
	for _, relation := range parent.Children {
		if !relation.Cascade {
			continue
		}
		_, plan, wrong := o.plan("SELECT Id FROM "+relation.Object+" WHERE "+relation.Field+" = '"+id.String()+"'", false)
		if wrong != nil {
			return recordErrorf(wrong.Code, nil, "%s", wrong.Message)
		}
		for child := range plan.Scan(w.View(), deleted) {
			if problem := visit(relation, child); problem != nil {
				return problem
			}
		}
	}
	return nil
}
