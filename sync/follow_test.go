package sync

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// person puts a person into the network.
func (h *harness) person(ident string) string {
	h.t.Helper()
	var id string
	err := h.store.Write(h.t.Context(), func(tx *store.Tx) (err error) {
		id, _, err = tx.PutPerson(store.Person{Ident: ident, Name: ident, SortName: ident})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// company puts a company into the network.
func (h *harness) company(ident string) string {
	h.t.Helper()
	var id string
	err := h.store.Write(h.t.Context(), func(tx *store.Tx) (err error) {
		id, _, err = tx.PutCompany(store.Company{Ident: ident, Name: ident, SortName: ident})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// matched links a record to a member.
func (h *harness) matched(object, record, member string, state store.MatchState) {
	h.t.Helper()
	err := h.store.Write(h.t.Context(), func(tx *store.Tx) error {
		return tx.PutMatches([]store.Match{{RecordID: record, Object: object, MemberID: member, State: state, Score: 990_000}})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// decided records that a person accepted a pair.
func (h *harness) decided(record, member string) {
	h.t.Helper()
	h.decides(record, member, store.VerdictAccept)
}

// decides records what a person decided about a pair.
func (h *harness) decides(record, member string, verdict store.Verdict) {
	h.t.Helper()
	err := h.store.Write(h.t.Context(), func(tx *store.Tx) error {
		return tx.PutDecision(store.Decision{ID: store.NewID(), RecordID: record, MemberID: member, Verdict: verdict, Actor: "ana", DecidedAt: h.clock.Now()})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// S122, 3.3: a merge gives match and decisions of the loser to the survivor.
func TestFollow_merge(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	contacts := h.ids("Contact")
	loser, survivor := contacts[3], contacts[4]
	member := h.person("eva")
	h.matched("Contact", loser, member, store.MatchAccepted)
	h.decided(loser, member)

	h.happens(orgsim.Change{Kind: "merge", ID: loser, Into: survivor})
	h.imports(ImportOptions{})

	lost := h.record("Contact", loser)
	if !lost.Deleted || lost.MasterID != survivor {
		t.Fatalf("loser %+v", lost)
	}
	h.follows(loser, survivor, member, reasonMerged)
}

// A run that kept a merge and was cut off before it followed it leaves that to the next one, to which the merge is
// nothing new.
func TestFollow_afterARunThatWasCutOff(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	contacts := h.ids("Contact")
	loser, survivor, member := contacts[3], contacts[4], h.person("eva")
	h.matched("Contact", loser, member, store.MatchAccepted)
	h.decided(loser, member)
	h.happens(orgsim.Change{Kind: "merge", ID: loser, Into: survivor})

	ctx, cut := context.WithCancel(t.Context())
	defer cut()
	org := h.front.now()
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/sobjects/Lead/") {
			cut() // after the contacts
		}
		org.ServeHTTP(w, r)
	}))
	if report, err := h.engine.Import(ctx, h.admin, ImportOptions{}); !errors.Is(err, context.Canceled) || report.OK {
		t.Fatalf("the import was not cut off: %+v, %v", report, err)
	}
	h.front.set(org)
	if lost := h.record("Contact", loser); lost.MasterID != survivor {
		t.Fatalf("the merge was not kept: %+v", lost)
	}
	h.imports(ImportOptions{})
	h.follows(loser, survivor, member, reasonMerged)
}

// S122: a converted lead's match and decisions follow to the contact.
func TestFollow_S122_conversion(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	lead := h.ids("Lead")[0]
	member := h.person("eva")
	h.matched("Lead", lead, member, store.MatchAccepted)
	h.decided(lead, member)

	made := h.happens(orgsim.Change{Kind: "convert", ID: lead})
	h.imports(ImportOptions{})
	contact := h.record("Lead", lead).Get("ConvertedContactId")
	if len(made.IDs) < 2 || contact != made.IDs[1] {
		t.Fatalf("converted into %q, made %v", contact, made.IDs)
	}
	h.follows(lead, contact, member, reasonConverted)
}

// follows checks that a match and its decision moved.
func (h *harness) follows(from, to, member, reason string) {
	h.t.Helper()
	ctx := h.t.Context()
	if old, err := h.store.Match(ctx, from); err != nil || old.State.Live() || old.Reason != reason {
		h.t.Errorf("the old match is %+v, %v", old, err)
	}
	if now, err := h.store.Match(ctx, to); err != nil || now.State != store.MatchAccepted || now.MemberID != member {
		h.t.Errorf("the new match is %+v, %v", now, err)
	}
	standing, err := h.store.Decisions(ctx, store.DecisionQuery{RecordID: to, Standing: true})
	if err != nil || len(standing) != 1 || standing[0].MovedFrom != from || standing[0].MemberID != member {
		h.t.Errorf("decisions %+v, %v", standing, err)
	}
	if left, err := h.store.Decisions(ctx, store.DecisionQuery{RecordID: from, Standing: true}); err != nil || len(left) != 0 {
		h.t.Errorf("decisions that still stand for the old record: %+v, %v", left, err)
	}
	before := len(standing)
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	if again, _ := h.store.Decisions(ctx, store.DecisionQuery{RecordID: to, Standing: true}); len(again) != before {
		h.t.Errorf("a second import moved it again: %+v", again)
	}
}

// Where people decided about both records of a merge, the newest decision holds,
// whichever of them it was about, also after a match run; all are kept.
func TestFollow_mergeKeepsTheNewestDecision(t *testing.T) {
	for name, losersIsNewer := range map[string]bool{"survivor's": false, "loser's": true} {
		t.Run(name, func(t *testing.T) {
			h := connected(t, orgsim.Config{})
			h.imports(ImportOptions{})
			contacts := h.ids("Contact")
			loser, survivor := contacts[3], contacts[4]
			eva, jan := h.person("eva"), h.person("jan")
			first, second, want := [2]string{loser, eva}, [2]string{survivor, jan}, jan
			if losersIsNewer {
				first, second, want = second, first, eva
			}
			for _, pair := range [][2]string{first, second} {
				h.matched("Contact", pair[0], pair[1], store.MatchAccepted)
				h.decided(pair[0], pair[1])
				h.clock.Advance(time.Minute)
			}
			h.happens(orgsim.Change{Kind: "merge", ID: loser, Into: survivor})
			h.imports(ImportOptions{})
			check := func(when string) {
				t.Helper()
				if now, err := h.store.Match(t.Context(), survivor); err != nil || now.MemberID != want || now.State != store.MatchAccepted {
					t.Errorf("%s the survivor's match is %+v, %v", when, now, err)
				}
				for _, other := range []string{eva, jan} {
					if held, err := h.store.MatchOfMember(t.Context(), other); err == nil && (other != want || held.RecordID != survivor) {
						t.Errorf("%s %s is still held: %+v", when, other, held)
					}
				}
			}
			check("at once")
			if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
				t.Fatal(err)
			}
			check("after a run")
			if all, err := h.store.Decisions(t.Context(), store.DecisionQuery{RecordID: survivor}); err != nil || len(all) != 2 {
				t.Errorf("not both decisions are kept: %+v, %v", all, err)
			}
		})
	}
}

// What was rejected for the loser stays rejected for the survivor, unless people
// said later that it is the one.
func TestFollow_mergeKeepsRejections(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	contacts := h.ids("Contact")
	loser, survivor := contacts[3], contacts[4]
	eva, jan := h.person("eva"), h.person("jan")
	h.matched("Contact", survivor, jan, store.MatchAccepted)
	h.decides(loser, eva, store.VerdictReject)
	h.decides(loser, jan, store.VerdictReject)
	h.clock.Advance(time.Minute)
	h.decided(survivor, jan)
	h.happens(orgsim.Change{Kind: "merge", ID: loser, Into: survivor})
	h.imports(ImportOptions{})
	standing, err := h.store.Decisions(t.Context(), store.DecisionQuery{RecordID: survivor, Standing: true})
	if err != nil || len(standing) != 2 {
		t.Fatalf("decisions that stand: %+v, %v", standing, err)
	}
	for _, d := range standing {
		if (d.MemberID == eva) != (d.Verdict == store.VerdictReject) {
			t.Errorf("%+v stands", d)
		}
	}
}
