package orgsim

import (
	"encoding/json"
	"net/http"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// maxRetrieved is how many records one call may read by their ids.
const maxRetrieved = 2000

// collectionOf answers /composite/sobjects/X, which reads records by their ids, and /composite/sobjects/X/FIELD, which
// writes them by a unique external id.
func (o *Org) collectionOf(c *call) *apiError {
	object, ok := o.schema.Object(c.path[2])
	if !ok || object.Tooling || len(c.path) > 4 {
		return errNotFound
	}
	switch {
	case len(c.path) == 4 && c.r.Method == http.MethodPatch:
		return o.upsertMany(c, object)
	case len(c.path) == 4:
		return errMethod(c.r.Method)
	case c.r.Method == http.MethodGet:
		parameters := c.r.URL.Query()
		return o.retrieve(c, object, listed(parameters.Get("ids")), listed(parameters.Get("fields")))
	case c.r.Method == http.MethodPost:
		var body struct {
			IDs    []string `json:"ids"`
			Fields []string `json:"fields"`
		}
		if problem := decode(c.w, c.r, maxWriteBody, &body); problem != nil {
			return problem
		}
		return o.retrieve(c, object, body.IDs, body.Fields)
	}
	return errMethod(c.r.Method)
}

// listed are the words of a list with commas.
func listed(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

// retrieve answers the records with these ids in their order, null for each that cannot be had.
func (o *Org) retrieve(c *call, object *schema.Object, ids, fields []string) *apiError {
	switch {
	case len(ids) == 0 || len(fields) == 0:
		return refuse(http.StatusBadRequest, "MISSING_ARGUMENT", "ids and fields are required")
	case len(ids) > maxRetrieved:
		return refuse(http.StatusBadRequest, "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than %d records into this call", maxRetrieved)
	}
	plan, problem := o.fieldsOf(object, strings.Join(fields, ","))
	if problem != nil {
		return problem
	}
	view, encoder := o.records.View(), newEncoder(plan, c.base)
	answer := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			answer = append(answer, ',')
		}
		if at, found := view.Find(id); found && at.Object() == object && !at.Deleted() {
			answer = encoder.appendNode(answer, &encoder.root, at)
		} else {
			answer = append(answer, "null"...)
		}
	}
	c.w.Header().Set("Content-Type", jsonType)
	_, _ = c.w.Write(append(answer, ']', '\n')) // the client is gone: nobody to tell
	return nil
}

// upsertMany changes the records that have the keys of a collection, and makes those that are missing.
func (o *Org) upsertMany(c *call, object *schema.Object) *apiError {
	field, problem := o.keyField(object, c.path[3])
	if problem != nil {
		return problem
	}
	var body collection
	if problem := decode(c.w, c.r, maxWriteBody, &body); problem != nil {
		return problem
	}
	keys := takeAll(body.Records, field.Name)
	drafts, problem := o.drafts(body)
	if problem != nil {
		return problem
	}
	user, created := schema.ParseValue(c.user), make([]bool, len(drafts))
	results, problem := o.saveAll(len(drafts), body.AllOrNone, func(w *records.Write, i int) (string, *recordError) {
		switch {
		case drafts[i].object != object:
			return "", recordErrorf("INVALID_FIELD", nil, "%s is not of the type %s", drafts[i].object.Name, object.Name)
		case keys[i] == "":
			return "", recordErrorf("MISSING_ARGUMENT", []string{field.Name}, "%s not specified", field.Name)
		}
		id, problem := o.keyed(w.View(), object, field, keys[i])
		if problem != nil {
			return "", recordErrorf(problem.Code, []string{field.Name}, "%s", problem.Message)
		}
		created[i] = id == ""
		return o.put(w, drafts[i], field, keys[i], id, user)
	})
	if problem != nil {
		return problem
	}
	for i := range results {
		if results[i].Success {
			results[i].Created = &created[i]
		}
	}
	if o.faults.take(faultLostReply) {
		drop(nil, nil)
	}
	write(c.w, http.StatusOK, results)
	return nil
}

// takeAll takes a field's text out of every record.
func takeAll(all []map[string]json.RawMessage, field string) []string {
	out := make([]string, len(all))
	for i, raw := range all {
		out[i] = take(raw, field)
	}
	return out
}
