package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// The life of records, from the command line: each kind of change reaches the org.
func TestOrgChange(t *testing.T) {
	org, err := orgsim.New(orgsim.Config{Contacts: 60})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(org.Handler())
	defer server.Close()
	change := func(args ...string) []string {
		t.Helper()
		code, out, errs := call(t, t.TempDir(), append([]string{"org", "change", "--json", "--url", server.URL}, args...)...)
		var result orgsim.ChangeResult
		if code != ExitOK || json.Unmarshal([]byte(out), &result) != nil {
			t.Fatalf("%q: exit %d: %s%s", args, code, out, errs)
		}
		return result.IDs
	}
	create := func(name string) string {
		return change("create", "--object", "Contact", "--set", "LastName="+name)[0]
	}
	one, other := create("One"), create("Other")
	change("update", one, "--set", "Title=Head of \"Sales\", EMEA", "--set", "Phone:=null")
	change("merge", one, "--into", other)
	change("undelete", one)
	change("delete", one)
	change("purge", one)
	deal := change("create", "--object", "Opportunity", "--set", "Name=Deal", "--set", "StageName=Prospecting", "--set", "CloseDate=2027-01-31", "--set", "Amount:=12.5")[0]
	change("stage", deal, "--set", "StageName=Closed Won")
	lead := change("create", "--object", "Lead", "--set", "LastName=Lead", "--set", "Company=Firm")[0]
	made := change("convert", lead, "--set", "opportunity=Another")
	if len(made) != 3 {
		t.Errorf("a conversion made %v", made)
	}
	change("owner", deal, "--set", "OwnerId="+userOf(t, server.URL, org))
	change("expire")
	change("revoke")

	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	for _, c := range []struct{ args, code, says string }{
		{"org change delete 003000000000000AAA --url " + server.URL, "org.refused", "there is no record"},
		{"org change dance " + other + " --url " + server.URL, "org.refused", "there is no change"},
		{"org change update " + other + " --set Title --url " + server.URL, "cli.usage", "NAME=TEXT"},
		{"org change update " + other + " --set Title:=x --url " + server.URL, "cli.usage", "NAME:=JSON"},
		{"org change", "cli.usage", "a kind"},
		{"org change delete 1 2", "cli.usage", "nothing more"},
		{"org faults no-such --url " + server.URL, "org.refused", "there is no scenario"},
		{"org faults --url " + elsewhere.URL, "org.address", "is no built-in org"},
		{"org faults --url http://127.0.0.1:1", "org.unreachable", "no built-in org answers"},
		{"org faults --url ://x", "cli.usage", "not the address"},
	} {
		code, _, errs := call(t, t.TempDir(), append(strings.Fields(c.args), "--json")...)
		if code == ExitOK || !strings.Contains(errs, c.code) || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d: %s; want %s, %q", c.args, code, errs, c.code, c.says)
		}
	}
}

// userOf returns the id of the org's integration user.
func userOf(t *testing.T, url string, org *orgsim.Org) string {
	t.Helper()
	credentials, err := org.Credentials(url)
	if err != nil {
		t.Fatal(err)
	}
	user, ok := org.UserByName(credentials.Username)
	if !ok {
		t.Fatalf("there is no user %s", credentials.Username)
	}
	return user.ID
}

// Faults are switched while the org runs.
func TestOrgFaults(t *testing.T) {
	org, err := orgsim.New(orgsim.Config{Contacts: 60})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(org.Handler())
	defer server.Close()
	for _, c := range []struct{ args, says string }{
		{"", "no faults are on"},
		{"cut-csv:2 hidden-field=Contact.Email", "cut-csv:2\nhidden-field=Contact.Email:*\n"},
		{"", "cut-csv:2"},
		{"--none", "no faults are on"},
	} {
		code, out, errs := call(t, t.TempDir(), append([]string{"org", "faults", "--url", server.URL}, strings.Fields(c.args)...)...)
		if code != ExitOK || !strings.Contains(out, c.says) {
			t.Errorf("faults %s: exit %d: %s%s", c.args, code, out, errs)
		}
	}
}

// In a demo's directory the demo's org is changed, which is started for it; faults need one that runs on.
func TestOrgChange_ofADemo(t *testing.T) {
	dir := t.TempDir()
	if err := (&demoOrg{Seed: 1, Contacts: 60, Began: 1795500000000}).write(dir); err != nil {
		t.Fatal(err)
	}
	code, out, errs := call(t, t.TempDir(), "--dir", dir, "org", "change", "create", "--object", "Account", "--set", "Name=New")
	if code != ExitOK || !strings.HasPrefix(out, "done 001") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	id := strings.Fields(out)[1]
	if code, _, errs := call(t, t.TempDir(), "--dir", dir, "org", "change", "delete", id); code != ExitOK {
		t.Errorf("it was not kept: %s", errs)
	}
	if code, _, errs := call(t, t.TempDir(), "--dir", dir, "org", "faults", "cut-csv"); code == ExitOK || !strings.Contains(errs, "no process runs the demo's org") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// With --tls a client that trusts the authority in ca.pem reaches the org, and no other does.
func TestOrgServe_tls(t *testing.T) {
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"org", "serve", "--tls", "--listen", "127.0.0.1:0", "--size", "60", "--data", dir}, strings.NewReader(""), in, io.Discard)
	}()
	var credentials orgsim.Credentials
	if err := json.NewDecoder(out).Decode(&credentials); err != nil {
		t.Fatal(err)
	}
	address := credentials.InstanceURL + "/services/data"
	if _, err := http.Get(address); err == nil {
		t.Error("a client without the authority trusts the org")
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	answer, err := client.Get(address)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(address, "https://") {
		t.Errorf("%s: %+v, %v", address, answer, err)
	}
	if err == nil {
		answer.Body.Close()
	}
	stop()
	if code := <-ended; code != ExitOK {
		t.Errorf("exit code %d", code)
	}
}
