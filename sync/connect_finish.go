package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// proposal is a sign-in that works but was not checked or kept yet.
type proposal struct {
	app     salesforce.App
	flow    string
	token   salesforce.Token
	secrets appSecrets
}

// connect checks the org behind a fresh sign-in and, when it is one that is
// supported, makes it the connection: token and app sealed, the first import
// due at once (S65).
func (e *Engine) connect(ctx context.Context, actor Actor, p proposal) (ConnectReport, error) {
	connection, err := e.inspect(ctx, p)
	if err != nil {
		return ConnectReport{}, e.decline(ctx, p, err)
	}
	resumes, err := e.resumes(ctx)
	if err != nil {
		return ConnectReport{}, e.decline(ctx, p, err)
	}
	auditID, err := e.change(ctx, actor, ActConnect, func(tx *store.Tx) (changed, error) {
		before, err := tx.Connection()
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return changed{}, err
		}
		if err == nil && before.OrgID != connection.OrgID {
			return changed{}, fault("connect.other_org", "Run crmsync disconnect --purge first: matches and decisions belong to one org.",
				"this store belongs to org %s (%s), not to %s", before.OrgName, before.OrgID, connection.OrgName)
		}
		what := changed{Subject: connection.OrgID, After: connectionFacts(connection)}
		if err == nil {
			what.Before = connectionFacts(before)
		}
		return what, e.keepConnection(tx, connection, p)
	})
	if err != nil {
		return ConnectReport{}, e.decline(ctx, p, err)
	}
	e.closeSession()
	e.publish(Event{Kind: EventConnection, Text: string(store.Connected)})
	e.nudge()
	report := ConnectReport{Organization: connection.OrgName, OrgID: connection.OrgID, InstanceURL: connection.InstanceURL,
		Username: connection.Username, Edition: connection.Edition, Package: connection.HasPackage, AuditID: auditID, Resumes: resumes}
	if actor.Seat == "" {
		report.Warning = "you have no seat of your own: with one you could try every feature yourself (crmsync users add EMAIL, then crmsync user add NAME --seat EMAIL)"
	}
	return report, nil
}

// inspect asks the org what it is and refuses what is not supported: other
// editions (S31), sandboxes (S40), a closed API.
func (e *Engine) inspect(ctx context.Context, p proposal) (store.Connection, error) {
	client, err := salesforce.New(salesforce.Options{
		Tokens: salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.FixedGrant{}, Store: &memoryTokens{p.token}, Now: e.now}),
		HTTP:   e.http, Now: e.now, Sleep: e.sleep, Log: e.log,
	})
	if err != nil {
		return store.Connection{}, err
	}
	facts := client.Preflight(salesforce.WithPurpose(ctx, salesforce.PurposeControl), salesforce.PreflightOptions{})
	for _, check := range []Check{
		checkUser(facts.Identity, ""), checkAPI(facts.API, facts.Version), checkEdition(facts.Organization, facts.API), checkProduction(facts.Organization),
	} {
		if check.State == CheckFail {
			return store.Connection{}, fault("connect.refused", check.Fix, "%s: %s", check.Name, check.Detail)
		}
	}
	if !facts.Identity.Known() {
		return store.Connection{}, fmt.Errorf("ask who is signed in: %w", facts.Identity.Err)
	}
	if !facts.Organization.Known() {
		return store.Connection{}, fmt.Errorf("ask what org this is: %w", facts.Organization.Err)
	}
	now := e.now().UTC()
	connection := store.Connection{
		OrgID: facts.Organization.Value.ID, OrgName: facts.Organization.Value.Name, Edition: facts.Organization.Value.Edition,
		InstanceURL: nameOr(facts.InstanceURL.Value, p.token.InstanceURL), LoginHost: p.app.LoginHost, ClientID: p.app.ClientID,
		RedirectURL: p.app.RedirectURL, APIVersion: client.Version(), Flow: p.flow,
		UserID: facts.Identity.Value.UserID, Username: facts.Identity.Value.Username, TimeZone: facts.Identity.Value.Timezone,
		State: store.Connected, ConnectedAt: now, ChangedAt: now,
	}
	notePackage(&connection, facts)
	noteUsage(&connection, client)
	return connection, nil
}

// notePackage records whether the Sales Navigator application is installed
// (S34). When that cannot be told, what was known stays.
func notePackage(connection *store.Connection, facts salesforce.Facts) {
	if !facts.Packages.Known() {
		return
	}
	connection.HasPackage, connection.PackageVersion = false, ""
	for _, found := range facts.Packages.Value {
		if found.Namespace == packageNamespace {
			connection.HasPackage, connection.PackageVersion = true, found.Version
		}
	}
}

// noteUsage records the org's API meter.
func noteUsage(connection *store.Connection, client *salesforce.Client) {
	if usage, ok := client.Usage(); ok {
		connection.APIUsed, connection.APIMax, connection.APIAt = usage.Used, usage.Max, usage.At.UTC()
	}
}

func (e *Engine) keepConnection(tx *store.Tx, connection store.Connection, p proposal) error {
	if err := tx.PutConnection(connection); err != nil {
		return err
	}
	if err := putToken(tx, p.token); err != nil {
		return err
	}
	sealed, err := json.Marshal(p.secrets)
	if err != nil {
		return err
	}
	if err := tx.PutSecret(secretApp, sealed); err != nil {
		return err
	}
	return e.dueNow(tx, JobImport, "", "")
}

// connectionFacts is what the audit trail keeps of a connection: which org and
// user, nothing that opens it.
func connectionFacts(c store.Connection) map[string]string {
	return map[string]string{"org": c.OrgID, "name": c.OrgName, "user": c.Username, "flow": c.Flow, "state": string(c.State)}
}
