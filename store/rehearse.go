package store

import "context"

// Rehearsal is what was written under a context of [Rehearse] and not kept.
type Rehearsal struct {
	Events []AuditEvent // of the audit trail, the oldest first
}

type rehearsalKey struct{}

// Rehearse returns a context under which every change runs as it would, with all that it checks, and is then taken
// back: nothing of it is kept, and a later change does not find what an earlier one wrote. What would have been
// appended to the audit trail is in the Rehearsal. It is for one goroutine, and for changes that have no effect
// outside the store.
func Rehearse(ctx context.Context) (context.Context, *Rehearsal) {
	rehearsal := &Rehearsal{}
	return context.WithValue(ctx, rehearsalKey{}, rehearsal), rehearsal
}

// Rehearsing reports whether changes under ctx are not kept.
func Rehearsing(ctx context.Context) bool { return rehearsalOf(ctx) != nil }

// rehearsalOf returns the rehearsal that ctx is of, or nil.
func rehearsalOf(ctx context.Context) *Rehearsal {
	rehearsal, _ := ctx.Value(rehearsalKey{}).(*Rehearsal)
	return rehearsal
}
