package ui

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A command gets what is copied, without what could steer a terminal; one that is not there does no harm.
func TestClipboardByACommand(t *testing.T) {
	tee, err := exec.LookPath("tee")
	if err != nil {
		t.Skip("there is no tee")
	}
	file := filepath.Join(t.TempDir(), "copied")
	c := start(t, setup{services: sampleWorld().services()})
	c.app.clip = clipboardBy(t.Context(), []string{tee, file})
	c.send(copyMsg{"https://acme.example/003\x1b[2J"})
	got, err := os.ReadFile(file)
	if want := clean("https://acme.example/003\x1b[2J"); err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	c.app.clip = clipboardBy(t.Context(), []string{filepath.Join(t.TempDir(), "none")})
	c.send(copyMsg{"https://acme.example/004"})
	c.sees("copied https://acme.example/004")
}
