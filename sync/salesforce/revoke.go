package salesforce

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Revoke ends a sign-in at Salesforce: the refresh token and every access token that came from it, or the access
// token where there is no refresh token. Revoking what is dead already succeeds.
func (a App) Revoke(ctx context.Context, t Token) error {
	host := t.LoginHost
	if host == "" {
		host = a.loginHost()
	}
	host, err := CheckAddress(host)
	if err != nil {
		return fmt.Errorf("login host: %w", err)
	}
	secret := t.RefreshToken
	if secret == "" {
		secret = t.AccessToken
	}
	if secret == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	body := strings.NewReader(url.Values{"token": {secret}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, host+"/services/oauth2/revoke", body)
	if err != nil {
		return fmt.Errorf("revoke: %w: %w", ErrAddress, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", userAgent(""))
	resp, err := a.httpClient().Do(req)
	if err != nil {
		return networkFailure(ctx, err, req.URL.Host, true)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxErrorBody))
	// 400 is the answer for a token that is unknown or dead: what was wanted.
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusBadRequest {
		return nil
	}
	return fmt.Errorf("revoke the sign-in: %w", &AuthError{Status: resp.StatusCode})
}
