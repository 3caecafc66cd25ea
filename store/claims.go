package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/zeebo/xxh3"
)

// ClaimApart is the rank of a claim that is listed but takes no part in the assignment.
const ClaimApart = 3

// Claim is what a record brought forward for one member in the last match run. The numbers are those of package match.
type Claim struct {
	RecordID, MemberID string
	Rank               int64
	DecidedAt          time.Time // of the decision that ties the two, or zero
	Probability        int64     // in 1e-9
	Bits               int64
	Fields             int64
	Modified           int64
	Held               bool // the record was given the member
}

const claimColumns = "record_id, member_id, rank, decided_at, probability, bits, fields, modified, is_held"

func scanClaim(row scanner) (x Claim, err error) {
	return x, row.Scan(&x.RecordID, &x.MemberID, &x.Rank, timeDest{&x.DecidedAt}, &x.Probability, &x.Bits, &x.Fields, &x.Modified, &x.Held)
}

// unsettled stands for the digest of a match that something other than a match run wrote.
const unsettled = -1

// ClaimsDigest is a number made of all claims of one record; 0 when it has none. Matches keep it ([Match.ClaimsDigest]).
func ClaimsDigest(claims []Claim) int64 {
	if len(claims) == 0 {
		return 0
	}
	claims = slices.SortedFunc(slices.Values(claims), func(a, b Claim) int { return cmp.Compare(a.MemberID, b.MemberID) })
	var b []byte
	for _, x := range claims {
		b = append(binary.AppendUvarint(b, uint64(len(x.MemberID))), x.MemberID...)
		at := int64(0)
		if !x.DecidedAt.IsZero() {
			at = x.DecidedAt.UnixMilli()
		}
		for _, number := range []int64{x.Rank, at, x.Probability, x.Bits, x.Fields, x.Modified, flagOf(x.Held)} {
			b = binary.AppendVarint(b, number)
		}
	}
	return int64(xxh3.Hash(b)>>2) + 1
}

// ClaimsOf returns all claims of these records, in no order.
func (s *Store) ClaimsOf(ctx context.Context, recordIDs []string) ([]Claim, error) {
	return listIn(s.reader(ctx), scanClaim, "SELECT "+claimColumns+" FROM match_candidate WHERE record_id IN", recordIDs, "")
}

// ClaimsOn returns the claims of all records on these members, in no order.
func (s *Store) ClaimsOn(ctx context.Context, memberIDs []string) ([]Claim, error) {
	return listIn(s.reader(ctx), scanClaim, "SELECT "+claimColumns+" FROM match_candidate WHERE member_id IN", memberIDs, "")
}

// RecordsCompeting returns the ids of all records that have one of these members, or might have, in order.
func (s *Store) RecordsCompeting(ctx context.Context, memberIDs []string) ([]string, error) {
	ids, err := listIn(s.reader(ctx), scanText, "SELECT record_id FROM match_candidate WHERE member_id IN", memberIDs, "")
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// PutClaims replaces the claims of a record. Its match, if it has one, is settled by that.
func (t *Tx) PutClaims(recordID string, claims []Claim) error {
	if _, err := t.exec("DELETE FROM match_candidate WHERE record_id = ?", recordID); err != nil {
		return fmt.Errorf("claims of %s: %w", recordID, err)
	}
	for _, x := range claims {
		if _, err := t.exec("INSERT INTO match_candidate ("+claimColumns+") VALUES ("+marks(9)+")", recordID, x.MemberID, x.Rank, millis(x.DecidedAt),
			x.Probability, x.Bits, x.Fields, x.Modified, flagOf(x.Held)); err != nil {
			return fmt.Errorf("claim of %s on %s: %w", recordID, x.MemberID, err)
		}
	}
	return t.settle(recordID, ClaimsDigest(claims))
}

func (t *Tx) settle(recordID string, digest int64) error {
	if _, err := t.exec("UPDATE match SET claims = ? WHERE record_id = ?", digest, recordID); err != nil {
		return fmt.Errorf("claims of %s: %w", recordID, err)
	}
	return nil
}

// Unsettle notes that a record's match was written by something other than a match run, and that its member, if it has one,
// competes for the record. Its claims stay those of the last run, for the next one to go on from.
func (t *Tx) Unsettle(recordID, memberID string) error {
	if memberID != "" {
		if _, err := t.exec("INSERT INTO match_candidate (record_id, member_id) VALUES (?, ?) ON CONFLICT DO NOTHING", recordID, memberID); err != nil {
			return fmt.Errorf("claim of %s on %s: %w", recordID, memberID, err)
		}
	}
	return t.settle(recordID, unsettled)
}

// UnsettledMatches returns at most limit ids of an object's records whose match no match run wrote last.
func (s *Store) UnsettledMatches(ctx context.Context, object string, limit int) ([]string, error) {
	return list(s.reader(ctx), scanText, "SELECT record_id FROM match"+s.dialect.indexed("match_unsettled")+" WHERE object = ? AND claims = -1 ORDER BY record_id LIMIT ?", object, limit)
}
