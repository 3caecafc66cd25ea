package salesforce_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crmsync/sync/salesforce"
)

func TestPastedTokenEnds(t *testing.T) {
	store := storeOf(salesforce.Token{AccessToken: "00Dsecret!pasted", InstanceURL: "https://acme.my.salesforce.com"})
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.FixedGrant{}, Store: store})
	if _, err := source.Refresh(t.Context(), "00Dsecret!pasted"); !errors.Is(err, salesforce.ErrRevoked) || !store.newest().Revoked {
		t.Errorf("got %v", err)
	}
	// A new sign-in is seen without a restart.
	store.saved = append(store.saved, salesforce.Token{AccessToken: "00Dsecret!other", InstanceURL: "https://acme.my.salesforce.com"})
	if token, err := source.Token(t.Context()); err != nil || token.AccessToken != "00Dsecret!other" {
		t.Errorf("after a new sign-in: %v, %v", token, err)
	}
}

func TestJWTBearer(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	encoded := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	parsed, err := salesforce.ParsePrivateKey(encoded)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	org := newScripted(t)
	app := org.app()
	app.ClientSecret, app.Now = "", func() time.Time { return now }
	org.on(tokenPath, org.tokenAnswer("00Dsecret!jwt", ""))
	store := &memoryStore{}
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Store: store,
		Grant: salesforce.JWTGrant{App: app, Username: "sync@acme.example", Audience: "https://login.salesforce.com", Key: parsed}})
	token, err := source.SignIn(t.Context())
	if err != nil || token.AccessToken != "00Dsecret!jwt" || store.newest().AccessToken != token.AccessToken {
		t.Fatalf("got %v, %v", token, err)
	}
	form, _ := url.ParseQuery(org.last().Body)
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(form.Get("assertion"), claims, func(*jwt.Token) (any, error) { return &key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience("https://login.salesforce.com"), jwt.WithIssuer("consumer-key"), jwt.WithSubject("sync@acme.example"))
	if err != nil || form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		t.Errorf("form %v: %v", form, err)
	}
	if exp, _ := claims.GetExpirationTime(); exp == nil || exp.Sub(now) > 3*time.Minute {
		t.Errorf("expires %v", exp)
	}
	org.on(tokenPath, drop, org.tokenAnswer("00Dsecret!again", ""))
	if _, err := source.Refresh(t.Context(), "00Dsecret!jwt"); err == nil || errors.Is(err, salesforce.ErrRefreshDoubt) {
		t.Errorf("a lost JWT answer is no doubt: %v", err)
	}
	if token, err := source.Refresh(t.Context(), "00Dsecret!jwt"); err != nil || token.AccessToken != "00Dsecret!again" {
		t.Errorf("got %v, %v", token, err)
	}
}

func TestJWTNotApproved(t *testing.T) {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	org := newScripted(t)
	org.on(tokenPath, js(400, `{"error":"invalid_grant","error_description":"user hasn't approved this consumer"}`))
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Store: &memoryStore{}, Grant: salesforce.JWTGrant{App: org.app(), Username: "u", Key: key}})
	_, err := source.SignIn(t.Context())
	var auth *salesforce.AuthError
	if !errors.As(err, &auth) || !strings.Contains(auth.Hint(), "Preauthorise") || salesforce.Classify(err) != salesforce.ActionAskAdmin {
		t.Errorf("got %v", err)
	}
}

func TestJWTRevokedByTheOrg(t *testing.T) {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	for description, revoked := range map[string]bool{"user hasn't approved this consumer": true, "invalid assertion": false, "audience is invalid": false} {
		org := newScripted(t)
		store := storeOf(org.signedIn())
		source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Store: store, Grant: salesforce.JWTGrant{App: org.app(), Username: "u", Key: key}})
		org.on(tokenPath, js(400, `{"error":"invalid_grant","error_description":"`+description+`"}`))
		_, err := source.Refresh(t.Context(), "00Dsecret!first")
		if errors.Is(err, salesforce.ErrRevoked) != revoked || store.newest().Revoked != revoked {
			t.Errorf("%s: %v", description, err)
		}
	}
}

func TestClientCredentials(t *testing.T) {
	org := newScripted(t)
	org.on(tokenPath, org.tokenAnswer("00Dsecret!cc", ""))
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Store: &memoryStore{}, Grant: salesforce.ClientCredentialsGrant{App: org.app()}})
	if token, err := source.SignIn(t.Context()); err != nil || token.AccessToken != "00Dsecret!cc" {
		t.Fatalf("got %v, %v", token, err)
	}
	form, _ := url.ParseQuery(org.last().Body)
	if form.Get("grant_type") != "client_credentials" || form.Get("client_id") != "consumer-key" || form.Get("client_secret") != "consumer-secret" {
		t.Errorf("form %v", form)
	}
	broken := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Store: &memoryStore{}, Grant: salesforce.ClientCredentialsGrant{App: salesforce.App{ClientID: "k"}}})
	if _, err := broken.SignIn(t.Context()); !errors.Is(err, salesforce.ErrConfig) {
		t.Errorf("without a secret: %v", err)
	}
}

func TestGrantsCheckTheirParts(t *testing.T) {
	for name, grant := range map[string]salesforce.Grant{"no key id": salesforce.JWTGrant{}, "no user": salesforce.JWTGrant{App: salesforce.App{ClientID: "k"}},
		"no key": salesforce.JWTGrant{App: salesforce.App{ClientID: "k"}, Username: "u"}, "needs a browser": salesforce.RefreshGrant{}} {
		source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Store: &memoryStore{}, Grant: grant})
		if _, err := source.SignIn(t.Context()); !errors.Is(err, salesforce.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := salesforce.ParsePrivateKey([]byte("not a key")); !errors.Is(err, salesforce.ErrConfig) {
		t.Errorf("bad key: %v", err)
	}
}
