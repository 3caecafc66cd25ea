package salesforce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// ValidationRule is an active rule of the customer's own that refuses records of an object.
type ValidationRule struct {
	ID      string
	Name    string
	Field   string // beside which the message is shown; "" = at the top of the page
	Message string
	Formula string // true refuses the record; "" where the org does not tell
}

// mostRules is of how many rules the formulas are read, a call each.
const mostRules = 10

// ValidationRules returns the active validation rules of an object. Only the Tooling API knows them. A formula is told
// for one rule at a time; the user may not be permitted to see it.
func (c *Client) ValidationRules(ctx context.Context, object string) ([]ValidationRule, error) {
	soql := "SELECT Id, ValidationName, ErrorDisplayField, ErrorMessage FROM ValidationRule WHERE Active = true AND EntityDefinition.QualifiedApiName = " + Quote(object)
	rules, err := collect(c.QueryTooling(ctx, soql), func(r Record) ValidationRule {
		return ValidationRule{ID: r.Text("Id"), Name: r.Text("ValidationName"), Field: r.Text("ErrorDisplayField"), Message: r.Text("ErrorMessage")}
	})
	if err != nil {
		return nil, err
	}
	for i := range rules[:min(mostRules, len(rules))] {
		var whole struct {
			Metadata struct {
				Formula string `json:"errorConditionFormula"`
			}
		}
		if err := c.setupRecord(ctx, "ValidationRule", rules[i].ID, &whole); err != nil && Classify(err) != ActionAskAdmin {
			return nil, err
		}
		rules[i].Formula = whole.Metadata.Formula
	}
	return rules, nil
}

// setupRecord reads one record of the Tooling API with its metadata.
func (c *Client) setupRecord(ctx context.Context, object, id string, into any) error {
	k := call{method: http.MethodGet, path: c.data("tooling/sobjects/" + object + "/" + url.PathEscape(id))}
	if err := c.exchange(ctx, k, func(a *answer) error { return decode(a, into) }); err != nil {
		return fmt.Errorf("read %s %s: %w", object, id, err)
	}
	return nil
}

// AppPolicy is what an admin of the org has set for a connected app.
type AppPolicy struct {
	Name         string
	ApprovedOnly bool  // users sign in only when an admin has approved them
	SinceUse     bool  // the refresh token's time runs from its last use, not from when it was given out
	Period       int64 // after which the refresh token ends, in the unit chosen in Setup; 0 = none is set
}

// AppPolicies returns the policies of the org's connected apps. External client apps are not among them.
func (c *Client) AppPolicies(ctx context.Context) ([]AppPolicy, error) {
	const soql = "SELECT Name, OptionsAllowAdminApprovedUsersOnly, OptionsRefreshTokenValidityMetric, RefreshTokenValidityPeriod FROM ConnectedApplication"
	return collect(c.Query(ctx, soql), func(r Record) AppPolicy {
		return AppPolicy{Name: r.Text("Name"), ApprovedOnly: r.Bool("OptionsAllowAdminApprovedUsersOnly"),
			SinceUse: r.Bool("OptionsRefreshTokenValidityMetric"), Period: r.Integer("RefreshTokenValidityPeriod")}
	})
}

// IPRange is a range of addresses from which a profile's users may sign in, both ends included.
type IPRange struct {
	From string `json:"startAddress"`
	To   string `json:"endAddress"`
}

// LoginRanges returns the ranges of a user's profile; none means that it restricts no address.
func (c *Client) LoginRanges(ctx context.Context, userID string) ([]IPRange, error) {
	profiles, err := collect(c.Query(ctx, "SELECT ProfileId FROM User WHERE Id = "+Quote(userID)), func(r Record) string { return r.Text("ProfileId") })
	if err != nil || len(profiles) == 0 {
		return nil, err
	}
	var profile struct {
		Metadata struct {
			Ranges []IPRange `json:"loginIpRanges"`
		}
	}
	if err := c.setupRecord(ctx, "Profile", profiles[0], &profile); err != nil {
		return nil, err
	}
	return profile.Metadata.Ranges, nil
}
