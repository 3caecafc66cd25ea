package sync

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crmsync/store"
)

func (h *harness) exported() string {
	h.t.Helper()
	text, err := h.engine.ExportConfig(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

func (h *harness) parsed(text string) Config {
	h.t.Helper()
	config, err := ParseConfig(text)
	if err != nil {
		h.t.Fatalf("%v:\n%s", err, text)
	}
	return config
}

// scramble sets things that need no org at random, as people would.
func scramble(t *rapid.T, h *harness) {
	ctx := h.t.Context()
	for range rapid.IntRange(0, 6).Draw(t, "changes") {
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			h.must(h.engine.SetSetting(ctx, h.admin, SettingMatchFloor, rapid.SampledFrom([]string{"20", "30", "40"}).Draw(t, "floor")))
		case 1:
			h.must(h.engine.SetSetting(ctx, h.admin, SettingSubjectKey("note"), rapid.StringMatching(`[a-z"'\\#= é佐]{0,12}`).Draw(t, "subject")))
		case 2:
			seat := rapid.SampledFrom([]string{"ann@acme.test", "ben@acme.test"}).Draw(t, "seat")
			h.must(h.engine.AllowSeat(ctx, h.admin, seat, rapid.Bool().Draw(t, "autosave"), rapid.Bool().Draw(t, "writeback")))
			_, _ = h.engine.PinSeat(ctx, h.admin, seat, rapid.SampledFrom([]string{"", "005Dot", "005Eve"}).Draw(t, "user")) // refused when taken
		default:
			name := rapid.SampledFrom([]string{"bob", "sue"}).Draw(t, "name")
			if _, err := h.engine.AddUser(ctx, h.admin, NewUser{Name: name, Role: rapid.SampledFrom([]Role{RoleTester, RoleSupport}).Draw(t, "role"), Seat: "ann@acme.test"}); err != nil {
				h.must(h.engine.RemoveUser(ctx, h.admin, name))
			}
		}
	}
}

// What is exported can be imported: it brings back what was set up, and then has nothing left to change. One undo
// takes all of it back.
func TestConfig_roundTrip(t *testing.T) {
	h := salesTeam(t)
	if _, err := h.engine.Whoami(t.Context(), "ana", "cli"); err != nil {
		t.Fatal(err)
	}
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Roles: []string{"EMEA"}})))
	rapid.Check(t, func(t *rapid.T) {
		scramble(t, h)
		wanted := h.exported()
		config := h.parsed(wanted)
		if diff, err := h.engine.DiffConfig(h.t.Context(), config); err != nil || len(diff.Changes) != 0 {
			t.Fatalf("what was just exported differs: %+v, %v", diff, err)
		}
		scramble(t, h)
		// Users and mappings by e-mail that came since stay: a file takes nobody away.
		for _, name := range []string{"bob", "sue"} {
			if !strings.Contains(wanted, `"`+name+`"`) {
				_, _ = h.engine.RemoveUser(h.t.Context(), h.admin, name)
			}
		}
		for _, seat := range []string{"ann@acme.test", "ben@acme.test"} {
			if !strings.Contains(wanted, `email = "`+seat+`"`) {
				h.must(h.engine.AllowSeat(h.t.Context(), h.admin, seat, true, true))
				h.must(h.engine.PinSeat(h.t.Context(), h.admin, seat, ""))
			}
		}
		now := h.exported()
		diff, err := h.engine.DiffConfig(h.t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if diff.Problem != "" {
			return // a pin that went to the other seat meanwhile
		}
		event, err := h.engine.ImportConfig(h.t.Context(), h.admin, config)
		if len(diff.Changes) == 0 {
			h.code(err, "config.nothing")
			return
		}
		if err != nil || h.exported() != wanted {
			t.Fatalf("imported (%v):\n%s\ninstead of\n%s", err, h.exported(), wanted)
		}
		if _, err := h.engine.Undo(h.t.Context(), h.admin, event); err != nil || h.exported() != now {
			t.Fatalf("undone (%v):\n%s\ninstead of\n%s", err, h.exported(), now)
		}
	})
}

func TestConfig_refusals(t *testing.T) {
	h := salesTeam(t)
	if _, err := h.engine.Whoami(t.Context(), "ana", "cli"); err != nil {
		t.Fatal(err)
	}
	for text, says := range map[string]string{
		"format = 9": "format 9", "format = 1\nsettngs = 2": "settngs", "format = 1\n[settings]\n'match.flor' = '3'": "match.flor",
		"format = 1\n[settings]\n'match.floor' = 'high'": "match.floor", "format = 1\n[settings]\n'roi.consent' = 'true'": "given by a person",
		"format = 1\n[[users]]\nname = 'bob'\nrole = 'root'": "bob", "format = 1\n[[seats]]\nemail='a@b.c'\n[[seats]]\nemail='A@b.c'": "twice", "[[[": "cannot be read",
	} {
		if _, err := ParseConfig(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, says := range map[string]string{
		"format = 1\n[settings]\n'writeback.enabled' = 'true'": HoldPackage.Text,
		"format = 1\n[[users]]\nname = 'ana'\nrole = 'member'": "nobody would be admin",
		"format = 1\n[[seats]]\nemail = 'zed@acme.test'":       "no seat",
	} {
		_, err := h.engine.ImportConfig(t.Context(), h.admin, h.parsed(text))
		h.code(err, "config.problem")
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := h.engine.ImportConfig(t.Context(), Actor{Name: "sue", Role: RoleSupport}, Config{})
	h.code(err, "act.not_allowed")
}

// No secret and no opt-in is in the text.
func TestConfig_S25_noOptInAndNoSecret(t *testing.T) {
	h := salesTeam(t)
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Add: []string{"ann@acme.test"}})))
	before := h.exported()
	seat, err := h.store.SeatByEmail(t.Context(), "ann@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	err = h.store.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.SetOptIn(store.OptIn{SeatID: seat.ID, Kind: string(KindNote), Since: h.clock.Now()}); err != nil {
			return err
		}
		return tx.PutSecret("salesforce.refresh", []byte("needle"))
	})
	if err != nil || h.exported() != before {
		t.Errorf("%v: %s", err, h.exported())
	}
}
