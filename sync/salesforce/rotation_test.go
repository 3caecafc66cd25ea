package salesforce_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

// rotatingHost is a login host with refresh token rotation: each refresh ends the token it came with, and a token that
// comes again ends the whole sign-in.
type rotatingHost struct {
	url string

	mu      sync.Mutex
	n       int // generation of the live refresh token
	ended   bool
	reused  int
	sent    map[string]int // how often each refresh token came
	next    []string       // faults of the next requests
	lost    int            // answers that were lost after the rotation
	doubted int            // answers whose loss the client could not tell from that
}

func (h *rotatingHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.decide(r.FormValue("refresh_token"))(w, r)
}

// decide changes the state by a refresh and returns its answer.
func (h *rotatingHost) decide(token string) http.HandlerFunc {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent[token]++
	fault := ""
	if len(h.next) > 0 {
		fault, h.next = h.next[0], h.next[1:]
	}
	if fault == "before" {
		h.doubted++
		return html(502)
	}
	if h.ended || token != fmt.Sprintf("r%d", h.n) {
		if !h.ended {
			h.reused++
		}
		h.ended = true
		return js(400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`)
	}
	h.n++
	if fault == "after" {
		h.lost++
		return drop
	}
	return js(200, fmt.Sprintf(`{"access_token":"a%d","refresh_token":"r%d","instance_url":%q}`, h.n, h.n, h.url))
}

// newest is the live refresh token.
func (h *rotatingHost) newest() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return fmt.Sprintf("r%d", h.n)
}

// fail sets the faults of the next requests.
func (h *rotatingHost) fail(faults []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next = faults
}

// causes says how many answers were lost for certain, and how many could have been.
func (h *rotatingHost) causes() (lost, doubted int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lost, h.doubted
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
				h.fail(rapid.SliceOfN(rapid.SampledFrom([]string{"before", "after"}), 1, 4).Draw(t, "faults"))
			case "disk":
				savesUntilFull = rapid.IntRange(0, 2).Draw(t, "saves until the disk is full")
			case "crash":
				crashedUnsaved = crashedUnsaved || store.newest().RefreshToken != h.newest()
				source = start()
			}
			token, err := source.Refresh(t.Context(), store.newest().AccessToken)
			if err == nil && (token.RefreshToken != h.newest() || "a"+token.RefreshToken[1:] != token.AccessToken || store.newest().AccessToken != token.AccessToken) {
				t.Fatalf("got %s, stored %s, newest %s", token.AccessToken, store.newest().AccessToken, h.newest())
			}
			lost, doubted := h.causes()
			if errors.Is(err, salesforce.ErrRevoked) && lost == 0 && doubted < 2 && !crashedUnsaved {
				t.Fatalf("the sign-in ended without cause: %v", err)
			}
		}
		h.mu.Lock()
		defer h.mu.Unlock()
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
