package sync

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

func TestExplainAddsUp(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	why, err := h.engine.Explain(t.Context(), h.admin, row.RecordID)
	if err != nil {
		t.Fatal(err)
	}
	sum := why.Prior
	for _, line := range why.Rows {
		sum += line.Bits
	}
	if diff := sum - why.Total; diff > 1e-6 || diff < -1e-6 || len(why.Rows) == 0 || why.Why == "" || why.Member.Name == "" {
		t.Errorf("prior and rows are %f, the total %f: %+v", sum, why.Total, why)
	}
	support, err := h.engine.Explain(t.Context(), Actor{Name: "sue", Role: RoleSupport}, row.RecordID)
	if err != nil {
		t.Fatal(err)
	}
	if support.Member.Title != "" || support.Member.URL != "" || support.Member.Name == "" {
		t.Errorf("support sees %+v (decision 15)", support.Member)
	}
	for _, line := range support.Rows {
		if line.Field == "email" || line.Field == "phone" {
			if line.Record != "" || line.Member != "" {
				t.Errorf("support sees %+v (decision 15)", line)
			}
		}
	}
	none := oneMatch(t, h, "Contact", store.MatchNone)
	why, err = h.engine.Explain(t.Context(), h.admin, none.RecordID)
	if err != nil || why.Why == "" {
		t.Errorf("no reason for an unmatched record: %+v %v", why, err)
	}
}

// Whatever support staff ask about, the explanation tells nothing of a person but
// names and companies (decision 15), which the same explanation tells an admin.
func TestExplainTellsSupportNamesOnly_decision15(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	told := 0
	for _, object := range []string{"Contact", "Lead"} {
		for _, row := range matchesOf(t, h, object) {
			record := h.record(object, row.RecordID)
			var hidden []string
			for _, field := range []string{"Email", "Phone", "MobilePhone", "Title", "Street", "MailingStreet", "MailingPostalCode"} {
				if text := record.Get(field); len(text) > 5 {
					hidden = append(hidden, text)
				}
			}
			texts := map[string]string{}
			for _, actor := range []Actor{h.admin, {Name: "sue", Role: RoleSupport}} {
				why, err := h.engine.Explain(t.Context(), actor, row.RecordID)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := json.Marshal(why)
				if err != nil {
					t.Fatal(err)
				}
				texts[string(actor.Role)] = string(raw)
			}
			for _, text := range hidden {
				if strings.Contains(texts[string(RoleSupport)], text) {
					t.Fatalf("support is told %q of %s", text, row.RecordID)
				}
				if strings.Contains(texts[string(h.admin.Role)], text) {
					told++
				}
			}
		}
	}
	if told < 50 {
		t.Errorf("an admin is told %d values only", told)
	}
}

// A decision keeps who made it, when, and what the model said of the pair then;
// the one that it takes the place of is kept beside it.
func TestDecisionKeepsWhoWhenScoreAndModel(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	if _, err := h.engine.Accept(t.Context(), h.admin, row.RecordID, "met her"); err != nil {
		t.Fatal(err)
	}
	at := h.clock.Now()
	h.clock.Advance(time.Hour)
	if _, err := h.engine.Reject(t.Context(), h.admin, row.RecordID, row.MemberID, "no"); err != nil {
		t.Fatal(err)
	}
	all, err := h.store.Decisions(t.Context(), store.DecisionQuery{RecordID: row.RecordID})
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	first, second := all[0], all[1]
	if first.DecidedAt.After(second.DecidedAt) {
		first, second = second, first
	}
	if first.Actor != h.admin.Name || !first.DecidedAt.Equal(at) || first.Score != row.Score || first.ModelID != row.ModelID || first.ModelID == "" || first.RecordModstamp.IsZero() ||
		first.EndedAt.IsZero() || first.EndedBy != second.ID || !second.EndedAt.IsZero() || second.Verdict != store.VerdictReject {
		t.Errorf("first %+v\nthen %+v", first, second)
	}
}
