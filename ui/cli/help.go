package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"crmsync/assets/help"
	"crmsync/sync/network"
	"crmsync/ui"
	"crmsync/ui/cli/machine"
)

// newHelp returns the command help, which tells of topics as well as of commands. A topic comes before the
// command of its name, and says how to see that one's flags.
func newHelp(a *app, root *cobra.Command) *cobra.Command {
	var list strings.Builder
	var names []string
	for _, topic := range help.Topics() {
		list.WriteString("  " + topic.Name + strings.Repeat(" ", max(1, 18-len(topic.Name))) + topic.Title + "\n")
		names = append(names, topic.Name)
	}
	return &cobra.Command{
		Use:       "help [TOPIC|COMMAND]",
		Short:     "Explain a topic or a command",
		Long:      "Explains a topic or a command. Topics:\n\n" + list.String(),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if err := root.Help(); err != nil {
					return err
				}
				a.printf("\nTopics, read with crmsync help TOPIC:\n%s", list.String())
				return nil
			}
			if topic, ok := help.Find(args[0]); ok && len(args) == 1 {
				return a.printTopic(root, topic)
			}
			about, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return &failure{code: "cli.usage", message: "there is neither a topic nor a command " + strings.Join(args, " "), hint: "topics: " + strings.Join(names, ", ")}
			}
			return about.Help()
		},
	}
}

// printTopic prints a topic with what the program itself knows best: its keys and its formats.
func (a *app) printTopic(root *cobra.Command, topic help.Topic) error {
	text := topic.Text
	switch topic.Name {
	case "console":
		text += strings.Join(ui.KeyLines(), "\n") + "\n"
	case "settings":
		text += strings.Join(machine.HelpLines(), "\n") + "\n"
	case "network":
		text += network.ActivityFormat
	}
	if a.json {
		return a.printJSON(map[string]string{"topic": topic.Name, "title": topic.Title, "text": text})
	}
	a.printf("%s", text)
	if cmd, rest, err := root.Find([]string{topic.Name}); err == nil && len(rest) == 0 && cmd != root {
		a.printf("\nFlags and commands: crmsync %s --help\n", topic.Name)
	}
	return nil
}
