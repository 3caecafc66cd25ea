package login

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// request is a checked request to the authorize endpoint.
type request struct {
	redirectURI, state, scope, challenge string
	plain                                bool
	hint                                 string
}

// Authorize answers the browser: a consent page, or, with AutoApprove or once approved, the redirect with a code.
func (s *Server) Authorize(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if err := r.ParseForm(); err != nil {
		writePage(w, http.StatusBadRequest, errorPage, Failure{"invalid_request", "the request cannot be read"})
		return
	}
	asked, problem := s.parseRequest(r.Form)
	if problem != nil {
		if asked == nil { // never redirect to an address that is not registered
			writePage(w, http.StatusBadRequest, errorPage, problem)
			return
		}
		redirect(w, r, asked, url.Values{"error": {problem.Code}, "error_description": {problem.Description}})
		return
	}
	user, ok := s.Users.UserByName(asked.hint)
	if !ok {
		user, ok = s.Users.UserByName(s.RunAs)
	}
	switch {
	case !ok || !user.Active:
		redirect(w, r, asked, url.Values{"error": {"access_denied"}, "error_description": {"user is inactive"}})
	case r.Method == http.MethodGet && s.AutoApprove:
		s.approve(w, r, asked, user)
	case r.Method == http.MethodGet:
		s.askConsent(w, r, asked, user)
	case !s.takeConsent(r.PostForm.Get("consent")):
		writePage(w, http.StatusForbidden, errorPage, Failure{"access_denied", "this page is out of date: begin the sign-in again"})
	case r.PostForm.Get("decision") == "allow":
		s.approve(w, r, asked, user)
	default:
		redirect(w, r, asked, url.Values{"error": {"access_denied"}, "error_description": {"end-user denied authorization"}})
	}
}

// parseRequest checks the parameters. Without a request the problem must be shown, with one it goes to the redirect address.
func (s *Server) parseRequest(form url.Values) (*request, *Failure) {
	if !s.knows(form.Get("client_id")) {
		return nil, failure("invalid_client_id", "client identifier invalid")
	}
	uri := form.Get("redirect_uri")
	if !slices.Contains(s.RedirectURIs, uri) {
		return nil, failure("redirect_uri_mismatch", "redirect_uri must match configuration")
	}
	asked := &request{redirectURI: uri, state: form.Get("state"), scope: form.Get("scope"), challenge: form.Get("code_challenge"), hint: form.Get("login_hint")}
	if asked.scope == "" {
		asked.scope = DefaultScope
	}
	switch form.Get("code_challenge_method") {
	case "", "S256": // Salesforce takes S256 for granted
	case "plain":
		asked.plain = true
	default:
		return asked, failure("invalid_request", "invalid code challenge method")
	}
	if form.Get("response_type") != "code" {
		return asked, failure("unsupported_response_type", "response type must be code for this client id")
	}
	for scope := range strings.FieldsSeq(asked.scope) {
		if !slices.Contains(scopes, scope) {
			return asked, failure("invalid_scope", "the requested scope is invalid, unknown, or malformed")
		}
	}
	return asked, nil
}

// scopes are the scopes the app is registered for.
var scopes = []string{"api", "id", "profile", "email", "address", "phone", "openid", "web", "full", "refresh_token", "offline_access"}

func (s *Server) approve(w http.ResponseWriter, r *http.Request, asked *request, user User) {
	value := "aPrx" + randomText(48)
	s.mu.Lock()
	s.codes[hashOf(value)] = &code{userID: user.ID, redirectURI: asked.redirectURI, scope: asked.scope, challenge: asked.challenge,
		plain: asked.plain, ends: s.Now().Add(codeLife)}
	s.mu.Unlock()
	redirect(w, r, asked, url.Values{"code": {value}})
}

// askConsent shows the page on which the user allows or denies.
func (s *Server) askConsent(w http.ResponseWriter, r *http.Request, asked *request, user User) {
	number := randomText(24)
	s.mu.Lock()
	s.consents[number] = s.Now().Add(codeLife)
	s.mu.Unlock()
	hidden := map[string]string{}
	for name, values := range r.Form {
		hidden[name] = values[0]
	}
	hidden["consent"] = number
	writePage(w, http.StatusOK, consentPage, map[string]any{
		"Org": s.OrgName, "User": user.Name, "Username": user.Username, "Scopes": strings.Fields(asked.scope), "Hidden": hidden, "Return": asked.redirectURI,
	})
}

// takeConsent uses up the number of a consent page, so that no other site can approve in the user's name.
func (s *Server) takeConsent(number string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ends, ok := s.consents[number]
	delete(s.consents, number)
	return ok && s.Now().Before(ends)
}

func redirect(w http.ResponseWriter, r *http.Request, asked *request, values url.Values) {
	if asked.state != "" {
		values.Set("state", asked.state)
	}
	separator := "?"
	if strings.Contains(asked.redirectURI, "?") {
		separator = "&"
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, asked.redirectURI+separator+values.Encode(), http.StatusFound)
}

// exchange turns an authorization code into tokens.
func (s *Server) exchange(form url.Values, base string) (Tokens, *Failure, error) {
	c := s.codes[hashOf(form.Get("code"))]
	switch {
	case c == nil:
		return Tokens{}, failure("invalid_grant", "invalid authorization code"), nil
	case c.grant != "":
		return Tokens{}, failure("invalid_grant", "expired authorization code"), s.revokeGrant(s.grants[c.grant])
	case s.Now().After(c.ends):
		return Tokens{}, failure("invalid_grant", "expired authorization code"), nil
	case c.redirectURI != form.Get("redirect_uri"):
		return Tokens{}, failure("redirect_uri_mismatch", "redirect_uri must match configuration"), nil
	}
	if problem := c.verify(form.Get("code_verifier")); problem != nil {
		return Tokens{}, problem, nil
	}
	if !strings.Contains(c.scope, "refresh_token") && !strings.Contains(c.scope, "offline_access") && !strings.Contains(c.scope, "full") {
		c.ends = time.Time{}
		tokens, err := s.openSession("", c.userID, c.scope, base)
		return tokens, nil, err
	}
	tokens, err := s.authorizeUser(c.userID, c.scope, base)
	c.grant = s.refresh[hashOf(tokens.RefreshToken)]
	return tokens, nil, err
}

// verify checks the PKCE verifier against the challenge the code was asked with.
func (c *code) verify(verifier string) *Failure {
	switch {
	case c.challenge == "" && verifier == "":
		return nil
	case c.challenge == "":
		return failure("invalid_request", "code verifier was not expected")
	case verifier == "":
		return failure("invalid_grant", "code verifier is required")
	case c.plain && equal(verifier, c.challenge), !c.plain && equal(challengeOf(verifier), c.challenge):
		return nil
	}
	return failure("invalid_request", "invalid code verifier")
}
