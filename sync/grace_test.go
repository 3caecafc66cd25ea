package sync

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// revoke has the org take the authorisation back, and the engine notice.
func (h *harness) revoke() {
	h.t.Helper()
	if _, err := h.org.Change(orgsim.Change{Kind: "revoke"}); err != nil {
		h.t.Fatal(err)
	}
	_, err := h.engine.Import(h.t.Context(), h.admin, ImportOptions{})
	h.code(err, "salesforce.revoked")
}

// grace is what holds until the next sign-in.
func (h *harness) grace() Grace {
	h.t.Helper()
	g, isRefused, err := h.engine.Grace(h.t.Context())
	if err != nil || !isRefused {
		h.t.Fatalf("no grace: %v %v", isRefused, err)
	}
	return g
}

// While the org refuses the sign-in activities are queued, the state says what waits and for how long nothing is missed, and the
// next sign-in goes on exactly there: what waited is written once, what happened in the org meanwhile is read.
func TestReconnect_goesOnWithoutLoss(t *testing.T) {
	for _, away := range []time.Duration{time.Hour, 3 * 24 * time.Hour, 20 * 24 * time.Hour} {
		t.Run(fmt.Sprint(away), func(t *testing.T) {
			w := writers(t, orgsim.Config{})
			w.add(KindNote, "queued before")
			marks := w.importState("Contact").Watermark
			w.revoke()
			for range 3 {
				if report, _ := w.engine.WritebackCycle(t.Context(), w.admin); report.Written > 0 {
					t.Errorf("written without a sign-in: %+v", report)
				}
				w.clock.Advance(away / 3)
			}
			w.add(KindNote, "queued meanwhile")
			g := w.grace()
			if g.Queued != 2 || g.Unsure != 0 || !g.From.Equal(marks) || !g.Until.Equal(marks.Add(replicationReach)) || w.clock.Now().Sub(g.Since) < away-time.Minute {
				t.Errorf("%+v, imported up to %s", g, marks)
			}
			if left := g.Left(w.clock.Now()); (left > 0) != (away < replicationReach) {
				t.Errorf("away for %s, and %s are left", away, left)
			}
			status, err := w.engine.Status(t.Context())
			if err != nil || status.Grace == nil || status.Healthy || !slices.ContainsFunc(status.Problems, func(p string) bool {
				return strings.Contains(p, "2 activities wait") && strings.Contains(p, "connect --again")
			}) {
				t.Errorf("status: %+v %v", status.Problems, err)
			}
			contact := unlinked(w)
			for _, change := range []orgsim.Change{{Kind: "delete", ID: contact}, {Kind: "purge", ID: contact}, {Kind: "update", ID: w.ids("Lead")[0], Fields: fieldsOf("LastName", "Meanwhile")}} {
				if _, err := w.org.Change(change); err != nil {
					t.Fatal(err)
				}
			}
			w.clock.Advance(10 * time.Minute)
			report := w.connect()
			if report.Resumes == nil || report.Resumes.Queued != 2 || !report.Resumes.From.Equal(marks) {
				t.Errorf("the sign-in does not say what goes on: %+v", report.Resumes)
			}
			if _, isRefused, err := w.engine.Grace(t.Context()); isRefused || err != nil {
				t.Errorf("signed in, and still refused: %v", err)
			}
			w.imports(ImportOptions{})
			w.equalToOrg()
			w.settleAll()
			w.once("Note", "queued before", "queued meanwhile")
		})
	}
}

// unlinked is a contact that no activity is about.
func unlinked(w *writer) string {
	ids := w.ids("Contact")
	return ids[slices.IndexFunc(ids, func(id string) bool { return id != w.linked.RecordID })]
}

// An import that the org's refusal stops in the middle goes on behind the last page that was kept.
func TestReconnect_goesOnInTheMiddleOfAnObject(t *testing.T) {
	h := newHarness(t, orgsim.Config{Contacts: 300})
	h.page = 50
	h.engine = h.another()
	h.connect()
	handler, pages, onward := h.org.Handler(), 0, ""
	h.front.set(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/results") {
			if pages > 6 && onward == "" {
				onward = r.URL.RawQuery
			}
			if pages++; pages == 6 {
				if _, err := h.org.Change(orgsim.Change{Kind: "revoke"}); err != nil {
					t.Error(err)
				}
			}
		}
		handler.ServeHTTP(rw, r)
	}))
	if _, err := h.engine.Import(t.Context(), h.admin, ImportOptions{}); CodeOf(err) != "salesforce.revoked" {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	g := h.grace()
	if g.Reading == "" {
		t.Fatalf("no place is kept: %+v", g)
	}
	report := h.connect()
	if report.Resumes == nil || report.Resumes.Reading != g.Reading {
		t.Errorf("%+v", report.Resumes)
	}
	h.imports(ImportOptions{})
	if !strings.Contains(onward, "locator=") {
		t.Errorf("the first page after the sign-in is not the next one: %q", onward)
	}
	h.equalToOrg()
}

// Another org is refused in this state as in any other (decision 21), and what waits goes on waiting for its own.
func TestReconnect_refusesAnotherOrg_Decision21(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindNote, "for this org only")
	w.revoke()
	belongTo := func(org string) (before string) {
		w.t.Helper()
		err := w.store.Write(t.Context(), func(tx *store.Tx) error {
			connection, err := tx.Connection()
			if err != nil {
				return err
			}
			before, connection.OrgID = connection.OrgID, org
			return tx.PutConnection(connection)
		})
		if err != nil {
			t.Fatal(err)
		}
		return before
	}
	own := belongTo("00D000000000001EAA")
	credentials, err := w.org.Credentials(w.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.engine.ConnectToken(t.Context(), w.admin, TokenSignIn{InstanceURL: w.server.URL, AccessToken: credentials.AccessToken})
	w.code(err, "connect.other_org")
	if g := w.grace(); g.Queued != 1 {
		t.Errorf("%+v", g)
	}
	belongTo(own)
	w.connect()
	w.settleAll()
	w.once("Note", "for this org only")
}

// A sign-in is made again with what is kept of the last one: nothing has to be typed, no secret shown.
func TestSignInAgain(t *testing.T) {
	h := connected(t, orgsim.Config{})
	pending, err := h.engine.SignInAgain(t.Context(), h.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer pending.Close()
	connection, err := h.store.Connection(t.Context())
	if err != nil || !strings.Contains(pending.URL, connection.ClientID) || !strings.HasPrefix(pending.URL, connection.LoginHost) {
		t.Errorf("%s is not how %+v was signed in: %v", pending.URL, connection, err)
	}
	if by, err := h.engine.SignedInBy(t.Context()); by != "browser" || err != nil {
		t.Errorf("%s %v", by, err)
	}
	_, err = h.engine.Reconnect(t.Context(), h.admin)
	h.code(err, "connect.token")
	err = h.store.Write(t.Context(), func(tx *store.Tx) error {
		connection.Flow = flowFixed
		return tx.PutConnection(connection)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.SignInAgain(t.Context(), h.admin)
	h.code(err, "connect.token")
	_, err = newHarness(t, orgsim.Config{}).engine.SignInAgain(t.Context(), h.admin)
	h.code(err, "connect.none")
}
