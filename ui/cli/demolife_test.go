package cli

import (
	"bytes"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// demoRecordsLive lets everything happen that the console's demo menu offers; the next import finds it.
func demoRecordsLive(t *testing.T, _, dir string) {
	a := &app{dir: dir, stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	s, err := a.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	life := &demoLife{session: s}
	if _, err := life.Happen(t.Context(), "undelete"); err == nil || !strings.Contains(err.Error(), "nothing was deleted") {
		t.Errorf("undelete before anything was deleted: %v", err)
	}
	for _, event := range life.Events() {
		what, err := life.Happen(t.Context(), event.ID)
		if err != nil || what == "" {
			t.Errorf("%s: %q %v", event.ID, what, err)
		}
	}
	for range 300 { // by chance one of them would be taken twice, had the menu forgotten what it did
		if what, err := life.Happen(t.Context(), "delete"); err != nil {
			t.Fatalf("delete: %q %v", what, err)
		}
	}
	if _, err := life.Happen(t.Context(), "explode"); err == nil {
		t.Error("anything can happen")
	}
	report, err := s.engine.Sync(t.Context(), s.actor, crmsync.ImportOptions{Full: true})
	if err != nil {
		t.Fatal(err)
	}
	changed := int64(0)
	for _, object := range report.Import.Objects {
		changed += object.Inserted + object.Updated + object.Deleted
	}
	if changed < 5 {
		t.Errorf("the import found %d changes: %+v", changed, report.Import.Objects)
	}
}
