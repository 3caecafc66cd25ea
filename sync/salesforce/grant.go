package salesforce

import (
	"context"
	"crypto/rsa"
	"fmt"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Grant is a way to get an access token without a person.
type Grant interface {
	// renew asks the login host. The current token is the zero Token at the first sign-in.
	renew(ctx context.Context, current Token) (Token, error)
	// spends says whether asking uses something up, so that a lost answer cannot simply be asked for again.
	spends() bool
}

// RefreshGrant renews the sign-in of the web server flow with its refresh token.
type RefreshGrant struct{ App App }

func (g RefreshGrant) spends() bool { return true }

func (g RefreshGrant) renew(ctx context.Context, current Token) (Token, error) {
	host := current.LoginHost
	if host == "" {
		host = g.App.loginHost()
	}
	config, err := g.App.oauth(host)
	if err != nil {
		return Token{}, err
	}
	trace := &sending{}
	source := config.TokenSource(trace.watch(g.App.withClient(ctx)), &oauth2.Token{RefreshToken: current.RefreshToken})
	answer, err := source.Token()
	if err != nil {
		return Token{}, authFailure(ctx, err, config.Endpoint.TokenURL, trace, true)
	}
	next, err := g.App.tokenFrom(answer, host)
	if err != nil {
		// The answer may hold the only refresh token that still works: keep it, and the address known so far.
		next = current
		next.AccessToken, next.RefreshToken = answer.AccessToken, answer.RefreshToken
		next.DoubtSince, next.DoubtTries = time.Time{}, 0
	}
	next.Rotation = RotationOff
	if next.RefreshToken != current.RefreshToken {
		next.Rotation = RotationOn
	}
	if next.IdentityURL == "" {
		next.IdentityURL = current.IdentityURL
	}
	if next.Scope == "" {
		next.Scope = current.Scope
	}
	return next, nil
}

// JWTGrant signs in with a certificate that the app knows, without a person and without a refresh token, so that no
// rotation can lock it out. The user has to be preauthorised in the app's policies.
type JWTGrant struct {
	App      App
	Username string
	Audience string // "" means the login host: login.salesforce.com, or the org's My Domain
	Key      *rsa.PrivateKey
}

// jwtLife is how long an assertion is valid. Salesforce refuses more than 3 to 5 minutes.
const jwtLife = 2 * time.Minute

func (g JWTGrant) spends() bool { return false }

func (g JWTGrant) renew(ctx context.Context, current Token) (Token, error) {
	switch {
	case g.App.ClientID == "":
		return Token{}, fmt.Errorf("%w: the app's consumer key is missing", ErrConfig)
	case g.Username == "":
		return Token{}, fmt.Errorf("%w: the user name for the JWT is missing", ErrConfig)
	case g.Key == nil:
		return Token{}, fmt.Errorf("%w: the private key for the JWT is missing", ErrConfig)
	}
	audience := g.Audience
	if audience == "" {
		audience = g.App.loginHost()
	}
	assertion, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": g.App.ClientID,
		"sub": g.Username,
		"aud": audience,
		"exp": g.App.now().Add(jwtLife).Unix(),
	}).SignedString(g.Key)
	if err != nil {
		return Token{}, fmt.Errorf("%w: the JWT cannot be signed: %w", ErrConfig, err)
	}
	return g.App.direct(ctx, current, url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"assertion":  {assertion},
	})
}

// ParsePrivateKey reads an RSA private key in PEM form, PKCS #1 or PKCS #8.
func ParsePrivateKey(pem []byte) (*rsa.PrivateKey, error) {
	key, err := jwt.ParseRSAPrivateKeyFromPEM(pem)
	if err != nil {
		return nil, fmt.Errorf("%w: the key file is not an RSA private key in PEM form: %w", ErrConfig, err)
	}
	return key, nil
}

// ClientCredentialsGrant signs in as the app's run-as user. The login host has to be the org's My Domain.
type ClientCredentialsGrant struct{ App App }

func (g ClientCredentialsGrant) spends() bool { return false }

func (g ClientCredentialsGrant) renew(ctx context.Context, current Token) (Token, error) {
	if g.App.ClientID == "" || g.App.ClientSecret == "" {
		return Token{}, fmt.Errorf("%w: client credentials need the app's consumer key and secret", ErrConfig)
	}
	return g.App.direct(ctx, current, nil)
}

// FixedGrant is an access token that was pasted in; when Salesforce ends its session only a new one helps.
type FixedGrant struct{}

func (FixedGrant) spends() bool { return false }

func (FixedGrant) renew(context.Context, Token) (Token, error) {
	return Token{}, fmt.Errorf("%w: the access token that was given has ended and cannot be renewed", ErrRevoked)
}

// direct asks the token endpoint for a token by a grant that needs no person. The same refusal means a set-up that is
// not right yet at the first sign-in, and a revocation when there was a sign-in before.
func (a App) direct(ctx context.Context, current Token, form url.Values) (Token, error) {
	config, err := a.oauth(a.loginHost())
	if err != nil {
		return Token{}, err
	}
	direct := clientcredentials.Config{
		ClientID:       a.ClientID,
		ClientSecret:   a.ClientSecret,
		TokenURL:       config.Endpoint.TokenURL,
		EndpointParams: form,
		AuthStyle:      oauth2.AuthStyleInParams,
	}
	trace := &sending{}
	answer, err := direct.Token(trace.watch(a.withClient(ctx)))
	if err != nil {
		return Token{}, authFailure(ctx, err, direct.TokenURL, trace, current.AccessToken != "")
	}
	return a.tokenFrom(answer, a.loginHost())
}
