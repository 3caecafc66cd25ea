package sync

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"crmsync/store"
)

// The secrets of receipts: the key they are signed with, made with the first one, and the last receipt. A purge leaves
// both, so that it can be shown again and checked.
const (
	secretReceiptKey  = "receipt.key"
	secretLastReceipt = "receipt.last"
)

// ReceiptCheck says what became of a receipt that was looked at again.
type ReceiptCheck struct {
	Receipt Receipt          `json:"receipt"`
	Whole   bool             `json:"whole"` // the signature fits: nothing in it was changed
	Ours    bool             `json:"ours"`  // it was signed by this store
	Rows    map[string]int64 `json:"rows"`  // by table, as the verification query counts them now
	Left    int64            `json:"left"`  // of them in all
	Later   bool             `json:"later"` // an org was connected again since, so that rows are to be expected
}

// signed is what the signature is of: the receipt without its signature.
func (r Receipt) signed() ([]byte, error) {
	r.Signature = ""
	return json.Marshal(r)
}

// intact reports whether the signature fits the receipt and the key that it names.
func (r Receipt) intact() bool {
	key, keyErr := base64.StdEncoding.DecodeString(r.Key)
	signature, signErr := base64.StdEncoding.DecodeString(r.Signature)
	text, err := r.signed()
	if err != nil || keyErr != nil || signErr != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	return ed25519.Verify(key, text, signature)
}

// receiptKey returns the key of this store, made when it is asked for first.
func receiptKey(tx *store.Tx, kept []byte) (ed25519.PrivateKey, error) {
	if len(kept) == ed25519.SeedSize {
		return ed25519.NewKeyFromSeed(kept), nil
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return nil, fmt.Errorf("make a key for receipts: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), tx.PutSecret(secretReceiptKey, seed)
}

// signReceipt runs the verification query, signs the receipt and keeps it.
func (e *Engine) signReceipt(ctx context.Context, receipt *Receipt) error {
	rows, err := e.store.CountPurged(ctx)
	if err != nil {
		return fmt.Errorf("run the verification query: %w", err)
	}
	receipt.Query, receipt.Left = store.PurgedQuery(), sumRows(rows)
	kept, err := e.store.Secret(ctx, secretReceiptKey)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read the key for receipts: %w", err)
	}
	return e.store.Write(ctx, func(tx *store.Tx) error {
		key, err := receiptKey(tx, kept)
		if err != nil {
			return err
		}
		receipt.Key = base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
		text, err := receipt.signed()
		if err != nil {
			return err
		}
		receipt.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(key, text))
		whole, err := json.Marshal(receipt)
		if err != nil {
			return err
		}
		return tx.PutSecret(secretLastReceipt, whole)
	})
}

func sumRows(rows map[string]int64) (sum int64) {
	for _, n := range rows {
		sum += n
	}
	return sum
}

// CheckReceipt looks at a receipt again, or for nil at the last one: whether it is as it was signed, whether this store
// signed it, and what the verification query counts now.
func (e *Engine) CheckReceipt(ctx context.Context, actor Actor, text []byte) (ReceiptCheck, error) {
	if actor.OwnOnly() {
		return ReceiptCheck{}, fault("act.not_allowed", "Ask an admin.", "receipts of a purge are not shown to members")
	}
	if text == nil {
		var err error
		if text, err = e.store.Secret(ctx, secretLastReceipt); errors.Is(err, store.ErrNotFound) {
			return ReceiptCheck{}, fault("receipt.none", "A purge makes one: crmsync disconnect --purge.", "this store has no receipt of a purge")
		} else if err != nil {
			return ReceiptCheck{}, fmt.Errorf("read the last receipt: %w", err)
		}
	}
	var check ReceiptCheck
	if err := json.Unmarshal(text, &check.Receipt); err != nil || check.Receipt.Key == "" {
		return ReceiptCheck{}, fault("receipt.unreadable", "It is what crmsync disconnect --purge --receipt FILE wrote.", "this is no receipt of a purge")
	}
	check.Whole = check.Receipt.intact()
	seed, err := e.store.Secret(ctx, secretReceiptKey)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return check, fmt.Errorf("read the key for receipts: %w", err)
	}
	if len(seed) == ed25519.SeedSize {
		public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		check.Ours = check.Receipt.Key == base64.StdEncoding.EncodeToString(public)
	}
	if check.Rows, err = e.store.CountPurged(ctx); err != nil {
		return check, fmt.Errorf("run the verification query: %w", err)
	}
	check.Left = sumRows(check.Rows)
	check.Later = check.Rows["connection"] > 0
	return check, nil
}
