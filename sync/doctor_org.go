package sync

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/sync/salesforce"
)

// The namespace of the Sales Navigator application and the newest version
// known (S34, S35).
const (
	packageNamespace = "LID"
	packageExpected  = "3.23"
)

// supportedEditions are those of S30. Professional counts only when its API
// add-on is there, which the API itself proves.
var supportedEditions = []string{"Enterprise Edition", "Unlimited Edition", "Performance Edition", "Developer Edition", "Professional Edition"}

// checkEdition is S30 and S31.
func checkEdition(organization salesforce.Fact[salesforce.Organization], api salesforce.Fact[salesforce.APIAccess]) Check {
	const name = "Edition"
	if !organization.Known() {
		return untold(name, organization.Err)
	}
	edition := organization.Value.Edition
	if !slices.Contains(supportedEditions, edition) {
		return failed(name, fmt.Sprintf("%s is not supported", nameOr(edition, "an unnamed edition")), BlocksEverything,
			"CRM sync needs Enterprise, Unlimited, Performance or Developer Edition, or Professional with API access.")
	}
	if edition == "Professional Edition" && api.Known() && api.Value == salesforce.APIDisabledOrg {
		return failed(name, "Professional Edition without API access", BlocksEverything,
			"Buy the Web Services API add-on for this org, or use Enterprise, Unlimited, Performance or Developer Edition.")
	}
	return passed(name, edition)
}

// checkAPI asks whether the org answers API calls of this user.
func checkAPI(api salesforce.Fact[salesforce.APIAccess], version salesforce.Fact[bool]) Check {
	const name = "API access"
	switch {
	case !api.Known():
		return untold(name, api.Err)
	case api.Value == salesforce.APIDisabledOrg:
		return failed(name, "the API is off for this org", BlocksEverything, "The org's edition must include API access; ask Salesforce to enable it.")
	case api.Value == salesforce.APIDisabledUser:
		return failed(name, "the API is off for the integration user", BlocksEverything, "Give the user's profile or a permission set the permission API Enabled.")
	case version.Known() && !version.Value:
		return failed(name, "the org does not offer the API version crmsync speaks", BlocksEverything, "Use a newer crmsync; Salesforce retires versions after three years.")
	}
	return passed(name, "on")
}

// checkProduction is S40: a sandbox is refused, a trial is allowed with a
// warning since it ends.
func checkProduction(organization salesforce.Fact[salesforce.Organization]) Check {
	const name = "Production"
	if !organization.Known() {
		return untold(name, organization.Err)
	}
	switch kind := organization.Value.Kind(); kind {
	case salesforce.KindSandbox, salesforce.KindScratch:
		return failed(name, fmt.Sprintf("this is a %s org", kind), BlocksEverything,
			"Connect the production org. To rehearse, use crmsync demo or the test contact of crmsync writeback trial.")
	case salesforce.KindTrial:
		return warned(name, "a trial org that ends on "+organization.Value.TrialExpires.Format(time.DateOnly), "Nothing to do; the sync stops when the trial ends.")
	}
	return passed(name, "IsSandbox is false")
}

// checkPermissions judges the integration user's permissions. Without View All
// Data the rows the user may not see are missing without a word, which must
// not be taken for deletions.
func checkPermissions(permissions salesforce.Fact[map[string]salesforce.PermissionState]) Check {
	const name = "Permissions"
	if !permissions.Known() {
		return untold(name, permissions.Err)
	}
	lacks := func(permission string) bool { return permissions.Value[permission] == salesforce.PermissionMissing }
	switch {
	case lacks("PermissionsApiEnabled"):
		return failed(name, "API Enabled is missing", BlocksEverything, "Give the integration user the permission API Enabled.")
	case lacks("PermissionsViewAllData") && lacks("PermissionsModifyAllData"):
		return warned(name, "View All Data is missing: records not shared with the integration user are not imported",
			"Give the integration user View All Data, or View All on each of the seven objects.")
	case lacks("PermissionsViewSetup"):
		return warned(name, "View Setup is missing: not all limits can be read", "Give the integration user View Setup and Configuration.")
	}
	return passed(name, "View All Data, View Setup")
}

// checkPackage is S34 and S35: without the application import goes on and
// writeback does not.
func checkPackage(packages salesforce.Fact[[]salesforce.Package]) Check {
	const name = "Package"
	if !packages.Known() {
		return untold(name, packages.Err)
	}
	at := slices.IndexFunc(packages.Value, func(p salesforce.Package) bool { return p.Namespace == packageNamespace })
	if at < 0 {
		return failed(name, "Sales Navigator for Salesforce is not installed", BlocksWriteback,
			"A Salesforce administrator installs it once; then run crmsync doctor again. Import works without it.")
	}
	version := packages.Value[at].Version
	switch {
	case version == "":
		return warned(name, "installed; its version cannot be read", "Give the integration user access to the Tooling API to see it, or compare it in Setup.")
	case olderVersion(version, packageExpected):
		return warned(name, fmt.Sprintf("version %s is installed, %s is expected", version, packageExpected), "Upgrade it, so that all features are supported.")
	}
	return passed(name, "version "+version)
}

// olderVersion compares dotted versions by their numbers.
func olderVersion(have, want string) bool {
	h, w := strings.Split(have, "."), strings.Split(want, ".")
	for i := range w {
		var a, b int
		if i < len(h) {
			_, _ = fmt.Sscanf(h[i], "%d", &a)
		}
		_, _ = fmt.Sscanf(w[i], "%d", &b)
		if a != b {
			return a < b
		}
	}
	return false
}

// checkRecordTypes looks for the record types of the package (decision 3);
// fresh installs of newer versions ship none, so their absence only warns.
func checkRecordTypes(types salesforce.Fact[[]salesforce.RecordType]) Check {
	const name = "Record types"
	if !types.Known() {
		return untold(name, types.Err)
	}
	var missing, hidden, found []string
	for _, kind := range []Kind{KindInMail, KindMessage} {
		full := packageNamespace + "__" + kind.RecordTypeName()
		at := slices.IndexFunc(types.Value, func(r salesforce.RecordType) bool { return r.FullName() == full })
		switch {
		case at < 0:
			missing = append(missing, full)
		case !types.Value[at].Active || !types.Value[at].Available:
			hidden = append(hidden, full)
		default:
			found = append(found, full)
		}
	}
	switch {
	case len(hidden) > 0:
		return warned(name, strings.Join(hidden, ", ")+" cannot be used by the integration user",
			"Make the record types of Task visible in the integration user's profile.")
	case len(missing) > 0:
		return warned(name, strings.Join(missing, ", ")+" is not in this org: the default record type of Task is used",
			"Nothing to do, or choose another: crmsync settings set writeback.recordtype.message NAME.")
	}
	return passed(name, strings.Join(found, ", "))
}

// checkClock compares our clock with the server's.
func checkClock(skew salesforce.Fact[time.Duration]) Check {
	const name = "Clock"
	if !skew.Known() {
		return untold(name, skew.Err)
	}
	off := skew.Value.Abs().Round(time.Second)
	const fix = "Synchronise this machine's clock (NTP)."
	switch {
	case off > 3*time.Minute:
		return warned(name, fmt.Sprintf("%s off Salesforce's clock: a JWT sign-in is refused", off), fix)
	case off > 30*time.Second:
		return warned(name, fmt.Sprintf("%s off Salesforce's clock", off), fix)
	}
	if off == 0 {
		return passed(name, "as Salesforce's, to the second")
	}
	return passed(name, fmt.Sprintf("%d s off Salesforce's", int(off.Seconds())))
}
