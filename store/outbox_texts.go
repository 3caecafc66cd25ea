package store

import "strings"

// outboxStates and activityKinds are all the texts that stand in the columns of these names, by the schema.
var (
	outboxStates  = []string{"held", "queued", "sending", "written", "unassigned", "failed", "doubtful", "dropped"}
	activityKinds = []string{"inmail", "message", "note", "call", "pointdrive"}
)

// outboxTexts are what an item is found by: the seat's name, its CRM user's, the state, the gate that holds it, the error's
// code, the kind, and the other side's name. The places of few values come first, since a search ends when it has found
// more than few rows.
func outboxTexts(d dialect) []textPlace {
	seats := seatsNamed(d)
	state := "SELECT activity_id FROM outbox" + d.indexed("outbox_state") + " WHERE state IN (" + quoted(outboxStates) + ") AND state" + like
	return []textPlace{
		{holds: "seat_id IN (" + seats + ")", search: "SELECT activity_id FROM outbox" + d.indexed("outbox_seat") + " WHERE seat_id IN (" + seats + ")"},
		{holds: "state" + like, search: state, may: among(outboxStates...)},
		{
			holds:  "hold" + like,
			search: "SELECT activity_id FROM outbox" + d.indexed("outbox_held") + " WHERE hold <> '' AND hold IN (" + valuesOf(d, "outbox", "outbox_held", "hold", "hold <> ''") + ")",
		},
		{
			holds:  "lower(error_code)" + like,
			search: "SELECT activity_id FROM outbox" + d.indexed("outbox_error") + " WHERE error_code <> '' AND error_code IN (" + valuesOf(d, "outbox", "outbox_error", "error_code", "error_code <> ''") + ")",
		},
		{
			holds:  "EXISTS (SELECT 1 FROM activity v WHERE v.id = outbox.activity_id AND v.kind" + like + ")",
			search: "SELECT id FROM activity" + d.indexed("activity_kind") + " WHERE kind IN (" + quoted(activityKinds) + ") AND kind" + like,
			may:    among(activityKinds...),
		},
		{
			holds:  "EXISTS (SELECT 1 FROM activity v JOIN person p ON p.id = v.person_id WHERE v.id = outbox.activity_id AND p.sort_name" + like + ")",
			search: "SELECT v.id FROM person n" + d.indexed("person_name") + " CROSS JOIN activity v" + d.indexed("activity_person") + " WHERE v.person_id = n.id AND n.sort_name" + like,
		},
		{
			holds:  "EXISTS (SELECT 1 FROM activity v JOIN company c ON c.id = v.company_id WHERE v.id = outbox.activity_id AND c.sort_name" + like + ")",
			search: "SELECT v.id FROM company n" + d.indexed("company_name") + " CROSS JOIN activity v" + d.indexed("activity_company") + " WHERE v.company_id = n.id AND n.sort_name" + like,
		},
	}
}

// seatsNamed returns the query of the seats in whose name, or their CRM user's, a word stands. A seat without a name has its
// e-mail address.
func seatsNamed(d dialect) string {
	return "SELECT s.id FROM seat s LEFT JOIN crm_user u ON u.id = s.user_id WHERE (" + d.folded("coalesce(nullif(s.name, ''), s.email)") + " || ' ' || coalesce(u.sort_name, ''))" + like
}

// quoted returns texts of ours, which hold no quotes, as a list in SQL.
func quoted(texts []string) string { return "'" + strings.Join(texts, "', '") + "'" }
