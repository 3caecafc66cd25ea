package salesforce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Describe is what an object looks like to the integration user. A field hidden from the user is absent.
type Describe struct {
	Name        string           `json:"name"`
	Label       string           `json:"label"`
	KeyPrefix   string           `json:"keyPrefix"`
	Queryable   bool             `json:"queryable"`
	Createable  bool             `json:"createable"`
	Deletable   bool             `json:"deletable"`
	Replicable  bool             `json:"replicateable"`
	Fields      []Field          `json:"fields"`
	RecordTypes []RecordTypeInfo `json:"recordTypeInfos"`

	// ServerTime is the Date of the answer: the upper end of an import window is taken from it, never from the local clock.
	ServerTime time.Time `json:"-"`
}

// Field is one field of an object.
type Field struct {
	Name          string          `json:"name"`
	Label         string          `json:"label"`
	Type          string          `json:"type"` // string, picklist, reference, datetime, currency, address, …
	Length        int             `json:"length"`
	Nillable      bool            `json:"nillable"`
	Createable    bool            `json:"createable"`
	Updateable    bool            `json:"updateable"`
	Filterable    bool            `json:"filterable"`
	Sortable      bool            `json:"sortable"`
	Calculated    bool            `json:"calculated"` // a formula: changes without moving SystemModstamp
	Custom        bool            `json:"custom"`
	ExternalID    bool            `json:"externalId"`
	Unique        bool            `json:"unique"`
	IDLookup      bool            `json:"idLookup"`
	DefaultOnNew  bool            `json:"defaultedOnCreate"`
	Restricted    bool            `json:"restrictedPicklist"`
	ReferenceTo   []string        `json:"referenceTo"`
	Relationship  string          `json:"relationshipName"`
	CompoundField string          `json:"compoundFieldName"`
	Picklist      []PicklistValue `json:"picklistValues"`
}

// PicklistValue is one value of a picklist field.
type PicklistValue struct {
	Value   string `json:"value"`
	Label   string `json:"label"`
	Active  bool   `json:"active"`
	Default bool   `json:"defaultValue"`
}

// RecordTypeInfo is a record type as describe shows it.
type RecordTypeInfo struct {
	ID            string `json:"recordTypeId"`
	Name          string `json:"name"` // label; translated
	DeveloperName string `json:"developerName"`
	Active        bool   `json:"active"`
	Available     bool   `json:"available"` // to the integration user
	Default       bool   `json:"defaultRecordTypeMapping"`
	Master        bool   `json:"master"`
}

// Describe asks what an object looks like to the integration user.
func (c *Client) Describe(ctx context.Context, object string) (*Describe, error) {
	d := &Describe{}
	k := call{method: http.MethodGet, path: c.data("sobjects/" + url.PathEscape(object) + "/describe")}
	err := c.exchange(ctx, k, func(r *answer) error {
		if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
			d.ServerTime = date.UTC()
		}
		return decode(r, d)
	})
	if err != nil {
		return nil, fmt.Errorf("describe %s: %w", object, err)
	}
	if d.Name == "" || len(d.Fields) == 0 {
		return nil, fmt.Errorf("describe %s: %w: it names no fields", object, ErrAnswer)
	}
	return d, nil
}

// Field returns the field of the name, if the user may see it.
func (d *Describe) Field(name string) (Field, bool) {
	for _, f := range d.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// FieldAccess is what the integration user may do with a field.
type FieldAccess struct {
	Field      string
	Visible    bool // false: absent from describe, hidden or not there
	Filterable bool
	Createable bool
	Updateable bool
	Type       string
	Length     int
}

// Access tells for each field what the user may do with it, in the order given.
func (d *Describe) Access(fields []string) []FieldAccess {
	access := make([]FieldAccess, len(fields))
	for i, name := range fields {
		access[i].Field = name
		if f, ok := d.Field(name); ok {
			access[i] = FieldAccess{Field: name, Visible: true, Filterable: f.Filterable, Createable: f.Createable,
				Updateable: f.Updateable, Type: f.Type, Length: f.Length}
		}
	}
	return access
}

// KeyFields returns the fields fit to carry a key of ours: unique external ids that the user may set at creation.
func (d *Describe) KeyFields() []Field {
	var keys []Field
	for _, f := range d.Fields {
		if f.ExternalID && f.Unique && f.Createable {
			keys = append(keys, f)
		}
	}
	return keys
}
