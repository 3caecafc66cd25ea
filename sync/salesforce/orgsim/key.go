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
	field, problem := o.keyField(object, c.path[2])
	if problem != nil {
		return problem
	}
	value := c.path[3]
	id, problem := o.keyed(o.records.View(), object, field, value)
	if problem != nil {
		return problem
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

// keyField is the field of an object by which records can be named.
func (o *Org) keyField(object *schema.Object, name string) (*schema.Field, *apiError) {
	i, ok := object.FieldIndex(name)
	if !ok || !object.Fields[i].ExternalID || !o.visible(object, &object.Fields[i]) {
		return nil, refuse(http.StatusNotFound, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: %s", name)
	}
	return &object.Fields[i], nil
}

// keyed is the id of the record with a key, "" if there is none.
func (o *Org) keyed(view records.View, object *schema.Object, field *schema.Field, value string) (string, *apiError) {
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)
	_, plan, problem := o.plan("SELECT Id FROM "+object.Name+" WHERE "+field.Name+" = '"+quoted+"'", false)
	if problem != nil {
		return "", problem
	}
	id := ""
	i, _ := object.FieldIndex(field.Name)
	for at := range plan.Scan(view, false) {
		if at.Value(i).String() == value { // a key is the same only if its case is
			id = at.ID().String()
		}
	}
	return id, nil
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
		var problem *recordError
		id, problem = o.put(w, d, field, key, id, user)
		return problem
	})
	if refused != nil {
		return refused.asAPI()
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	write(c.w, status, map[string]any{"id": id, "success": true, "errors": []any{}, "created": created})
	return nil
}

// put changes the record with the id, or makes one with the key, and returns its id.
func (o *Org) put(w *records.Write, d *draft, field *schema.Field, key, id string, user schema.Value) (string, *recordError) {
	if id != "" {
		d.id = id
		return id, o.update(w, d, user)
	}
	d.values[field.Name], d.given = schema.Text(key), append(d.given, field.Name)
	made, problem := o.insert(w, d, user)
	return made.String(), problem
}
