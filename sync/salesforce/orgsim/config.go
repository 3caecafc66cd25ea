package orgsim

import (
	"crypto/rsa"
	"fmt"
	"log/slog"
	"time"

	"crmsync/sync/salesforce/orgsim/login"
)

// DefaultRedirectURIs are the callback addresses the org's app is registered with. As in Salesforce, an authorization
// must name one of them to the letter, port included.
var DefaultRedirectURIs = []string{
	"http://localhost:8765/callback", "http://127.0.0.1:8765/callback", "http://localhost:8765/OauthRedirect", "http://localhost:1717/OauthRedirect",
}

// Config describes an org. Its zero value is a small org in memory.
type Config struct {
	Seed     uint64           // the same seed and size give the same records, ids and stamps
	Contacts int              // number of Contact records, the other objects in proportion; 0 is 3,000
	Anchor   time.Time        // the day the records were made up for; zero is the sample world's own, or today if that lies ahead
	Now      func() time.Time // the org's clock; nil is time.Now

	DataDir string // folder that keeps all changes, sessions and jobs; "" keeps them in memory only

	Edition            string // OrganizationType; "" is Enterprise Edition
	Sandbox            bool
	MissingPermissions []string // of the integration user: ViewAllData, ManageUsers, ViewSetup, ApiEnabled, EditTask …
	NoPackage          bool     // the Sales Navigator package, its fields and Task record types are missing
	SyncKey            bool     // Task has the unique external id field Sync_Key__c
	MultiCurrency      bool     // accounts and opportunities have a CurrencyIsoCode, which differs by country
	PersonAccounts     bool     // one contact in ten is the person of an account of its own, see personaccount.go

	AutoApprove    bool          // authorize redirects at once instead of showing the consent page
	RedirectURIs   []string      // nil is DefaultRedirectURIs
	JWTCertificate []byte        // PEM certificate or public key of the JWT bearer flow; nil refuses that flow
	SessionLife    time.Duration // after its last use; 0 is two hours
	RefreshIdle    time.Duration // after its last use; 0 is thirty days
	StaticRefresh  bool          // refresh tokens do not rotate

	PageRows      int           // largest bulk result page, whatever maxRecords says; 0 is 250,000
	SlowPolls     int           // polls of a bulk job that answer InProgress before it is complete
	DailyRequests int           // API requests allowed in 24 hours; 0 is 100,000
	LateCommit    time.Duration // changes become visible with a stamp that lies so far back
	Scenarios     []string      // faults that are on from the start, see Scenarios
	Log           *slog.Logger  // connections that fail and the like; nil is silent

	// ValidationRule is the customer's own rule: an error refuses the record with that text. Nil accepts all.
	ValidationRule func(object string, fields map[string]string) error
}

// withDefaults fills in what the zero value leaves open.
func (c Config) withDefaults() (Config, error) {
	if c.Contacts < 0 {
		return c, fmt.Errorf("an org of %d contacts cannot be made: give a number from 1", c.Contacts)
	}
	set(&c.Contacts, 3000)
	set(&c.Edition, "Enterprise Edition")
	set(&c.SessionLife, 2*time.Hour)
	set(&c.RefreshIdle, 30*24*time.Hour)
	set(&c.PageRows, 250_000)
	set(&c.DailyRequests, 100_000)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.RedirectURIs == nil {
		c.RedirectURIs = DefaultRedirectURIs
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// jwtKey reads the key of the JWT bearer flow, nil if there is none.
func (c Config) jwtKey() (*rsa.PublicKey, error) {
	if c.JWTCertificate == nil {
		return nil, nil
	}
	key, err := login.ParseKey(c.JWTCertificate)
	if err != nil {
		return nil, fmt.Errorf("the certificate for JWT sign-in cannot be read (it must be a PEM certificate or RSA public key): %w", err)
	}
	return key, nil
}
