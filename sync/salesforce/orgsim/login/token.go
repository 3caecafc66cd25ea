package login

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
)

// Failure is an error of the token endpoint.
type Failure struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func failure(code, description string) *Failure {
	return &Failure{Code: code, Description: description}
}

// challengeOf is the S256 challenge of a PKCE verifier.
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Token answers the token endpoint. base is the org's own address, which becomes instance_url.
func (s *Server) Token(w http.ResponseWriter, r *http.Request, base string) {
	form, ok := postForm(w, r)
	if !ok {
		return
	}
	if id, secret, basic := r.BasicAuth(); basic {
		form.Set("client_id", id)
		form.Set("client_secret", secret)
	}
	s.mu.Lock()
	tokens, problem, err := s.issue(form, base)
	s.mu.Unlock()
	switch {
	case err != nil:
		writeJSON(w, http.StatusInternalServerError, Failure{"unknown_error", "the org cannot keep its state"})
	case problem != nil:
		writeJSON(w, http.StatusBadRequest, problem)
	default:
		writeJSON(w, http.StatusOK, tokens)
	}
}

func (s *Server) issue(form url.Values, base string) (Tokens, *Failure, error) {
	grantType := form.Get("grant_type")
	if grantType == jwtGrant {
		return s.assert(form.Get("assertion"), base)
	}
	clientID := form.Get("client_id")
	if !s.knows(clientID) {
		return Tokens{}, failure("invalid_client_id", "client identifier invalid"), nil
	}
	if !s.accepts(clientID, form.Get("client_secret"), grantType == "client_credentials") {
		return Tokens{}, failure("invalid_client", "invalid client credentials"), nil
	}
	switch grantType {
	case "authorization_code":
		return s.exchange(form, base)
	case "refresh_token":
		return s.renew(form.Get("refresh_token"), base)
	case "client_credentials":
		user, ok := s.Users.UserByName(s.RunAs)
		if !ok || !user.Active {
			return Tokens{}, failure("inactive_user", "user is inactive"), nil
		}
		tokens, err := s.openSession("", user.ID, "api id", base)
		return tokens, nil, err
	}
	return Tokens{}, failure("unsupported_grant_type", "grant type not supported"), nil
}

// Revoke answers the revocation endpoint: a refresh token takes its family with it, an access token only itself.
func (s *Server) Revoke(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeJSON(w, http.StatusBadRequest, Failure{"invalid_request", "the request cannot be read"})
		return
	}
	hash := hashOf(r.Form.Get("token"))
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	switch g, found := s.grants[s.refresh[hash]], s.sessions[hash]; {
	case g != nil && !g.Revoked && g.Current == hash:
		err = s.revokeGrant(g)
	case found != nil && !found.Revoked:
		err = s.revokeSession(found)
	default:
		writeJSON(w, http.StatusBadRequest, Failure{"unsupported_token_type", "this token type is not supported"})
		return
	}
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, Failure{"unknown_error", "the org cannot keep its state"})
		return
	}
	w.WriteHeader(http.StatusOK)
}

// postForm reads the form of a POST.
func postForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	if r.Method != http.MethodPost {
		writeJSON(w, http.StatusBadRequest, Failure{"invalid_request", "must use HTTP POST"})
		return nil, false
	}
	if err := r.ParseForm(); err != nil {
		writeJSON(w, http.StatusBadRequest, Failure{"invalid_request", "the request cannot be read"})
		return nil, false
	}
	return r.Form, true
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Cache-Control", "no-cache, no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the reader is gone: nobody to tell
}
