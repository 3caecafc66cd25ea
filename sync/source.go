package sync

import (
	"context"

	"crmsync/store"
	"crmsync/sync/network"
)

// grounds say on what a kind of file rests when nobody said anything else.
var grounds = map[network.Kind]string{
	network.KindConnections: "the member's own data archive",
	network.KindMessages:    "the member's own data archive",
	network.KindInvitations: "the member's own data archive",
	network.KindArchive:     "the member's own data archive",
}

// NetworkSource is one file or download that rows of the network came from, and what is kept of it.
type NetworkSource struct {
	store.Source
	Ground string // on what it was read: as was said then, else what the kind of file says, else ""
	Kept   store.SourceCount
}

// NetworkSources is the registry of where the network's rows came from, the newest first: kind, file, digest,
// who read it when, on what ground, and how many rows are still kept that came from it first.
func (e *Engine) NetworkSources(ctx context.Context) ([]NetworkSource, error) {
	sources, err := e.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := e.store.SourceCounts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]NetworkSource, len(sources))
	for i, source := range sources {
		out[i] = NetworkSource{Source: source, Ground: nameOr(source.Consent, grounds[network.Kind(source.Kind)]), Kept: kept[source.ID]}
	}
	return out, nil
}
