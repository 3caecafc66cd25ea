package cli

import (
	"testing"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// Decision 15: a member sees their own acts and items, whatever is asked for; the others see all.
func TestMembersSeeTheirOwn(t *testing.T) {
	member := &session{actor: crmsync.Actor{Name: "hugo", Role: crmsync.RoleMember, Seat: "seat-1"}}
	trail, items := store.AuditQuery{}, store.OutboxQuery{SeatID: "seat-2"}
	if err := member.ownAudit(&trail); err != nil || trail.Actor != "hugo" {
		t.Errorf("the trail of %q, %v", trail.Actor, err)
	}
	if err := member.ownAudit(&store.AuditQuery{Actor: "ana"}); crmsync.CodeOf(err) != "act.not_allowed" {
		t.Errorf("another's acts: %v", err)
	}
	if err := member.ownOutbox(&items); err != nil || items.SeatID != "seat-1" {
		t.Errorf("the items of %q, %v", items.SeatID, err)
	}
	none := &session{actor: crmsync.Actor{Name: "hugo", Role: crmsync.RoleMember}}
	if err := none.ownOutbox(&store.OutboxQuery{}); crmsync.CodeOf(err) != "seat.none" {
		t.Errorf("a member without a seat: %v", err)
	}
	for _, role := range []crmsync.Role{crmsync.RoleAdmin, crmsync.RoleTester, crmsync.RoleSupport} {
		s, q := &session{actor: crmsync.Actor{Name: "ana", Role: role}}, store.AuditQuery{}
		if err := s.ownAudit(&q); err != nil || q.Actor != "" {
			t.Errorf("%s sees the trail of %q, %v", role, q.Actor, err)
		}
	}
}
