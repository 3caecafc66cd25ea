package sync

import (
	"net/http"
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// S43: the web server flow with PKCE, by pasting the address the browser ended
// on; S65: the first import is due at once.
func TestConnect_S43_S65_byPastedAddress(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	pending, err := h.engine.BeginSignIn(t.Context(), h.admin, SignIn{LoginHost: h.server.URL, ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	defer pending.Close()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.Get(pending.URL)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	ended := response.Header.Get("Location")
	if _, err := pending.Paste(t.Context(), strings.Replace(ended, "state=", "state=x", 1)); err == nil {
		t.Fatal("another sign-in's address must be refused")
	}
	report, err := pending.Paste(t.Context(), ended)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := h.store.Connection(t.Context())
	if err != nil || connection.State != store.Connected || connection.OrgID != report.OrgID || connection.Flow != flowRefresh {
		t.Fatalf("connection %+v, %v", connection, err)
	}
	if !connection.HasPackage || connection.APIMax == 0 {
		t.Errorf("package or API meter is not known: %+v", connection)
	}
	job, err := h.store.Job(t.Context(), string(JobImport))
	if err != nil || job.RunAt.After(h.clock.Now()) {
		t.Errorf("the first import is not due: %+v, %v", job, err)
	}
	h.imports(ImportOptions{})
}

func TestConnect_refusesWhatIsNotSupported(t *testing.T) {
	cases := []struct {
		name   string
		config orgsim.Config
		says   string
	}{
		{"S40 sandbox", orgsim.Config{Sandbox: true}, "sandbox"},
		{"S31 edition", orgsim.Config{Edition: "Team Edition"}, "Team Edition"},
		{"S31 professional without API", orgsim.Config{Edition: "Professional Edition", Scenarios: []string{"api-disabled"}}, "API"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, c.config)
			credentials, err := h.org.Credentials(h.server.URL)
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.engine.ConnectToken(t.Context(), h.admin, TokenSignIn{InstanceURL: h.server.URL, AccessToken: credentials.AccessToken})
			h.code(err, "connect.refused")
			if !strings.Contains(err.Error(), c.says) || HintOf(err) == "" {
				t.Errorf("says %q, hint %q", err, HintOf(err))
			}
			if _, err := h.store.Connection(t.Context()); err == nil {
				t.Error("a refused org was kept")
			}
		})
	}
}

// S42: plain http is refused but for loopback.
func TestConnect_S42_refusesPlainHTTP(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	_, err := h.engine.ConnectToken(t.Context(), h.admin, TokenSignIn{InstanceURL: "http://acme.my.salesforce.com", AccessToken: "x"})
	h.code(err, "salesforce.insecure")
}

func TestConnect_onlyAdmins(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	for _, role := range []Role{RoleTester, RoleSupport, RoleMember} {
		_, err := h.engine.BeginSignIn(t.Context(), Actor{Name: "x", Role: role}, SignIn{ClientID: "c"})
		h.code(err, "act.not_allowed")
	}
}

// Decision 21: another organization is refused until the old one is purged.
func TestConnect_decision21_anotherOrg(t *testing.T) {
	h := connected(t, orgsim.Config{})
	err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		connection, err := tx.Connection()
		if err != nil {
			return err
		}
		connection.OrgID, connection.OrgName = "00D000000000001EAA", "The old org"
		return tx.PutConnection(connection)
	})
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.ConnectToken(t.Context(), h.admin, TokenSignIn{InstanceURL: h.server.URL, AccessToken: credentials.AccessToken})
	h.code(err, "connect.other_org")
}

// S47: the org revokes; one clean state, no loop, and connecting again goes on.
func TestConnect_S47_revokedByTheOrg(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	events := h.engine.Events().Subscribe(t.Context())
	if _, err := h.org.Change(orgsim.Change{Kind: "revoke"}); err != nil {
		t.Fatal(err)
	}
	_, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
	h.code(err, "salesforce.revoked")
	connection, err := h.store.Connection(t.Context())
	if err != nil || connection.State != store.Revoked {
		t.Fatalf("connection %+v, %v", connection, err)
	}
	for event := range events {
		if event.Kind == EventConnection {
			break
		}
	}
	for range 3 {
		_, err = h.engine.Import(t.Context(), h.admin, ImportOptions{})
		h.code(err, "connect.revoked")
	}
	runs, err := h.store.Runs(t.Context(), string(JobImport), store.PageQuery{Limit: 10})
	if err != nil || len(runs.Rows) != 2 {
		t.Errorf("a run was begun without a sign-in: %d runs, %v", len(runs.Rows), err)
	}
	h.connect()
	h.imports(ImportOptions{})
}

// S47, S98: disconnecting revokes at Salesforce, deletes the tokens and keeps
// all data.
func TestDisconnect_S47_S98_keepsData(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	before, err := tokenStore{store: h.store}.LoadToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report, err := h.engine.Disconnect(t.Context(), h.admin)
	if err != nil || !report.Revoked {
		t.Fatalf("report %+v, %v", report, err)
	}
	if _, err := h.store.Secret(t.Context(), secretToken); err == nil {
		t.Error("the token is still there")
	}
	if n, err := h.store.CountRecords(t.Context(), "Contact"); err != nil || n == 0 {
		t.Errorf("%d contacts, %v", n, err)
	}
	_, err = h.engine.Import(t.Context(), h.admin, ImportOptions{})
	h.code(err, "connect.none")
	_, err = h.engine.ConnectToken(t.Context(), h.admin, TokenSignIn{InstanceURL: h.server.URL, AccessToken: before.AccessToken})
	if err == nil {
		t.Error("the revoked token still opens the org")
	}
}

// S46, S91: the database holds no token in the clear.
func TestConnect_S46_S91_tokensAreSealed(t *testing.T) {
	h := connected(t, orgsim.Config{})
	token, err := tokenStore{store: h.store}.LoadToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range filesOf(t, h.store.Dir()) {
		if strings.Contains(text, token.AccessToken) || strings.Contains(text, token.RefreshToken) {
			t.Errorf("%s holds a token", name)
		}
	}
}

// An access token that expired is refreshed once, and the rotated token is the
// one that is kept.
func TestConnect_expiredSessionIsRefreshed(t *testing.T) {
	h := connected(t, orgsim.Config{})
	before, err := tokenStore{store: h.store}.LoadToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.org.Change(orgsim.Change{Kind: "expire"}); err != nil {
		t.Fatal(err)
	}
	h.imports(ImportOptions{})
	after, err := tokenStore{store: h.store}.LoadToken(t.Context())
	if err != nil || after.AccessToken == before.AccessToken || after.RefreshToken == before.RefreshToken {
		t.Errorf("the token was not renewed and rotated: %v", err)
	}
	fresh := h.another()
	if _, err := fresh.Import(t.Context(), h.admin, ImportOptions{}); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

func TestDoctor_runs(t *testing.T) {
	h := connected(t, orgsim.Config{NoPackage: true, Scenarios: []string{"hidden-field=Account.Website"}})
	report, err := h.engine.Doctor(t.Context(), h.admin)
	if err != nil {
		t.Fatal(err)
	}
	if report.OK || !report.Allows(BlocksImport) || report.Allows(BlocksWriteback) {
		t.Errorf("report %+v", report)
	}
	states := map[string]Check{}
	for _, check := range report.Checks {
		states[check.Name] = check
	}
	if states["Package"].State != CheckFail || states["Account"].State != CheckWarn || !strings.Contains(states["Account"].Detail, "Website") {
		t.Errorf("package %+v, account %+v", states["Package"], states["Account"])
	}
	for _, name := range []string{"Integration user", "Edition", "API access", "Production", "Permissions", "API budget", "Clock", "Lead", "Write Task", "Write Note"} {
		if states[name].State != CheckOK {
			t.Errorf("%s: %+v", name, states[name])
		}
	}
}

func TestDoctor_notConnectedIsAFinding(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	report, err := h.engine.Doctor(t.Context(), h.admin)
	if err != nil || report.OK || report.Allows(BlocksImport) {
		t.Errorf("report %+v, %v", report, err)
	}
}
