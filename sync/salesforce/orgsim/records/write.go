package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"crmsync/sync/salesforce/orgsim/schema"
)

// Op is one record's part of a write, as the journal keeps it.
type Op struct {
	Object string            `json:"object"`
	N      uint64            `json:"n"`
	Set    map[string]string `json:"set,omitempty"` // values as CSV writes them
	Purge  bool              `json:"purge,omitempty"`
}

// ErrDuplicateKey is a write that would give two records the same value of a unique field.
var ErrDuplicateKey = errors.New("duplicate value of a unique field")

// Values are fields of a record by name.
type Values map[string]schema.Value

// Write is one change of any number of records, which takes effect as a whole or not at all.
type Write struct {
	set *Set
	ops []Op
	was map[reference]*patch
}

// Write runs change with the sole right to write, and makes what it did visible when it returns no error.
func (s *Set) Write(change func(*Write) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	w := &Write{set: s, was: map[reference]*patch{}}
	err := change(w)
	if err == nil && s.journal != nil && len(w.ops) > 0 {
		err = s.journal(w.ops)
	}
	if err != nil {
		w.undo()
		return err
	}
	s.mu.Lock()
	s.version++
	s.mu.Unlock()
	return nil
}

// View returns the state the write sees: what was there, and its own changes.
func (w *Write) View() View { return View{w.set, w.set.version + 1} }

// Create adds a record and returns its number.
func (w *Write) Create(object string, values Values) (uint64, error) {
	t := w.set.tables[object]
	n := t.next
	return n, w.apply(t, n, values, false)
}

// Update changes fields of a record.
func (w *Write) Update(object string, n uint64, values Values) error {
	return w.apply(w.set.tables[object], n, values, false)
}

// Purge removes a record for good.
func (w *Write) Purge(object string, n uint64) error {
	return w.apply(w.set.tables[object], n, nil, true)
}

func (w *Write) apply(t *table, n uint64, values Values, purge bool) error {
	before := t.patches[n]
	next := &patch{version: w.set.version + 1, before: before, purged: purge}
	if before != nil {
		next.fields, next.values = slices.Clone(before.fields), slices.Clone(before.values)
	}
	for name, value := range values {
		field, ok := t.object.FieldIndex(name)
		if !ok {
			return fmt.Errorf("%s has no field %s", t.object.Name, name)
		}
		if err := w.claim(t, n, field, value); err != nil {
			return err
		}
		next.set(field, value)
	}
	at := reference{t, n}
	if _, seen := w.was[at]; !seen {
		w.was[at] = before
	}
	w.set.mu.Lock()
	if before == nil && n < t.count {
		t.touched, t.inOrder = append(t.touched, n), false
	}
	t.patches[n] = next
	t.next = max(t.next, n+1)
	w.set.mu.Unlock()
	w.ops = append(w.ops, newOp(t, n, values, purge))
	return nil
}

func newOp(t *table, n uint64, values Values, purge bool) Op {
	op := Op{Object: t.object.Name, N: n, Purge: purge}
	for name, value := range values {
		if op.Set == nil {
			op.Set = map[string]string{}
		}
		op.Set[name] = value.String()
	}
	return op
}

// values reads back what newOp wrote.
func (op Op) values(object *schema.Object) (Values, error) {
	values := Values{}
	for name, text := range op.Set {
		i, ok := object.FieldIndex(name)
		if !ok {
			return nil, fmt.Errorf("%s has no field %s", object.Name, name)
		}
		value, err := object.Fields[i].Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", object.Name, name, err)
		}
		values[name] = value
	}
	return values, nil
}

func (p *patch) set(field int, value schema.Value) {
	if i := slices.Index(p.fields, uint16(field)); i >= 0 {
		p.values[i] = value
		return
	}
	p.fields, p.values = append(p.fields, uint16(field)), append(p.values, value)
}

// claim reserves the value of a unique field for record n.
func (w *Write) claim(t *table, n uint64, field int, value schema.Value) error {
	f := &t.object.Fields[field]
	if !f.Unique || value.IsNull() {
		return nil
	}
	key := t.object.Name + "\x00" + f.Name + "\x00" + value.String()
	if holder, taken := w.set.keys[key]; taken && holder != (reference{t, n}) && w.holds(holder, field, value) {
		return fmt.Errorf("%w: %s duplicates value on record with id: %s", ErrDuplicateKey, f.Name, schema.ID(t.stem, holder.n).String()[:15])
	}
	w.set.keys[key] = reference{t, n}
	return nil
}

// holds reports whether the record still has the value; a purged or changed one gives it free.
func (w *Write) holds(at reference, field int, value schema.Value) bool {
	p := at.table.patches[at.n]
	if p == nil || p.purged {
		return false
	}
	has, ok := p.value(field)
	return ok && schema.Compare(has, value) == 0
}

// undo takes back what the write did.
func (w *Write) undo() {
	w.set.mu.Lock()
	defer w.set.mu.Unlock()
	for at, before := range w.was {
		if before != nil {
			at.table.patches[at.n] = before
			continue
		}
		delete(at.table.patches, at.n)
		if at.n >= at.table.count {
			at.table.next = min(at.table.next, at.n)
		}
	}
}

// Replay applies the operations of a write of the journal.
func (s *Set) Replay(ops []Op) error {
	return s.Write(func(w *Write) error {
		for _, op := range ops {
			t, ok := s.tables[op.Object]
			if !ok {
				return fmt.Errorf("no object %s", op.Object)
			}
			values, err := op.values(t.object)
			if err != nil {
				return err
			}
			if err := w.apply(t, op.N, values, op.Purge); err != nil {
				return err
			}
		}
		w.ops = nil // they are in the journal already
		return nil
	})
}

// SizeOf returns the number of records of an object that were generated, and of those added since.
func (s *Set) SizeOf(object string) (generated, added uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := s.tables[object]
	return t.count, t.next - t.count
}

// IsDuplicate reports whether the error of a write is a duplicate value, and says which, in Salesforce's words.
func IsDuplicate(err error) (text string, ok bool) {
	if !errors.Is(err, ErrDuplicateKey) {
		return "", false
	}
	return "duplicate value found: " + strings.TrimPrefix(err.Error(), ErrDuplicateKey.Error()+": "), true
}

// Of returns the values without those of fields the object does not have.
func (v Values) Of(object *schema.Object) Values {
	out := Values{}
	for name, value := range v {
		if object.Has(name) {
			out[name] = value
		}
	}
	return out
}
