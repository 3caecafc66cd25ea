package orgsim

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// apiError is an error as the REST API answers it.
type apiError struct {
	Status  int      `json:"-"`
	Message string   `json:"message"`
	Code    string   `json:"errorCode"`
	Fields  []string `json:"fields,omitempty"`
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, format string, args ...any) *apiError {
	return &apiError{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// errNotFound is the answer for a resource the API does not have.
var errNotFound = refuse(http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")

// errMethod is the answer for a method the resource does not have.
func errMethod(method string) *apiError {
	return refuse(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "HTTP Method '%s' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE", method)
}

const jsonType = "application/json;charset=UTF-8"

// write sends an answer as JSON.
func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer) // the client is gone: nobody to tell
}

// fail sends an error, in an array as the REST API does.
func fail(w http.ResponseWriter, err *apiError) {
	write(w, err.Status, []*apiError{err})
}

// decode reads a JSON body of at most limit bytes.
func decode(w http.ResponseWriter, r *http.Request, limit int64, into any) *apiError {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return refuse(http.StatusBadRequest, "JSON_PARSER_ERROR", "Unexpected content in the request body: %v", err)
	}
	return nil
}
