package orgsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// recordError is why one record was not written.
type recordError struct {
	Code    string   `json:"statusCode"`
	Message string   `json:"message"`
	Fields  []string `json:"fields"`
}

func (e *recordError) Error() string { return e.Code + ": " + e.Message }

// codeUnknown is the error code of what went wrong inside the org.
const codeUnknown = "UNKNOWN_EXCEPTION"

// asAPI is the error as a call for a single record answers it.
func (e *recordError) asAPI() *apiError {
	status := http.StatusBadRequest
	if e.Code == codeUnknown { // the org's own trouble, not the record's
		status = http.StatusInternalServerError
	}
	return &apiError{Status: status, Code: e.Code, Message: e.Message, Fields: e.Fields}
}

func recordErrorf(code string, fields []string, format string, args ...any) *recordError {
	if fields == nil {
		fields = []string{}
	}
	return &recordError{Code: code, Message: fmt.Sprintf(format, args...), Fields: fields}
}

// draft is a record on its way to be written.
type draft struct {
	object *schema.Object
	id     string // of the record to change; "" of a new one
	values records.Values
	given  []string // the fields the writer named, in order of the object
}

// readDraft turns the JSON of a record into values. What it cannot make sense of fails the whole request, as the JSON
// reader of Salesforce does.
func (o *Org) readDraft(object *schema.Object, raw map[string]json.RawMessage) (*draft, *apiError) {
	d := &draft{object: object, values: records.Values{}}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		if name == "attributes" {
			continue
		}
		i, ok := object.FieldIndex(name)
		if !ok || !o.visible(object, &object.Fields[i]) {
			return nil, refuse(http.StatusBadRequest, "INVALID_FIELD", "No such column '%s' on sobject of type %s", name, object.Name)
		}
		value, problem := readValue(&object.Fields[i], raw[name])
		if problem != nil {
			return nil, problem
		}
		d.values[object.Fields[i].Name] = value
	}
	for i := range object.Fields {
		if _, ok := d.values[object.Fields[i].Name]; ok {
			d.given = append(d.given, object.Fields[i].Name)
		}
	}
	return d, nil
}

// readValue reads one JSON value for a field.
func readValue(field *schema.Field, raw json.RawMessage) (schema.Value, *apiError) {
	trimmed := bytes.TrimSpace(raw)
	kind := "VALUE_NUMBER_INT"
	switch {
	case bytes.Equal(trimmed, []byte("null")):
		return schema.Value{}, nil
	case len(trimmed) > 0 && trimmed[0] == '"':
		kind = "VALUE_STRING"
	case len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '['):
		return schema.Value{}, refuse(http.StatusBadRequest, "JSON_PARSER_ERROR", "Cannot deserialize instance of %s from START_OBJECT value %s", field.Type, trimmed)
	case slices.Contains([]string{"true", "false"}, string(trimmed)):
		kind = "VALUE_" + strings.ToUpper(string(trimmed))
	}
	var text string
	if kind == "VALUE_STRING" {
		if err := json.Unmarshal(trimmed, &text); err != nil {
			return schema.Value{}, refuse(http.StatusBadRequest, "JSON_PARSER_ERROR", "%v", err)
		}
	} else {
		text = string(trimmed)
	}
	value, err := field.Parse(text)
	if err != nil || kind != "VALUE_STRING" && (field.IsText() || field.IsReference()) || kind == "VALUE_STRING" && field.Type == schema.TypeBoolean && text == "" {
		return schema.Value{}, refuse(http.StatusBadRequest, "JSON_PARSER_ERROR", "Cannot deserialize instance of %s from %s value %s or request may be missing a required field at [line:1, column:1]",
			strings.ToLower(strings.TrimPrefix(schema.SOAPType(field.Type), "xsd:")), kind, text)
	}
	return value, nil
}

// checkFields checks each value by itself: may it be written, is it too long, is it offered.
func (o *Org) checkFields(d *draft, create bool) *recordError {
	for _, name := range d.given {
		i, _ := d.object.FieldIndex(name)
		field := &d.object.Fields[i]
		if create && !field.Create || !create && !field.Update {
			return recordErrorf("INVALID_FIELD_FOR_INSERT_UPDATE", []string{name},
				"Unable to create/update fields: %s. Please check the security settings of this field and verify that it is read/write for your profile or permission set.", name)
		}
		if problem := checkValue(field, d.values[name]); problem != nil {
			return problem
		}
	}
	return nil
}

func checkValue(field *schema.Field, value schema.Value) *recordError {
	if value.IsNull() || !field.IsText() {
		return nil
	}
	text := value.String()
	if length := len(utf16.Encode([]rune(text))); length > field.Length { // Salesforce counts as Java does
		shown := []rune(text)
		return recordErrorf("STRING_TOO_LONG", []string{field.Name}, "%s: data value too large: %s (max length=%d)", field.Label, string(shown[:min(len(shown), 255)]), field.Length)
	}
	if field.Restricted && !slices.ContainsFunc(field.Picklist, func(c schema.Choice) bool { return c.Value == text }) {
		return badChoice(field, text)
	}
	if field.Type == schema.TypeEmail {
		if address, err := mail.ParseAddress(text); err != nil || address.Address != text {
			return recordErrorf("INVALID_EMAIL_ADDRESS", []string{field.Name}, "%s: invalid email address: %s", field.Label, text)
		}
	}
	return nil
}

func badChoice(field *schema.Field, text string) *recordError {
	return recordErrorf("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", []string{field.Name}, "%s: bad value for restricted picklist field: %s", field.Label, text)
}

// checkRequired finds required fields that are empty.
func checkRequired(d *draft, create bool) *recordError {
	var missing []string
	for i := range d.object.Fields {
		f := &d.object.Fields[i]
		if !f.Nillable && f.Create && f.Type != schema.TypeBoolean && d.values[f.Name].IsNull() && (create || slices.Contains(d.given, f.Name)) {
			missing = append(missing, f.Name)
		}
	}
	if missing == nil {
		return nil
	}
	return recordErrorf("REQUIRED_FIELD_MISSING", missing, "Required fields are missing: [%s]", strings.Join(missing, ", "))
}

// checkReferences looks at every record the draft refers to.
func (o *Org) checkReferences(d *draft, view records.View) *recordError {
	for _, name := range d.given {
		i, _ := d.object.FieldIndex(name)
		field := &d.object.Fields[i]
		if field.Type != schema.TypeRef || d.values[name].IsNull() {
			continue
		}
		if problem := o.checkReference(d, field, d.values[name], view); problem != nil {
			return problem
		}
	}
	return nil
}

func (o *Org) checkReference(d *draft, field *schema.Field, value schema.Value, view records.View) *recordError {
	id := value.String()
	target, known := o.schema.ByPrefix(id)
	if value.Kind() != schema.KindID || !known || !slices.Contains(field.ReferenceTo, target.Name) {
		return recordErrorf("MALFORMED_ID", []string{field.Name}, "%s: id value of incorrect type: %s", field.Label, id)
	}
	if field.Name == "RecordTypeId" {
		return o.checkRecordType(d, field, value, view)
	}
	at, found := view.Find(id)
	switch {
	case !found:
		return recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "invalid cross reference id")
	case at.Deleted():
		return recordErrorf("ENTITY_IS_DELETED", nil, "entity is deleted")
	case target.Name == "Lead" && at.Get("IsConverted").IsTrue():
		return recordErrorf("CANNOT_UPDATE_CONVERTED_LEAD", []string{field.Name}, "cannot reference converted lead")
	case field.Name == "OwnerId" && !at.Get("IsActive").IsTrue():
		return recordErrorf("INACTIVE_OWNER_OR_USER", nil, "operation performed with inactive user [%s] as owner of %s", id[:15], strings.ToLower(d.object.Label))
	}
	return nil
}

func (o *Org) checkRecordType(d *draft, field *schema.Field, value schema.Value, view records.View) *recordError {
	at, found := view.Find(value.String())
	if !found || at.Get("SobjectType").String() != d.object.Name || !o.typeAvailable(int(value.Number())) {
		return recordErrorf("INVALID_CROSS_REFERENCE_KEY", []string{field.Name}, "Record Type ID: this ID value isn't valid for the user: %s", value.String()[:15])
	}
	return nil
}

// checkCustomRule runs the customer's own validation rule.
func (o *Org) checkCustomRule(d *draft) *recordError {
	if o.faults.take(faultValidation) {
		return recordErrorf("FIELD_CUSTOM_VALIDATION_EXCEPTION", nil, "This record does not meet our rules.")
	}
	if o.config.ValidationRule == nil {
		return nil
	}
	fields := map[string]string{}
	for name, value := range d.values {
		fields[name] = value.String()
	}
	if err := o.config.ValidationRule(d.object.Name, fields); err != nil {
		return recordErrorf("FIELD_CUSTOM_VALIDATION_EXCEPTION", nil, "%v", err)
	}
	return nil
}

// stamp is the time a change made now carries.
func (o *Org) stamp() time.Time {
	now := o.config.Now().UTC().Truncate(time.Second)
	switch {
	case len(o.faults.arguments(faultLateCommit)) > 0:
		return now.Add(-3 * time.Minute)
	default:
		return now.Add(-o.config.LateCommit)
	}
}
