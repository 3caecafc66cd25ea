package orgsim_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

const callback = "http://localhost:8765/callback"

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// authorize asks for a code and returns where the browser is sent.
func (s *served) authorize(extra url.Values) (answer, url.Values) {
	s.t.Helper()
	q := url.Values{"response_type": {"code"}, "client_id": {s.login.ClientID}, "redirect_uri": {callback}, "state": {"st&te"}}
	for name, values := range extra {
		q[name] = values
	}
	a := s.do("GET", "/services/oauth2/authorize?"+q.Encode(), nil, "Authorization", "")
	location, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		s.t.Fatal(err)
	}
	return a, location.Query()
}

// token asks the token endpoint.
func (s *served) token(form url.Values) answer {
	s.t.Helper()
	if !form.Has("client_id") {
		form.Set("client_id", s.login.ClientID)
	}
	return s.do("POST", "/services/oauth2/token", form, "Authorization", "")
}

func (s *served) exchange(code, verifier string) answer {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}}
	if verifier != "" {
		form.Set("code_verifier", verifier)
	}
	return s.token(form)
}

func (s *served) refresh(token string) answer {
	return s.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

// works reports whether an access token is accepted.
func (s *served) works(token string) bool {
	a := s.do("GET", data+"/limits", nil, "Authorization", "OAuth "+token)
	if a.status == 401 && a.code() != "INVALID_SESSION_ID" {
		s.t.Fatalf("%s", a.body)
	}
	return a.status == 200
}

func TestWebServerFlow(t *testing.T) {
	const verifier = "a-verifier-of-at-least-forty-three-characters-0123456789"
	cases := map[string]struct {
		challenge  url.Values
		verifier   string
		wantError  string
		wantStatus int
	}{
		"S256":                      {url.Values{"code_challenge": {challenge(verifier)}, "code_challenge_method": {"S256"}}, verifier, "", 200},
		"no method means S256":      {url.Values{"code_challenge": {challenge(verifier)}}, verifier, "", 200},
		"plain":                     {url.Values{"code_challenge": {verifier}, "code_challenge_method": {"plain"}}, verifier, "", 200},
		"without PKCE":              {nil, "", "", 200},
		"wrong verifier":            {url.Values{"code_challenge": {challenge(verifier)}}, verifier + "x", "invalid_request", 400},
		"missing verifier":          {url.Values{"code_challenge": {challenge(verifier)}}, "", "invalid_grant", 400},
		"plain compared with S256":  {url.Values{"code_challenge": {verifier}}, verifier, "invalid_request", 400},
		"verifier nobody asked for": {nil, verifier, "invalid_request", 400},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := serve(t, orgsim.Config{AutoApprove: true})
			a, back := s.authorize(c.challenge)
			a.want(302)
			if back.Get("state") != "st&te" || !strings.HasPrefix(a.header.Get("Location"), callback+"?") {
				t.Fatalf("sent to %s", a.header.Get("Location"))
			}
			got := s.exchange(back.Get("code"), c.verifier).want(c.wantStatus).object()
			if c.wantError != "" {
				if got["error"] != c.wantError {
					t.Fatalf("error %v, want %s", got["error"], c.wantError)
				}
				return
			}
			checkTokens(t, s, got)
		})
	}
}

// checkTokens checks the shape of a token answer.
func checkTokens(t *testing.T, s *served, got map[string]any) {
	t.Helper()
	if _, ok := got["expires_in"]; ok {
		t.Error("expires_in: Salesforce gives none")
	}
	if got["instance_url"] != s.url || got["token_type"] != "Bearer" {
		t.Errorf("instance_url %v, token_type %v", got["instance_url"], got["token_type"])
	}
	if !regexp.MustCompile(`^00D[0-9A-Za-z]{12}!.+$`).MatchString(got["access_token"].(string)) {
		t.Errorf("access token %v", got["access_token"])
	}
	if !regexp.MustCompile(`/id/00D[0-9A-Za-z]{15}/005[0-9A-Za-z]{15}$`).MatchString(got["id"].(string)) {
		t.Errorf("id %v", got["id"])
	}
	if ms, err := strconv.ParseInt(got["issued_at"].(string), 10, 64); err != nil || ms != s.clock.Now().UnixMilli() {
		t.Errorf("issued_at %v", got["issued_at"])
	}
	if !s.works(got["access_token"].(string)) {
		t.Error("the access token does not work")
	}
}

func TestAuthorizationCode(t *testing.T) {
	t.Run("works once, a second use ends what came of the first", func(t *testing.T) {
		s := serve(t, orgsim.Config{AutoApprove: true})
		_, back := s.authorize(nil)
		first := s.exchange(back.Get("code"), "").want(200).object()
		if got := s.exchange(back.Get("code"), "").want(400).object(); got["error"] != "invalid_grant" {
			t.Fatalf("%v", got)
		}
		if s.works(first["access_token"].(string)) {
			t.Fatal("the tokens of the first use still work")
		}
	})
	t.Run("ends after fifteen minutes", func(t *testing.T) {
		s := serve(t, orgsim.Config{AutoApprove: true})
		_, back := s.authorize(nil)
		s.clock.add(15*time.Minute + time.Second)
		if got := s.exchange(back.Get("code"), "").want(400).object(); got["error_description"] != "expired authorization code" {
			t.Fatalf("%v", got)
		}
	})
}

func TestAuthorizeRefusals(t *testing.T) {
	s := serve(t, orgsim.Config{AutoApprove: true})
	shown := map[string]url.Values{
		"invalid_client_id":     {"client_id": {"other"}},
		"redirect_uri_mismatch": {"redirect_uri": {callback + "/"}},
	}
	for want, change := range shown {
		a, _ := s.authorize(change)
		if a.want(400); a.header.Get("Location") != "" || !strings.Contains(string(a.body), want) {
			t.Errorf("%s: sent to %q with %s", want, a.header.Get("Location"), a.body)
		}
	}
	redirected := map[string]url.Values{
		"unsupported_response_type": {"response_type": {"token"}},
		"invalid_scope":             {"scope": {"api everything"}},
		"invalid_request":           {"code_challenge_method": {"S512"}},
	}
	for want, change := range redirected {
		if _, back := s.authorize(change); back.Get("error") != want || back.Get("state") != "st&te" {
			t.Errorf("%v, want %s", back, want)
		}
	}
}

func TestConsentPage(t *testing.T) {
	hidden := regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`)
	for decision, want := range map[string]string{"allow": "code", "deny": "error"} {
		s := serve(t, orgsim.Config{})
		a, _ := s.authorize(nil)
		page := string(a.want(200).body)
		form := url.Values{}
		for _, m := range hidden.FindAllStringSubmatch(page, -1) {
			form.Set(m[1], strings.ReplaceAll(m[2], "&amp;", "&"))
		}
		form.Set("decision", decision)
		sent := s.do("POST", "/services/oauth2/authorize", form).want(302)
		location, _ := url.Parse(sent.header.Get("Location"))
		if !location.Query().Has(want) || location.Query().Get("state") != "st&te" {
			t.Errorf("%s: sent to %s", decision, location)
		}
		s.do("POST", "/services/oauth2/authorize", form).want(403) // the page counts once
	}
}

func TestRefreshRotates(t *testing.T) {
	s := serve(t, orgsim.Config{})
	second := s.refresh(s.login.RefreshToken).want(200).object()
	checkTokens(t, s, second)
	third := s.refresh(second["refresh_token"].(string)).want(200).object()
	if !s.works(s.login.AccessToken) {
		t.Fatal("rotation must leave older sessions alone")
	}
	if got := s.refresh(second["refresh_token"].(string)).want(400).object(); got["error"] != "invalid_grant" {
		t.Fatalf("reuse: %v", got)
	}
	s.refresh(third["refresh_token"].(string)).want(400) // the reuse ended the family
	for _, dead := range []any{s.login.AccessToken, second["access_token"], third["access_token"]} {
		if s.works(dead.(string)) {
			t.Fatal("a session of the family still works")
		}
	}
}

func TestRefreshWithoutRotation(t *testing.T) {
	s := serve(t, orgsim.Config{StaticRefresh: true})
	for range 3 {
		if got := s.refresh(s.login.RefreshToken).want(200).object(); got["refresh_token"] != nil {
			t.Fatalf("a refresh token that does not rotate comes again: %v", got)
		}
	}
}

func TestTokensEnd(t *testing.T) {
	t.Run("a session two hours after its last use", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		for range 3 {
			s.clock.add(90 * time.Minute)
			if !s.works(s.login.AccessToken) {
				t.Fatal("a session in use must go on")
			}
		}
		s.clock.add(2*time.Hour + time.Second)
		if s.works(s.login.AccessToken) {
			t.Fatal("still works")
		}
		s.refresh(s.login.RefreshToken).want(200)
	})
	t.Run("a refresh token thirty days after its last use", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		s.clock.add(30*24*time.Hour + time.Second)
		s.refresh(s.login.RefreshToken).want(400)
	})
	t.Run("the oldest when there is a sixth", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		for range 5 {
			s.clock.add(time.Minute)
			if _, err := s.org.Credentials(s.url); err != nil {
				t.Fatal(err)
			}
		}
		s.refresh(s.login.RefreshToken).want(400)
	})
	t.Run("all when an admin revokes", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		s.do("POST", "/admin/change", map[string]string{"kind": "revoke"}).want(200)
		s.refresh(s.login.RefreshToken).want(400)
		if s.works(s.login.AccessToken) {
			t.Fatal("still works")
		}
	})
}

func TestRevoke(t *testing.T) {
	t.Run("an access token alone", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		s.do("POST", "/services/oauth2/revoke", url.Values{"token": {s.login.AccessToken}}).want(200)
		if s.works(s.login.AccessToken) {
			t.Fatal("still works")
		}
		s.refresh(s.login.RefreshToken).want(200)
	})
	t.Run("a refresh token takes its sessions", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		a := s.do("POST", "/services/oauth2/revoke", url.Values{"token": {s.login.RefreshToken}}).want(200)
		if len(a.body) > 0 || s.works(s.login.AccessToken) {
			t.Fatalf("body %q", a.body)
		}
		s.refresh(s.login.RefreshToken).want(400)
	})
	t.Run("an unknown token", func(t *testing.T) {
		s := serve(t, orgsim.Config{})
		s.do("POST", "/services/oauth2/revoke", url.Values{"token": {"nonsense"}}).want(400)
	})
}

func TestAppOfTheOfficialCommandLine(t *testing.T) {
	s := serve(t, orgsim.Config{AutoApprove: true})
	const app, address = "PlatformCLI", "http://localhost:1717/OauthRedirect"
	_, back := s.authorize(url.Values{"client_id": {app}, "redirect_uri": {address}})
	form := url.Values{"grant_type": {"authorization_code"}, "code": {back.Get("code")}, "redirect_uri": {address}, "client_id": {app}}
	got := s.token(form).want(200).object()
	s.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got["refresh_token"].(string)}, "client_id": {app}}).want(200)
	s.token(url.Values{"grant_type": {"client_credentials"}, "client_id": {app}}).want(400)
	s.token(url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {s.login.ClientSecret}}).want(400)
}

func TestClientCredentials(t *testing.T) {
	s := serve(t, orgsim.Config{})
	form := url.Values{"grant_type": {"client_credentials"}, "client_secret": {s.login.ClientSecret}}
	got := s.token(form).want(200).object()
	if got["refresh_token"] != nil || !s.works(got["access_token"].(string)) {
		t.Fatalf("%v", got)
	}
	form.Set("client_secret", "wrong")
	if got := s.token(form).want(400).object(); got["error"] != "invalid_client" {
		t.Fatalf("%v", got)
	}
	if got := s.token(url.Values{"grant_type": {"password"}}).want(400).object(); got["error"] != "unsupported_grant_type" {
		t.Fatalf("%v", got)
	}
	if got := s.token(url.Values{"grant_type": {"refresh_token"}, "client_id": {"x"}}).want(400).object(); got["error"] != "invalid_client_id" {
		t.Fatalf("%v", got)
	}
}

func TestWhoIsIt(t *testing.T) {
	s := serve(t, orgsim.Config{})
	info := s.do("GET", "/services/oauth2/userinfo", nil).want(200).object()
	if info["preferred_username"] != s.login.Username || !strings.HasPrefix(info["organization_id"].(string), "00D") {
		t.Errorf("userinfo %v", info)
	}
	path := "/id/" + info["organization_id"].(string) + "/" + info["user_id"].(string)
	identity := s.do("GET", path, nil).want(200).object()
	rest := identity["urls"].(map[string]any)["rest"]
	if identity["username"] != s.login.Username || rest != s.url+"/services/data/v{version}/" || identity["timezone"] == "" {
		t.Errorf("identity %v", identity)
	}
	s.do("GET", path, nil, "Authorization", "").want(403)
	form := url.Values{"token": {s.login.AccessToken}, "client_id": {s.login.ClientID}, "client_secret": {s.login.ClientSecret}}
	alive := s.do("POST", "/services/oauth2/introspect", form).want(200).object()
	if alive["active"] != true || alive["username"] != s.login.Username || int64(alive["exp"].(float64)) != s.clock.Now().Add(2*time.Hour).Unix() {
		t.Errorf("introspection %v", alive)
	}
	form.Set("token", "nonsense")
	if dead := s.do("POST", "/services/oauth2/introspect", form).want(200).object(); len(dead) != 1 || dead["active"] != false {
		t.Errorf("introspection of a dead token %v", dead)
	}
	form.Set("client_secret", "wrong")
	s.do("POST", "/services/oauth2/introspect", form).want(401)
	configuration := s.do("GET", "/.well-known/openid-configuration", nil, "Authorization", "").want(200).object()
	if configuration["token_endpoint"] != s.url+"/services/oauth2/token" {
		t.Errorf("configuration %v", configuration)
	}
}
