package schema

import "strings"

// Visibility says which fields of an object the running user may see; nil sees all.
type Visibility func(object *Object, field *Field) bool

// RecordTypeInfo is what describe says of one record type for the running user.
type RecordTypeInfo struct {
	Active        bool              `json:"active"`
	Available     bool              `json:"available"`
	Default       bool              `json:"defaultRecordTypeMapping"`
	DeveloperName string            `json:"developerName"`
	Master        bool              `json:"master"`
	Name          string            `json:"name"`
	ID            string            `json:"recordTypeId"`
	URLs          map[string]string `json:"urls"`
}

// Summary is what the list of all objects says of one.
type Summary struct {
	Activateable          bool              `json:"activateable"`
	AssociateEntityType   *string           `json:"associateEntityType"`
	AssociateParentEntity *string           `json:"associateParentEntity"`
	Createable            bool              `json:"createable"`
	Custom                bool              `json:"custom"`
	CustomSetting         bool              `json:"customSetting"`
	DeepCloneable         bool              `json:"deepCloneable"`
	Deletable             bool              `json:"deletable"`
	DeprecatedAndHidden   bool              `json:"deprecatedAndHidden"`
	FeedEnabled           bool              `json:"feedEnabled"`
	HasSubtypes           bool              `json:"hasSubtypes"`
	IsInterface           bool              `json:"isInterface"`
	IsSubtype             bool              `json:"isSubtype"`
	KeyPrefix             *string           `json:"keyPrefix"`
	Label                 string            `json:"label"`
	LabelPlural           string            `json:"labelPlural"`
	Layoutable            bool              `json:"layoutable"`
	Mergeable             bool              `json:"mergeable"`
	MRUEnabled            bool              `json:"mruEnabled"`
	Name                  string            `json:"name"`
	Queryable             bool              `json:"queryable"`
	Replicateable         bool              `json:"replicateable"`
	Retrieveable          bool              `json:"retrieveable"`
	Searchable            bool              `json:"searchable"`
	Triggerable           bool              `json:"triggerable"`
	Undeletable           bool              `json:"undeletable"`
	Updateable            bool              `json:"updateable"`
	URLs                  map[string]string `json:"urls"`
}

// Description is the answer of describe for one object.
type Description struct {
	ActionOverrides       []any              `json:"actionOverrides"`
	ChildRelationships    []ChildDescription `json:"childRelationships"`
	CompactLayoutable     bool               `json:"compactLayoutable"`
	DefaultImplementation *string            `json:"defaultImplementation"`
	ExtendedBy            *string            `json:"extendedBy"`
	ExtendsInterfaces     *string            `json:"extendsInterfaces"`
	Fields                []FieldDescription `json:"fields"`
	ImplementedBy         *string            `json:"implementedBy"`
	ImplementsInterfaces  *string            `json:"implementsInterfaces"`
	Listviewable          *bool              `json:"listviewable"`
	LookupLayoutable      *bool              `json:"lookupLayoutable"`
	NamedLayoutInfos      []any              `json:"namedLayoutInfos"`
	NetworkScopeField     *string            `json:"networkScopeFieldName"`
	RecordTypeInfos       []RecordTypeInfo   `json:"recordTypeInfos"`
	SearchLayoutable      bool               `json:"searchLayoutable"`
	DescribeOption        string             `json:"sobjectDescribeOption"`
	SupportedScopes       []ScopeDescription `json:"supportedScopes"`
	Summary
}

// ScopeDescription is a scope a list of the object can have.
type ScopeDescription struct {
	Label string `json:"label"`
	Name  string `json:"name"`
}

// ChildDescription is what describe says of a parent-to-child relationship.
type ChildDescription struct {
	CascadeDelete       bool     `json:"cascadeDelete"`
	ChildSObject        string   `json:"childSObject"`
	DeprecatedAndHidden bool     `json:"deprecatedAndHidden"`
	Field               string   `json:"field"`
	JunctionIDListNames []string `json:"junctionIdListNames"`
	JunctionReferenceTo []string `json:"junctionReferenceTo"`
	RelationshipName    *string  `json:"relationshipName"`
	RestrictedDelete    bool     `json:"restrictedDelete"`
}

// Summarize returns the summary of an object, its URLs below base ("/services/data/v67.0").
func Summarize(o *Object, base string) Summary {
	url := base + "/sobjects/" + o.Name
	urls := map[string]string{"sobject": url, "describe": url + "/describe", "rowTemplate": url + "/{ID}"}
	if o.Layout {
		urls["layouts"] = url + "/describe/layouts"
		urls["compactLayouts"] = url + "/describe/compactLayouts"
		urls["defaultValues"] = url + "/defaultValues?recordTypeId&fields"
		urls["uiNewRecord"], urls["uiDetailTemplate"], urls["uiEditTemplate"] = "/"+o.Prefix+"/e", "/{ID}", "/{ID}/e"
	}
	return Summary{
		Createable: o.Create, Deletable: o.Delete, DeepCloneable: false, KeyPrefix: optional(o.Prefix), Label: o.Label, LabelPlural: o.Plural,
		Layoutable: o.Layout, Mergeable: o.Merge, MRUEnabled: o.Layout, Name: o.Name, Queryable: true, Replicateable: o.Replicate, Retrieveable: true,
		Searchable: o.Layout, Triggerable: o.Create, Undeletable: o.Undelete, Updateable: o.Update, FeedEnabled: o.Layout, URLs: urls,
	}
}

// Describe returns the description of an object as the running user sees it.
func Describe(o *Object, base string, types []RecordTypeInfo, visible Visibility) Description {
	d := Description{
		ActionOverrides: []any{}, NamedLayoutInfos: []any{}, RecordTypeInfos: types, CompactLayoutable: o.Layout, SearchLayoutable: o.Layout,
		DescribeOption: "DEFERRED", SupportedScopes: []ScopeDescription{{"All " + strings.ToLower(o.Plural), "everything"}, {"My " + strings.ToLower(o.Plural), "mine"}},
		ChildRelationships: []ChildDescription{}, Fields: []FieldDescription{}, Summary: Summarize(o, base),
	}
	for _, child := range o.Children {
		d.ChildRelationships = append(d.ChildRelationships, ChildDescription{CascadeDelete: child.Cascade, ChildSObject: child.Object, Field: child.Field,
			JunctionIDListNames: []string{}, JunctionReferenceTo: []string{}, RelationshipName: optional(child.Relationship)})
	}
	for i := range o.Fields {
		if visible == nil || visible(o, &o.Fields[i]) {
			d.Fields = append(d.Fields, describeField(&o.Fields[i]))
		}
	}
	return d
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
