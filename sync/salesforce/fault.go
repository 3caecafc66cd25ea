package salesforce

import "errors"

// The kinds of failure that callers tell apart. Match them with errors.Is.
var (
	// ErrNoToken means that nobody has signed in yet: the store holds no token.
	ErrNoToken error = &fault{"salesforce.not_connected", "not connected to Salesforce",
		"Run `crmsync connect` and sign in as the integration user."}

	// ErrRevoked means that Salesforce refuses the sign-in for good: it was revoked in the org, rotated away, or has
	// been idle too long. Only a new sign-in helps; nothing imported is lost.
	ErrRevoked error = &fault{"salesforce.revoked", "Salesforce no longer accepts this sign-in",
		"Run `crmsync connect` and sign in again; the data and the queue are kept, and the sync goes on where it stopped."}

	// ErrRefreshDoubt means that the answer to a token refresh was lost twice. With refresh token rotation the new
	// token is gone with it, and sending the old one once more could end every session of the user.
	ErrRefreshDoubt error = &fault{"salesforce.refresh_doubt", "the answer to a token refresh was lost, so the sign-in cannot be trusted any more",
		"Check the network between here and the login host, then run `crmsync connect` and sign in again."}

	// ErrSessionRefused means that Salesforce refuses the session in a way that a new access token does not cure.
	ErrSessionRefused error = &fault{"salesforce.session_refused", "Salesforce refuses this session for the API",
		"Check in Setup that the app has the scope `api`, that its policies permit the integration user, and that the user's login hours and IP ranges allow this machine."}

	// ErrOutcomeUnknown means that a write left this machine and no trustworthy answer came back: it may have been
	// committed. It must be settled by reading back and never be sent again blindly.
	ErrOutcomeUnknown error = &fault{"salesforce.outcome_unknown", "the request was sent but its answer was lost; it may have been carried out",
		"Nothing needs doing: the item is kept as doubtful and settled by reading it back."}

	// ErrBudget means that a call was held back because the org's API allowance, or our own share of it, is used up.
	ErrBudget error = &fault{"salesforce.budget", "held back to spare the org's API allowance",
		"It goes on by itself when the 24-hour window frees. `crmsync status` shows the meter; the ceiling is a setting."}

	// ErrCount means that a result did not hold the number of rows that Salesforce announced.
	ErrCount error = &fault{"salesforce.count", "the result does not hold the number of rows Salesforce announced",
		"Nothing was advanced; the next run reads the same window again."}

	// ErrJob means that a bulk query job ended as Failed or Aborted.
	ErrJob error = &fault{"salesforce.job", "the bulk query did not complete",
		"The next run reads the same window again. If it keeps failing, look at the job under Setup > Bulk Data Load Jobs."}

	// ErrInsecure means that an address would send data without TLS to another machine.
	ErrInsecure error = &fault{"salesforce.insecure", "the address is not protected by TLS",
		"Use an https address. Plain http is accepted for localhost only."}

	// ErrAddress means that an address is not usable as a host of an org.
	ErrAddress error = &fault{"salesforce.address", "the address is not a usable Salesforce address",
		"Give the org's address, such as https://acme.my.salesforce.com, without a path."}

	// ErrConfig means that the sign-in is not set up completely.
	ErrConfig error = &fault{"salesforce.config", "the sign-in is not set up completely",
		"Create an External Client App in the org and give its consumer key with --client-id; crmsync help connect says how, step by step."}

	// ErrRedirect means that the address the browser ended on does not belong to this sign-in.
	ErrRedirect error = &fault{"salesforce.redirect", "the address does not belong to this sign-in",
		"Paste the whole address of the page the browser ended on, from the sign-in that was started last."}

	// ErrDenied means that the person refused the sign-in in the browser.
	ErrDenied error = &fault{"salesforce.denied", "the sign-in was refused in the browser",
		"Start again and choose Allow as the integration user."}

	// ErrListen means that the port of the redirect address could not be opened on this machine.
	ErrListen error = &fault{"salesforce.listen", "the port for the sign-in's answer cannot be opened",
		"Close what uses the port, or choose another with the redirect setting (it must be registered in the app too), or paste the address the browser ends on."}

	// ErrAnswer means that an answer was not what the API promises.
	ErrAnswer error = &fault{"salesforce.answer", "the answer is not what the Salesforce API promises",
		"Check that the address is an org and no proxy or sign-on page stands in between."}

	// ErrSelect means that an object cannot be read as wanted.
	ErrSelect error = &fault{"salesforce.select", "the object cannot be read",
		"Give the integration user Read and View All on the object, and field access to its system fields."}
)

// fault is an error with a stable code and a hint about what to do. The package's sentinel errors are faults; a
// detailed error wraps one, so that errors.Is finds the kind and errors.As the code and hint.
type fault struct{ code, text, hint string }

func (f *fault) Error() string { return f.text }

// Code returns the stable code of the error, for scripts and logs.
func (f *fault) Code() string { return f.code }

// Hint says what a person can do about the error.
func (f *fault) Hint() string { return f.hint }

// coded finds the code and hint in a chain of errors.
type coded interface {
	Code() string
	Hint() string
}

// codeOf returns the stable code carried by err, or "" when none is.
func codeOf(err error) string {
	var c coded
	if errors.As(err, &c) {
		return c.Code()
	}
	return ""
}
