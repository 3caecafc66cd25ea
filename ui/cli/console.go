package cli

import (
	"context"
	"errors"
	"os"
	"strings"

	crmsync "crmsync/sync"
	"crmsync/ui"
)

// consoleCache is the page cache of a reader in KiB: a console shows pages, and stays small.
const consoleCache = 2048

// console opens the store and the console on it.
func (a *app) console(ctx context.Context) (err error) {
	a.readCache = consoleCache
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return a.consoleOn(ctx, s)
}

// consoleOn shows the console on an open store. With no engine running it is the engine meanwhile.
func (a *app) consoleOn(ctx context.Context, s *session) error {
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
	if a.plainly() {
		show = ui.Plain
	}
	err := show(ctx, ui.Options{
		Input: a.stdin, Output: a.stdout,
		Services: services, Actor: actor, ColorFGBG: os.Getenv("COLORFGBG"),
		ASCII: a.ascii, Mode: ui.Mode(a.theme), Term: os.Getenv("TERM"), NoDiff: a.noDiff || os.Getenv("CRMSYNC_NO_DIFF") != "",
	})
	cancel()
	if engine := <-ended; !harmless(engine) {
		err = errors.Join(err, engine)
	}
	if errors.Is(err, context.Canceled) {
		return nil // SIGTERM, or the terminal is gone: the console has ended as asked
	}
	return err
}

// plainly reports whether the console is wanted as lines of text: by flag, or by ACCESSIBLE as other terminal
// programs have it.
func (a *app) plainly() bool {
	wanted := os.Getenv("ACCESSIBLE")
	return a.plain || wanted != "" && wanted != "0" && !strings.EqualFold(wanted, "false")
}

// harmless reports whether an engine ended as it should: because it was told to, or because another process
// is this store's engine and the console only looks on.
func harmless(err error) bool {
	return err == nil || errors.Is(err, context.Canceled) || crmsync.CodeOf(err) == "engine.locked"
}
