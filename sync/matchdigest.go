package sync

import (
	"encoding/json"
	"fmt"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"crmsync/match"
	"crmsync/store"
)

// digest is the sum of the hashes of values, in whatever order they come.
type digest struct{ sum atomic.Uint64 }

// add adds a value. It is safe for concurrent use.
func (d *digest) add(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("hash what a run reads: %w", err)
	}
	d.sum.Add(xxh3.Hash(text))
	return nil
}

// String is the sum as reports keep it.
func (d *digest) String() string { return fmt.Sprintf("%016x", d.sum.Load()) }

// outcomeDigest is how reports keep the sum of the digests of matches.
func outcomeDigest(sum int64) string { return fmt.Sprintf("%016x", uint64(sum)) }

// keepDigest notes what all matches of a kind say together, in the transaction that wrote them.
func (m *matchRun) keepDigest(tx *store.Tx, kind match.Kind) error {
	var sum int64
	for _, object := range objectsOf(kind) {
		some, err := tx.MatchDigest(object)
		if err != nil {
			return err
		}
		sum += some
	}
	m.digests[kind] = outcomeDigest(sum)
	return nil
}
