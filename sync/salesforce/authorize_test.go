package salesforce_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"crmsync/sync/salesforce"
)

func TestAuthorizeAddress(t *testing.T) {
	app := salesforce.App{LoginHost: "https://acme.my.salesforce.com/", ClientID: "key"}
	z, err := app.Authorize(salesforce.AuthorizeOptions{Prompt: "login consent", LoginHint: "sync@acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(z.URL)
	if err != nil || u.Scheme+"://"+u.Host+u.Path != "https://acme.my.salesforce.com/services/oauth2/authorize" {
		t.Fatalf("address %s, %v", z.URL, err)
	}
	for name, want := range map[string]string{"response_type": "code", "client_id": "key", "redirect_uri": salesforce.DefaultRedirectURL,
		"scope": "api refresh_token id", "state": z.State, "code_challenge_method": "S256", "prompt": "login consent", "login_hint": "sync@acme.example"} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if len(z.State) < 32 || len(u.Query().Get("code_challenge")) != 43 {
		t.Errorf("state %q or challenge too short", z.State)
	}
	other, _ := app.Authorize(salesforce.AuthorizeOptions{})
	if other.State == z.State {
		t.Error("two attempts share a state")
	}
}

func TestAppCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		app  salesforce.App
		want error
	}{
		"good":                    {salesforce.App{ClientID: "k"}, nil},
		"loopback over http":      {salesforce.App{ClientID: "k", LoginHost: "http://127.0.0.1:9000"}, nil},
		"no key":                  {salesforce.App{}, salesforce.ErrConfig},
		"plain http":              {salesforce.App{ClientID: "k", LoginHost: "http://login.salesforce.com"}, salesforce.ErrInsecure},
		"http in a loopback coat": {salesforce.App{ClientID: "k", LoginHost: "http://localhost.evil.example"}, salesforce.ErrInsecure},
		"password in address":     {salesforce.App{ClientID: "k", LoginHost: "https://u:p@login.salesforce.com"}, salesforce.ErrAddress},
		"redirect over http":      {salesforce.App{ClientID: "k", RedirectURL: "http://example.com/cb"}, salesforce.ErrInsecure},
		"redirect is nothing":     {salesforce.App{ClientID: "k", RedirectURL: "callback"}, salesforce.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tc.app.Check(); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestParseRedirect(t *testing.T) {
	z, err := salesforce.App{ClientID: "k"}.Authorize(salesforce.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	state := "&state=" + z.State
	var refused *salesforce.AuthError
	for name, tc := range map[string]struct {
		address, code string
		check         func(error) bool
	}{
		"whole":            {"http://localhost:8765/callback?code=aPrx%3D%3D" + state, "aPrx==", nil},
		"wrapped by a tty": {"  http://localhost:8765/call\n  back?code=aPrx%3D%3D" + state + " \r\n", "aPrx==", nil},
		"query alone":      {"code=abc" + state, "abc", nil},
		"with fragment":    {"http://localhost:8765/callback?code=abc" + state + "#x", "abc", nil},
		"no answer":        {"http://localhost:8765/callback", "", func(err error) bool { return errors.Is(err, salesforce.ErrRedirect) }},
		"empty":            {"", "", func(err error) bool { return errors.Is(err, salesforce.ErrRedirect) }},
		"other state":      {"http://localhost:8765/callback?code=abc&state=x", "", func(err error) bool { return errors.Is(err, salesforce.ErrRedirect) }},
		"no state":         {"http://localhost:8765/callback?code=abc", "", func(err error) bool { return errors.Is(err, salesforce.ErrRedirect) }},
		"no code":          {"http://localhost:8765/callback?x=1" + state, "", func(err error) bool { return errors.Is(err, salesforce.ErrRedirect) }},
		"person refused": {"http://localhost:8765/callback?error=access_denied&error_description=end-user+denied+authorization" + state, "",
			func(err error) bool { return errors.Is(err, salesforce.ErrDenied) }},
		"misconfigured": {"http://localhost:8765/callback?error=invalid_scope&error_description=the+requested+scope+is+not+allowed" + state, "",
			func(err error) bool {
				return errors.As(err, &refused) && refused.Code() == "salesforce.auth_invalid_scope"
			}},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := z.ParseRedirect(tc.address)
			if code != tc.code || (tc.check == nil) != (err == nil) || (tc.check != nil && !tc.check(err)) {
				t.Errorf("got %q, %v", code, err)
			}
			if err != nil && strings.Contains(err.Error(), "abc") {
				t.Errorf("the error repeats the code: %v", err)
			}
		})
	}
}

// freePort returns a port nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestSignInThroughLoopback(t *testing.T) {
	org := newScripted(t)
	org.on("POST /services/oauth2/token", org.tokenAnswer("00Dsecret!new", "5Aep-new"))
	app := org.app()
	app.RedirectURL = fmt.Sprintf("http://localhost:%d/callback", freePort(t))
	z, err := app.Authorize(salesforce.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	loopback, err := z.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer loopback.Close()
	for _, visit := range []struct {
		query  string
		status int
	}{{"/favicon.ico", 404}, {"/callback?code=stolen&state=guess", 400}, {"/callback?code=the-code&state=" + z.State, 200}} {
		base := strings.TrimSuffix(app.RedirectURL, "/callback")
		resp, err := http.Get(base + visit.query)
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != visit.status || strings.Contains(string(page), "the-code") {
			t.Errorf("%s: %d %s", visit.query, resp.StatusCode, page)
		}
	}
	code, err := loopback.Wait(t.Context())
	if err != nil || code != "the-code" {
		t.Fatalf("code %q, %v", code, err)
	}
	token, err := z.Exchange(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if token.AccessToken != "00Dsecret!new" || token.RefreshToken != "5Aep-new" || token.InstanceURL != org.URL || token.LoginHost != org.URL ||
		token.OrganizationID() != orgID || token.UserID() != userID || token.IssuedAt.UnixMilli() != 1278448832702 {
		t.Errorf("token %#v", token)
	}
	checkExchange(t, org, z)
}

// checkExchange looks at what was sent for the code.
func checkExchange(t *testing.T, org *scripted, z *salesforce.Authorization) {
	t.Helper()
	if n := org.count("POST /services/oauth2/token"); n != 1 {
		t.Errorf("%d token requests", n)
	}
	form, err := url.ParseQuery(org.last().Body)
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(z.URL)
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != u.Query().Get("code_challenge") {
		t.Error("the verifier does not answer the challenge")
	}
	if form.Get("grant_type") != "authorization_code" || form.Get("client_id") != "consumer-key" || form.Get("client_secret") != "consumer-secret" ||
		form.Get("redirect_uri") != z.RedirectURL() || org.last().Header.Get("Authorization") != "" {
		t.Errorf("form %v", form)
	}
}

func TestPublicAppSendsNoSecret(t *testing.T) {
	org := newScripted(t)
	org.on("POST /services/oauth2/token", org.tokenAnswer("a", "r"))
	app := org.app()
	app.ClientSecret = ""
	z, _ := app.Authorize(salesforce.AuthorizeOptions{})
	if _, err := z.Exchange(t.Context(), "code"); err != nil {
		t.Fatal(err)
	}
	if form, _ := url.ParseQuery(org.last().Body); form.Has("client_secret") {
		t.Error("a public app sent a secret")
	}
}

func TestExchangeRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		answer     http.HandlerFunc
		code, hint string
	}{
		"expired":      {js(400, `{"error":"invalid_grant","error_description":"expired authorization code"}`), "salesforce.auth_invalid_grant", "15 minutes"},
		"verifier":     {js(400, `{"error":"invalid_request","error_description":"invalid code verifier"}`), "salesforce.auth_invalid_request", "newest address"},
		"callback":     {js(400, `{"error":"redirect_uri_mismatch","error_description":"redirect_uri must match configuration"}`), "salesforce.auth_redirect_uri_mismatch", "exactly this callback"},
		"edge page":    {html(503), "salesforce.auth_http_503", "again"},
		"not an org":   {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>00Dsecret") }, "salesforce.broken", ""},
		"lost":         {drop, "salesforce.broken", ""},
		"plain answer": {js(200, `{"access_token":"00Dsecret","instance_url":"http://acme.example"}`), "salesforce.insecure", "https"},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("POST /services/oauth2/token", tc.answer)
			z, _ := org.app().Authorize(salesforce.AuthorizeOptions{})
			_, err := z.Exchange(t.Context(), "the-code")
			var coded interface {
				Code() string
				Hint() string
			}
			if !errors.As(err, &coded) || coded.Code() != tc.code || !strings.Contains(coded.Hint(), tc.hint) {
				t.Fatalf("got %v", err)
			}
			noSecrets(t, err, "the-code")
			if n := org.count("POST /services/oauth2/token"); n != 1 {
				t.Errorf("a code was sent %d times", n)
			}
		})
	}
}

func TestListenRefusesBusyPort(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	z, err := salesforce.App{ClientID: "k", RedirectURL: "http://localhost:" + fmt.Sprint(busy.Addr().(*net.TCPAddr).Port) + "/cb"}.Authorize(salesforce.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Listen(t.Context()); !errors.Is(err, salesforce.ErrListen) {
		t.Errorf("got %v", err)
	}
}

func TestLoopbackEnds(t *testing.T) {
	z, err := salesforce.App{ClientID: "k", RedirectURL: fmt.Sprintf("http://127.0.0.1:%d/cb", freePort(t))}.Authorize(salesforce.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := z.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Wait(t.Context()); !errors.Is(err, salesforce.ErrListen) {
		t.Errorf("after Close: %v", err)
	}
	again, err := z.Listen(t.Context())
	if err != nil {
		t.Fatalf("the port was not given back: %v", err)
	}
	_ = again.Close()
}

func TestRevoke(t *testing.T) {
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		fails  bool
	}{"live": {js(200, ""), false}, "dead already": {js(400, `{"error":"invalid_token"}`), false}, "down": {html(503), true}, "lost": {drop, true}} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("POST /services/oauth2/revoke", tc.answer)
			err := org.app().Revoke(t.Context(), org.signedIn())
			if (err != nil) != tc.fails {
				t.Errorf("got %v", err)
			}
			noSecrets(t, err)
			if form, _ := url.ParseQuery(org.last().Body); form.Get("token") != "5Aep-first" {
				t.Errorf("revoked %v", form)
			}
		})
	}
}

func TestIntrospect(t *testing.T) {
	org := newScripted(t)
	org.on("POST /services/oauth2/introspect",
		js(200, `{"active":true,"scope":"api id","client_id":"k","username":"sync@acme.example","token_type":"access_token","exp":1528502109,"iat":1528494909,"nbf":1528494909}`),
		js(200, `{"active":false}`), js(200, `<`), js(400, `{"error":"invalid_client","error_description":"invalid client credentials"}`), drop)
	i, err := org.app().Introspect(t.Context(), org.signedIn())
	if err != nil || !i.Active || i.Username != "sync@acme.example" || i.Expires.Unix() != 1528502109 {
		t.Errorf("got %+v, %v", i, err)
	}
	form, _ := url.ParseQuery(org.last().Body)
	if form.Get("token") != "00Dsecret!first" || form.Get("token_type_hint") != "access_token" || form.Get("client_secret") != "consumer-secret" {
		t.Errorf("form %v", form)
	}
	if i, err = org.app().Introspect(t.Context(), org.signedIn()); err != nil || i.Active || !i.Expires.IsZero() {
		t.Errorf("dead: %+v, %v", i, err)
	}
	for _, code := range []string{"salesforce.answer", "salesforce.auth_invalid_client", "salesforce.broken"} {
		_, err := org.app().Introspect(t.Context(), org.signedIn())
		var coded interface{ Code() string }
		if !errors.As(err, &coded) || coded.Code() != code {
			t.Errorf("got %v, want %s", err, code)
		}
		noSecrets(t, err)
	}
}

func TestListenRefusesPortBusyOnTheOtherLoopback(t *testing.T) {
	busy, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 on this machine")
	}
	defer busy.Close()
	app := salesforce.App{ClientID: "k", RedirectURL: fmt.Sprintf("http://localhost:%d/cb", busy.Addr().(*net.TCPAddr).Port)}
	z, err := app.Authorize(salesforce.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Listen(t.Context()); !errors.Is(err, salesforce.ErrListen) {
		t.Errorf("the answer could go to a stranger: %v", err)
	}
}
