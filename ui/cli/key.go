package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newKey(a *app) *cobra.Command {
	var p paging
	list := &cobra.Command{
		Use:   "list",
		Short: "List who signs in over SSH, with the fingerprints of their keys",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			users, err := s.store.ConsoleUsers(ctx)
			if err != nil {
				return err
			}
			var lines []keyLine
			for _, user := range users {
				if key, err := crmsync.ParsePublicKey(user.PublicKey); err == nil {
					lines = append(lines, keyLine{user.Name, user.Role, key.Fingerprint, s.actor.Address(key.Comment)})
				}
			}
			return printRows(a, p, lines, []string{"NAME", "ROLE", "FINGERPRINT", "COMMENT"}, keyLine.cells)
		}),
	}
	p.wholeFlags(list)
	remove := &cobra.Command{
		Use:   "remove NAME",
		Short: "Take somebody's SSH key away; they stay a user",
		Args:  exactArgs("a name"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(s.engine.SetUserKey(ctx, s.actor, args[0], ""))
		}),
	}
	return listing("key", "Who may sign in over SSH", list, newKeyAdd(a), remove)
}

// keyLine is a user's key as it is listed.
type keyLine struct {
	Name        string `json:"name"`
	Role        string `json:"role"`
	Fingerprint string `json:"fingerprint"`
	Comment     string `json:"comment,omitempty"`
}

func (k keyLine) cells() []string { return []string{k.Name, k.Role, k.Fingerprint, k.Comment} }

func newKeyAdd(a *app) *cobra.Command {
	user := crmsync.NewUser{}
	role := ""
	cmd := &cobra.Command{
		Use:   "add NAME FILE",
		Short: "Let somebody sign in over SSH with a public key",
		Long: "Gives the user NAME a key, in place of the one they had. With --role somebody who is no user yet becomes one.\n" +
			"FILE is a public key of OpenSSH such as ~/.ssh/id_ed25519.pub, or - for standard input.",
		Example: "  crmsync key add ana ~/.ssh/ana.pub --role admin\n  crmsync key add tom - --role member --seat tom@acme.com < tom.pub",
		Args:    exactArgs("a name", "a file with a public key, or -"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			line, err := a.readKey(args[1])
			if err != nil {
				return err
			}
			if role == "" {
				return a.acted(s.engine.SetUserKey(ctx, s.actor, args[0], line))
			}
			user.Name, user.Role, user.PublicKey = args[0], crmsync.Role(role), line
			if _, err := s.store.ConsoleUser(ctx, user.Name); err == nil {
				return &failure{code: "user.exists", message: fmt.Sprintf("there is a user %q already", user.Name), hint: fmt.Sprintf("Another key: crmsync key add %s FILE. Another role or seat: crmsync user add %s --role ROLE --seat EMAIL.", user.Name, user.Name)}
			}
			return a.acted(s.engine.AddUser(ctx, s.actor, user))
		}),
	}
	cmd.Flags().StringVar(&role, "role", "", "make them a user: admin, tester, support or member")
	cmd.Flags().StringVar(&user.Seat, "seat", "", "`email` of their own seat")
	cmd.Flags().StringVar(&user.Email, "email", "", "their e-mail `address`")
	return cmd
}

func (a *app) readKey(file string) (string, error) {
	in := a.stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return "", &failure{code: "cli.file", message: "the public key cannot be read: " + err.Error(), hint: "give the file that ends in .pub, or - for standard input"}
		}
		defer opened.Close()
		in = opened
	}
	text, err := io.ReadAll(io.LimitReader(in, 16<<10))
	if err != nil {
		return "", fmt.Errorf("read the public key: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}
