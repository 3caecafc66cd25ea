package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// Work that a running engine is handed is reported as work of the command's own.
func TestHandedWorkIsReportedTheSame(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	for _, command := range []string{"import", "writeback run"} {
		if code, _, text := call(t, home, append([]string{"--dir", dir, "--json"}, strings.Fields(command)...)...); code != ExitNotConnected {
			t.Errorf("%s before anybody signed in: exit %d, %s", command, code, text)
		}
	}
	signInTo(t, dir, orgsim.Config{Contacts: 20})
	own := map[string]string{}
	for _, command := range []string{"match run", "writeback run"} {
		own[command] = ok(t, home, dir, append(strings.Fields(command), "--json")...)
	}
	ctx, stop := context.WithCancel(t.Context())
	said, errs := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"--dir", dir, "serve", "--metrics", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, errs)
	}()
	if _, err := said.Read(make([]byte, 200)); err != nil { // it listens
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	for command, line := range own {
		var here, there map[string]any
		handed := ok(t, home, dir, append(strings.Fields(command), "--json")...)
		if err := json.Unmarshal([]byte(handed), &there); err != nil {
			t.Fatalf("%s: %q: %v", command, handed, err)
		}
		if err := json.Unmarshal([]byte(line), &here); err != nil {
			t.Fatal(err)
		}
		for key := range here {
			if _, is := there[key]; !is {
				t.Errorf("%s: the engine's report has no %s: %s", command, key, handed)
			}
		}
	}
	stop()
	if code := <-done; code != ExitOK && code != ExitInterrupted {
		t.Errorf("exit %d", code)
	}
}

// signInTo makes an org and signs the store in to it with a token. Call it after call, which sets where things lie.
func signInTo(t *testing.T, dir string, config orgsim.Config) {
	t.Helper()
	org, err := orgsim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(org.Handler())
	t.Cleanup(server.Close)
	credentials, err := org.Credentials(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	if code := run(t.Context(), []string{"--dir", dir, "connect", "--instance-url", server.URL, "--access-token-stdin"}, strings.NewReader(credentials.AccessToken), io.Discard, &errs); code != ExitOK {
		t.Fatalf("signing in: exit %d: %s", code, errs.String())
	}
}
