package salesforce_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

// rotatingHost is a login host with refresh token rotation: each refresh ends the token it came with, and a token that
// comes again ends the whole sign-in.
type rotatingHost struct {
	url     string
	n       int // generation of the live refresh token
	ended   bool
	reused  int
	sent    map[string]int // how often each refresh token came
	next    []string       // faults of the next requests
	lost    int            // answers that were lost after the rotation
	doubted int            // answers whose loss the client could not tell from that
}

func (h *rotatingHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := r.FormValue("refresh_token")
	h.sent[token]++
	fault := ""
	if len(h.next) > 0 {
		fault, h.next = h.next[0], h.next[1:]
	}
	if fault == "before" {
		h.doubted++
		html(503)(w, r)
		return
	}
	if h.ended || token != fmt.Sprintf("r%d", h.n) {
		if !h.ended {
			h.reused++
		}
		h.ended = true
		js(400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`)(w, r)
		return
	}
	h.n++
	if fault == "after" {
		h.lost++
		drop(w, r)
		return
	}
	js(200, fmt.Sprintf(`{"access_token":"a%d","refresh_token":"r%d","instance_url":%q}`, h.n, h.n, h.url))(w, r)
}

// Whatever is lost, whenever the process dies and whatever the disk refuses: no token is handed out that is not the
// newest and stored; a refresh token is sent twice at most; and the sign-in ends only when an answer was lost.
func TestRotationUnderEveryFault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &rotatingHost{sent: map[string]int{}}
		server := httptest.NewServer(h)
		defer server.Close()
		h.url = server.URL
		app := salesforce.App{LoginHost: server.URL, ClientID: "k", HTTP: server.Client()}
		store := storeOf(salesforce.Token{AccessToken: "a0", RefreshToken: "r0", InstanceURL: server.URL, LoginHost: server.URL})
		full, savesUntilFull := errors.New("disk full"), -1
		store.fail = func() error {
			if savesUntilFull--; savesUntilFull == -1 {
				return full
			}
			return nil
		}
		n := &naps{}
		start := func() *salesforce.TokenSource {
			return salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.RefreshGrant{App: app}, Store: store, Sleep: n.sleep})
		}
		source := start()
		crashedUnsaved := false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"refresh", "refresh", "refresh", "lose", "gateway", "crash", "disk"}).Draw(t, "step") {
			case "lose", "gateway":
				h.next = rapid.SliceOfN(rapid.SampledFrom([]string{"before", "after"}), 1, 4).Draw(t, "faults")
			case "disk":
				savesUntilFull = rapid.IntRange(0, 2).Draw(t, "saves until the disk is full")
			case "crash":
				crashedUnsaved = crashedUnsaved || store.newest().RefreshToken != fmt.Sprintf("r%d", h.n)
				source = start()
			}
			token, err := source.Refresh(t.Context(), store.newest().AccessToken)
			if err == nil && (token.AccessToken != fmt.Sprintf("a%d", h.n) || store.newest().AccessToken != token.AccessToken) {
				t.Fatalf("got %s, stored %s, newest a%d", token.AccessToken, store.newest().AccessToken, h.n)
			}
			if errors.Is(err, salesforce.ErrRevoked) && h.lost == 0 && h.doubted < 2 && !crashedUnsaved {
				t.Fatalf("the sign-in ended without cause: %v", err)
			}
		}
		for refresh, times := range h.sent {
			if times > 2 {
				t.Fatalf("%s was sent %d times", refresh, times)
			}
		}
		if h.reused > 0 && h.lost == 0 && !crashedUnsaved {
			t.Fatal("a spent refresh token was sent although no answer was lost")
		}
	})
}
