package orgsim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Scenario is a fault the org can be told to show.
type Scenario struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Once bool   `json:"once"` // strikes once unless told otherwise; others last until switched off
}

// point is a place in the handling of a request where faults may strike.
type point uint8

const (
	pointNone point = iota
	pointLogin
	pointData
)

// fault is a scenario with what it does at a point; faults without an answer are asked for by name where they strike.
type fault struct {
	Scenario
	at     point
	answer func(w http.ResponseWriter, r *http.Request)
}

// answerWith returns a fault's answer that is a REST error.
func answerWith(status int, code, message string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { fail(w, refuse(status, code, "%s", message)) }
}

const errorHTML = "<html>\n<head><title>We are down for maintenance.</title></head>\n<body>\n<h1>We are down for maintenance.</h1>\n<p>Sorry for the inconvenience. We'll be back shortly.</p>\n</body>\n</html>\n"

// The names of faults that strike inside a handler.
const (
	faultCutCSV        = "cut-csv"
	faultShortCSV      = "short-csv"
	faultWrongCount    = "wrong-count"
	faultJobFailed     = "job-failed"
	faultJobSilent     = "job-failed-silent"
	faultJobAborted    = "job-aborted"
	faultLostReply     = "lost-reply"
	faultLostRefresh   = "lost-refresh"
	faultLockRow       = "lock-row"
	faultStorage       = "storage-full"
	faultValidation    = "validation-rule"
	faultHidden        = "hidden-field"
	faultLateCommit    = "late-commit"
	faultSlowJob       = "slow-job"
	faultQueryTimeout  = "query-timeout"
	faultJobLimit      = "job-limit"
	faultTooLarge      = "too-large"
	faultExpireSession = "expire-session"
	faultNoRecordType  = "no-record-type"
	faultHiddenList    = "hidden-list"
	faultLoginRange    = "login-range"
)

var faults = []fault{
	{Scenario{"html-503", "503 with an HTML page instead of JSON", true}, pointData, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(errorHTML))
	}},
	{Scenario{"status-420", "420, the answer of an edge server that is too busy", true}, pointData, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(420) }},
	{Scenario{"rate-429", "429 with Retry-After: 2", true}, pointData, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "2")
		answerWith(http.StatusTooManyRequests, "REQUEST_LIMIT_EXCEEDED", "Too many requests.")(w, r)
	}},
	{Scenario{"server-error", "500 UNKNOWN_EXCEPTION", true}, pointData, answerWith(http.StatusInternalServerError, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (-1)")},
	{Scenario{"total-requests", "the daily API requests are used up", false}, pointData, answerWith(http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")},
	{Scenario{"concurrent-requests", "too many long requests at once", true}, pointData, answerWith(http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.")},
	{Scenario{"api-disabled", "the org has no API access", false}, pointData, answerWith(http.StatusForbidden, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")},
	{Scenario{"drop-connection", "the connection ends before the request is read", true}, pointData, drop},
	{Scenario{faultExpireSession, "401: the access token has expired (a refresh helps)", true}, pointData, nil},
	{Scenario{"login-rate", "the token endpoint: login rate exceeded", true}, pointLogin, func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusBadRequest, map[string]string{"error": "rate_limit_exceeded", "error_description": "login rate exceeded"})
	}},
	{Scenario{"login-503", "the token endpoint: 503 with an HTML page", true}, pointLogin, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(errorHTML))
	}},
	{Scenario{faultLostRefresh, "a token is refreshed, but the answer is lost", true}, pointNone, nil},
	{Scenario{faultCutCSV, "the connection ends in the middle of a row of a bulk result page", true}, pointNone, nil},
	{Scenario{faultShortCSV, "a bulk result page ends in the middle of a row, as if it were whole", true}, pointNone, nil},
	{Scenario{faultWrongCount, "Sforce-NumberOfRecords is one too many", true}, pointNone, nil},
	{Scenario{faultJobFailed, "a bulk job fails, with a message", true}, pointNone, nil},
	{Scenario{faultJobSilent, "a bulk job fails, without a message", true}, pointNone, nil},
	{Scenario{faultJobAborted, "a bulk job is aborted by somebody else", true}, pointNone, nil},
	{Scenario{faultJobLimit, "no more bulk jobs today", false}, pointNone, nil},
	{Scenario{faultTooLarge, "a bulk query is too large (OPERATION_TOO_LARGE)", true}, pointNone, nil},
	{Scenario{faultQueryTimeout, "a query of more rows than these runs too long (QUERY_TIMEOUT): query-timeout=1000", false}, pointNone, nil},
	{Scenario{faultSlowJob, "a bulk job stays InProgress for five polls", true}, pointNone, nil},
	{Scenario{faultLostReply, "records are written, but the answer is lost", true}, pointNone, nil},
	{Scenario{faultLockRow, "a record cannot be locked (UNABLE_TO_LOCK_ROW)", true}, pointNone, nil},
	{Scenario{faultStorage, "the org's storage is full (STORAGE_LIMIT_EXCEEDED)", false}, pointNone, nil},
	{Scenario{faultValidation, "the customer's validation rule refuses every record", false}, pointNone, nil},
	{Scenario{faultNoRecordType, "the package's record types are not available to the user", false}, pointNone, nil},
	{Scenario{faultHiddenList, "the page of an object shows neither activities nor notes: hidden-list=Contact", false}, pointNone, nil},
	{Scenario{faultLoginRange, "the profile of the integration user restricts addresses: login-range=192.0.2.1-192.0.2.9", false}, pointNone, nil},
	{Scenario{faultHidden, "a field is hidden from the user: hidden-field=Contact.Email", false}, pointNone, nil},
	{Scenario{faultLateCommit, "changes appear with a stamp that lies three minutes back", false}, pointNone, nil},
}

// Scenarios lists the faults the org can show.
func Scenarios() []Scenario {
	all := make([]Scenario, len(faults))
	for i, f := range faults {
		all[i] = f.Scenario
	}
	return all
}

// active is a scenario that is on.
type active struct {
	fault    *fault
	argument string // of an answering fault: strikes only paths that contain it
	left     int    // how often it still strikes; -1 is for ever
}

func (a active) String() string {
	text := a.fault.Name
	if a.argument != "" {
		text += "=" + a.argument
	}
	if a.left < 0 {
		return text + ":*"
	}
	return text + ":" + strconv.Itoa(a.left)
}

// faultSet is the scenarios that are on.
type faultSet struct {
	mu     sync.Mutex
	on     []active
	expire func(*http.Request)
}

// set replaces the scenarios that are on. Each is NAME, NAME:TIMES or NAME=ARGUMENT:TIMES; TIMES may be * for always.
func (s *faultSet) set(names []string) error {
	var on []active
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			continue
		}
		a, err := parseScenario(name)
		if err != nil {
			return err
		}
		on = append(on, a)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = on
	return nil
}

func parseScenario(text string) (active, error) {
	name, times, counted := strings.Cut(strings.TrimSpace(text), ":")
	name, argument, _ := strings.Cut(name, "=")
	i := slices.IndexFunc(faults, func(f fault) bool { return f.Name == name })
	if i < 0 {
		return active{}, fmt.Errorf("there is no scenario %q: the names are %s", name, strings.Join(scenarioNames(), ", "))
	}
	a := active{fault: &faults[i], argument: argument, left: -1}
	if faults[i].Once {
		a.left = 1
	}
	if _, err := strconv.Atoi(argument); name == faultQueryTimeout && err != nil {
		return active{}, fmt.Errorf("scenario %q: after the equals sign comes a number of rows", text)
	}
	if counted && times == "*" {
		a.left = -1
	} else if counted {
		n, err := strconv.Atoi(times)
		if err != nil || n < 1 {
			return active{}, fmt.Errorf("scenario %q: after the colon comes how often it strikes, a number from 1, or *", text)
		}
		a.left = n
	}
	return a, nil
}

func scenarioNames() []string {
	var names []string
	for _, f := range faults {
		names = append(names, f.Name)
	}
	return names
}

// take reports whether the named fault strikes now, and uses it up once if so.
func (s *faultSet) take(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.on {
		if s.on[i].fault.Name == name {
			s.use(i)
			return true
		}
	}
	return false
}

func (s *faultSet) use(i int) {
	if s.on[i].left < 0 {
		return
	}
	if s.on[i].left--; s.on[i].left == 0 {
		s.on = slices.Delete(s.on, i, i+1)
	}
}

// arguments returns the arguments of the named faults that are on.
func (s *faultSet) arguments(name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, a := range s.on {
		if a.fault.Name == name {
			all = append(all, a.argument)
		}
	}
	return all
}

// outlasts reports whether a query of so many rows runs too long.
func (s *faultSet) outlasts(rows int) bool {
	for _, argument := range s.arguments(faultQueryTimeout) {
		if limit, err := strconv.Atoi(argument); err == nil && rows > limit {
			return true
		}
	}
	return false
}

// strikes answers the request with the first fault that is on at the point, if there is one.
func (s *faultSet) strikes(w http.ResponseWriter, r *http.Request, at point) bool {
	s.mu.Lock()
	i := slices.IndexFunc(s.on, func(a active) bool { return a.fault.at == at && strings.Contains(r.URL.Path, a.argument) })
	if i < 0 {
		s.mu.Unlock()
		return false
	}
	struck := s.on[i].fault
	s.use(i)
	s.mu.Unlock()
	if struck.Name == faultExpireSession {
		s.expire(r)
		fail(w, refuse(http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid"))
		return true
	}
	struck.answer(w, r)
	return true
}

func (s *faultSet) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []string{}
	for _, a := range s.on {
		all = append(all, a.String())
	}
	return all
}

// drop ends the connection without an answer. It is the one panic net/http itself defines for that.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
