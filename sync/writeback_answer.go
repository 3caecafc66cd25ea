package sync

import (
	"errors"
	"time"

	"crmsync/sync/salesforce"
)

// The patience with definite refusals that may pass.
const (
	firstPause = 30 * time.Second
	longPause  = 30 * time.Minute
	maxTries   = 8
)

// consequence is what an answer of Salesforce means for one outbox row.
type consequence struct {
	Event   OutboxEvent
	ID      string        // of the row in Salesforce, when it was written
	Code    string        // Salesforce's code, when it was refused
	Message string        // Salesforce's text; may hold personal data
	Again   time.Duration // until the next try, for EventRetry
	Stops   bool          // the cycle has to end: the same would meet every other row
	Moved   bool          // the record it goes to was merged, converted or deleted
	Wait    bool          // the refusal is not the row's own fault and does not count as a try
	LostAt  time.Time     // for EventLose: when the request was given up, in the org's time as far as it is known
}

// consequenceOf reads the answer about one record. Tries counts this one; keyed says that our unique key
// travelled with it; assigned says that it was sent to a record.
func consequenceOf(result salesforce.SaveResult, tries int, keyed, assigned bool) consequence {
	err := result.Err()
	if err == nil && result.ID != "" {
		return written(result.ID, assigned)
	}
	if err == nil { // success without an id proves nothing
		return consequence{Event: EventLose, Code: "NO_ID"}
	}
	return refusalOf(err, tries, keyed, assigned)
}

func written(id string, assigned bool) consequence {
	if assigned {
		return consequence{Event: EventWritten, ID: id}
	}
	return consequence{Event: EventUnassigned, ID: id}
}

// refusalOf reads an error, of one record or of the whole request.
func refusalOf(err error, tries int, keyed, assigned bool) consequence {
	refused := consequence{Event: EventRefuse, Code: refusalCode(err), Message: refusalText(err)}
	retry := func() consequence {
		refused.Event, refused.Again = EventRetry, pauseAfter(tries, salesforce.RetryAfter(err))
		return refused
	}
	switch salesforce.Classify(err) {
	case salesforce.ActionDoubtful, salesforce.ActionNone:
		refused.Event = EventLose
		return refused
	case salesforce.ActionAlreadyWritten:
		id, ok := salesforce.DuplicateID(err)
		switch {
		case keyed && ok:
			return written(id, assigned)
		case keyed: // it is there, but the answer does not say where: reading back will
			refused.Event = EventLose
		}
		return refused
	case salesforce.ActionRetry, salesforce.ActionWithoutCulprit, salesforce.ActionRefresh, salesforce.ActionSplit:
		if tries >= maxTries {
			return refused
		}
		return retry()
	case salesforce.ActionRetarget:
		if tries >= maxTries {
			return refused
		}
		refused.Event, refused.Moved = EventRetry, true // at once, to where the record is now
		return refused
	case salesforce.ActionPause, salesforce.ActionSignIn, salesforce.ActionStop:
		refused.Stops, refused.Wait = true, true
		return retry()
	case salesforce.ActionAskAdmin:
		refused.Stops = true
		return refused
	case salesforce.ActionRecord:
		if refused.Code == codeCrossReference && tries == 1 { // a record type may have been taken away: ask the org again, once
			refused.Event = EventRetry
		}
	}
	return refused
}

// codeCrossReference refuses a record type, or another reference, that is not available to the integration user.
const codeCrossReference = "INVALID_CROSS_REFERENCE_KEY"

// pauseAfter doubles the pause with every try, and never undercuts what Salesforce asked for.
func pauseAfter(tries int, asked time.Duration) time.Duration {
	pause := longPause
	if tries < 7 {
		pause = min(longPause, firstPause<<max(tries-1, 0))
	}
	return max(pause, asked)
}

// whenAllStop decides about an answer that an administrator has to act on. Where it met every record of a
// request it is the org's fault: the rows wait and the cycle ends. Where it met some, it is theirs.
func whenAllStop(all []consequence) bool {
	for i := range all {
		if !all[i].Stops {
			for j := range all {
				all[j].Stops = false
			}
			return false
		}
	}
	for i := range all {
		all[i].Event, all[i].Wait, all[i].Again = EventRetry, true, longPause
	}
	return len(all) > 0
}

func refusalCode(err error) string {
	var refusal *salesforce.Error
	if errors.As(err, &refusal) && refusal.ErrorCode != "" {
		return refusal.ErrorCode
	}
	return CodeOf(err)
}

func refusalText(err error) string {
	var refusal *salesforce.Error
	if errors.As(err, &refusal) {
		return refusal.Message
	}
	return err.Error()
}
