package orgsim

import (
	"fmt"
	"net/http"
	"time"

	"crmsync/sync/salesforce/orgsim/schema"
)

// replicationReach is how far back getDeleted and getUpdated look.
const replicationReach = 15 * 24 * time.Hour

// deletedRecord is one record of getDeleted.
type deletedRecord struct {
	ID   schema.Value `json:"id"`
	Date schema.Value `json:"deletedDate"`
}

// replicate answers getDeleted and getUpdated.
func (o *Org) replicate(c *call, object *schema.Object, deleted bool) *apiError {
	if len(c.path) != 3 || c.r.Method != http.MethodGet || !object.Replicate {
		return errNotFound
	}
	start, end, problem := o.replicationWindow(c)
	if problem != nil {
		return problem
	}
	if !deleted {
		ids := []schema.Value{}
		if problem := o.inWindow(object, start, end, false, func(r deletedRecord) { ids = append(ids, r.ID) }); problem != nil {
			return problem
		}
		write(c.w, http.StatusOK, map[string]any{"ids": ids, "latestDateCovered": schema.DateTime(end)})
		return nil
	}
	all := []deletedRecord{}
	if object.Has("IsDeleted") {
		if problem := o.inWindow(object, start, end, true, func(r deletedRecord) { all = append(all, r) }); problem != nil {
			return problem
		}
	}
	for at := range o.records.View().Purged(object) {
		if stamp := at.Get("SystemModstamp").Time(); !stamp.Before(start) && !stamp.After(end) {
			all = append(all, deletedRecord{at.ID(), schema.DateTime(stamp)})
		}
	}
	write(c.w, http.StatusOK, map[string]any{"deletedRecords": all, "earliestDateAvailable": schema.DateTime(o.config.Now().Add(-replicationReach)),
		"latestDateCovered": schema.DateTime(end)})
	return nil
}

func (o *Org) replicationWindow(c *call) (start, end time.Time, problem *apiError) {
	parameters := c.r.URL.Query()
	invalid := func(reason string) *apiError {
		return refuse(http.StatusBadRequest, "INVALID_REPLICATION_DATE", "%s", reason)
	}
	start, err := schema.ParseInstant(parameters.Get("start"))
	if err != nil {
		return start, end, invalid("start: " + err.Error())
	}
	if end, err = schema.ParseInstant(parameters.Get("end")); err != nil {
		return start, end, invalid("end: " + err.Error())
	}
	now := o.config.Now()
	switch {
	case end.Sub(start) < time.Minute:
		return start, end, invalid("startDate must be at least one minute greater than endDate")
	case start.Before(now.Add(-2 * replicationReach)):
		return start, end, invalid("startDate cannot be more than 30 days ago")
	case end.After(now):
		end = now
	}
	return start, end, nil
}

// inWindow goes through the records, deleted or not, whose stamp lies in the window.
func (o *Org) inWindow(object *schema.Object, start, end time.Time, deleted bool, take func(deletedRecord)) *apiError {
	const layout = "2006-01-02T15:04:05Z"
	query := fmt.Sprintf("SELECT Id FROM %s WHERE SystemModstamp >= %s AND SystemModstamp <= %s", object.Name, start.Format(layout), end.Format(layout))
	_, plan, problem := o.plan(query, false)
	if problem != nil {
		return problem
	}
	for at := range plan.Scan(o.records.View(), deleted) {
		if at.Deleted() == deleted {
			take(deletedRecord{at.ID(), at.Get("SystemModstamp")})
		}
	}
	return nil
}
