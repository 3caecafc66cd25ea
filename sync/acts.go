package sync

import (
	"slices"
	"strings"
)

// ActID names one act; the same word is used by the audit trail, the console's
// action table and the command line.
type ActID string

// The acts. Reading is not an act.
const (
	ActConnect        ActID = "connect"
	ActDisconnect     ActID = "disconnect"
	ActPurge          ActID = "purge"
	ActUserAdd        ActID = "user.add"
	ActUserRemove     ActID = "user.remove"
	ActUserKey        ActID = "user.key"
	ActSettingSet     ActID = "setting.set"
	ActSeatAdd        ActID = "seat.add"
	ActSeatRemove     ActID = "seat.remove"
	ActSeatAllow      ActID = "seat.allow"
	ActSeatEdit       ActID = "seat.edit"
	ActSeatPin        ActID = "seat.pin"
	ActSeatMap        ActID = "seat.map"
	ActLicences       ActID = "licence.apply"
	ActPersonShow     ActID = "person.show"
	ActPersonErase    ActID = "person.erase"
	ActBackup         ActID = "store.backup"
	ActRestore        ActID = "store.restore"
	ActConfigImport   ActID = "config.import"
	ActSaveRemove     ActID = "save.remove"
	ActSaveRestore    ActID = "save.restore"
	ActSaveClean      ActID = "save.clean"
	ActAlertRead      ActID = "alert.read"
	ActAlertUnread    ActID = "alert.unread"
	ActROIConsent     ActID = "roi.consent"
	ActROIReport      ActID = "roi.report"
	ActImportRun      ActID = "import.run"
	ActRunStop        ActID = "run.stop"
	ActSchedulePause  ActID = "schedule.pause"
	ActScheduleResume ActID = "schedule.resume"
	ActUndo           ActID = "undo"
	ActPropose        ActID = "approval.propose"
	ActApprove        ActID = "approval.approve"
	ActRefuse         ActID = "approval.refuse"
	ActWithdraw       ActID = "approval.withdraw"

	ActNetworkImport   ActID = "network.import"
	ActMatchRun        ActID = "match.run"
	ActMatchAccept     ActID = "match.accept"
	ActMatchReject     ActID = "match.reject"
	ActMatchRematch    ActID = "match.rematch"
	ActMatchNone       ActID = "match.none"
	ActMatchBulk       ActID = "match.bulk"
	ActActivityAdd     ActID = "activity.add"
	ActActivityHold    ActID = "activity.hold"
	ActActivityRelease ActID = "activity.release"
	ActOptIn           ActID = "writeback.optin"
	ActWritebackSwitch ActID = "writeback.switch"
	ActWritebackKind   ActID = "writeback.kind"
	ActWritebackRun    ActID = "writeback.run"
	ActWritebackShadow ActID = "writeback.shadow"
	ActOutboxRetry     ActID = "outbox.retry"
	ActOutboxDrop      ActID = "outbox.drop"
	ActWrittenRemove   ActID = "written.remove"
	ActTrialRun        ActID = "trial.run"
	ActTrialRemove     ActID = "trial.remove"
)

// Level says how much an act has to be confirmed.
type Level int

// The levels, the lightest first.
const (
	Plain    Level = iota // changes nothing that a person would want back
	Undoable              // at once; taken back by its inverse
	Bulk                  // many at once or outward: preview, then confirm; with a second admin where the contract says so
	Forever               // cannot be taken back: type the org's name; likewise
)

// Act is one thing a person can do.
type Act struct {
	ID      ActID
	Roles   []Role // who may; a member only ever for their own seat or one record
	Level   Level
	Verb    string // for the audit trail, past tense: "accepted match"
	Inverse ActID  // what takes it back; "" when nothing does
}

var (
	adminOnly    = []Role{RoleAdmin}
	caseByCase   = []Role{RoleAdmin, RoleMember}
	everyRole    = []Role{RoleMember, RoleAdmin, RoleTester, RoleSupport} // for one's own seat, whatever the role
	trialRunners = []Role{RoleAdmin, RoleTester}
)

// acts is the one list of acts. An opt-in is open to every role because it is
// bound to the actor's own seat, which a support user may have as well; an undo
// asks for the right to the act it undoes besides.
var acts = []Act{
	{ActConnect, adminOnly, Bulk, "connected", ""},
	{ActDisconnect, adminOnly, Bulk, "disconnected", ""},
	{ActPurge, adminOnly, Forever, "deleted all imported CRM data", ""},
	{ActUserAdd, adminOnly, Undoable, "added console user", ActUserRemove},
	{ActUserRemove, adminOnly, Undoable, "removed console user", ActUserAdd},
	{ActUserKey, adminOnly, Undoable, "changed the SSH key of", ActUserKey},
	{ActSettingSet, adminOnly, Undoable, "set", ActSettingSet},
	{ActSeatAdd, adminOnly, Undoable, "added seat", ActSeatRemove},
	{ActSeatRemove, adminOnly, Undoable, "removed seat", ActSeatAdd},
	{ActSeatAllow, adminOnly, Undoable, "changed what a seat may do", ActSeatAllow},
	{ActSeatEdit, adminOnly, Undoable, "changed a seat's name or profile address", ActSeatEdit},
	{ActSeatPin, adminOnly, Undoable, "mapped seat", ActSeatPin},
	{ActSeatMap, adminOnly, Bulk, "mapped by e-mail", ActSeatMap},
	{ActLicences, adminOnly, Bulk, "assigned licences", ActLicences},
	{ActPersonShow, adminOnly, Plain, "gathered everything about a person", ""},
	{ActPersonErase, adminOnly, Forever, "erased a person", ""},
	{ActBackup, adminOnly, Plain, "backed up the store", ""},
	{ActRestore, adminOnly, Bulk, "restored the store from a backup", ""},
	{ActConfigImport, adminOnly, Bulk, "imported a configuration", ActConfigImport},
	{ActSaveRemove, caseByCase, Undoable, "removed save", ActSaveRestore},
	{ActSaveRestore, caseByCase, Undoable, "restored save", ActSaveRemove},
	{ActSaveClean, caseByCase, Bulk, "removed stale saves", ActSaveClean},
	{ActAlertRead, everyRole, Undoable, "read alerts", ActAlertUnread},
	{ActAlertUnread, everyRole, Undoable, "marked alerts as unread", ActAlertRead},
	{ActROIConsent, adminOnly, Undoable, "changed the consent to ROI reports", ActROIConsent},
	{ActROIReport, adminOnly, Plain, "exported ROI report", ""},
	{ActImportRun, adminOnly, Plain, "ran import", ""},
	{ActRunStop, adminOnly, Plain, "stopped", ""},
	{ActSchedulePause, adminOnly, Undoable, "paused", ActScheduleResume},
	{ActScheduleResume, adminOnly, Undoable, "resumed", ActSchedulePause},
	{ActUndo, everyRole, Undoable, "undid", ActUndo},
	{ActPropose, everyRole, Plain, "proposed", ""},
	{ActApprove, adminOnly, Plain, "approved", ""},
	{ActRefuse, adminOnly, Plain, "refused", ""},
	{ActWithdraw, everyRole, Plain, "withdrew", ""},

	{ActNetworkImport, caseByCase, Plain, "read network file", ""},
	{ActMatchRun, adminOnly, Plain, "ran match", ""},
	{ActMatchAccept, caseByCase, Undoable, "accepted match", ActMatchAccept},
	{ActMatchReject, caseByCase, Undoable, "rejected match", ActMatchReject},
	{ActMatchRematch, caseByCase, Undoable, "corrected match", ActMatchRematch},
	{ActMatchNone, caseByCase, Undoable, "marked as having no match", ActMatchNone},
	{ActMatchBulk, adminOnly, Bulk, "decided on matches in bulk", ActMatchBulk},
	{ActActivityAdd, everyRole, Undoable, "added activity", ActActivityHold},
	{ActActivityHold, everyRole, Undoable, "held activity", ActActivityRelease},
	{ActActivityRelease, everyRole, Undoable, "released activity", ActActivityHold},
	{ActOptIn, everyRole, Undoable, "changed own writeback", ActOptIn},
	{ActWritebackSwitch, adminOnly, Bulk, "switched writeback", ActWritebackSwitch},
	{ActWritebackKind, adminOnly, Bulk, "switched writeback of a kind", ActWritebackKind},
	{ActWritebackRun, adminOnly, Plain, "ran writeback", ""},
	{ActWritebackShadow, trialRunners, Plain, "ran shadow writeback", ""},
	{ActOutboxRetry, adminOnly, Bulk, "retried", ""},
	{ActOutboxDrop, adminOnly, Undoable, "dropped", ActOutboxDrop},
	{ActWrittenRemove, adminOnly, Forever, "removed written records from Salesforce", ""},
	{ActTrialRun, trialRunners, Bulk, "ran trial", ""},
	{ActTrialRemove, trialRunners, Bulk, "removed trial", ""},
}

// Acts returns the one list of acts, in a fixed order.
func Acts() []Act { return slices.Clone(acts) }

// LookAct finds an act by id.
func LookAct(id ActID) (Act, bool) {
	at := slices.IndexFunc(acts, func(a Act) bool { return a.ID == id })
	if at < 0 {
		return Act{}, false
	}
	return acts[at], true
}

// AllowedTo tells whether the role may do the act.
func (a Act) AllowedTo(role Role) bool { return slices.Contains(a.Roles, role) }

// Allowed returns nil when the actor may do the act, else an error that says
// who may (code "act.not_allowed").
func Allowed(actor Actor, id ActID) error {
	act, ok := LookAct(id)
	if !ok {
		return fault("act.unknown", "", "there is no act %q", id)
	}
	if act.AllowedTo(actor.Role) {
		return nil
	}
	names := make([]string, len(act.Roles))
	for i, role := range act.Roles {
		names[i] = string(role)
	}
	return fault("act.not_allowed", "Ask an admin to do it, or to change your role with crmsync user add.",
		"%s (%s) may not do %s; it is for %s", nameOr(actor.Name, "nobody"), nameOr(string(actor.Role), "no role"), id, strings.Join(names, ", "))
}

func nameOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
