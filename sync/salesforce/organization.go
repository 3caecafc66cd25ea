package salesforce

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Organization is the org as it describes itself.
type Organization struct {
	ID           string
	Name         string
	Instance     string // such as EU42
	Edition      string // OrganizationType, such as Enterprise Edition
	Namespace    string // of a packaging org
	IsSandbox    bool
	TrialExpires time.Time // zero when it is not a trial
}

// OrganizationKind is what an org is for.
type OrganizationKind string

// The kinds. A scratch org is a sandbox that expires.
const (
	KindProduction OrganizationKind = "production"
	KindDeveloper  OrganizationKind = "developer"
	KindTrial      OrganizationKind = "trial"
	KindSandbox    OrganizationKind = "sandbox"
	KindScratch    OrganizationKind = "scratch"
)

// Kind tells production, developer edition, trial, sandbox and scratch org apart.
func (o Organization) Kind() OrganizationKind {
	switch {
	case o.IsSandbox && !o.TrialExpires.IsZero():
		return KindScratch
	case o.IsSandbox:
		return KindSandbox
	case !o.TrialExpires.IsZero():
		return KindTrial
	case o.Edition == "Developer Edition":
		return KindDeveloper
	}
	return KindProduction
}

// Organization reads the org's own record.
func (c *Client) Organization(ctx context.Context) (Organization, error) {
	const soql = "SELECT Id, Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization"
	for r, err := range c.Query(ctx, soql) {
		if err != nil {
			return Organization{}, err
		}
		return Organization{ID: r.Text("Id"), Name: r.Text("Name"), Instance: r.Text("InstanceName"), Edition: r.Text("OrganizationType"),
			Namespace: r.Text("NamespacePrefix"), IsSandbox: r.Bool("IsSandbox"), TrialExpires: r.Time("TrialExpirationDate")}, nil
	}
	return Organization{}, fmt.Errorf("query Organization: %w: it has no row", ErrAnswer)
}

// PermissionState is whether the integration user has a permission.
type PermissionState string

// The states. Unknown means that the org's edition does not know the permission.
const (
	PermissionGranted PermissionState = "granted"
	PermissionMissing PermissionState = "missing"
	PermissionUnknown PermissionState = "unknown"
)

// PreflightPermissions are the permissions that a pre-flight check asks for.
var PreflightPermissions = []string{"PermissionsApiEnabled", "PermissionsViewAllData", "PermissionsModifyAllData", "PermissionsManageUsers", "PermissionsViewSetup"}

// Permissions asks for each permission of the integration user, one query each: a permission that the edition does not
// know would make a common query fail as a whole.
func (c *Client) Permissions(ctx context.Context, names ...string) (map[string]PermissionState, error) {
	if len(names) == 0 {
		names = PreflightPermissions
	}
	states := make(map[string]PermissionState, len(names))
	for _, name := range names {
		state, err := c.permission(ctx, name)
		if err != nil {
			return states, fmt.Errorf("ask for %s: %w", name, err)
		}
		states[name] = state
	}
	return states, nil
}

func (c *Client) permission(ctx context.Context, name string) (PermissionState, error) {
	for r, err := range c.Query(ctx, "SELECT "+name+" FROM UserPermissionAccess LIMIT 1") {
		switch {
		case hasCode(err, "INVALID_FIELD"):
			return PermissionUnknown, nil
		case err != nil:
			return "", err
		case r.Bool(name):
			return PermissionGranted, nil
		}
		return PermissionMissing, nil
	}
	return PermissionUnknown, nil
}

// Package is an installed managed package.
type Package struct {
	Namespace string
	Name      string
	Version   string // major.minor.patch; "" where the source does not tell
	Status    string // of the licence, such as Active or Free; "" where the source does not tell
}

// Packages lists the installed packages. The Tooling API tells versions; where the user may not ask it, the licences
// tell at least the namespaces.
func (c *Client) Packages(ctx context.Context) ([]Package, error) {
	const installed = "SELECT SubscriberPackage.NamespacePrefix, SubscriberPackage.Name, SubscriberPackageVersion.MajorVersion, " +
		"SubscriberPackageVersion.MinorVersion, SubscriberPackageVersion.PatchVersion FROM InstalledSubscriberPackage"
	packages, err := collect(c.QueryTooling(ctx, installed), func(r Record) Package {
		return Package{Namespace: r.Text("SubscriberPackage.NamespacePrefix"), Name: r.Text("SubscriberPackage.Name"), Version: packageVersion(r)}
	})
	if err == nil {
		return packages, nil
	}
	if Classify(err) != ActionAskAdmin {
		return nil, err
	}
	return collect(c.Query(ctx, "SELECT NamespacePrefix, Status FROM PackageLicense"), func(r Record) Package {
		return Package{Namespace: r.Text("NamespacePrefix"), Status: r.Text("Status")}
	})
}

func packageVersion(r Record) string {
	var parts []string
	for _, part := range []string{"MajorVersion", "MinorVersion", "PatchVersion"} {
		if r.Text("SubscriberPackageVersion."+part) == "" {
			break
		}
		parts = append(parts, fmt.Sprint(r.Integer("SubscriberPackageVersion."+part)))
	}
	return strings.Join(parts, ".")
}

// RecordType is a record type of an object. Its id differs from org to org; DeveloperName with Namespace is its name.
type RecordType struct {
	ID            string
	DeveloperName string
	Name          string // label; may be translated or renamed
	Namespace     string // of the package it came with
	Active        bool
	Available     bool // to the integration user, by describe
	Default       bool // taken when a new record names none
}

// FullName returns DeveloperName with its namespace, such as LID__InMail.
func (t RecordType) FullName() string {
	if t.Namespace == "" {
		return t.DeveloperName
	}
	return t.Namespace + "__" + t.DeveloperName
}

// RecordTypes lists the record types of a described object.
func (c *Client) RecordTypes(ctx context.Context, d *Describe) ([]RecordType, error) {
	soql := "SELECT Id, DeveloperName, Name, IsActive, NamespacePrefix FROM RecordType WHERE SobjectType = " + Quote(d.Name)
	infos := make(map[string]RecordTypeInfo, len(d.RecordTypes))
	for _, info := range d.RecordTypes {
		if id, err := CaseSafeID(info.ID); err == nil {
			infos[id] = info
		}
	}
	return collect(c.Query(ctx, soql), func(r Record) RecordType {
		info := infos[r.Text("Id")]
		return RecordType{ID: r.Text("Id"), DeveloperName: r.Text("DeveloperName"), Name: r.Text("Name"), Namespace: r.Text("NamespacePrefix"),
			Active: r.Bool("IsActive"), Available: info.Available, Default: info.Default}
	})
}

// Stage is an opportunity stage.
type Stage struct {
	Name        string // API name: the value of Opportunity.StageName
	Label       string
	SortOrder   int
	Probability float64 // percent
	Active      bool
	IsClosed    bool
	IsWon       bool
}

// Stages lists the opportunity stages in the order of the sales process.
func (c *Client) Stages(ctx context.Context) ([]Stage, error) {
	const soql = "SELECT ApiName, MasterLabel, SortOrder, DefaultProbability, IsActive, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder"
	return collect(c.Query(ctx, soql), func(r Record) Stage {
		probability, _, _ := ParseNumber(r.Text("DefaultProbability"))
		return Stage{Name: r.Text("ApiName"), Label: r.Text("MasterLabel"), SortOrder: int(r.Integer("SortOrder")), Probability: probability,
			Active: r.Bool("IsActive"), IsClosed: r.Bool("IsClosed"), IsWon: r.Bool("IsWon")}
	})
}

// UserRoles yields all roles. They are read whole each time: roles have no deletion mark and can vanish.
func (c *Client) UserRoles(ctx context.Context, fields []string) iter.Seq2[Record, error] {
	return c.Query(ctx, "SELECT "+strings.Join(fields, ", ")+" FROM UserRole")
}

// collect reads a small result whole.
func collect[T any](records iter.Seq2[Record, error], convert func(Record) T) ([]T, error) {
	var list []T
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		list = append(list, convert(r))
	}
	return list, nil
}
