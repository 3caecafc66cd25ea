package orgsim

import (
	"net/http"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
	"crmsync/sync/salesforce/orgsim/soql"
)

// readOne answers one record: all fields the user may see, or those named in fields.
func (o *Org) readOne(c *call, at *records.Cursor) *apiError {
	fields := c.r.URL.Query().Get("fields")
	if fields == "" {
		fields = "FIELDS(ALL)"
	}
	plan, problem := o.fieldsOf(at.Object(), fields)
	if problem != nil {
		return problem
	}
	c.w.Header().Set("Content-Type", jsonType)
	_, _ = c.w.Write(append(newEncoder(plan, c.base).append(nil, at), '\n')) // the client is gone: nobody to tell
	return nil
}

// fieldsOf compiles a list of an object's fields, as the running user may see them.
func (o *Org) fieldsOf(object *schema.Object, fields string) (*records.Plan, *apiError) {
	parsed, err := soql.Parse("SELECT " + fields + " FROM " + object.Name)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "INVALID_FIELD", "No such column '%s' on sobject of type %s", fields, object.Name)
	}
	plan, err := o.records.Compile(parsed, records.CompileOptions{Visible: o.visible, Now: o.config.Now()})
	if err != nil || len(plan.Aggregates) > 0 || plan.Count {
		return nil, refuse(http.StatusBadRequest, "INVALID_FIELD", "No such column '%s' on sobject of type %s", strings.TrimSpace(fields), object.Name)
	}
	return plan, nil
}
