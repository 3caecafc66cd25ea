package cli

import (
	"archive/zip"
	"bytes"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"crmsync/ui/cli/machine"
)

// settled makes a data directory with a file of settings and returns it.
func settled(t *testing.T, text string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, machine.File), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Every setting that names a flag names one of the command of its section, and that takes the example.
func TestSettingsOfTheMachineHaveTheirFlags(t *testing.T) {
	for _, key := range machine.Keys() {
		if key.Flag == "" {
			continue
		}
		root := newRoot(&app{stdout: io.Discard, stderr: io.Discard})
		section, _, _ := strings.Cut(key.Name, ".")
		cmd, flags := root, root.PersistentFlags()
		if section != "console" {
			var err error
			if cmd, _, err = root.Find([]string{section}); err != nil {
				t.Fatal(err)
			}
			flags = cmd.Flags()
		}
		flag := flags.Lookup(key.Flag)
		if flag == nil {
			t.Errorf("%s: crmsync %s has no --%s", key.Name, cmd.Name(), key.Flag)
			continue
		}
		if err := flag.Value.Set(strings.Trim(key.Example, `"`)); err != nil {
			t.Errorf("%s: --%s: %v", key.Name, key.Flag, err)
		}
	}
}

func TestFlagBeforeEnvironmentBeforeFileBeforeDefault(t *testing.T) {
	for name, c := range map[string]struct {
		file, accessible, args string
		plain                  bool
	}{
		"default":                 {"", "", "status", false},
		"file":                    {"console.plain = true", "", "status", true},
		"environment before file": {"console.plain = true", "0", "status", false},
		"flag before file":        {"console.plain = true", "", "status --plain=false", false},
		"flag before all":         {"", "0", "status --plain", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ACCESSIBLE", c.accessible)
			a := &app{stdout: io.Discard, stderr: io.Discard, stdin: strings.NewReader("")}
			root := newRoot(a)
			status, _, err := root.Find([]string{"status"})
			if err != nil {
				t.Fatal(err)
			}
			status.RunE = func(*cobra.Command, []string) error { return nil }
			root.SetArgs(append(strings.Fields(c.args), "--dir", settled(t, c.file)))
			if err := root.ExecuteContext(t.Context()); err != nil {
				t.Fatal(err)
			}
			if a.plainly() != c.plain {
				t.Errorf("plain %v, want %v", a.plainly(), c.plain)
			}
		})
	}
}

func TestSettingsReachTheirPlace(t *testing.T) {
	t.Setenv("CRMSYNC_NO_DIFF", "")
	dir := settled(t, "[console]\ntheme = 'mono'\nascii = true\n[serve]\nssh = 'nowhere.invalid:1'\n[store]\nread_cache = '16MiB'\n")
	a := &app{stdout: io.Discard, stderr: io.Discard, stdin: strings.NewReader(""), dir: dir}
	root := newRoot(a)
	serve, _, err := root.Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	serve.RunE = func(*cobra.Command, []string) error { return nil }
	root.SetArgs([]string{"serve", "--dir", dir})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ssh := serve.Flags().Lookup("ssh").Value.String(); a.theme != "mono" || !a.ascii || ssh != "nowhere.invalid:1" || a.readCache != 16<<10 {
		t.Errorf("theme %q, ascii %v, ssh %q, cache %d KiB", a.theme, a.ascii, ssh, a.readCache)
	}
}

func TestAFileWithAMistakeIsSaidAndNothingIsDone(t *testing.T) {
	dir := settled(t, "[serve]\n\nshh = '127.0.0.1:2222'\n")
	code, out, errs := call(t, dir, "init", "--dir", dir, "--json")
	if code != ExitUsage || out != "" || !strings.Contains(errs, "machine.invalid") || !strings.Contains(errs, machine.File+":3: there is no setting serve.shh") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if found, err := os.ReadDir(dir); err != nil || len(found) != 1 {
		t.Errorf("something was made: %v %v", found, err)
	}
	if code, _, errs := call(t, dir, "version", "--dir", dir); code != ExitOK {
		t.Errorf("version needs no data directory: exit %d, %s", code, errs)
	}
}

func TestKeyFileAndCertificatesOfTheFile(t *testing.T) {
	t.Setenv("CRMSYNC_KEY_FILE", "")
	for name, c := range map[string]struct{ file, says string }{
		"no key":         {"store.key_file = '/nowhere/key'", "/nowhere/key"},
		"no certificate": {"\nnetwork.ca_file = '/nowhere/ca.pem'", machine.File + ":2: network.ca_file"},
	} {
		dir := settled(t, c.file)
		if code, _, errs := call(t, dir, "init", "--dir", dir); code == ExitOK || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %s", name, code, errs)
		}
	}
	home := t.TempDir()
	if code, _, errs := call(t, home, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	key := filepath.Join(home, "config", "crmsync", "key")
	dir := settled(t, "store.key_file = '"+key+"'")
	if code, _, errs := call(t, dir, "init", "--dir", dir); code != ExitOK {
		t.Fatal(errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "config")); err == nil {
		t.Error("another key file was made although one is named")
	}
}

func TestProxyAndCertificateAreUsed(t *testing.T) {
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(variable, "")
	}
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	defer secure.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	settings, err := machine.Read(settled(t, "[network]\nca_file = '"+ca+"'\nproxy = 'http://proxy.invalid:3128'\nno_proxy = '.acme.com'\n"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := httpClient(settings)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Get(secure.URL) // on loopback, so without the proxy
	if err != nil || answer.StatusCode != http.StatusTeapot {
		t.Fatalf("%v %v", answer, err)
	}
	_ = answer.Body.Close()
	for address, want := range map[string]string{"https://login.salesforce.com/": "proxy.invalid:3128", "https://crm.acme.com/": ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		through, err := proxyFor(settings)(r)
		if err != nil || (through == nil) != (want == "") || through != nil && through.Host != want {
			t.Errorf("%s through %v (%v), want %q", address, through, err, want)
		}
	}
	if client, err := httpClient(machine.Settings{}); client != nil || err != nil {
		t.Errorf("without settings: %v %v", client, err)
	}
}

func TestInitWritesTheFileAndSupportTellsItWithoutSecrets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	code, out, errs := call(t, dir, "init", "--dir", dir)
	if code != ExitOK || !strings.Contains(out, machine.File) {
		t.Fatal(out, errs)
	}
	name := filepath.Join(dir, machine.File)
	if err := os.WriteFile(name, []byte("[console]\ntheme = 'light'\n[network]\nproxy = 'http://ana:hunter2@proxy:3128'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := call(t, dir, "init", "--dir", dir); code != ExitOK {
		t.Fatal(errs)
	}
	if text, err := os.ReadFile(name); err != nil || !bytes.Contains(text, []byte("hunter2")) {
		t.Errorf("init wrote over the file: %s %v", text, err)
	}
	code, out, errs = call(t, dir, "settings", "machine", "--dir", dir, "--json")
	if code != ExitOK || strings.Contains(out, "hunter2") || !strings.Contains(out, `{"setting":"console.theme","value":"light","from":"`+name+`:2"}`) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	bundle := filepath.Join(t.TempDir(), "support.zip")
	if code, _, errs := call(t, dir, "support-bundle", bundle, "--dir", dir); code != ExitOK {
		t.Fatal(errs)
	}
	archive, err := zip.OpenReader(bundle)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	file, err := archive.Open("machine.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil || strings.Contains(string(text), "hunter2") || strings.Contains(string(text), "proxy:3128") || !strings.Contains(string(text), `"light"`) {
		t.Errorf("%s %v", text, err)
	}
}
