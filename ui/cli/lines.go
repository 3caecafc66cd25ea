package cli

import (
	"encoding/json"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// The lines of lists, as --json prints them. Their keys are a contract with scripts.

type seatLine struct {
	ID        string `json:"seat"`
	Email     string `json:"email"`
	Name      string `json:"name"`
	Profile   string `json:"profile,omitempty"`
	User      string `json:"crm_user,omitempty"`
	Mapping   string `json:"mapped_by,omitempty"`
	Autosave  bool   `json:"may_autosave"`
	Writeback bool   `json:"may_writeback"`
	// Loss is why the seat cannot write back, a code, and LossSince since when.
	Loss      string    `json:"loss,omitempty"`
	LossSince time.Time `json:"loss_since,omitzero"`
}

func seatLineOf(x store.Seat) seatLine {
	return seatLine{ID: x.ID, Email: x.Email, Name: x.Name, Profile: x.ProfileURL, User: x.UserID, Mapping: x.Mapping, Autosave: x.MayAutosave, Writeback: x.MayWriteback}
}

// loses adds what is known of lost writeback.
func (x seatLine) loses(losses map[string]store.SeatLoss) seatLine {
	loss := losses[x.ID]
	x.Loss, x.LossSince = loss.Reason, loss.Since
	return x
}

func (x seatLine) cells() []string {
	writes := yes(x.Writeback)
	if x.Loss != "" {
		writes = "lost since " + x.LossSince.Local().Format(time.DateOnly) + ": " + crmsync.LossText(x.Loss)
	}
	return []string{x.Email, x.Name, orDash(x.User), orDash(x.Mapping), yes(x.Autosave), writes, x.ID}
}

type userLine struct {
	Name   string `json:"name"`
	Role   string `json:"role"`
	OSUser string `json:"os_user,omitempty"`
	Email  string `json:"email,omitempty"`
	Seat   string `json:"seat,omitempty"`
}

func userLineOf(x store.ConsoleUser) userLine {
	return userLine{x.Name, x.Role, x.OSUser, x.Email, x.SeatID}
}

func (x userLine) cells() []string {
	return []string{x.Name, x.Role, orDash(x.OSUser), orDash(x.Email), orDash(x.Seat)}
}

type saveLine struct {
	ID          string    `json:"save"`
	Seat        string    `json:"seat"`
	Object      string    `json:"object"`
	Record      string    `json:"record"`
	Member      string    `json:"member"`
	Opportunity string    `json:"opportunity"`
	At          time.Time `json:"saved_at"`
	RemovedAt   time.Time `json:"removed_at,omitzero"`
	RemovedBy   string    `json:"removed_by,omitempty"`
}

func saveLineOf(x store.Save) saveLine {
	return saveLine{x.ID, x.SeatID, x.Object, x.RecordID, x.MemberID, x.OpportunityID, x.SavedAt, x.RemovedAt, x.RemovedBy}
}

func (x saveLine) cells() []string {
	removed := ""
	if !x.RemovedAt.IsZero() {
		removed = when(x.RemovedAt) + " " + x.RemovedBy
	}
	return []string{when(x.At), x.ID, x.Object, x.Record, x.Opportunity, x.Seat, removed}
}

// activityLine leaves the body out: it is the member's own, and crmsync person show has it.
type activityLine struct {
	ID      string    `json:"activity"`
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Person  string    `json:"person,omitempty"`
	Company string    `json:"company,omitempty"`
	Subject string    `json:"subject,omitempty"`
	HeldBy  string    `json:"held_by,omitempty"`
}

func activityLineOf(x store.Activity) activityLine {
	return activityLine{x.ID, x.Kind, x.OccurredAt, x.PersonID, x.CompanyID, x.Subject, x.HeldBy}
}

func (x activityLine) cells() []string {
	return []string{when(x.At), x.ID, x.Kind, shorten(x.Subject, 60), x.HeldBy}
}

type outboxLine struct {
	Activity   string    `json:"activity"`
	State      string    `json:"state"`
	Kind       string    `json:"kind"`
	With       string    `json:"with"`
	Seat       string    `json:"seat"`
	SeatName   string    `json:"seat_name"`
	At         time.Time `json:"at"`
	Attempts   int64     `json:"attempts"`
	NextAt     time.Time `json:"next_at,omitzero"`
	Salesforce string    `json:"salesforce_id,omitempty"`
	Record     string    `json:"record,omitempty"`
	Hold       string    `json:"hold,omitempty"`
	Code       string    `json:"error_code,omitempty"`
	Text       string    `json:"error_text,omitempty"`
	Verified   time.Time `json:"verified_at,omitzero"`
	Proof      string    `json:"proof,omitempty"`
}

func (s *session) outboxLineOf(x store.OutboxRow) outboxLine {
	return outboxLine{x.ActivityID, string(x.State), x.Kind, x.MemberName, x.SeatID, s.actor.Named(x.SeatName), x.OccurredAt, x.Attempts, x.NextAt,
		x.SalesforceID, x.RecordID, x.Hold, x.ErrorCode, x.ErrorText, x.VerifiedAt, x.VerifyNote}
}

func (x outboxLine) cells() []string {
	why := x.Hold
	if x.Code != "" {
		why = x.Code
	}
	if hold, ok := crmsync.HoldByCode(why); ok {
		why = hold.Text
	}
	if why == crmsync.CodeRemoved {
		why = "removed from Salesforce again"
	}
	if delivery := crmsync.DeliveryOf(x.Proof); why == "" && delivery != crmsync.DeliveryUnread && delivery != crmsync.DeliveryProven {
		why = x.Proof
	}
	return []string{x.State, x.Kind, x.With, x.SeatName, decimal(x.Attempts), x.Salesforce, why, x.Activity}
}

type auditLine struct {
	ID       string          `json:"event"`
	At       time.Time       `json:"at"`
	Actor    string          `json:"actor"`
	Role     string          `json:"role"`
	Via      string          `json:"via"`
	Act      string          `json:"act"`
	Subject  string          `json:"subject"`
	Before   json.RawMessage `json:"before,omitempty"`
	After    json.RawMessage `json:"after,omitempty"`
	Undoes   string          `json:"undoes,omitempty"`
	UndoneBy string          `json:"undone_by,omitempty"`
	Approved string          `json:"approved_by,omitempty"`
}

// auditLineOf leaves out what was before and after where that may hold more than names and the actor is shown those alone.
func (s *session) auditLineOf(x store.AuditEvent) auditLine {
	state := func(kept string) json.RawMessage {
		if !json.Valid([]byte(kept)) || s.actor.NamesOnly() && crmsync.ActID(x.Act) != crmsync.ActSettingSet {
			return nil // a purge left the fact alone
		}
		return json.RawMessage(kept)
	}
	return auditLine{x.ID, x.At, x.Actor, x.Role, x.Via, x.Act, x.Subject, state(x.Before), state(x.After), x.Undoes, x.UndoneBy, x.ApprovedBy}
}

func (x auditLine) cells() []string {
	verb := x.Act
	if act, ok := crmsync.LookAct(crmsync.ActID(x.Act)); ok {
		verb = act.Verb
	}
	undone := ""
	if x.UndoneBy != "" {
		undone = "yes"
	}
	who := x.Actor
	if x.Approved != "" {
		who += " + " + x.Approved
	}
	return []string{when(x.At), who, x.Role, verb, x.Subject, undone, x.ID}
}

type sourceLine struct {
	ID     string    `json:"source"`
	Kind   string    `json:"kind"`
	File   string    `json:"file"`
	SHA256 string    `json:"sha256"`
	Seat   string    `json:"seat,omitempty"`
	At     time.Time `json:"read_at"`
	By     string    `json:"read_by"`
	Rows   int64     `json:"rows"`
	Ground string    `json:"ground,omitempty"`

	People     int64 `json:"people_kept"`
	Companies  int64 `json:"companies_kept"`
	Activities int64 `json:"activities_kept"`
}

func sourceLineOf(x crmsync.NetworkSource) sourceLine {
	return sourceLine{x.ID, x.Kind, x.File, x.SHA256, x.SeatID, x.ImportedAt, x.ImportedBy, x.Rows, x.Ground, x.Kept.People, x.Kept.Companies, x.Kept.Activities}
}

func (x sourceLine) cells() []string {
	return []string{when(x.At), x.Kind, x.File, decimal(x.Rows), decimal(x.People), x.By, orDash(x.Ground), x.SHA256[:min(12, len(x.SHA256))]}
}

type settingLine struct {
	Key     string `json:"setting"`
	Value   string `json:"value"`
	Default bool   `json:"is_default"`
	Takes   string `json:"takes"`
	Text    string `json:"text"`
}

func settingLineOf(x crmsync.Setting) settingLine {
	return settingLine{x.Key, x.Value, x.IsDefault, x.Takes(), x.Text}
}

func (x settingLine) cells() []string {
	mark := ""
	if x.Default {
		mark = "default"
	}
	return []string{x.Key, x.Value, mark, x.Text}
}
