// Package cli is the command line and the composition root: it alone knows the flags, and it wires
// the store, the engine, the built-in org and the console together.
package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// Main runs the command line args (without the program's name) and returns the process's exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		return 1
	}
	return 0
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "crmsync",
		Short:         "The console and engine of a sales team's CRM sync",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newVersion())
	return root
}
