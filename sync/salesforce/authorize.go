package salesforce

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Authorization is one attempt to sign in through a browser: web server flow with PKCE (S256).
type Authorization struct {
	URL   string // the address to open in a browser, which may be on another machine
	State string // ties the answer to this attempt

	app      App
	config   *oauth2.Config
	verifier string
}

// AuthorizeOptions are the choices of Authorize.
type AuthorizeOptions struct {
	Prompt    string // "" or "login consent": ask for the user even when the browser has a session
	LoginHint string // user name to put into the login form
}

// Authorize starts a sign-in: it makes a fresh state and PKCE verifier and the address to open. Nothing is sent.
func (a App) Authorize(o AuthorizeOptions) (*Authorization, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	config, err := a.oauth(a.loginHost())
	if err != nil {
		return nil, err
	}
	verifier, state := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if o.Prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", o.Prompt))
	}
	if o.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", o.LoginHint))
	}
	return &Authorization{URL: config.AuthCodeURL(state, options...), State: state, app: a, config: config, verifier: verifier}, nil
}

// RedirectURL is the address the browser will be sent to.
func (z *Authorization) RedirectURL() string { return z.config.RedirectURL }

// ParseRedirect takes the address the browser ended on, as pasted or as received, checks that it answers this attempt
// and returns the authorisation code in it. A pasted address may carry spaces and line breaks of a terminal.
func (z *Authorization) ParseRedirect(address string) (code string, err error) {
	address = strings.Join(strings.Fields(address), "")
	_, query, found := strings.Cut(address, "?")
	if !found && (strings.HasPrefix(address, "code=") || strings.HasPrefix(address, "error=")) {
		query, found = address, true
	}
	query, _, _ = strings.Cut(query, "#")
	values, err := url.ParseQuery(query)
	if err != nil || !found {
		return "", fmt.Errorf("%w: it carries no answer; the part from \"?\" on is missing or damaged", ErrRedirect)
	}
	if subtle.ConstantTimeCompare([]byte(values.Get("state")), []byte(z.State)) != 1 {
		return "", fmt.Errorf("%w: its state is another one's", ErrRedirect)
	}
	switch refused := values.Get("error"); {
	case refused == "access_denied":
		return "", fmt.Errorf("%w: %s", ErrDenied, printable(values.Get("error_description")))
	case refused != "":
		return "", &AuthError{ErrorCode: printable(refused), Description: values.Get("error_description")}
	case values.Get("code") == "":
		return "", fmt.Errorf("%w: it carries no code", ErrRedirect)
	}
	return values.Get("code"), nil
}

// Exchange trades the code for a token. A code works once: after any error the sign-in has to be started again. The
// caller saves the token before it uses it.
func (z *Authorization) Exchange(ctx context.Context, code string) (Token, error) {
	trace := &sending{}
	answer, err := z.config.Exchange(trace.watch(z.app.withClient(ctx)), code, oauth2.VerifierOption(z.verifier))
	if err != nil {
		return Token{}, authFailure(ctx, err, z.config.Endpoint.TokenURL, trace, false)
	}
	return z.app.tokenFrom(answer, z.app.loginHost())
}
