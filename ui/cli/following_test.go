package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	crmsync "crmsync/sync"
)

// What is under way is drawn over one line, cut to the terminal, and nothing of it stays.
func TestFollow(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	tick := make(chan time.Time)
	answers := []func() ([]crmsync.Progress, error){
		func() ([]crmsync.Progress, error) { return nil, nil },
		func() ([]crmsync.Progress, error) { return nil, errors.New("busy") },
		func() ([]crmsync.Progress, error) {
			return []crmsync.Progress{{Job: crmsync.JobImport, Work: crmsync.JobImport, Object: "Contact", Step: "pages", Done: 12_000, Total: 300_000}}, nil
		},
		func() ([]crmsync.Progress, error) {
			return []crmsync.Progress{{Job: crmsync.JobImport, Work: crmsync.JobMatch, Step: strings.Repeat("long ", 20)}}, nil
		},
	}
	var out bytes.Buffer
	asked := 0
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		follow(ctx, &out, 40, tick, func(context.Context) ([]crmsync.Progress, error) {
			asked++
			return answers[asked-1]()
		})
	}()
	for range answers {
		tick <- time.Time{}
	}
	stop()
	<-ended
	lines := strings.Split(out.String(), eraseLine)
	if len(lines) != 4 || lines[0] != "" || lines[3] != "" {
		t.Fatalf("drew %q", out.String())
	}
	if !strings.Contains(lines[1], "Contact") || !strings.Contains(lines[1], "12,000 of 30") {
		t.Errorf("progress is drawn as %q", lines[1])
	}
	if len([]rune(lines[2])) != 39 || !strings.HasSuffix(lines[2], "…") || strings.Contains(out.String(), "\n") {
		t.Errorf("a long line is drawn as %q", lines[2])
	}
}
