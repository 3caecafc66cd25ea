package salesforce_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"crmsync/sync/salesforce"
)

func TestClassifyByCode(t *testing.T) {
	for action, codes := range map[salesforce.Action]string{
		salesforce.ActionRetry:          "UNABLE_TO_LOCK_ROW SERVER_UNAVAILABLE REQUEST_RUNNING_TOO_LONG QUERY_TIMEOUT TOO_MANY_APEX_REQUESTS TXN_SECURITY_METERING_ERROR UNKNOWN_EXCEPTION INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
		salesforce.ActionRefresh:        "INVALID_SESSION_ID",
		salesforce.ActionPause:          "LIMIT_EXCEEDED",
		salesforce.ActionAskAdmin:       "STORAGE_LIMIT_EXCEEDED EXCEEDED_QUOTA API_DISABLED_FOR_ORG API_CURRENTLY_DISABLED INSUFFICIENT_ACCESS_OR_READONLY INVALID_FIELD INVALID_FIELD_FOR_INSERT_UPDATE LICENSE_LIMIT_EXCEEDED LOGIN_MUST_USE_SECURITY_TOKEN",
		salesforce.ActionRecord:         "FIELD_CUSTOM_VALIDATION_EXCEPTION REQUIRED_FIELD_MISSING STRING_TOO_LONG INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST MALFORMED_ID INVALID_CROSS_REFERENCE_KEY INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY FIELD_INTEGRITY_EXCEPTION CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY CANNOT_EXECUTE_FLOW_TRIGGER DUPLICATES_DETECTED CIRCULAR_DEPENDENCY INACTIVE_OWNER_OR_USER SOMETHING_NEW",
		salesforce.ActionRetarget:       "ENTITY_IS_DELETED CANNOT_UPDATE_CONVERTED_LEAD",
		salesforce.ActionWithoutCulprit: "ALL_OR_NONE_OPERATION_ROLLED_BACK",
		salesforce.ActionAlreadyWritten: "DUPLICATE_VALUE",
		salesforce.ActionSplit:          "OPERATION_TOO_LARGE",
	} {
		for code := range strings.FieldsSeq(codes) {
			err := fmt.Errorf("wrapped: %w", &salesforce.Error{ErrorCode: code, Message: "übersetzter Text"})
			if got := salesforce.Classify(err); got != action {
				t.Errorf("%s: %v, want %v", code, got, action)
			}
			var coded interface {
				Code() string
				Hint() string
			}
			if !errors.As(err, &coded) || coded.Code() != "salesforce."+strings.ToLower(code) || coded.Hint() == "" {
				t.Errorf("%s has no code or hint", code)
			}
		}
	}
}

func TestClassifyByStatus(t *testing.T) {
	for status, want := range map[int]salesforce.Action{420: salesforce.ActionRetry, 429: salesforce.ActionRetry, 500: salesforce.ActionRetry, 502: salesforce.ActionRetry,
		503: salesforce.ActionRetry, 504: salesforce.ActionRetry, 401: salesforce.ActionRefresh, 404: salesforce.ActionAskAdmin, 410: salesforce.ActionAskAdmin, 414: salesforce.ActionAskAdmin} {
		err := &salesforce.Error{Status: status}
		if got := salesforce.Classify(err); got != want {
			t.Errorf("HTTP %d: %v, want %v", status, got, want)
		}
		if err.Code() != fmt.Sprintf("salesforce.http_%d", status) {
			t.Errorf("code %s", err.Code())
		}
	}
	for message, want := range map[string]salesforce.Action{"TotalRequests Limit exceeded.": salesforce.ActionPause, "ConcurrentPerOrgLongTxn Limit exceeded.": salesforce.ActionRetry} {
		if got := salesforce.Classify(&salesforce.Error{Status: 403, ErrorCode: "REQUEST_LIMIT_EXCEEDED", Message: message}); got != want {
			t.Errorf("%s: %v", message, got)
		}
	}
	if salesforce.Classify(nil) != salesforce.ActionNone || salesforce.Classify(errors.New("x")) != salesforce.ActionAskAdmin {
		t.Error("nil or a strange error")
	}
}

func TestEveryActionHasAName(t *testing.T) {
	seen := map[string]bool{}
	for a := salesforce.ActionNone; a <= salesforce.ActionStop; a++ {
		if name := a.String(); name == "unknown" || name == "" || seen[name] {
			t.Errorf("action %d is called %q", a, name)
		}
		seen[a.String()] = true
	}
	if salesforce.Action(99).String() != "unknown" {
		t.Error("an action out of range")
	}
}

func TestEveryFaultHasCodeAndHint(t *testing.T) {
	seen := map[string]bool{}
	for _, err := range []error{salesforce.ErrNoToken, salesforce.ErrRevoked, salesforce.ErrRefreshDoubt, salesforce.ErrSessionRefused, salesforce.ErrOutcomeUnknown,
		salesforce.ErrBudget, salesforce.ErrCount, salesforce.ErrJob, salesforce.ErrInsecure, salesforce.ErrAddress, salesforce.ErrConfig, salesforce.ErrRedirect,
		salesforce.ErrDenied, salesforce.ErrListen, salesforce.ErrAnswer, salesforce.ErrSelect} {
		var coded interface {
			Code() string
			Hint() string
		}
		if !errors.As(fmt.Errorf("wrapped: %w", err), &coded) || !strings.HasPrefix(coded.Code(), "salesforce.") || coded.Hint() == "" || seen[coded.Code()] {
			t.Errorf("%v", err)
			continue
		}
		seen[coded.Code()] = true
	}
}

func TestOrgWide(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nothing wrong":         {errors.New("other"), false},
		"not reached":           {&salesforce.NetworkError{Host: "acme", Err: errors.New("connection refused")}, true},
		"broke":                 {&salesforce.NetworkError{Host: "acme", Sent: true, Err: errors.New("reset")}, false},
		"revoked":               {salesforce.ErrRevoked, true},
		"budget":                {salesforce.ErrBudget, true},
		"session refused":       {salesforce.ErrSessionRefused, true},
		"login":                 {&salesforce.AuthError{Status: 400, ErrorCode: "rate_limit_exceeded"}, true},
		"API off":               {&salesforce.Error{Status: 403, ErrorCode: "API_DISABLED_FOR_ORG"}, true},
		"API off for the user":  {&salesforce.Error{Status: 403, ErrorCode: "API_CURRENTLY_DISABLED"}, true},
		"calls spent":           {&salesforce.Error{Status: 403, ErrorCode: "REQUEST_LIMIT_EXCEEDED", Message: "TotalRequests Limit exceeded."}, true},
		"too many at once":      {&salesforce.Error{Status: 403, ErrorCode: "REQUEST_LIMIT_EXCEEDED", Message: "ConcurrentPerOrgLongTxn Limit exceeded."}, false},
		"out of service":        {&salesforce.Error{Status: 503}, true},
		"busy":                  {&salesforce.Error{Status: 503, ErrorCode: "SERVER_UNAVAILABLE"}, true},
		"a field":               {&salesforce.Error{Status: 400, ErrorCode: "INVALID_FIELD"}, false},
		"an object":             {&salesforce.Error{Status: 404, ErrorCode: "NOT_FOUND"}, false},
		"version retired":       {&salesforce.Error{Status: 410, ErrorCode: "UNSUPPORTED_API_VERSION"}, true},
		"failed on this object": {&salesforce.Error{Status: 500, ErrorCode: "UNKNOWN_EXCEPTION"}, false},
	} {
		if got := salesforce.OrgWide(fmt.Errorf("wrapped: %w", c.err)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if hint := (&salesforce.Error{Status: 410, ErrorCode: "UNSUPPORTED_API_VERSION"}).Hint(); !strings.Contains(hint, "newer crmsync") {
		t.Errorf("a retired version: %s", hint)
	}
	for err, want := range map[error]bool{
		&salesforce.NetworkError{Sent: true}:                           true,
		&salesforce.Error{Status: 420}:                                 true,
		&salesforce.Error{Status: 500, ErrorCode: "UNKNOWN_EXCEPTION"}: false,
		salesforce.ErrCount:                                            false,
	} {
		if got := salesforce.Unanswered(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
