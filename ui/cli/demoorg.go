package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// demoFile marks a data directory as made by the demo and says how to start its org again.
const demoFile = "demo.json"

// demoOrg is what a store made by the demo remembers of its built-in org. The org's own changes are
// kept in the folder "org" beside the file.
type demoOrg struct {
	Seed     uint64   `json:"seed"`
	Contacts int      `json:"contacts"`
	Address  string   `json:"address"` // host:port on loopback, the same at every start: it is the connection's address
	Began    int64    `json:"began"`   // Unix milliseconds of the demo's making
	People   []string `json:"people"`  // e-mail addresses that --as accepts
}

// demoStore is where the store of a demo in dir lies. It is beside the org's folder and not around it: what
// the org holds is Salesforce's, so that a purge of the store must neither delete nor find it.
func demoStore(dir string) string { return filepath.Join(dir, "store") }

// readDemo returns what dir's demo file says, or nil when the demo did not make dir.
func readDemo(dir string) (*demoOrg, error) {
	text, err := os.ReadFile(filepath.Join(dir, demoFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &failure{code: "store.directory", message: fmt.Sprintf("%s is no directory that can be read: %v", dir, err), hint: "Name another with --dir."}
	}
	d := &demoOrg{}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, &failure{code: "demo.broken", message: fmt.Sprintf("%s is not what the demo wrote: %v", filepath.Join(dir, demoFile), err), hint: "make it anew: crmsync demo"}
	}
	return d, nil
}

// write keeps d in dir.
func (d *demoOrg) write(dir string) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, demoFile), append(text, '\n'), 0o600)
}

// URL returns the org's address.
func (d *demoOrg) URL() string { return "http://" + d.Address }

// start runs the org inside this process until stop is called. When its address is taken because
// another process that has the same store open runs it, that one is used.
func (d *demoOrg) start(ctx context.Context, dir string) (org *orgsim.Org, stop func() error, err error) {
	listener, err := net.Listen("tcp", d.address())
	if errors.Is(err, syscall.EADDRINUSE) && d.answers(ctx) {
		return nil, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, &failure{
			code:    "demo.address",
			message: fmt.Sprintf("the demo's org cannot listen on %s: %v", d.Address, err),
			hint:    "end the program that uses this address, or make the demo anew: crmsync demo",
		}
	}
	org, err = orgsim.New(orgsim.Config{
		Seed: d.Seed, Contacts: d.Contacts, DataDir: filepath.Join(dir, "org"), AutoApprove: true,
		Anchor: time.UnixMilli(d.Began), // the network sample is made up for the same day
	})
	if err != nil {
		listener.Close()
		return nil, nil, fmt.Errorf("making the demo's org: %w", err)
	}
	d.Address = listener.Addr().String()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- org.Serve(ctx, listener) }()
	return org, func() error {
		cancel()
		return errors.Join(<-ended, org.Close())
	}, nil
}

func (d *demoOrg) address() string {
	if d.Address == "" {
		return "127.0.0.1:0"
	}
	return d.Address
}

// answers reports whether a built-in org answers at d's address.
func (d *demoOrg) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL()+"/admin/stats", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// makeDemoDir returns an empty directory for a new demo. One that the demo made before is emptied;
// any other that holds something is refused.
func makeDemoDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
		return os.MkdirAll(dir, 0o700)
	case err != nil:
		return fmt.Errorf("reading the demo's directory: %w", err)
	}
	d, err := readDemo(dir)
	if d == nil && err == nil {
		return &failure{
			code:    "demo.directory",
			message: fmt.Sprintf("%s holds something that the demo did not make; it is left as it is", dir),
			hint:    "name another directory: crmsync demo --dir DIR",
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the earlier demo: %w", err)
	}
	return os.MkdirAll(dir, 0o700)
}
