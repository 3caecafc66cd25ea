package sync

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"crmsync/sync/salesforce/orgsim"
)

func publicLine(t *testing.T, key any) string {
	t.Helper()
	public, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))
}

func freshKey(t *testing.T) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return publicLine(t, public)
}

func TestParsePublicKey(t *testing.T) {
	good := freshKey(t)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, line, code string }{
		{"plain", good, ""},
		{"with a comment", good + " ana@laptop", ""},
		{"with a line end", good + " ana\n", ""},
		{"private", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "key.private"},
		{"nothing", "", "key.invalid"},
		{"no key", "hello", "key.invalid"},
		{"cut", good[:40], "key.invalid"},
		{"options", `command="rm -rf /" ` + good, "key.options"},
		{"two keys", good + "\n" + good, "key.invalid"},
		{"weak", publicLine(t, &weak.PublicKey), "key.weak"},
	} {
		key, err := ParsePublicKey(test.line)
		if err != nil && CodeOf(err) != test.code || err == nil && test.code != "" {
			t.Errorf("%s: got %v, want %q", test.name, err, test.code)
		}
		if err == nil && !strings.HasPrefix(key.Fingerprint, "SHA256:") {
			t.Errorf("%s: %+v", test.name, key)
		}
	}
}

func TestKeysSayWhoActs(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	first, second := freshKey(t), freshKey(t)
	if _, err := h.engine.AddUser(t.Context(), h.admin, NewUser{Name: "ana", Role: RoleTester, PublicKey: first}); err != nil {
		t.Fatal(err)
	}
	key, err := ParsePublicKey(first)
	if err != nil {
		t.Fatal(err)
	}
	actor, err := h.engine.WhoseKey(t.Context(), key.Fingerprint)
	if err != nil || actor.Name != "ana" || actor.Role != RoleTester || actor.Via != "ssh" {
		t.Fatalf("%+v %v", actor, err)
	}
	if _, err := h.engine.AddUser(t.Context(), h.admin, NewUser{Name: "eve", Role: RoleAdmin, PublicKey: first + " again"}); CodeOf(err) != "key.taken" {
		t.Errorf("one key for two people: %v", err)
	}
	event, err := h.engine.SetUserKey(t.Context(), h.admin, "ana", second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.engine.WhoseKey(t.Context(), key.Fingerprint); CodeOf(err) != "key.unknown" {
		t.Errorf("the old key still opens: %v", err)
	}
	if _, err := h.engine.Undo(t.Context(), h.admin, event); err != nil {
		t.Fatal(err)
	}
	if _, err := h.engine.WhoseKey(t.Context(), key.Fingerprint); err != nil {
		t.Errorf("undone, the old key opens again: %v", err)
	}
	if _, err := h.engine.SetUserKey(t.Context(), actor, "ana", ""); CodeOf(err) != "act.not_allowed" {
		t.Errorf("a tester changed a key: %v", err)
	}
}
