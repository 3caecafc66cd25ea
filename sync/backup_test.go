package sync

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// vaultOf makes an age identity, and a request that backs up for it.
func vaultOf(t *testing.T) (identity string, request BackupRequest) {
	t.Helper()
	made, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return made.String(), BackupRequest{File: filepath.Join(t.TempDir(), "store.age"), Recipients: []string{made.Recipient().String()}}
}

func (h *harness) backs(request BackupRequest) BackupReport {
	h.t.Helper()
	report, err := h.engine.Backup(h.t.Context(), h.admin, request)
	if err != nil {
		h.t.Fatalf("backup: %v (%s)", err, CodeOf(err))
	}
	return report
}

func (h *harness) restoring(identity string, request BackupRequest, dir string) RestoreRequest {
	key := testKey()
	return RestoreRequest{File: request.File, Identities: identity, Now: h.clock.Now, Options: store.Options{Dir: dir, Key: &key, Now: h.clock.Now}}
}

// Matrix 20: what was written after the backup was taken is found in the CRM after the restore, and is not sent again;
// what was not written is sent; the import goes on from the older watermark.
func TestRestore_matrix20_nothingTwiceAndNothingLost(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.imports(ImportOptions{})
	queued := w.add(KindNote, "queued when the backup was taken, written after it")
	identity, request := vaultOf(t)
	w.backs(request)
	w.clock.Advance(time.Minute)
	w.cycle()
	w.wants(queued, store.OutboxWritten)
	watermark := w.importState("Contact").Watermark
	w.clock.Advance(time.Hour)

	dir := w.store.Dir()
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := Restore(t.Context(), w.admin, w.restoring(identity, request, dir))
	if err != nil {
		t.Fatalf("restore: %v (%s)", err, CodeOf(err))
	}
	if report.Before == "" || report.Verified.Rows["activity"] == 0 {
		t.Errorf("report %+v", report)
	}
	w.open(dir)
	w.wants(queued, store.OutboxQueued)
	fresh := w.add(KindNote, "added after the restore, not written yet")
	for range 4 {
		w.clock.Advance(3 * time.Minute)
		w.cycle()
	}
	w.wants(queued, store.OutboxWritten)
	w.wants(fresh, store.OutboxWritten)
	w.once("Note", "queued when the backup was taken, written after it", "added after the restore, not written yet")
	w.imports(ImportOptions{})
	if again := w.importState("Contact").Watermark; again.Before(watermark) {
		t.Errorf("watermark %s after %s", again, watermark)
	}
}

// Matrix 31: a backup taken between two pages of an import restores to a store that is sound and goes on importing.
func TestBackup_matrix31_duringAnImport(t *testing.T) {
	h := newHarness(t, orgsim.Config{Contacts: 120})
	h.page = 7
	h.engine = h.another()
	h.connect()
	identity, request := vaultOf(t)
	events := h.engine.Events().Subscribe(t.Context())
	imported := make(chan error, 1)
	go func() {
		_, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
		imported <- err
	}()
	for event := range events {
		if event.Kind == EventProgress && event.Object == "Contact" && event.Done > 0 {
			break
		}
	}
	h.backs(request)
	if err := <-imported; err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "elsewhere")
	report, err := Restore(t.Context(), h.admin, h.restoring(identity, request, dir))
	if err != nil {
		t.Fatal(err)
	}
	if n := report.Verified.Rows["crm_contact"]; n < 7 || n != 120 && n%7 != 0 {
		t.Errorf("%d contacts are neither all nor whole pages of seven", n)
	}
	h.open(dir)
	h.imports(ImportOptions{})
	h.equalToOrg("Contact", "Account")
}

// What cannot be opened, or is not whole, changes nothing; a store with a running engine is left alone.
func TestRestore_refusals(t *testing.T) {
	h := offline(t)
	identity, request := vaultOf(t)
	other, _ := vaultOf(t)
	h.backs(request)
	_, err := h.engine.Backup(t.Context(), h.admin, request)
	h.code(err, "backup.exists")
	_, err = h.engine.Backup(t.Context(), h.admin, BackupRequest{File: request.File + "2"})
	h.code(err, "usage.backup")
	dir := h.store.Dir()
	_, err = Restore(t.Context(), h.admin, h.restoring(other, request, dir))
	h.code(err, "backup.key")
	_, err = Restore(t.Context(), Actor{Role: RoleMember}, h.restoring(identity, request, dir))
	h.code(err, "act.not_allowed")

	whole, err := os.ReadFile(request.File)
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string][]byte{"cut": whole[:len(whole)-100], "flipped": flipped(whole, len(whole)/2)} {
		damaged := request
		damaged.File = filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(damaged.File, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := VerifyBackup(t.Context(), h.restoring(identity, damaged, dir))
		h.code(err, "backup.damaged")
	}
	release, err := h.engine.takeLock()
	if err != nil {
		t.Fatal(err)
	}
	_, err = Restore(t.Context(), h.admin, h.restoring(identity, request, dir))
	h.code(err, "engine.locked")
	release()
	if found, err := VerifyBackup(t.Context(), h.restoring(identity, request, dir)); err != nil || len(found.Findings) != 0 || found.Schema == 0 {
		t.Errorf("%+v, %v", found, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".restore-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func flipped(bytes []byte, at int) []byte {
	out := append([]byte(nil), bytes...)
	out[at] ^= 1
	return out
}

// A passphrase opens what it closed. It is slow on purpose, but not here.
func TestBackup_byPassphrase(t *testing.T) {
	h := offline(t)
	request := BackupRequest{File: filepath.Join(t.TempDir(), "p.age"), Passphrase: "correct horse", work: 8}
	h.backs(request)
	restore := h.restoring("", request, filepath.Join(t.TempDir(), "x"))
	restore.Passphrase = "correct horse"
	if _, err := VerifyBackup(context.WithoutCancel(t.Context()), restore); err != nil {
		t.Error(err)
	}
}
