package network

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
)

// Mapping says which column of a list holds which field: {"Firma": "company"}.
// A column that is mapped to "" or "-" is ignored. Columns that are not in the
// mapping are guessed from their names.
type Mapping map[string]string

// Field is one thing a list can tell, for help texts and completion.
type Field struct {
	Name, Text string
}

var peopleFields = []Field{
	{Name: "profile_url", Text: "address of the profile"}, {Name: "full_name", Text: "the whole name"},
	{Name: "first_name", Text: "given name"}, {Name: "last_name", Text: "family name"},
	{Name: "headline", Text: "line under the name"}, {Name: "title", Text: "present job"}, {Name: "company", Text: "present employer"},
	{Name: "company_url", Text: "address of the employer's page"}, {Name: "company_domain", Text: "employer's domain or website"},
	{Name: "email", Text: "e-mail address"}, {Name: "phone", Text: "telephone"},
	{Name: "street", Text: "street and number"}, {Name: "city", Text: "city"}, {Name: "state", Text: "state or province"},
	{Name: "postal_code", Text: "postal code"}, {Name: "country", Text: "country"}, {Name: "location", Text: "place as free text"},
	{Name: "industry", Text: "industry"}, {Name: "connected_on", Text: "day of connection: makes the person a connection of the seat"},
	{Name: "past_company", Text: "former employer"}, {Name: "past_title", Text: "former job"},
}

var companyFields = []Field{
	{Name: "page_url", Text: "address of the company's page"}, {Name: "name", Text: "name (required)"}, {Name: "website", Text: "website"},
	{Name: "domain", Text: "domain"}, {Name: "phone", Text: "telephone"}, {Name: "industry", Text: "industry"}, {Name: "employees", Text: "number of employees, or a range"},
	{Name: "street", Text: "street and number"}, {Name: "city", Text: "city"}, {Name: "state", Text: "state or province"},
	{Name: "postal_code", Text: "postal code"}, {Name: "country", Text: "country"},
}

func fieldNames(fields []Field) []string {
	out := make([]string, len(fields))
	for i, field := range fields {
		out[i] = field.Name
	}
	return out
}

const hintMapping = "The map is a JSON object of columns and fields, such as {\"Firma\": \"company\", \"Notiz\": \"-\"}."

// ReadMapping reads a saved map.
func ReadMapping(source Source) (Mapping, error) {
	t, err := openText(source, Limits{FileBytes: 1 << 20, RecordBytes: 1 << 20})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	data, err := io.ReadAll(t)
	if err != nil {
		return nil, unreadable(source.Name(), err)
	}
	var m Mapping
	if err := json.Unmarshal(data, &m); err != nil {
		line, column := jsonPlace(data, err)
		return nil, &Error{File: source.Name(), Line: line, Column: column, code: CodeMapping, hint: hintMapping, Message: "is no map of columns: " + err.Error(), cause: err}
	}
	if len(m) == 0 {
		return nil, fault(source.Name(), 0, CodeMapping, hintMapping, "the map names no column")
	}
	return m, nil
}

// apply returns the column of each field: as mapped, and guessed for the rest.
func (m Mapping) apply(file string, header []string, fields []Field) (map[string]int, error) {
	known := fieldNames(fields)
	mapped, taken := make(map[string]int), make(map[int]bool)
	for _, column := range slices.Sorted(maps.Keys(m)) {
		field := m[column]
		place := slices.IndexFunc(header, func(name string) bool { return headerText(name) == headerText(column) })
		switch {
		case place < 0:
			return nil, fault(file, 0, CodeColumn, "Correct the name in the map. Upper and lower case do not matter.",
				"the map names the column %q, which the file does not have; its columns are %s", column, quoteList(header))
		case field == "" || field == "-":
			taken[place] = true
			continue
		case !slices.Contains(known, field):
			return nil, fault(file, 0, CodeMapping, hintMapping, "the map gives the column %q the field %q, which does not exist; the fields are %s",
				column, field, strings.Join(known, ", "))
		}
		if other, twice := mapped[field]; twice {
			return nil, fault(file, 0, CodeMapping, "Map one of them to \"-\".", "the map gives the field %q to two columns, %q and %q", field, header[other], column)
		}
		mapped[field], taken[place] = place, true
	}
	free := slices.Clone(header)
	for place := range taken {
		free[place] = ""
	}
	var open []string
	for _, field := range known {
		if _, done := mapped[field]; !done {
			open = append(open, field)
		}
	}
	maps.Copy(mapped, columns(free, open...))
	return mapped, nil
}

// names reports whether the map speaks of one of the columns.
func (m Mapping) names(header []string) bool {
	for _, name := range header {
		for column := range m {
			if text := headerText(name); text != "" && text == headerText(column) {
				return true
			}
		}
	}
	return false
}

// jsonPlace returns the line and column of an error of encoding/json.
func jsonPlace(data []byte, err error) (line, column int) {
	offset := jsonOffset(err)
	if offset <= 0 || offset > int64(len(data)) {
		return 0, 0
	}
	before := string(data[:offset-1])
	return 1 + strings.Count(before, "\n"), len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}

func missing(file string, header []string, what string) error {
	return fault(file, 0, CodeRequired, "Map the columns with --map FILE; "+hintMapping,
		"%s; the columns of the file are %s", what, quoteList(header))
}
