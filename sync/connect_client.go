package sync

import (
	"context"
	"strings"

	"crmsync/sync/salesforce"
)

// ClientSignIn is a sign-in by the app's own secret, without a browser: as the
// run-as user that the app's policies name.
type ClientSignIn struct {
	LoginHost    string // the org's My Domain; Salesforce offers this nowhere else
	ClientID     string
	ClientSecret string
}

// ConnectClient connects by the client credentials flow; the secret is kept
// sealed.
func (e *Engine) ConnectClient(ctx context.Context, actor Actor, in ClientSignIn) (ConnectReport, error) {
	if err := Allowed(actor, ActConnect); err != nil {
		return ConnectReport{}, err
	}
	if host := strings.ToLower(strings.TrimRight(in.LoginHost, "/")); host == "" || host == salesforce.DefaultLoginHost {
		return ConnectReport{}, fault("usage.login_host", "Give it with --login-host, such as https://acme.my.salesforce.com; Setup > My Domain shows it.",
			"client credentials sign in at the org's My Domain only")
	}
	actor, err := e.connecting(ctx, actor, connectArgs{Flow: "client credentials", Host: in.LoginHost, App: in.ClientID})
	if err != nil {
		return ConnectReport{}, err
	}
	app := salesforce.App{LoginHost: in.LoginHost, ClientID: in.ClientID, ClientSecret: in.ClientSecret, HTTP: e.http, Now: e.now}
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.ClientCredentialsGrant{App: app}, Store: &memoryTokens{}, Now: e.now, Sleep: e.sleep})
	token, err := source.SignIn(ctx)
	if err != nil {
		return ConnectReport{}, err
	}
	return e.connect(ctx, actor, proposal{app: app, flow: flowClient, token: token, secrets: appSecrets{ClientSecret: in.ClientSecret}})
}
