package orgsim

import (
	"net/http"
	"slices"
	"strings"

	"crmsync/sync/salesforce/orgsim/schema"
)

// visible reports whether the integration user may see the field.
func (o *Org) visible(object *schema.Object, field *schema.Field) bool {
	hidden := o.faults.arguments(faultHidden)
	return len(hidden) == 0 || !slices.ContainsFunc(hidden, func(name string) bool { return strings.EqualFold(name, object.Name+"."+field.Name) })
}

// object finds an object by the name in a path; objects of the Tooling API are seen by that API alone.
func (o *Org) object(name string, tooling bool) (*schema.Object, *apiError) {
	object, ok := o.schema.Object(name)
	if !ok || object.Tooling != tooling {
		return nil, errNotFound
	}
	return object, nil
}

// sobjects answers everything below /sobjects.
func (o *Org) sobjects(c *call) *apiError {
	if len(c.path) == 1 {
		return o.describeAll(c)
	}
	object, problem := o.object(c.path[1], false)
	if problem != nil {
		return problem
	}
	if len(c.path) == 2 {
		return o.oneObject(c, object)
	}
	switch c.path[2] {
	case "describe":
		return o.describe(c, object)
	case "deleted", "updated":
		return o.replicate(c, object, c.path[2] == "deleted")
	}
	return o.oneRecord(c, object)
}

func (o *Org) describeAll(c *call) *apiError {
	if c.r.Method != http.MethodGet {
		return errMethod(c.r.Method)
	}
	var all []schema.Summary
	for _, object := range o.schema.Objects {
		if !object.Tooling {
			all = append(all, schema.Summarize(object, c.base))
		}
	}
	write(c.w, http.StatusOK, map[string]any{"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": all})
	return nil
}

// oneObject answers the basic information of an object, or makes a record of it.
func (o *Org) oneObject(c *call, object *schema.Object) *apiError {
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		write(c.w, http.StatusOK, map[string]any{"objectDescribe": schema.Summarize(object, c.base), "recentItems": []any{}})
		return nil
	case http.MethodPost:
		return o.createOne(c, object)
	}
	return errMethod(c.r.Method)
}

func (o *Org) describe(c *call, object *schema.Object) *apiError {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return errMethod(c.r.Method)
	}
	switch {
	case len(c.path) == 3:
		write(c.w, http.StatusOK, schema.Describe(object, c.base, o.recordTypeInfos(object, c.base), o.visible))
	case c.path[3] == "layouts" && object.Layout:
		write(c.w, http.StatusOK, o.layouts(c, object))
	default:
		return errNotFound
	}
	return nil
}

// relatedLists are the related lists of the page layouts, by object.
var relatedLists = map[string][]relatedList{
	"Account": {{"Contacts", "Contacts", "Contact", "AccountId"}, {"Opportunities", "Opportunities", "Opportunity", "AccountId"},
		{"CombinedAttachments", "Notes & Attachments", "CombinedAttachment", "ParentId"}, {"OpenActivities", "Open Activities", "OpenActivity", "AccountId"},
		{"ActivityHistories", "Activity History", "ActivityHistory", "AccountId"}},
	"Contact": {{"Opportunities", "Opportunities", "Opportunity", "ContactId"}, {"CombinedAttachments", "Notes & Attachments", "CombinedAttachment", "ParentId"},
		{"OpenActivities", "Open Activities", "OpenActivity", "WhoId"}, {"ActivityHistories", "Activity History", "ActivityHistory", "WhoId"}},
	"Lead": {{"CombinedAttachments", "Notes & Attachments", "CombinedAttachment", "ParentId"}, {"OpenActivities", "Open Activities", "OpenActivity", "WhoId"},
		{"ActivityHistories", "Activity History", "ActivityHistory", "WhoId"}},
}

// relatedList is one list of children on a page layout.
type relatedList struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	SObject string `json:"sobject"`
	Field   string `json:"field"`
}

func (o *Org) layouts(c *call, object *schema.Object) map[string]any {
	layout := map[string]any{"id": o.records.ID("Profile", 0), "buttonLayoutSection": map[string]any{"detailButtons": []any{}}, "detailLayoutSections": []any{},
		"editLayoutSections": []any{}, "relatedLists": o.shownLists(object)}
	var mappings []map[string]any
	for _, info := range o.recordTypeInfos(object, c.base) {
		mappings = append(mappings, map[string]any{"available": info.Available, "active": info.Active, "defaultRecordTypeMapping": info.Default,
			"developerName": info.DeveloperName, "master": info.Master, "name": info.Name, "recordTypeId": info.ID, "urls": info.URLs})
	}
	return map[string]any{"layouts": []any{layout}, "recordTypeMappings": mappings, "recordTypeSelectorRequired": []bool{false}}
}
