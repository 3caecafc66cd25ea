package sync

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"crmsync/sync/salesforce"
)

// SignIn says where and as which app to sign in by browser.
type SignIn struct {
	LoginHost    string // "" = https://login.salesforce.com
	ClientID     string // consumer key of the org's External Client App
	ClientSecret string // "" for a public app
	RedirectURL  string // "" = salesforce.DefaultRedirectURL; registered in the app, port included
}

// PendingSignIn is a sign-in that waits for its browser. It is finished by Wait
// or by Paste, whichever comes first, and has to be closed.
type PendingSignIn struct {
	URL      string // to open in a browser, on any machine
	Redirect string // where the browser ends; forward its port when it is on another machine

	engine        *Engine
	actor         Actor
	app           salesforce.App
	authorization *salesforce.Authorization
	loopback      *salesforce.Loopback
	listen        error
}

// ConnectReport says what was connected.
type ConnectReport struct {
	Organization string `json:"organization"`
	OrgID        string `json:"org_id"`
	InstanceURL  string `json:"instance_url"`
	Username     string `json:"username"`
	Edition      string `json:"edition"`
	Package      bool   `json:"package"`
	AuditID      string `json:"audit_id"`
	Resumes      *Grace `json:"resumes,omitempty"` // what goes on where an earlier sign-in ended
	Warning      string `json:"warning,omitempty"` // S38: the connecting admin has no seat
}

// BeginSignIn starts the web server flow with PKCE: it makes the address to
// open and listens on the fixed loopback port. When the port cannot be opened
// the sign-in still works by pasting the address; Listening tells why.
func (e *Engine) BeginSignIn(ctx context.Context, actor Actor, in SignIn) (*PendingSignIn, error) {
	if err := Allowed(actor, ActConnect); err != nil {
		return nil, err
	}
	actor, err := e.connecting(ctx, actor, connectArgs{Flow: "browser", Host: nameOr(in.LoginHost, salesforce.DefaultLoginHost), App: in.ClientID})
	if err != nil {
		return nil, err
	}
	app := salesforce.App{LoginHost: in.LoginHost, ClientID: in.ClientID, ClientSecret: in.ClientSecret, RedirectURL: in.RedirectURL, HTTP: e.http, Now: e.now}
	authorization, err := app.Authorize(salesforce.AuthorizeOptions{Prompt: "login consent"})
	if err != nil {
		return nil, err
	}
	p := &PendingSignIn{URL: authorization.URL, Redirect: authorization.RedirectURL(), engine: e, actor: actor, app: app, authorization: authorization}
	p.loopback, p.listen = authorization.Listen(ctx)
	return p, nil
}

// Listening returns nil while the loopback port waits for the browser, else why
// it does not.
func (p *PendingSignIn) Listening() error { return p.listen }

// Wait waits for the browser to come back to the loopback port and connects.
func (p *PendingSignIn) Wait(ctx context.Context) (ConnectReport, error) {
	if p.loopback == nil {
		return ConnectReport{}, p.listen
	}
	code, err := p.loopback.Wait(ctx)
	if err != nil {
		return ConnectReport{}, err
	}
	return p.finish(ctx, code)
}

// Paste takes the address the browser ended on and connects.
func (p *PendingSignIn) Paste(ctx context.Context, address string) (ConnectReport, error) {
	code, err := p.authorization.ParseRedirect(address)
	if err != nil {
		return ConnectReport{}, err
	}
	return p.finish(ctx, code)
}

// Close stops listening.
func (p *PendingSignIn) Close() error {
	if p.loopback == nil {
		return nil
	}
	return p.loopback.Close()
}

func (p *PendingSignIn) finish(ctx context.Context, code string) (ConnectReport, error) {
	token, err := p.authorization.Exchange(ctx, code)
	if err != nil {
		return ConnectReport{}, err
	}
	return p.engine.connect(ctx, p.actor, proposal{app: p.app, flow: flowRefresh, token: token, secrets: appSecrets{ClientSecret: p.app.ClientSecret}})
}

// TokenSignIn is a sign-in that exists already: an access token, and perhaps
// the refresh token and app that renew it.
type TokenSignIn struct {
	InstanceURL  string
	AccessToken  string
	RefreshToken string
	LoginHost    string // "" = InstanceURL
	ClientID     string
	ClientSecret string
}

// ConnectToken connects with a token that was given.
func (e *Engine) ConnectToken(ctx context.Context, actor Actor, in TokenSignIn) (ConnectReport, error) {
	if err := Allowed(actor, ActConnect); err != nil {
		return ConnectReport{}, err
	}
	instance, err := salesforce.CheckAddress(in.InstanceURL)
	if err != nil {
		return ConnectReport{}, err
	}
	if in.AccessToken == "" {
		return ConnectReport{}, fault("usage.token", "Give it on standard input with --access-token-stdin.", "the access token is empty")
	}
	host := nameOr(in.LoginHost, instance)
	if actor, err = e.connecting(ctx, actor, connectArgs{Flow: "a token that is given", Host: instance, App: in.ClientID}); err != nil {
		return ConnectReport{}, err
	}
	p := proposal{
		app:     salesforce.App{LoginHost: host, ClientID: in.ClientID, ClientSecret: in.ClientSecret, HTTP: e.http, Now: e.now},
		flow:    flowFixed,
		token:   salesforce.Token{AccessToken: in.AccessToken, RefreshToken: in.RefreshToken, InstanceURL: instance, LoginHost: host, IssuedAt: e.now().UTC()},
		secrets: appSecrets{ClientSecret: in.ClientSecret},
	}
	if in.RefreshToken != "" && in.ClientID != "" {
		p.flow = flowRefresh
	}
	return e.connect(ctx, actor, p)
}

// JWTSignIn is a sign-in by certificate, without a browser.
type JWTSignIn struct {
	LoginHost string
	ClientID  string
	Username  string
	Key       []byte // RSA private key, PEM
}

// ConnectJWT connects by the JWT bearer flow; the key is kept sealed.
func (e *Engine) ConnectJWT(ctx context.Context, actor Actor, in JWTSignIn) (ConnectReport, error) {
	if err := Allowed(actor, ActConnect); err != nil {
		return ConnectReport{}, err
	}
	key, err := salesforce.ParsePrivateKey(in.Key)
	if err != nil {
		return ConnectReport{}, err
	}
	actor, err = e.connecting(ctx, actor, connectArgs{Flow: "certificate", Host: nameOr(in.LoginHost, salesforce.DefaultLoginHost), App: in.ClientID, User: in.Username})
	if err != nil {
		return ConnectReport{}, err
	}
	app := salesforce.App{LoginHost: in.LoginHost, ClientID: in.ClientID, HTTP: e.http, Now: e.now}
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{
		Grant: salesforce.JWTGrant{App: app, Username: in.Username, Key: key}, Store: &memoryTokens{}, Now: e.now, Sleep: e.sleep,
	})
	token, err := source.SignIn(ctx)
	if err != nil {
		return ConnectReport{}, err
	}
	return e.connect(ctx, actor, proposal{app: app, flow: flowJWT, token: token, secrets: appSecrets{PrivateKey: string(in.Key)}})
}

// decline gives a fresh sign-in back that will not be used, so that no token of
// a refused org stays alive. What was given from outside is left alone.
func (e *Engine) decline(ctx context.Context, p proposal, cause error) error {
	if p.flow == flowFixed {
		return cause
	}
	if err := p.app.Revoke(ctx, p.token); err != nil {
		return errors.Join(cause, fmt.Errorf("and the sign-in could not be given back: %w", err))
	}
	return cause
}

// sandboxHosts are where sandboxes and scratch orgs sign in and live.
var sandboxHosts = regexp.MustCompile(`(?i)^(https?://)?(test\.salesforce\.com|([^/]+\.)?(sandbox|scratch)\.(my\.salesforce|my\.site|lightning\.force|vf\.force)\.com|[^/]*--[^/.]+\.(my\.salesforce|lightning\.force)\.com)(:\d+)?(/|$)`)

// notSandboxHost refuses a sandbox by its address, before anybody signs in there (S40); what no address tells is refused
// once the org says it.
func notSandboxHost(host string) error {
	if !sandboxHosts.MatchString(host) {
		return nil
	}
	return fault("connect.sandbox", "Connect the production org. To rehearse, use crmsync demo or the test contact of crmsync writeback trial.", "%s is the address of a sandbox, which is not supported", host)
}
