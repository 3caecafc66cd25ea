package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui"
	"crmsync/ui/cli/logbook"
	"crmsync/ui/cli/machine"
)

// session is an open store with its engine, and who is acting.
type session struct {
	store  *store.Store
	engine *crmsync.Engine
	actor  crmsync.Actor
	demo   *demoOrg // nil unless the demo made the store
	ends   []func() error

	readCache int              // of store.Options
	machine   machine.Settings // what crmsync.toml says
	log       *slog.Logger     // nil = silent but for the book
	book      *logbook.Book    // the log of the data directory
}

// do returns a command's run function that opens the store, runs act and closes the store.
func (a *app) do(act func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) (err error) {
		if err := a.needsStore(cmd); err != nil {
			return err
		}
		s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		a.doing = func(event string) (store.AuditEvent, string, error) {
			e, err := s.store.AuditEvent(cmd.Context(), event)
			if err != nil {
				return e, "", err
			}
			return e, ui.Describe(cmd.Context(), s.store, e), nil
		}
		if a.dry {
			return a.rehearse(cmd.Context(), s, func(ctx context.Context) error { return act(ctx, s, args) })
		}
		return act(cmd.Context(), s, args)
	}
}

// makeStores are the commands that begin a store where there is none, with all commands below them. The others read or
// change one, and a directory that was mistyped has none.
var makeStores = []string{"init", "connect", "serve", "network", "users add", "user add", "key add", "settings set", "config import", "me import"}

// needsStore refuses a command that has nothing to work on.
func (a *app) needsStore(cmd *cobra.Command) error {
	path := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	makes := func(of string) bool { return path == of || strings.HasPrefix(path, of+" ") }
	if a.storeExists() || slices.ContainsFunc(makeStores, makes) {
		return nil
	}
	dir, err := a.dataDir()
	if err != nil {
		return err
	}
	if _, err := readDemo(dir); err != nil {
		return err
	}
	return &failure{code: "store.none", message: "there is no store in " + dir, hint: "name yours with --dir or CRMSYNC_DIR, or make one: crmsync connect, or without an account: crmsync demo"}
}

// open opens the store of the data directory. A store that the demo made brings its built-in org along.
func (a *app) open(ctx context.Context) (*session, error) {
	if visitor := a.visitorOf(); visitor != nil {
		return visitor, nil
	}
	dir, err := a.dataDir()
	if err != nil {
		return nil, err
	}
	demo, err := readDemo(dir)
	if err != nil {
		return nil, err
	}
	s := &session{demo: demo, readCache: a.readCache, machine: a.machine, log: a.log}
	if demo != nil {
		_, stop, err := demo.start(ctx, dir)
		if err != nil {
			return nil, err
		}
		s.ends = append(s.ends, stop)
		dir = demoStore(dir)
	}
	if err := s.openStore(ctx, dir); err != nil {
		return nil, errors.Join(err, s.close())
	}
	a.book = s.book
	if s.actor, err = a.actor(ctx, s); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *session) openStore(ctx context.Context, dir string) error {
	keyFile, _ := s.machine.Text(machine.KeyFile)
	opened, err := store.Open(ctx, store.Options{Dir: dir, ReadCache: s.readCache, KeyFile: keyFile, MayMigrate: func() error { return crmsync.MayMigrate(dir) }})
	if err != nil {
		return err
	}
	s.store = opened
	s.ends = append(s.ends, opened.Close)
	ballast, err := ballastBytes(s.machine)
	if err != nil {
		return err
	}
	client, err := httpClient(s.machine)
	if err != nil {
		return err
	}
	s.book = logbook.Open(dir)
	s.ends = append(s.ends, s.book.Close)
	s.engine, err = crmsync.New(crmsync.Options{Store: opened, Dir: dir, Ballast: ballast, HTTP: client, Log: s.bothLogs()})
	return err
}

// bothLogs writes to the log of the data directory, and to standard error where that was asked for.
func (s *session) bothLogs() *slog.Logger {
	if s.log == nil {
		return slog.New(s.book.Handler())
	}
	return slog.New(slog.NewMultiHandler(s.log.Handler(), s.book.Handler()))
}

// close ends everything that open began, the last first.
func (s *session) close() error {
	var err error
	for _, end := range slices.Backward(s.ends) {
		err = errors.Join(err, end())
	}
	s.ends = nil
	return err
}

// actor returns who is acting: the operating-system user, or in the demo the invented person of --as.
func (a *app) actor(ctx context.Context, s *session) (crmsync.Actor, error) {
	if a.as == "" {
		current, err := user.Current()
		if err != nil {
			return crmsync.Actor{}, fmt.Errorf("asking who you are: %w", err)
		}
		return s.engine.Whoami(ctx, current.Username, "cli")
	}
	if s.demo == nil {
		return crmsync.Actor{}, &failure{code: "cli.usage", message: "--as is for stores made by the demo: elsewhere you act as yourself", hint: "leave --as out"}
	}
	person, err := s.store.ConsoleUserByEmail(ctx, a.as)
	if errors.Is(err, store.ErrNotFound) {
		return crmsync.Actor{}, &failure{code: "user.not_found", message: fmt.Sprintf("nobody in the demo has the address %s", a.as), hint: "its people are: " + strings.Join(s.demo.People, ", ")}
	}
	if err != nil {
		return crmsync.Actor{}, err
	}
	return crmsync.Actor{Name: person.Name, Role: crmsync.Role(person.Role), Seat: person.SeatID, Via: "cli"}, nil
}

// storeExists reports whether the data directory holds a store; who came in over SSH has the server's.
func (a *app) storeExists() bool {
	if a.visitorOf() != nil {
		return true
	}
	dir, err := a.dataDir()
	if err != nil {
		return false
	}
	for _, place := range []string{dir, demoStore(dir)} {
		if _, err := os.Stat(filepath.Join(place, store.DatabaseFile)); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}
