package sync

import (
	"slices"
	"strings"
	"testing"

	"crmsync/store"
)

// onStages is a store with open opportunities in two currencies along the stages, of which the first's owner has a seat.
func onStages(t *testing.T) *sales {
	s := newSales(t)
	s.write(func(tx *store.Tx) error {
		return tx.PutStages([]store.Stage{{Name: "open", Label: "open", Order: 1}, {Name: "late", Label: "late", Order: 2}, {Name: "won", Label: "won", Order: 3, Closed: true, Won: true}})
	})
	s.deal(seated, "2026-06-01T00:00:00.000Z", "2026-12-01", "open", "EUR", "100.5")
	s.deal(unseated, "2026-06-01T00:00:00.000Z", "2026-12-01", "open", "USD", "7")
	s.deal(seated, "2026-06-01T00:00:00.000Z", "2026-12-01", "won", "EUR", "1000")
	late := s.deal(seated, "2026-06-01T00:00:00.000Z", "2026-12-01", "open", "EUR", "50")
	s.put("Opportunity", []string{"Id", "SystemModstamp", "StageName"}, []string{late.id, "2026-11-02T00:00:00.000Z", "late"})
	return s
}

// Beyond 15, S110c: a stage threshold shows what it adds and loses, by currency and stage, before it is set.
func TestPreview_S110_stageThreshold(t *testing.T) {
	s := onStages(t)
	list, err := s.engine.OpportunityList(t.Context())
	if err != nil || list.Now != 3 || list.Then != 3 || list.Gained+list.Lost != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	if want := []PreviewStage{{"open", 2, true, true}, {"late", 1, true, true}}; !slices.Equal(list.Stages, want) {
		t.Errorf("stages %+v", list.Stages)
	}
	later, err := s.engine.PreviewSetting(t.Context(), SettingFromStage, "late")
	if err != nil || later.Now != 3 || later.Then != 1 || later.Lost != 2 || later.Gained != 0 || len(later.Goes) != 2 {
		t.Fatalf("%+v, %v", later, err)
	}
	if eur, usd := later.Sums[0], later.Sums[1]; eur.Now.String() != "150.5" || eur.Then.String() != "50" || usd.Now.String() != "7" || !usd.Then.IsZero() {
		t.Errorf("values %+v", later.Sums)
	}
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingFromStage, "late"))
	back, err := s.engine.PreviewSetting(t.Context(), SettingFromStage, "")
	if err != nil || back.Gained != 2 || back.Saves != 2 || back.SavesMore {
		t.Errorf("%+v, %v", back, err)
	}
	if lines := strings.Join(back.Lines(), "\n"); !strings.Contains(lines, "opportunities on the list: 1 now, 3 then") || !strings.Contains(lines, "value EUR: 50 now, 151 then") || !strings.Contains(lines, "would save 2 for them") {
		t.Errorf("lines %s", lines)
	}
	saves, err := s.store.CountSaves(t.Context())
	if err != nil || saves != 0 || s.setting(SettingFromStage) != "late" {
		t.Errorf("a preview changed something: %d saves, %v", saves, err)
	}
}

// Beyond 15: who may use auto-save, and where revenue stands.
func TestPreview_allowAndRevenue(t *testing.T) {
	s := onStages(t)
	off, err := s.engine.PreviewAllow(t.Context(), s.seat, false)
	if err != nil || off.Now != 4 || off.Then != 0 {
		t.Errorf("%+v, %v", off, err)
	}
	s.must(s.engine.AllowSeat(t.Context(), s.admin, s.seat, false, false))
	on, err := s.engine.PreviewAllow(t.Context(), s.seat, true)
	if err != nil || on.Now != 0 || on.Then != 4 {
		t.Errorf("%+v, %v", on, err)
	}
	p := Preview{Before: "Amount", After: "Expected__c"}
	if err := s.engine.previewRevenue(t.Context(), &p); err != nil || p.Now != 3 || p.Then != 0 || p.Sums[0].Now.String() != "150.5" || !strings.Contains(p.Note, "next import") {
		t.Errorf("%+v, %v", p, err)
	}
}
