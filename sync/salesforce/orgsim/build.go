package orgsim

import (
	"crypto/rsa"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"time"

	"crmsync/assets/world"
	"crmsync/sync/salesforce/orgsim/login"
	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// platformCLI is the app of the official command line, which every org has.
const platformCLI = "PlatformCLI"

// identity is what makes two orgs the same: it is kept in the data directory, and an org is never opened as another.
type identity struct {
	Seed     uint64    `json:"seed"`
	Contacts int       `json:"contacts"`
	Anchor   time.Time `json:"anchor"`
	Package  bool      `json:"package"`
	SyncKey  bool      `json:"sync_key"`
	Currency bool      `json:"multi_currency"`
	People   bool      `json:"person_accounts,omitempty"`
}

// identityOf settles the day of the sample: the world's own, unless that has not come yet.
func (o *Org) identityOf(config Config) identity {
	anchor := config.Anchor
	if anchor.IsZero() {
		anchor = world.Today
		if now := config.Now(); now.Before(anchor) {
			anchor = now.UTC().Truncate(24 * time.Hour)
		}
	}
	return identity{Seed: config.Seed, Contacts: config.Contacts, Anchor: anchor, Package: !config.NoPackage, SyncKey: config.SyncKey,
		Currency: config.MultiCurrency, People: config.PersonAccounts}
}

// derive makes a number from the seed for one purpose.
func derive(seed uint64, purpose string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write(binary.LittleEndian.AppendUint64([]byte(purpose), seed)) // a hash takes everything
	return hash.Sum64()
}

// instanceOf is the two characters that tell the ids of one org from those of another.
func instanceOf(seed uint64) string {
	const letters = "abcdefghijkmnpqrstuvwxyz"
	n := derive(seed, "instance")
	return string([]byte{letters[n%24], letters[n/24%24]})
}

// build makes schema, records and authorization server.
func (o *Org) build(key *rsa.PublicKey) error {
	id := o.journal.identity
	o.schema = schema.New(schema.Options{Package: id.Package, SyncKey: id.SyncKey, MultiCurrency: id.Currency, PersonAccounts: id.People, Picklists: picklists()})
	o.instance = instanceOf(id.Seed)
	sample := newSample(o.schema, o.instance, id)
	zone, err := time.LoadLocation(sample.organization.TimeZone)
	if err != nil {
		return fmt.Errorf("the sample's time zone: %w", err)
	}
	o.zone = zone
	o.records = records.New(o.schema, o.instance, sample.sources(o.config), o.journal.records)
	o.id = o.records.ID("Organization", 0).String()
	o.user = o.records.ID("User", 0).String()
	o.insider = o.records.ID("User", uint64(sample.world.SeatUser(0)))
	integration, ok := o.UserByID(o.user)
	if !ok {
		return fmt.Errorf("the sample has no integration user")
	}
	o.login = login.New(login.Options{
		OrgID: o.id, OrgName: sample.organization.Name, ClientID: "3MVG9" + hexOf(id.Seed, "client id", 5), ClientSecret: hexOf(id.Seed, "client secret", 4),
		PublicIDs: []string{platformCLI},
		RunAs:     integration.Username, RedirectURIs: o.config.RedirectURIs, JWTKey: key, Users: o, Now: o.config.Now, SessionLife: o.config.SessionLife,
		RefreshIdle: o.config.RefreshIdle, Static: o.config.StaticRefresh, AutoApprove: o.config.AutoApprove, Journal: o.journal.login,
	})
	return nil
}

// hexOf makes a text of 16 digits times words from the seed. Credentials made so protect nothing but sample data on this machine.
func hexOf(seed uint64, purpose string, words int) string {
	var raw []byte
	for i := range words {
		raw = binary.BigEndian.AppendUint64(raw, derive(seed, fmt.Sprint(purpose, i)))
	}
	return hex.EncodeToString(raw)
}
