package cli

import (
	"fmt"
	"os"
	"path/filepath"
)

// dataDir returns the data directory: --dir, else $CRMSYNC_DIR, else crmsync below the user's data home.
func (a *app) dataDir() (string, error) {
	if a.dir != "" {
		return filepath.Abs(a.dir)
	}
	if dir := os.Getenv("CRMSYNC_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	return dataHome("crmsync")
}

// demoDir returns the demo's data directory: --dir, else crmsync-demo below the user's data home.
func (a *app) demoDir() (string, error) {
	if a.dir != "" {
		return filepath.Abs(a.dir)
	}
	return dataHome("crmsync-demo")
}

// dataHome returns name below $XDG_DATA_HOME, by default ~/.local/share.
func dataHome(name string) (string, error) {
	if home := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", &failure{code: "cli.directory", message: fmt.Sprintf("no home directory for the data: %v", err), hint: "name one: crmsync --dir DIR"}
	}
	return filepath.Join(home, ".local", "share", name), nil
}

// dirName is the data directory for a message.
func (a *app) dirName() string {
	dir, err := a.dataDir()
	if err != nil {
		return "the data directory"
	}
	return dir
}
