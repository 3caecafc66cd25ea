package sync

import (
	"fmt"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// compare lets the store recover without a fault, compares it with the org and leaves it to the processes again.
func (c *crash) compare() {
	c.t.Helper()
	c.wire.quiet()
	c.open(c.dir)
	defer c.closeStore()
	if c.with == "" {
		c.compareRecords()
	} else {
		c.compareActivities()
	}
	c.since = c.clock.Now()
}

// compareRecords imports once more: then store and org are the same.
func (c *crash) compareRecords() {
	c.t.Helper()
	for _, object := range objectNames {
		n, err := c.store.CountRecords(c.t.Context(), object)
		if mark := c.importState(object).Watermark; err != nil || (!mark.IsZero() && n == 0) {
			c.complain("%s: the watermark is ahead of %d rows, %v", object, n, err)
		}
	}
	c.clock.Advance(10 * time.Minute)
	c.imports(ImportOptions{})
	c.sameAsOrg(c.apart)
	all := c.apart.all()
	for _, rows := range all {
		c.figures.Records += len(rows)
	}
	c.life.knows(all, c.since)
}

// settleMinutes is how long everything may take to come to its end: a clock that was a quarter of an hour ahead, the longest
// pause after a refusal, eleven minutes of doubt, and room.
const settleMinutes = 90

// settled runs cycles, a minute apart, until everything has its end.
func (c *crash) settled() map[store.OutboxState]int64 {
	c.t.Helper()
	for minute := 0; ; minute++ {
		c.wire.arrive()
		report, err := c.engine.WritebackCycle(c.t.Context(), c.admin)
		if err != nil {
			c.complain("round %d: a cycle without a fault: %v (%s)", c.rounds, err, CodeOf(err))
		}
		c.figures.Doubtful += report.Doubtful
		if (report.Queued == 0 && report.Doubtful == 0 && len(c.wire.late) == 0) || minute == settleMinutes {
			break
		}
		c.clock.Advance(time.Minute)
	}
	counts, err := c.store.CountOutbox(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return counts
}

// compareActivities compares what was acknowledged, what the outbox says and what stands in the org.
func (c *crash) compareActivities() {
	c.t.Helper()
	counts := c.settled()
	if stuck := counts[store.OutboxSending] + counts[store.OutboxDoubtful] + counts[store.OutboxQueued] + counts[store.OutboxFailed]; stuck > 0 {
		c.figures.Stuck += int(stuck)
		c.complain("round %d: something is stuck: %v%s", c.rounds, counts, c.stuck())
	}
	inOrg, texts := c.inOrg()
	said := map[string]bool{}
	for {
		items, err := c.store.OutboxByState(c.t.Context(), store.OutboxWritten, c.after, 500)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(items) == 0 {
			break
		}
		for _, item := range items {
			c.after = item.ActivityID
			activity, err := c.store.Activity(c.t.Context(), item.ActivityID)
			if err != nil {
				c.t.Fatal(err)
			}
			said[activity.Body] = true
			if inOrg[item.SalesforceID] != activity.Body {
				c.figures.Lost++
				c.complain("round %d: the outbox has %q as %s, where the org has %q", c.rounds, activity.Body, item.SalesforceID, inOrg[item.SalesforceID])
			}
		}
	}
	c.compareTexts(texts, said)
}

// stuck describes what has not come to an end.
func (c *crash) stuck() string {
	c.t.Helper()
	text := ""
	for _, state := range []store.OutboxState{store.OutboxSending, store.OutboxDoubtful, store.OutboxQueued, store.OutboxFailed} {
		items, err := c.store.OutboxByState(c.t.Context(), state, "", 10)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, item := range items {
			text += fmt.Sprintf("\n%s %s after %d tries: %s %s; sent %v, next %v, now %v", item.ActivityID, state, item.Attempts, item.ErrorCode, item.ErrorText,
				item.SentAt, item.NextAt, c.clock.Now())
		}
	}
	return text
}

// compareTexts looks for what was acknowledged and for what stands in the org more than once.
func (c *crash) compareTexts(texts map[string]int, said map[string]bool) {
	c.t.Helper()
	for body := range c.known {
		if texts[body] == 0 {
			c.figures.Lost++
			c.complain("round %d: %q was recorded and is not in the org", c.rounds, body)
		}
		if !said[body] {
			c.complain("round %d: %q was recorded and does not stand in the outbox as written", c.rounds, body)
		}
	}
	for body, n := range texts {
		if n > 1 {
			c.figures.Doubled += n - 1
			c.complain("round %d: %q stands %d times in the org", c.rounds, body, n)
		}
		if !said[body] {
			c.complain("round %d: %q is in the org and not in the outbox", c.rounds, body)
		}
	}
	c.figures.Activities += len(texts)
	c.known = map[string]bool{}
}

// inOrg reads what the integration user has made since the last comparison: text by id, and how often each text stands.
func (c *crash) inOrg() (byID map[string]string, texts map[string]int) {
	c.t.Helper()
	client, connection, err := c.engine.client(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	byID, texts = map[string]string{}, map[string]int{}
	for object, text := range map[string]string{"Task": "Description", "Note": "Body"} {
		soql := fmt.Sprintf("SELECT Id, %s FROM %s WHERE CreatedById = '%s' AND CreatedDate > %s", text, object, connection.UserID,
			salesforce.FormatDateTime(c.since))
		for record, err := range client.QueryAll(c.t.Context(), soql) {
			if err != nil {
				c.t.Fatal(err)
			}
			byID[record.Text("Id")] = record.Text(text)
			texts[record.Text(text)]++
		}
	}
	return byID, texts
}
