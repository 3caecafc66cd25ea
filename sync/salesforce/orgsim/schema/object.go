// Package schema holds what the built-in org knows about its objects: fields with their types and rules, the values of
// fields, record ids, and describe. One table per object drives describe, SELECT, CSV, JSON and the checks of a write.
package schema

import "strings"

// Object describes one object.
type Object struct {
	Name, Label, Plural string
	Prefix              string // first three characters of its ids
	Fields              []Field
	Create, Update      bool
	Delete, Undelete    bool
	Merge               bool
	Replicate           bool // getDeleted and getUpdated work
	Layout              bool
	NoBulk              bool // the Bulk API refuses it
	Tooling             bool // seen by the Tooling API only
	Children            []Child
	RecordTypes         bool // has record types of its own besides Master
	index               map[string]int
}

// Child is a parent-to-child relationship of an object.
type Child struct {
	Object, Field, Relationship string
	Cascade                     bool
}

// FieldIndex returns the position of the field with the name, compared without regard to case.
func (o *Object) FieldIndex(name string) (int, bool) {
	i, ok := o.index[name]
	if !ok {
		i, ok = o.index[strings.ToLower(name)]
	}
	return i, ok
}

// Has reports whether the object has the field.
func (o *Object) Has(name string) bool {
	_, ok := o.FieldIndex(name)
	return ok
}

// Relationship returns the position of the lookup field behind the child-to-parent relationship.
func (o *Object) Relationship(name string) (int, bool) {
	for i := range o.Fields {
		if o.Fields[i].Relationship != "" && strings.EqualFold(o.Fields[i].Relationship, name) {
			return i, true
		}
	}
	return 0, false
}

// NameFieldIndex returns the position of the field that names a record, -1 if there is none.
func (o *Object) NameFieldIndex() int {
	for i := range o.Fields {
		if o.Fields[i].NameField {
			return i
		}
	}
	return -1
}

// Options choose the parts of the schema that differ between orgs.
type Options struct {
	Package bool // the Sales Navigator package: its fields and record types
	SyncKey bool // Task has the unique external id Sync_Key__c
	// MultiCurrency gives objects with amounts a CurrencyIsoCode.
	MultiCurrency bool
	// PersonAccounts gives accounts and contacts an IsPersonAccount, and accounts the fields of a person.
	PersonAccounts bool
	// Picklists replace the values of fields, named "Object.Field".
	Picklists map[string][]string
}

// Schema is every object of one org.
type Schema struct {
	Objects []*Object
	byName  map[string]*Object
	byStem  map[string]*Object
}

// New builds the schema of an org.
func New(options Options) *Schema {
	s := &Schema{byName: map[string]*Object{}, byStem: map[string]*Object{}}
	for _, object := range append(salesObjects(options), setupObjects()...) {
		object.index = map[string]int{}
		for i, f := range object.Fields {
			object.index[f.Name] = i
			object.index[strings.ToLower(f.Name)] = i
			if values := options.Picklists[object.Name+"."+f.Name]; values != nil {
				object.Fields[i] = f.offering(values)
			}
		}
		s.Objects = append(s.Objects, object)
		s.byName[strings.ToLower(object.Name)] = object
		if object.Prefix != "" {
			s.byStem[object.Prefix] = object
		}
	}
	return s
}

// Object returns the object with the name, compared without regard to case.
func (s *Schema) Object(name string) (*Object, bool) {
	o, ok := s.byName[strings.ToLower(name)]
	return o, ok
}

// ByPrefix returns the object whose ids begin with the three characters.
func (s *Schema) ByPrefix(id string) (*Object, bool) {
	if len(id) < 3 {
		return nil, false
	}
	o, ok := s.byStem[id[:3]]
	return o, ok
}
