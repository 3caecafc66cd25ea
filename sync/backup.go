package sync

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"crmsync/store"
)

// manifestName is the first entry of a backup; backupFormat is what this program writes and the newest it reads.
const (
	manifestName = "manifest.json"
	backupFormat = 1
)

// backupManifest says what a backup holds.
type backupManifest struct {
	Format  int               `json:"format"`
	MadeAt  time.Time         `json:"made_at"` // no later than the commit that the copy ends with
	Digests map[string]string `json:"sha256"`  // by file
}

// BackupRequest says where a backup goes and for whom it is encrypted: a passphrase, or age recipients ("age1…").
type BackupRequest struct {
	File       string
	Passphrase string
	Recipients []string
	Also       []string // names of other files of the data directory to take along, where they are there

	work int // log2 of the work that a passphrase costs; 0 = what age thinks right
}

// BackupCompanions are the other files of a data directory that belong into its backup: the SSH server's own key, without
// which every client warns of a new host, and the machine's settings.
func BackupCompanions() []string { return []string{"ssh_host_ed25519_key", "crmsync.toml"} }

// BackupReport says what was backed up.
type BackupReport struct {
	File   string    `json:"file"`
	MadeAt time.Time `json:"made_at"`
	Bytes  int64     `json:"bytes"`
	Holds  []string  `json:"holds"`
	Event  string    `json:"event"`
}

// recipients are whom a backup is encrypted for.
func (r BackupRequest) recipients() (to []age.Recipient, err error) {
	if (r.Passphrase == "") == (len(r.Recipients) == 0) {
		return nil, fault("usage.backup", "Give --passphrase-file FILE, or --recipient age1….", "a backup is encrypted either by a passphrase or for recipients")
	}
	if r.Passphrase != "" {
		recipient, err := age.NewScryptRecipient(r.Passphrase)
		if err == nil && r.work > 0 {
			recipient.SetWorkFactor(r.work)
		}
		return []age.Recipient{recipient}, err
	}
	for _, text := range r.Recipients {
		recipient, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fault("usage.backup", "age-keygen makes one; it begins with age1.", "%q is no age recipient", text)
		}
		to = append(to, recipient)
	}
	return to, nil
}

// Backup writes an encrypted copy of the store as it is at one commit boundary, with its keyring; work goes on
// meanwhile. The copy is proved whole before it is encrypted, and the file appears whole or not at all. The key
// that the keyring is wrapped with lives outside the data directory, and is not in it.
func (e *Engine) Backup(ctx context.Context, actor Actor, request BackupRequest) (report BackupReport, err error) {
	if err := Allowed(actor, ActBackup); err != nil {
		return report, err
	}
	to, err := request.recipients()
	if err != nil {
		return report, err
	}
	if _, err := os.Lstat(request.File); err == nil {
		return report, fault("backup.exists", "Name another file: nothing is written over.", "%s is there already", request.File)
	}
	report = BackupReport{File: request.File, MadeAt: e.now().UTC().Truncate(time.Millisecond)}
	folder, err := os.MkdirTemp(e.store.Dir(), ".backup-")
	if err != nil {
		return report, fmt.Errorf("make room for the copy: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := e.store.CopyTo(ctx, filepath.Join(folder, store.DatabaseFile)); err != nil {
		return report, err
	}
	files := []string{filepath.Join(folder, store.DatabaseFile), filepath.Join(e.store.Dir(), store.KeyringFile)}
	for _, name := range request.Also {
		if file := filepath.Join(e.store.Dir(), name); isFile(file) {
			files = append(files, file)
		}
	}
	if report.Bytes, err = writeBackup(request.File, report.MadeAt, files, to); err != nil {
		return report, fmt.Errorf("write the backup: %w", err)
	}
	for _, file := range files {
		report.Holds = append(report.Holds, filepath.Base(file))
	}
	report.Event, err = e.change(ctx, actor, ActBackup, func(*store.Tx) (changed, error) {
		return changed{Subject: "store", After: map[string]any{"made_at": report.MadeAt, "bytes": report.Bytes}}, nil
	})
	return report, err
}

func isFile(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode().IsRegular()
}

// writeBackup writes a backup beside its place, and puts it there once it is durable.
func writeBackup(name string, madeAt time.Time, files []string, to []age.Recipient) (size int64, err error) {
	out, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // with mode 0600
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	err = encryptFiles(out, madeAt, files, to)
	if err == nil {
		err = out.Sync()
	}
	if err == nil {
		size, err = out.Seek(0, io.SeekEnd)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return 0, err
	}
	return size, os.Rename(out.Name(), name)
}

func encryptFiles(out io.Writer, madeAt time.Time, files []string, to []age.Recipient) error {
	manifest := backupManifest{Format: backupFormat, MadeAt: madeAt, Digests: map[string]string{}}
	for _, file := range files {
		digest, err := digestOf(file)
		if err != nil {
			return err
		}
		manifest.Digests[filepath.Base(file)] = digest
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	sealed, err := age.Encrypt(out, to...)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(sealed)
	if err := archive.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text))}); err != nil {
		return err
	}
	if _, err := archive.Write(text); err != nil {
		return err
	}
	for _, file := range files {
		if err := addFile(archive, file); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return sealed.Close()
}

func addFile(archive *tar.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: filepath.Base(name), Mode: 0o600, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(archive, file)
	return err
}

func digestOf(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
