package sync

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// S120: whatever the CRM says of parents (missing ones, cycles, a role below itself), each role stands once,
// below its parent or at the top with the reason, and the counts of the tops are those of everybody.
func TestRoleTree_everyRoleOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d", "e", "f", "g"}
		n := rapid.IntRange(0, len(ids)).Draw(t, "roles")
		var roles []crmRole
		own := map[string]RoleCount{}
		for _, id := range ids[:n] {
			roles = append(roles, crmRole{ID: id, Name: rapid.SampledFrom([]string{"Sales", "North", "sales"}).Draw(t, "name"),
				ParentID: rapid.SampledFrom(append([]string{"", "gone"}, ids...)).Draw(t, "parent")})
			own[id] = RoleCount{Users: rapid.IntRange(0, 3).Draw(t, "users")}
		}
		nodes := roleTree(roles, own)
		checkRoleTree(t, roles, own, nodes)
		slices.Reverse(roles)
		if !slices.Equal(nodes, roleTree(roles, own)) {
			t.Errorf("the order in which roles are read changes the tree")
		}
	})
}

func checkRoleTree(t *rapid.T, roles []crmRole, own map[string]RoleCount, nodes []RoleNode) {
	seen := map[string]bool{}
	everybody, tops := RoleCount{}, RoleCount{}
	for i, node := range nodes {
		if seen[node.ID] {
			t.Errorf("%s stands twice", node.ID)
		}
		seen[node.ID] = true
		everybody.add(own[node.ID])
		if node.Depth == 0 {
			tops.add(node.Total)
			if (node.Broken == "") != (node.ParentID == "") {
				t.Errorf("%+v is at the top and does not say why", node)
			}
			continue
		}
		above := i - 1
		for nodes[above].Depth >= node.Depth {
			above--
		}
		if nodes[above].ID != node.ParentID || nodes[above].Depth != node.Depth-1 {
			t.Errorf("%+v stands below %+v", node, nodes[above])
		}
		if !slices.Contains(rolesBelow(nodes, above), node.ID) {
			t.Errorf("%s is not below %s", node.ID, nodes[above].ID)
		}
	}
	if len(seen) != len(roles) || everybody != tops {
		t.Errorf("%d of %d roles; %+v people in the tops of %+v", len(seen), len(roles), tops, everybody)
	}
}

func TestFindRole(t *testing.T) {
	nodes := roleTree([]crmRole{{"1", "Acme", ""}, {"2", "EMEA", "1"}, {"3", "West", "2"}, {"4", "APAC", "1"}, {"5", "West", "4"}}, nil)
	cases := []struct{ which, id, code string }{
		{"emea", "2", ""}, {"4", "4", ""}, {"Acme / APAC / West", "5", ""}, {"West", "", "role.ambiguous"}, {"South", "", "role.not_found"}, {"", "", "role.not_found"},
	}
	for _, c := range cases {
		at, err := findRole(nodes, c.which)
		if CodeOf(err) != c.code && (err != nil || c.code != "") {
			t.Errorf("%q: %v, want %q", c.which, err, c.code)
		} else if err == nil && nodes[at].ID != c.id {
			t.Errorf("%q is %s, want %s", c.which, nodes[at].ID, c.id)
		}
	}
}

// Several roles may be named in one text, and a role's own name may have a comma.
func TestNamedRoles(t *testing.T) {
	nodes := []RoleNode{{ID: "1", Name: "VP, EMEA Sales", Path: "VP, EMEA Sales"}, {ID: "2", Name: "DACH", Path: "VP, EMEA Sales / DACH"}}
	for text, want := range map[string][]string{
		"VP, EMEA Sales": {"VP, EMEA Sales"},
		"DACH, 1":        {"DACH", "1"},
		"dach":           {"dach"},
		"none,such":      {"none", "such"},
	} {
		if got := namedRoles(nodes, []string{text}); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
