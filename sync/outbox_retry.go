package sync

import (
	"context"
	"fmt"
	"time"

	"crmsync/store"
)

// RetryGroup are the failed items with one code.
type RetryGroup struct {
	Code string `json:"code"`
	Text string `json:"text"` // the answer of one of them
	N    int64  `json:"items"`
}

// RetryPreview says what RetryFailed would queue again.
type RetryPreview struct {
	Items  int64        `json:"items"`
	Groups []RetryGroup `json:"groups"` // by code, the most first
}

// retryMost is the number of items that one act queues again at most, so that it stays one short transaction.
const retryMost = 5000

// PreviewRetry counts the failed items by their code. Doubtful items are not among them: whether Salesforce has
// one has to be looked up by a person, item by item.
func (e *Engine) PreviewRetry(ctx context.Context, actor Actor) (RetryPreview, error) {
	if err := Allowed(actor, ActOutboxRetry); err != nil {
		return RetryPreview{}, err
	}
	failures, err := e.store.CountFailures(ctx)
	if err != nil {
		return RetryPreview{}, fmt.Errorf("count what failed: %w", err)
	}
	preview := RetryPreview{Groups: []RetryGroup{}}
	for _, f := range failures {
		preview.Items += f.N
		preview.Groups = append(preview.Groups, RetryGroup{Code: f.Code, Text: f.Text, N: f.N})
	}
	return preview, nil
}

// RetryReport is what RetryFailed did.
type RetryReport struct {
	Queued int    `json:"queued"`
	Left   bool   `json:"left"`  // more failed items are there: ask again
	Event  string `json:"event"` // audit event
}

// RetryFailed queues every failed item again, in one transaction and as one act; at most 5,000 at a time. An item's request is
// made anew when it goes out, so that it follows merges, conversions and corrected matches.
func (e *Engine) RetryFailed(ctx context.Context, actor Actor) (RetryReport, error) {
	if err := Allowed(actor, ActOutboxRetry); err != nil {
		return RetryReport{}, err
	}
	actor, err := e.secondAdmin(ctx, actor, taskRetry, struct{}{}, func() (sight, error) { return e.retrySight(ctx, actor) })
	if err != nil {
		return RetryReport{}, err
	}
	var report RetryReport
	report.Event, err = e.change(ctx, actor, ActOutboxRetry, func(tx *store.Tx) (changed, error) {
		report.Queued, report.Left = 0, false
		items, err := tx.OutboxByState(store.OutboxFailed, "", retryMost+1)
		if err != nil {
			return changed{}, fmt.Errorf("read what failed: %w", err)
		}
		if err := actor.approval.same(sight{Basis: outboxIDs(items)}); err != nil {
			return changed{}, err
		}
		if len(items) == 0 {
			return changed{}, fault("outbox.nothing_failed", "", "nothing failed, so there is nothing to retry")
		}
		if len(items) > retryMost {
			items, report.Left = items[:retryMost], true
		}
		codes := map[string]int{}
		for _, item := range items {
			codes[item.ErrorCode]++
			if err := resend(tx, item, e.now().UTC()); err != nil {
				return changed{}, err
			}
			report.Queued++
		}
		return changed{Subject: fmt.Sprintf("%d items", report.Queued), Before: codes}, nil
	})
	if err != nil {
		return RetryReport{}, err
	}
	e.publish(Event{Kind: EventOutbox, Done: int64(report.Queued), Text: string(ActOutboxRetry)})
	return report, nil
}

// resend queues an item again as if it had never been tried.
func resend(tx *store.Tx, item store.OutboxItem, now time.Time) error {
	if _, err := nextState(item.State, EventResend); err != nil {
		return err
	}
	item.Attempts, item.EndedAt = 0, item.NextAt
	item.QueuedAt = now
	consequence{Event: EventResend}.apply(&item, now)
	return tx.PutOutbox(item)
}
