package sync

import (
	"errors"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

func known[T any](value T) salesforce.Fact[T]        { return salesforce.Fact[T]{Value: value} }
func unknown[T any](err error) salesforce.Fact[T]    { return salesforce.Fact[T]{Err: err} }
func edition(name string) salesforce.Organization    { return salesforce.Organization{Edition: name} }
func enabled() salesforce.Fact[salesforce.APIAccess] { return known(salesforce.APIEnabled) }

// S30: exactly five editions; S31: anything else is refused with a reason.
func TestCheckEdition_S30_S31(t *testing.T) {
	cases := []struct {
		edition string
		api     salesforce.APIAccess
		state   CheckState
	}{
		{"Enterprise Edition", salesforce.APIEnabled, CheckOK},
		{"Unlimited Edition", salesforce.APIEnabled, CheckOK},
		{"Developer Edition", salesforce.APIEnabled, CheckOK},
		{"Performance Edition", salesforce.APIEnabled, CheckOK},
		{"Professional Edition", salesforce.APIEnabled, CheckOK},
		{"Professional Edition", salesforce.APIDisabledOrg, CheckFail},
		{"Team Edition", salesforce.APIEnabled, CheckFail},
		{"Base Edition", salesforce.APIEnabled, CheckFail},
		{"", salesforce.APIEnabled, CheckFail},
	}
	for _, c := range cases {
		got := checkEdition(known(edition(c.edition)), known(c.api))
		if got.State != c.state {
			t.Errorf("%q, API %s: got %+v", c.edition, c.api, got)
		}
		if got.State == CheckFail && (got.Fix == "" || got.Blocks != BlocksEverything) {
			t.Errorf("%q is refused without a reason or a fix: %+v", c.edition, got)
		}
	}
}

// S40: a sandbox is refused.
func TestCheckProduction_S40(t *testing.T) {
	later := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		organization salesforce.Organization
		state        CheckState
	}{
		{salesforce.Organization{Edition: "Enterprise Edition"}, CheckOK},
		{salesforce.Organization{IsSandbox: true}, CheckFail},
		{salesforce.Organization{IsSandbox: true, TrialExpires: later}, CheckFail},
		{salesforce.Organization{TrialExpires: later}, CheckWarn},
	}
	for _, c := range cases {
		if got := checkProduction(known(c.organization)); got.State != c.state {
			t.Errorf("%+v: got %+v", c.organization, got)
		}
	}
}

// S34: without the package writeback is blocked and import is not; S35: an
// older one warns.
func TestCheckPackage_S34_S35(t *testing.T) {
	other := salesforce.Package{Namespace: "abc", Version: "9.0"}
	cases := []struct {
		packages []salesforce.Package
		state    CheckState
		blocks   Blocks
	}{
		{[]salesforce.Package{other}, CheckFail, BlocksWriteback},
		{[]salesforce.Package{other, {Namespace: "LID", Version: "3.3"}}, CheckWarn, BlocksNothing},
		{[]salesforce.Package{{Namespace: "LID", Version: "3.23"}}, CheckOK, BlocksNothing},
		{[]salesforce.Package{{Namespace: "LID", Version: "3.23.1"}}, CheckOK, BlocksNothing},
		{[]salesforce.Package{{Namespace: "LID", Version: "4"}}, CheckOK, BlocksNothing},
		{[]salesforce.Package{{Namespace: "LID"}}, CheckWarn, BlocksNothing},
	}
	for _, c := range cases {
		if got := checkPackage(known(c.packages)); got.State != c.state || got.Blocks != c.blocks {
			t.Errorf("%+v: got %+v", c.packages, got)
		}
	}
	report := DoctorReport{Checks: []Check{checkPackage(known([]salesforce.Package(nil)))}}
	if !report.Allows(BlocksImport) || report.Allows(BlocksWriteback) {
		t.Error("import goes on without the package, writeback does not")
	}
}

func TestCheckPermissions(t *testing.T) {
	states := func(missing ...string) salesforce.Fact[map[string]salesforce.PermissionState] {
		all := map[string]salesforce.PermissionState{}
		for _, name := range salesforce.PreflightPermissions {
			all[name] = salesforce.PermissionGranted
		}
		for _, name := range missing {
			all[name] = salesforce.PermissionMissing
		}
		return known(all)
	}
	if got := checkPermissions(states()); got.State != CheckOK {
		t.Errorf("all granted: %+v", got)
	}
	if got := checkPermissions(states("PermissionsModifyAllData")); got.State != CheckOK {
		t.Errorf("Modify All Data is not needed: %+v", got)
	}
	if got := checkPermissions(states("PermissionsViewAllData", "PermissionsModifyAllData")); got.State != CheckWarn {
		t.Errorf("hidden rows must be warned of: %+v", got)
	}
	if got := checkPermissions(states("PermissionsApiEnabled")); got.State != CheckFail {
		t.Errorf("no API: %+v", got)
	}
}

func TestCheckReadable(t *testing.T) {
	access := func(hidden ...string) salesforce.ObjectFacts {
		facts := salesforce.ObjectFacts{Queryable: true}
		for _, name := range []string{"Id", "Website", "SystemModstamp"} {
			facts.Fields = append(facts.Fields, salesforce.FieldAccess{Field: name, Visible: true, Filterable: true})
		}
		for i, field := range facts.Fields {
			for _, name := range hidden {
				if field.Field == name {
					facts.Fields[i].Visible = false
				}
			}
		}
		return facts
	}
	if got := checkReadable("Account", known(access())); got.State != CheckOK {
		t.Errorf("all visible: %+v", got)
	}
	if got := checkReadable("Account", known(access("Website"))); got.State != CheckWarn || !strings.Contains(got.Detail, "Website") {
		t.Errorf("a hidden field is named: %+v", got)
	}
	if got := checkReadable("Account", known(access("SystemModstamp"))); got.State != CheckWarn {
		t.Errorf("no stamp: %+v", got)
	}
	if got := checkReadable("Account", known(salesforce.ObjectFacts{})); got.State != CheckFail || got.Blocks != BlocksImport {
		t.Errorf("not readable: %+v", got)
	}
}

func TestCheckUser_revokedBlocksEverything(t *testing.T) {
	got := checkUser(unknown[salesforce.Identity](salesforce.ErrRevoked), "")
	if got.State != CheckFail || got.Blocks != BlocksEverything || got.Fix == "" {
		t.Errorf("got %+v", got)
	}
	got = checkUser(known(salesforce.Identity{UserID: "005B", Active: true}), "005A")
	if got.State != CheckFail {
		t.Errorf("another user: %+v", got)
	}
}

func TestCheckBudget(t *testing.T) {
	limits := func(remaining int64) salesforce.Fact[salesforce.Limits] {
		return known(salesforce.Limits{"DailyApiRequests": {Max: 1000, Remaining: remaining}})
	}
	none := unknown[salesforce.Usage](errors.New("not told"))
	for remaining, state := range map[int64]CheckState{900: CheckOK, 210: CheckWarn, 200: CheckFail, 0: CheckFail} {
		if got := checkBudget(limits(remaining), none, 150, 80); got.State != state {
			t.Errorf("%d left: got %+v", remaining, got)
		}
	}
}

// What is not told neither passes nor blocks.
func TestJudge_unknownFactsBlockNothing(t *testing.T) {
	cause := errors.New("no answer")
	facts := salesforce.Facts{
		Identity: known(salesforce.Identity{UserID: "005A", Username: "u@x", Active: true}), API: enabled(), Version: known(true),
		Organization: unknown[salesforce.Organization](cause), Permissions: unknown[map[string]salesforce.PermissionState](cause),
		Limits: unknown[salesforce.Limits](cause), Packages: unknown[[]salesforce.Package](cause),
	}
	for _, check := range judge(facts, nil, "005A", 80, 80) {
		if check.State == CheckFail && check.Name != "Write Task" && check.Name != "Write Note" {
			t.Errorf("%+v", check)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 81796: "81,796", 1234567: "1,234,567", -1000: "-1,000", -999: "-999"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d is written %q, not %q", n, got, want)
		}
	}
}

// An org that cannot be reached is one finding, at once, and not a row of the same failure.
func TestDoctor_unreachable(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.server.Close()
	report, err := h.engine.Doctor(t.Context(), h.admin)
	if err != nil || report.OK || report.Checks[0].Name != "Connection" || report.Checks[0].Fix == "" {
		t.Fatalf("%+v, %v", report, err)
	}
	if report.APICalls > 5 {
		t.Errorf("%d calls", report.APICalls)
	}
}
