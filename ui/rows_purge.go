package ui

import "time"

// PurgePlan is what a purge would delete, and what would stay (decision 21).
type PurgePlan struct {
	OrgName string // what has to be typed
	Items   []PurgeItem
	Unsent  int64 // items of the outbox that are then never sent
	Written int64 // tasks and notes that stay in the CRM
}

// PurgeItem is one kind of what the store holds.
type PurgeItem struct {
	What string
	Rows int64
	Kept string // what stays of it; "" when it is deleted
}

// PurgeReceipt says what was deleted, and how that was proved.
type PurgeReceipt struct {
	Org, By, Audit                  string
	At                              time.Time
	Stopped                         []string // work that was under way, by kind
	Removed                         []PurgeItem
	Revoked                         bool
	Warning                         string
	FilesRead, Looked, FilesHolding int
	Left                            int64  // rows that the verification query counted
	Key                             string // of the store that signed it, or ""
}
