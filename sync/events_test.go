package sync

import (
	"context"
	"testing"
)

func TestEvents_endsAreNeverLostAndProgressIsNewest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var events Events
	ch := events.Subscribe(ctx)
	const progress, ends = 1000, 100
	for i := range progress {
		events.Publish(Event{Kind: EventProgress, Run: "r", Object: "Lead", Done: int64(i)})
		if i%(progress/ends) == 0 {
			events.Publish(Event{Kind: EventRunEnded, Run: "r", Done: int64(i)})
		}
	}
	events.Publish(Event{Kind: EventRunEnded, Text: "last"})
	var got int
	newest := int64(-1)
	for event := range ch {
		if event.Kind == EventProgress {
			newest = max(newest, event.Done)
			continue
		}
		if event.Text == "last" {
			break
		}
		got++
	}
	if got != ends {
		t.Errorf("got %d ends, want %d", got, ends)
	}
	if newest != progress-1 {
		t.Errorf("newest progress is %d, want %d", newest, progress-1)
	}
}

func TestEvents_subscriptionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var events Events
	ch := events.Subscribe(ctx)
	cancel()
	for range ch {
	}
	events.mu.Lock()
	defer events.mu.Unlock()
	if len(events.subscribers) != 0 {
		t.Error("the subscriber is still registered")
	}
}

func TestEvents_publishWithoutSubscribersDoesNotBlock(t *testing.T) {
	var events Events
	events.Publish(Event{Kind: EventAudit})
}
