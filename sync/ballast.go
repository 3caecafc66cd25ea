package sync

import (
	"context"
	"errors"
	"fmt"

	"crmsync/store"
)

// DiskLine is how the disk of the store stands.
type DiskLine struct {
	Free    int64 `json:"free_bytes"`
	Reserve int64 `json:"reserve_bytes"` // kept to finish with when the disk is full; 0 when it was given up, or never made
	Wanted  int64 `json:"reserve_wanted_bytes"`
}

// Short tells whether there is too little room to begin anything: the reserve is gone and cannot be made again.
func (d DiskLine) Short() bool {
	return d.Wanted > 0 && d.Reserve == 0 && d.Free < 2*d.Wanted
}

// Disk tells how the disk of the store stands.
func (e *Engine) Disk() (DiskLine, error) {
	b, err := e.store.Ballast()
	return DiskLine{Free: b.Free, Reserve: b.Held, Wanted: e.ballast}, err
}

// room makes the reserve, or fails with "store.full" when there is no room for it: work that begins then could not keep how it
// ends, nor what Salesforce has answered. Whatever else keeps the reserve from being made stands in the log and stops nothing.
func (e *Engine) room() error {
	err := e.store.HoldBallast(e.ballast)
	if err == nil || errors.Is(err, store.ErrFull) {
		return err
	}
	e.log.Warn("the reserve for a full disk cannot be made", "error", err)
	return nil
}

// checkDisk is the doctor's line about the disk.
func (e *Engine) checkDisk() Check {
	const name = "Disk"
	disk, err := e.Disk()
	switch {
	case err != nil:
		return untold(name, err)
	case disk.Short():
		return failed(name, fmt.Sprintf("%s free, the reserve to finish with is given up", store.Bytes(disk.Free)), BlocksEverything,
			fmt.Sprintf("Free some space: work goes on by itself from %s on.", store.Bytes(2*disk.Wanted)))
	case disk.Wanted == 0:
		return passed(name, store.Bytes(disk.Free)+" free, nothing kept in reserve by setting")
	case disk.Reserve == 0:
		return passed(name, store.Bytes(disk.Free)+" free; the engine keeps "+store.Bytes(disk.Wanted)+" of it in reserve from its next work on")
	}
	return passed(name, store.Bytes(disk.Free)+" free, "+store.Bytes(disk.Reserve)+" kept in reserve")
}

// statusDisk tells of a disk without room.
func (e *Engine) statusDisk(_ context.Context, s *Status) error {
	disk, err := e.Disk()
	if err != nil {
		return err
	}
	s.Disk = disk
	if disk.Short() {
		s.Problems = append(s.Problems, fmt.Sprintf("the disk is full (%s free): imports, matching and writeback wait until %s are free", store.Bytes(disk.Free), store.Bytes(2*disk.Wanted)))
	}
	return nil
}
