package sync

import (
	"context"
	"encoding/json"
	"time"

	"crmsync/store"
)

// supportRuns is how many runs of each kind a support bundle tells of.
const supportRuns = 50

// supportRun is a run without the texts of its errors, which may quote a record.
type supportRun struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	State     string          `json:"state"`
	StartedAt time.Time       `json:"started_at"`
	EndedAt   time.Time       `json:"ended_at,omitzero"`
	APICalls  int64           `json:"api_calls"`
	ErrorCode string          `json:"error_code,omitempty"`
	Objects   []supportObject `json:"objects,omitempty"`
}

// supportObject is what a run did with one object.
type supportObject struct {
	Object    string  `json:"object"`
	State     string  `json:"state"`
	ErrorCode string  `json:"error_code,omitempty"`
	Fetched   int64   `json:"fetched"`
	Inserted  int64   `json:"inserted"`
	Updated   int64   `json:"updated"`
	Deleted   int64   `json:"deleted"`
	Unchanged int64   `json:"unchanged"`
	Pages     int64   `json:"pages"`
	APICalls  int64   `json:"api_calls"`
	Seconds   float64 `json:"seconds"`
}

// SupportFiles gathers what helps somebody else to see what is wrong: schema and counts, the connection's state, the
// doctor's lines, runs, jobs, and settings. Nobody's name or address, no text of a message, no token, and nothing that
// names the organization is in it: of free texts only their length, of errors only their codes. It returns files by
// name.
func (e *Engine) SupportFiles(ctx context.Context, actor Actor) (map[string][]byte, error) {
	if !actor.Role.Valid() || actor.Role == RoleMember {
		return nil, fault("act.not_allowed", "Ask an admin or support.", "members make no support bundle")
	}
	files := map[string][]byte{}
	for name, gather := range map[string]func(context.Context) (any, error){
		"store.json": func(ctx context.Context) (any, error) { return e.store.Verify(ctx) }, "connection.json": e.supportConnection,
		"doctor.json": e.supportDoctor, "runs.json": e.supportRuns, "jobs.json": e.supportJobs, "settings.json": e.supportSettings, "failures.json": e.supportFailures,
	} {
		found, err := gather(ctx)
		if err != nil {
			found = map[string]string{"code": CodeOf(err)} // what cannot be read is itself worth knowing
		}
		text, err := json.MarshalIndent(found, "", "  ")
		if err != nil {
			return nil, err
		}
		files[name] = append(text, '\n')
	}
	return files, nil
}

func (e *Engine) supportConnection(ctx context.Context) (any, error) {
	c, err := e.store.Connection(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"edition": c.Edition, "api_version": c.APIVersion, "flow": c.Flow, "has_package": c.HasPackage, "package_version": c.PackageVersion,
		"api_used": c.APIUsed, "api_max": c.APIMax, "state": c.State, "reason": c.Reason, "connected_at": c.ConnectedAt, "changed_at": c.ChangedAt}, nil
}

// supportDoctor leaves out what the checks found in words: it names users and fields of the org.
func (e *Engine) supportDoctor(ctx context.Context) (any, error) {
	report, err := e.Doctor(ctx, EngineActor)
	if err != nil {
		return nil, err
	}
	lines := []map[string]any{}
	for _, check := range report.Checks {
		lines = append(lines, map[string]any{"check": check.Name, "state": check.State, "blocks": check.Blocks})
	}
	return lines, nil
}

func (e *Engine) supportRuns(ctx context.Context) (any, error) {
	all := []supportRun{}
	for _, kind := range []JobKind{JobImport, JobMatch, JobWriteback} {
		page, err := e.store.Runs(ctx, string(kind), store.PageQuery{Limit: supportRuns})
		if err != nil {
			return nil, err
		}
		for _, run := range page.Rows {
			out := supportRun{ID: run.ID, Kind: run.Kind, State: string(run.State), StartedAt: run.StartedAt, EndedAt: run.EndedAt, APICalls: run.APICalls, ErrorCode: run.ErrorCode}
			objects, err := e.store.RunObjects(ctx, run.ID)
			if err != nil {
				return nil, err
			}
			for _, o := range objects {
				out.Objects = append(out.Objects, supportObject{Object: o.Object, State: string(o.State), ErrorCode: o.ErrorCode, Fetched: o.Fetched, Inserted: o.Inserted,
					Updated: o.Updated, Deleted: o.Deleted, Unchanged: o.Unchanged, Pages: o.Pages, APICalls: o.APICalls, Seconds: o.Took.Seconds()})
			}
			all = append(all, out)
		}
	}
	return all, nil
}

func (e *Engine) supportJobs(ctx context.Context) (any, error) {
	jobs, err := e.store.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	lines := []map[string]any{}
	for _, job := range jobs {
		lines = append(lines, map[string]any{"kind": job.Kind, "every": job.Every.String(), "run_at": job.RunAt, "paused": job.Paused, "attempt": job.Attempt,
			"running": job.Owner != "", "lease_until": job.LeaseUntil, "fence": job.Fence})
	}
	return lines, nil
}

// supportSettings gives the value of what has a fixed set of values, and the length of the rest.
func (e *Engine) supportSettings(ctx context.Context) (any, error) {
	settings, err := e.Settings(ctx)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	for _, setting := range settings {
		switch setting.Kind {
		case KindBool, KindInt, KindChoice, KindTimezone:
			values[setting.Key] = setting.Value
		default:
			values[setting.Key] = map[string]any{"length": len(setting.Value), "is_default": setting.IsDefault}
		}
	}
	return values, nil
}

func (e *Engine) supportFailures(ctx context.Context) (any, error) {
	counts, err := e.store.CountOutbox(ctx)
	if err != nil {
		return nil, err
	}
	codes := map[string]int{}
	for _, state := range []store.OutboxState{store.OutboxFailed, store.OutboxDoubtful} {
		items, err := e.store.OutboxByState(ctx, state, "", 10_000)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			codes[string(state)+" "+item.ErrorCode]++
		}
	}
	return map[string]any{"outbox": counts, "codes": codes}, nil
}
