package login

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Introspect answers whether a token is alive, to a client that proves who it is.
func (s *Server) Introspect(w http.ResponseWriter, r *http.Request, base string) {
	form, ok := postForm(w, r)
	if !ok {
		return
	}
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if name, password, basic := r.BasicAuth(); basic {
		id, secret = name, password
	}
	if id != s.ClientID || !equal(secret, s.ClientSecret) {
		writeJSON(w, http.StatusUnauthorized, Failure{"invalid_client", "invalid client credentials"})
		return
	}
	s.mu.Lock()
	answer := s.introspect(form, base)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) introspect(form url.Values, base string) map[string]any {
	token := form.Get("token")
	if found, ok := s.live(token); ok {
		answer := s.aliveAs(found.UserID, found.Scope, found.Made, base)
		answer["token_type"], answer["exp"] = "access_token", found.Used.Add(s.SessionLife).Unix()
		return answer
	}
	hash := hashOf(token)
	if g := s.grants[s.refresh[hash]]; g != nil && !g.Revoked && g.Current == hash && !s.Now().After(g.Used.Add(s.RefreshIdle)) {
		answer := s.aliveAs(g.UserID, g.Scope, g.Made, base)
		answer["token_type"], answer["exp"] = "refresh_token", g.Used.Add(s.RefreshIdle).Unix()
		return answer
	}
	return map[string]any{"active": false}
}

func (s *Server) aliveAs(userID, scope string, made time.Time, base string) map[string]any {
	user, _ := s.Users.UserByID(userID)
	return map[string]any{"active": true, "scope": scope, "client_id": s.ClientID, "username": user.Username,
		"sub": base + "/id/" + s.OrgID + "/" + userID, "iat": made.Unix(), "nbf": made.Unix()}
}

// UserInfo answers who the bearer is, in the words of OpenID Connect.
func (s *Server) UserInfo(w http.ResponseWriter, base string, bearer Session) {
	user, _ := s.Users.UserByID(bearer.UserID)
	writeJSON(w, http.StatusOK, map[string]any{
		"sub": base + "/id/" + s.OrgID + "/" + user.ID, "user_id": user.ID, "organization_id": s.OrgID, "preferred_username": user.Username,
		"nickname": user.Nickname, "name": user.Name, "email": user.Email, "email_verified": true, "given_name": user.FirstName, "family_name": user.LastName,
		"zoneinfo": user.TimeZone, "photos": map[string]string{}, "profile": base + "/" + user.ID, "picture": base + "/profilephoto/005/F",
		"address": map[string]string{}, "urls": urls(base), "active": user.Active, "user_type": "STANDARD", "language": "en_US", "locale": "en_US",
		"utcOffset": offset(user.TimeZone, s.Now()), "updated_at": user.LastModified.UTC().Format("2006-01-02T15:04:05Z"),
	})
}

// Identity answers the address in the id of a token answer.
func (s *Server) Identity(w http.ResponseWriter, base string, userID string) {
	user, ok := s.Users.UserByID(userID)
	if !ok {
		http.NotFound(w, nil)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"id": base + "/id/" + s.OrgID + "/" + user.ID, "asserted_user": true, "user_id": user.ID, "organization_id": s.OrgID, "username": user.Username,
		"nick_name": user.Nickname, "display_name": user.Name, "email": user.Email, "email_verified": true, "first_name": user.FirstName, "last_name": user.LastName,
		"timezone": user.TimeZone, "photos": map[string]string{"picture": base + "/profilephoto/005/F", "thumbnail": base + "/profilephoto/005/T"},
		"addr_street": nil, "addr_city": nil, "addr_state": nil, "addr_country": nil, "addr_zip": nil, "mobile_phone": nil, "mobile_phone_verified": false,
		"is_lightning_login_user": false, "status": map[string]any{"created_date": nil, "body": nil}, "urls": urls(base), "active": user.Active,
		"user_type": "STANDARD", "language": "en_US", "locale": "en_US", "utcOffset": offset(user.TimeZone, s.Now()),
		"last_modified_date": user.LastModified.UTC().Format("2006-01-02T15:04:05Z"), "is_app_installed": true,
	})
}

// urls are the addresses of the APIs; {version} is for the client to fill in.
func urls(base string) map[string]string {
	data := base + "/services/data/v{version}/"
	return map[string]string{
		"enterprise": base + "/services/Soap/c/{version}/00D", "metadata": base + "/services/Soap/m/{version}/00D", "partner": base + "/services/Soap/u/{version}/00D",
		"rest": data, "sobjects": data + "sobjects/", "search": data + "search/", "query": data + "query/", "recent": data + "recent/",
		"tooling_rest": data + "tooling/", "profile": base + "/005", "feeds": data + "chatter/feeds", "custom_domain": base,
	}
}

// offset is the zone's difference from UTC in winter, in milliseconds, as Salesforce gives it.
func offset(zone string, now time.Time) int {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return 0
	}
	_, seconds := time.Date(now.Year(), time.January, 1, 12, 0, 0, 0, location).Zone()
	return seconds * 1000
}

// Configuration answers /.well-known/openid-configuration.
func (s *Server) Configuration(w http.ResponseWriter, base string) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": base, "authorization_endpoint": base + "/services/oauth2/authorize", "token_endpoint": base + "/services/oauth2/token",
		"revocation_endpoint": base + "/services/oauth2/revoke", "userinfo_endpoint": base + "/services/oauth2/userinfo",
		"introspection_endpoint": base + "/services/oauth2/introspect", "scopes_supported": scopes, "response_types_supported": []string{"code"},
		"grant_types_supported":   []string{"authorization_code", "refresh_token", "client_credentials", jwtGrant},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"code_challenge_methods_supported": []string{"S256", "plain"}, "display_values_supported": []string{"page", "popup", "touch"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "none"},
	})
}

// Bearer returns the access token of an Authorization header, which may say Bearer or OAuth.
func Bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(strings.TrimSpace(header), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "OAuth") {
		return "", false
	}
	return strings.TrimSpace(token), true
}
