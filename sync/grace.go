package sync

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"crmsync/store"
)

// Grace is what holds while the org refuses the sign-in: what waits, from where everything goes on, and until when the org
// itself still tells all that happens meanwhile. Nothing that waits here runs out.
type Grace struct {
	Since   time.Time `json:"since"`   // the org took the authorisation back
	Reason  string    `json:"reason"`  // a stable code
	Queued  int64     `json:"queued"`  // activities that are sent after the next sign-in; more may come
	Unsure  int64     `json:"unsure"`  // of them those whose answer got lost: they are looked for first
	Reading string    `json:"reading"` // the object of which an import stopped in the middle, "" for none
	// From is the oldest moment from which objects are read on, zero when there was no import yet.
	From time.Time `json:"from,omitzero"`
	// Until is when the org begins to forget what was deleted for good since From. A sign-in after that loses nothing either:
	// the import then compares the numbers, and where they differ the ids, of all records.
	Until time.Time `json:"until,omitzero"`
}

// Left is how much time there is until then; zero when it is over, or when there was no import yet.
func (g Grace) Left(now time.Time) time.Duration {
	if g.Until.IsZero() {
		return 0
	}
	return max(0, g.Until.Sub(now))
}

// Words say it in one line.
func (g Grace) Words(now time.Time) string {
	parts := []string{"the org has refused the sign-in for " + roughly(now.Sub(g.Since))}
	switch g.Queued {
	case 0:
	case 1:
		parts = append(parts, "1 activity waits")
	default:
		parts = append(parts, fmt.Sprintf("%d activities wait", g.Queued))
	}
	switch left := g.Left(now); {
	case g.From.IsZero():
	case left > 0:
		parts = append(parts, "the next import misses nothing for "+roughly(left)+" more, later it compares all records")
	default:
		parts = append(parts, "the next import compares all records")
	}
	return strings.Join(parts, "; ")
}

// roughly is a time in its largest unit, as people say it.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int(d / unit.length); n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a minute"
}

// Grace tells what holds while the org refuses the sign-in; false when it does not.
func (e *Engine) Grace(ctx context.Context) (Grace, bool, error) {
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) || err == nil && connection.State != store.Revoked {
		return Grace{}, false, nil
	}
	if err != nil {
		return Grace{}, false, fmt.Errorf("read the connection: %w", err)
	}
	g, err := e.waitsForSignIn(ctx)
	g.Since, g.Reason = connection.ChangedAt, connection.Reason
	return g, err == nil, err
}

// waitsForSignIn tells what a sign-in finds to go on with.
func (e *Engine) waitsForSignIn(ctx context.Context) (Grace, error) {
	var g Grace
	counts, err := e.store.CountOutbox(ctx)
	if err != nil {
		return g, fmt.Errorf("count what waits: %w", err)
	}
	g.Unsure = counts[store.OutboxSending] + counts[store.OutboxDoubtful]
	g.Queued = counts[store.OutboxQueued] + g.Unsure
	for _, object := range store.Objects() {
		state, err := e.store.ImportState(ctx, object.Name)
		if err != nil {
			return g, fmt.Errorf("read how far %s is imported: %w", object.Name, err)
		}
		if state.Cursor != "" && g.Reading == "" {
			g.Reading = object.Name
		}
		if mark := state.Watermark; !mark.IsZero() && (g.From.IsZero() || mark.Before(g.From)) {
			g.From = mark
		}
	}
	if !g.From.IsZero() {
		g.Until = g.From.Add(replicationReach)
	}
	return g, nil
}

// resumes is what a sign-in goes on with, nil at the first one.
func (e *Engine) resumes(ctx context.Context) (*Grace, error) {
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the connection: %w", err)
	}
	g, err := e.waitsForSignIn(ctx)
	if connection.State == store.Revoked {
		g.Since, g.Reason = connection.ChangedAt, connection.Reason
	}
	return &g, err
}

// SignInAgain begins a sign-in by browser as the last one was, with everything that is kept of it. A connection by
// certificate or by client credentials needs no browser, see [Engine.Reconnect]; one by a token that was given needs
// another token.
func (e *Engine) SignInAgain(ctx context.Context, actor Actor) (*PendingSignIn, error) {
	connection, secrets, err := e.lastSignIn(ctx)
	if err != nil {
		return nil, err
	}
	if connection.Flow != flowRefresh || connection.ClientID == "" {
		return nil, errNoBrowser(connection)
	}
	return e.BeginSignIn(ctx, actor, SignIn{LoginHost: connection.LoginHost, ClientID: connection.ClientID, ClientSecret: secrets.ClientSecret, RedirectURL: connection.RedirectURL})
}

// Reconnect signs in again by the certificate or the client credentials that are kept.
func (e *Engine) Reconnect(ctx context.Context, actor Actor) (ConnectReport, error) {
	connection, secrets, err := e.lastSignIn(ctx)
	if err != nil {
		return ConnectReport{}, err
	}
	if (connection.Flow == flowClient || connection.Flow == flowJWT) && connection.State == store.Disconnected {
		return ConnectReport{}, fault("connect.forgotten", "Run crmsync connect as the first time; crmsync help connect says how.",
			"what opened %s was deleted when it was disconnected", connection.OrgName)
	}
	if connection.Flow == flowClient {
		return e.ConnectClient(ctx, actor, ClientSignIn{LoginHost: connection.LoginHost, ClientID: connection.ClientID, ClientSecret: secrets.ClientSecret})
	}
	if connection.Flow != flowJWT {
		return ConnectReport{}, errNoBrowser(connection)
	}
	return e.ConnectJWT(ctx, actor, JWTSignIn{LoginHost: connection.LoginHost, ClientID: connection.ClientID, Username: connection.Username, Key: []byte(secrets.PrivateKey)})
}

// The ways in which a sign-in is made again.
const (
	ByBrowser     = "browser"
	ByCertificate = "certificate"        // without anybody, see [Engine.Reconnect]
	ByClient      = "client credentials" // likewise
	ByToken       = "token"              // that somebody gives
)

// SignedInBy tells how a sign-in is made again.
func (e *Engine) SignedInBy(ctx context.Context) (string, error) {
	connection, _, err := e.lastSignIn(ctx)
	switch {
	case err != nil:
		return "", err
	case connection.Flow == flowJWT:
		return ByCertificate, nil
	case connection.Flow == flowClient:
		return ByClient, nil
	case connection.Flow == flowRefresh && connection.ClientID != "":
		return ByBrowser, nil
	}
	return ByToken, nil
}

func (e *Engine) lastSignIn(ctx context.Context) (store.Connection, appSecrets, error) {
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return connection, appSecrets{}, errNotConnected()
	}
	if err != nil {
		return connection, appSecrets{}, fmt.Errorf("read the connection: %w", err)
	}
	secrets, err := e.appSecrets(ctx)
	return connection, secrets, err
}

func errNoBrowser(connection store.Connection) error {
	if connection.Flow == flowJWT {
		return fault("connect.certificate", "Run crmsync connect --again.", "this org is signed in to by certificate, not by browser")
	}
	if connection.Flow == flowClient {
		return fault("connect.client", "Run crmsync connect --again.", "this org is signed in to by client credentials, not by browser")
	}
	return fault("connect.token", "Run crmsync connect --access-token-stdin --instance-url "+connection.InstanceURL+", or crmsync connect --client-id KEY.",
		"this org was connected with a token that was given, and that cannot be had again from here")
}
