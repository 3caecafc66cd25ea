package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	crmsync "crmsync/sync"
)

// liveSetup reads and changes the set-up as text.
type liveSetup struct{ live }

// Text is the set-up as it is now.
func (s liveSetup) Text(ctx context.Context) (string, error) { return s.engine.ExportConfig(ctx) }

// Compare tells what a file of this machine would change. Over SSH none is read.
func (s liveSetup) Compare(ctx context.Context, file string) (config crmsync.Config, diff crmsync.ConfigDiff, err error) {
	if s.actor.Via == "ssh" {
		return config, diff, errNoFilesBySSH
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return config, diff, fmt.Errorf("read the file: %w", err)
	}
	if config, err = crmsync.ParseConfig(string(text)); err != nil {
		return config, diff, err
	}
	diff, err = s.engine.DiffConfig(ctx, config)
	return config, diff, err
}

// Import sets it up as a file says.
func (s liveSetup) Import(ctx context.Context, config crmsync.Config) (string, error) {
	return s.engine.ImportConfig(ctx, s.actor, config)
}

// upkeepOf is nil over SSH: files would be the server's.
func upkeepOf(l live) UpkeepService {
	if l.actor.Via == "ssh" {
		return nil
	}
	return liveUpkeep{l}
}

// liveUpkeep looks after the store's files.
type liveUpkeep struct{ live }

// Backup writes an encrypted copy.
func (u liveUpkeep) Backup(ctx context.Context, file, passphrase string) ([]string, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	report, err := u.engine.Backup(ctx, u.actor, crmsync.BackupRequest{File: file, Passphrase: passphrase, Also: crmsync.BackupCompanions()})
	if err != nil {
		return nil, err
	}
	return []string{report.File, number(report.Bytes) + " bytes with " + strings.Join(report.Holds, ", "), "as of " + report.MadeAt.UTC().Format("2 Jan 2006 15:04:05 MST")}, nil
}

// Verify looks through the whole store.
func (u liveUpkeep) Verify(ctx context.Context) (lines, findings []string, err error) {
	found, err := u.store.Verify(ctx)
	if err != nil {
		return nil, nil, err
	}
	for table, rows := range found.Rows {
		if rows > 0 {
			lines = append(lines, fmt.Sprintf("%-24s %12s", table, number(rows)))
		}
	}
	slices.Sort(lines)
	return append([]string{fmt.Sprintf("schema %d, %s sealed values opened, nothing is wrong", found.Schema, number(found.Sealed)), ""}, lines...), found.Findings, nil
}
