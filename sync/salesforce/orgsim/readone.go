package orgsim

import (
	"net/http"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/soql"
)

// readOne answers one record: all fields the user may see, or those named in fields.
func (o *Org) readOne(c *call, at *records.Cursor) *apiError {
	fields := c.r.URL.Query().Get("fields")
	if fields == "" {
		fields = "FIELDS(ALL)"
	}
	parsed, err := soql.Parse("SELECT " + fields + " FROM " + at.Object().Name)
	if err != nil {
		return refuse(http.StatusBadRequest, "INVALID_FIELD", "No such column '%s' on sobject of type %s", fields, at.Object().Name)
	}
	plan, err := o.records.Compile(parsed, records.CompileOptions{Visible: o.visible, Now: o.config.Now()})
	if err != nil || len(plan.Aggregates) > 0 || plan.Count {
		return refuse(http.StatusBadRequest, "INVALID_FIELD", "No such column '%s' on sobject of type %s", strings.TrimSpace(fields), at.Object().Name)
	}
	c.w.Header().Set("Content-Type", jsonType)
	_, _ = c.w.Write(append(newEncoder(plan, c.base).append(nil, at), '\n')) // the client is gone: nobody to tell
	return nil
}
