package salesforce

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Introspection is what the login host knows of a token.
type Introspection struct {
	Active   bool
	Scope    string
	Username string
	Expires  time.Time // zero when not told
}

// Introspect asks the login host whether a sign-in is alive, and until when. It asks about the access token, which
// slides its end with every use. It does not refresh anything.
func (a App) Introspect(ctx context.Context, t Token) (Introspection, error) {
	form := url.Values{"token": {t.AccessToken}, "token_type_hint": {"access_token"}, "client_id": {a.ClientID}}
	if a.ClientSecret != "" {
		form.Set("client_secret", a.ClientSecret)
	}
	resp, err := a.post(ctx, t, "introspect", form)
	if err != nil {
		return Introspection{}, fmt.Errorf("ask about the sign-in: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil {
		return Introspection{}, fmt.Errorf("ask about the sign-in: %w", networkFailure(ctx, err, resp.Request.URL.Host, true))
	}
	var raw struct {
		Active      bool   `json:"active"`
		Scope       string `json:"scope"`
		Username    string `json:"username"`
		Expires     int64  `json:"exp"`
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	broken := json.Unmarshal(body, &raw)
	if resp.StatusCode != http.StatusOK {
		return Introspection{}, fmt.Errorf("ask about the sign-in: %w", &AuthError{Status: resp.StatusCode, ErrorCode: printable(raw.Error), Description: raw.Description})
	}
	if broken != nil {
		return Introspection{}, fmt.Errorf("ask about the sign-in: %w: the JSON is broken", ErrAnswer)
	}
	i := Introspection{Active: raw.Active, Scope: raw.Scope, Username: raw.Username}
	if raw.Expires > 0 {
		i.Expires = time.Unix(raw.Expires, 0).UTC()
	}
	return i, nil
}

// Revoke ends a sign-in at Salesforce: the refresh token and every access token that came from it, or the access
// token where there is no refresh token. Revoking what is dead already succeeds.
func (a App) Revoke(ctx context.Context, t Token) error {
	secret := t.RefreshToken
	if secret == "" {
		secret = t.AccessToken
	}
	if secret == "" {
		return nil
	}
	resp, err := a.post(ctx, t, "revoke", url.Values{"token": {secret}})
	if err != nil {
		return fmt.Errorf("revoke the sign-in: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxErrorBody))
	// 400 is the answer for a token that is unknown or dead: what was wanted.
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusBadRequest {
		return nil
	}
	return fmt.Errorf("revoke the sign-in: %w", &AuthError{Status: resp.StatusCode})
}

// authPatience bounds a question about a token.
const authPatience = time.Minute

// post sends a form to a service of the login host that issued the token. The caller closes the body.
func (a App) post(ctx context.Context, t Token, service string, form url.Values) (*http.Response, error) {
	host := t.LoginHost
	if host == "" {
		host = a.loginHost()
	}
	host, err := CheckAddress(host)
	if err != nil {
		return nil, fmt.Errorf("login host: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, authPatience, errStalled)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, host+"/services/oauth2/"+service, strings.NewReader(form.Encode()))
	if err != nil {
		cancel()
		return nil, fmt.Errorf("%w: the login host's", ErrAddress)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", userAgent(""))
	resp, err := a.httpClient().Do(req)
	if err != nil {
		defer cancel()
		return nil, networkFailure(ctx, err, req.URL.Host, true)
	}
	resp.Body = &cancelledBody{resp.Body, cancel}
	return resp, nil
}

// cancelledBody ends its request's context when it is closed.
type cancelledBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancelledBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
