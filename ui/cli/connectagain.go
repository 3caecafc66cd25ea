package cli

import (
	"context"

	crmsync "crmsync/sync"
)

// connectAgain signs in as the last time. Other flags would say otherwise.
func (a *app) connectAgain(ctx context.Context, s *session, f connectFlags) (crmsync.ConnectReport, error) {
	if f.tokenStdin || f.jwtKey != "" || f.clientID != "" || f.clientSecretFile != "" || f.username != "" || f.clientCredentials {
		return crmsync.ConnectReport{}, &failure{code: "cli.usage", message: "--again signs in as the last time and takes nothing else", hint: "see: crmsync connect --help"}
	}
	by, err := s.engine.SignedInBy(ctx)
	if err != nil {
		return crmsync.ConnectReport{}, err
	}
	if by == crmsync.ByCertificate || by == crmsync.ByClient {
		return s.engine.Reconnect(ctx, s.actor)
	}
	pending, err := s.engine.SignInAgain(ctx, s.actor)
	if err != nil {
		return crmsync.ConnectReport{}, err
	}
	return a.waitForBrowser(ctx, pending)
}

// printResumed says where everything goes on.
func (a *app) printResumed(g crmsync.Grace) {
	a.printf("the next import, due now, goes on from %s", when(g.From))
	if g.Reading != "" {
		a.printf(", in the middle of %s", g.Reading)
	}
	a.printf("\n")
	if g.Queued > 0 {
		a.printf("activities that waited and are sent now: %d\n", g.Queued)
	}
}
