package orgsim

import (
	"slices"
	"strconv"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// encoder writes records as the REST API does: attributes first, parents as objects within.
type encoder struct {
	base string
	root node
	some bool // a record was written, so a comma must come before the next
}

// node is one object in the JSON of a record: the record itself, or a parent.
type node struct {
	relationship string
	items        []nodeItem
}

// nodeItem is a field of a node, or a parent.
type nodeItem struct {
	name   string
	column *records.Column
	parent *node
}

func newEncoder(plan *records.Plan, base string) *encoder {
	e := &encoder{base: base}
	for i := range plan.Columns {
		e.root.add(plan.Columns[i].Path, &plan.Columns[i])
	}
	return e
}

func (n *node) add(path []string, column *records.Column) {
	if len(path) == 1 {
		n.items = append(n.items, nodeItem{name: path[0], column: column})
		return
	}
	i := slices.IndexFunc(n.items, func(item nodeItem) bool { return item.parent != nil && item.name == path[0] })
	if i < 0 {
		i = len(n.items)
		n.items = append(n.items, nodeItem{name: path[0], parent: &node{relationship: path[0]}})
	}
	n.items[i].parent.add(path[1:], column)
}

// append writes the record the cursor stands on.
func (e *encoder) append(dst []byte, at *records.Cursor) []byte {
	if e.some {
		dst = append(dst, ',')
	}
	e.some = true
	return e.appendNode(dst, &e.root, at)
}

func (e *encoder) appendNode(dst []byte, n *node, at *records.Cursor) []byte {
	object := at.Object()
	dst = append(dst, `{"attributes":{"type":"`...)
	dst = append(append(dst, object.Name...), `","url":"`...)
	dst = append(append(append(dst, e.base...), "/sobjects/"...), object.Name...)
	dst = append(append(append(dst, '/'), at.ID().String()...), `"}`...)
	for _, item := range n.items {
		dst = append(strconv.AppendQuote(append(dst, ','), item.name), ':')
		if item.parent == nil {
			dst = appendField(dst, at, item.name)
			continue
		}
		field, ok := object.Relationship(item.name)
		parent, found := (*records.Cursor)(nil), false
		if ok {
			parent, found = at.Parent(field)
		}
		if !found {
			dst = append(dst, "null"...)
			continue
		}
		dst = e.appendNode(dst, item.parent, parent)
	}
	return append(dst, '}')
}

// appendField writes one field by name, which a parent of several possible objects need not have.
func appendField(dst []byte, at *records.Cursor, name string) []byte {
	object := at.Object()
	i, ok := object.FieldIndex(name)
	if !ok {
		return at.Follow([]string{name}).AppendJSON(dst)
	}
	if object.Fields[i].Type == schema.TypeAddress {
		return appendAddress(dst, at, object.Fields[i].Name)
	}
	return at.Value(i).AppendJSON(dst)
}

// appendAddress writes a compound address, null if all its parts are.
func appendAddress(dst []byte, at *records.Cursor, compound string) []byte {
	start, empty := len(dst), true
	dst = append(dst, `{"geocodeAccuracy":null,"latitude":null,"longitude":null`...)
	fields := at.Object().Fields
	for i := range fields {
		if fields[i].Compound != compound {
			continue
		}
		name := strings.TrimPrefix(fields[i].Name, strings.TrimSuffix(compound, "Address"))
		v := at.Value(i)
		empty = empty && v.IsNull()
		dst = append(strconv.AppendQuote(append(dst, ','), strings.ToLower(name[:1])+name[1:]), ':')
		dst = v.AppendJSON(dst)
	}
	if empty {
		return append(dst[:start], "null"...)
	}
	return append(dst, '}')
}

// columnMetadata answers columns=true: what the columns of a query are, without its records.
func columnMetadata(plan *records.Plan) map[string]any {
	columns := []any{}
	for _, c := range plan.Columns {
		columns = append(columns, metadataOf(c))
	}
	selected := slices.ContainsFunc(plan.Columns, func(c records.Column) bool { return c.Name() == "Id" })
	return map[string]any{"columnMetadata": columns, "entityName": plan.Object.Name, "groupBy": false, "idSelected": selected, "keyPrefix": plan.Object.Prefix}
}

func metadataOf(c records.Column) map[string]any {
	f := c.Field
	kind := map[schema.Type]string{schema.TypeID: "Id", schema.TypeRef: "Id", schema.TypeBoolean: "Boolean", schema.TypeInt: "Integer", schema.TypeDouble: "Double",
		schema.TypeCurrency: "Double", schema.TypePercent: "Double", schema.TypeDate: "Date", schema.TypeDateTime: "Datetime"}[f.Type]
	if kind == "" {
		kind = "String"
	}
	number := f.Type == schema.TypeInt || f.Type == schema.TypeDouble || f.Type == schema.TypeCurrency || f.Type == schema.TypePercent
	metadata := map[string]any{"columnName": f.Name, "displayName": f.Name, "aggregate": false, "apexType": kind, "booleanType": f.Type == schema.TypeBoolean,
		"custom": f.Custom(), "foreignKeyName": f.Relationship, "insertable": f.Create, "joinColumns": []any{}, "numberType": number, "textType": kind == "String",
		"updatable": f.Update}
	if f.Relationship == "" {
		metadata["foreignKeyName"] = nil
	}
	for i := len(c.Path) - 2; i >= 0; i-- {
		metadata = map[string]any{"columnName": c.Path[i], "displayName": c.Path[i], "aggregate": false, "apexType": nil, "booleanType": false, "custom": false,
			"foreignKeyName": nil, "insertable": false, "joinColumns": []any{metadata}, "numberType": false, "textType": false, "updatable": false}
	}
	return metadata
}
