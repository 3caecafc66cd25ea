package ui

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// What the screens show of the real engine: a proposal from one admin to the other, the set-up compared with a file, a
// backup and a verification, and one person from gathering to erasing.
func TestLiveAdministration(t *testing.T) {
	engine, st := openedEngine(t)
	ctx, ana, bea := t.Context(), admin(), crmsync.Actor{Name: "bea", Role: crmsync.RoleAdmin, Via: "console"}
	for _, name := range []string{"ana", "bea"} {
		if _, err := engine.AddUser(ctx, ana, crmsync.NewUser{Name: name, OSUser: name, Role: crmsync.RoleAdmin}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := engine.SetSetting(ctx, ana, crmsync.SettingSecondAdmin, "on"); err != nil {
		t.Fatal(err)
	}
	hers, his := Live(engine, st, ana), Live(engine, st, bea)

	file := filepath.Join(t.TempDir(), "contract.toml")
	text, err := hers.Setup.Text(ctx)
	if err != nil || os.WriteFile(file, []byte(strings.Replace(text, "[settings]\n", "[settings]\n\"match.floor\" = \"33\"\n", 1)), 0o600) != nil {
		t.Fatal(err)
	}
	config, diff, err := hers.Setup.Compare(ctx, file)
	if err != nil || len(diff.Changes) != 1 || diff.Changes[0].After != "33" {
		t.Fatalf("%+v %v", diff, err)
	}
	_, err = hers.Setup.Import(ctx, config)
	var waiting *crmsync.Waiting
	if !errors.As(err, &waiting) {
		t.Fatalf("not proposed: %v", err)
	}
	if o, err := his.Home.Overview(ctx); err != nil || o.Approvals != 1 || !o.SecondAdmin {
		t.Errorf("%d wait for him, %v", o.Approvals, err)
	}
	page, err := his.Approvals.Page(ctx, Seek{Edge: First, Limit: 10})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].State != "waiting" || len(page.Rows[0].Preview) == 0 || page.Rows[0].By != ana.Name {
		t.Fatalf("%+v %v", page, err)
	}
	if audit, err := his.Approvals.Approve(ctx, page.Rows[0].ID); err != nil || audit == "" {
		t.Fatalf("%q %v", audit, err)
	}
	trail, err := hers.Audit.Page(ctx, AuditFilter{}, Seek{Edge: First, Limit: 20})
	if err != nil || len(trail.Rows) < 3 {
		t.Fatal(trail, err)
	}
	for i, want := range []string{"approved: imported a configuration", "imported a configuration configuration, approved by bea", "proposed: set the contract up by a file: 1 change"} {
		if trail.Rows[i].What != want {
			t.Errorf("line %d says %q, want %q", i, trail.Rows[i].What, want)
		}
	}

	if _, err := hers.Upkeep.Backup(ctx, filepath.Join(t.TempDir(), "store.age"), ""); crmsync.CodeOf(err) != "usage.backup" {
		t.Errorf("without a passphrase: %v", err) // deriving a key from one is slow on purpose; the engine's tests do
	}
	if lines, findings, err := hers.Upkeep.Verify(ctx); err != nil || len(findings) > 0 || len(lines) < 3 {
		t.Errorf("%q %q %v", lines, findings, err)
	}
	bySSH := ana
	bySSH.Via = "ssh"
	away := Live(engine, st, bySSH)
	if _, _, err := away.Setup.Compare(ctx, file); away.Upkeep != nil || !errors.Is(err, errNoFilesBySSH) {
		t.Errorf("over SSH files of the server are read: %v", err)
	}
}

func TestLivePerson(t *testing.T) {
	engine, st := openedEngine(t)
	ctx := t.Context()
	person := store.Person{ID: store.NewID(), Ident: "zeb", Name: "Zebulon Quartermaine", Email: "zeb@quartermaine.test"}
	err := st.Write(ctx, func(tx *store.Tx) error { _, _, err := tx.PutPerson(person); return err })
	if err != nil {
		t.Fatal(err)
	}
	l := Live(engine, st, admin())
	held, err := l.Person.Held(ctx, person.ID)
	if err != nil || held.Name != person.Name || len(held.Parts) < 10 || len(held.Parts[0].Rows) < 3 {
		t.Fatalf("%+v %v", held, err)
	}
	var dossier crmsync.PersonDossier
	if text, err := l.Person.Dossier(ctx, person.ID); err != nil || json.Unmarshal(text, &dossier) != nil || dossier.Person.ID != person.ID {
		t.Errorf("%v", err)
	}
	if _, err := l.Person.Erase(ctx, person.ID, "somebody"); crmsync.CodeOf(err) != "usage.person_name" {
		t.Errorf("%v", err)
	}
	if lines, err := l.Person.Erase(ctx, person.ID, person.Name); err != nil || len(lines) < 3 {
		t.Errorf("%q %v", lines, err)
	}
	if _, err := l.Person.Held(ctx, person.ID); crmsync.CodeOf(err) != "person.not_found" {
		t.Errorf("still there: %v", err)
	}
	support := Live(engine, st, crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport})
	if _, err := support.Person.Held(ctx, person.ID); crmsync.CodeOf(err) != "act.not_allowed" {
		t.Errorf("support sees it: %v", err)
	}
}
