package sync

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"crmsync/sync/salesforce"
)

// parentObjects are the objects on whose pages activities and notes stand.
var parentObjects = []string{"Account", "Contact", "Lead"}

// checkRules judges the customer's own validation rules: which of them ask for something that crmsync never sends, and
// so are likely to refuse what it writes.
func checkRules(object string, rules salesforce.Fact[[]salesforce.ValidationRule], sent []string) Check {
	name := "Rules of " + object
	if !rules.Known() {
		return untold(name, rules.Err)
	}
	var likely, others []string
	for _, rule := range rules.Value {
		if asks := ruleAsks(rule.Formula, sent); len(asks) > 0 {
			likely = append(likely, fmt.Sprintf("%s asks for %s", rule.Name, strings.Join(asks, ", ")))
			continue
		}
		others = append(others, rule.Name)
	}
	switch {
	case len(likely) > 0:
		return warned(name, "likely to refuse what is written: "+strings.Join(likely, "; "),
			"Let the rule pass for the integration user, for instance by its user name or by record type: the listed fields stay empty.")
	case len(others) > 0:
		return warned(name, Counted(len(others), "active rule", "active rules")+" may refuse what is written: "+strings.Join(others, ", "),
			"Write the test contact's activities once: crmsync writeback trial.")
	}
	return passed(name, "no active validation rule")
}

// blankTest finds the fields that a formula tests for being empty.
var blankTest = regexp.MustCompile(`(?i)\b(?:ISBLANK|ISNULL)\(\s*(?:TEXT\(\s*)?([A-Za-z][A-Za-z0-9_.]*)|\bISPICKVAL\(\s*([A-Za-z][A-Za-z0-9_]*)\s*,\s*(?:""|'')\s*\)|\b([A-Za-z][A-Za-z0-9_]*)\s*==?\s*(?:""|''|NULL\b)`)

// ruleAsks returns the fields that a rule wants filled and that are never sent. It reads no more of the formula than
// that: a rule that passes for other reasons is named all the same.
func ruleAsks(formula string, sent []string) (fields []string) {
	for _, found := range blankTest.FindAllStringSubmatch(formula, -1) {
		field := found[1] + found[2] + found[3]
		if !strings.Contains(field, ".") && !slices.Contains(fields, field) && !slices.ContainsFunc(sent, func(s string) bool { return strings.EqualFold(s, field) }) {
			fields = append(fields, field)
		}
	}
	return fields
}

// checkLoginRanges judges from where the integration user may sign in.
func checkLoginRanges(ranges salesforce.Fact[[]salesforce.IPRange]) Check {
	const name = "IP policy"
	if !ranges.Known() {
		return untold(name, ranges.Err)
	}
	if len(ranges.Value) == 0 {
		return passed(name, "the user's profile restricts no address")
	}
	texts := make([]string, len(ranges.Value))
	for i, r := range ranges.Value {
		texts[i] = r.From + " to " + r.To
	}
	return warned(name, "the user's profile allows sign-in only from "+strings.Join(texts, ", "),
		"Add the address of this machine to the Login IP Ranges of the profile, or set Relax IP restrictions in the policies of the app; else the sign-in ends when its token has to be refreshed.")
}

// checkTokenPolicy judges how long the sign-in lasts. Which of the org's apps is ours is told only where the org limits
// each app's calls; without that an app called crmsync is taken, or the only one there is.
func checkTokenPolicy(policies salesforce.Fact[[]salesforce.AppPolicy], app string) Check {
	const name = "Token policy"
	if !policies.Known() {
		return untold(name, policies.Err)
	}
	const look = "In Setup look at the policies of the app that crmsync signs in with: the refresh token should be valid until revoked, or run from its last use."
	at := slices.IndexFunc(policies.Value, func(p salesforce.AppPolicy) bool { return strings.EqualFold(p.Name, nameOr(app, "crmsync")) })
	if at < 0 && len(policies.Value) == 1 {
		at = 0
	}
	if at < 0 {
		return Check{Name: name, State: CheckSkip, Detail: "the org does not tell which policy holds for crmsync", Blocks: BlocksNothing, Fix: look}
	}
	switch policy := policies.Value[at]; {
	case policy.Period == 0:
		return passed(name, "the refresh token has no end of its own")
	case policy.SinceUse:
		return passed(name, fmt.Sprintf("the sign-in lasts as long as it is used: every import uses it (policy: %d, in the unit that Setup shows)", policy.Period))
	default:
		return warned(name, fmt.Sprintf("the sign-in ends a set time after it was made, used or not (policy: %d, in the unit that Setup shows)", policy.Period),
			look+" Until then sign in again in time: crmsync connect --again.")
	}
}

// activityLists and noteLists are the related lists that show what is written.
var (
	activityLists = []string{"ActivityHistories", "OpenActivities", "ActivityHistory", "OpenActivity"}
	noteLists     = []string{"CombinedAttachments", "CombinedAttachment", "Notes", "Note", "NotesAndAttachments"}
)

// shows tells whether one of a page's lists is among those named.
func shows(lists []salesforce.RelatedList, names []string) bool {
	return slices.ContainsFunc(lists, func(l salesforce.RelatedList) bool {
		return slices.Contains(names, l.Name) || slices.Contains(names, l.Object)
	})
}

// checkPages judges whether people will find what is written on the pages of its parents.
func checkPages(lists map[string]salesforce.Fact[[]salesforce.RelatedList]) Check {
	const name = "Pages"
	var blind []string
	for _, object := range parentObjects {
		fact, asked := lists[object]
		if !asked {
			continue
		}
		if !fact.Known() {
			return untold(name, fact.Err)
		}
		if object != "Account" && !shows(fact.Value, activityLists) { // accounts get notes alone (S75)
			blind = append(blind, object+" shows no activities")
		}
		if !shows(fact.Value, noteLists) {
			blind = append(blind, object+" shows no notes")
		}
	}
	if len(blind) > 0 {
		return warned(name, strings.Join(blind, "; ")+": what is written there is not seen",
			"Add the related lists Activity History and Notes & Attachments to the page layouts.")
	}
	return passed(name, "activities and notes are shown")
}
