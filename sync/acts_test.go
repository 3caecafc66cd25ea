package sync

import "testing"

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
