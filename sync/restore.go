package sync

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"crmsync/store"
)

// RestoreRequest says which backup to put in place of which store.
type RestoreRequest struct {
	File       string
	Passphrase string           // one of these two opens the backup
	Identities string           // age identities ("AGE-SECRET-KEY-1…"), one a line
	Options    store.Options    // of the data directory it goes to, and the key of the backup's keyring
	Now        func() time.Time // nil = time.Now
}

// RestoreReport says what was restored, and where what was there before is now.
type RestoreReport struct {
	Dir      string             `json:"dir"`
	MadeAt   time.Time          `json:"backup_made_at"`
	Before   string             `json:"moved_aside,omitempty"` // "" when nothing was there
	Verified store.Verification `json:"verified"`
}

// identities are what opens a backup.
func (r RestoreRequest) identities() ([]age.Identity, error) {
	switch {
	case r.Passphrase != "":
		identity, err := age.NewScryptIdentity(r.Passphrase)
		if err != nil {
			return nil, err
		}
		return []age.Identity{identity}, nil
	case r.Identities != "":
		identities, err := age.ParseIdentities(strings.NewReader(r.Identities))
		if err != nil {
			return nil, fault("usage.backup", "age-keygen writes such a file.", "the file holds no age identity")
		}
		return identities, nil
	}
	return nil, fault("usage.backup", "Give --passphrase-file FILE or --identity FILE.", "a backup needs its passphrase or an identity to be opened")
}

// VerifyBackup opens a backup beside the data directory, looks through all of it and removes it again.
func VerifyBackup(ctx context.Context, request RestoreRequest) (store.Verification, error) {
	var found store.Verification
	err := request.unpacked(ctx, func(folder string, _ backupManifest) (err error) {
		found, err = request.verify(ctx, folder, nil)
		return err
	})
	return found, err
}

// Restore puts a backup in the place of a store that nobody uses: it is opened, proved whole and migrated beside
// it; what was there is moved aside; then it takes its place. A store with a running engine is refused (code
// "engine.locked"), and nothing is changed before the backup is proved.
//
// What was written to the CRM between backup and restore is looked for there before it would be sent again.
func Restore(ctx context.Context, actor Actor, request RestoreRequest) (RestoreReport, error) {
	if err := Allowed(actor, ActRestore); err != nil {
		return RestoreReport{}, err
	}
	if request.Now == nil {
		request.Now = time.Now
	}
	actor, err := request.approval(ctx, actor)
	if err != nil {
		return RestoreReport{}, err
	}
	report := RestoreReport{Dir: request.Options.Dir}
	err = request.unpacked(ctx, func(folder string, manifest backupManifest) (err error) {
		report.MadeAt = manifest.MadeAt
		report.Verified, err = request.verify(ctx, folder, func(st *store.Store) error {
			return markRestored(ctx, st, actor, restoreMark{BackupAt: manifest.MadeAt, RestoredAt: request.Now().UTC()})
		})
		if err != nil {
			return err
		}
		report.Before, err = request.putInPlace(folder, manifest)
		return err
	})
	return report, err
}

// approval asks the store that the backup would take the place of whether that needs a second admin. One that is not
// there, or cannot be opened any more, has nobody to ask.
func (r RestoreRequest) approval(ctx context.Context, actor Actor) (_ Actor, err error) {
	if !isFile(filepath.Join(r.Options.Dir, store.DatabaseFile)) {
		return actor, nil
	}
	st, err := store.Open(ctx, r.Options)
	if err != nil {
		return actor, ctx.Err()
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	engine, err := New(Options{Store: st, Now: r.Now})
	if err != nil {
		return actor, err
	}
	if user, err := st.ConsoleUserByOS(ctx, actor.Name); err == nil {
		actor.Name = user.Name
	}
	return engine.restoring(ctx, actor, r.File)
}

// markRestored keeps in the store from which backup it is, and in its trail who restored it.
func markRestored(ctx context.Context, st *store.Store, actor Actor, mark restoreMark) error {
	return st.Write(ctx, func(tx *store.Tx) error {
		if err := putRestoreMark(tx, mark, actor.Name); err != nil {
			return err
		}
		after, err := encodeState(mark)
		if err != nil {
			return err
		}
		_, err = tx.AddAudit(store.AuditEvent{At: mark.RestoredAt, Actor: actor.Name, Role: string(actor.Role), Via: actor.Via, Act: string(ActRestore),
			Subject: "store", Before: "null", After: string(after), ApprovedBy: actor.approver()})
		return err
	})
}

// unpacked opens the backup into a folder beside the data directory, calls use, and removes the folder.
func (r RestoreRequest) unpacked(ctx context.Context, use func(folder string, manifest backupManifest) error) (err error) {
	identities, err := r.identities()
	if err != nil {
		return err
	}
	in, err := os.Open(r.File)
	if err != nil {
		return fault("backup.not_found", "Name the file that crmsync backup made.", "the backup cannot be read: %w", err)
	}
	defer in.Close()
	parent := filepath.Dir(r.Options.Dir)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(parent, ".restore-")
	if err != nil {
		return fmt.Errorf("make room for the backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	plain, err := age.Decrypt(in, identities...)
	if err != nil {
		return fault("backup.key", "Give the passphrase or the identity that the backup was made with.", "the backup cannot be opened: %w", err)
	}
	manifest, err := unpack(ctx, plain, folder)
	if err != nil {
		return fault("backup.damaged", "Take another backup.", "the backup is damaged or cut short: %w", err)
	}
	return use(folder, manifest)
}

// unpack writes the files of a backup, and proves that they are those that were put in.
func unpack(ctx context.Context, in io.Reader, folder string) (manifest backupManifest, err error) {
	archive := tar.NewReader(in)
	entry, err := archive.Next()
	if err != nil {
		return manifest, err
	}
	if entry.Name != manifestName || entry.Size > 1<<20 {
		return manifest, errors.New("it does not begin with its list of files")
	}
	if err := json.NewDecoder(archive).Decode(&manifest); err != nil {
		return manifest, err
	}
	if manifest.Format > backupFormat {
		return manifest, fmt.Errorf("a newer crmsync made it (format %d)", manifest.Format)
	}
	left := len(manifest.Digests)
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return manifest, err
		}
		want, listed := manifest.Digests[entry.Name]
		if !listed || filepath.Base(entry.Name) != entry.Name || ctx.Err() != nil {
			return manifest, errors.Join(fmt.Errorf("%q does not belong in it", entry.Name), ctx.Err())
		}
		if err := unpackOne(archive, filepath.Join(folder, entry.Name), want); err != nil {
			return manifest, fmt.Errorf("%s: %w", entry.Name, err)
		}
		left--
	}
	if left != 0 || manifest.Digests[store.DatabaseFile] == "" || manifest.Digests[store.KeyringFile] == "" {
		return manifest, errors.New("files are missing in it")
	}
	return manifest, nil
}

func unpackOne(in io.Reader, name, digest string) error {
	out, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	got, err := digestOf(name)
	if err == nil && got != digest {
		err = errors.New("it is not what was put in")
	}
	return err
}

// verify opens a store in a folder, which migrates it, looks through all of it, and lets then change it.
func (r RestoreRequest) verify(ctx context.Context, folder string, then func(*store.Store) error) (found store.Verification, err error) {
	if err := store.CheckCopy(ctx, filepath.Join(folder, store.DatabaseFile)); err != nil {
		return found, err
	}
	options := r.Options
	options.Dir = folder
	st, err := store.Open(ctx, options)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if found, err = st.Verify(ctx); err != nil {
		return found, err
	}
	if len(found.Findings) > 0 {
		return found, fault("backup.damaged", "Take another backup.", "the backup holds a store that is not sound: %s", strings.Join(found.Findings, "; "))
	}
	if then == nil {
		return found, nil
	}
	return found, then(st)
}

// putInPlace moves what is in the data directory aside and the restored files in, the database last: what is cut
// off in between has the old files in one folder and says so at the next start.
func (r RestoreRequest) putInPlace(folder string, manifest backupManifest) (before string, err error) {
	dir := r.Options.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	release, err := (&Engine{dir: dir}).takeLock()
	if err != nil {
		return "", err
	}
	defer release()
	aside := filepath.Join(dir, store.AsidePrefix+fmt.Sprint(r.Now().UnixMilli()))
	names := []string{store.DatabaseFile + "-wal", store.DatabaseFile + "-shm", store.DatabaseFile}
	for name := range manifest.Digests {
		if name != store.DatabaseFile {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if !isFile(filepath.Join(dir, name)) {
			continue
		}
		if before == "" {
			before = aside
			if err := os.Mkdir(aside, 0o700); err != nil {
				return "", fmt.Errorf("move aside what is there: %w", err)
			}
		}
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(aside, name)); err != nil {
			return before, fmt.Errorf("move aside what is there: %w", err)
		}
	}
	for i := len(names) - 1; i >= 2; i-- {
		if err := os.Rename(filepath.Join(folder, names[i]), filepath.Join(dir, names[i])); err != nil {
			return before, fmt.Errorf("put the backup in place; what was there is in %s: %w", before, err)
		}
	}
	return before, nil
}
