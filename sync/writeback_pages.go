package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// Delivery is what reading a written row back showed.
type Delivery string

// The outcomes. Only Proven is good; Invisible means that the row is as it was sent, but that no page layout of its
// parent shows such rows: people will not find it there.
const (
	DeliveryUnread    Delivery = ""
	DeliveryProven    Delivery = "proven"
	DeliveryInvisible Delivery = "invisible"
	DeliveryDiffers   Delivery = "differs"
	DeliveryDeleted   Delivery = "deleted"
	DeliveryGone      Delivery = "gone"
)

// proofInvisible begins the note of what is written and not shown.
const proofInvisible = store.NoteInvisible + ": "

// DeliveryOf reads the note of an item.
func DeliveryOf(note string) Delivery {
	switch {
	case note == "":
		return DeliveryUnread
	case note == proofEqual:
		return DeliveryProven
	case note == proofDeleted:
		return DeliveryDeleted
	case strings.HasPrefix(note, proofInvisible):
		return DeliveryInvisible
	case strings.HasPrefix(note, proofDiffers):
		return DeliveryDiffers
	}
	return DeliveryGone
}

// Deliveries counts what did not prove well when it was read back, by outcome.
func (e *Engine) Deliveries(ctx context.Context) (map[Delivery]int64, error) {
	notes, err := e.store.CountProofNotes(ctx)
	if err != nil {
		return nil, fmt.Errorf("count what was read back: %w", err)
	}
	counts := map[Delivery]int64{}
	for note, n := range notes {
		counts[DeliveryOf(note)] += n
	}
	return counts, nil
}

// pageView is what the page layouts of an object show.
type pageView struct{ activities, notes bool }

// pageOf asks once for as long as the facts are kept. An org that does not tell is taken to show everything: what is
// not known is not claimed.
func (c *cycle) pageOf(ctx context.Context, object string) (pageView, error) {
	if seen, ok := c.facts.pages[object]; ok {
		return seen, nil
	}
	lists, err := c.client.RelatedLists(ctx, object)
	view := pageView{activities: shows(lists, activityLists), notes: shows(lists, noteLists)}
	if refused := (*salesforce.Error)(nil); errors.As(err, &refused) && salesforce.Classify(err) != salesforce.ActionRetry {
		view, err = pageView{true, true}, nil
	}
	if err == nil {
		c.facts.pages[object] = view
	}
	return view, err
}

// unseen says why people will not find a row, or "": none of the pages of its parents shows such rows. A row without a
// parent stands on no page, and in the list of activities.
func (c *cycle) unseen(ctx context.Context, payload Payload) (string, error) {
	noun, fields := "activities", []string{"WhoId", "WhatId"}
	if payload.Object == "Note" {
		noun, fields = "notes", []string{"ParentId"}
	}
	var blind []string
	for _, field := range fields {
		object := store.ObjectOf(payload.Fields[field])
		if !slices.Contains(parentObjects, object) {
			continue
		}
		view, err := c.pageOf(ctx, object)
		if err != nil {
			return "", err
		}
		if view.activities && payload.Object == "Task" || view.notes && payload.Object == "Note" {
			return "", nil
		}
		blind = append(blind, object)
	}
	if len(blind) == 0 {
		return "", nil
	}
	return proofInvisible + "the page layouts of " + strings.Join(blind, " and ") + " show no " + noun, nil
}
