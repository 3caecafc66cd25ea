package salesforce

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// Action is what a caller should do about an error.
type Action int

// The actions, from "nothing is wrong" to "a person has to act".
const (
	ActionNone           Action = iota // no error
	ActionRetry                        // send the same again, with backoff; nothing was committed
	ActionRefresh                      // the session ended: refresh the token once, then send again (the client has done that)
	ActionPause                        // hold the whole sync until the API allowance frees
	ActionAskAdmin                     // stop and ask an administrator of the org
	ActionRecord                       // this record only: keep it with its reason for a manual retry
	ActionRetarget                     // follow the merge or conversion of the record pointed to, then retry
	ActionWithoutCulprit               // retry without the record that made the whole request fail
	ActionAlreadyWritten               // our key is in the org already: success (see DuplicateID)
	ActionDoubtful                     // may have been committed: settle by reading back
	ActionSignIn                       // only a new sign-in helps
	ActionSplit                        // halve the window and try again
	ActionStop                         // the caller's context ended
)

var actionNames = [...]string{"none", "retry", "refresh", "pause", "ask admin", "record", "retarget", "without culprit",
	"already written", "doubtful", "sign in", "split", "stop"}

// String returns the action's name in lower case.
func (a Action) String() string {
	if a < 0 || int(a) >= len(actionNames) {
		return "unknown"
	}
	return actionNames[a]
}

var actionOf = map[string]Action{
	"UNABLE_TO_LOCK_ROW":                                  ActionRetry,
	"SERVER_UNAVAILABLE":                                  ActionRetry,
	"REQUEST_RUNNING_TOO_LONG":                            ActionRetry,
	"QUERY_TIMEOUT":                                       ActionRetry,
	"TOO_MANY_APEX_REQUESTS":                              ActionRetry,
	"TXN_SECURITY_METERING_ERROR":                         ActionRetry,
	"UNKNOWN_EXCEPTION":                                   ActionRetry,
	"INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": ActionRetry,
	"JOB_NOT_COMPLETE":                                    ActionRetry,
	"INVALID_SESSION_ID":                                  ActionRefresh,
	"LIMIT_EXCEEDED":                                      ActionPause,

	"STORAGE_LIMIT_EXCEEDED":          ActionAskAdmin,
	"EXCEEDED_QUOTA":                  ActionAskAdmin,
	"API_DISABLED_FOR_ORG":            ActionAskAdmin,
	"API_CURRENTLY_DISABLED":          ActionAskAdmin,
	"INSUFFICIENT_ACCESS_OR_READONLY": ActionAskAdmin,
	"INSUFFICIENT_ACCESS":             ActionAskAdmin,
	"INVALID_FIELD":                   ActionAskAdmin,
	"INVALID_TYPE":                    ActionAskAdmin,
	"INVALIDENTITY":                   ActionAskAdmin,
	"MALFORMED_QUERY":                 ActionAskAdmin,
	"INVALID_FIELD_FOR_INSERT_UPDATE": ActionAskAdmin,
	"LICENSE_LIMIT_EXCEEDED":          ActionAskAdmin,
	"LOGIN_MUST_USE_SECURITY_TOKEN":   ActionAskAdmin,

	"FIELD_CUSTOM_VALIDATION_EXCEPTION":             ActionRecord,
	"REQUIRED_FIELD_MISSING":                        ActionRecord,
	"STRING_TOO_LONG":                               ActionRecord,
	"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST":       ActionRecord,
	"MALFORMED_ID":                                  ActionRecord,
	"INVALID_CROSS_REFERENCE_KEY":                   ActionRecord,
	"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": ActionRecord,
	"FIELD_INTEGRITY_EXCEPTION":                     ActionRecord,
	"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY":          ActionRecord,
	"CANNOT_EXECUTE_FLOW_TRIGGER":                   ActionRecord,
	"DUPLICATES_DETECTED":                           ActionRecord,
	"CIRCULAR_DEPENDENCY":                           ActionRecord,
	"INACTIVE_OWNER_OR_USER":                        ActionRecord,

	"ENTITY_IS_DELETED":                 ActionRetarget,
	"CANNOT_UPDATE_CONVERTED_LEAD":      ActionRetarget,
	"ALL_OR_NONE_OPERATION_ROLLED_BACK": ActionWithoutCulprit,
	"DUPLICATE_VALUE":                   ActionAlreadyWritten,
	"OPERATION_TOO_LARGE":               ActionSplit,
}

// Classify says what to do about an error of this package, by Salesforce's code and never by its text, which is in the
// language of the user; only the two meanings of REQUEST_LIMIT_EXCEEDED are told apart by their untranslated names.
//
// DUPLICATE_VALUE means success only where our own unique key travelled with the record; a caller that sent none
// treats it as ActionRecord.
func Classify(err error) Action {
	var job *JobError
	switch {
	case err == nil:
		return ActionNone
	case errors.Is(err, ErrOutcomeUnknown):
		return ActionDoubtful
	case errors.Is(err, ErrRevoked), errors.Is(err, ErrNoToken), errors.Is(err, ErrRefreshDoubt):
		return ActionSignIn
	case errors.Is(err, ErrBudget):
		return ActionPause
	case errors.Is(err, ErrSessionRefused):
		return ActionAskAdmin
	case errors.As(err, &job):
		return job.action()
	}
	if a, ok := classifyAnswer(err); ok {
		return a
	}
	var network *NetworkError
	switch {
	case errors.As(err, &network) && network.stopped:
		return ActionStop
	case network != nil && network.untrusted:
		return ActionAskAdmin
	case network != nil, errors.Is(err, ErrCount), isCSVError(err):
		return ActionRetry
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ActionStop
	}
	return ActionAskAdmin
}

// OutlastsREST says whether err means that a REST query was too much for the org; a bulk job may do better.
func OutlastsREST(err error) bool {
	var refusal *Error
	return errors.As(err, &refusal) && (refusal.ErrorCode == "QUERY_TIMEOUT" || refusal.ErrorCode == "OPERATION_TOO_LARGE")
}

// OrgWide says whether err tells about the org as a whole, so that any other request would meet it too: it cannot be
// reached, is out of service, refuses the sign-in or the API, or has no calls left. It is for errors that have had
// all their tries.
func OrgWide(err error) bool {
	if a := Classify(err); a == ActionSignIn || a == ActionPause || errors.Is(err, ErrSessionRefused) {
		return true
	}
	var auth *AuthError
	if errors.As(err, &auth) {
		return true
	}
	var network *NetworkError
	if errors.As(err, &network) {
		return !network.Sent && !network.stopped
	}
	var refusal *Error
	if !errors.As(err, &refusal) {
		return false
	}
	switch refusal.ErrorCode {
	case "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "LOGIN_MUST_USE_SECURITY_TOKEN", "SERVER_UNAVAILABLE":
		return true
	case "UNSUPPORTED_API_VERSION", "GONE":
		return refusal.Status == http.StatusGone
	case "": // a gateway's page
		return refusal.Status == http.StatusBadGateway || refusal.Status == http.StatusServiceUnavailable || refusal.Status == http.StatusGatewayTimeout
	}
	return false
}

// Unanswered says whether err means that no answer of Salesforce came back at all: the connection broke or stalled, or
// something in between answered in its place.
func Unanswered(err error) bool {
	var network *NetworkError
	if errors.As(err, &network) {
		return !network.stopped
	}
	var refusal *Error
	return errors.As(err, &refusal) && refusal.ErrorCode == "" && refusal.Status >= 300
}

func classifyAnswer(err error) (Action, bool) {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.action(), true
	}
	var auth *AuthError
	if errors.As(err, &auth) {
		if auth.ErrorCode == "rate_limit_exceeded" || auth.Status >= 500 || retryStatus(auth.Status) {
			return ActionRetry, true
		}
		return ActionAskAdmin, true
	}
	return ActionNone, false
}

func (e *Error) action() Action {
	if e.ErrorCode == "REQUEST_LIMIT_EXCEEDED" {
		if strings.Contains(e.Message, "TotalRequests") {
			return ActionPause
		}
		return ActionRetry
	}
	if a, ok := actionOf[e.ErrorCode]; ok {
		return a
	}
	switch {
	case retryStatus(e.Status):
		return ActionRetry
	case e.Status == http.StatusUnauthorized:
		return ActionRefresh
	case e.Status == 0:
		return ActionRecord
	}
	return ActionAskAdmin
}

// retryStatus says whether an HTTP status by itself asks to try again. 420 is Salesforce's "slow down" of old.
func retryStatus(status int) bool {
	switch status {
	case 420, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// refusedForGood says whether the answer proves that a write was not carried out. A gateway's page, or a code that
// says nothing about the transaction, proves nothing.
func (e *Error) refusedForGood() bool {
	switch {
	case e.Status == http.StatusRequestTimeout:
		return false
	case e.Status < 500:
		return true
	case e.ErrorCode == "", e.ErrorCode == "UNKNOWN_EXCEPTION", e.ErrorCode == "REQUEST_RUNNING_TOO_LONG":
		return false
	}
	return true
}
