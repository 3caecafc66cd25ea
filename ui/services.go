package ui

import (
	"context"
	"io"

	crmsync "crmsync/sync"
)

// Services is what the console reads and changes, one small interface per screen. A nil service is a part
// this installation does not have; its screen says so and names the command.
type Services struct {
	Home      HomeService
	Connect   ConnectService
	Matches   MatchService
	Users     UserService
	Writeback WritebackService
	Saves     SaveService
	ROI       ROIService
	Settings  SettingService
	Access    AccessService
	Audit     AuditService
	Approvals ApprovalService
	Runs      RunService
	Person    PersonService
	Setup     SetupService
	Upkeep    UpkeepService
	Mine      MineService
	Network   NetworkService
	Files     FileService
	Guides    []Guide
	Demo      DemoService
	Events    EventService
}

// EventService hands out what the engine does; the channel closes when ctx ends.
type EventService interface {
	Subscribe(ctx context.Context) <-chan crmsync.Event
}

// HomeService reads the first screen and starts work.
type HomeService interface {
	Overview(ctx context.Context) (Overview, error)
	RunNow(ctx context.Context, job crmsync.JobKind) (ended bool, err error) // runs a job, or hands it to the engine; progress comes as events
	StopRun(ctx context.Context, job crmsync.JobKind) (auditID string, err error)
	Pause(ctx context.Context, job crmsync.JobKind) (auditID string, err error)
	Resume(ctx context.Context, job crmsync.JobKind) (auditID string, err error)
}

// ConnectService leads from nothing to a first import.
type ConnectService interface {
	Connection(ctx context.Context) (Connection, error)
	SignIn(ctx context.Context, ask SignIn) (PendingSignIn, error) // ask.Again: as the last time
	Doctor(ctx context.Context) (Doctor, error)
	Disconnect(ctx context.Context) error
	PurgePlan(ctx context.Context) (PurgePlan, error)
	Purge(ctx context.Context, typedName string) (PurgeReceipt, error)
	Decisions(ctx context.Context, each func(cells []string) error) error
}

// PendingSignIn waits for the person to come back from the browser.
type PendingSignIn interface {
	Address() string                            // to open in a browser
	Port() int                                  // the loopback port the browser is sent back to; 0 when there is none
	Wait(ctx context.Context) error             // until the browser came back here
	Paste(ctx context.Context, to string) error // the address the browser was sent to
	Close() error
}

// MatchService reads and decides matches.
type MatchService interface {
	Page(ctx context.Context, filter MatchFilter, seek Seek) (Page[Match], error)
	Count(ctx context.Context, filter MatchFilter) (int64, error)
	Explain(ctx context.Context, record string) (Explanation, error)
	Search(ctx context.Context, record, text string) ([]Candidate, error)
	Records(ctx context.Context, company bool, member, text string) ([]RecordHit, error)
	Accept(ctx context.Context, seen Match, note string) (audit string, err error) // refused with match.changed when it is not as it was seen
	Reject(ctx context.Context, seen Match, note string) (audit string, err error)
	DecideMarked(ctx context.Context, seen []Match, accept bool) (crmsync.MarkedReport, error)
	Rematch(ctx context.Context, record, member, note string) (audit string, err error)
	NoMatch(ctx context.Context, record, note string) (audit string, err error)
	PreviewBulk(ctx context.Context, filter BulkFilter) (BulkPreview, error)
	AcceptBulk(ctx context.Context, filter BulkFilter) (accepted int64, audit string, err error)
	Tune(ctx context.Context) (crmsync.TuneReport, error) // what other thresholds would do
}

// Guide is a text of help that a screen leads to.
type Guide struct{ Title, Text string }

// DemoService lets things happen in the built-in org of a demo; nil everywhere else.
type DemoService interface {
	Events() []DemoEvent
	Happen(ctx context.Context, event string) (what string, err error) // what happened, in words
}

// FileService makes files for what is exported; it returns where the file is.
type FileService interface {
	Create(name string) (file io.WriteCloser, path string, err error)
}

// NetworkService reads the people and companies of the network, with the CRM records they are linked to.
type NetworkService interface {
	Page(ctx context.Context, filter NetworkFilter, seek Seek) (Page[NetworkRow], error)
	Count(ctx context.Context, filter NetworkFilter) (int64, error)
	Member(ctx context.Context, company bool, id string) (Member, error)
	Import(ctx context.Context, file, seat string) (NetworkRead, error) // a file of this machine, of the seat with an e-mail address
}

// UserService reads and changes seats.
type UserService interface {
	Page(ctx context.Context, filter UserFilter, seek Seek) (Page[User], error)
	Count(ctx context.Context, filter UserFilter) (int64, error)
	Allow(ctx context.Context, seat string, autosave, writeback bool) (audit string, err error)
	Pin(ctx context.Context, seat, crmUser string) (audit string, err error)
	Edit(ctx context.Context, seat string, edit crmsync.SeatEdit) (audit string, err error)
	Add(ctx context.Context, seat crmsync.NewSeat) (audit string, err error)
	Remove(ctx context.Context, seat string) (audit string, err error)
	Suggest(ctx context.Context, seat string) ([]crmsync.UserSuggestion, error) // CRM users that look like the holder
	PlanAutoMap(ctx context.Context) (crmsync.AutoMapPlan, error)
	AutoMap(ctx context.Context) (audit string, err error)
	Roles(ctx context.Context) ([]crmsync.RoleNode, error)
	Licences(ctx context.Context) (crmsync.LicenceInventory, error)
	PlanLicences(ctx context.Context, choice crmsync.LicenceChoice) (crmsync.LicencePlan, error)
	ApplyLicences(ctx context.Context, plan crmsync.LicencePlan) (audit string, err error)
}

// WritebackService reads and changes what is written to the CRM.
type WritebackService interface {
	Types(ctx context.Context) (WritebackTypes, error)
	SetContract(ctx context.Context, on bool) (audit string, err error)
	SetKind(ctx context.Context, kind string, on bool) (audit string, err error)
	People(ctx context.Context, seek Seek) (Page[OptedPerson], error)
	Outbox(ctx context.Context, filter OutboxFilter, seek Seek) (Page[OutboxItem], error)
	CountOutbox(ctx context.Context, filter OutboxFilter) (int64, error)
	Retry(ctx context.Context, id string) (audit string, err error)
	Drop(ctx context.Context, id string) (audit string, err error)
	Hold(ctx context.Context, id string) (audit string, err error)
	Release(ctx context.Context, id string) (audit string, err error)
	PreviewRetry(ctx context.Context) (RetryPreview, error)
	RetryAll(ctx context.Context) (queued int64, err error)
	PreviewRemove(ctx context.Context, id string) (RemovePreview, error)
	Remove(ctx context.Context, id, org string) error
	Shadow(ctx context.Context) ([]ShadowItem, error)
	ShadowSum(ctx context.Context) (crmsync.ShadowSummary, error) // over everything that is queued or held
	TrialPlan(ctx context.Context) (TrialPlan, error)
	RunTrial(ctx context.Context, keep bool) (TrialResult, error) // tells its steps as events
	RemoveTrial(ctx context.Context) error
}

// SaveService reads the opportunities and what was saved for their owners.
type SaveService interface {
	Rule(ctx context.Context) (SaveRule, error)
	Totals(ctx context.Context) (string, error) // of the opportunity list, by currency
	Page(ctx context.Context, seek Seek) (Page[Opportunity], error)
	Count(ctx context.Context) (int64, error)
	Saves(ctx context.Context, opportunity string) ([]Save, error)
	Remove(ctx context.Context, save string) (audit string, err error)
	Stale(ctx context.Context, seek Seek) (Page[StaleSave], error)
	CountStale(ctx context.Context) (int64, error)
	Clean(ctx context.Context) (audit string, err error) // removes those that are stale
}

// ROIService makes ROI reports, once consent is recorded.
type ROIService interface {
	Consent(ctx context.Context) (crmsync.ROIConsent, error)
	SetConsent(ctx context.Context, given bool) (audit string, err error)
	Report(ctx context.Context, period crmsync.Period) (crmsync.ROIReport, error)
	Deals(ctx context.Context, query crmsync.ROIDealQuery) (deals []crmsync.ROIDeal, more bool, err error)
	Deal(ctx context.Context, id string) (crmsync.ROIDeal, []crmsync.ROITouch, error)
	Export(ctx context.Context, report crmsync.ROIReport) (files string, err error)
}

// SettingService reads and changes the contract's settings.
type SettingService interface {
	Settings(ctx context.Context) ([]Setting, error)
	Set(ctx context.Context, key, value string, seen *string) (audit string, err error) // refused with settings.changed when it is not as it was seen; nil: nobody looked
	Preview(ctx context.Context, key, value string) (lines []string, err error)         // what it would change
}

// AccessService says who may use the console.
type AccessService interface {
	Add(ctx context.Context, user crmsync.NewUser) (audit string, err error)
	SetKey(ctx context.Context, name, publicKey string) (audit string, err error) // an authorized_keys line
	Remove(ctx context.Context, name string) (audit string, err error)
}

// AuditService reads what was done and takes it back.
type AuditService interface {
	Page(ctx context.Context, filter AuditFilter, seek Seek) (Page[AuditEvent], error)
	Count(ctx context.Context, filter AuditFilter) (int64, error)
	Undo(ctx context.Context, audit string) (undone string, err error)
	UndoLast(ctx context.Context) (undone string, err error)
}

// ApprovalService reads what was proposed to a second admin, and decides about it.
type ApprovalService interface {
	Page(ctx context.Context, seek Seek) (Page[Approval], error)
	Approve(ctx context.Context, id string) (audit string, err error)
	Refuse(ctx context.Context, id, why string) error
	Withdraw(ctx context.Context, id string) error
}

// RunService reads what the engine did.
type RunService interface {
	Page(ctx context.Context, seek Seek) (Page[crmsync.RunSummary], error)
	Run(ctx context.Context, id string) (crmsync.RunDetails, error)
}

// MineService is what a seat holder does for themselves.
type MineService interface {
	Mine(ctx context.Context) (Mine, error)
	OptIn(ctx context.Context, kind string, on bool) (audit string, err error)
	Hold(ctx context.Context, activity string) (audit string, err error)
	Release(ctx context.Context, activity string) (audit string, err error)
	ReadAlerts(ctx context.Context) (audit string, err error) // all that are new
	Add(ctx context.Context, activity crmsync.NewActivity) error
}
