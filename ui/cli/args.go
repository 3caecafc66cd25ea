package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// noArgs refuses arguments with a usage error.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return unknownCommand(cmd, args[0])
	}
	return usage(cmd, "%s takes no argument, but got %q", cmd.CommandPath(), args[0])
}

// exactArgs refuses any number of arguments but that of names, which are what they stand for.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usage(cmd, "%s needs %s", cmd.CommandPath(), strings.Join(names[len(args):], " and "))
		case len(args) > len(names):
			return usage(cmd, "%s takes %s and nothing more, but got %q", cmd.CommandPath(), strings.Join(names, " and "), args[len(names)])
		}
		return nil
	}
}

// someArgs refuses an empty list of arguments; name is what one stands for.
func someArgs(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage(cmd, "%s needs at least one %s", cmd.CommandPath(), name)
		}
		return nil
	}
}

// group returns a command that only holds others. Alone it shows its help; an unknown name under it is
// an error, not the help and success that cobra would make of it.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	g.AddCommand(commands...)
	return g
}

// listing returns a group that shows its list when it is called alone.
func listing(use, short string, list *cobra.Command, others ...*cobra.Command) *cobra.Command {
	g := group(use, short, append([]*cobra.Command{list}, others...)...)
	g.RunE = list.RunE
	g.Flags().AddFlagSet(list.Flags())
	return g
}

func unknownCommand(cmd *cobra.Command, name string) error {
	f := &failure{
		code:    "cli.usage",
		message: fmt.Sprintf("there is no command %q under %q", name, cmd.CommandPath()),
		hint:    fmt.Sprintf("see: %s --help", cmd.CommandPath()),
	}
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		f.hint = "did you mean: " + cmd.CommandPath() + " " + strings.Join(near, ", ")
	}
	return f
}
