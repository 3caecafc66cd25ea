package salesforce

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Identity is the integration user as the identity service describes it.
type Identity struct {
	UserID         string `json:"user_id"`         // 18 characters
	OrganizationID string `json:"organization_id"` // 18 characters
	Username       string `json:"username"`
	DisplayName    string `json:"display_name"`
	Email          string `json:"email"`
	Timezone       string `json:"timezone"` // IANA name; ActivityDate is a day in it
	Language       string `json:"language"` // of Salesforce's messages to us
	Locale         string `json:"locale"`
	UserType       string `json:"user_type"` // STANDARD for a full user
	Active         bool   `json:"active"`
	UTCOffset      int64  `json:"utcOffset"` // milliseconds, without summer time
}

// Location returns the user's time zone, or UTC when its name is not known here.
func (i Identity) Location() *time.Location {
	if location, err := time.LoadLocation(i.Timezone); err == nil && i.Timezone != "" && i.Timezone != "Local" {
		return location
	}
	return time.UTC
}

// String names the user and the org by id, for logs.
func (i Identity) String() string { return "user " + i.UserID + " of org " + i.OrganizationID }

// Identity asks who the integration user is.
func (c *Client) Identity(ctx context.Context) (Identity, error) {
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return Identity{}, err
	}
	k := call{method: http.MethodGet, path: "/services/oauth2/userinfo", purpose: PurposeControl}
	userinfo := token.IdentityURL == ""
	if !userinfo {
		if k.address, err = CheckAddress(token.IdentityURL); err != nil {
			return Identity{}, fmt.Errorf("identity address: %w", err)
		}
	}
	var who struct {
		Identity
		Name     string `json:"name"`               // userinfo's names for the same
		Zone     string `json:"zoneinfo"`           // …
		Username string `json:"preferred_username"` // …
	}
	err = c.exchange(ctx, k, func(r *answer) error { return decode(r, &who) })
	if err != nil {
		return Identity{}, fmt.Errorf("ask who is signed in: %w", err)
	}
	id := who.Identity
	if userinfo {
		id.DisplayName, id.Timezone, id.Username = who.Name, who.Zone, who.Username
	}
	for _, field := range []*string{&id.UserID, &id.OrganizationID} {
		if *field, err = CaseSafeID(*field); err != nil {
			return Identity{}, fmt.Errorf("ask who is signed in: %w: %w", ErrAnswer, err)
		}
	}
	return id, nil
}

// Version is an API version that an org offers.
type Version struct {
	Label   string `json:"label"`
	URL     string `json:"url"`
	Version string `json:"version"` // such as 67.0
}

// Versions lists the API versions the org offers, oldest first.
func (c *Client) Versions(ctx context.Context) ([]Version, error) {
	var versions []Version
	k := call{method: http.MethodGet, path: "/services/data", purpose: PurposeControl, anonymous: true}
	if err := c.exchange(ctx, k, func(r *answer) error { return decode(r, &versions) }); err != nil {
		return nil, fmt.Errorf("list the API versions: %w", err)
	}
	return versions, nil
}

// CheckVersion fails when the org does not offer the version the client speaks.
func (c *Client) CheckVersion(ctx context.Context) error {
	versions, err := c.Versions(ctx)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Version == c.version {
			return nil
		}
	}
	return fmt.Errorf("%w: the org does not offer API version %s", ErrAnswer, c.version)
}

// Limit is one of the org's allowances.
type Limit struct {
	Max       int64
	Remaining int64
}

// Limits are the org's allowances by name, such as DailyApiRequests or DataStorageMB. Which are told depends on the
// user's permissions.
type Limits map[string]Limit

// Limits reads the org's allowances; they are accurate within 5 minutes.
func (c *Client) Limits(ctx context.Context) (Limits, error) {
	var raw map[string]json.RawMessage
	k := call{method: http.MethodGet, path: c.data("limits"), purpose: PurposeControl}
	if err := c.exchange(ctx, k, func(r *answer) error { return decode(r, &raw) }); err != nil {
		return nil, fmt.Errorf("read the org's limits: %w", err)
	}
	limits := make(Limits, len(raw))
	for name, value := range raw {
		var l Limit
		if json.Unmarshal(value, &l) == nil {
			limits[name] = l
		}
	}
	return limits, nil
}
