package salesforce

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// Rotation says whether the org answers a refresh with a new refresh token.
type Rotation string

// What is known about refresh token rotation.
const (
	RotationUnknown Rotation = ""
	RotationOff     Rotation = "off"
	RotationOn      Rotation = "on"
)

// Token is a sign-in: what Salesforce granted and what is known about its health. It is a plain value for the store,
// which must seal it; its String and LogValue show no secret.
type Token struct {
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token,omitempty"` // "" for JWT, client credentials and pasted access tokens
	InstanceURL  string    `json:"instance_url"`            // of the newest answer: an org can move
	IdentityURL  string    `json:"id,omitempty"`
	LoginHost    string    `json:"login_host,omitempty"` // that issued it, and alone can refresh it
	Scope        string    `json:"scope,omitempty"`
	IssuedAt     time.Time `json:"issued_at,omitzero"`

	Rotation   Rotation  `json:"rotation,omitempty"`
	DoubtSince time.Time `json:"doubt_since,omitzero"`  // a refresh was sent then and its answer has not been seen
	DoubtTries int       `json:"doubt_tries,omitempty"` // refreshes sent since without an answer
	Revoked    bool      `json:"revoked,omitempty"`     // Salesforce refused it for good
}

// String shows where the token belongs and nothing of its secrets.
func (t Token) String() string { return "token of " + t.InstanceURL }

// GoString is String, so that %#v shows no secret either.
func (t Token) GoString() string { return t.String() }

// LogValue is what a log may hold of a token.
func (t Token) LogValue() slog.Value {
	return slog.GroupValue(slog.String("instance", t.InstanceURL), slog.Time("issued_at", t.IssuedAt), slog.Bool("revoked", t.Revoked))
}

// OrganizationID returns the org's 18-character id from the identity URL, or "".
func (t Token) OrganizationID() string { return t.identityPart(2) }

// UserID returns the user's 18-character id from the identity URL, or "".
func (t Token) UserID() string { return t.identityPart(1) }

// identityPart reads …/id/<org>/<user> from its end.
func (t Token) identityPart(fromEnd int) string {
	u, err := url.Parse(t.IdentityURL)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 3 || parts[len(parts)-3] != "id" {
		return ""
	}
	id, err := CaseSafeID(parts[len(parts)-fromEnd])
	if err != nil {
		return ""
	}
	return id
}

// TokenStore keeps the one sign-in of a contract. SaveToken returns only when the token would survive a crash: the
// access token in it is used afterwards, and a rotated refresh token that was lost cannot be had again.
type TokenStore interface {
	// LoadToken returns the token, or ErrNoToken when nobody has signed in.
	LoadToken(ctx context.Context) (Token, error)
	// SaveToken replaces the token durably.
	SaveToken(ctx context.Context, token Token) error
}

// TokenLocker is a TokenStore shared by several processes. The token source holds the lock while it refreshes.
type TokenLocker interface {
	// LockToken waits for the sole right to refresh and returns the func that gives it back.
	LockToken(ctx context.Context) (release func() error, err error)
}

// Tokens is where a Client gets its access tokens. A TokenSource is one.
type Tokens interface {
	// Token returns the current sign-in without asking Salesforce.
	Token(ctx context.Context) (Token, error)
	// Refresh returns a sign-in whose access token is not the refused one, fetching it when nobody else has.
	Refresh(ctx context.Context, refused string) (Token, error)
}
