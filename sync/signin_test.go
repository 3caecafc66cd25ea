package sync

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The JWT flow needs no browser; its key is kept sealed, and a session that
// ended is renewed with it.
func TestConnect_byJWT(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	h := newHarness(t, orgsim.Config{JWTCertificate: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})})
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	in := JWTSignIn{LoginHost: h.server.URL, ClientID: credentials.ClientID, Username: credentials.Username, Key: private}
	if _, err := h.engine.ConnectJWT(t.Context(), h.admin, in); err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	if _, err := h.org.Change(orgsim.Change{Kind: "expire"}); err != nil {
		t.Fatal(err)
	}
	h.engine = h.another()
	h.imports(ImportOptions{})
	again, err := h.engine.Reconnect(t.Context(), h.admin)
	if err != nil || again.Resumes == nil || again.Resumes.From.IsZero() {
		t.Errorf("the kept key does not sign in again: %+v %v", again, err)
	}
	if by, err := h.engine.SignedInBy(t.Context()); by != "certificate" || err != nil {
		t.Errorf("%s %v", by, err)
	}
	_, err = h.engine.SignInAgain(t.Context(), h.admin)
	h.code(err, "connect.certificate")
	h.imports(ImportOptions{})
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	middle := strings.Split(string(private), "\n")[5]
	for name, text := range filesOf(t, h.store.Dir()) {
		if strings.Contains(text, middle) {
			t.Errorf("%s holds the private key", name)
		}
	}
}

// Client credentials need no browser either; the secret is kept sealed, and renews a session that ended.
func TestConnect_byClientCredentials(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	in := ClientSignIn{LoginHost: h.server.URL, ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret}
	for host, code := range map[string]string{"": "usage.login_host", "https://login.salesforce.com/": "usage.login_host", "https://test.salesforce.com": "connect.sandbox"} {
		_, err := h.engine.ConnectClient(t.Context(), h.admin, ClientSignIn{LoginHost: host, ClientID: in.ClientID, ClientSecret: in.ClientSecret})
		h.code(err, code)
	}
	_, err = h.engine.ConnectClient(t.Context(), h.admin, ClientSignIn{LoginHost: h.server.URL, ClientID: in.ClientID, ClientSecret: "guessed"})
	h.code(err, "salesforce.auth_invalid_client")
	report, err := h.engine.ConnectClient(t.Context(), h.admin, in)
	if err != nil || report.Username != credentials.Username {
		t.Fatalf("%+v, %v (%s)", report, err, CodeOf(err))
	}
	if _, err := h.org.Change(orgsim.Change{Kind: "expire"}); err != nil {
		t.Fatal(err)
	}
	h.engine = h.another()
	h.imports(ImportOptions{})
	if by, err := h.engine.SignedInBy(t.Context()); by != ByClient || err != nil {
		t.Errorf("%s %v", by, err)
	}
	_, err = h.engine.SignInAgain(t.Context(), h.admin)
	h.code(err, "connect.client")
	if _, err := h.engine.Reconnect(t.Context(), h.admin); err != nil {
		t.Errorf("the kept secret does not sign in again: %v", err)
	}
	if _, err := h.engine.Disconnect(t.Context(), h.admin); err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.Reconnect(t.Context(), h.admin)
	h.code(err, "connect.forgotten")
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range filesOf(t, h.store.Dir()) {
		if strings.Contains(text, credentials.ClientSecret) {
			t.Errorf("%s holds the secret", name)
		}
	}
}

// An org that moves to another instance is followed: by the calls, and by the links to its records.
func TestConnect_theOrgMoves(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	contact, person := h.ids("Contact")[0], h.person("eva")
	h.matched("Contact", contact, person, store.MatchAuto)
	moved := strings.Replace(h.server.URL, "127.0.0.1", "localhost", 1)
	before, later := h.front.now(), int32(0)
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Host, "localhost") {
			atomic.AddInt32(&later, 1)
		}
		if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
			r.Host = strings.TrimPrefix(moved, "http://")
		}
		before.ServeHTTP(w, r)
	}))
	h.clock.Advance(12 * time.Hour) // the access token has ended
	h.imports(ImportOptions{})
	badge, err := h.engine.BadgeOf(t.Context(), person)
	if err != nil || badge.Classic != moved+"/"+contact {
		t.Errorf("badge %+v, %v", badge, err)
	}
	if atomic.LoadInt32(&later) == 0 {
		t.Error("no call went to the new address")
	}
}

// The browser comes back to the loopback port by itself.
func TestConnect_byLoopback(t *testing.T) {
	port := freePort(t)
	redirect := "http://127.0.0.1:" + port + "/callback"
	h := newHarness(t, orgsim.Config{RedirectURIs: []string{redirect}})
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	pending, err := h.engine.BeginSignIn(t.Context(), h.admin, SignIn{LoginHost: h.server.URL, ClientID: credentials.ClientID,
		ClientSecret: credentials.ClientSecret, RedirectURL: redirect})
	if err != nil {
		t.Fatal(err)
	}
	defer pending.Close()
	if pending.Listening() != nil || pending.Redirect != redirect {
		t.Fatalf("listening %v on %s", pending.Listening(), pending.Redirect)
	}
	browser := make(chan error, 1)
	go func() {
		client := &http.Client{Timeout: 10 * time.Second}
		response, err := client.Get(pending.URL)
		if err == nil {
			err = response.Body.Close()
		}
		browser <- err
	}()
	report, err := pending.Wait(t.Context())
	if err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	if err := <-browser; err != nil {
		t.Error(err)
	}
	if connection, err := h.store.Connection(t.Context()); err != nil || connection.State != store.Connected || report.Username == "" {
		t.Errorf("connection %+v, %v", connection, err)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
