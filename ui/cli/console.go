package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
	"crmsync/ui"
	"crmsync/ui/cli/machine"
)

// consoleCache is the page cache of a reader in KiB: a console shows pages, and stays small.
const consoleCache = 2048

// consoleThreads is how many threads run Go code at least while a console is open.
const consoleThreads = 4

// console opens the store and the console on it.
func (a *app) console(ctx context.Context) (err error) {
	if a.readCache == 0 {
		a.readCache = consoleCache
	}
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return s.watched(func() error { return a.consoleOn(ctx, s) })
}

// traced lets the console write down what fails, and say where.
func (s *session) traced(o ui.Options) ui.Options {
	if s.book != nil {
		o.Trace, o.Fault, o.Log = s.book.Trace, s.book.Panic, s.book.Path()
	}
	return o
}

// consoleOn shows the console on an open store. With no engine running it is the engine meanwhile.
func (a *app) consoleOn(ctx context.Context, s *session) error {
	keys, err := readKeys(s.store.Dir())
	if err != nil {
		return err
	}
	// SQLite computes in Go code here. With two threads a search holds a key up for 15 ms in the middle, with four
	// for 7, since the system's scheduler lets a thread that waited go first.
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), consoleThreads))
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.engine.Run(ctx) }()
	actor := s.actor
	actor.Via = "console"
	services := ui.Live(s.engine, s.store, actor)
	services.Guides = guides()
	if s.demo != nil {
		services.Demo = &demoLife{session: s}
	}
	show := ui.Run
	if a.plainly() || os.Getenv("TERM") == "dumb" { // such a terminal cannot be drawn on
		show = ui.Plain
	}
	err = show(ctx, s.traced(ui.Options{
		Input: a.stdin, Output: a.stdout, Keys: keys,
		Services: services, Actor: actor, ColorFGBG: os.Getenv("COLORFGBG"),
		ASCII: a.ascii || !speaksUnicode(os.Getenv), Mode: ui.Mode(a.theme), Term: os.Getenv("TERM"), NoDiff: a.noDiff || os.Getenv(noDiffVariable) != "", Mouse: a.mouse,
		Editor: cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), a.settled(machine.Editor), "vi"), Clipboard: clipboardOf(os.Getenv("TMUX")),
	}))
	cancel()
	if engine := <-ended; !harmless(engine) {
		err = errors.Join(err, engine)
	}
	if errors.Is(err, context.Canceled) {
		return nil // SIGTERM, or the terminal is gone: the console has ended as asked
	}
	return err
}

// readKeys reads the keys that were chosen for the console of a data directory, if any were.
func readKeys(dir string) (ui.Bindings, error) {
	text, err := os.ReadFile(filepath.Join(dir, ui.KeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the console's keys: %w", err)
	}
	return ui.ReadKeys(string(text))
}

// newKeys returns the command keys.
func newKeys(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "Print every action of the console with its keys, as a file to change them",
		Long: "Prints every action of the console with its keys, in the form of the file that changes them: " + ui.KeyFile + " in\n" +
			"the data directory. The console refuses a file with a mistake, and says in which line.",
		Example: "  crmsync keys > DIR/" + ui.KeyFile,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				for _, binding := range ui.KeyBindings() {
					if err := a.printJSON(binding); err != nil {
						return err
					}
				}
				return nil
			}
			a.printf("%s", ui.KeyTemplate())
			return nil
		},
	}
}

// plainly reports whether the console is wanted as lines of text: by flag, or by ACCESSIBLE as other terminal
// programs have it.
func (a *app) plainly() bool {
	wanted := os.Getenv("ACCESSIBLE")
	return a.plain || wanted != "" && wanted != "0" && !strings.EqualFold(wanted, "false")
}

// speaksUnicode reports whether the locale has Unicode, going by the first of its variables that is set, as the C library
// does. Where none is set a terminal of today is taken for granted.
func speaksUnicode(variable func(string) string) bool {
	locale := strings.ToLower(cmp.Or(variable("LC_ALL"), variable("LC_CTYPE"), variable("LANG")))
	return locale == "" || strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}

// harmless reports whether an engine ended as it should: because it was told to, or because another process
// is this store's engine and the console only looks on.
func harmless(err error) bool {
	return err == nil || errors.Is(err, context.Canceled) || crmsync.CodeOf(err) == "engine.locked"
}

// clipboardOf is the command that copies inside tmux, which by default takes no clipboard from a program's own escape
// sequence; -w hands it on to the terminal that tmux runs in.
func clipboardOf(tmux string) []string {
	if tmux == "" {
		return nil
	}
	return []string{"tmux", "load-buffer", "-w", "-"}
}
