package sync

// An opportunity that is looked at for auto-save, with what the rule needs
// (S118): all of it comes from the fields of the annex.
type saveCandidate struct {
	Opportunity string
	Closed      bool
	Stage       string
	Account     string   // Opportunity.AccountId, "" for none
	Contacts    []string // OpportunityContactRole.ContactId, each once
	Owner       string   // Opportunity.OwnerId
}

// saveSeat is the seat an opportunity's owner is mapped to.
type saveSeat struct {
	ID      string
	Allowed bool // S110a
}

// saveKey names a save: whose list, what is saved, because of which
// opportunity. A save that was ever made is never made again under the same
// key (decision 10), and a new owner or a new opportunity is a new key (S22).
type saveKey struct {
	Seat        string
	Member      string // person or company
	Opportunity string
}

// plannedSave is a save to be made.
type plannedSave struct {
	Key    saveKey
	Record string // the account or contact it comes from
	Object string // "Account" or "Contact"
}

// The reasons why something of an opportunity on the list is not saved.
const (
	noSaveNoSeat      = "owner has no seat"
	noSaveNotAllowed  = "seat not allowed"
	noSaveNoAccount   = "no account"
	noSaveNoMatch     = "not matched"
	noSaveAlready     = "already saved"
	noSaveRemoved     = "removed by its owner"
	noSaveNothingToDo = "nobody to save"
)

// saveWorld answers what the rule asks about the rest of the store.
type saveWorld struct {
	seat  func(owner string) (saveSeat, bool)
	match func(record string) (member string, live bool)
	made  func(saveKey) (made, removed bool)
}

// planSaves applies S4 to one opportunity: its account and the contacts in its
// roles that have a live match are saved for the owner's seat; each of the
// others is counted with its reason.
func planSaves(c saveCandidate, rule stageRule, world saveWorld, skip func(reason string)) []plannedSave {
	if reason := rule.judge(c.Closed, c.Stage); reason != "" {
		skip(reason)
		return nil
	}
	seat, ok := world.seat(c.Owner)
	if !ok {
		skip(noSaveNoSeat)
		return nil
	}
	if !seat.Allowed {
		skip(noSaveNotAllowed)
		return nil
	}
	if c.Account == "" {
		skip(noSaveNoAccount)
	}
	var plan []plannedSave
	consider := func(record, object string) {
		member, live := world.match(record)
		if !live {
			skip(noSaveNoMatch)
			return
		}
		key := saveKey{Seat: seat.ID, Member: member, Opportunity: c.Opportunity}
		switch made, removed := world.made(key); {
		case removed:
			skip(noSaveRemoved)
		case made:
			skip(noSaveAlready)
		default:
			plan = append(plan, plannedSave{Key: key, Record: record, Object: object})
		}
	}
	if c.Account != "" {
		consider(c.Account, "Account")
	}
	for _, contact := range c.Contacts {
		consider(contact, "Contact")
	}
	if c.Account == "" && len(c.Contacts) == 0 {
		skip(noSaveNothingToDo)
	}
	return plan
}
