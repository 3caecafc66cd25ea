package salesforce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// errStalled is the cause by which a stall guard ends a request.
var errStalled = errors.New("no data came for too long")

// stallGuard ends a request that makes no progress. An overall deadline would not do: a healthy page may take twenty
// minutes.
type stallGuard struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
	stall  time.Duration
}

func newStallGuard(ctx context.Context, stall time.Duration) (*stallGuard, context.Context) {
	guarded, cancel := context.WithCancelCause(ctx)
	return &stallGuard{timer: time.AfterFunc(time.Hour, func() { cancel(errStalled) }), cancel: cancel, stall: stall}, guarded
}

// expect allows d until the next sign of life.
func (g *stallGuard) expect(d time.Duration) { g.timer.Reset(d) }

// rest stops the watch while nothing is asked of the connection: a consumer may take its time.
func (g *stallGuard) rest() { g.timer.Stop() }

func (g *stallGuard) stop() {
	g.timer.Stop()
	g.cancel(nil)
}

// watchedBody tells the guard of each byte and turns a broken stream into a NetworkError.
type watchedBody struct {
	body  io.ReadCloser
	guard *stallGuard
	host  string
	ctx   context.Context
}

func (w *watchedBody) Read(p []byte) (int, error) {
	w.guard.expect(w.guard.stall)
	n, err := w.body.Read(p)
	w.guard.rest()
	if err != nil && err != io.EOF {
		return n, networkFailure(w.ctx, err, w.host, true)
	}
	return n, err
}

func (w *watchedBody) Close() error { return w.body.Close() }

// maxJSON bounds an answer that is decoded whole. A page of 2,000 records with long texts stays below it.
const maxJSON = 256 << 20

// decode reads a JSON answer into target.
func decode(resp *answer, target any) error {
	if !isJSON(resp.Header) {
		return fmt.Errorf("%w: the content type is %q, not JSON", ErrAnswer, printable(resp.Header.Get("Content-Type")))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxJSON))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, target); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return fmt.Errorf("%w: %s is a %s", ErrAnswer, printable(kind.Field), kind.Value)
		}
		return fmt.Errorf("%w: the JSON is broken", ErrAnswer)
	}
	return nil
}

func isJSON(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// answerError is one element of the array by which the REST API refuses a request.
type answerError struct {
	ErrorCode  string   `json:"errorCode"`
	StatusCode string   `json:"statusCode"`
	Message    string   `json:"message"`
	Fields     []string `json:"fields"`
}

// refusal reads an answer that is not a success. Errors of the REST API are an array, those of OAuth an object, those
// of an edge server a page; which one is told by the content type.
func refusal(k call, resp *http.Response) error {
	e := &Error{Status: resp.StatusCode, Method: k.method, Path: k.shownPath(), RetryAfter: retryAfter(resp)}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // a cut error is still an error
	if !isJSON(resp.Header) {
		if text := strings.TrimSpace(string(body)); text == "Bad_OAuth_Token" || text == "Missing_OAuth_Token" {
			e.Message = text
		}
		return e
	}
	var list []answerError
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		e.ErrorCode, e.Message, e.Fields = list[0].code(), list[0].Message, list[0].Fields
		e.nameColumn()
		return e
	}
	var object struct {
		answerError
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &object) == nil {
		e.ErrorCode, e.Message, e.Fields = object.code(), object.Message, object.Fields
		if e.ErrorCode == "" {
			e.ErrorCode, e.Message = object.Error, object.Description
		}
	}
	e.ErrorCode = printable(e.ErrorCode)
	return e
}

var noColumn = regexp.MustCompile(`No such column '([A-Za-z][A-Za-z0-9_.]*)'`)

// nameColumn takes from the text of INVALID_FIELD the one thing that is no data: the column that is not there. Where
// the user's language is another than English, the column is not told.
func (e *Error) nameColumn() {
	if e.ErrorCode != "INVALID_FIELD" || len(e.Fields) > 0 {
		return
	}
	if found := noColumn.FindStringSubmatch(e.Message); found != nil {
		e.Fields = []string{found[1]}
	}
}

func (a answerError) code() string {
	if a.ErrorCode != "" {
		return printable(a.ErrorCode)
	}
	return printable(a.StatusCode)
}

// shownPath is what an error may say of the request's address.
func (k call) shownPath() string {
	if k.address != "" {
		return "identity"
	}
	return k.path
}

func retryAfter(resp *http.Response) time.Duration {
	text := resp.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return max(0, at.Sub(now))
}

// observe takes from an answer what it says besides: the API use and the server's clock. The clock of a refusal is not
// taken: an edge server that answers in the org's stead keeps its own time.
func (c *Client) observe(resp *http.Response) {
	usage, counted := ParseLimitInfo(resp.Header.Get("Sforce-Limit-Info"))
	date, err := http.ParseTime(resp.Header.Get("Date"))
	now := c.now()
	c.mu.Lock()
	if err == nil && resp.StatusCode < http.StatusMultipleChoices {
		c.server, c.skew = date.UTC(), now.Sub(date).Round(time.Second)
	}
	if counted {
		usage.At = now.UTC()
		c.usage = usage
	}
	c.mu.Unlock()
	if counted && c.governor != nil {
		c.governor.Observe(usage)
	}
}
