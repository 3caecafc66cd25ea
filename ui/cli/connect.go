package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
	"crmsync/sync/salesforce"
)

type connectFlags struct {
	loginHost, clientID, clientSecretFile string
	instanceURL                           string
	tokenStdin                            bool
	jwtKey, username                      string
	redirectURL                           string
	again, clientCredentials              bool
}

func newConnect(a *app) *cobra.Command {
	f := connectFlags{}
	cmd := &cobra.Command{
		Use:   "connect",
		Short: "Connect a Salesforce org",
		Long: "Signs in to a Salesforce org as its integration user. Without further flags it prints an address to open\n" +
			"in a browser (a private window will do) and waits. When the browser is on another machine, either forward\n" +
			"the port, `ssh -L 8765:localhost:8765 HOST`, or paste the address that the browser ended on.\n\n" +
			"With --again it signs in as the last time: after the org has ended the sign-in nothing else is needed.\n\n" +
			"With --jwt-key it signs in by JWT bearer, with --client-credentials by the app's own secret, with\n" +
			"--access-token-stdin by a token that you have. No password is ever asked for. The first import is due at once; whoever is the engine next runs it.",
		Example: "  crmsync connect --client-id 3MVG9…\n  crmsync connect --again\n  crmsync connect --client-id 3MVG9… --jwt-key key.pem --username sync@acme.com\n" +
			"  crmsync connect --client-id 3MVG9… --client-credentials --client-secret-file secret --login-host https://acme.my.salesforce.com",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			return a.connect(ctx, s, f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.loginHost, "login-host", "https://login.salesforce.com", "`URL` of the login host or My Domain")
	flags.StringVar(&f.clientID, "client-id", "", "consumer `key` of your External Client App")
	flags.StringVar(&f.clientSecretFile, "client-secret-file", "", "`file` with its consumer secret, when the app requires one")
	flags.StringVar(&f.instanceURL, "instance-url", "", "`URL` of the org, for --access-token-stdin")
	flags.BoolVar(&f.tokenStdin, "access-token-stdin", false, "read an access token from standard input")
	flags.StringVar(&f.jwtKey, "jwt-key", "", "`file` with the RSA private key for JWT bearer")
	flags.StringVar(&f.username, "username", "", "integration `user` for JWT bearer")
	flags.BoolVar(&f.clientCredentials, "client-credentials", false, "sign in by the app's own secret as its run-as user; at the org's My Domain")
	flags.BoolVar(&f.again, "again", false, "sign in again as the last time, after the org has ended the sign-in; everything goes on where it stopped")
	flags.StringVar(&f.redirectURL, "redirect-url", "", "callback `URL` on loopback, exactly as registered with the app (default "+salesforce.DefaultRedirectURL+")")
	return cmd
}

func (a *app) connect(ctx context.Context, s *session, f connectFlags) error {
	secret := ""
	if f.clientSecretFile != "" {
		text, err := os.ReadFile(f.clientSecretFile)
		if err != nil {
			return errFlagFile("--client-secret-file", err)
		}
		secret = strings.TrimSpace(string(text))
	}
	var (
		report crmsync.ConnectReport
		err    error
	)
	switch {
	case f.again:
		report, err = a.connectAgain(ctx, s, f)
	case f.tokenStdin:
		report, err = a.connectToken(ctx, s, f)
	case f.jwtKey != "":
		report, err = a.connectJWT(ctx, s, f)
	case f.clientCredentials:
		report, err = a.connectClient(ctx, s, f, secret)
	default:
		report, err = a.connectBrowser(ctx, s, f, secret)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	a.printf("connected %s (%s) as %s\n", printable(report.Organization), report.InstanceURL, printable(report.Username))
	if report.Warning != "" {
		a.printf("! %s\n", printable(report.Warning))
	}
	if g := report.Resumes; g != nil && !g.From.IsZero() {
		a.printResumed(*g)
		return nil
	}
	a.printf("the first import is due now; the engine runs it: crmsync import, crmsync serve or the console\n")
	return nil
}

func (a *app) connectToken(ctx context.Context, s *session, f connectFlags) (crmsync.ConnectReport, error) {
	if f.instanceURL == "" {
		return crmsync.ConnectReport{}, &failure{code: "cli.usage", message: "--access-token-stdin needs --instance-url", hint: "for instance: --instance-url https://acme.my.salesforce.com"}
	}
	text, err := io.ReadAll(io.LimitReader(a.stdin, 64<<10))
	if err != nil {
		return crmsync.ConnectReport{}, fmt.Errorf("reading the access token: %w", err)
	}
	return s.engine.ConnectToken(ctx, s.actor, crmsync.TokenSignIn{
		InstanceURL: f.instanceURL, AccessToken: strings.TrimSpace(string(text)), ClientID: f.clientID,
	})
}

func (a *app) connectJWT(ctx context.Context, s *session, f connectFlags) (crmsync.ConnectReport, error) {
	if f.username == "" || f.clientID == "" {
		return crmsync.ConnectReport{}, &failure{code: "cli.usage", message: "--jwt-key needs --username and --client-id", hint: "see: crmsync connect --help"}
	}
	key, err := os.ReadFile(f.jwtKey)
	if err != nil {
		return crmsync.ConnectReport{}, errFlagFile("--jwt-key", err)
	}
	return s.engine.ConnectJWT(ctx, s.actor, crmsync.JWTSignIn{
		LoginHost: f.loginHost, ClientID: f.clientID, Username: f.username, Key: key,
	})
}

func (a *app) connectClient(ctx context.Context, s *session, f connectFlags, secret string) (crmsync.ConnectReport, error) {
	if f.clientID == "" || secret == "" {
		return crmsync.ConnectReport{}, &failure{code: "cli.usage", message: "--client-credentials needs --client-id and --client-secret-file", hint: "see: crmsync connect --help"}
	}
	return s.engine.ConnectClient(ctx, s.actor, crmsync.ClientSignIn{LoginHost: f.loginHost, ClientID: f.clientID, ClientSecret: secret})
}

// connectBrowser waits for the browser's redirect to the loopback port and for a pasted address on
// standard input, whichever comes first.
func (a *app) connectBrowser(ctx context.Context, s *session, f connectFlags, secret string) (crmsync.ConnectReport, error) {
	pending, err := s.engine.BeginSignIn(ctx, s.actor, crmsync.SignIn{
		LoginHost: f.loginHost, ClientID: f.clientID, ClientSecret: secret, RedirectURL: f.redirectURL,
	})
	if err != nil {
		return crmsync.ConnectReport{}, err
	}
	return a.waitForBrowser(ctx, pending)
}

// signedIn is how a sign-in ended.
type signedIn struct {
	report crmsync.ConnectReport
	err    error
}

// waitForBrowser waits for the end of a sign-in, and closes it.
func (a *app) waitForBrowser(ctx context.Context, pending *crmsync.PendingSignIn) (crmsync.ConnectReport, error) {
	defer pending.Close()
	fmt.Fprintf(a.stderr, "Open this address in a browser and sign in as the integration user:\n\n  %s\n\n", pending.URL)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan signedIn, 2)
	if err := pending.Listening(); err != nil {
		fmt.Fprintf(a.stderr, "! %s\nSo the browser ends on a page that is not of crmsync: paste the address of that page here.\n", printable(err.Error()))
	} else {
		fmt.Fprintf(a.stderr, "Waiting for the browser to come back to %s.\nOn another machine: paste the address it ended on here.\n", pending.Redirect)
		go func() {
			report, err := pending.Wait(ctx)
			done <- signedIn{report, err}
		}()
	}
	go func() { // ends with standard input, at the latest with the process
		if end, pasted := a.readPasted(ctx, pending); pasted {
			done <- end
		}
	}()
	select {
	case e := <-done:
		return e.report, e.err
	case <-ctx.Done():
		return crmsync.ConnectReport{}, ctx.Err()
	}
}

// readPasted takes the address that is pasted. One that is not of this sign-in, as when half of it was copied, is told
// and can be pasted again.
func (a *app) readPasted(ctx context.Context, pending interface {
	Paste(ctx context.Context, address string) (crmsync.ConnectReport, error)
}) (end signedIn, pasted bool) {
	lines := bufio.NewScanner(a.stdin)
	for lines.Scan() {
		address := strings.TrimSpace(lines.Text())
		if address == "" {
			continue
		}
		pasted = true
		if end.report, end.err = pending.Paste(ctx, address); crmsync.CodeOf(end.err) != "salesforce.redirect" {
			return end, true
		}
		a.report(end.err)
	}
	return end, pasted
}

func newDoctor(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the org: edition, access, permissions, package, limits",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			report, err := s.engine.Doctor(ctx, s.actor)
			if err != nil {
				return err
			}
			if err := a.printDoctor(report); err != nil {
				return err
			}
			if err := s.engine.SignedIn(ctx); err != nil {
				return err
			}
			if !report.OK {
				return &failure{code: "doctor.failed", message: "the org does not meet every requirement", hint: "mend the lines marked ✗, then run crmsync doctor again"}
			}
			return nil
		}),
	}
}

func (a *app) printDoctor(report crmsync.DoctorReport) error {
	if a.json {
		return a.printJSON(report)
	}
	for _, check := range report.Checks {
		a.printf("%s %-22s %s\n", checkMark(string(check.State)), check.Name, printable(check.Detail))
		if check.Fix != "" {
			a.printf("  %-22s blocks %s. %s\n", "", check.Blocks, printable(check.Fix))
		}
	}
	a.printFields(report.Fields)
	return nil
}

// printFields names the fields that have come and gone since the last import.
func (a *app) printFields(objects []crmsync.ObjectFields) {
	for _, object := range objects {
		for _, field := range object.Hidden {
			if field.Lost {
				a.printf("! %-22s lost since the last import, old values are kept; blocks %s\n", printable(object.Object+"."+field.Field), field.Blocks)
			}
		}
		for _, name := range object.New {
			a.printf("+ %-22s new since the last import, the next reads it\n", printable(object.Object+"."+name))
		}
	}
}

func checkMark(state string) string {
	switch state {
	case "ok":
		return "✓"
	case "warn":
		return "!"
	case "fail":
		return "✗"
	}
	return "○"
}
