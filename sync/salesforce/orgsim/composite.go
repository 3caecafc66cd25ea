package orgsim

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

const (
	// maxCollection is how many records one call may write or delete.
	maxCollection = 200
	// maxChunks is how many runs of one object a collection may consist of.
	maxChunks = 10
)

// saveResult is what became of one record of a collection.
type saveResult struct {
	ID      string         `json:"id,omitempty"`
	Success bool           `json:"success"`
	Errors  []*recordError `json:"errors"`
	Created *bool          `json:"created,omitempty"` // of an upsert
}

var errRolledBack = errors.New("not all records were valid")

// composite answers everything below /composite.
func (o *Org) composite(c *call) *apiError {
	if len(c.path) < 2 || c.path[1] != "sobjects" {
		return errNotFound
	}
	if len(c.path) > 2 {
		return o.collectionOf(c)
	}
	switch c.r.Method {
	case http.MethodPost:
		return o.createMany(c)
	case http.MethodPatch:
		return o.updateMany(c)
	case http.MethodDelete:
		return o.deleteMany(c)
	}
	return errMethod(c.r.Method)
}

// collection is the body of POST /composite/sobjects.
type collection struct {
	AllOrNone bool                         `json:"allOrNone"`
	Records   []map[string]json.RawMessage `json:"records"`
}

func (o *Org) createMany(c *call) *apiError {
	body, drafts, problem := o.readCollection(c)
	if problem != nil {
		return problem
	}
	user := schema.ParseValue(c.user)
	results, problem := o.saveAll(len(drafts), body.AllOrNone, func(w *records.Write, i int) (string, *recordError) {
		id, problem := o.insert(w, drafts[i], user)
		return id.String(), problem
	})
	if problem != nil {
		return problem
	}
	if o.faults.take(faultLostReply) {
		drop(nil, nil)
	}
	write(c.w, http.StatusOK, results)
	return nil
}

// readCollection reads a request's collection and checks its shape.
func (o *Org) readCollection(c *call) (collection, []*draft, *apiError) {
	var body collection
	if problem := decode(c.w, c.r, maxWriteBody, &body); problem != nil {
		return body, nil, problem
	}
	drafts, problem := o.drafts(body)
	return body, drafts, problem
}

// drafts reads the records of a collection.
func (o *Org) drafts(body collection) ([]*draft, *apiError) {
	switch {
	case len(body.Records) == 0:
		return nil, refuse(http.StatusBadRequest, "REQUIRED_FIELD_MISSING", "At least 1 record is required")
	case len(body.Records) > maxCollection:
		return nil, refuse(http.StatusBadRequest, "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than %d records into this call", maxCollection)
	}
	drafts := make([]*draft, len(body.Records))
	chunks, last := 0, ""
	for i, raw := range body.Records { // "Id", which only an update has, is no field to write
		var attributes struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw["attributes"], &attributes); err != nil || attributes.Type == "" {
			return nil, refuse(http.StatusBadRequest, "INVALID_INPUT", "Include an attributes property with a type in each record")
		}
		object, ok := o.schema.Object(attributes.Type)
		if !ok || object.Tooling {
			return nil, refuse(http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist: sObject type '%s'", attributes.Type)
		}
		if object.Name != last {
			chunks, last = chunks+1, object.Name
		}
		id := take(raw, "Id")
		d, problem := o.readDraft(object, raw)
		if problem != nil {
			return nil, problem
		}
		d.id = id
		drafts[i] = d
	}
	if chunks > maxChunks {
		return nil, refuse(http.StatusBadRequest, "INVALID_INPUT", "Cannot have more than %d chunks in a single operation. Please rearrange the data to reduce chunking.", maxChunks)
	}
	return drafts, nil
}

// take takes a text out of a record's fields, "" if there is none.
func take(raw map[string]json.RawMessage, field string) string {
	for name, value := range raw {
		if strings.EqualFold(name, field) {
			delete(raw, name)
			var text string
			_ = json.Unmarshal(value, &text) // what is no text is no id and no key
			return text
		}
	}
	return ""
}

func (o *Org) updateMany(c *call) *apiError {
	body, drafts, problem := o.readCollection(c)
	if problem != nil {
		return problem
	}
	user := schema.ParseValue(c.user)
	results, problem := o.saveAll(len(drafts), body.AllOrNone, func(w *records.Write, i int) (string, *recordError) {
		return schema.Canonical(drafts[i].id), o.update(w, drafts[i], user)
	})
	if problem != nil {
		return problem
	}
	write(c.w, http.StatusOK, results)
	return nil
}

// update changes the record a draft names.
func (o *Org) update(w *records.Write, d *draft, user schema.Value) *recordError {
	at, found := w.View().Find(d.id)
	switch {
	case d.id == "":
		return recordErrorf("MISSING_ARGUMENT", []string{"Id"}, "Id not specified in an update call")
	case !found || at.Object() != d.object:
		return recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "invalid cross reference id")
	case at.Deleted():
		return recordErrorf("ENTITY_IS_DELETED", nil, "entity is deleted")
	}
	if problem := o.checkFields(d, false); problem != nil {
		return problem
	}
	return o.change(w, d, at, user)
}

// saveAll runs save for each of count records in one write. With allOrNone one failure undoes all.
func (o *Org) saveAll(count int, allOrNone bool, save func(*records.Write, int) (string, *recordError)) ([]saveResult, *apiError) {
	results := make([]saveResult, count)
	err := o.records.Write(func(w *records.Write) error {
		failed := false
		for i := range results {
			id, problem := save(w, i)
			results[i] = saveResult{ID: id, Success: true, Errors: []*recordError{}}
			if problem != nil {
				results[i] = saveResult{Errors: []*recordError{problem}}
				failed = true
			}
		}
		if failed && allOrNone {
			return errRolledBack
		}
		return nil
	})
	if errors.Is(err, errRolledBack) {
		for i := range results {
			if results[i].Success {
				results[i] = saveResult{Errors: []*recordError{recordErrorf("ALL_OR_NONE_OPERATION_ROLLED_BACK", nil,
					"Record rolled back because not all records were valid and the request was using AllOrNone header")}}
			}
		}
		return results, nil
	}
	if err != nil {
		return nil, refuse(http.StatusInternalServerError, codeUnknown, "%v", err)
	}
	return results, nil
}

func (o *Org) deleteMany(c *call) *apiError {
	parameters := c.r.URL.Query()
	ids := strings.Split(parameters.Get("ids"), ",")
	switch {
	case parameters.Get("ids") == "":
		return refuse(http.StatusBadRequest, "REQUIRED_FIELD_MISSING", "At least 1 id is required")
	case len(ids) > maxCollection:
		return refuse(http.StatusBadRequest, "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than %d records into this call", maxCollection)
	}
	user := schema.ParseValue(c.user)
	results, problem := o.saveAll(len(ids), parameters.Get("allOrNone") == "true", func(w *records.Write, i int) (string, *recordError) {
		return schema.Canonical(ids[i]), o.remove(w, ids[i], user)
	})
	if problem != nil {
		return problem
	}
	if o.faults.take(faultLostReply) {
		drop(nil, nil)
	}
	write(c.w, http.StatusOK, results)
	return nil
}
