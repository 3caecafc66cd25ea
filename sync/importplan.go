package sync

import (
	"slices"
	"strings"
	"time"
)

const (
	// settleTime is how far behind the server's clock a window ends: records
	// may be committed late with an older stamp (salesforce.md 3.1).
	settleTime = 5 * time.Minute
	// overlap is how far before the watermark the next window begins.
	overlap = 10 * time.Minute
	// smallWindow is the number of rows under which the query API is cheaper
	// than a bulk job.
	smallWindow = 2000
)

// describedField is what the plan needs to know of a field in describe.
type describedField struct {
	Name string
	Type string
}

// selection is the SELECT list of one object for one run, and how it differs
// from the list of the run before.
type selection struct {
	fields []string // in the annex's order, then bookkeeping, then extras
	hidden []string // annex fields that describe does not show: no access, or not in this edition
	lost   []string // read by the last run and not visible any more; their old values are kept
	added  []string // not read by the last run: the object is read in full once
	stamp  string   // the field the window is over; "" = no window possible, always read in full
}

// notSelectable are the field types that a bulk query refuses (2.3).
var notSelectable = []string{"address", "location", "base64", "complexvalue", "json"}

// stampOrder is the order of preference for the window's field.
var stampOrder = []string{"SystemModstamp", "LastModifiedDate", "CreatedDate"}

// selectFields makes the SELECT list of an object: the annex's fields, the
// bookkeeping columns of decision 5 and the extra ones (revenue field,
// currency), each as far as describe shows it. last is the list the last run
// used, nil for a first run.
func selectFields(annex, bookkeeping, extra []string, described []describedField, last []string) selection {
	visible := make(map[string]bool, len(described))
	for _, field := range described {
		if !slices.Contains(notSelectable, strings.ToLower(field.Type)) {
			visible[field.Name] = true
		}
	}
	var s selection
	seen := map[string]bool{}
	take := func(name string, required bool) {
		switch {
		case name == "" || seen[name]:
		case visible[name]:
			s.fields = append(s.fields, name)
		case required:
			s.hidden = append(s.hidden, name)
		}
		seen[name] = true
	}
	for _, name := range annex {
		take(name, true)
	}
	for _, name := range bookkeeping {
		take(name, false)
	}
	for _, name := range extra {
		take(name, true)
	}
	if last != nil {
		s.lost = without(last, s.fields)
		s.added = without(s.fields, last)
	}
	for _, name := range stampOrder {
		if slices.Contains(s.fields, name) {
			s.stamp = name
			break
		}
	}
	return s
}

// without returns the elements of all that are not in some, in order.
func without(all, some []string) []string {
	var rest []string
	for _, name := range all {
		if !slices.Contains(some, name) {
			rest = append(rest, name)
		}
	}
	return rest
}

// window is the time span of one import of one object: after < stamp <= until.
// A zero after has no lower bound.
type window struct {
	after time.Time
	until time.Time
}

// nextWindow makes the window that follows a watermark. serverNow is the
// org's clock (its Date header), never ours. A full import has no lower bound.
func nextWindow(watermark, serverNow time.Time, full bool) window {
	w := window{until: serverNow.UTC().Truncate(time.Second).Add(-settleTime)}
	if full || watermark.IsZero() {
		return w
	}
	w.after = watermark.UTC().Truncate(time.Second).Add(-overlap)
	if w.after.After(w.until) {
		// The org's clock went back: read the overlap again, never nothing.
		w.after = w.until.Add(-overlap)
	}
	return w
}

// soqlTime writes a time as an unquoted SOQL literal. It always ends in Z,
// since a + would have to be escaped in an address.
func soqlTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// where returns the window's condition on the stamp, "" when the object has
// no stamp and is read whole.
func (w window) where(stamp string) string {
	switch {
	case stamp == "":
		return ""
	case w.after.IsZero():
		return " WHERE " + stamp + " <= " + soqlTime(w.until)
	}
	return " WHERE " + stamp + " > " + soqlTime(w.after) + " AND " + stamp + " <= " + soqlTime(w.until)
}

// soql writes the query of a selection in a window. It has no ORDER BY and no
// LIMIT: both would switch off chunking by primary key.
func (s selection) soql(object string, w window) string {
	return "SELECT " + strings.Join(s.fields, ", ") + " FROM " + object + w.where(s.stamp)
}
