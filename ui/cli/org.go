package cli

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crmsync/sync/salesforce/orgsim"
)

// sizes names the sizes of the built-in org, in Contacts; the other objects are in proportion.
var sizes = map[string]int{"small": 3_000, "medium": 50_000}

// parseSize reads a --size: a name of sizes, or a number of Contacts.
func parseSize(s string) (int, error) {
	if n, ok := sizes[s]; ok {
		return n, nil
	}
	n, err := strconv.Atoi(strings.ReplaceAll(s, "_", ""))
	if err != nil || n < 1 {
		return 0, &failure{code: "cli.usage", message: fmt.Sprintf("--size %q is neither small, medium nor a number of Contacts", s), hint: "for instance: --size 20000"}
	}
	return n, nil
}

type orgServeFlags struct {
	listen, size, data, jwtCert string
	seed                        uint64
	tls, approve                bool
	scenarios                   []string
	pageRows                    int
	personAccounts              bool
}

func newOrg(a *app) *cobra.Command {
	return group("org", "Run the built-in Salesforce org", newOrgServe(a), newOrgChange(a), newOrgFaults(a), newOrgScenarios(a))
}

func newOrgServe(a *app) *cobra.Command {
	f := orgServeFlags{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the built-in org until interrupted",
		Long: "Serves an invented Salesforce org that speaks the same API: OAuth, describe, SOQL, Bulk API 2.0,\n" +
			"collections. The first line printed is a JSON object with its address and credentials, for clients of any\n" +
			"kind. What crmsync needs to sign in to it is told beside it.",
		Example: "  crmsync org serve --size 20000 --scenario lost-reply:1",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.orgServe(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", orgAddress, "`address` to listen on; without --tls only loopback is allowed")
	flags.StringVar(&f.size, "size", "small", "small, medium or a `number` of Contacts")
	flags.Uint64Var(&f.seed, "seed", 1, "`number` the org's data are made from; the same seed makes the same org")
	flags.StringVar(&f.data, "data", "", "`directory` that keeps what changes; without it the org forgets when it ends")
	flags.BoolVar(&f.tls, "tls", false, "serve https with a certificate authority of its own, written to ca.pem in --data or the working directory")
	flags.StringVar(&f.jwtCert, "jwt-cert", "", "`file` with the PEM certificate or public key that JWT bearer sign-ins are checked against")
	flags.BoolVar(&f.approve, "auto-approve", false, "answer the authorize address with the redirect at once, without the consent page")
	flags.StringSliceVar(&f.scenarios, "scenario", nil, "`faults` to begin with, by name; see: crmsync org scenarios")
	flags.IntVar(&f.pageRows, "page-rows", 0, "most `rows` in a bulk result page, whatever the client asks for (default 250000)")
	flags.BoolVar(&f.personAccounts, "person-accounts", false, "make one contact in ten the person of an account of its own, as in orgs with person accounts")
	return cmd
}

func newOrgScenarios(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "scenarios",
		Short: "List the faults the built-in org can be told to show",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return printRows(a, p, orgsim.Scenarios(), []string{"NAME", "WHAT HAPPENS"}, func(s orgsim.Scenario) []string { return []string{s.Name, s.Text} })
		},
	}
	p.wholeFlags(cmd)
	return cmd
}

func (a *app) orgServe(ctx context.Context, f orgServeFlags) error {
	contacts, err := parseSize(f.size)
	if err != nil {
		return err
	}
	config := orgsim.Config{
		Seed: f.seed, Contacts: contacts, DataDir: f.data, AutoApprove: f.approve,
		Scenarios: f.scenarios, PageRows: f.pageRows, PersonAccounts: f.personAccounts,
	}
	if f.jwtCert != "" {
		if config.JWTCertificate, err = os.ReadFile(f.jwtCert); err != nil {
			return errFlagFile("--jwt-cert", err)
		}
	}
	for _, fault := range f.scenarios {
		name, _, _ := strings.Cut(fault, "=")
		name, _, _ = strings.Cut(name, ":")
		if !slices.ContainsFunc(orgsim.Scenarios(), func(s orgsim.Scenario) bool { return s.Name == name }) {
			return &failure{code: "cli.usage", message: fmt.Sprintf("there is no fault %q", name), hint: "see: crmsync org scenarios"}
		}
	}
	org, err := orgsim.New(config)
	if err != nil {
		return &failure{code: "org.refused", message: "the org cannot be made: " + err.Error(), hint: "see crmsync org scenarios for the faults, and crmsync org serve --help"}
	}
	defer org.Close()
	listener, url, err := a.orgListen(f)
	if err != nil {
		return err
	}
	credentials, err := org.Credentials(url)
	if err != nil {
		return fmt.Errorf("making the first session: %w", err)
	}
	if err := a.printJSON(credentials); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "\ncrmsync: the org runs until you interrupt it (ctrl-c). To sign in to it, in another terminal:\n\n"+
		"  crmsync connect --login-host %s --client-id %s\n\n", credentials.InstanceURL, credentials.ClientID)
	return org.Serve(ctx, listener)
}

// orgListen opens the org's listener and returns the address that clients use.
func (a *app) orgListen(f orgServeFlags) (net.Listener, string, error) {
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return nil, "", &failure{code: "cli.usage", message: fmt.Sprintf("--listen %q is not HOST:PORT: %v", f.listen, err), hint: "for instance: --listen 127.0.0.1:8766"}
	}
	if !f.tls && !loopback(host) {
		return nil, "", &failure{code: "org.plain_http", message: fmt.Sprintf("--listen %s would serve plain http to the network", f.listen), hint: "add --tls, or listen on 127.0.0.1"}
	}
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return nil, "", fmt.Errorf("listening for the org: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	address := net.JoinHostPort(clientHost(host), strconv.Itoa(port))
	if !f.tls {
		return listener, "http://" + address, nil
	}
	config, ca, err := orgsim.SelfSigned(time.Now(), clientHost(host))
	if err != nil {
		listener.Close()
		return nil, "", fmt.Errorf("making the org's certificate: %w", err)
	}
	file := filepath.Join(f.data, "ca.pem")
	if err := os.WriteFile(file, ca, 0o644); err != nil {
		listener.Close()
		return nil, "", fmt.Errorf("keeping the org's certificate authority: %w", err)
	}
	fmt.Fprintf(a.stderr, "crmsync: trust %s, for instance with SSL_CERT_FILE=%s\n", file, file)
	return tls.NewListener(listener, config), "https://" + address, nil
}

// clientHost returns the host that clients on this machine reach a listener on host by.
func clientHost(host string) string {
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return "localhost"
	}
	return host
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
