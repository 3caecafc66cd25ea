package cli

import (
	"context"
	"io"
	"os"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui/cli/machine"
)

// lockFlags are the flags that say what opens or closes a backup.
type lockFlags struct{ passphrase, identity string }

func (f *lockFlags) add(cmd *cobra.Command, opens bool) {
	cmd.Flags().StringVar(&f.passphrase, "passphrase-file", "", "`file` whose first line is the passphrase; - for standard input")
	if opens {
		cmd.Flags().StringVar(&f.identity, "identity", "", "`file` with an age identity, as age-keygen writes it")
	}
}

// secrets reads what the flags name.
func (f *lockFlags) secrets(a *app) (passphrase, identities string, err error) {
	if f.passphrase != "" {
		text, err := a.readSecret(f.passphrase)
		if err != nil {
			return "", "", err
		}
		passphrase, _, _ = strings.Cut(text, "\n")
		if passphrase = strings.TrimRight(passphrase, "\r"); passphrase == "" {
			return "", "", &failure{code: "usage.backup", message: "the passphrase is empty", hint: "it is the first line of the file"}
		}
	}
	if f.identity != "" {
		identities, err = a.readSecret(f.identity)
	}
	return passphrase, identities, err
}

func (a *app) readSecret(name string) (string, error) {
	var text []byte
	var err error
	if name == "-" {
		text, err = io.ReadAll(io.LimitReader(a.stdin, 1<<16))
	} else {
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return "", &failure{code: "usage.backup", message: "the secret cannot be read: " + err.Error(), hint: "name a file that you may read"}
	}
	return string(text), nil
}

func newBackup(a *app) *cobra.Command {
	var lock lockFlags
	var request crmsync.BackupRequest
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write an encrypted copy of the store while it is at work",
		Long: "Writes the store as it is at one moment, with its keyring and the SSH host key, into one file encrypted by age:\n" +
			"with a passphrase, or for recipients. The copy is proved whole first. The key file that the keyring is wrapped\n" +
			"with is not in it: keep a copy of that one apart, since a backup is of no use without it.",
		Example: "  crmsync backup /srv/backup/crm.age --recipient age1ql3z…\n  crmsync backup crm.age --passphrase-file ~/.crm-passphrase",
		Args:    exactArgs("the file to write"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) (err error) {
			request.File, request.Also = args[0], crmsync.BackupCompanions()
			if request.Passphrase, _, err = lock.secrets(a); err != nil {
				return err
			}
			report, err := s.engine.Backup(ctx, s.actor, request)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(report)
			}
			a.printf("%s: %d bytes with %s, as of %s\n", printable(report.File), report.Bytes, strings.Join(report.Holds, ", "), when(report.MadeAt))
			return nil
		}),
	}
	lock.add(cmd, false)
	cmd.Flags().StringSliceVar(&request.Recipients, "recipient", nil, "age `recipients` that can open it")
	return cmd
}

// restoreRequest says which store a backup is about.
func (a *app) restoreRequest(file string, lock *lockFlags) (request crmsync.RestoreRequest, err error) {
	dir, err := a.dataDir()
	if err != nil {
		return request, err
	}
	if demo, err := readDemo(dir); err != nil {
		return request, err
	} else if demo != nil {
		dir = demoStore(dir)
	}
	keyFile, _ := a.machine.Text(machine.KeyFile)
	request = crmsync.RestoreRequest{File: file, Options: store.Options{Dir: dir, KeyFile: keyFile}}
	request.Passphrase, request.Identities, err = lock.secrets(a)
	return request, err
}

func newRestore(a *app) *cobra.Command {
	var lock lockFlags
	var yes bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the store",
		Long: "Opens a backup, proves it whole, moves what is in the data directory aside into a folder in it, and puts the\n" +
			"backup in its place. Stop the engine and every console first: a running engine is refused, and a console that was\n" +
			"left open changes nothing any more and has to be started again. Without --yes the backup is only looked through.\n\n" +
			"What was written to the CRM after the backup was taken is looked for there before it would be sent again, and\n" +
			"the next import goes on from where the backup was.",
		Example: "  crmsync restore crm.age --identity key.txt\n  crmsync restore crm.age --identity key.txt --yes",
		Args:    exactArgs("the backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			request, err := a.restoreRequest(args[0], &lock)
			if err != nil {
				return err
			}
			if !yes {
				found, err := crmsync.VerifyBackup(cmd.Context(), request)
				if err != nil {
					return err
				}
				return a.printVerified(found, "the backup is whole; nothing has changed. Put it in place with --yes")
			}
			who, err := user.Current()
			if err != nil {
				return err
			}
			// Whoever may open the backup and write the data directory is its admin.
			report, err := crmsync.Restore(cmd.Context(), crmsync.Actor{Name: who.Username, Role: crmsync.RoleAdmin, Via: "cli"}, request)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(report)
			}
			a.printf("restored %s as of %s\n", printable(report.Dir), when(report.MadeAt))
			if report.Before != "" {
				a.printf("what was there before is in %s; delete it when you need it no more (a purge does)\n", printable(report.Before))
			}
			return nil
		},
	}
	lock.add(cmd, true)
	cmd.Flags().BoolVar(&yes, "yes", false, "put it in place")
	return cmd
}

func newVerify(a *app) *cobra.Command {
	var lock lockFlags
	cmd := &cobra.Command{
		Use:   "verify [BACKUP]",
		Short: "Look through the whole store, or a backup, for anything wrong",
		Long: "Reads every page and every reference, opens every sealed value, and compares the counts that are kept with the\n" +
			"rows they count. With a file it does the same to a backup. It takes as long as reading all of it.",
		Example: "  crmsync verify\n  crmsync verify crm.age --identity key.txt",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%s takes one backup at most", cmd.CommandPath())
			}
			return nil
		},
	}
	lock.add(cmd, true)
	live := a.do(func(ctx context.Context, s *session, _ []string) error {
		found, err := s.store.Verify(ctx)
		if err != nil {
			return err
		}
		return a.printVerified(found, "nothing is wrong")
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return live(cmd, args)
		}
		request, err := a.restoreRequest(args[0], &lock)
		if err != nil {
			return err
		}
		found, err := crmsync.VerifyBackup(cmd.Context(), request)
		if err != nil {
			return err
		}
		return a.printVerified(found, "the backup is whole")
	}
	return cmd
}

func (a *app) printVerified(found store.Verification, good string) error {
	if a.json {
		if err := a.printJSON(found); err != nil {
			return err
		}
	} else {
		for _, table := range sortedKeys(found.Rows) {
			if found.Rows[table] > 0 {
				a.printf("  %-24s %9d\n", table, found.Rows[table])
			}
		}
		a.printf("schema %d, %d sealed values opened\n", found.Schema, found.Sealed)
	}
	if len(found.Findings) > 0 {
		return &failure{code: "store.unsound", message: "something is wrong: " + strings.Join(found.Findings, "; "), hint: "restore a backup: crmsync restore FILE"}
	}
	if !a.json {
		a.printf("%s\n", good)
	}
	return nil
}
