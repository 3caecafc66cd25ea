package salesforce

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Error is an answer by which Salesforce refused a request or one record of it.
//
// Message is Salesforce's own text, in the language of the integration user. It can hold values of records (a text
// that was too long, an address that was wrong), so Error() leaves it out; keep it with the record, clean it before a
// terminal, and never log it.
type Error struct {
	Status     int           // HTTP status; 0 for one record of a collection
	ErrorCode  string        // Salesforce's code, such as INVALID_FIELD; "" when the answer was not Salesforce's (an edge page)
	Message    string        // Salesforce's text; may hold personal data
	Fields     []string      // API names of the fields at fault, if told
	RetryAfter time.Duration // what the answer asked to wait; 0 when it did not
	Method     string        // of the request
	Path       string        // of the request, without its query
}

// Error says what was refused without repeating Salesforce's text.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("Salesforce refused")
	if e.Path != "" {
		fmt.Fprintf(&b, " %s %s", e.Method, e.Path)
	} else {
		b.WriteString(" a record")
	}
	b.WriteString(":")
	if e.Status != 0 {
		fmt.Fprintf(&b, " HTTP %d", e.Status)
	}
	switch {
	case e.ErrorCode != "":
		fmt.Fprintf(&b, " %s", e.ErrorCode)
	case e.Status != 0:
		b.WriteString(" with a page that is not an API answer")
	}
	if len(e.Fields) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(e.Fields, ", "))
	}
	return b.String()
}

// Code returns the stable code: salesforce.<code in lower case>, or salesforce.http_<status>.
func (e *Error) Code() string {
	if e.ErrorCode != "" {
		return "salesforce." + strings.ToLower(e.ErrorCode)
	}
	return fmt.Sprintf("salesforce.http_%d", e.Status)
}

// Hint says what a person can do, by what the code asks for.
func (e *Error) Hint() string {
	if h, ok := hints[e.ErrorCode]; ok {
		return h
	}
	if e.Status == http.StatusGone {
		return "Salesforce has retired the version of the API that this crmsync speaks: use a newer crmsync. Nothing is lost meanwhile."
	}
	switch Classify(e) {
	case ActionRetry:
		return "Nothing needs doing: it is tried again."
	case ActionPause:
		return "The org's API allowance is used up; it goes on by itself when the 24-hour window frees."
	case ActionAskAdmin:
		return "An administrator of the org has to change something; `crmsync doctor` shows what."
	case ActionRetarget:
		return "The record was merged, converted or deleted in Salesforce; the next import follows it."
	case ActionSignIn:
		return "Run `crmsync connect` and sign in again."
	default:
		return "Look at the record in Salesforce, correct what the code names, and retry it."
	}
}

var hints = map[string]string{
	"API_DISABLED_FOR_ORG":                                "The org's edition or the user's profile has no API access: Enterprise, Unlimited, Performance, Developer, or Professional with the API add-on; and the permission API Enabled.",
	"API_CURRENTLY_DISABLED":                              "Give the integration user the permission API Enabled.",
	"STORAGE_LIMIT_EXCEEDED":                              "The org's data storage is full; free some or buy more, then retry.",
	"OPERATION_TOO_LARGE":                                 "The window was halved as often as it can be; the next run reads it again. Give the integration user View All Data, which lifts this limit.",
	"INVALID_FIELD":                                       "A field is hidden from the integration user or was removed; give field access, or run `crmsync doctor`.",
	"INVALID_FIELD_FOR_INSERT_UPDATE":                     "Give the integration user edit access to the fields named.",
	"INSUFFICIENT_ACCESS_OR_READONLY":                     "Give the integration user Create on the object, and access to the record it is added to.",
	"INACTIVE_OWNER_OR_USER":                              "The owner is not an active user of the org; reactivate the user or map the seat to another one.",
	"FIELD_CUSTOM_VALIDATION_EXCEPTION":                   "A validation rule of the org refused the record; its text is kept with the item.",
	"INVALID_CROSS_REFERENCE_KEY":                         "The record type or a record it points to is not available to the integration user.",
	"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY":                "An Apex trigger of the org failed on the record; its text is kept with the item.",
	"CANNOT_EXECUTE_FLOW_TRIGGER":                         "A flow of the org failed on the record; its text is kept with the item.",
	"REQUIRED_FIELD_MISSING":                              "The org requires a field that crmsync does not fill; give the field a default in the org.",
	"INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": "The org is under maintenance; it is tried again later.",
}

// retryAfterer is an error that says how long to wait.
type retryAfterer interface{ retryAfter() time.Duration }

func (e *Error) retryAfter() time.Duration { return e.RetryAfter }

// RetryAfter returns how long the answer behind err asked to wait, or 0.
func RetryAfter(err error) time.Duration {
	var r retryAfterer
	if errors.As(err, &r) {
		return r.retryAfter()
	}
	return 0
}

// NetworkError means that no complete answer came: the host was not reached, or the connection broke or stalled.
type NetworkError struct {
	Host string // host and port that were called
	Sent bool   // false when nothing can have left this machine
	Err  error  // the cause, without address or query

	stopped   bool // the caller's context ended
	untrusted bool // the host's certificate is not trusted here
}

// Error names the host and the cause.
func (e *NetworkError) Error() string {
	if e.Sent {
		return fmt.Sprintf("the connection to %s broke before its answer was complete: %v", e.Host, e.Err)
	}
	return fmt.Sprintf("cannot reach %s: %v", e.Host, e.Err)
}

// Unwrap returns the cause.
func (e *NetworkError) Unwrap() error { return e.Err }

// Code returns salesforce.unreachable, salesforce.broken when the connection broke after something was sent, or
// salesforce.certificate.
func (e *NetworkError) Code() string {
	switch {
	case e.untrusted:
		return "salesforce.certificate"
	case e.Sent:
		return "salesforce.broken"
	}
	return "salesforce.unreachable"
}

// Hint says what to look at.
func (e *NetworkError) Hint() string {
	if e.untrusted {
		return fmt.Sprintf("The certificate of %s is not trusted by this machine: check the address, or add the authority of the proxy in between to the system's certificates.", e.Host)
	}
	return fmt.Sprintf("Check the name %s, the network and the proxy (HTTPS_PROXY) of this machine; it is tried again.", e.Host)
}

// outcomeError is ErrOutcomeUnknown with its cause.
type outcomeError struct{ cause error }

func (e *outcomeError) Error() string { return ErrOutcomeUnknown.Error() + ": " + e.cause.Error() }

func (e *outcomeError) Unwrap() []error { return []error{ErrOutcomeUnknown, e.cause} }

// Code returns salesforce.outcome_unknown.
func (e *outcomeError) Code() string { return codeOf(ErrOutcomeUnknown) }

// Hint says that the item is settled by reading back.
func (e *outcomeError) Hint() string { return ErrOutcomeUnknown.(*fault).hint }

// AuthError is a refusal of the login host's token endpoint.
type AuthError struct {
	Status      int    // HTTP status, mostly 400
	ErrorCode   string // OAuth error, such as invalid_grant
	Description string // Salesforce's text; holds no record data
	terminal    bool   // of a refresh: signing in again is the only way
}

// Error names the OAuth error and its description.
func (e *AuthError) Error() string {
	if e.ErrorCode == "" {
		return fmt.Sprintf("the login host answered HTTP %d with a page that is not an OAuth answer", e.Status)
	}
	return fmt.Sprintf("the login host refused the sign-in: %s (%s)", e.ErrorCode, printable(e.Description))
}

// Is makes a refusal that ends the sign-in an ErrRevoked.
func (e *AuthError) Is(target error) bool { return e.terminal && target == ErrRevoked }

// Code returns salesforce.revoked for an ended sign-in, else salesforce.auth_<oauth error>.
func (e *AuthError) Code() string {
	switch {
	case e.terminal:
		return codeOf(ErrRevoked)
	case e.ErrorCode == "":
		return fmt.Sprintf("salesforce.auth_http_%d", e.Status)
	}
	return "salesforce.auth_" + strings.ToLower(e.ErrorCode)
}

// Hint says what the OAuth error asks for.
func (e *AuthError) Hint() string {
	if e.terminal {
		return ErrRevoked.(*fault).hint
	}
	return authHint(e.ErrorCode, e.Description)
}

// printable cuts a foreign text to one short line without control characters.
func printable(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(clean); len(runes) > 200 {
		clean = string(runes[:200]) + "…"
	}
	return clean
}
