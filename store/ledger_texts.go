package store

// ledgerTexts are what a save is found by: the seat's name, its CRM user's, the opportunity's, the record's, and why it is
// stale, which follows from so much that no index knows it.
func ledgerTexts(d dialect) []textPlace {
	seats := seatsNamed(d)
	named := func(table, column string) textPlace {
		return textPlace{
			holds:  "EXISTS (SELECT 1 FROM " + table + " n WHERE n.id = ledger." + column + "_id AND n.sort_name" + like + ")",
			search: "SELECT x.id FROM " + table + " n" + d.indexed(table+"_name") + " CROSS JOIN save x" + d.indexed("save_"+column) + " WHERE x." + column + "_id = n.id AND n.sort_name" + like,
		}
	}
	return []textPlace{
		{holds: "stale" + like, may: among(string(StaleGone), string(StaleClosed), string(StaleOwner), string(StaleRole), string(StaleMatch))},
		{holds: "seat_id IN (" + seats + ")", search: "SELECT id FROM save" + d.indexed("save_seat") + " WHERE seat_id IN (" + seats + ")"},
		named("crm_account", "record"), named("crm_contact", "record"), named("crm_opportunity", "opportunity"),
	}
}
