package salesforce_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

// request is what the scripted org was asked.
type request struct {
	Method, Path, Query, Body string
	Header                    http.Header
}

// scripted is an HTTP server that answers what a test tells it: per method and path a list of answers, the last of
// which repeats. What is not scripted is answered 404 and fails the test.
type scripted struct {
	*httptest.Server
	t       *testing.T
	mu      sync.Mutex
	answers map[string][]http.HandlerFunc
	asked   []request
}

func newScripted(t *testing.T) *scripted {
	t.Helper()
	s := &scripted{t: t, answers: map[string][]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// on scripts the answers to "METHOD /path".
func (s *scripted) on(what string, answers ...http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[what] = answers
}

func (s *scripted) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	what := r.Method + " " + r.URL.Path
	s.mu.Lock()
	s.asked = append(s.asked, request{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Header.Clone()})
	list := s.answers[what]
	if len(list) > 1 {
		s.answers[what] = list[1:]
	}
	s.mu.Unlock()
	if len(list) == 0 {
		s.t.Errorf("not scripted: %s", what)
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Sforce-Limit-Info", "api-usage=18/15000")
	list[0](w, r)
}

// count returns how often "METHOD /path" was asked.
func (s *scripted) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.asked {
		if r.Method+" "+r.Path == what {
			n++
		}
	}
	return n
}

func (s *scripted) last() request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[len(s.asked)-1]
}

func (s *scripted) requests() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// js answers with JSON.
func js(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// refuse answers with an error of the REST API.
func refuse(status int, code, message string) http.HandlerFunc {
	return js(status, fmt.Sprintf(`[{"message":%q,"errorCode":%q}]`, message, code))
}

// html answers with a page, as an edge server does.
func html(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<html><body>Service Unavailable</body></html>")
	}
}

// drop closes the connection without an answer, after the request was read.
func drop(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// cut begins an answer of the content type and breaks off after the text.
func cut(contentType, text string, header map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Length", fmt.Sprint(len(text)+100))
		_, _ = io.WriteString(w, text)
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		drop(w, r)
	}
}

// withHeader adds headers to an answer.
func withHeader(next http.HandlerFunc, pairs ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			w.Header().Set(pairs[i], pairs[i+1])
		}
		next(w, r)
	}
}

// memoryStore is a TokenStore that keeps all it was given.
type memoryStore struct {
	mu    sync.Mutex
	saved []salesforce.Token
	fail  func() error // asked before each save
}

func storeOf(t salesforce.Token) *memoryStore { return &memoryStore{saved: []salesforce.Token{t}} }

func (m *memoryStore) LoadToken(context.Context) (salesforce.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.saved) == 0 {
		return salesforce.Token{}, salesforce.ErrNoToken
	}
	return m.saved[len(m.saved)-1], nil
}

func (m *memoryStore) SaveToken(_ context.Context, t salesforce.Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		if err := m.fail(); err != nil {
			return err
		}
	}
	m.saved = append(m.saved, t)
	return nil
}

func (m *memoryStore) newest() salesforce.Token {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.saved[len(m.saved)-1]
}

// naps records waits instead of waiting.
type naps struct {
	mu   sync.Mutex
	list []time.Duration
}

func (n *naps) sleep(ctx context.Context, d time.Duration) error {
	n.mu.Lock()
	n.list = append(n.list, d)
	n.mu.Unlock()
	return ctx.Err()
}

func (n *naps) taken() []time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}

const (
	orgID  = "00D000000000062EAA"
	userID = "005000000000123AAA"
)

// signedIn is a token of the scripted org.
func (s *scripted) signedIn() salesforce.Token {
	return salesforce.Token{AccessToken: "00Dsecret!first", RefreshToken: "5Aep-first", InstanceURL: s.URL, LoginHost: s.URL,
		IdentityURL: s.URL + "/id/" + orgID + "/" + userID}
}

func (s *scripted) app() salesforce.App {
	return salesforce.App{LoginHost: s.URL, ClientID: "consumer-key", ClientSecret: "consumer-secret", HTTP: s.Client()}
}

// tokenAnswer is a good answer of the token endpoint.
func (s *scripted) tokenAnswer(access, refresh string) http.HandlerFunc {
	extra := ""
	if refresh != "" {
		extra = fmt.Sprintf(`"refresh_token":%q,`, refresh)
	}
	return js(200, fmt.Sprintf(`{"access_token":%q,%s"signature":"x","scope":"refresh_token api id","instance_url":%q,"id":"%s/id/%s/%s","token_type":"Bearer","issued_at":"1278448832702"}`,
		access, extra, s.URL, s.URL, orgID, userID))
}

// client returns a client of the scripted org that never really waits.
func (s *scripted) client(change ...func(*salesforce.Options)) (*salesforce.Client, *naps) {
	s.t.Helper()
	n := &naps{}
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.RefreshGrant{App: s.app()}, Store: storeOf(s.signedIn()), Sleep: n.sleep})
	o := salesforce.Options{Tokens: source, HTTP: s.Client(), Sleep: n.sleep}
	for _, f := range change {
		f(&o)
	}
	c, err := salesforce.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return c, n
}

// noSecrets fails when an error's text gives away what it must not.
func noSecrets(t *testing.T, err error, more ...string) {
	t.Helper()
	if err == nil {
		return
	}
	for _, secret := range append(more, "00Dsecret", "5Aep", "consumer-secret") {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error gives away %q: %v", secret, err)
		}
	}
}

// secureServer is a TLS server and the authority that signed its certificate.
type secureServer struct {
	*httptest.Server
	pool *x509.CertPool
}

func newTLS(t *testing.T, h http.Handler) secureServer {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return secureServer{s, pool}
}
