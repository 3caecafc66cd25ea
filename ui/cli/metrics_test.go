package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// metricLine is one line of Prometheus' text form.
var metricLine = regexp.MustCompile(`^(# (HELP|TYPE) crmsync_[a-z0-9_]+ .+|crmsync_[a-z0-9_]+(\{[a-z]+="[A-Za-z0-9_.]+"\})? [-+.e0-9]+)$`)

func TestServeMetrics(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said, errs := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"--dir", home + "/store", "serve", "--metrics", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, errs)
	}()
	line := make([]byte, 200)
	n, err := said.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	address := strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "metrics on "))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", answer.Status, err)
	}
	for line := range bytes.Lines(text) {
		if !metricLine.Match(bytes.TrimSpace(line)) {
			t.Errorf("Prometheus does not read %q", line)
		}
	}
	if !bytes.Contains(text, []byte("crmsync_healthy 0\n")) {
		t.Errorf("%s", text)
	}
	stop()
	if code := <-done; code != ExitOK && code != ExitInterrupted {
		t.Errorf("exit %d", code)
	}
}
