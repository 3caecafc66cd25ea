package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunsAndTheirObjects(t *testing.T) {
	s := openTest(t)
	runs := []Run{
		{ID: "1", Kind: "import", State: RunDone, Actor: "ana", StartedAt: clock, EndedAt: clock.Add(time.Minute), APICalls: 40, Summary: `{"a":1}`},
		{ID: "2", Kind: "import", State: RunFailed, StartedAt: clock, ErrorCode: "salesforce.revoked", ErrorText: "revoked"},
		{ID: "3", Kind: "import", State: RunRunning, StartedAt: clock},
		{ID: "4", Kind: "match", State: RunPartial, StartedAt: clock},
	}
	for _, run := range runs {
		write(t, s, func(tx *Tx) error { return tx.PutRun(run) })
		if got, err := s.Run(t.Context(), run.ID); err != nil || got != run {
			t.Errorf("%s %v", cmp.Diff(run, got), err)
		}
	}
	for name, test := range map[string]struct {
		kind   string
		states []RunState
		want   string
	}{
		"any": {"import", nil, "3"}, "done": {"import", []RunState{RunDone}, "1"}, "over": {"import", []RunState{RunDone, RunFailed, RunPartial, RunDone}, "2"},
		"partial": {"match", []RunState{RunPartial}, "4"}, "none": {"match", []RunState{RunDone}, ""}, "no such kind": {"x", nil, ""},
	} {
		got, err := s.LastRun(t.Context(), test.kind, test.states...)
		if got.ID != test.want || errors.Is(err, ErrNotFound) != (test.want == "") {
			t.Errorf("last %s: %s %v, want %s", name, got.ID, err, test.want)
		}
	}
	ended := runs[2]
	ended.State, ended.EndedAt, ended.APICalls, ended.Kind = RunDone, clock.Add(time.Hour), 7, "never changed"
	write(t, s, func(tx *Tx) error { return tx.PutRun(ended) })
	if got, err := s.LastRun(t.Context(), "import", RunDone); err != nil || got.ID != "3" || got.APICalls != 7 {
		t.Errorf("after it ended: %+v %v", got, err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutRun(Run{ID: "9", Kind: "import", State: "lost"}) }); !errors.Is(err, ErrConflict) {
		t.Errorf("an unknown state: %v", err)
	}
	objects := []RunObject{
		{RunID: "1", Object: "User", State: RunDone, Fetched: 3, Inserted: 1, Updated: 1, Unchanged: 1, Pages: 1, APICalls: 2, Took: 1500 * time.Millisecond},
		{RunID: "1", Object: "Lead", State: RunFailed, ErrorCode: "x", ErrorText: "y", Deleted: 4},
	}
	for _, x := range []RunObject{objects[1], {RunID: "1", Object: "User", State: RunRunning}, objects[0]} {
		write(t, s, func(tx *Tx) error { return tx.PutRunObject(x) })
	}
	if got, err := s.RunObjects(t.Context(), "1"); err != nil || !slices.Equal(got, objects) {
		t.Errorf("objects, in the order of the import: %s %v", cmp.Diff(objects, got), err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutRunObject(RunObject{RunID: "none", Object: "User", State: RunDone}) }); !errors.Is(err, ErrConflict) {
		t.Errorf("an object of no run: %v", err)
	}
}

func TestImportStateComesBack(t *testing.T) {
	s := openTest(t)
	if x, err := s.ImportState(t.Context(), "Lead"); err != nil || !cmp.Equal(x, ImportState{Object: "Lead"}) {
		t.Errorf("before any import: %+v %v", x, err)
	}
	for _, x := range []ImportState{
		{Object: "Lead", Watermark: clock, FullAt: clock.Add(time.Hour), After: clock.Add(2 * time.Hour), Until: clock.Add(3 * time.Hour), Full: true,
			Cursor: `{"job":"750"}`, Fields: []string{"Id", "Name"}, RunID: "r1"},
		{Object: "Lead", Watermark: clock.Add(time.Minute), Fields: []string{}}, // the window is over
	} {
		write(t, s, func(tx *Tx) error {
			if err := tx.PutImportState(x); err != nil {
				return err
			}
			inside, err := tx.ImportState("Lead")
			if !cmp.Equal(inside, x) {
				t.Errorf("inside the transaction: %s", cmp.Diff(x, inside))
			}
			return err
		})
		if got, err := s.ImportState(t.Context(), "Lead"); err != nil || !cmp.Equal(got, x) {
			t.Errorf("%s %v", cmp.Diff(x, got), err)
		}
	}
}

func TestDailySeries(t *testing.T) {
	s := openTest(t)
	night := time.Date(2026, 11, 24, 23, 30, 0, 0, time.FixedZone("", -2*3600)) // the 25th in UTC
	write(t, s, func(tx *Tx) error {
		return errors.Join(tx.AddDaily(clock, "items.written", 3), tx.AddDaily(clock, "items.written", 4), tx.AddDaily(night, "items.written", 1),
			tx.AddDaily(clock.AddDate(0, 0, -13), "items.written", 2), tx.AddDaily(clock.AddDate(0, 0, -14), "items.written", 9), tx.AddDaily(clock, "other", 5))
	})
	for name, test := range map[string]struct {
		last time.Time
		days int
		want []int64
	}{
		"one day": {clock, 1, []int64{7}}, "to the next day": {night, 2, []int64{7, 1}}, "none": {clock.AddDate(1, 0, 0), 3, []int64{0, 0, 0}},
		"two weeks": {clock, 14, []int64{2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}},
	} {
		if got, err := s.Daily(t.Context(), "items.written", test.last, test.days); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v %v, want %v", name, got, err, test.want)
		}
	}
}

func TestConnectionSecretsSettingsAndStages(t *testing.T) {
	s := openTest(t)
	if _, err := s.Connection(t.Context()); !errors.Is(err, ErrNotFound) {
		t.Errorf("before the first connection: %v", err)
	}
	c := Connection{OrgID: "00D1", OrgName: "Acme", Edition: "Enterprise Edition", InstanceURL: "https://a", LoginHost: "login", ClientID: "id", RedirectURL: "http://l", APIVersion: "67.0",
		Flow: "refresh", UserID: "005", Username: "u", TimeZone: "Europe/Paris", HasPackage: true, PackageVersion: "1", APIUsed: 5, APIMax: 10, APIAt: clock, State: Connected, Reason: "r", ConnectedAt: clock}
	second := c
	second.State, second.APIAt = Revoked, time.Time{}
	for _, c := range []Connection{c, second} {
		write(t, s, func(tx *Tx) error { return tx.PutConnection(c) })
		c.ChangedAt = clock
		if got, err := s.Connection(t.Context()); err != nil || got != c {
			t.Errorf("%s %v", cmp.Diff(c, got), err)
		}
	}
	write(t, s, func(tx *Tx) error {
		return errors.Join(tx.PutSecret("token", []byte("one")), tx.PutSecret("token", []byte("two")), tx.PutSetting("a", "1", "ana"), tx.PutSetting("a", "2", "bo"), tx.PutSetting("b", "", "bo"),
			tx.PutStages([]Stage{{"old", "Old", 1, false, false}}), tx.PutStages([]Stage{{"won", "Won", 2, true, true}, {"new", "New", 1, false, false}}))
	})
	if secret, err := s.Secret(t.Context(), "token"); err != nil || string(secret) != "two" {
		t.Errorf("secret: %q %v", secret, err)
	}
	if all, err := s.Settings(t.Context()); err != nil || !slices.Equal(all, []Setting{{"a", "2", 2, clock, "bo"}, {"b", "", 1, clock, "bo"}}) {
		t.Errorf("settings: %+v %v", all, err)
	}
	if all, err := s.Stages(t.Context()); err != nil || !slices.Equal(all, []Stage{{"new", "New", 1, false, false}, {"won", "Won", 2, true, true}}) {
		t.Errorf("stages: %+v %v", all, err)
	}
	if _, err := s.write.Exec("UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE name = 'token'), name = 'moved'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Secret(t.Context(), "moved"); codeOf(err) != "store.sealed" {
		t.Errorf("a secret under another name: %v", err)
	}
	write(t, s, func(tx *Tx) error { return errors.Join(tx.DeleteSecret("moved"), tx.DeleteSetting("a")) })
	_, noSecret := s.Secret(t.Context(), "moved")
	_, noSetting := s.Setting(t.Context(), "a")
	if !errors.Is(noSecret, ErrNotFound) || !errors.Is(noSetting, ErrNotFound) {
		t.Errorf("after deleting: %v, %v", noSecret, noSetting)
	}
}
