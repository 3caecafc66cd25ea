package orgsim

import (
	"net/http"
	"slices"
	"strings"

	"crmsync/sync/salesforce/orgsim/schema"
)

// customRule is the customer's own validation rule, which is there while its fault is on.
var customRule = map[string]any{
	"Id": "03dhs0000000000AAA", "ValidationName": "Campaign_is_given", "Active": true, "ErrorDisplayField": nil,
	"ErrorMessage": "This record does not meet our rules.",
}

// customFormula is the condition on which it refuses.
const customFormula = "ISBLANK( Campaign__c )"

// tooling answers what the org has of the Tooling API: queries, and validation rules and profiles with their metadata.
func (o *Org) tooling(c *call) *apiError {
	switch {
	case c.r.Method != http.MethodGet:
		return errNotFound
	case len(c.path) == 2 && c.path[1] == "query":
		if soql := c.r.URL.Query().Get("q"); strings.Contains(soql, " FROM ValidationRule") {
			return o.validationRules(c, soql)
		}
		c.path = c.path[1:]
		return o.newQuery(c, false, true)
	case len(c.path) == 4 && c.path[1] == "sobjects" && c.path[2] == "ValidationRule":
		if !o.ruleActive() || c.path[3] != customRule["Id"] {
			return errNotFound
		}
		write(c.w, http.StatusOK, map[string]any{"Id": customRule["Id"], "ValidationName": customRule["ValidationName"],
			"Metadata": map[string]any{"active": true, "errorConditionFormula": customFormula, "errorMessage": customRule["ErrorMessage"]}})
		return nil
	case len(c.path) == 4 && c.path[1] == "sobjects" && c.path[2] == "Profile":
		ranges := []map[string]string{}
		for _, argument := range o.faults.arguments(faultLoginRange) {
			from, to, _ := strings.Cut(argument, "-")
			ranges = append(ranges, map[string]string{"startAddress": from, "endAddress": to})
		}
		write(c.w, http.StatusOK, map[string]any{"Id": c.path[3], "Metadata": map[string]any{"loginIpRanges": ranges}})
		return nil
	}
	return errNotFound
}

// ruleActive reports whether the customer has the rule.
func (o *Org) ruleActive() bool { return len(o.faults.arguments(faultValidation)) > 0 }

// validationRules answers the one question asked about rules: the active ones of an object.
func (o *Org) validationRules(c *call, soql string) *apiError {
	records := []map[string]any{}
	if o.ruleActive() && strings.Contains(soql, "'Task'") {
		records = append(records, customRule)
	}
	write(c.w, http.StatusOK, map[string]any{"size": len(records), "totalSize": len(records), "done": true, "records": records})
	return nil
}

// shownLists are the related lists of an object's page; a fault takes those of activities and notes away.
func (o *Org) shownLists(object *schema.Object) []relatedList {
	lists := slices.Clone(relatedLists[object.Name])
	if slices.Contains(o.faults.arguments(faultHiddenList), object.Name) {
		lists = slices.DeleteFunc(lists, func(l relatedList) bool {
			return l.SObject == "ActivityHistory" || l.SObject == "OpenActivity" || l.SObject == "CombinedAttachment"
		})
	}
	return lists
}
