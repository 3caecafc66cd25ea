package sync

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
)

// RoleCount counts the people of a role.
type RoleCount struct {
	Users    int `json:"users"`
	Active   int `json:"active"`
	Licensed int `json:"licensed"`
}

func (c *RoleCount) add(other RoleCount) {
	c.Users += other.Users
	c.Active += other.Active
	c.Licensed += other.Licensed
}

// The ways in which a role is not below the role it names.
const (
	BrokenParent = "its parent is not in the CRM any more"
	BrokenCycle  = "its parents lead back to itself"
)

// RoleNode is a role of the CRM in its tree (S117, S120).
type RoleNode struct {
	ID       string    `json:"id"` // "" for those without a role
	Name     string    `json:"name"`
	ParentID string    `json:"parent_id,omitempty"`
	Path     string    `json:"path"` // names from the root on, with " / " between
	Depth    int       `json:"depth"`
	Own      RoleCount `json:"own"`   // who has this very role
	Total    RoleCount `json:"total"` // with all roles below it
	Broken   string    `json:"broken,omitempty"`
}

// noRole is the name under which people without a role are counted.
const noRole = "(no role)"

// crmRole is what the tree is made from.
type crmRole struct{ ID, Name, ParentID string }

// roleTree arranges roles so that each stands once, below its parent where that can be followed, in an order
// to be printed: a role, then what is below it. A role whose parent is missing stands at the top, and of
// roles that are each other's parents the one with the smallest id does.
func roleTree(roles []crmRole, own map[string]RoleCount) []RoleNode {
	g := newRoleGrower(roles, own)
	for _, role := range g.sorted {
		if parent, known := g.byID[role.ParentID]; !known || parent.ID == role.ID {
			g.grow(role, "", 0)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.byID)) {
		if !g.seen[id] {
			g.grow(g.byID[g.onCycle(id)], "", 0)
		}
	}
	return g.nodes
}

type roleGrower struct {
	sorted   []crmRole
	byID     map[string]crmRole
	children map[string][]crmRole
	own      map[string]RoleCount
	seen     map[string]bool
	nodes    []RoleNode
}

func newRoleGrower(roles []crmRole, own map[string]RoleCount) *roleGrower {
	g := &roleGrower{sorted: slices.Clone(roles), byID: map[string]crmRole{}, children: map[string][]crmRole{}, own: own, seen: map[string]bool{}}
	slices.SortFunc(g.sorted, func(a, b crmRole) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	for _, role := range g.sorted {
		g.byID[role.ID] = role
		if role.ParentID != role.ID {
			g.children[role.ParentID] = append(g.children[role.ParentID], role)
		}
	}
	return g
}

// grow adds a role and what is below it, and returns how many people those are.
func (g *roleGrower) grow(role crmRole, above string, depth int) RoleCount {
	g.seen[role.ID] = true
	node := RoleNode{ID: role.ID, Name: role.Name, ParentID: role.ParentID, Path: above + role.Name, Depth: depth, Own: g.own[role.ID], Total: g.own[role.ID]}
	if depth == 0 && role.ParentID != "" {
		node.Broken = BrokenParent
		if _, known := g.byID[role.ParentID]; known {
			node.Broken = BrokenCycle
		}
	}
	at := len(g.nodes)
	g.nodes = append(g.nodes, node)
	for _, child := range g.children[role.ID] {
		if !g.seen[child.ID] {
			node.Total.add(g.grow(child, node.Path+" / ", depth+1))
		}
	}
	g.nodes[at] = node
	return node.Total
}

// onCycle follows parents from a role that no root leads to, and returns the smallest id of the cycle that
// they end in.
func (g *roleGrower) onCycle(id string) string {
	met := map[string]bool{}
	for !met[id] {
		met[id] = true
		id = g.byID[id].ParentID
	}
	smallest := id
	for at := g.byID[id].ParentID; at != id; at = g.byID[at].ParentID {
		smallest = min(smallest, at)
	}
	return smallest
}

// Roles returns the CRM's role tree with how many people each role has and how many of them have a licence.
// People without a role come last, under a node without an id.
func (e *Engine) Roles(ctx context.Context) ([]RoleNode, error) {
	people, err := e.licencePeople(ctx)
	if err != nil {
		return nil, err
	}
	return people.tree(), nil
}

// rolesBelow returns the ids of the roles at nodes[at] and below it.
func rolesBelow(nodes []RoleNode, at int) []string {
	ids := []string{nodes[at].ID}
	for _, node := range nodes[at+1:] {
		if node.Depth <= nodes[at].Depth {
			break
		}
		ids = append(ids, node.ID)
	}
	return ids
}

// namedRoles takes texts apart that name several roles with commas between them. A role whose own name has a comma stays
// whole.
func namedRoles(nodes []RoleNode, texts []string) (names []string) {
	for _, text := range texts {
		if _, err := findRole(nodes, text); CodeOf(err) != "role.not_found" {
			names = append(names, text)
			continue
		}
		for part := range strings.SplitSeq(text, ",") {
			names = append(names, strings.TrimSpace(part))
		}
	}
	return names
}

// findRole finds a role by id, by name or by path, whatever the case. A name that several roles have is
// refused (code "role.ambiguous").
func findRole(nodes []RoleNode, which string) (int, error) {
	var found []int
	for i, node := range nodes {
		if node.ID == which && which != "" || strings.EqualFold(node.Path, which) {
			return i, nil
		}
		if strings.EqualFold(node.Name, which) {
			found = append(found, i)
		}
	}
	switch len(found) {
	case 0:
		return 0, fault("role.not_found", "See crmsync licences roles for the tree.", "the CRM has no role %q", which)
	case 1:
		return found[0], nil
	}
	var paths []string
	for _, at := range found {
		paths = append(paths, nodes[at].Path+" ("+nodes[at].ID+")")
	}
	return 0, fault("role.ambiguous", "Name one by its id or its path.", "several roles are called %q: %s", which, strings.Join(paths, ", "))
}
