package sync

import (
	"errors"
	"fmt"

	"crmsync/sync/salesforce"
)

// objectNames are the seven objects of the annex in the order in which they
// are imported: who they refer to comes first, so that a reader finds the
// other end of a reference.
var objectNames = []string{"UserRole", "User", "Account", "Contact", "Lead", "Opportunity", "OpportunityContactRole"}

// Objects returns the names of the seven imported objects, in import order.
func Objects() []string { return append([]string(nil), objectNames...) }

// chosenObjects checks the names of objects a person asked for; none means all.
func chosenObjects(asked []string) ([]string, error) {
	if len(asked) == 0 {
		return Objects(), nil
	}
	var chosen []string
	for _, name := range objectNames {
		for _, want := range asked {
			if want == name {
				chosen = append(chosen, name)
				break
			}
		}
	}
	for _, want := range asked {
		if !containsText(objectNames, want) {
			return nil, fault("import.object_not_found", "The objects are Lead, Contact, Account, Opportunity, OpportunityContactRole, User and UserRole.",
				"%q is not an object that is imported", want)
		}
	}
	return chosen, nil
}

func containsText(list []string, want string) bool {
	for _, item := range list {
		if item == want {
			return true
		}
	}
	return false
}

// signInEnded tells whether an error means that only a new sign-in helps.
func signInEnded(err error) bool {
	return errors.Is(err, salesforce.ErrRevoked) || errors.Is(err, salesforce.ErrRefreshDoubt)
}

// errNotConnected is the answer to everything that needs the org while there is
// no sign-in.
func errNotConnected() error {
	return fault("connect.none", "Run crmsync connect and sign in as the integration user.", "not connected to Salesforce")
}

// errRevokedSignIn is the answer while the org refuses the sign-in.
func errRevokedSignIn(reason string) error {
	return fault("connect.revoked", "Run crmsync connect and sign in again; nothing imported is lost and the queue is kept.",
		"%s", fmt.Sprintf("the sign-in at Salesforce has ended: %s", nameOr(reason, "it was revoked")))
}
