package store

import (
	"encoding/binary"
	"fmt"

	"github.com/zeebo/xxh3"
)

// digestBits is the size of a match's digest: the sum of a hundred million of them is a number of SQL.
const digestBits = 36

// Digest is a number made of all that the match says of its record: not of the run that said it, nor of when.
func (x Match) Digest() int64 {
	var b []byte
	for _, text := range []string{x.RecordID, x.Object, string(x.State), x.Reason, x.MemberID, x.RunnerUpID, x.DuplicateOf, x.ModelID, string(x.Evidence), string(x.Candidates)} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	for _, number := range []int64{x.Score, x.Bits, x.NullScore, x.RunnerUpScore, flagOf(x.Stale)} {
		b = binary.AppendVarint(b, number)
	}
	return int64(xxh3.Hash(b) >> (64 - digestBits))
}

// MatchDigest is the sum of the digests of all matches of an object.
func (t *Tx) MatchDigest(object string) (int64, error) {
	sum, err := one(t.reader, scanInt, "SELECT CAST(coalesce(sum(digest), 0) AS BIGINT) FROM match_tally WHERE object = ?", object)
	if err != nil {
		return 0, fmt.Errorf("digest of the %ss: %w", object, err)
	}
	return sum, nil
}
