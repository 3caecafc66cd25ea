package sync

import (
	"context"

	"crmsync/sync/network"
	"crmsync/sync/salesforce"
)

// PortabilityRequest says whose data to read from the Member Data Portability API, and with which token.
type PortabilityRequest struct {
	Seat  string // e-mail address or id of the seat; "" = the actor's own
	Token string // the member's token; used for this import and not kept
	Host  string // "" = the API's own address; http is taken for this machine alone
}

// ImportPortability reads a member's connections, invitations and messages from the Member Data Portability API and
// imports them as [Engine.ImportNetwork] does files: all or nothing, and harmless when done again.
func (e *Engine) ImportPortability(ctx context.Context, actor Actor, request PortabilityRequest) (NetworkReport, error) {
	if err := Allowed(actor, ActNetworkImport); err != nil {
		return NetworkReport{}, err
	}
	if request.Token == "" {
		return NetworkReport{}, fault(network.CodeToken, "Give the member's token on standard input.", "there is no token for the portability API")
	}
	if _, _, err := e.seatFor(ctx, actor, request.Seat); err != nil {
		return NetworkReport{}, err
	}
	api := network.Portability{HTTP: e.http, Token: request.Token, Sleep: e.sleep}
	if request.Host != "" {
		host, err := salesforce.CheckAddress(request.Host)
		if err != nil {
			return NetworkReport{}, err
		}
		api.Host = host
	}
	sources, err := api.Fetch(ctx)
	if err != nil {
		return NetworkReport{}, err
	}
	return e.ImportNetwork(ctx, actor, NetworkRequest{Seat: request.Seat, Sources: sources})
}
