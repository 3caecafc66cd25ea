package ui

import (
	"context"
	"net/url"
	"strconv"

	crmsync "crmsync/sync"
)

// liveConnect signs in, checks and disconnects.
type liveConnect struct{ live }

// Connection reads where the connection stands.
func (c liveConnect) Connection(ctx context.Context) (Connection, error) {
	row, err := c.connection(ctx)
	if err != nil {
		return Connection{}, err
	}
	return Connection{State: connectedOf(string(row.State)), Host: hostOf(row.InstanceURL), User: row.Username, OrgID: row.OrgID, OrgName: row.OrgName, Edition: row.Edition,
		APIVersion: row.APIVersion, LoginHost: row.LoginHost, ClientID: row.ClientID, Since: row.ConnectedAt}, nil
}

// SignIn begins a sign-in by browser.
func (c liveConnect) SignIn(ctx context.Context, ask SignIn) (PendingSignIn, error) {
	pending, err := c.engine.BeginSignIn(ctx, c.actor, crmsync.SignIn{LoginHost: ask.LoginHost, ClientID: ask.ClientID, ClientSecret: ask.ClientSecret})
	if err != nil {
		return nil, err
	}
	return &livePending{PendingSignIn: pending, closed: make(chan struct{})}, nil
}

// Doctor asks the org whether we can work with it.
func (c liveConnect) Doctor(ctx context.Context) (Doctor, error) {
	report, err := c.engine.Doctor(ctx, c.actor)
	if err != nil {
		return Doctor{}, err
	}
	out := Doctor{At: report.Checked}
	for _, check := range report.Checks {
		blocks := string(check.Blocks)
		if check.Blocks == crmsync.BlocksNothing {
			blocks = ""
		}
		out.Checks = append(out.Checks, Check{Name: check.Name, Detail: check.Detail, Blocks: blocks, Fix: check.Fix, State: checkState(check.State)})
	}
	return out, nil
}

func checkState(s crmsync.CheckState) State {
	switch s {
	case crmsync.CheckOK:
		return StateGood
	case crmsync.CheckWarn:
		return StateWarn
	case crmsync.CheckFail:
		return StateBad
	case crmsync.CheckSkip:
	}
	return StateOff
}

// Disconnect revokes the tokens and keeps what was imported.
func (c liveConnect) Disconnect(ctx context.Context) error {
	_, err := c.engine.Disconnect(ctx, c.actor)
	return err
}

// livePending is a sign-in of the engine.
type livePending struct {
	*crmsync.PendingSignIn
	closed chan struct{}
}

// Address is what to open in the browser.
func (p *livePending) Address() string { return p.URL }

// Port is the loopback port the browser comes back to, 0 when it could not be opened.
func (p *livePending) Port() int {
	to, err := url.Parse(p.Redirect)
	if err != nil || p.Listening() != nil {
		return 0
	}
	port, _ := strconv.Atoi(to.Port()) // no port is 0
	return port
}

// Wait waits for the browser. Where the port could not be opened only a pasted address ends the sign-in.
func (p *livePending) Wait(ctx context.Context) error {
	if p.Listening() != nil {
		select {
		case <-ctx.Done():
		case <-p.closed:
		}
		return context.Canceled
	}
	_, err := p.PendingSignIn.Wait(ctx)
	select {
	case <-p.closed:
		return context.Canceled // left, or finished by pasting
	default:
		return err
	}
}

// Paste finishes the sign-in by the address the browser ended at.
func (p *livePending) Paste(ctx context.Context, address string) error {
	_, err := p.PendingSignIn.Paste(ctx, address)
	return err
}

// Close stops listening.
func (p *livePending) Close() error {
	select {
	case <-p.closed:
		return nil
	default:
		close(p.closed)
	}
	return p.PendingSignIn.Close()
}
