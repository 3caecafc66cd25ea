package salesforce_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

const limitsPath = "/services/data/v67.0/limits"

func TestEveryRequestCarriesItsHeaders(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+limitsPath, js(200, `{"DailyApiRequests":{"Max":15000,"Remaining":14998,"Ant Migration Tool":{"Max":0,"Remaining":0}},"DataStorageMB":{"Max":5,"Remaining":5}}`))
	c, _ := org.client()
	limits, err := c.Limits(t.Context())
	if err != nil || limits["DailyApiRequests"] != (salesforce.Limit{Max: 15000, Remaining: 14998}) || len(limits) != 2 {
		t.Fatalf("got %v, %v", limits, err)
	}
	h := org.last().Header
	for name, want := range map[string]string{"Authorization": "Bearer 00Dsecret!first", "User-Agent": "crmsync", "Sforce-Call-Options": "client=crmsync",
		"Accept": "application/json", "Accept-Encoding": "gzip"} {
		if h.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, h.Get(name), want)
		}
	}
	if usage, ok := c.Usage(); !ok || usage.Used != 18 || usage.Max != 15000 {
		t.Errorf("usage %+v", usage)
	}
	if server, skew, ok := c.ServerTime(); !ok || time.Since(server) > time.Minute || skew.Abs() > time.Minute {
		t.Errorf("server time %v, skew %v", server, skew)
	}
	if c.Calls() != 1 {
		t.Errorf("%d calls", c.Calls())
	}
}

func TestSessionEndsMidway(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+limitsPath, refuse(401, "INVALID_SESSION_ID", "Session expired or invalid"), js(200, `{}`))
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"))
	c, n := org.client()
	if _, err := c.Limits(t.Context()); err != nil {
		t.Fatal(err)
	}
	if org.last().Header.Get("Authorization") != "Bearer 00Dsecret!second" || org.count(tokenPath) != 1 || len(n.taken()) != 0 {
		t.Errorf("asked %d tokens, waited %v", org.count(tokenPath), n.taken())
	}
}

func TestSessionRefusedForGood(t *testing.T) {
	for name, tc := range map[string]struct {
		answer    http.HandlerFunc
		refreshes int
	}{
		"again and again":   {refuse(401, "INVALID_SESSION_ID", "Session expired or invalid"), 1},
		"no agent":          {refuse(401, "INVALID_SESSION_ID", "Connected app is not attached to Agent"), 0},
		"not for REST":      {refuse(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"), 0},
		"page of a gateway": {html(401), 1},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+limitsPath, tc.answer)
			org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"))
			c, _ := org.client()
			_, err := c.Limits(t.Context())
			if !errors.Is(err, salesforce.ErrSessionRefused) || salesforce.Classify(err) != salesforce.ActionAskAdmin {
				t.Errorf("got %v", err)
			}
			if org.count(tokenPath) != tc.refreshes {
				t.Errorf("%d refreshes, want %d", org.count(tokenPath), tc.refreshes)
			}
		})
	}
}

func TestReadsAreRepeated(t *testing.T) {
	good := js(200, `{}`)
	for name, tc := range map[string]struct {
		answers []http.HandlerFunc
		calls   int64
		action  salesforce.Action
		atLeast time.Duration // first wait
	}{
		"page of an edge server":  {[]http.HandlerFunc{html(503), good}, 2, salesforce.ActionNone, 0},
		"dropped":                 {[]http.HandlerFunc{drop, drop, good}, 3, salesforce.ActionNone, 0},
		"half an answer":          {[]http.HandlerFunc{cut("application/json", `{"DailyApi`, nil), good}, 2, salesforce.ActionNone, 0},
		"asked to wait":           {[]http.HandlerFunc{withHeader(html(429), "Retry-After", "17"), good}, 2, salesforce.ActionNone, 17 * time.Second},
		"asked to wait for hours": {[]http.HandlerFunc{withHeader(html(429), "Retry-After", "7200")}, 1, salesforce.ActionRetry, 0},
		"for ever":                {[]http.HandlerFunc{html(502)}, 5, salesforce.ActionRetry, 0},
		"420 twice at most":       {[]http.HandlerFunc{html(420)}, 2, salesforce.ActionRetry, 0},
		"unknown twice at most":   {[]http.HandlerFunc{refuse(500, "UNKNOWN_EXCEPTION", "x")}, 2, salesforce.ActionRetry, 0},
		"concurrent limit":        {[]http.HandlerFunc{refuse(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."), good}, 2, salesforce.ActionNone, 0},
		"daily limit":             {[]http.HandlerFunc{refuse(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")}, 1, salesforce.ActionPause, 0},
		"API off":                 {[]http.HandlerFunc{refuse(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")}, 1, salesforce.ActionAskAdmin, 0},
		"version retired":         {[]http.HandlerFunc{refuse(410, "UNSUPPORTED_API_VERSION", "x")}, 1, salesforce.ActionAskAdmin, 0},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+limitsPath, tc.answers...)
			c, n := org.client()
			_, err := c.Limits(t.Context())
			if salesforce.Classify(err) != tc.action || c.Calls() != tc.calls {
				t.Errorf("got %v (%v) after %d calls, want %v after %d", err, salesforce.Classify(err), c.Calls(), tc.action, tc.calls)
			}
			waits := n.taken()
			if tc.atLeast > 0 && (len(waits) == 0 || waits[0] < tc.atLeast) {
				t.Errorf("waited %v", waits)
			}
			for _, w := range waits {
				if w > time.Minute {
					t.Errorf("waited %v", w)
				}
			}
		})
	}
}

func TestRetryAfterReachesTheCaller(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+limitsPath, withHeader(html(429), "Retry-After", "7200"))
	c, _ := org.client()
	_, err := c.Limits(t.Context())
	if salesforce.RetryAfter(err) != 2*time.Hour {
		t.Errorf("got %v from %v", salesforce.RetryAfter(err), err)
	}
}

func TestAnswersThatAreNoAnswers(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"sign-on page":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>please log in</html>") },
		"broken JSON":   js(200, `{"a":`),
		"another shape": js(200, `["a"]`),
		"empty":         js(200, ``),
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+limitsPath, answer)
			c, _ := org.client()
			if _, err := c.Limits(t.Context()); !errors.Is(err, salesforce.ErrAnswer) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestGzipAnswers(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, `{"DailyApiRequests":{"Max":5,"Remaining":4}}`)
	_ = z.Close()
	zipped := func(length int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes()[:length])
		}
	}
	org := newScripted(t)
	org.on("GET "+limitsPath, zipped(packed.Len()-6), zipped(packed.Len())) // the first is cut inside the gzip stream
	c, _ := org.client()
	limits, err := c.Limits(t.Context())
	if err != nil || limits["DailyApiRequests"].Remaining != 4 || c.Calls() != 2 {
		t.Errorf("got %v, %v after %d calls", limits, err, c.Calls())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newScripted(t)
	org := newScripted(t)
	org.on("GET "+limitsPath, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/steal", http.StatusTemporaryRedirect)
	})
	c, _ := org.client()
	if _, err := c.Limits(t.Context()); err == nil || len(elsewhere.requests()) != 0 {
		t.Errorf("got %v; %d requests went elsewhere", err, len(elsewhere.requests()))
	}
}

func TestPlainHTTPIsRefused(t *testing.T) {
	org := newScripted(t)
	token := org.signedIn()
	token.InstanceURL = "http://acme.my.salesforce.com"
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.FixedGrant{}, Store: storeOf(token)})
	c, _ := org.client(func(o *salesforce.Options) { o.Tokens = source })
	if _, err := c.Limits(t.Context()); !errors.Is(err, salesforce.ErrInsecure) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Insert(t.Context(), []salesforce.NewRecord{{Type: "Task"}}); !errors.Is(err, salesforce.ErrInsecure) || errors.Is(err, salesforce.ErrOutcomeUnknown) {
		t.Errorf("insert: %v", err)
	}
}

func TestTLSOrgWithItsOwnAuthority(t *testing.T) {
	server := newScripted(t)
	handler := server.Config.Handler
	server.Close()
	secure := newTLS(t, handler)
	token := salesforce.Token{AccessToken: "00Dsecret!first", InstanceURL: secure.URL}
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.FixedGrant{}, Store: storeOf(token)})
	server.on("GET "+limitsPath, js(200, `{}`))
	n := &naps{}
	for name, tc := range map[string]struct {
		options salesforce.HTTPOptions
		works   bool
		calls   int64
	}{"trusted": {salesforce.HTTPOptions{RootCAs: secure.pool}, true, 1}, "unknown authority": {salesforce.HTTPOptions{}, false, 0}} {
		c, err := salesforce.New(salesforce.Options{Tokens: source, HTTP: salesforce.NewHTTPClient(tc.options), Sleep: n.sleep})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Limits(t.Context()); (err == nil) != tc.works || c.Calls() != tc.calls || len(n.taken()) != 0 {
			t.Errorf("%s: %v after %d calls and waits of %v", name, err, c.Calls(), n.taken())
		}
	}
}

func TestStalledAnswerIsCutOff(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+limitsPath, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"Daily`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}, js(200, `{}`))
	c, _ := org.client(func(o *salesforce.Options) { o.Stall = 50 * time.Millisecond })
	if _, err := c.Limits(t.Context()); err != nil || c.Calls() < 2 {
		t.Errorf("got %v after %d calls", err, c.Calls())
	}
}

func TestCallerGivesUp(t *testing.T) {
	org := newScripted(t)
	ctx, cancel := context.WithCancel(t.Context())
	org.on("GET "+limitsPath, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	c, _ := org.client()
	_, err := c.Limits(ctx)
	if !errors.Is(err, context.Canceled) || salesforce.Classify(err) != salesforce.ActionStop || c.Calls() != 1 {
		t.Errorf("got %v (%v)", err, salesforce.Classify(err))
	}
	if _, err := c.Limits(ctx); salesforce.Classify(err) != salesforce.ActionStop || c.Calls() != 1 {
		t.Errorf("afterwards: %v", err)
	}
}

func TestErrorsAndLogsHoldNoPersonalData(t *testing.T) {
	const personal = "Grace Hopper grace@navy.example"
	org := newScripted(t)
	query := "SELECT Id FROM Contact WHERE Email = '" + personal + "'"
	var log bytes.Buffer
	c, _ := org.client(func(o *salesforce.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	for _, answer := range []http.HandlerFunc{drop, html(503), refuse(400, "INVALID_FIELD", personal), js(200, `{"done":"`+personal+`"}`), refuse(401, "INVALID_SESSION_ID", personal)} {
		org.on("GET /services/data/v67.0/query", answer)
		org.on(tokenPath, js(400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`))
		for _, err := range c.Query(t.Context(), query) {
			if err == nil {
				t.Fatal("no error")
			}
			noSecrets(t, err, "Grace", "navy")
		}
	}
	if text := log.String(); text == "" || strings.Contains(text, "Grace") || strings.Contains(text, "secret") {
		t.Errorf("log: %s", text)
	}
}

func TestSalesforceTextIsCleaned(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+limitsPath, js(400, "[{\"errorCode\":\"X\\u001b[31m\",\"message\":\"m\"}]"))
	c, _ := org.client()
	if _, err := c.Limits(t.Context()); err == nil || strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("got %q", err)
	}
}

func TestNewRefusesNonsense(t *testing.T) {
	if _, err := salesforce.New(salesforce.Options{}); !errors.Is(err, salesforce.ErrConfig) {
		t.Errorf("without tokens: %v", err)
	}
	for _, version := range []string{"67", "v67.0", "67.0/../x", "67.0 "} {
		_, err := salesforce.New(salesforce.Options{Tokens: salesforce.NewTokenSource(salesforce.TokenSourceOptions{}), Version: version})
		if !errors.Is(err, salesforce.ErrConfig) {
			t.Errorf("version %q: %v", version, err)
		}
	}
}

func TestShapesOfRefusals(t *testing.T) {
	for name, tc := range map[string]struct{ body, code string }{
		"array":         {`[{"message":"m","errorCode":"NOT_FOUND"}]`, "salesforce.not_found"},
		"object":        {`{"message":"m","errorCode":"NOT_FOUND"}`, "salesforce.not_found"},
		"collection":    {`[{"message":"m","statusCode":"NOT_FOUND","fields":["Id"]}]`, "salesforce.not_found"},
		"OAuth":         {`{"error":"invalid_request","error_description":"m"}`, "salesforce.invalid_request"},
		"empty array":   {`[]`, "salesforce.http_404"},
		"broken":        {`[{`, "salesforce.http_404"},
		"another thing": {`"no"`, "salesforce.http_404"},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+limitsPath, js(404, tc.body))
			c, _ := org.client()
			_, err := c.Limits(t.Context())
			var refused *salesforce.Error
			if !errors.As(err, &refused) || refused.Code() != tc.code || refused.Hint() == "" || refused.Path != limitsPath {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMissingColumnIsNamed(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+queryPath, refuse(400, "INVALID_FIELD", "\nSELECT Id, Nope__c FROM Contact WHERE Email = 'grace@navy.example'\n           ^\nERROR at Row:1:Column:12\nNo such column 'Nope__c' on entity 'Contact'."))
	c, _ := org.client()
	for _, err := range c.Query(t.Context(), "SELECT Id, Nope__c FROM Contact") {
		if err == nil || !strings.Contains(err.Error(), "Nope__c") || strings.Contains(err.Error(), "grace") {
			t.Errorf("got %v", err)
		}
	}
}

func TestRetryAfterAsDate(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+limitsPath, withHeader(html(503), "Date", "Sun, 01 Nov 2026 12:00:00 GMT", "Retry-After", "Sun, 01 Nov 2026 12:00:20 GMT"), js(200, `{}`))
	c, n := org.client()
	if _, err := c.Limits(t.Context()); err != nil || n.taken()[0] != 20*time.Second {
		t.Errorf("waited %v, %v", n.taken(), err)
	}
}

func TestHugeErrorPageIsCapped(t *testing.T) {
	org := newScripted(t)
	sent := 0
	org.on("GET "+limitsPath, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for chunk := bytes.Repeat([]byte("x"), 1<<20); sent < 64; sent++ {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	c, _ := org.client()
	_, err := c.Limits(t.Context())
	org.Close() // waits until the handler is done
	if err == nil || len(err.Error()) > 500 || sent == 64 {
		t.Errorf("read %d MiB of an error page: %.100v", sent, err)
	}
}

func TestRelatedLists(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/data/v67.0/sobjects/Contact/describe/layouts", js(200, `{"layouts":[{"relatedLists":[{"name":"ActivityHistories","label":"Activity History","sobject":"Task"}]},{"relatedLists":[{"name":"ActivityHistories"},{"name":"CombinedAttachments","sobject":null}]}]}`))
	c, _ := org.client()
	lists, err := c.RelatedLists(t.Context(), "Contact")
	if err != nil || len(lists) != 2 || lists[0].Object != "Task" || lists[1].Name != "CombinedAttachments" {
		t.Errorf("got %+v, %v", lists, err)
	}
}
