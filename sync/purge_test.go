package sync

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// S96, S97, decision 21: nothing that came from the org is left in any file,
// the network's side stays, and another import starts from the beginning.
func TestPurge_S96_leavesNothing(t *testing.T) {
	s := newSelling(t)
	s.steps()
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingImportHours, "6"))
	contact := s.record("Contact", s.contact)
	needles := []string{s.contact, s.opportunity.ID, contact.Get("LastName") + "\x00never", s.owner}
	if email := contact.Get("Email"); email != "" {
		needles = append(needles, email)
	}
	if files, found, err := s.store.FindInFiles([]string{s.contact}); err != nil || files == 0 || found == 0 {
		t.Fatalf("the needle is not found where it is: %d files, %d hold it, %v", files, found, err)
	}
	_, err := s.engine.Purge(t.Context(), s.admin, "another name")
	s.code(err, "usage.purge_name")
	_, err = s.engine.Purge(t.Context(), Actor{Name: "tess", Role: RoleTester}, "")
	s.code(err, "act.not_allowed")
	connection, err := s.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := s.engine.Purge(t.Context(), s.admin, connection.OrgName)
	if err != nil {
		t.Fatal(err)
	}
	if !receipt.Revoked || receipt.Removed["crm_contact"] == 0 || receipt.Removed["match"] != 2 || receipt.Removed["save"] != 2 || receipt.FilesHolding != 0 || receipt.FilesRead == 0 {
		t.Errorf("receipt %+v", receipt)
	}
	for name, text := range filesOf(t, s.store.Dir()) {
		for _, needle := range needles {
			if strings.Contains(text, needle) {
				t.Errorf("%s still holds %q", name, needle)
			}
		}
	}
	if _, err := s.store.Person(t.Context(), s.person); err != nil {
		t.Errorf("the network's side is gone: %v", err)
	}
	if got := s.setting(SettingImportHours); got != "6" {
		t.Errorf("the settings are gone: %q", got)
	}
	if seat, err := s.store.Seat(t.Context(), s.ownerSeat); err != nil || seat.UserID != "" {
		t.Errorf("seat %+v, %v", seat, err)
	}
	events, err := s.store.Audit(t.Context(), store.AuditQuery{PageQuery: store.PageQuery{Limit: 50}})
	if err != nil || len(events.Rows) < 3 || events.Rows[0].Act != string(ActPurge) || events.Rows[0].Actor != "ana" {
		t.Errorf("the audit trail lost the fact: %+v, %v", events.Rows, err)
	}
	s.connect()
	report := s.imports(ImportOptions{})
	for _, object := range report.Objects {
		if object.Inserted+object.Deleted != object.Fetched { // what was deleted before it was ever seen counts as removed
			t.Errorf("S99: after a purge everything is new: %+v", object)
		}
	}
	s.equalToOrg()
}

// Decision 21: after a purge another organization may be connected.
func TestPurge_freesTheStoreForAnotherOrg(t *testing.T) {
	h := connected(t, orgsim.Config{Contacts: 10})
	connection, err := h.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.engine.Purge(t.Context(), h.admin, connection.OrgName); err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.Purge(t.Context(), h.admin, connection.OrgName)
	h.code(err, "connect.none")
	h.connect()
}

// S96: imported data can be deleted at any time, also while an import is bringing more. The import ends and brings
// nothing back, in whatever state it is; a new sign-in begins from nothing.
func TestPurge_duringAnImport(t *testing.T) {
	for _, at := range []string{"/sobjects/Contact/describe", "/jobs/query", "/results", "/sobjects/Lead/describe"} {
		t.Run(strings.ReplaceAll(strings.Trim(at, "/"), "/", " "), func(t *testing.T) {
			h := connected(t, orgsim.Config{Contacts: 40})
			purged, org := h.atContacts(at, func() { h.purges(JobImport) })
			_, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true)
			<-purged
			h.code(err, "store.lost")
			h.front.set(org)
			h.leftNothing()

			h.connect()
			for _, object := range h.imports(ImportOptions{}).Objects {
				if object.Inserted+object.Deleted != object.Fetched {
					t.Errorf("S99: after a purge everything is new: %+v", object)
				}
			}
			h.equalToOrg()
		})
	}
}

// purges deletes everything while work of a kind is under way.
func (h *harness) purges(stopped JobKind) {
	h.t.Helper()
	connection, err := h.store.Connection(h.t.Context())
	if err != nil {
		h.t.Error(err)
	}
	receipt, err := h.engine.Purge(h.t.Context(), h.admin, connection.OrgName)
	if err != nil || receipt.FilesHolding != 0 || receipt.Looked == 0 || !slices.Equal(receipt.Stopped, []string{string(stopped)}) {
		h.t.Errorf("receipt %+v, %v", receipt, err)
	}
}

// leftNothing checks, after a purge and the end of the import that it met, that nothing of the org is here.
func (h *harness) leftNothing() {
	h.t.Helper()
	ctx := h.t.Context()
	if ids, err := h.store.SampleRecordIDs(ctx, 1); err != nil || len(ids) > 0 {
		h.t.Errorf("records %v, %v", ids, err)
	}
	if _, err := h.store.Connection(ctx); !errors.Is(err, store.ErrNotFound) {
		h.t.Errorf("the connection is back: %v", err)
	}
	if _, err := (tokenStore{store: h.store}).LoadToken(ctx); !errors.Is(err, salesforce.ErrNoToken) {
		h.t.Errorf("the sign-in is back: %v", err)
	}
	for _, object := range objectNames {
		if state, err := h.store.ImportState(ctx, object); err != nil || state.RunID != "" {
			h.t.Errorf("%s: %+v, %v", object, state, err)
		}
	}
	runs, err := h.store.Runs(ctx, "", store.PageQuery{Limit: 10})
	if err != nil || len(runs.Rows) != 1 {
		h.t.Fatalf("runs %+v, %v", runs, err)
	}
	if run := runs.Rows[0]; run.State != store.RunFailed || run.ErrorCode != "run.purged" || run.Summary != "{}" {
		h.t.Errorf("run %+v", run)
	}
	if jobs, err := h.engine.Schedule(ctx); err != nil || slices.ContainsFunc(jobs, func(s Scheduled) bool { return s.Running }) {
		h.t.Errorf("jobs %+v, %v", jobs, err)
	}
}
