package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"
)

// incoming is a row of an import, taken apart. Payload and values lie in memory that is used again for the
// next chunk of rows.
type incoming struct {
	id, master string
	modstamp   int64
	deleted    bool
	payload    []byte
	values     []span // in payload, of shape.wanted
	sum        uint64 // of the hashes of the fields, in whatever order they come
}

// hash returns what tells whether the row's fields say anything new. Whether it is deleted stands beside it:
// a tombstone is made without the row's fields.
func (in *incoming) hash() int64 { return int64(in.sum ^ xxh3.HashString(in.master)) }

// span is a part of a payload; it is empty for a field that is.
type span struct{ start, end int }

// shape says where an import's columns go.
type shape struct {
	object          Object
	fields          []string
	id, stamp       int
	deleted, master int         // -1 when the object has none
	kept            []keptField // what the payload keeps
	wanted          []string    // fields that have a column of their own or make the sort name
	missing         bool        // the import does not read all fields of the object
}

// keptField is a field that the payload keeps.
type keptField struct {
	column int    // of the import
	head   []byte // the name, as the payload writes it
	wanted int    // position in shape.wanted, or -1
}

func newShape(object Object, fields []string) (shape, error) {
	s := shape{object: object, fields: fields, id: slices.Index(fields, "Id"), stamp: slices.Index(fields, "SystemModstamp"),
		deleted: slices.Index(fields, "IsDeleted"), master: slices.Index(fields, "MasterRecordId")}
	if s.stamp < 0 {
		s.stamp = slices.Index(fields, "LastModifiedDate")
	}
	if s.id < 0 || s.stamp < 0 {
		return s, &Error{code: "store.columns", message: "an import of " + object.Name + " needs the columns Id and SystemModstamp or LastModifiedDate"}
	}
	for _, c := range object.columns {
		s.wanted = append(s.wanted, c.field)
	}
	s.wanted = append(s.wanted, object.sortBy...)
	slices.Sort(s.wanted)
	s.wanted = slices.Compact(s.wanted)
	for i, f := range fields {
		if f != "Id" && f != "IsDeleted" && f != "MasterRecordId" && f != "SystemModstamp" {
			s.kept = append(s.kept, keptField{i, appendText(nil, f), slices.Index(s.wanted, f)})
		}
	}
	s.missing = slices.ContainsFunc(object.Fields, func(f string) bool { return !slices.Contains(fields, f) })
	return s, nil
}

// chunk is some rows on their way in, and the memory that they lie in.
type chunk struct {
	rows     []incoming
	payloads []byte
	spans    []span
}

// reset forgets the rows; their memory is used again.
func (c *chunk) reset() { c.rows, c.payloads, c.spans = c.rows[:0], c.payloads[:0], c.spans[:0] }

// take adds a row, which may lie in memory that is used again.
func (c *chunk) take(s shape, row []string) error {
	if len(row) != len(s.fields) {
		return &Error{code: "store.columns", message: fmt.Sprintf("a row of %s has %d columns, its header %d", s.object.Name, len(row), len(s.fields))}
	}
	stamp, err := parseStamp(row[s.stamp])
	if err != nil {
		return &Error{code: "store.value", message: s.object.Name + " " + row[s.id] + ": " + s.fields[s.stamp] + " " + row[s.stamp] + " is no dateTime", cause: err}
	}
	in := incoming{id: strings.Clone(row[s.id]), modstamp: stamp.UnixMilli()}
	if s.deleted >= 0 {
		in.deleted = row[s.deleted] == "true"
	}
	if s.master >= 0 {
		in.master = strings.Clone(row[s.master])
	}
	from, spans := len(c.payloads), len(c.spans)
	c.spans = append(c.spans, make([]span, len(s.wanted))...)
	in.values = c.spans[spans:]
	for _, f := range s.kept {
		value := row[f.column]
		if value == "" {
			continue
		}
		field := len(c.payloads)
		c.payloads = appendText(append(c.payloads, f.head...), value)
		in.sum += xxh3.Hash(c.payloads[field:])
		if f.wanted >= 0 {
			end := len(c.payloads) - from
			in.values[f.wanted] = span{end - len(value), end}
		}
	}
	in.payload = c.payloads[from:len(c.payloads):len(c.payloads)]
	c.rows = append(c.rows, in)
	return nil
}

// keep adds the fields of an older payload that the import does not read: a field that was hidden from the
// integration user keeps its last known value.
func (in *incoming) keep(s shape, older []byte) error {
	fields, err := readPayload(older)
	if err != nil {
		return fmt.Errorf("%s %s: %w", s.object.Name, in.id, err)
	}
	for _, f := range fields {
		if slices.Contains(s.fields, f.Name) {
			continue
		}
		field := len(in.payload)
		in.payload = appendText(appendText(in.payload, f.Name), f.Value)
		in.sum += xxh3.Hash(in.payload[field:])
		if i := slices.Index(s.wanted, f.Name); i >= 0 {
			in.values[i] = span{len(in.payload) - len(f.Value), len(in.payload)}
		}
	}
	return nil
}

// values are the texts of shape.wanted, in one piece of memory.
type values struct {
	shape shape
	text  string
	ends  []int
}

// take copies the wanted values of a row out of its payload.
func (v *values) take(in *incoming, scratch []byte) []byte {
	scratch, v.ends = scratch[:0], v.ends[:0]
	for _, s := range in.values {
		scratch = append(scratch, in.payload[s.start:s.end]...)
		v.ends = append(v.ends, len(scratch))
	}
	v.text = string(scratch)
	return scratch
}

func (v *values) of(field string) string {
	i, _ := slices.BinarySearch(v.shape.wanted, field)
	start := 0
	if i > 0 {
		start = v.ends[i-1]
	}
	return v.text[start:v.ends[i]]
}

// appendArgs appends the values of the object's own columns and the sort name.
func (v *values) appendArgs(args []any) []any {
	for _, c := range v.shape.object.columns {
		switch value := v.of(c.field); c.kind {
		case flag:
			args = append(args, flagOf(value == "true"))
		case folded:
			args = append(args, orNull(strings.ToLower(value)))
		case sorted:
			args = append(args, orNull(SortName(value)))
		default:
			args = append(args, orNull(value))
		}
	}
	sortName := ""
	for _, field := range v.shape.object.sortBy {
		sortName += " " + v.of(field)
	}
	return append(args, SortName(sortName))
}

// parseStamp reads a dateTime as Bulk writes it, "…T06:25:12.000Z", or as REST does, "…T06:25:12.000+0000".
func parseStamp(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05.999-0700", text)
	}
	return t.UTC(), err
}

// appendText encodes a text behind its length.
func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}
