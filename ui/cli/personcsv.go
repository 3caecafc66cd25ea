package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"crmsync/ui/report"
)

// writePersonCSV writes what is known of a person as a table of one value a row, for a spreadsheet: the part of the export, the
// number of the row within it, the name of the field and its value, in the order of the JSON. What a spreadsheet
// would take for a formula gets an apostrophe before it; values that are not set are left out.
func writePersonCSV(out io.Writer, dossier []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(dossier))
	decoder.UseNumber()
	f := flattener{decoder: decoder, csv: csv.NewWriter(out)}
	err := f.csv.Write([]string{"part", "row", "field", "value"})
	if err == nil {
		err = f.value(place{})
	}
	if f.csv.Flush(); err == nil {
		err = f.csv.Error()
	}
	if err != nil {
		return fmt.Errorf("write the export as CSV: %w", err)
	}
	return nil
}

// place is where in the export a value stands.
type place struct {
	part  string
	row   int // within the part, from 1; 0 where the part is no list
	field string
	depth int
}

// in is the place of a member of an object.
func (p place) in(name string) place {
	switch {
	case p.depth == 0:
		p.part = name
	case p.field == "":
		p.field = name
	default:
		p.field += "." + name
	}
	p.depth++
	return p
}

// at is the place of an element of a list.
func (p place) at(n int) place {
	if p.depth == 1 {
		p.row = n
	} else {
		p.field += "[" + strconv.Itoa(n) + "]"
	}
	p.depth++
	return p
}

// flattener takes JSON apart as it is read.
type flattener struct {
	decoder *json.Decoder
	csv     *csv.Writer
}

func (f *flattener) value(p place) error {
	token, err := f.decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		for f.decoder.More() {
			name, err := f.decoder.Token()
			if err != nil {
				return err
			}
			if err := f.value(p.in(fmt.Sprint(name))); err != nil {
				return err
			}
		}
		_, err = f.decoder.Token()
		return err
	case json.Delim('['):
		for n := 1; f.decoder.More(); n++ {
			if err := f.value(p.at(n)); err != nil {
				return err
			}
		}
		_, err = f.decoder.Token()
		return err
	case nil, "":
		return nil
	}
	row := ""
	if p.row > 0 {
		row = strconv.Itoa(p.row)
	}
	return f.csv.Write([]string{p.part, row, report.Harmless(p.field), report.Harmless(fmt.Sprint(token))})
}
