package salesforce

import "strings"

// authHint translates an OAuth error and its description into what has to be done. The descriptions are those of the
// token endpoint in English; an unknown one falls back to the error's general advice.
func authHint(code, description string) string {
	text := strings.ToLower(description)
	for _, h := range authTextHints {
		if code == h.code && strings.Contains(text, h.text) {
			return h.hint
		}
	}
	if h, ok := authHints[code]; ok {
		return h
	}
	return "Try again in a minute; if it stays, look at the user's Login History in the org's Setup."
}

var authTextHints = []struct{ code, text, hint string }{
	{"invalid_grant", "approved this consumer", "Preauthorise the integration user: in the app's policies choose \"Admin approved users are pre-authorized\" and add the user's profile or permission set."},
	{"invalid_grant", "authorization code", "The code lives 15 minutes and works once: start the sign-in again."},
	{"invalid_grant", "code verifier", "Start the sign-in again and use the newest address only."},
	{"invalid_request", "code verifier", "Start the sign-in again and use the newest address only."},
	{"invalid_grant", "audience", "The JWT's audience must be the login host: https://login.salesforce.com, or the org's own My Domain."},
	{"invalid_grant", "assertion", "Check that the app holds the certificate of this key, and that this machine's clock is right."},
	{"invalid_grant", "ip restricted", "Allow this machine's address in the app's or the profile's IP ranges."},
	{"invalid_grant", "login hours", "The profile's login hours forbid it now."},
	{"invalid_grant", "locked", "Unlock the integration user in the org's Setup."},
	{"invalid_grant", "frozen", "Unfreeze the integration user in the org's Setup."},
	{"invalid_grant", "authentication failure", "Check the user name and that the app permits this kind of sign-in for this user (Login History names the reason)."},
}

var authHints = map[string]string{
	"invalid_grant":           "Sign in again with `crmsync connect`.",
	"invalid_client_id":       "Check the consumer key (--client-id), and that the app is installed in this org or new enough (a new app takes up to 10 minutes).",
	"invalid_client":          "Check the consumer key and secret; a public app must have \"Require Secret\" off.",
	"redirect_uri_mismatch":   "Register exactly this callback in the app, port and path included: " + DefaultRedirectURL + " unless it was changed.",
	"inactive_user":           "The integration user is inactive; activate it or sign in as another one.",
	"inactive_org":            "The org is locked or closed; ask Salesforce.",
	"invalid_scope":           "Give the app the OAuth scopes api, id and refresh_token.",
	"unsupported_grant_type":  "Enable this OAuth flow in the app's settings.",
	"unauthorized_client":     "Enable this OAuth flow in the app's settings.",
	"rate_limit_exceeded":     "Too many sign-ins of this user within the hour; wait.",
	"access_denied":           "The sign-in was refused in the browser; start again and choose Allow.",
	"OAUTH_APP_BLOCKED":       "The org blocks this app; an administrator has to permit it under OAuth Usage.",
	"OAUTH_APP_ACCESS_DENIED": "The app's policies do not permit this user; an administrator has to add the profile or permission set.",
}

// endsSignIn says whether a refusal of a refresh means that only a new sign-in helps. Refusals by address or hour, and
// of a locked user, end when an administrator acts, and leave the refresh token alive; those of an assertion's time or
// audience end when this machine's clock or setting is put right.
func endsSignIn(code, description string) bool {
	text := strings.ToLower(description)
	switch code {
	case "invalid_grant":
		for _, passing := range []string{"ip restricted", "login hours", "locked", "frozen", "assertion", "audience"} {
			if strings.Contains(text, passing) {
				return false
			}
		}
		return true
	case "inactive_user", "inactive_org", "invalid_client_id", "invalid_client", "unauthorized_client":
		return true
	}
	return false
}
