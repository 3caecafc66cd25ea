package ui

import (
	"context"
	"slices"

	crmsync "crmsync/sync"
)

type writebackFake struct{ *world }

func (f writebackFake) Types(context.Context) (WritebackTypes, error) { return f.types, f.err }
func (f writebackFake) SetContract(_ context.Context, on bool) (string, error) {
	return f.note("contract %v", on)
}
func (f writebackFake) SetKind(_ context.Context, kind string, on bool) (string, error) {
	return f.note("kind %s %v", kind, on)
}
func (f writebackFake) People(_ context.Context, seek Seek) (Page[OptedPerson], error) {
	if f.err != nil {
		return Page[OptedPerson]{}, f.err
	}
	return paged(f.people, seek)
}
func (f writebackFake) Outbox(_ context.Context, filter OutboxFilter, seek Seek) (Page[OutboxItem], error) {
	if f.err != nil {
		return Page[OutboxItem]{}, f.err
	}
	if filter.Unassigned || filter.State == onlyLate {
		return paged(f.outbox[:min(len(f.outbox), 2)], seek)
	}
	return paged(slices.DeleteFunc(slices.Clone(f.outbox), func(r OutboxItem) bool { return filter.State != "" && r.State != filter.State }), seek)
}
func (f writebackFake) CountOutbox(_ context.Context, filter OutboxFilter) (int64, error) {
	if filter.State != "" {
		return 0, errNotCounted
	}
	return int64(len(f.outbox)), f.err
}
func (f writebackFake) Hold(_ context.Context, id string) (string, error) {
	return f.note("hold %s", id)
}
func (f writebackFake) Release(_ context.Context, id string) (string, error) {
	return f.note("release %s", id)
}
func (f writebackFake) PreviewRetry(context.Context) (RetryPreview, error) { return f.retries, f.err }
func (f writebackFake) RetryAll(context.Context) (int64, error) {
	_, err := f.note("retry all")
	return f.retries.Items, err
}
func (f writebackFake) Shadow(context.Context) ([]ShadowItem, error) { return f.shadows, f.err }
func (f writebackFake) ShadowSum(context.Context) (crmsync.ShadowSummary, error) {
	return f.shadowed, f.err
}
func (f writebackFake) TrialPlan(context.Context) (TrialPlan, error) { return f.trial, f.err }
func (f writebackFake) RemoveTrial(context.Context) error {
	_, err := f.note("remove trial")
	return err
}
func (f writebackFake) RunTrial(_ context.Context, keep bool) (TrialResult, error) {
	_, err := f.note("trial %v", keep)
	return f.result, err
}
func (f writebackFake) Retry(_ context.Context, id string) (string, error) {
	return f.note("retry %s", id)
}
func (f writebackFake) Drop(_ context.Context, id string) (string, error) {
	return f.note("drop %s", id)
}
func (f writebackFake) PreviewRemove(_ context.Context, id string) (RemovePreview, error) {
	out := RemovePreview{Org: "Acme", Object: "Task", ID: "00T5g0000000000001"}
	for _, item := range f.outbox {
		if item.ID == id && item.State == "unassigned" {
			out.Kept = "it was changed in Salesforce since: WhoId"
		}
	}
	return out, f.err
}
func (f writebackFake) Remove(_ context.Context, id, org string) error {
	_, err := f.note("remove %s of %s", id, org)
	return err
}
