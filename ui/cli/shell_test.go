package cli

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"crmsync/assets/help"
	"crmsync/ui"
)

// known returns why the command line would not take a command, or nil. Words in capitals stand for values.
func known(line string) error {
	words := strings.Fields(strings.ReplaceAll(line, "…", ""))
	if len(words) == 0 || words[0] != "crmsync" {
		return fmt.Errorf("%q does not begin with crmsync", line)
	}
	root := newRoot(&app{})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(words[1:])
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// Every shell command that the console shows is one that the command line takes, with its flags and with as
// many arguments.
func TestCommandsOfTheConsoleExist(t *testing.T) {
	commands := ui.ShellCommands()
	for _, must := range []string{"crmsync undo --redo", "crmsync match bulk --dry-run", "crmsync match none RECORD"} {
		if !slices.Contains(commands, must) {
			t.Errorf("the console does not show %q, but %q", must, commands)
		}
	}
	for _, line := range commands {
		if err := known(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestCommandsThatDoNotExistAreFound(t *testing.T) {
	for _, line := range []string{"crmsync frob", "crmsync match frob", "crmsync undo --frob", "crmsync match rematch RECORD", "crmsync match list surplus", "match list"} {
		if known(line) == nil {
			t.Errorf("%s is taken", line)
		}
	}
}

// said finds commands in a text for people: after the words that lead to one.
var said = regexp.MustCompile(`(?:^|[:;(] ?|\b(?:[Rr]un|[Ss]ee|[Uu]se|with|than|to|once|then) )crmsync((?: [a-z][a-z-]*)+)`)

// prose are words that follow the product's name where a text begins with it and is no command.
var prose = []string{"imports", "built-in", "keyring"}

// Errors, hints and notes name commands too; the command each begins with exists.
func TestCommandsInTextsExist(t *testing.T) {
	seen := 0
	for dir, files := range sources(t) {
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, text := range stringsOf(t, filepath.Join(root, dir, name)) {
				for _, found := range said.FindAllStringSubmatch(text, -1) {
					words := strings.Fields(found[1])
					if strings.HasPrefix(text, "crmsync "+words[0]) && slices.Contains(prose, words[0]) {
						continue
					}
					seen++
					if err := begins(words); err != nil {
						t.Errorf("%s/%s: %q: %v", dir, name, text, err)
					}
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d commands found in texts", seen)
	}
}

// begins reports whether words begin with a command, down to where it has no subcommands; what follows may
// be the rest of the sentence.
func begins(words []string) error {
	at := newRoot(&app{})
	at.InitDefaultHelpCmd()
	at.InitDefaultCompletionCmd()
	for i, word := range words {
		next, ok := subcommand(at, word)
		if !ok {
			if i == 0 || at.HasSubCommands() && !at.Runnable() {
				return fmt.Errorf("there is no %q under %q", word, at.CommandPath())
			}
			return nil
		}
		at = next
	}
	return nil
}

func subcommand(cmd *cobra.Command, name string) (*cobra.Command, bool) {
	at := slices.IndexFunc(cmd.Commands(), func(c *cobra.Command) bool { return c.Name() == name })
	if at < 0 {
		return nil, false
	}
	return cmd.Commands()[at], true
}

func stringsOf(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(tree, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				out = append(out, text)
			}
		}
		return true
	})
	return out
}

// requirement is the number of a requirement, which says nothing to who reads it; S256 is a method of PKCE.
var requirement = regexp.MustCompile(`\bS\d{1,3}\b`)

// idleWord finds words that say nothing in a message: what was done is said by its verb.
var idleWord = regexp.MustCompile(`(?i)\bplease\b|\bsuccess(ful(ly)?)?\b`)

// What people read names no requirement by its number, and has no idle word.
func TestTextsAreToThePoint(t *testing.T) {
	for dir, files := range sources(t) {
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, text := range stringsOf(t, filepath.Join(root, dir, name)) {
				for _, found := range requirement.FindAllString(text, -1) {
					if found != "S256" {
						t.Errorf("%s/%s: %q", dir, name, text)
					}
				}
				if !strings.HasPrefix(dir, "assets") && !strings.Contains(dir, "salesforce") && idleWord.MatchString(text) && strings.Contains(text, " ") { // an org and its people have their own words
					t.Errorf("%s/%s: an idle word in %q", dir, name, text)
				}
			}
		}
	}
	for _, topic := range help.Topics() {
		if found := requirement.FindString(topic.Text); found != "" {
			t.Errorf("help %s names %s", topic.Name, found)
		}
		if found := idleWord.FindString(topic.Text); found != "" {
			t.Errorf("help %s says %s", topic.Name, found)
		}
	}
}
