package orgsim

import (
	"encoding/json"
	"errors"
	"net/http"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// maxWriteBody bounds a request that writes: 200 records of 32,000 characters, escaped.
const maxWriteBody = 64 << 20

// insert checks a draft and adds it to the write. It returns the new record's id.
func (o *Org) insert(w *records.Write, d *draft, user schema.Value) (schema.Value, *recordError) {
	if !d.object.Create {
		return schema.Value{}, recordErrorf("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", nil, "entity type cannot be inserted: %s", d.object.Label)
	}
	switch {
	case len(o.faults.arguments(faultStorage)) > 0:
		return schema.Value{}, recordErrorf("STORAGE_LIMIT_EXCEEDED", nil, "storage limit exceeded")
	case o.faults.take(faultLockRow):
		return schema.Value{}, recordErrorf("UNABLE_TO_LOCK_ROW", nil, "unable to obtain exclusive access to this record or 1 records: %s", o.id)
	}
	if problem := o.checkFields(d, true); problem != nil {
		return schema.Value{}, problem
	}
	person := asPerson(d)
	o.fill(d, user, o.stamp())
	if problem := o.checkDraft(d, w.View(), true, func(name string) schema.Value { return d.values[name] }); problem != nil {
		return schema.Value{}, problem
	}
	n, err := w.Create(d.object.Name, d.values)
	if err != nil {
		return schema.Value{}, writeProblem(err)
	}
	if person {
		if problem := o.addTwin(w, n, d); problem != nil {
			return schema.Value{}, problem
		}
	}
	return o.records.ID(d.object.Name, n), nil
}

// checkDraft runs the checks that look at the whole record.
func (o *Org) checkDraft(d *draft, view records.View, create bool, get func(string) schema.Value) *recordError {
	if problem := checkRequired(d, create); problem != nil {
		return problem
	}
	if problem := o.checkReferences(d, view); problem != nil {
		return problem
	}
	if own := rules[d.object.Name]; own != nil {
		if problem := own(o, d, view, get); problem != nil {
			return problem
		}
	}
	return o.checkCustomRule(d)
}

// change checks a draft of new values for the record the cursor stands on and adds it to the write.
func (o *Org) change(w *records.Write, d *draft, at *records.Cursor, user schema.Value) *recordError {
	get := func(name string) schema.Value {
		if value, ok := d.values[name]; ok {
			return value
		}
		return at.Get(name)
	}
	if problem := o.checkDraft(d, w.View(), false, get); problem != nil {
		return problem
	}
	o.touch(d, user, o.stamp())
	if err := w.Update(d.object.Name, at.Number(), d.values); err != nil {
		return writeProblem(err)
	}
	return o.mirror(w, d, at, user)
}

func writeProblem(err error) *recordError {
	if text, duplicate := records.IsDuplicate(err); duplicate {
		return recordErrorf("DUPLICATE_VALUE", []string{}, "%s", text)
	}
	return recordErrorf(codeUnknown, nil, "%v", err)
}

// remove puts a record, and what belongs to it, in the recycle bin.
func (o *Org) remove(w *records.Write, id string, user schema.Value) *recordError {
	at, found := w.View().Find(id)
	switch {
	case !found:
		return recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "invalid cross reference id")
	case at.Deleted():
		return recordErrorf("ENTITY_IS_DELETED", nil, "entity is deleted")
	case !at.Object().Delete:
		return recordErrorf("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", nil, "entity type cannot be deleted: %s", at.Object().Label)
	}
	return o.discard(w, at, user)
}

// createOne answers POST /sobjects/X.
func (o *Org) createOne(c *call, object *schema.Object) *apiError {
	var raw map[string]json.RawMessage
	if problem := decode(c.w, c.r, maxWriteBody, &raw); problem != nil {
		return problem
	}
	d, problem := o.readDraft(object, raw)
	if problem != nil {
		return problem
	}
	var id schema.Value
	refused := o.write(func(w *records.Write) *recordError {
		var problem *recordError
		id, problem = o.insert(w, d, schema.ParseValue(c.user))
		return problem
	})
	if refused != nil {
		return refused.asAPI()
	}
	if o.faults.take(faultLostReply) {
		drop(nil, nil)
	}
	c.w.Header().Set("Location", c.base+"/sobjects/"+object.Name+"/"+id.String())
	write(c.w, http.StatusCreated, map[string]any{"id": id, "success": true, "errors": []any{}})
	return nil
}

// write runs one change of records as a whole.
func (o *Org) write(change func(*records.Write) *recordError) *recordError {
	err := o.records.Write(func(w *records.Write) error {
		if problem := change(w); problem != nil {
			return problem
		}
		return nil
	})
	if refused := new(recordError); errors.As(err, &refused) {
		return refused
	}
	if err != nil {
		return writeProblem(err)
	}
	return nil
}

// oneRecord answers /sobjects/X/ID and /sobjects/X/FIELD/VALUE.
func (o *Org) oneRecord(c *call, object *schema.Object) *apiError {
	switch {
	case len(c.path) == 4:
		return o.byKey(c, object)
	case len(c.path) > 4:
		return errNotFound
	}
	at, ok := o.records.View().Find(c.path[2])
	if !ok || at.Object() != object {
		return errNotFound
	}
	if at.Deleted() {
		return &apiError{Status: http.StatusNotFound, Code: "ENTITY_IS_DELETED", Message: "entity is deleted", Fields: []string{}}
	}
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return o.readOne(c, at)
	case http.MethodPatch:
		return o.updateOne(c, at)
	case http.MethodDelete:
		refused := o.write(func(w *records.Write) *recordError { return o.remove(w, c.path[2], schema.ParseValue(c.user)) })
		if refused != nil {
			return refused.asAPI()
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return errMethod(c.r.Method)
}

func (o *Org) updateOne(c *call, at *records.Cursor) *apiError {
	var raw map[string]json.RawMessage
	if problem := decode(c.w, c.r, maxWriteBody, &raw); problem != nil {
		return problem
	}
	d, problem := o.readDraft(at.Object(), raw)
	if problem != nil {
		return problem
	}
	d.id = at.ID().String()
	if refused := o.write(func(w *records.Write) *recordError { return o.update(w, d, schema.ParseValue(c.user)) }); refused != nil {
		return refused.asAPI()
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
