package sync

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// A worker is stopped, by SIGSTOP or a computer that sleeps, past the end of its lease. Another engine takes the job over, once;
// what the first puts down when it wakes has no effect.
func TestWorkerPausedPastItsLease(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	if err := h.engine.ensureJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	stopped, err := h.store.ClaimJobKind(t.Context(), string(JobImport), "first/1", h.clock.Now(), leaseTime)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.ClaimJobKind(t.Context(), string(JobImport), "second/2", h.clock.Now(), leaseTime); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("the job was taken from a live owner: %v", err)
	}
	h.clock.Advance(10 * time.Minute)
	taken, err := h.store.ClaimJobKind(t.Context(), string(JobImport), "second/2", h.clock.Now(), leaseTime)
	if err != nil || taken.Fence <= stopped.Fence {
		t.Fatalf("the job was not taken over: %+v %v", taken, err)
	}
	if err := h.store.RenewJob(t.Context(), stopped, h.clock.Now().Add(leaseTime)); !errors.Is(err, store.ErrLost) {
		t.Errorf("the first could renew its lease: %v", err)
	}
	err = h.engine.finishJob(t.Context(), stopped, "run of the first", h.clock.Now(), nil)
	if !errors.Is(err, store.ErrLost) {
		t.Errorf("the first could end the job: %v", err)
	}
	if job, err := h.store.Job(t.Context(), string(JobImport)); err != nil || job.Owner != "second/2" || job.LastRun == "run of the first" {
		t.Errorf("job %+v, %v", job, err)
	}
}

// No token, secret or text of an activity gets into the log, the audit trail or an error, whatever goes wrong.
func TestLogHoldsNoSecret(t *testing.T) {
	w := writers(t, orgsim.Config{})
	var log bytes.Buffer
	engine, err := New(Options{Store: w.store, Now: w.clock.Now, Dir: w.store.Dir(), Random: func() float64 { return 0 },
		Log:   slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Sleep: func(ctx context.Context, d time.Duration) error { w.clock.Advance(d); return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	w.engine = engine
	var mu gosync.Mutex
	tokens := map[string]bool{}
	before := w.front.now()
	w.front.set(http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		if _, token, ok := strings.Cut(r.Header.Get("Authorization"), "Bearer "); ok && token != "" {
			mu.Lock()
			tokens[token] = true
			mu.Unlock()
		}
		before.ServeHTTP(to, r)
	}))
	const needle = "Wolperdinger"
	faults := []string{"", "lost-reply:1", "validation-rule", "server-error=composite:1", "expire-session:1", "html-503:*", "storage-full", "lost-refresh"}
	for _, fault := range faults {
		w.fault(strings.Fields(fault)...)
		w.add(KindNote, needle+" "+fault)
		for _, job := range []JobKind{JobImport, JobWriteback} {
			if _, err := w.engine.Request(t.Context(), w.admin, job, nil, true); err != nil {
				log.WriteString(err.Error() + HintOf(err))
			}
		}
		w.clock.Advance(15 * time.Minute)
	}
	credentials, err := w.org.Credentials(w.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	tokens[credentials.ClientSecret], tokens[needle] = true, true
	trail, err := w.store.Audit(t.Context(), store.AuditQuery{PageQuery: store.PageQuery{Limit: 500}})
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range trail.Rows {
		log.WriteString(event.Subject + event.Before + event.After)
	}
	if len(tokens) < 3 || log.Len() == 0 {
		t.Fatalf("%d secrets, %d bytes of log: nothing is shown", len(tokens), log.Len())
	}
	for secret := range tokens {
		if secret != "" && strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %.12q…", secret)
		}
	}
}
