package sync

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// dialling makes the connections of an engine, and can stop making them.
type dialling struct {
	dials  atomic.Int64
	broken atomic.Pointer[error]
}

// over makes the engine of the harness reach the org with a connection of its own for each call.
func (h *harness) over() *dialling {
	h.t.Helper()
	w, dialer := &dialling{}, &net.Dialer{}
	client := salesforce.NewHTTPClient(salesforce.HTTPOptions{})
	transport := client.Transport.(*http.Transport)
	transport.DisableKeepAlives = true
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		w.dials.Add(1)
		if cause := w.broken.Load(); cause != nil {
			return nil, *cause
		}
		return dialer.DialContext(ctx, network, address)
	}
	engine, err := New(Options{Store: h.store, HTTP: client, Now: h.clock.Now, Dir: h.store.Dir(), Random: func() float64 { return 0 },
		Sleep: func(ctx context.Context, d time.Duration) error { h.clock.Advance(d); return ctx.Err() }})
	if err != nil {
		h.t.Fatal(err)
	}
	h.engine = engine
	return w
}

// refused is the error of a port that nobody listens on.
func refused(t *testing.T) error {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err == nil {
		_ = conn.Close()
		t.Skip("somebody else listens on the port by now")
	}
	return err
}

// An org that cannot be reached is found out once, with the tries that are allowed for one call: no object waits for
// itself, each says the same reason, no watermark moves, and the next import repairs it.
func TestImport_unreachableIsFoundOutOnce(t *testing.T) {
	for _, c := range []struct {
		name, code, says, hint string
		cause                  func(*testing.T) error
		dials                  int64
	}{
		{"refused", "salesforce.unreachable", ": cannot reach 127.0.0.1", "HTTPS_PROXY", refused, 5},
		{"no such host", "salesforce.unreachable", "no such host", "Check the name", func(*testing.T) error {
			return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "acme.my.salesforce.com", IsNotFound: true}}
		}, 5},
		{"certificate", "salesforce.certificate", "unknown authority", "not trusted by this machine", func(*testing.T) error {
			return &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, orgsim.Config{})
			w := h.over()
			h.connect()
			h.imports(ImportOptions{})
			account := h.live("Account")
			for id := range account {
				if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: id, Fields: fieldsOf("Phone", "+49 30 1234")}); err != nil {
					t.Fatal(err)
				}
				break
			}
			h.clock.Advance(12 * time.Hour)
			before := h.importStates()
			cause := c.cause(t)
			w.broken.Store(&cause)
			dials, began := w.dials.Load(), h.clock.Now()
			report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
			h.code(err, c.code)
			if got := w.dials.Load() - dials; got != c.dials || h.clock.Now().Sub(began) > time.Minute {
				t.Errorf("%d connections were tried, in %s; the policy allows %d", got, h.clock.Now().Sub(began), c.dials)
			}
			h.allSay(report, c.code, c.says, c.hint)
			if report.APICalls != 0 {
				t.Errorf("%d calls are counted, and the org has seen none", report.APICalls)
			}
			if after := h.importStates(); after != before {
				t.Errorf("how far the import got has moved:\n%s\n%s", before, after)
			}
			w.broken.Store(nil)
			h.imports(ImportOptions{})
			h.equalToOrg()
		})
	}
}

// allSay checks that every object of a run says the same reason, in the report and in the store, and the run with them.
func (h *harness) allSay(report ImportReport, code string, texts ...string) {
	h.t.Helper()
	if report.OK || len(report.Objects) != len(objectNames) {
		h.t.Fatalf("report %+v", report)
	}
	parts, err := h.store.RunObjects(h.t.Context(), report.RunID)
	if err != nil || len(parts) != len(objectNames) {
		h.t.Fatalf("parts %+v, %v", parts, err)
	}
	run, err := h.store.Run(h.t.Context(), report.RunID)
	if err != nil || run.State != store.RunFailed || run.ErrorCode != code {
		h.t.Errorf("run %+v, %v", run, err)
	}
	said := []string{run.ErrorText}
	for i, part := range parts {
		object := report.Objects[i]
		if part.State != store.RunFailed || part.ErrorCode != code || object.Error == nil || object.Error.Code != code ||
			!strings.HasPrefix(object.Error.Message, "import "+object.Object+": ") {
			h.t.Errorf("%s: %+v, %+v", object.Object, object.Error, part)
			continue
		}
		said = append(said, object.Error.Message, part.ErrorText)
	}
	for _, text := range said {
		for _, part := range texts {
			if !strings.Contains(text, part) {
				h.t.Errorf("%q does not say %q", text, part)
			}
		}
	}
}

// A sign-in that was revoked, an API that is switched off and an allowance that is spent are found out once, too.
func TestImport_orgWideRefusalsAreFoundOutOnce(t *testing.T) {
	for _, c := range []struct {
		name, code, hint string
		begins, ends     func(*harness)
		calls            int64 // the access token has ended meanwhile
	}{
		{"api disabled", "salesforce.api_disabled_for_org", "API Enabled", func(h *harness) { h.scenarios("api-disabled") }, func(h *harness) { h.scenarios() }, 2},
		{"allowance spent", "salesforce.request_limit_exceeded", "24-hour window", func(h *harness) { h.scenarios("total-requests") }, func(h *harness) { h.scenarios() }, 2},
		{"revoked", "salesforce.revoked", "crmsync connect", func(h *harness) {
			if _, err := h.org.Change(orgsim.Change{Kind: "revoke"}); err != nil {
				h.t.Fatal(err)
			}
		}, func(h *harness) { h.connect() }, 1},
		{"app not attached", "salesforce.session_refused", "scope `api`", func(h *harness) { h.refuses("Connected app is not attached to Agent") }, (*harness).answers, 1},
		{"no session for REST", "salesforce.session_refused", "scope `api`", func(h *harness) { h.refuses("This session is not valid for use with the REST API") }, (*harness).answers, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := connected(t, orgsim.Config{})
			h.imports(ImportOptions{})
			h.clock.Advance(12 * time.Hour)
			before := h.importStates()
			c.begins(h)
			report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
			h.code(err, c.code)
			h.allSay(report, c.code, c.hint)
			if report.APICalls != c.calls {
				t.Errorf("%d calls; %d are enough to find out", report.APICalls, c.calls)
			}
			if after := h.importStates(); after != before {
				t.Errorf("how far the import got has moved:\n%s\n%s", before, after)
			}
			c.ends(h)
			h.imports(ImportOptions{})
			h.equalToOrg()
		})
	}
}

// refuses makes the org refuse each call with a 401 that no new access token cures; asking for one would loop for ever.
func (h *harness) refuses(text string) {
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/services/oauth2/") {
			h.t.Errorf("the token is renewed for a session that is refused for good: %s", r.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`[{"message":"` + text + `","errorCode":"INVALID_SESSION_ID"}]`))
	}))
}

// answers ends that. The sign-in has outlived it.
func (h *harness) answers() {
	h.front.set(h.org.Handler())
	if connection, err := h.store.Connection(h.t.Context()); err != nil || connection.State != store.Connected {
		h.t.Errorf("the connection is %s, %v", connection.State, err)
	}
}
