package sync

import (
	"slices"
	"testing"
)

func TestActs_areConsistent(t *testing.T) {
	seen := map[ActID]bool{}
	for _, act := range Acts() {
		if seen[act.ID] {
			t.Errorf("%s stands twice", act.ID)
		}
		seen[act.ID] = true
		if act.Verb == "" || len(act.Roles) == 0 {
			t.Errorf("%s has no verb or no roles", act.ID)
		}
		if act.Level == Forever && act.Inverse != "" {
			t.Errorf("%s is for ever and has an inverse", act.ID)
		}
		if act.Level == Undoable && act.Inverse == "" {
			t.Errorf("%s is undoable and has no inverse", act.ID)
		}
		if _, ok := LookAct(act.Inverse); act.Inverse != "" && !ok {
			t.Errorf("%s: inverse %s is not an act", act.ID, act.Inverse)
		}
		for _, role := range act.Roles {
			if !role.Valid() {
				t.Errorf("%s: unknown role %q", act.ID, role)
			}
		}
		if !act.AllowedTo(RoleAdmin) {
			t.Errorf("%s: an admin may do everything", act.ID)
		}
	}
}

func TestAllowed(t *testing.T) {
	cases := []struct {
		role Role
		act  ActID
		code string
	}{
		{RoleAdmin, ActPurge, ""},
		{RoleMember, ActMatchRematch, ""},
		{RoleMember, ActWritebackSwitch, "act.not_allowed"}, // S8
		{RoleTester, ActTrialRun, ""},
		{RoleTester, ActWritebackSwitch, "act.not_allowed"},
		{RoleSupport, ActMatchAccept, "act.not_allowed"},
		{RoleMember, ActMatchBulk, "act.not_allowed"}, // S62
		{"", ActConnect, "act.not_allowed"},
		{RoleAdmin, "fly", "act.unknown"},
	}
	for _, c := range cases {
		err := Allowed(Actor{Name: "x", Role: c.role}, c.act)
		if c.code == "" {
			if err != nil {
				t.Errorf("%s %s: %v", c.role, c.act, err)
			}
			continue
		}
		if err == nil || CodeOf(err) != c.code {
			t.Errorf("%s %s: got %v, want code %s", c.role, c.act, err, c.code)
		}
	}
}

// S25, decision 11: nothing opts in anyone but oneself.
func TestActs_S25_noBulkOptIn(t *testing.T) {
	act, _ := LookAct(ActOptIn)
	if act.Level == Bulk {
		t.Fatal("the opt-in must not be a bulk act")
	}
}

// Decision 15: everything is for admins, and this alone for others too.
func TestActs_decision15_whatOthersThanAdminsMayDo(t *testing.T) {
	member := []Role{RoleMember}
	tester := []Role{RoleTester}
	all := []Role{RoleTester, RoleSupport, RoleMember} // for their own seat
	others := map[ActID][]Role{
		ActSaveRemove: member, ActSaveRestore: member, ActSaveClean: member, ActNetworkImport: member,
		ActMatchAccept: member, ActMatchReject: member, ActMatchRematch: member, ActMatchNone: member,
		ActAlertRead: all, ActAlertUnread: all, ActOptIn: all, ActActivityAdd: all, ActActivityHold: all, ActActivityRelease: all,
		ActUndo: all, ActPropose: all, ActWithdraw: all,
		ActTrialRun: tester, ActTrialRemove: tester, ActWritebackShadow: tester,
	}
	for _, act := range Acts() {
		for _, role := range Roles() {
			want := role == RoleAdmin || slices.Contains(others[act.ID], role)
			if err := Allowed(Actor{Name: "x", Role: role}, act.ID); (err == nil) != want {
				t.Errorf("%s, %s: %v, want it allowed: %v", act.ID, role, err, want)
			}
		}
	}
}
