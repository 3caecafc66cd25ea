package orgsim

import (
	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// fixed is a source of a few records that are listed, not generated.
type fixed struct {
	rows [][]schema.Value
}

// newFixed makes the source of an object from values by field name. Fields the object does not have are left out.
func newFixed(object *schema.Object, rows ...records.Values) fixed {
	var source fixed
	for _, values := range rows {
		row := make([]schema.Value, len(object.Fields))
		for name, value := range values {
			if i, ok := object.FieldIndex(name); ok {
				row[i] = value
			}
		}
		source.rows = append(source.rows, row)
	}
	return source
}

func (f fixed) Count() uint64 { return uint64(len(f.rows)) }

func (f fixed) Reader() records.Reader { return f }

func (f fixed) Value(n uint64, field int) schema.Value { return f.rows[n][field] }
