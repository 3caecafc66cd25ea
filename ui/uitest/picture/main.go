package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// run draws the files that are named into the file that -o names.
func run(args []string) error {
	flags := flag.NewFlagSet("picture", flag.ContinueOnError)
	out := flags.String("o", "screen.svg", "the `file` to write")
	light := flags.Bool("light", false, "a light terminal")
	every := flags.Duration("every", 1500*time.Millisecond, "how long a screen is shown, unless its name says")
	title := flags.String("title", "", "what the picture shows, for those who do not see it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("name the screens to draw")
	}
	p := picture{paper: dark, title: *title}
	if *light {
		p.paper = bright
	}
	for _, name := range flags.Args() {
		name, shown, err := shownFor(name, *every)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		p.screens = append(p.screens, screen{rows: readScreen(string(text)), shown: shown})
	}
	return os.WriteFile(*out, []byte(p.svg()), 0o644) //nolint:gosec // a picture for everybody to see
}

// shownFor takes "@MILLISECONDS" off a file's name.
func shownFor(name string, otherwise time.Duration) (string, time.Duration, error) {
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return name, otherwise, nil
	}
	ms, err := strconv.Atoi(name[at+1:])
	if err != nil || ms <= 0 {
		return "", 0, fmt.Errorf("%s: after @ stands how many milliseconds it is shown", name)
	}
	return name[:at], time.Duration(ms) * time.Millisecond, nil
}
