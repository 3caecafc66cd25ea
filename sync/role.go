package sync

import "slices"

// Role is what a console user may do; see decision 15 of the requirements.
type Role string

// The four roles.
const (
	RoleAdmin   Role = "admin"   // everything
	RoleTester  Role = "tester"  // reads everything, runs writeback trials
	RoleSupport Role = "support" // reads status, runs, logs and match rates
	RoleMember  Role = "member"  // a seat holder, for their own things
)

// Roles lists the roles, the most powerful first.
func Roles() []Role { return []Role{RoleAdmin, RoleTester, RoleSupport, RoleMember} }

// Valid tells whether r is one of the four roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Actor is who does something: their name as kept in the audit trail, their
// role, the id of their own seat ("" for none) and the way they came in.
type Actor struct {
	Name string
	Role Role
	Seat string
	Via  string // "cli", "console", "ssh" or "engine"

	approval *approved // of the one act that a second admin approved, nil otherwise
}

// OwnOnly tells whether the actor reads their own acts, items, saves and alerts alone (decision 15).
func (a Actor) OwnOnly() bool { return a.Role == RoleMember }

// NamesOnly tells whether of people the actor is shown nothing but names (decision 15).
func (a Actor) NamesOnly() bool { return a.Role == RoleSupport }

// EngineActor is the engine itself, for scheduled work.
var EngineActor = Actor{Name: "engine", Role: RoleAdmin, Via: "engine"}
