package sync

import (
	"crmsync/store"
	"crmsync/sync/salesforce"
)

// Where an org has person accounts, a private customer is an account and a
// contact at once. Both come with the objects they are rows of. The contact is
// matched with people like any other; the account is no company: it is kept for
// what refers to it, and takes no part in matching.

// fieldPersonAccount tells both halves of a person account. It is outside the
// annex and says nothing about anybody: like IsDeleted it is read for
// bookkeeping, where the org has it, since without it a person is taken for a
// company.
const fieldPersonAccount = "IsPersonAccount"

// personFlag is what is read of an object to tell person accounts.
func personFlag(object string) []string {
	if object == "Account" || object == "Contact" {
		return []string{fieldPersonAccount}
	}
	return nil
}

func isPersonAccount(row store.Record) bool { return row.Get(fieldPersonAccount) == "true" }

// checkPersonAccounts says what it means that an org has person accounts; of
// other orgs there is nothing to say.
func checkPersonAccounts(account salesforce.Fact[salesforce.ObjectFacts]) []Check {
	if !account.Known() || !account.Value.PersonAccounts {
		return nil
	}
	return []Check{warned("Person accounts", "this org has person accounts: they are imported, but are no companies; their contacts are matched as people, without a company",
		"Nothing to do. Opportunities of a person account are saved for the contacts that have a role in them.")}
}
