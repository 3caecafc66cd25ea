package cli

import "github.com/spf13/cobra"

// administration are the commands that look after the store and what it holds.
func administration(a *app) []*cobra.Command {
	return []*cobra.Command{newPerson(a), newBackup(a), newRestore(a), newVerify(a), newConfig(a), newSupportBundle(a), newInit(a), newMigrate(a)}
}
