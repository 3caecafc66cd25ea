package sync

import (
	"fmt"
	"strings"

	"crmsync/sync/salesforce"
)

// taskFields and noteFields are what writeback sends (S123 to S126).
var (
	taskFields = []string{"ActivityDate", "OwnerId", "WhoId", "WhatId", "Subject", "Status", "Description"}
	noteFields = []string{"OwnerId", "ParentId", "Title", "Body"}
)

// checkReadable judges whether an object of the annex can be imported: it has
// to be visible with its Id; hidden fields only warn, since matching does
// without them.
func checkReadable(object string, facts salesforce.Fact[salesforce.ObjectFacts]) Check {
	if !facts.Known() {
		if salesforce.Classify(facts.Err) == salesforce.ActionAskAdmin {
			return failed(object, "cannot be described: "+facts.Err.Error(), BlocksImport,
				fmt.Sprintf("Give the integration user Read and View All on %s.", object))
		}
		return untold(object, facts.Err)
	}
	var hidden []string
	visible := 0
	stamp := false
	for _, field := range facts.Value.Fields {
		if !field.Visible {
			hidden = append(hidden, field.Field)
			continue
		}
		visible++
		if (field.Field == "SystemModstamp" || field.Field == "LastModifiedDate") && field.Filterable {
			stamp = true
		}
	}
	detail := fmt.Sprintf("%d of %d fields", visible, len(facts.Value.Fields))
	switch {
	case !facts.Value.Queryable:
		return failed(object, "is not readable", BlocksImport, fmt.Sprintf("Give the integration user Read and View All on %s.", object))
	case !stamp:
		return warned(object, detail+"; no time stamp can be filtered on, so it is read whole each time", "Give access to SystemModstamp or LastModifiedDate.")
	case len(hidden) > 0:
		return warned(object, detail+"; hidden: "+strings.Join(hidden, ", "),
			fmt.Sprintf("Give the integration user read access to these fields of %s, or go on without them.", object))
	}
	return passed(object, detail)
}

// checkWritable judges whether an activity object can be written. Tasks carry
// four of the five kinds, so that writeback stops without them; without Note
// only notes do.
func checkWritable(object string, facts salesforce.Fact[salesforce.ObjectFacts]) Check {
	name := "Write " + object
	fix := fmt.Sprintf("Give the integration user Create on %s and edit access to its fields.", object)
	bad := func(detail string) Check {
		if object == "Note" {
			return warned(name, detail+": notes cannot be written", fix)
		}
		return failed(name, detail, BlocksWriteback, fix)
	}
	if !facts.Known() {
		if salesforce.Classify(facts.Err) == salesforce.ActionAskAdmin {
			return bad("cannot be described: " + facts.Err.Error())
		}
		return untold(name, facts.Err)
	}
	if !facts.Value.Createable {
		return bad(object + " cannot be created by the integration user")
	}
	var closed []string
	for _, field := range facts.Value.Fields {
		if !field.Createable {
			closed = append(closed, field.Field)
		}
	}
	if len(closed) > 0 {
		return bad("no access to " + strings.Join(closed, ", "))
	}
	return passed(name, "create, with every field")
}

// checkUser compares who is signed in with who was when the connection was
// made (S44), and warns when the user is not active.
func checkUser(identity salesforce.Fact[salesforce.Identity], expected string) Check {
	const name = "Integration user"
	if !identity.Known() {
		if salesforce.Classify(identity.Err) == salesforce.ActionRetry {
			return untold(name, identity.Err)
		}
		return failed(name, identity.Err.Error(), BlocksEverything, HintOf(identity.Err))
	}
	user := identity.Value
	switch {
	case expected != "" && user.UserID != expected:
		return failed(name, "another user is signed in than the one who connected", BlocksEverything, "Run crmsync connect again as the integration user.")
	case !user.Active:
		return failed(name, user.Username+" is not active", BlocksEverything, "Activate the user, or connect as another.")
	}
	return passed(name, user.Username)
}

// checkBudget judges the daily API allowance against what an import costs.
func checkBudget(limits salesforce.Fact[salesforce.Limits], usage salesforce.Fact[salesforce.Usage], forecast int, stopPercent int) Check {
	const name = "API budget"
	var maximum, remaining int64
	if daily, ok := limits.Value["DailyApiRequests"]; limits.Known() && ok {
		maximum, remaining = daily.Max, daily.Remaining
	} else if usage.Known() {
		maximum, remaining = usage.Value.Max, usage.Value.Max-usage.Value.Used
	}
	if maximum == 0 {
		if limits.Err != nil {
			return untold(name, limits.Err)
		}
		return Check{Name: name, State: CheckSkip, Detail: "the org does not tell its limits", Blocks: BlocksNothing}
	}
	detail := fmt.Sprintf("%s of %s calls left today; an import costs about %s", Thousands(remaining), Thousands(maximum), Thousands(int64(forecast)))
	used := int(100 * (maximum - remaining) / maximum)
	switch {
	case used >= stopPercent:
		return failed(name, detail, BlocksImport, "Wait until the 24-hour window frees, or find what else uses the API in Setup > Company Information.")
	case remaining < int64(2*forecast):
		return warned(name, detail, "Import less often, or ask Salesforce for more API calls.")
	}
	return passed(name, detail)
}

// judge turns the facts of an org into the doctor's lines, in the order in
// which they are shown.
func judge(facts salesforce.Facts, imported []string, expectedUser string, forecast, stopPercent int) []Check {
	checks := []Check{
		checkUser(facts.Identity, expectedUser),
		checkEdition(facts.Organization, facts.API),
		checkAPI(facts.API, facts.Version),
		checkProduction(facts.Organization),
		checkPermissions(facts.Permissions),
		checkBudget(facts.Limits, facts.Usage, forecast, stopPercent),
		checkClock(facts.ClockSkew),
	}
	for _, object := range imported {
		checks = append(checks, checkReadable(object, facts.Objects[object]))
	}
	checks = append(checks, checkPersonAccounts(facts.Objects["Account"])...)
	return append(checks,
		checkLoginRanges(facts.LoginRanges),
		checkTokenPolicy(facts.Policies, facts.Usage.Value.AppName),
		checkPackage(facts.Packages),
		checkRecordTypes(facts.RecordTypes["Task"]),
		checkWritable("Task", facts.Objects["Task"]),
		checkWritable("Note", facts.Objects["Note"]),
		checkRules("Task", facts.Rules["Task"], append([]string{"RecordTypeId"}, taskFields...)),
		checkPages(facts.Lists),
	)
}
