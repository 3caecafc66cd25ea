package salesforce_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

const tokenPath = "POST /services/oauth2/token"

// sourceOf returns a token source of the scripted org over a store that holds a sign-in.
func sourceOf(org *scripted, change ...func(*salesforce.TokenSourceOptions)) (*salesforce.TokenSource, *memoryStore, *naps) {
	store, n := storeOf(org.signedIn()), &naps{}
	o := salesforce.TokenSourceOptions{Grant: salesforce.RefreshGrant{App: org.app()}, Store: store, Sleep: n.sleep}
	for _, f := range change {
		f(&o)
	}
	return salesforce.NewTokenSource(o), store, n
}

func TestRefreshOnceForAllWaiters(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"), refuse(500, "X", "a refresh token was used twice"))
	var waiters sync.WaitGroup
	for range 20 {
		waiters.Go(func() {
			token, err := source.Refresh(t.Context(), "00Dsecret!first")
			if err != nil || token.AccessToken != "00Dsecret!second" {
				t.Errorf("got %v, %v", token, err)
			}
		})
	}
	waiters.Wait()
	if n := org.count(tokenPath); n != 1 {
		t.Errorf("%d refreshes for 20 waiters", n)
	}
	if saved := store.newest(); saved.RefreshToken != "5Aep-second" || saved.Rotation != salesforce.RotationOn || !saved.DoubtSince.IsZero() {
		t.Errorf("saved %+v", saved)
	}
	form, _ := url.ParseQuery(org.last().Body)
	if form.Get("grant_type") != "refresh_token" || form.Get("refresh_token") != "5Aep-first" || form.Get("client_id") != "consumer-key" {
		t.Errorf("form %v", form)
	}
}

func TestRefreshKeepsTokenOfOrgWithoutRotation(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", ""))
	if _, err := source.Refresh(t.Context(), "00Dsecret!first"); err != nil {
		t.Fatal(err)
	}
	if saved := store.newest(); saved.RefreshToken != "5Aep-first" || saved.Rotation != salesforce.RotationOff {
		t.Errorf("saved %+v", saved)
	}
}

func TestRefreshedTokenIsUsedOnlyWhenStored(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"), refuse(500, "X", "reuse"))
	full, saves := errors.New("disk full"), 0
	store.fail = func() error {
		if saves++; saves == 2 || saves == 3 { // the mark before is taken, the answer is not
			return full
		}
		return nil
	}
	if _, err := source.Refresh(t.Context(), "00Dsecret!first"); !errors.Is(err, full) {
		t.Fatalf("got %v", err)
	}
	if _, err := source.Token(t.Context()); !errors.Is(err, full) {
		t.Fatalf("a token was handed out that is not stored: %v", err)
	}
	token, err := source.Token(t.Context())
	if err != nil || token.AccessToken != "00Dsecret!second" || store.newest().RefreshToken != "5Aep-second" {
		t.Errorf("after the disk had room: %v, %v", token, err)
	}
	if n := org.count(tokenPath); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

func TestLostRefreshIsRepeatedOnce(t *testing.T) {
	org := newScripted(t)
	source, store, n := sourceOf(org)
	org.on(tokenPath, drop, org.tokenAnswer("00Dsecret!second", "5Aep-second"))
	token, err := source.Refresh(t.Context(), "00Dsecret!first")
	if err != nil || token.AccessToken != "00Dsecret!second" {
		t.Fatalf("got %v, %v", token, err)
	}
	if taken := n.taken(); len(taken) != 1 || taken[0] <= 0 {
		t.Errorf("waits %v", taken)
	}
	if store.saved[1].DoubtTries != 1 || store.saved[1].DoubtSince.IsZero() || store.saved[2].DoubtTries != 2 {
		t.Errorf("the doubt was not stored before sending: %+v", store.saved)
	}
}

func TestRefreshLostTwiceEndsInDoubt(t *testing.T) {
	for name, lost := range map[string]http.HandlerFunc{"dropped": drop, "gateway page": html(502),
		"half an answer": cut("application/json", `{"access_token":"00Dsecret!second","refre`, nil)} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			var told []error
			source, store, _ := sourceOf(org, func(o *salesforce.TokenSourceOptions) { o.OnRevoked = func(err error) { told = append(told, err) } })
			org.on(tokenPath, lost)
			_, err := source.Refresh(t.Context(), "00Dsecret!first")
			if !errors.Is(err, salesforce.ErrRefreshDoubt) || salesforce.Classify(err) != salesforce.ActionSignIn {
				t.Fatalf("got %v", err)
			}
			noSecrets(t, err)
			if n := org.count(tokenPath); n != 2 {
				t.Errorf("a refresh token was sent %d times", n)
			}
			_, err = source.Refresh(t.Context(), "00Dsecret!first")
			if !errors.Is(err, salesforce.ErrRevoked) || org.count(tokenPath) != 2 || !store.newest().Revoked || len(told) != 1 {
				t.Errorf("afterwards: %v, told %v", err, told)
			}
		})
	}
}

func TestRefreshAfterCrashInDoubt(t *testing.T) {
	org := newScripted(t)
	source, store, n := sourceOf(org)
	marked := org.signedIn()
	marked.DoubtTries, marked.DoubtSince = 1, time.Now().Add(-time.Hour)
	store.saved = append(store.saved, marked)
	org.on(tokenPath, js(400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`))
	_, err := source.Refresh(t.Context(), "00Dsecret!first")
	if !errors.Is(err, salesforce.ErrRevoked) || org.count(tokenPath) != 1 {
		t.Errorf("got %v after %d refreshes", err, org.count(tokenPath))
	}
	for _, wait := range n.taken() {
		if wait > 0 {
			t.Errorf("waited %v although the doubt is an hour old", wait)
		}
	}
}

func TestLostRefreshIsHarmlessWithoutRotation(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	known := org.signedIn()
	known.Rotation = salesforce.RotationOff
	store.saved = append(store.saved, known)
	org.on(tokenPath, drop, drop, drop, org.tokenAnswer("00Dsecret!second", ""))
	if _, err := source.Refresh(t.Context(), "00Dsecret!first"); err == nil || errors.Is(err, salesforce.ErrRevoked) || errors.Is(err, salesforce.ErrRefreshDoubt) {
		t.Fatalf("got %v", err)
	}
	for range 3 {
		if token, err := source.Refresh(t.Context(), "00Dsecret!first"); err == nil {
			if token.AccessToken != "00Dsecret!second" {
				t.Errorf("got %v", token)
			}
			return
		}
	}
	t.Error("never recovered")
}

func TestRefreshNotSentIsNoDoubt(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	org.Close()
	_, err := source.Refresh(t.Context(), "00Dsecret!first")
	var network *salesforce.NetworkError
	if !errors.As(err, &network) || network.Sent || network.Code() != "salesforce.unreachable" {
		t.Fatalf("got %v", err)
	}
	if saved := store.newest(); saved.DoubtTries != 0 || saved.Revoked {
		t.Errorf("saved %+v", saved)
	}
}

func TestOutageOfTheLoginHostKeepsTheSignIn(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	org.on(tokenPath, html(503), html(503), html(503), org.tokenAnswer("00Dsecret!second", "5Aep-second"))
	_, err := source.Refresh(t.Context(), "00Dsecret!first")
	if err == nil || errors.Is(err, salesforce.ErrRevoked) || salesforce.Classify(err) != salesforce.ActionRetry {
		t.Fatalf("while it lasts: %v, action %v", err, salesforce.Classify(err))
	}
	if saved := store.newest(); saved.Revoked || saved.DoubtTries != 0 || org.count(tokenPath) != 2 {
		t.Errorf("saved %+v after %d refreshes", saved, org.count(tokenPath))
	}
	token, err := source.Refresh(t.Context(), "00Dsecret!first") // a last 503, and then an answer
	if err != nil || token.AccessToken != "00Dsecret!second" {
		t.Errorf("afterwards: %v %v", token, err)
	}
}

func TestRefreshRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		ends   bool
		action salesforce.Action
	}{
		"revoked":      {js(400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`), true, salesforce.ActionSignIn},
		"user gone":    {js(400, `{"error":"inactive_user","error_description":"user is inactive"}`), true, salesforce.ActionSignIn},
		"app gone":     {js(401, `{"error":"invalid_client_id","error_description":"client identifier invalid"}`), true, salesforce.ActionSignIn},
		"ip range":     {js(400, `{"error":"invalid_grant","error_description":"ip restricted"}`), false, salesforce.ActionAskAdmin},
		"too many":     {js(400, `{"error":"rate_limit_exceeded","error_description":"login rate exceeded"}`), false, salesforce.ActionRetry},
		"server fault": {js(500, `{"error":"unknown_error","error_description":"retry your request"}`), false, salesforce.ActionRetry},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			source, store, _ := sourceOf(org)
			org.on(tokenPath, tc.answer)
			_, err := source.Refresh(t.Context(), "00Dsecret!first")
			if errors.Is(err, salesforce.ErrRevoked) != tc.ends || salesforce.Classify(err) != tc.action {
				t.Fatalf("got %v, action %v", err, salesforce.Classify(err))
			}
			saved := store.newest()
			if saved.Revoked != tc.ends || (!tc.ends && saved.DoubtTries != 0) || org.count(tokenPath) != 1 {
				t.Errorf("saved %+v after %d refreshes", saved, org.count(tokenPath))
			}
			if _, err := source.Token(t.Context()); errors.Is(err, salesforce.ErrRevoked) != tc.ends {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestRefreshSurvivesImpatientCaller(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	ctx, cancel := context.WithCancel(t.Context())
	org.on(tokenPath, func(w http.ResponseWriter, r *http.Request) {
		cancel() // the caller gives up while the answer is on its way
		select {
		case <-r.Context().Done():
			t.Error("the request ended with the caller")
		case <-time.After(100 * time.Millisecond):
		}
		org.tokenAnswer("00Dsecret!second", "5Aep-second")(w, r)
	})
	token, err := source.Refresh(ctx, "00Dsecret!first")
	if err != nil || token.AccessToken != "00Dsecret!second" || store.newest().RefreshToken != "5Aep-second" {
		t.Errorf("the new refresh token was thrown away: %v, %v", token, err)
	}
	if _, err := source.Refresh(ctx, "00Dsecret!second"); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRefreshKeepsTokenWhenAddressIsWrong(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	org.on(tokenPath, js(200, `{"access_token":"00Dsecret!second","refresh_token":"5Aep-second","instance_url":"http://moved.example"}`))
	token, err := source.Refresh(t.Context(), "00Dsecret!first")
	if err != nil || token.InstanceURL != org.URL || store.newest().RefreshToken != "5Aep-second" || store.newest().DoubtTries != 0 {
		t.Errorf("got %v, %v; saved %+v", token, err, store.newest())
	}
}

// lockedStore is a store that several processes share.
type lockedStore struct {
	*memoryStore
	turn sync.Mutex
}

func (l *lockedStore) LockToken(context.Context) (func() error, error) {
	l.turn.Lock()
	return func() error { l.turn.Unlock(); return nil }, nil
}

func TestRefreshAmongProcesses(t *testing.T) {
	org := newScripted(t)
	var refreshes atomic.Int32
	org.on(tokenPath, func(w http.ResponseWriter, r *http.Request) {
		n := refreshes.Add(1)
		org.tokenAnswer(fmt.Sprintf("00Dsecret!%d", n), fmt.Sprintf("5Aep-%d", n))(w, r)
	})
	shared := &lockedStore{memoryStore: storeOf(org.signedIn())}
	var processes sync.WaitGroup
	for range 4 {
		source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.RefreshGrant{App: org.app()}, Store: shared})
		processes.Go(func() {
			if _, err := source.Refresh(t.Context(), "00Dsecret!first"); err != nil {
				t.Error(err)
			}
		})
	}
	processes.Wait()
	if refreshes.Load() != 1 {
		t.Errorf("%d refreshes by 4 processes", refreshes.Load())
	}
}

func TestTokenWithoutSignIn(t *testing.T) {
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.FixedGrant{}, Store: &memoryStore{}})
	_, err := source.Token(t.Context())
	if !errors.Is(err, salesforce.ErrNoToken) || salesforce.Classify(err) != salesforce.ActionSignIn {
		t.Errorf("got %v", err)
	}
}

func TestTokenShowsNoSecret(t *testing.T) {
	token := salesforce.Token{AccessToken: "00Dsecret!x", RefreshToken: "5Aep-x", InstanceURL: "https://acme.my.salesforce.com"}
	for _, text := range []string{fmt.Sprint(token), fmt.Sprintf("%v", token), fmt.Sprintf("%+v", token), fmt.Sprintf("%#v", token), token.LogValue().String()} {
		if strings.Contains(text, "secret") || strings.Contains(text, "5Aep") {
			t.Errorf("shown: %s", text)
		}
	}
}

func TestForgetReadsTheStoreAgain(t *testing.T) {
	org := newScripted(t)
	source, store, _ := sourceOf(org)
	if _, err := source.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.saved = append(store.saved, salesforce.Token{AccessToken: "00Dsecret!other", InstanceURL: org.URL})
	if token, _ := source.Token(t.Context()); token.AccessToken != "00Dsecret!first" {
		t.Errorf("the store was read for every use: %v", token)
	}
	source.Forget()
	if token, err := source.Token(t.Context()); err != nil || token.AccessToken != "00Dsecret!other" {
		t.Errorf("got %v, %v", token, err)
	}
}
