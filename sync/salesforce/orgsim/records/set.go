// Package records keeps the records of the built-in org: generated ones, which are made again whenever they are read,
// and over them the changes people and programs made, in versions, so that a running export sees one state.
package records

import (
	"strings"
	"sync"

	"crmsync/sync/salesforce/orgsim/schema"
)

// Source gives the records an object begins with, numbered from 0. Its methods may be called from several goroutines.
type Source interface {
	Count() uint64
	Reader() Reader
}

// Reader reads one record after the other. It is used by one goroutine.
type Reader interface {
	// Value returns the field, by its position in the object, of record n.
	Value(n uint64, field int) schema.Value
}

// Set is every record of an org.
type Set struct {
	Schema  *schema.Schema
	mu      sync.RWMutex
	writing sync.Mutex // held by the one writer
	version uint64     // of the last finished write
	tables  map[string]*table
	stems   map[string]*table
	keys    map[string]reference // live values of unique fields
	journal func([]Op) error
}

// reference is one record.
type reference struct {
	table *table
	n     uint64
}

// table is the records of one object.
type table struct {
	object  *schema.Object
	stem    string
	source  Source
	count   uint64            // of the source
	next    uint64            // number of the next new record
	patches map[uint64]*patch // newest change of each changed or new record
	deleted int               // position of IsDeleted, -1 if the object has none
	touched []uint64          // the generated records with a patch, rising and without repetition once inOrder
	inOrder bool
}

// patch is what differs from the generated record, or the whole of a new one, since a version. It never changes.
type patch struct {
	version uint64
	before  *patch
	fields  []uint16
	values  []schema.Value
	purged  bool
}

func (p *patch) value(field int) (schema.Value, bool) {
	for i, f := range p.fields {
		if int(f) == field {
			return p.values[i], true
		}
	}
	return schema.Value{}, false
}

// New returns the records of an org whose ids carry the two characters instance. Objects without a source are empty.
// journal is given the operations of each write before it takes effect; nil keeps none.
func New(s *schema.Schema, instance string, sources map[string]Source, journal func([]Op) error) *Set {
	set := &Set{Schema: s, tables: map[string]*table{}, stems: map[string]*table{}, keys: map[string]reference{}, journal: journal}
	for _, object := range s.Objects {
		t := &table{object: object, stem: schema.Stem(object.Prefix, instance), source: sources[object.Name], patches: map[uint64]*patch{}, deleted: -1}
		if t.source != nil {
			t.count = t.source.Count()
		}
		t.next = t.count
		if i, ok := object.FieldIndex("IsDeleted"); ok {
			t.deleted = i
		}
		set.tables[object.Name] = t
		set.stems[t.stem] = t
	}
	return set
}

// View is the state of all records after one write.
type View struct {
	set     *Set
	version uint64
}

// View returns the newest state.
func (s *Set) View() View {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return View{s, s.version}
}

// Version returns the number of the write the view shows the state after.
func (v View) Version() uint64 { return v.version }

// ID returns the id of the n-th record of an object.
func (s *Set) ID(object string, n uint64) schema.Value {
	return schema.ID(s.tables[object].stem, n)
}

// Locate finds the object and number behind an id of 15 or 18 characters, whether or not there is such a record.
func (s *Set) Locate(id string) (*schema.Object, uint64, bool) {
	stem, n, ok := schema.ParseID(id)
	if !ok {
		return nil, 0, false
	}
	t, ok := s.stems[stem]
	if !ok {
		return nil, 0, false
	}
	return t.object, n, true
}

// Cursor reads records of one object in the view.
func (v View) Cursor(object *schema.Object) *Cursor {
	t := v.set.tables[object.Name]
	c := &Cursor{view: v, table: t}
	if t.source != nil {
		c.base = t.source.Reader()
	}
	return c
}

// Find returns a cursor on the record with the id. It is not ok when there is none, or it was purged.
func (v View) Find(id string) (*Cursor, bool) {
	object, n, ok := v.set.Locate(id)
	if !ok {
		return nil, false
	}
	c := v.Cursor(object)
	return c, c.Seek(n)
}

// Cursor stands on one record. It is used by one goroutine.
type Cursor struct {
	view    View
	table   *table
	base    Reader
	n       uint64
	patch   *patch
	parents map[string]*Cursor // by stem
}

// Object returns the object the cursor reads.
func (c *Cursor) Object() *schema.Object { return c.table.object }

// Number returns the number of the record the cursor stands on.
func (c *Cursor) Number() uint64 { return c.n }

// ID returns the id of the record the cursor stands on.
func (c *Cursor) ID() schema.Value { return schema.ID(c.table.stem, c.n) }

// End returns the number after the last record.
func (c *Cursor) End() uint64 {
	c.view.set.mu.RLock()
	defer c.view.set.mu.RUnlock()
	return c.table.next
}

// Seek moves to record n. It is not ok when there is no such record in the view.
func (c *Cursor) Seek(n uint64) bool {
	c.n = n
	c.view.set.mu.RLock()
	p := c.table.patches[n]
	c.view.set.mu.RUnlock()
	for p != nil && p.version > c.view.version {
		p = p.before
	}
	c.patch = p
	if p == nil {
		return n < c.table.count
	}
	return !p.purged
}

// Value returns a field of the record, by its position in the object.
func (c *Cursor) Value(field int) schema.Value {
	if c.patch != nil {
		if v, ok := c.patch.value(field); ok {
			return v
		}
	}
	f := &c.table.object.Fields[field]
	switch {
	case f.Type == schema.TypeID:
		return schema.ID(c.table.stem, c.n)
	case f.Formula != "":
		return c.Follow(strings.Split(f.Formula, "."))
	case c.n < c.table.count:
		return c.base.Value(c.n, field)
	}
	return schema.Value{}
}

// Get returns a field by name, null if the object has no such field.
func (c *Cursor) Get(name string) schema.Value {
	if i, ok := c.table.object.FieldIndex(name); ok {
		return c.Value(i)
	}
	return schema.Value{}
}

// Deleted reports whether the record is in the recycle bin.
func (c *Cursor) Deleted() bool { return c.table.deleted >= 0 && c.Value(c.table.deleted).IsTrue() }

// Parent returns a cursor on the record the lookup field refers to.
func (c *Cursor) Parent(field int) (*Cursor, bool) {
	return c.follow(c.Value(field))
}

func (c *Cursor) follow(id schema.Value) (*Cursor, bool) {
	if id.Kind() != schema.KindID {
		return nil, false
	}
	stem := id.Stem()
	parent, ok := c.parents[stem]
	if !ok {
		t, known := c.view.set.stems[stem]
		if !known {
			return nil, false
		}
		parent = c.view.Cursor(t.object)
		if c.parents == nil {
			c.parents = map[string]*Cursor{}
		}
		c.parents[stem] = parent
	}
	return parent, parent.Seek(uint64(id.Number()))
}

// Follow returns the value at the end of a path of relationship names and a field name, null where a parent is missing.
func (c *Cursor) Follow(path []string) schema.Value {
	for _, name := range path[:len(path)-1] {
		field, ok := c.table.object.Relationship(name)
		if !ok {
			return schema.Value{}
		}
		if c, ok = c.Parent(field); !ok {
			return schema.Value{}
		}
	}
	if last := path[len(path)-1]; last != "Type" || c.table.object.Has("Type") {
		return c.Get(last)
	}
	return schema.Text(c.table.object.Name)
}
