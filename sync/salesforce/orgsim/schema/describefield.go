package schema

// FieldDescription is what describe says of one field.
type FieldDescription struct {
	Aggregatable                 bool                `json:"aggregatable"`
	AIPredictionField            bool                `json:"aiPredictionField"`
	AutoNumber                   bool                `json:"autoNumber"`
	ByteLength                   int                 `json:"byteLength"`
	Calculated                   bool                `json:"calculated"`
	CalculatedFormula            *string             `json:"calculatedFormula"`
	CascadeDelete                bool                `json:"cascadeDelete"`
	CaseSensitive                bool                `json:"caseSensitive"`
	CompoundFieldName            *string             `json:"compoundFieldName"`
	ControllerName               *string             `json:"controllerName"`
	Createable                   bool                `json:"createable"`
	Custom                       bool                `json:"custom"`
	DefaultValue                 *Value              `json:"defaultValue"`
	DefaultValueFormula          *string             `json:"defaultValueFormula"`
	DefaultedOnCreate            bool                `json:"defaultedOnCreate"`
	DependentPicklist            bool                `json:"dependentPicklist"`
	DeprecatedAndHidden          bool                `json:"deprecatedAndHidden"`
	Digits                       int                 `json:"digits"`
	DisplayLocationInDecimal     bool                `json:"displayLocationInDecimal"`
	Encrypted                    bool                `json:"encrypted"`
	ExternalID                   bool                `json:"externalId"`
	ExtraTypeInfo                *string             `json:"extraTypeInfo"`
	Filterable                   bool                `json:"filterable"`
	FilteredLookupInfo           *string             `json:"filteredLookupInfo"`
	FormulaTreatNullNumberAsZero bool                `json:"formulaTreatNullNumberAsZero"`
	Groupable                    bool                `json:"groupable"`
	HighScaleNumber              bool                `json:"highScaleNumber"`
	HTMLFormatted                bool                `json:"htmlFormatted"`
	IDLookup                     bool                `json:"idLookup"`
	InlineHelpText               *string             `json:"inlineHelpText"`
	Label                        string              `json:"label"`
	Length                       int                 `json:"length"`
	Mask                         *string             `json:"mask"`
	MaskType                     *string             `json:"maskType"`
	Name                         string              `json:"name"`
	NameField                    bool                `json:"nameField"`
	NamePointing                 bool                `json:"namePointing"`
	Nillable                     bool                `json:"nillable"`
	Permissionable               bool                `json:"permissionable"`
	PicklistValues               []ChoiceDescription `json:"picklistValues"`
	PolymorphicForeignKey        bool                `json:"polymorphicForeignKey"`
	Precision                    int                 `json:"precision"`
	QueryByDistance              bool                `json:"queryByDistance"`
	ReferenceTargetField         *string             `json:"referenceTargetField"`
	ReferenceTo                  []string            `json:"referenceTo"`
	RelationshipName             *string             `json:"relationshipName"`
	RelationshipOrder            *int                `json:"relationshipOrder"`
	RestrictedDelete             bool                `json:"restrictedDelete"`
	RestrictedPicklist           bool                `json:"restrictedPicklist"`
	Scale                        int                 `json:"scale"`
	SearchPrefilterable          bool                `json:"searchPrefilterable"`
	SOAPType                     string              `json:"soapType"`
	Sortable                     bool                `json:"sortable"`
	Type                         Type                `json:"type"`
	Unique                       bool                `json:"unique"`
	Updateable                   bool                `json:"updateable"`
	WriteRequiresMasterRead      bool                `json:"writeRequiresMasterRead"`
}

// ChoiceDescription is one value of a picklist in describe.
type ChoiceDescription struct {
	Active       bool    `json:"active"`
	DefaultValue bool    `json:"defaultValue"`
	Label        string  `json:"label"`
	ValidFor     *string `json:"validFor"`
	Value        string  `json:"value"`
}

func describeField(f *Field) FieldDescription {
	d := FieldDescription{
		Name: f.Name, Label: f.Label, Type: f.Type, SOAPType: SOAPType(f.Type), Length: f.Length, Precision: f.Precision, Scale: f.Scale,
		Nillable: f.Nillable, Createable: f.Create, Updateable: f.Update, Filterable: f.Filter, Sortable: f.Sort, Groupable: f.Group,
		Custom: f.Custom(), NameField: f.NameField, Calculated: f.Calculated, Unique: f.Unique, ExternalID: f.ExternalID, CaseSensitive: f.Unique,
		IDLookup: f.ExternalID || f.Type == TypeID || f.Type == TypeEmail, RestrictedPicklist: f.Restricted, ReferenceTo: f.ReferenceTo,
		RelationshipName: optional(f.Relationship), CompoundFieldName: optional(f.Compound), CalculatedFormula: optional(f.Formula),
		InlineHelpText: optional(f.Help), Aggregatable: f.Filter && f.Type != TypeBoolean, Permissionable: f.Nillable && (f.Create || f.Update),
		NamePointing: len(f.ReferenceTo) > 1, PolymorphicForeignKey: len(f.ReferenceTo) > 1, PicklistValues: []ChoiceDescription{},
		SearchPrefilterable: f.Type == TypeRef,
	}
	describeSize(f, &d)
	if d.ReferenceTo == nil {
		d.ReferenceTo = []string{}
	}
	if !f.Default.IsNull() {
		d.DefaultValue = &f.Default
	}
	d.DefaultedOnCreate = !f.Default.IsNull() || f.Name == "OwnerId" || f.Name == "Id" || !f.Nillable && !f.Create
	for _, c := range f.Picklist {
		d.PicklistValues = append(d.PicklistValues, ChoiceDescription{Active: true, DefaultValue: c.Default, Label: c.Value, Value: c.Value})
	}
	return d
}

// describeSize fills in how large a value of the field may be.
func describeSize(f *Field, d *FieldDescription) {
	switch {
	case f.Type == TypeInt:
		d.Length, d.Digits = 0, f.Length
	case f.IsReference():
		d.ByteLength = f.Length
	case f.IsText():
		d.ByteLength = 3 * f.Length
	}
	if f.Type == TypeTextArea {
		plain := "plaintextarea"
		d.ExtraTypeInfo = &plain
	}
}

// SOAPType returns the SOAP API's name of a field type.
func SOAPType(t Type) string {
	if name, ok := soapTypes[t]; ok {
		return name
	}
	return "xsd:string"
}
