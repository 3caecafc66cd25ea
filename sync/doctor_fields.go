package sync

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// ObjectFields compares what the integration user may read of an object now with what is asked for, and with what the
// last import could read.
type ObjectFields struct {
	Object string        `json:"object"`
	Wanted int           `json:"wanted"`
	Hidden []HiddenField `json:"hidden"` // asked for, and not readable
	New    []string      `json:"new"`    // readable now, and not at the last import
	Fix    string        `json:"fix,omitempty"`
}

// HiddenField is a field that cannot be read, and what goes without it.
type HiddenField struct {
	Field  string `json:"field"`
	Lost   bool   `json:"lost"` // the last import could read it
	Blocks string `json:"blocks"`
}

// compareFields says how each object's fields stand. Objects that the org did not describe are left out: their check
// says why.
func (e *Engine) compareFields(ctx context.Context, facts salesforce.Facts, revenue string) ([]ObjectFields, error) {
	var out []ObjectFields
	for _, object := range store.Objects() {
		described := facts.Objects[object.Name]
		if !described.Known() {
			continue
		}
		state, err := e.store.ImportState(ctx, object.Name)
		if err != nil {
			return nil, fmt.Errorf("read the import state of %s: %w", object.Name, err)
		}
		out = append(out, readFields(object.Name, described.Value.Fields, state.Fields, revenue))
	}
	return out, nil
}

// readFields compares the fields of one object; read is what the last import read, empty before the first.
func readFields(object string, fields []salesforce.FieldAccess, read []string, revenue string) ObjectFields {
	out := ObjectFields{Object: object, Wanted: len(fields), Hidden: []HiddenField{}, New: []string{}}
	var names []string
	for _, field := range fields {
		before := slices.Contains(read, field.Field)
		switch {
		case !field.Visible:
			out.Hidden = append(out.Hidden, HiddenField{field.Field, before, withoutField(object, field.Field, revenue)})
			names = append(names, field.Field)
		case len(read) > 0 && !before && field.Field != "SystemModstamp":
			out.New = append(out.New, field.Field)
		}
	}
	if len(names) > 0 {
		out.Fix = fmt.Sprintf("A Salesforce admin gives the integration user read access to %s of %s (field-level security), or it goes on without.", strings.Join(names, ", "), object)
	}
	return out
}

// withoutField says what goes without a field that cannot be read.
func withoutField(object, field, revenue string) string {
	switch {
	case field == "SystemModstamp" || field == "LastModifiedDate":
		return "imports of changes alone, where the other time stamp is hidden too"
	case object == "Opportunity" && (field == revenue || field == "Amount"):
		return "amounts of opportunities and of the ROI report"
	case object == "Opportunity" && slices.Contains([]string{"StageName", "CloseDate", "IsClosed", "IsWon"}, field):
		return "telling open opportunities from closed ones"
	case object == "User" && field == "Email":
		return "mapping seats to CRM users by e-mail"
	case object == "User" && field == "UserRoleId":
		return "licences by role"
	case slices.Contains(matchFields[object], field):
		return "matching by this field"
	case strings.HasSuffix(field, "Id") && field != "Id":
		return "the link to another record"
	}
	return "its value on pages and in files"
}
