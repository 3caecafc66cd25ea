package cli

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"crmsync/store"
	"crmsync/ui/cli/logbook"
	"crmsync/ui/cli/machine"
)

func newSupportBundle(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "support-bundle FILE",
		Short: "Write what helps others to see what is wrong, without anything personal",
		Long: "Writes a .zip with versions, counts, the state of the connection, the doctor's lines, runs, jobs and settings,\n" +
			"those of the machine among them.\n" +
			"No names, no addresses, no texts, no tokens and nothing that names the organization are in it: of free texts only\n" +
			"their length, of errors only their codes. The end of the log, crmsync.log in the data directory, is in it; of an\n" +
			"error nobody foresaw that holds the plain words. What a service manager kept is not in it.",
		Example: "  crmsync support-bundle support.zip",
		Args:    exactArgs("the file to write"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			files, err := s.engine.SupportFiles(ctx, s.actor)
			if err != nil {
				return err
			}
			if files["machine.json"], err = json.MarshalIndent(a.machine.Tell(), "", "  "); err != nil {
				return err
			}
			if files[logbook.File], err = logbook.Tail(s.store.Dir(), bundledLog); err != nil {
				return fmt.Errorf("read the log: %w", err)
			}
			if err := writeBundle(args[0], files); err != nil {
				return &failure{code: "support.file", message: "the bundle cannot be written: " + err.Error(), hint: "name another file; one that exists is not written over"}
			}
			if a.json {
				return a.printJSON(map[string]any{"file": args[0], "holds": sortedKeys(files)})
			}
			a.printf("%s: %s. Look through it before you send it.\n", printable(args[0]), plural(len(files)+1, "file"))
			return nil
		}),
	}
}

// bundledLog is how much of the log is in a bundle, in bytes.
const bundledLog = 512 << 10

func writeBundle(name string, files map[string][]byte) (err error) {
	out, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(out)
	defer func() { err = errors.Join(err, archive.Close(), out.Close()) }()
	version := runtime.GOOS + "/" + runtime.GOARCH + " " + runtime.Version() + "\n"
	if info, ok := debug.ReadBuildInfo(); ok {
		version += info.Main.Path + " " + info.Main.Version + "\n"
		for _, module := range info.Deps {
			version += module.Path + " " + module.Version + "\n"
		}
	}
	entry, err := archive.Create("version.txt")
	if err != nil {
		return err
	}
	if _, err := entry.Write([]byte(version)); err != nil {
		return err
	}
	for _, file := range sortedKeys(files) {
		if entry, err = archive.Create(file); err != nil {
			return err
		}
		if _, err := entry.Write(files[file]); err != nil {
			return err
		}
	}
	return nil
}

func newInit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Set a store up: data directory, key file, and you as its first admin",
		Long: "Makes the data directory and the key file, each for you alone, and you the first admin. Doing it again changes\n" +
			"nothing. A file for the settings of this machine is put there, " + machine.File + ", in which nothing is set yet. The key file is named by CRMSYNC_KEY_FILE, else it is ~/.config/crmsync/key; keep a copy of it apart\n" +
			"from the backups, which are of no use without it.",
		Args: noArgs,
		RunE: a.do(func(_ context.Context, s *session, _ []string) error {
			if _, err := machine.Write(s.store.Dir()); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]string{"dir": s.store.Dir(), "actor": s.actor.Name, "role": string(s.actor.Role)})
			}
			a.printf("the store is in %s; you are %s, %s\nsettings of this machine: %s\nthen: crmsync connect (crmsync help connect says how; with no org at hand: crmsync org serve)\n", printable(s.store.Dir()), printable(s.actor.Name), s.actor.Role, printable(filepath.Join(s.store.Dir(), machine.File)))
			return nil
		}),
	}
}

func newMigrate(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the store to this program's schema, and look through it",
		Long: "Brings the store to this program's schema, which every command does when it opens one; the database is copied\n" +
			"beside itself first. Then it looks through all of it, as crmsync verify does.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			found, err := s.store.Verify(ctx)
			if err != nil {
				return err
			}
			return a.printVerified(found, "the store in "+printable(s.store.Dir())+"/"+store.DatabaseFile+" is up to date")
		}),
	}
}
