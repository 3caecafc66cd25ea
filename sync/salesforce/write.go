package salesforce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// MaxInsert is the largest number of records of one Insert.
const MaxInsert = 200

// FieldValue is one field of a new record. Value is a string, bool, integer, float64, json.Number or time.Time
// (written as a dateTime); a date is a string. nil and "" leave the field out, since an insert has nothing to clear.
type FieldValue struct {
	Name  string
	Value any
}

// NewRecord is a record to be inserted. The order of its fields is kept, so that the same record gives the same bytes.
type NewRecord struct {
	Type   string // the object's API name, such as Task
	Fields []FieldValue
}

// JSON returns the record exactly as it is sent within an Insert.
func (r NewRecord) JSON() ([]byte, error) { return r.encode(true) }

func (r NewRecord) encode(attributes bool) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	if attributes {
		name, err := json.Marshal(r.Type)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, `"attributes":{"type":%s}`, name)
	}
	for _, f := range r.Fields {
		if f.Value == nil || f.Value == "" {
			continue
		}
		value := f.Value
		if t, ok := value.(time.Time); ok {
			value = t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		name, err := json.Marshal(f.Name)
		if err != nil {
			return nil, err
		}
		encoded, err := plainJSON(value)
		if err != nil {
			return nil, fmt.Errorf("%s.%s cannot be written as JSON: %w", r.Type, f.Name, err)
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(encoded)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON encodes without turning <, > and & into escapes, so that what is shown is what is sent.
func plainJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// SaveResult is the fate of one record of an Insert.
type SaveResult struct {
	ID      string // of the new record, 18 characters
	Success bool
	Errors  []*Error
}

// Err returns nil for a record that was written, else its first error.
func (r SaveResult) Err() error {
	switch {
	case r.Success:
		return nil
	case len(r.Errors) == 0:
		return &Error{Message: "refused without a reason"}
	}
	return r.Errors[0]
}

// UnmarshalJSON reads an element of a collection's answer, whose errors say statusCode.
func (r *SaveResult) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID      string        `json:"id"`
		Success bool          `json:"success"`
		Errors  []answerError `json:"errors"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*r = SaveResult{ID: raw.ID, Success: raw.Success}
	for _, e := range raw.Errors {
		r.Errors = append(r.Errors, &Error{ErrorCode: e.code(), Message: e.Message, Fields: e.Fields})
	}
	return nil
}

// Insert adds up to MaxInsert records, each on its own: one that is refused does not hold up the others. The results
// come in the order of the records. Records of one type should stand together.
//
// An error that is ErrOutcomeUnknown means that some or all may have been written; any other, that none was. Insert
// never sends anything a second time, except after a 401, which proves that nothing was carried out.
func (c *Client) Insert(ctx context.Context, records []NewRecord) ([]SaveResult, error) {
	if len(records) == 0 {
		return nil, nil
	}
	if len(records) > MaxInsert {
		return nil, fmt.Errorf("insert %d records: at most %d go into one request", len(records), MaxInsert)
	}
	var body bytes.Buffer
	body.WriteString(`{"allOrNone":false,"records":[`)
	for i, record := range records {
		encoded, err := record.JSON()
		if err != nil {
			return nil, fmt.Errorf("insert: %w", err)
		}
		if i > 0 {
			body.WriteByte(',')
		}
		body.Write(encoded)
	}
	body.WriteString(`]}`)
	var results []SaveResult
	k := call{method: http.MethodPost, path: c.data("composite/sobjects"), body: body.Bytes(), purpose: PurposeWrite, repeat: repeatNever}
	err := c.exchange(ctx, k, func(a *answer) error {
		if err := decode(a, &results); err != nil {
			return err
		}
		return checkResults(results, len(records))
	})
	if err != nil {
		return nil, fmt.Errorf("insert %d records: %w", len(records), err)
	}
	return results, nil
}

// checkResults makes sure that the answer can be joined with the records.
func checkResults(results []SaveResult, want int) error {
	if len(results) != want {
		return fmt.Errorf("%w: %d results for %d records", ErrAnswer, len(results), want)
	}
	for i, r := range results {
		if r.Success && r.ID == "" {
			return fmt.Errorf("%w: record %d was written but has no id", ErrAnswer, i+1)
		}
	}
	return nil
}

// Create adds one record and returns its id. Its errors mean what those of Insert mean.
func (c *Client) Create(ctx context.Context, record NewRecord) (id string, err error) {
	body, err := record.encode(false)
	if err != nil {
		return "", fmt.Errorf("create %s: %w", record.Type, err)
	}
	var result SaveResult
	k := call{method: http.MethodPost, path: c.data("sobjects/" + url.PathEscape(record.Type)), body: body, purpose: PurposeWrite, repeat: repeatNever}
	err = c.exchange(ctx, k, func(a *answer) error {
		if err := decode(a, &result); err != nil {
			return err
		}
		return checkResults([]SaveResult{result}, 1)
	})
	if err == nil {
		err = result.Err()
	}
	if err != nil {
		return "", fmt.Errorf("create %s: %w", record.Type, err)
	}
	return result.ID, nil
}

// Get reads fields of one record; no fields means all that the user may see.
func (c *Client) Get(ctx context.Context, object, id string, fields ...string) (Record, error) {
	k := call{method: http.MethodGet, path: c.recordPath(object, id)}
	if len(fields) > 0 {
		k.query = url.Values{"fields": {strings.Join(fields, ",")}}
	}
	var record Record
	if err := c.exchange(ctx, k, func(a *answer) error { return decode(a, &record) }); err != nil {
		return nil, fmt.Errorf("read %s %s: %w", object, printable(id), err)
	}
	return record, nil
}

// Delete deletes one record. One that is deleted already is fine: what was wanted is so.
func (c *Client) Delete(ctx context.Context, object, id string) error {
	k := call{method: http.MethodDelete, path: c.recordPath(object, id), purpose: PurposeWrite}
	err := c.exchange(ctx, k, func(*answer) error { return nil })
	var refused *Error
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound && refused.ErrorCode == "ENTITY_IS_DELETED" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete %s %s: %w", object, printable(id), err)
	}
	return nil
}

func (c *Client) recordPath(object, id string) string {
	return c.data("sobjects/" + url.PathEscape(object) + "/" + url.PathEscape(id))
}

var recordID = regexp.MustCompile(`\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b`)

// DuplicateID finds in a DUPLICATE_VALUE error the id of the record that holds the value already. The message is
// translated, the id in it is not.
func DuplicateID(err error) (id string, ok bool) {
	var refused *Error
	if !errors.As(err, &refused) || refused.ErrorCode != "DUPLICATE_VALUE" {
		return "", false
	}
	found := recordID.FindAllString(refused.Message, -1)
	for i := len(found) - 1; i >= 0; i-- {
		if id, err := CaseSafeID(found[i]); err == nil {
			return id, true
		}
	}
	return "", false
}
