package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var goodKey = strings.Repeat("0f", KeySize)

// home gives the test a configuration directory of its own and no other source of keys.
func home(t *testing.T) (ownKeyFile string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("CRMSYNC_KEY_FILE", "")
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	return filepath.Join(dir, "crmsync", "key")
}

func keyFile(t *testing.T, text string, mode fs.FileMode) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "crmsync-key")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFindKeyTakesTheFirstSource(t *testing.T) {
	own := home(t)
	made, err := FindKey("")
	if err != nil || made.Source != own {
		t.Fatalf("own key file: %v %v", made.Source, err)
	}
	again, err := FindKey("")
	if err != nil || !bytes.Equal(again.Bytes, made.Bytes) {
		t.Fatalf("the key file gave another key the second time (%v)", err)
	}
	named := keyFile(t, strings.Repeat("a1", KeySize), 0o600)
	t.Setenv("CRMSYNC_KEY_FILE", named)
	if key, err := FindKey(""); err != nil || key.Source != named {
		t.Errorf("named key file: %v %v", key.Source, err)
	}
	credential := keyFile(t, "  "+goodKey+"\n", 0o440)
	t.Setenv("CREDENTIALS_DIRECTORY", filepath.Dir(credential))
	if key, err := FindKey(""); err != nil || key.Source != credential || hex.EncodeToString(key.Bytes) != goodKey {
		t.Errorf("credential: %v %v", key.Source, err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", t.TempDir()) // of a service without this credential
	if key, err := FindKey(""); err != nil || key.Source != named {
		t.Errorf("no credential: %v %v", key.Source, err)
	}
}

func TestMadeFilesAreForTheirOwnerAlone(t *testing.T) {
	own := home(t)
	key, err := FindKey("")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, made, err := Open(dir, key); err != nil || !made {
		t.Fatal(made, err)
	}
	for file, want := range map[string]fs.FileMode{own: 0o600, filepath.Dir(own): 0o700, filepath.Join(dir, KeyringFile): 0o600} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", file, info.Mode().Perm(), err, want)
		}
	}
	for _, place := range []string{filepath.Dir(own), dir} {
		entries, err := os.ReadDir(place)
		if err != nil || len(entries) != 1 {
			t.Errorf("%s holds %v, want the one file (%v)", place, entries, err)
		}
	}
}

func TestKeyFileErrors(t *testing.T) {
	home(t)
	for name, file := range map[string]string{
		"missing":           filepath.Join(t.TempDir(), "none"),
		"empty":             keyFile(t, "", 0o600),
		"too short":         keyFile(t, goodKey[2:], 0o600),
		"too long":          keyFile(t, goodKey+"00", 0o600),
		"an odd digit":      keyFile(t, goodKey[1:], 0o600),
		"another alphabet":  keyFile(t, strings.Repeat("zz", KeySize), 0o600),
		"readable by group": keyFile(t, goodKey, 0o640),
		"readable by all":   keyFile(t, goodKey, 0o604),
		"a directory":       t.TempDir(),
	} {
		t.Setenv("CRMSYNC_KEY_FILE", file)
		_, err := FindKey("")
		wantCode(t, name, err, "store.key_file")
		if err == nil {
			continue
		}
		if !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "zzzz") {
			t.Errorf("%s: %q must name the file and nothing of what it holds", name, err)
		}
		if _, statErr := os.Stat(file); name == "missing" && (!errors.Is(err, fs.ErrNotExist) || statErr == nil) {
			t.Errorf("a named key file that is missing must not be made: %v", err)
		}
	}
}

func TestFindKeyWithoutAnyPlace(t *testing.T) {
	home(t)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "")
	_, err := FindKey("")
	wantCode(t, "no home", err, "store.key_file")
	file := keyFile(t, "not a directory", 0o600)
	t.Setenv("XDG_CONFIG_HOME", file)
	_, err = FindKey("")
	wantCode(t, "a home that cannot be written", err, "store.key_file")
}

// TestProcessesThatStartTogetherGetOneKey starts several processes on a machine that has no key file yet.
func TestProcessesThatStartTogetherGetOneKey(t *testing.T) {
	own := home(t)
	const processes = 6
	var running []*exec.Cmd
	var out [processes]bytes.Buffer
	for i := range processes {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), "CRMSYNC_TEST_PROCESS=find key")
		c.Stdout = &out[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for i, c := range running {
		if err := c.Wait(); err != nil {
			t.Fatalf("process %d: %v: %s", i, err, out[i].String())
		}
	}
	kept, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	for i := range out {
		if out[i].String() != strings.TrimSpace(string(kept)) {
			t.Errorf("process %d has another key than the one that was kept", i)
		}
	}
}

func TestFromPassphrase(t *testing.T) {
	salt := []byte("0123456789abcdef")
	key := FromPassphrase([]byte("correct horse"), salt)
	if len(key.Bytes) != KeySize || key.Source == "" {
		t.Fatalf("a key of %d bytes from %q", len(key.Bytes), key.Source)
	}
	if !bytes.Equal(key.Bytes, FromPassphrase([]byte("correct horse"), salt).Bytes) {
		t.Error("one passphrase gives two keys")
	}
	if bytes.Equal(key.Bytes, FromPassphrase([]byte("correct horse"), []byte("fedcba9876543210")).Bytes) {
		t.Error("the salt changes nothing")
	}
}
