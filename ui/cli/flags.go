package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"crmsync/store"
)

// countFlag is a flag that takes a whole number from 1 on.
type countFlag int

func (n *countFlag) String() string { return strconv.Itoa(int(*n)) }

// Type names the kind of value for pflag.
func (n *countFlag) Type() string { return "number" }

// Set reads the flag.
func (n *countFlag) Set(text string) error {
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		return fmt.Errorf("it takes a whole number from 1 on")
	}
	*n = countFlag(value)
	return nil
}

// scoreFlag is a flag that takes a score, 0 to 100.
type scoreFlag float64

func (s *scoreFlag) String() string { return strconv.FormatFloat(float64(*s), 'g', -1, 64) }

// Type names the kind of value for pflag.
func (s *scoreFlag) Type() string { return "score" }

// Set reads the flag.
func (s *scoreFlag) Set(text string) error {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(value) || value < 0 || value > 100 {
		return fmt.Errorf("it takes a score from 0 to 100")
	}
	*s = scoreFlag(value)
	return nil
}

// unit returns the score as the store counts it.
func (s scoreFlag) unit() int64 { return int64(math.Round(float64(s) * store.ScoreUnit / 100)) }

// choiceFlag is a flag that takes one of a few words, in whatever case they are written; "" when it was not given.
type choiceFlag struct {
	value *string
	words []string
}

func (c choiceFlag) String() string {
	if c.value == nil {
		return ""
	}
	return *c.value
}

// Type names the kind of value for pflag.
func (c choiceFlag) Type() string { return "string" }

// Set reads the flag.
func (c choiceFlag) Set(text string) error {
	for _, word := range c.words {
		if strings.EqualFold(word, text) {
			*c.value = word
			return nil
		}
	}
	return fmt.Errorf("it takes %s", anyOf(c.words))
}

// anyOf lists words as a choice: a, b or c.
func anyOf(words []string) string {
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return strings.Join(words, "")
}

// stateNames lists the states of matches or of the outbox.
func stateNames[S ~string](states []S) string {
	var names []string
	for _, state := range states {
		names = append(names, string(state))
	}
	return anyOf(names)
}

// objectFlag adds --object, which names one of the objects that are matched.
func objectFlag(flags *pflag.FlagSet, value *string) {
	words := []string{"Lead", "Contact", "Account"}
	flags.Var(choiceFlag{value, words}, "object", anyOf(words))
}

// asFlag is --as of the commands that read files: the kind of the files. An e-mail address is what --as means everywhere
// else, a person of the demo who acts, and both can be given.
type asFlag struct{ kind, person *string }

func (f asFlag) String() string {
	if f.kind == nil {
		return ""
	}
	return *f.kind
}

// Type names the kind of value for pflag.
func (f asFlag) Type() string { return "kind" }

// Set reads the flag.
func (f asFlag) Set(text string) error {
	if strings.Contains(text, "@") {
		*f.person = text
	} else {
		*f.kind = text
	}
	return nil
}

// errFlagFile tells that the file which a flag names cannot be read.
func errFlagFile(flag string, err error) error {
	return &failure{code: "cli.file", message: fmt.Sprintf("the file of %s cannot be read: %v", flag, err), hint: "check the path, and that you may read the file"}
}
