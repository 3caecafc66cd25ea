package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/ui/cli/machine"
)

// noDiffVariable turns the console's differences off.
const noDiffVariable = "CRMSYNC_NO_DIFF"

// The words of --log and --log-format.
var (
	logLevels  = []string{"debug", "info", "warn", "error", "off"}
	logFormats = []string{"text", "json"}
)

// elsewhere are the commands that work on no data directory, with all commands below them: a mistake in its
// crmsync.toml is none of theirs.
var elsewhere = []string{"help", "version", "completion", "__complete", "__completeNoDesc", "keys", "org", "bench", "match eval"}

// settle reads the machine's settings for a command, and gives the flags that were not given what they say.
func (a *app) settle(cmd *cobra.Command) error {
	path := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	if slices.ContainsFunc(elsewhere, func(of string) bool { return path == of || strings.HasPrefix(path, of+" ") }) {
		return nil
	}
	dir, err := a.settingsDir(path)
	if err != nil {
		return err
	}
	if a.machine, err = machine.Read(dir); err != nil {
		return err
	}
	for _, key := range machine.Keys() {
		if err := a.settleFlag(cmd, path, key); err != nil {
			return err
		}
	}
	if text, set := a.machine.Text(machine.ReadCache); set {
		bytes, err := machine.Bytes(text)
		if err != nil {
			return err
		}
		a.readCache = int(bytes >> 10)
	}
	return nil
}

// settingsDir returns where the store of a command is, or will be.
func (a *app) settingsDir(path string) (string, error) {
	dir, err := a.dataDir()
	if path == "demo" {
		dir, err = a.demoDir()
	}
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, demoFile)); err == nil {
		return demoStore(dir), nil
	}
	return dir, nil
}

// settleFlag sets a flag as the file says, unless the command line or the environment does. The console's flags are of
// every command, those of the other sections of the command with the section's name.
func (a *app) settleFlag(cmd *cobra.Command, path string, key machine.Key) error {
	text := a.settled(key.Name)
	section, _, _ := strings.Cut(key.Name, ".")
	if key.Flag == "" || text == "" || section != "console" && section != path {
		return nil
	}
	flag := cmd.Flags().Lookup(key.Flag)
	if flag == nil || flag.Changed {
		return nil
	}
	if err := flag.Value.Set(text); err != nil {
		return &failure{code: "machine.invalid", message: a.machine.Place(key.Name) + ": " + key.Name + ": " + err.Error(), hint: "for instance: " + key.Line()}
	}
	return nil
}

// settled returns what the machine's file sets a setting to; "" when it does not, or when the environment goes before.
func (a *app) settled(name string) string {
	text, set := a.machine.Text(name)
	key, known := machine.Find(name)
	if !set || !known || slices.ContainsFunc(key.Environment, func(variable string) bool { return os.Getenv(variable) != "" }) {
		return ""
	}
	return text
}

// logger says on standard error what --log and --log-format ask for. What it gets holds no personal data and no secret.
func (a *app) logger(word, format string) *slog.Logger {
	var level slog.Level
	switch word {
	case "off":
		return slog.New(slog.DiscardHandler)
	case "debug":
		level = slog.LevelDebug
	case "warn":
		level = slog.LevelWarn
	case "error":
		level = slog.LevelError
	default:
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, options))
	}
	return slog.New(slog.NewTextHandler(a.stderr, options))
}
