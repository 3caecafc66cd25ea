// Command crmsync is a terminal console and background engine for the people who run a sales team's
// CRM sync.
package main

import (
	"os"

	"crmsync/ui/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
