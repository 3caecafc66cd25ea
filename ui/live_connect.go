package ui

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

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
	out := Connection{State: connectedOf(string(row.State)), Host: hostOf(row.InstanceURL), User: row.Username, OrgID: row.OrgID, OrgName: row.OrgName, Edition: row.Edition,
		APIVersion: row.APIVersion, LoginHost: row.LoginHost, ClientID: row.ClientID, Since: row.ConnectedAt}
	grace, isRefused, err := c.engine.Grace(ctx)
	if isRefused {
		out.Refused = refused(grace, c.store.Now().Local())
	}
	return out, err
}

// refused says what to know while the CRM refuses the sign-in; moments are told in the place of now.
func refused(g crmsync.Grace, now time.Time) []string {
	lines := []string{"signed out by the CRM " + stamp(g.Since.In(now.Location()), now) + ": sign in again"}
	waits := count(g.Queued, "activity waits", "activities wait")
	switch left := g.Left(now); {
	case g.From.IsZero():
		return append(lines, waits)
	case left > 0:
		return append(lines, waits+", nothing missed for "+strings.TrimSuffix(ago(now.Add(-left), now), " ago"))
	}
	return append(lines, waits+", the next import compares all")
}

// SignIn begins a sign-in by browser.
func (c liveConnect) SignIn(ctx context.Context, ask SignIn) (PendingSignIn, error) {
	if ask.Again {
		return c.signInAgain(ctx)
	}
	pending, err := c.engine.BeginSignIn(ctx, c.actor, crmsync.SignIn{LoginHost: ask.LoginHost, ClientID: ask.ClientID, ClientSecret: ask.ClientSecret})
	if err != nil {
		return nil, err
	}
	return &livePending{PendingSignIn: pending, closed: make(chan struct{})}, nil
}

// signInAgain begins a sign-in as the last one was.
func (c liveConnect) signInAgain(ctx context.Context) (PendingSignIn, error) {
	by, err := c.engine.SignedInBy(ctx)
	if err != nil {
		return nil, err
	}
	if by == crmsync.ByCertificate || by == crmsync.ByClient {
		return byNobody{c}, nil
	}
	pending, err := c.engine.SignInAgain(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return &livePending{PendingSignIn: pending, closed: make(chan struct{})}, nil
}

// byNobody is a sign-in by certificate or client credentials, which waits for nobody.
type byNobody struct{ liveConnect }

// Address is none.
func (byNobody) Address() string { return "" }

// Port is none.
func (byNobody) Port() int { return 0 }

// Wait signs in.
func (c byNobody) Wait(ctx context.Context) error {
	_, err := c.engine.Reconnect(ctx, c.actor)
	return err
}

// Paste has nothing to wait for.
func (c byNobody) Paste(ctx context.Context, _ string) error { return c.Wait(ctx) }

// Close has nothing to end.
func (byNobody) Close() error { return nil }

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
	for _, object := range report.Fields {
		out.Fields = append(out.Fields, fieldChecks(object)...)
	}
	return out, nil
}

// fieldChecks says how the fields of one object stand: the object itself, then what is lost, hidden or new of it.
func fieldChecks(o crmsync.ObjectFields) []Check {
	head := Check{Name: o.Object, Detail: number(o.Wanted-len(o.Hidden)) + " of " + count(o.Wanted, "field", "fields") + " can be read", State: StateGood}
	rows := []Check{head}
	lost := 0
	for _, f := range o.Hidden {
		row := Check{Name: f.Field, Part: true, Detail: "cannot be read", Blocks: f.Blocks, Fix: o.Fix, State: StateWarn}
		if f.Lost {
			lost++
			row.State, row.Detail = StateBad, "lost since the last import; old values are kept"
		}
		rows = append(rows, row)
	}
	for _, name := range o.New {
		rows = append(rows, Check{Name: name, Part: true, Detail: "new: readable since the last import", Fix: "Nothing to do. The next import reads " + objectLabel(o.Object) + " whole, to fill it in.", State: StateRun})
	}
	switch {
	case lost > 0:
		rows[0].State = StateBad
	case len(o.Hidden) > 0:
		rows[0].State = StateWarn
	}
	rows[0].Fix = o.Fix
	return rows
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
