package schema

import (
	"slices"
	"strings"
)

// Type is a field type as describe names it.
type Type string

// The field types the built-in org has.
const (
	TypeID       Type = "id"
	TypeRef      Type = "reference"
	TypeString   Type = "string"
	TypeTextArea Type = "textarea"
	TypePhone    Type = "phone"
	TypeURL      Type = "url"
	TypeEmail    Type = "email"
	TypePicklist Type = "picklist"
	TypeCombobox Type = "combobox"
	TypeBoolean  Type = "boolean"
	TypeInt      Type = "int"
	TypeDouble   Type = "double"
	TypeCurrency Type = "currency"
	TypePercent  Type = "percent"
	TypeDate     Type = "date"
	TypeDateTime Type = "datetime"
	TypeAddress  Type = "address"
)

// soapTypes are the types of the SOAP API behind each field type.
var soapTypes = map[Type]string{
	TypeID: "tns:ID", TypeRef: "tns:ID", TypeBoolean: "xsd:boolean", TypeInt: "xsd:int", TypeDouble: "xsd:double",
	TypeCurrency: "xsd:double", TypePercent: "xsd:double", TypeDate: "xsd:date", TypeDateTime: "xsd:dateTime", TypeAddress: "urn:address",
}

// Field describes one field of an object: what describe says of it and what a write must obey.
type Field struct {
	Name, Label      string
	Type             Type
	Length           int // characters; of a TypeInt, digits
	Precision, Scale int
	Nillable         bool
	Create, Update   bool
	Filter, Sort     bool
	Group            bool
	NameField        bool
	Calculated       bool
	Unique           bool
	ExternalID       bool
	Default          Value // set on create when the writer leaves it out
	ReferenceTo      []string
	Relationship     string // name of the child-to-parent relationship: Account for AccountId
	Picklist         []Choice
	Restricted       bool   // other picklist values are refused
	Compound         string // the compound field this one is a part of
	Help             string
	Formula          string // of a calculated field: the path to the parent's field it shows
}

// Choice is one value of a picklist.
type Choice struct {
	Value   string
	Default bool
}

// Custom reports whether the field was added to the org (by the package or by the customer).
func (f Field) Custom() bool { return strings.HasSuffix(f.Name, "__c") }

// IsText reports whether the field holds text with a length.
func (f Field) IsText() bool {
	switch f.Type {
	case TypeString, TypeTextArea, TypePhone, TypeURL, TypeEmail, TypePicklist, TypeCombobox:
		return true
	}
	return false
}

// IsReference reports whether the field holds an id.
func (f Field) IsReference() bool { return f.Type == TypeID || f.Type == TypeRef }

// The constructors below make a field with the properties most fields of its type have; the methods after them change one.

func field(name, label string, t Type, length int) Field {
	return Field{Name: name, Label: label, Type: t, Length: length, Nillable: true, Create: true, Update: true, Filter: true, Sort: true, Group: true}
}

func text(name, label string, length int) Field { return field(name, label, TypeString, length) }

func area(name, label string, length int) Field {
	f := field(name, label, TypeTextArea, length)
	if length > 255 {
		f.Filter, f.Sort, f.Group = false, false, false
	}
	return f
}

func phone(name, label string) Field  { return field(name, label, TypePhone, 40) }
func web(name, label string) Field    { return field(name, label, TypeURL, 255) }
func email(name, label string) Field  { return field(name, label, TypeEmail, 80) }
func date(name, label string) Field   { return field(name, label, TypeDate, 0) }
func moment(name, label string) Field { return field(name, label, TypeDateTime, 0).ungrouped() }

func flag(name, label string) Field {
	f := field(name, label, TypeBoolean, 0)
	f.Nillable, f.Default = false, Bool(false)
	return f
}

func whole(name, label string, digits int) Field { return field(name, label, TypeInt, digits) }

func money(name, label string) Field {
	f := field(name, label, TypeCurrency, 0).ungrouped()
	f.Precision, f.Scale = 18, 0
	return f
}

func decimal(name, label string, t Type, precision, scale int) Field {
	f := field(name, label, t, 0).ungrouped()
	f.Precision, f.Scale = precision, scale
	return f
}

func choice(name, label string, length int, values ...string) Field {
	f := field(name, label, TypePicklist, length)
	for _, value := range values {
		f.Picklist = append(f.Picklist, Choice{Value: value})
	}
	return f
}

func lookup(name, label, relationship string, to ...string) Field {
	f := field(name, label, TypeRef, 18)
	f.Relationship, f.ReferenceTo = relationship, to
	return f
}

func recordID() Field {
	f := field("Id", "Record ID", TypeID, 18).readOnly()
	f.Nillable, f.Default = false, Value{}
	return f
}

func (f Field) required() Field   { f.Nillable = false; return f }
func (f Field) readOnly() Field   { f.Create, f.Update = false, false; return f }
func (f Field) createOnly() Field { f.Update = false; return f }
func (f Field) ungrouped() Field  { f.Group = false; return f }
func (f Field) named() Field      { f.NameField = true; return f }
func (f Field) restricted() Field { f.Restricted = true; return f }
func (f Field) part(compound string) Field {
	f.Compound = compound
	return f
}

// preset makes value the one a new record gets, and marks it in the picklist.
func (f Field) preset(value string) Field {
	f.Default = Text(value)
	for i := range f.Picklist {
		f.Picklist[i].Default = f.Picklist[i].Value == value
	}
	return f
}

// formula makes the field one that is computed when read and never moves the record's stamp.
func (f Field) formula() Field {
	f = f.readOnly()
	f.Calculated = true
	return f
}

// offering replaces the values of a picklist. The default stays where it is offered, else it is the first value.
func (f Field) offering(values []string) Field {
	f.Picklist = nil
	for _, value := range values {
		f.Picklist = append(f.Picklist, Choice{Value: value})
	}
	if wanted := f.Default.String(); wanted != "" {
		if !slices.Contains(values, wanted) {
			wanted = values[0]
		}
		return f.preset(wanted)
	}
	return f
}

func (f Field) key() Field {
	f.Unique, f.ExternalID = true, true
	return f
}
