package salesforce

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// Fact is one thing a pre-flight check asked, and why it could not be told when it could not.
type Fact[T any] struct {
	Value T
	Err   error
}

// Known says whether the fact could be told.
func (f Fact[T]) Known() bool { return f.Err == nil }

// APIAccess is whether the org answers API calls of this user.
type APIAccess string

// The answers to "is the API on?".
const (
	APIEnabled      APIAccess = "enabled"
	APIDisabledOrg  APIAccess = "disabled for the org"  // by edition
	APIDisabledUser APIAccess = "disabled for the user" // by permission
)

// ObjectFacts are what the integration user may do with one object.
type ObjectFacts struct {
	Queryable  bool
	Createable bool
	Deletable  bool
	Fields     []FieldAccess // of those asked for
	Keys       []Field       // unique external ids fit for a key of ours

	PersonAccounts bool // of Account: the org has person accounts, people who are an account and a contact at once
}

// Facts are everything a pre-flight check finds out about an org. What they mean is judged elsewhere.
type Facts struct {
	At           time.Time
	InstanceURL  Fact[string]
	Identity     Fact[Identity]
	API          Fact[APIAccess]
	Version      Fact[bool] // the org offers the version the client speaks
	Organization Fact[Organization]
	Permissions  Fact[map[string]PermissionState]
	Limits       Fact[Limits]
	Packages     Fact[[]Package]
	Rules        map[string]Fact[[]ValidationRule] // by object, of those asked for
	Lists        map[string]Fact[[]RelatedList]    // likewise
	Policies     Fact[[]AppPolicy]                 // where policies were asked for
	LoginRanges  Fact[[]IPRange]                   // likewise
	Objects      map[string]Fact[ObjectFacts]
	RecordTypes  map[string]Fact[[]RecordType]
	ClockSkew    Fact[time.Duration] // local clock minus server clock, to a second
	Usage        Fact[Usage]
	Budget       Budget // zero without a governor
	Calls        int64  // what the check itself cost
}

// PreflightOptions say what to ask.
type PreflightOptions struct {
	Fields      map[string][]string // by object: the fields whose access matters
	RecordTypes []string            // objects whose record types matter, such as Task; each has to be in Fields
	Permissions []string            // nil means PreflightPermissions
	Rules       []string            // objects whose validation rules matter
	Lists       []string            // objects whose pages have to show what is written
	Policies    bool                // what the app and the user's profile restrict
}

var errNotTold = errors.New("the org's answers did not tell")

// Preflight asks everything and never fails as a whole: each fact carries its own error. When the sign-in itself is
// refused the remaining facts carry that error without another call.
func (c *Client) Preflight(ctx context.Context, o PreflightOptions) Facts {
	ctx = WithPurpose(ctx, PurposeControl)
	before := c.Calls()
	f := Facts{At: c.now().UTC(), Objects: map[string]Fact[ObjectFacts]{}, RecordTypes: map[string]Fact[[]RecordType]{}}
	f.InstanceURL = factOf(c.InstanceURL(ctx))
	f.Identity = factOf(c.Identity(ctx))
	if network := (*NetworkError)(nil); errors.As(f.Identity.Err, &network) {
		// Nobody is there: every further question would be asked as often, and a person waits for the answer.
		unreachable, stop := context.WithCancelCause(ctx)
		stop(network)
		ctx = unreachable
	}
	f.Limits = factOf(c.Limits(ctx))
	f.API = apiAccess(f.Limits.Err)
	f.Version = factOf(c.offersVersion(ctx))
	f.Organization = factOf(c.Organization(ctx))
	f.Permissions = factOf(c.Permissions(ctx, o.Permissions...))
	f.Packages = factOf(c.Packages(ctx))
	for _, object := range slices.Sorted(maps.Keys(o.Fields)) {
		c.preflightObject(ctx, object, o.Fields[object], slices.Contains(o.RecordTypes, object), &f)
	}
	c.preflightSetup(ctx, o, &f)
	if _, skew, ok := c.ServerTime(); ok {
		f.ClockSkew.Value = skew
	} else {
		f.ClockSkew.Err = errNotTold
	}
	if usage, ok := c.Usage(); ok {
		f.Usage.Value = usage
	} else {
		f.Usage.Err = errNotTold
	}
	if c.governor != nil {
		f.Budget = c.governor.Budget()
	}
	f.Calls = c.Calls() - before
	return f
}

func (c *Client) preflightObject(ctx context.Context, object string, fields []string, recordTypes bool, f *Facts) {
	d, err := c.Describe(ctx, object)
	if err != nil {
		f.Objects[object] = Fact[ObjectFacts]{Err: err}
		if recordTypes {
			f.RecordTypes[object] = Fact[[]RecordType]{Err: err}
		}
		return
	}
	f.Objects[object] = Fact[ObjectFacts]{Value: ObjectFacts{Queryable: d.Queryable, Createable: d.Createable, Deletable: d.Deletable,
		Fields: d.Access(fields), Keys: d.KeyFields(), PersonAccounts: has(d, "IsPersonAccount")}}
	if recordTypes {
		f.RecordTypes[object] = factOf(c.RecordTypes(ctx, d))
	}
}

func has(d *Describe, field string) bool {
	_, ok := d.Field(field)
	return ok
}

// preflightSetup asks what an admin of the org has set up that can stand in the way.
func (c *Client) preflightSetup(ctx context.Context, o PreflightOptions, f *Facts) {
	f.Rules, f.Lists = map[string]Fact[[]ValidationRule]{}, map[string]Fact[[]RelatedList]{}
	for _, object := range o.Rules {
		f.Rules[object] = factOf(c.ValidationRules(ctx, object))
	}
	for _, object := range o.Lists {
		f.Lists[object] = factOf(c.RelatedLists(ctx, object))
	}
	if !o.Policies {
		return
	}
	f.Policies = factOf(c.AppPolicies(ctx))
	switch {
	case f.Identity.Known():
		f.LoginRanges = factOf(c.LoginRanges(ctx, f.Identity.Value.UserID))
	default:
		f.LoginRanges.Err = f.Identity.Err
	}
}

func (c *Client) offersVersion(ctx context.Context) (bool, error) {
	versions, err := c.Versions(ctx)
	for _, v := range versions {
		if v.Version == c.version {
			return true, nil
		}
	}
	return false, err
}

// apiAccess reads from the first data call whether the API is on.
func apiAccess(err error) Fact[APIAccess] {
	switch {
	case hasCode(err, "API_DISABLED_FOR_ORG"):
		return Fact[APIAccess]{Value: APIDisabledOrg}
	case hasCode(err, "API_CURRENTLY_DISABLED"):
		return Fact[APIAccess]{Value: APIDisabledUser}
	case err != nil && Classify(err) != ActionAskAdmin:
		return Fact[APIAccess]{Err: err}
	}
	return Fact[APIAccess]{Value: APIEnabled}
}

func factOf[T any](value T, err error) Fact[T] { return Fact[T]{Value: value, Err: err} }

// hasCode says whether err is a refusal with one of the codes.
func hasCode(err error, codes ...string) bool {
	var refused *Error
	return errors.As(err, &refused) && slices.Contains(codes, refused.ErrorCode)
}
