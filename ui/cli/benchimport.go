package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crmsync/match/eval"
	"crmsync/store"
	crmsync "crmsync/sync"
)

// importBench is what bench import measured. Rows are Contacts unless said.
type importBench struct {
	Cores    int     `json:"cores"`
	Contacts int     `json:"contacts"`
	Org      benched `json:"org"`         // the org alone: its bytes read and thrown away
	Store    benched `json:"store"`       // the store alone: the same rows, from memory
	First    benched `json:"first"`       // a first import, from the org's bytes to committed, indexed rows
	Again    benched `json:"unchanged"`   // read again in full, with nothing changed
	All      benched `json:"all"`         // the other six objects, for the API calls
	Idle     benched `json:"nothing_new"` // an incremental import of all seven with nothing new
	PeakRSS  int64   `json:"peak_rss_bytes"`
}

type benched struct {
	Rows     int64   `json:"rows"`
	Seconds  float64 `json:"seconds"`
	PerSec   int64   `json:"rows_per_second"`
	CPU      float64 `json:"cpu_seconds"` // of this process; other work on the machine hardly moves it
	APICalls int64   `json:"api_calls,omitempty"`
	Pages    int64   `json:"pages,omitempty"`
}

// stopwatch is when something began, by the clock and by the processor time used before.
type stopwatch struct {
	at  time.Time
	cpu float64
}

func startWatch() stopwatch { return stopwatch{time.Now(), cpuSeconds()} }

func (b benched) timed(began stopwatch) benched {
	b.Seconds, b.CPU = time.Since(began.at).Seconds(), cpuSeconds()-began.cpu
	b.PerSec = int64(float64(b.Rows) / b.Seconds)
	return b
}

func newBenchImport(a *app) *cobra.Command {
	var size string
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Measure imports from the built-in org into an empty store",
		Long: "Runs the built-in org in a process of its own and imports it into a store in a temporary directory. What\n" +
			"the org and the store alone take is measured apart.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			contacts, err := parseSize(size)
			if err != nil {
				return err
			}
			bench, err := benchImport(cmd.Context(), contacts)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(bench)
			}
			return a.printImportBench(bench)
		},
	}
	cmd.Flags().StringVar(&size, "size", "100000", "small, medium or a `number` of Contacts")
	return cmd
}

func (a *app) printImportBench(b importBench) error {
	var rows [][]string
	for _, line := range []struct {
		name string
		benched
	}{
		{"the org alone", b.Org}, {"the store alone", b.Store}, {"first import", b.First}, {"unchanged", b.Again},
		{"other six objects", b.All}, {"nothing new", b.Idle},
	} {
		rows = append(rows, []string{line.name, fmt.Sprint(line.Rows), fmt.Sprintf("%.2f s", line.Seconds), fmt.Sprint(line.PerSec), fmt.Sprintf("%.2f s", line.CPU), fmt.Sprint(line.APICalls)})
	}
	if err := a.table([]string{"", "ROWS", "TOOK", "ROWS/S", "CPU", "API CALLS"}, rows); err != nil {
		return err
	}
	a.printf("%d cores, peak memory %d MiB\n", b.Cores, b.PeakRSS>>20)
	return nil
}

func benchImport(ctx context.Context, contacts int) (bench importBench, err error) {
	bench = importBench{Cores: runtime.NumCPU(), Contacts: contacts}
	dir, err := os.MkdirTemp("", "crmsync-bench-")
	if err != nil {
		return bench, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	org, err := startOrg(ctx, contacts)
	if err != nil {
		return bench, fmt.Errorf("starting the org: %w", err)
	}
	defer org.stop()

	began := startWatch()
	if bench.Org.Rows, err = org.download(ctx, contactQuery(), nil); err != nil {
		return bench, fmt.Errorf("reading the org: %w", err)
	}
	bench.Org = bench.Org.timed(began)

	s := &session{actor: crmsync.EngineActor}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.openStore(ctx, filepath.Join(dir, "import")); err != nil {
		return bench, err
	}
	if err := bench.imports(ctx, s, org); err != nil {
		return bench, err
	}
	bench.PeakRSS = eval.PeakRSS()
	return bench, bench.storeAlone(ctx, filepath.Join(dir, "store"), org)
}

// imports measures the engine's imports of the org.
func (b *importBench) imports(ctx context.Context, s *session, org *orgProcess) error {
	if _, err := s.engine.ConnectToken(ctx, s.actor, crmsync.TokenSignIn{InstanceURL: org.InstanceURL, AccessToken: org.AccessToken, ClientID: org.ClientID}); err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	others := slices.DeleteFunc(objectNames(), func(name string) bool { return name == "Contact" })
	for _, step := range []struct {
		into    *benched
		options crmsync.ImportOptions
	}{
		{&b.First, crmsync.ImportOptions{Objects: []string{"Contact"}}},
		{&b.Again, crmsync.ImportOptions{Objects: []string{"Contact"}, Full: true}},
		{&b.All, crmsync.ImportOptions{Objects: others}},
		{&b.Idle, crmsync.ImportOptions{}},
	} {
		began := startWatch()
		report, err := s.engine.Import(ctx, s.actor, step.options)
		if err != nil {
			return fmt.Errorf("importing: %w", err)
		}
		for _, object := range report.Objects {
			if object.Error != nil {
				return fmt.Errorf("importing %s: %s (%s)", object.Object, object.Error.Message, object.Error.Code)
			}
			step.into.Rows += object.Fetched
			step.into.Pages += object.Pages
		}
		step.into.APICalls = report.APICalls
		*step.into = step.into.timed(began)
	}
	return nil
}

// storeAlone measures the store's bulk insert of the same rows, held in memory and repeated as needed.
func (b *importBench) storeAlone(ctx context.Context, dir string, org *orgProcess) error {
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer st.Close()
	const inMemory = 20_000
	var rows [][]string
	if _, err := org.download(ctx, contactQuery(), func(row []string) bool {
		rows = append(rows, row)
		return len(rows) < inMemory
	}); err != nil {
		return err
	}
	began, total, next := startWatch(), int64(0), 0
	for total < int64(b.Contacts) {
		for page := range slices.Chunk(rows, 10_000) {
			if err := st.Write(ctx, func(tx *store.Tx) error {
				counts, err := tx.UpsertRecords("Contact", contactFields(), func(yield func([]string, error) bool) {
					again := make([]string, len(contactFields()))
					for _, row := range page {
						copy(again, row)
						next++
						again[0] = fmt.Sprintf("003%012dAAA", next) // another record each time
						if !yield(again, nil) {
							return
						}
					}
				}, "bench")
				total += counts.Inserted
				return err
			}); err != nil {
				return err
			}
		}
	}
	b.Store = benched{Rows: total}.timed(began)
	return nil
}

func contactFields() []string {
	contact, _ := store.ObjectNamed("Contact")
	return append(slices.Clone(contact.Fields), contact.Bookkeeping...)
}

func contactQuery() string { return "SELECT " + strings.Join(contactFields(), ", ") + " FROM Contact" }

// orgProcess is a built-in org in a process of its own, so that its cost is not this process's.
type orgProcess struct {
	InstanceURL string `json:"instance_url"`
	ClientID    string `json:"client_id"`
	AccessToken string `json:"access_token"`
	stop        func()
}

func startOrg(ctx context.Context, contacts int) (*orgProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, self, "org", "serve", "--listen", "127.0.0.1:0", "--size", fmt.Sprint(contacts))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	org := &orgProcess{stop: func() {
		cancel()
		_ = cmd.Wait() // it was killed: that is no news
	}}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, org)
	}
	if err != nil {
		org.stop()
		return nil, fmt.Errorf("its first line %q: %w", line, err)
	}
	return org, nil
}
