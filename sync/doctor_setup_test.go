package sync

import (
	"slices"
	"strings"
	"testing"

	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

func TestRulesThatAskForWhatIsNotSent(t *testing.T) {
	sent := []string{"Subject", "Description"}
	for formula, want := range map[string][]string{
		"":                       nil,
		"ISBLANK( Campaign__c )": {"Campaign__c"},
		"AND(ISPICKVAL(Reason__c, \"\"), NOT(IsClosed))": {"Reason__c"},
		"isblank(TEXT(Reason__c)) || Result__c = \"\"":   {"Reason__c", "Result__c"},
		"ISBLANK(Subject)":                                  nil,
		"LEN(Description) > 100":                            nil,
		"ISBLANK(Owner.Department)":                         nil, // of another record: not ours to fill
		"ISNULL(Campaign__c) && ISNULL(Campaign__c)":        {"Campaign__c"},
		"ISPICKVAL(Status, \"Completed\") && 1 = LEN(\"\")": nil,
	} {
		if got := ruleAsks(formula, sent); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", formula, got, want)
		}
	}
}

func TestTokenPolicyNamesTheOneOfTheApp(t *testing.T) {
	policies := []salesforce.AppPolicy{{Name: "Dataloader", Period: 2}, {Name: "Acme Sync", Period: 30, SinceUse: true}}
	if got := checkTokenPolicy(known(policies), "Acme Sync"); got.State != CheckOK || !strings.Contains(got.Detail, "30") {
		t.Errorf("%+v", got)
	}
	if got := checkTokenPolicy(known(policies), "Dataloader"); got.State != CheckWarn || got.Fix == "" {
		t.Errorf("%+v", got)
	}
	if got := checkTokenPolicy(known(policies), ""); got.State != CheckSkip || got.Fix == "" {
		t.Errorf("which app it is was not told, and it says %+v", got)
	}
}

// The doctor sees what the org has set up against writing and signing in, each with its fix.
func TestDoctorSeesRulesRangesAndPages(t *testing.T) {
	h := connected(t, orgsim.Config{Contacts: 30})
	look := func() map[string]Check {
		t.Helper()
		report, err := h.engine.Doctor(t.Context(), h.admin)
		if err != nil {
			t.Fatal(err)
		}
		checks := map[string]Check{}
		for _, check := range report.Checks {
			checks[check.Name] = check
		}
		return checks
	}
	names := []string{"IP policy", "Token policy", "Rules of Task", "Pages"}
	for _, name := range names {
		if got := look()[name]; got.State != CheckOK {
			t.Errorf("%s in a healthy org: %+v", name, got)
		}
	}
	if err := h.org.SetScenarios("validation-rule:*", "login-range=192.0.2.1-192.0.2.9", "hidden-list=Contact"); err != nil {
		t.Fatal(err)
	}
	found := look()
	for name, part := range map[string]string{"IP policy": "192.0.2.1 to 192.0.2.9", "Rules of Task": "Campaign_is_given asks for Campaign__c", "Pages": "Contact shows no activities"} {
		if got := found[name]; got.State != CheckWarn || !strings.Contains(got.Detail, part) || got.Fix == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
