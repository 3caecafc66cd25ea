package orgsim

import (
	"net/http"
	"strings"
)

// admin answers what lies outside of the API: faults and changes, for tests and for the demo's menu. It is for this
// machine alone.
func (o *Org) admin(w http.ResponseWriter, r *http.Request) {
	if !isLoopback(r.RemoteAddr) || r.Header.Get("Origin") != "" { // no page a browser shows may call it either
		fail(w, refuse(http.StatusForbidden, "INSUFFICIENT_ACCESS", "only for programs on this machine"))
		return
	}
	switch strings.TrimPrefix(r.URL.Path, "/admin/") + " " + r.Method {
	case "scenarios GET":
		write(w, http.StatusOK, map[string]any{"scenarios": Scenarios(), "on": o.faults.list()})
	case "scenarios PUT":
		o.adminScenarios(w, r)
	case "change POST":
		o.adminChange(w, r)
	case "stats GET":
		write(w, http.StatusOK, o.stats())
	default:
		fail(w, errNotFound)
	}
}

// SetScenarios replaces the faults that are on. Each is NAME, NAME:TIMES or NAME=ARGUMENT:TIMES; TIMES may be * for always.
func (o *Org) SetScenarios(names ...string) error { return o.faults.set(names) }

func (o *Org) adminScenarios(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Scenarios []string `json:"scenarios"`
	}
	if problem := decode(w, r, 1<<16, &body); problem != nil {
		fail(w, problem)
		return
	}
	if err := o.faults.set(body.Scenarios); err != nil {
		fail(w, refuse(http.StatusBadRequest, "INVALID_INPUT", "%v", err))
		return
	}
	write(w, http.StatusOK, map[string]any{"on": o.faults.list()})
}

func (o *Org) adminChange(w http.ResponseWriter, r *http.Request) {
	var change Change
	if problem := decode(w, r, maxWriteBody, &change); problem != nil {
		fail(w, problem)
		return
	}
	result, refused := o.apply(change)
	if refused != nil {
		fail(w, refused.asAPI())
		return
	}
	write(w, http.StatusOK, result)
}

// stats says how large the org is and what it was asked.
func (o *Org) stats() map[string]any {
	sizes := map[string]any{}
	for _, object := range o.schema.Objects {
		generated, added := o.records.SizeOf(object.Name)
		sizes[object.Name] = map[string]uint64{"generated": generated, "added": added}
	}
	o.usage.mu.Lock()
	defer o.usage.mu.Unlock()
	return map[string]any{"objects": sizes, "api_requests": o.usage.total, "api_usage": o.usage.sum().Calls, "version": o.records.View().Version(), "instance": o.instance}
}
