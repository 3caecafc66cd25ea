package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	crmsync "crmsync/sync"
	"crmsync/sync/salesforce/orgsim"
)

// completing tells the shell what each command's arguments and flags take, where that is a list known beforehand.
// Elsewhere it completes the names of files where a file is meant, and nothing otherwise.
func completing(root *cobra.Command) {
	eachCommand(root, func(cmd *cobra.Command) {
		if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 {
			cmd.ValidArgsFunction = argumentsOf(cmd)
		}
		own := pflag.NewFlagSet("", pflag.ContinueOnError)
		own.AddFlagSet(cmd.LocalNonPersistentFlags())
		if !cmd.HasParent() {
			own = cmd.PersistentFlags()
		}
		own.VisitAll(func(f *pflag.Flag) {
			// the error says that the flag is completed already, which is as good
			_ = cmd.RegisterFlagCompletionFunc(f.Name, valuesOf(cmd, f))
		})
	})
}

func eachCommand(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, c := range cmd.Commands() {
		eachCommand(c, do)
	}
}

// argumentWords are the arguments that are words of a list, by the command's path and the argument's place.
func argumentWords(path string, place int) []string {
	switch path + " " + string(rune('0'+place)) {
	case "crmsync settings set 0", "crmsync settings show 0", "crmsync settings preview 0":
		return settingKeys()
	case "crmsync writeback enable 0", "crmsync writeback disable 0", "crmsync me writeback 1":
		return activityKinds()
	case "crmsync me writeback 0", "crmsync roi consent 0":
		return []string{"on", "off"}
	case "crmsync schedule pause 0", "crmsync schedule resume 0":
		return []string{string(crmsync.JobImport), string(crmsync.JobWriteback)}
	case "crmsync schedule stop 0":
		return []string{string(crmsync.JobImport), string(crmsync.JobMatch)}
	case "crmsync export 0":
		return sortedKeys(exportables)
	case "crmsync org faults 0":
		return scenarioNames()
	}
	return nil
}

func argumentsOf(cmd *cobra.Command) cobra.CompletionFunc {
	files := strings.Contains(cmd.Use, "FILE") || strings.Contains(cmd.Use, "BACKUP") || strings.Contains(cmd.Use, "FOLDER")
	return func(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if words := argumentWords(cmd.CommandPath(), len(args)); words != nil {
			return beginning(words, begun), cobra.ShellCompDirectiveNoFileComp
		}
		if files {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

func valuesOf(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	value, _ := pflag.UnquoteUsage(f)
	return func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if words := flagWords(cmd, f); words != nil {
			return beginning(words, begun), cobra.ShellCompDirectiveNoFileComp
		}
		switch value {
		case "file", "FILE":
			return nil, cobra.ShellCompDirectiveDefault
		case "directory", "folder":
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// flagWords are the words that a flag takes, nil when it takes others.
func flagWords(cmd *cobra.Command, f *pflag.Flag) []string {
	if choice, ok := f.Value.(choiceFlag); ok {
		return choice.words
	}
	switch f.Name {
	case "role":
		if cmd.Parent() != nil && slices.Contains([]string{"user", "key"}, cmd.Parent().Name()) {
			return namesOf(crmsync.Roles())
		}
	case "state":
		if cmd.CommandPath() == "crmsync match list" {
			return namesOf(matchStates)
		}
		if cmd.CommandPath() == "crmsync writeback outbox" {
			return namesOf(outboxStates)
		}
	case "object":
		if cmd.CommandPath() == "crmsync import" {
			return objectNames()
		}
	case "kind":
		return activityKinds()
	case "scenario":
		return scenarioNames()
	}
	return nil
}

func beginning(words []string, begun string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return !strings.HasPrefix(word, begun) })
}

func namesOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = string(one)
	}
	return out
}

func settingKeys() (keys []string) {
	for _, spec := range crmsync.SettingSpecs() {
		keys = append(keys, spec.Key)
	}
	return keys
}

func activityKinds() []string { return namesOf(crmsync.Kinds()) }

func scenarioNames() (names []string) {
	for _, s := range orgsim.Scenarios() {
		names = append(names, s.Name)
	}
	return names
}
