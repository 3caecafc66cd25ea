package vault

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func testVault(t *testing.T, fill byte) *Vault {
	t.Helper()
	v, err := New(bytes.Repeat([]byte{fill}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOpenReturnsWhatWasSealed(t *testing.T) {
	v := testVault(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		id := rapid.String().Draw(t, "id")
		sealed := v.Seal("activity", "body", id, plain)
		got, err := v.Open("activity", "body", id, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("sealed %q, opened %q, %v", plain, got, err)
		}
		if len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Fatal("the plain text stands in the sealed one")
		}
	})
}

func TestSealingTwiceNeverGivesTheSameBytes(t *testing.T) {
	v := testVault(t, 1)
	if bytes.Equal(v.Seal("t", "c", "1", []byte("text")), v.Seal("t", "c", "1", []byte("text"))) {
		t.Error("two sealings of one text are equal: they tell that the texts are")
	}
}

func TestSealedValueOpensInItsPlaceOnly(t *testing.T) {
	v, sealed := testVault(t, 1), testVault(t, 1).Seal("activity", "body", "a1", []byte("text"))
	for name, open := range map[string]func() ([]byte, error){
		"another row":    func() ([]byte, error) { return v.Open("activity", "body", "a2", sealed) },
		"another column": func() ([]byte, error) { return v.Open("activity", "subject", "a1", sealed) },
		"another table":  func() ([]byte, error) { return v.Open("outbox", "body", "a1", sealed) },
		"another key":    func() ([]byte, error) { return testVault(t, 2).Open("activity", "body", "a1", sealed) },
		"nothing":        func() ([]byte, error) { return v.Open("activity", "body", "a1", nil) },
		"a cut value":    func() ([]byte, error) { return v.Open("activity", "body", "a1", sealed[:len(sealed)-1]) },
	} {
		if plain, err := open(); !errors.Is(err, ErrSealed) || plain != nil {
			t.Errorf("%s: opened %q, %v", name, plain, err)
		}
	}
	for i := range sealed {
		flipped := bytes.Clone(sealed)
		flipped[i] ^= 1
		if _, err := v.Open("activity", "body", "a1", flipped); !errors.Is(err, ErrSealed) {
			t.Errorf("bit 0 of byte %d flipped: %v", i, err)
		}
	}
	wantCode(t, "a sealed value", ErrSealed, "store.sealed")
}

func TestNewRefusesKeysOfAnotherLength(t *testing.T) {
	for _, n := range []int{0, 16, KeySize - 1, KeySize + 1} {
		if _, err := New(make([]byte, n)); err == nil {
			t.Errorf("a key of %d bytes was taken", n)
		}
	}
}

// wantCode checks an error for people: its stable code, and that it says what to do.
func wantCode(t *testing.T, name string, err error, code string) {
	t.Helper()
	var e interface {
		Code() string
		Hint() string
	}
	if !errors.As(err, &e) || e.Code() != code || e.Hint() == "" {
		t.Errorf("%s: got %v, want code %s and a hint", name, err, code)
	}
}

func TestDigestNeedsTheDataKey(t *testing.T) {
	one, other := testVault(t, 1), testVault(t, 2)
	switch digest := one.Digest("ana@acme.example"); {
	case digest != one.Digest("ana@acme.example"):
		t.Error("one text has two digests")
	case digest == one.Digest("ben@acme.example"):
		t.Error("two texts have one digest")
	case digest == other.Digest("ana@acme.example"):
		t.Error("a digest can be made without the data key: what it stands for could be guessed")
	}
}
