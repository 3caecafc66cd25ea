package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

// liveROI makes reports and records the consent to them.
type liveROI struct{ live }

// Consent reads how the consent stands.
func (r liveROI) Consent(ctx context.Context) (crmsync.ROIConsent, error) {
	return r.engine.ROIConsent(ctx)
}

// SetConsent records the consent, or that it was taken back.
func (r liveROI) SetConsent(ctx context.Context, given bool) (string, error) {
	return r.engine.SetROIConsent(ctx, r.actor, given)
}

// Report makes the report of a period.
func (r liveROI) Report(ctx context.Context, period crmsync.Period) (crmsync.ROIReport, error) {
	return r.engine.ROIReport(ctx, r.actor, period)
}

// Deals lists opportunities of a report.
func (r liveROI) Deals(ctx context.Context, query crmsync.ROIDealQuery) ([]crmsync.ROIDeal, bool, error) {
	return r.engine.ROIDeals(ctx, r.actor, query)
}

// Deal reads one opportunity with its touches.
func (r liveROI) Deal(ctx context.Context, id string) (crmsync.ROIDeal, []crmsync.ROITouch, error) {
	return r.engine.ROIDealOf(ctx, r.actor, id)
}

// Export writes a report as HTML and as CSV into the directory the console was started in, for its owner alone, and
// returns the files' names.
func (r liveROI) Export(ctx context.Context, made crmsync.ROIReport) (string, error) {
	base := "roi-" + made.Period.String()
	for _, export := range []struct {
		format string
		write  func(io.Writer, crmsync.ROIReport) error
	}{{"html", report.HTML}, {"csv", report.CSV}} {
		var text bytes.Buffer
		if err := export.write(&text, made); err != nil {
			return "", err
		}
		if _, err := r.engine.NoteROIExport(ctx, r.actor, made.Period, export.format); err != nil {
			return "", err
		}
		if err := os.WriteFile(base+"."+export.format, text.Bytes(), 0o600); err != nil {
			return "", fmt.Errorf("write the report: %w", err)
		}
	}
	if dir, err := os.Getwd(); err == nil {
		base = filepath.Join(dir, base)
	}
	return base + ".html and .csv", nil
}
