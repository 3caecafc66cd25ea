package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/assets/help"
)

// shortNames are names that a user may know a command by, and the command each stands for. They are typed and not
// shown: the help, the console and all messages name a command in one way.
var shortNames = map[string][]string{
	"opps":    {"opportunities"},
	"outbox":  {"writeback", "outbox"},
	"purge":   {"disconnect", "--purge"},
	"rematch": {"match", "rematch"},
	"ssh":     {"serve", "--ssh"},
}

// inFull returns a command line with the command that a short name stands for in its place, also after help.
func inFull(root *cobra.Command, args []string) []string {
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" {
			return args
		}
		if name, isFlag := strings.CutPrefix(word, "--"); isFlag {
			if flag := root.PersistentFlags().Lookup(name); flag != nil && flag.NoOptDefVal == "" {
				i++ // its value
			}
			continue
		}
		if strings.HasPrefix(word, "-") || word == "help" {
			continue
		}
		command, short := shortNames[word]
		if !short {
			return args
		}
		if slices.Contains(args[:i], "help") {
			if _, topic := help.Find(word); topic {
				return args
			}
			command = slices.DeleteFunc(slices.Clone(command), func(word string) bool { return strings.HasPrefix(word, "-") })
		}
		return slices.Concat(args[:i], command, args[i+1:])
	}
	return args
}
