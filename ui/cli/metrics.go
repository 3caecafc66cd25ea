package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	crmsync "crmsync/sync"
)

// metricsWindow is the time over which the ages of what was written are measured.
const metricsWindow = 24 * time.Hour

// serveMetrics serves figures for Prometheus at /metrics until ctx ends: counts and times alone, nothing of people.
func (a *app) serveMetrics(ctx context.Context, s *session, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return &failure{code: "serve.listen", message: fmt.Sprintf("cannot listen on %s: %s", address, err), hint: "take another address: crmsync serve --metrics 127.0.0.1:9464"}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		text, err := s.metrics(r.Context())
		if err != nil {
			http.Error(w, "the figures cannot be read now", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		fmt.Fprint(w, text)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute, MaxHeaderBytes: 1 << 16}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	fmt.Fprintf(a.stderr, "metrics on http://%s/metrics\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// metrics is how things stand as Prometheus reads it.
func (s *session) metrics(ctx context.Context) (string, error) {
	status, err := s.engine.Status(ctx)
	if err != nil {
		return "", err
	}
	pace, err := s.engine.Pace(ctx, metricsWindow, 1)
	if err != nil {
		return "", err
	}
	m := &metricsText{}
	m.gauge("healthy", "1 when the org is connected and nothing is wrong.", flagValue(status.Healthy))
	m.gauge("connected", "1 when the org is connected.", flagValue(status.Connection == "connected"))
	m.gauge("problems", "What is wrong now: see crmsync status.", float64(len(status.Problems)))
	if !status.LastSync.IsZero() {
		m.gauge("last_sync_timestamp_seconds", "End of the last import that was whole.", float64(status.LastSync.UnixMilli())/1000)
	}
	m.gauge("api_calls", "Calls that the org counted in the last 24 hours.", float64(status.APIUsed))
	m.gauge("api_calls_limit", "Calls that the org allows in 24 hours.", float64(status.APIMax))
	m.gauge("next_import_api_calls", "What the next import is expected to cost.", float64(status.ImportCalls))
	m.counts("matches", "Records by the state of their match.", "state", status.Matches)
	m.rates(status.Percentages)
	m.counts("outbox_items", "Items of the outbox by state.", "state", status.Outbox)
	m.pace(pace)
	return m.String(), nil
}

// metricsText gathers figures in Prometheus' text form.
type metricsText struct{ strings.Builder }

func (m *metricsText) gauge(name, help string, value float64) {
	m.head(name, help)
	m.value(name, value)
}

func (m *metricsText) head(name, help string) {
	fmt.Fprintf(m, "# HELP crmsync_%s %s\n# TYPE crmsync_%s gauge\n", name, help, name)
}

func (m *metricsText) value(series string, value float64) {
	fmt.Fprintf(m, "crmsync_%s %s\n", series, strconv.FormatFloat(value, 'g', -1, 64))
}

func (m *metricsText) counts(name, help, label string, counts map[string]int64) {
	m.head(name, help)
	for _, key := range sortedKeys(counts) {
		m.value(fmt.Sprintf("%s{%s=%q}", name, label, key), float64(counts[key]))
	}
}

func (m *metricsText) rates(rates map[string]float64) {
	m.head("match_ratio", "Part of an object's records that have a member; duplicates and records that take no part are left out.")
	for _, object := range sortedKeys(rates) {
		m.value(fmt.Sprintf("match_ratio{object=%q}", object), rates[object]/100)
	}
}

// pace gives the ages of S83: how long activities took, and wait, from queued to written.
func (m *metricsText) pace(pace crmsync.Pace) {
	m.head("writeback_age_seconds", "From queued to written, of what was written in the last 24 hours.")
	for _, one := range []struct {
		quantile string
		seconds  float64
	}{{"0.5", pace.P50}, {"0.95", pace.P95}, {"1", pace.Longest}} {
		m.value(fmt.Sprintf("writeback_age_seconds{quantile=%q}", one.quantile), one.seconds)
	}
	m.gauge("writeback_written", "Activities written in the last 24 hours.", float64(pace.Written))
	m.gauge("writeback_late", "Of those, written later than five minutes after they were queued.", float64(pace.Late))
	m.gauge("writeback_waiting", "Activities on the way now.", float64(pace.Waiting))
	m.gauge("writeback_oldest_seconds", "How long the oldest of those waits.", pace.Oldest)
}

func flagValue(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
