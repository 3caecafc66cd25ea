package orgsim

import (
	"encoding/json"
	"net/http"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// byKey answers /sobjects/X/FIELD/VALUE, where FIELD is a unique external id: GET reads the record, PATCH changes it or
// makes one, DELETE deletes it.
func (o *Org) byKey(c *call, object *schema.Object) *apiError {
	i, ok := object.FieldIndex(c.path[2])
	if !ok || !object.Fields[i].ExternalID || !o.visible(object, &object.Fields[i]) {
		return refuse(http.StatusNotFound, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: %s", c.path[2])
	}
	field, value := &object.Fields[i], c.path[3]
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)
	_, plan, problem := o.plan("SELECT Id FROM "+object.Name+" WHERE "+field.Name+" = '"+quoted+"'", false)
	if problem != nil {
		return problem
	}
	id := ""
	for at := range plan.Scan(o.records.View(), false) {
		if at.Value(i).String() == value { // a key is the same only if its case is
			id = at.ID().String()
		}
	}
	if c.r.Method == http.MethodPatch {
		return o.upsert(c, object, field, value, id)
	}
	if id == "" {
		return errNotFound
	}
	c.path = []string{c.path[0], c.path[1], id}
	return o.oneRecord(c, object)
}

// upsert changes the record with the id, or makes one with the key.
func (o *Org) upsert(c *call, object *schema.Object, field *schema.Field, key, id string) *apiError {
	var raw map[string]json.RawMessage
	if problem := decode(c.w, c.r, maxWriteBody, &raw); problem != nil {
		return problem
	}
	d, problem := o.readDraft(object, raw)
	if problem != nil {
		return problem
	}
	user, created := schema.ParseValue(c.user), id == ""
	refused := o.write(func(w *records.Write) *recordError {
		if !created {
			d.id = id
			return o.update(w, d, user)
		}
		d.values[field.Name], d.given = schema.Text(key), append(d.given, field.Name)
		made, problem := o.insert(w, d, user)
		id = made.String()
		return problem
	})
	if refused != nil {
		return refused.asAPI(http.StatusBadRequest)
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	write(c.w, status, map[string]any{"id": id, "success": true, "errors": []any{}, "created": created})
	return nil
}
