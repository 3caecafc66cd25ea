package orgsim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"crmsync/sync/salesforce/orgsim/login"
)

// The API versions the org answers. Older ones are retired, newer ones not yet known.
const (
	oldestVersion = 50
	newestVersion = 68
)

// call is one request to the data API of a version by a logged-in user.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	version int
	base    string   // "/services/data/v67.0"
	path    []string // what follows, split at slashes
	user    string   // id of the user the token belongs to
}

// route sends a request to the part of the org that answers it.
func (o *Org) route(w http.ResponseWriter, r *http.Request) {
	switch p := r.URL.Path; {
	case strings.HasPrefix(p, "/admin/"):
		o.admin(w, r)
	case p == "/":
		http.Error(w, "crmsync built-in org", http.StatusOK)
	case p == "/.well-known/openid-configuration":
		o.login.Configuration(w, baseURL(r))
	case strings.HasPrefix(p, "/services/oauth2/"):
		o.oauth(w, r, strings.TrimPrefix(p, "/services/oauth2/"))
	case strings.HasPrefix(p, "/id/"):
		o.identity(w, r)
	case p == "/services/data":
		write(w, http.StatusOK, versions())
	case strings.HasPrefix(p, "/services/data/"):
		o.data(w, r)
	default:
		fail(w, errNotFound)
	}
}

func (o *Org) oauth(w http.ResponseWriter, r *http.Request, endpoint string) {
	if o.faults.strikes(w, r, pointLogin) {
		return
	}
	switch endpoint {
	case "authorize":
		o.login.Authorize(w, r)
	case "token":
		o.token(w, r)
	case "revoke":
		o.login.Revoke(w, r)
	case "introspect":
		o.login.Introspect(w, r, baseURL(r))
	case "userinfo":
		if session, ok := o.session(r); ok {
			o.login.UserInfo(w, baseURL(r), session)
			return
		}
		http.Error(w, "Bad_OAuth_Token", http.StatusForbidden)
	default:
		fail(w, errNotFound)
	}
}

// token answers the token endpoint. Where the answer to a refresh is to be lost, the token is refreshed all the same.
func (o *Org) token(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() == nil && r.PostForm.Get("grant_type") == "refresh_token" && o.faults.take(faultLostRefresh) {
		o.login.Token(unread{http.Header{}}, r, baseURL(r))
		drop(w, r)
	}
	o.login.Token(w, r, baseURL(r))
}

// unread is an answer nobody gets.
type unread struct{ header http.Header }

func (u unread) Header() http.Header         { return u.header }
func (u unread) Write(p []byte) (int, error) { return len(p), nil }
func (u unread) WriteHeader(int)             {}

func (o *Org) identity(w http.ResponseWriter, r *http.Request) {
	session, ok := o.session(r)
	if !ok {
		http.Error(w, "Bad_OAuth_Token", http.StatusForbidden)
		return
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/id/"), "/")
	if len(parts) != 2 || parts[0] != o.id {
		http.Error(w, "Bad_Id", http.StatusNotFound)
		return
	}
	if parts[1] != session.UserID {
		http.Error(w, "Wrong_Org", http.StatusForbidden)
		return
	}
	o.login.Identity(w, baseURL(r), session.UserID)
}

func (o *Org) session(r *http.Request) (login.Session, bool) {
	token, ok := login.Bearer(r.Header.Get("Authorization"))
	if !ok {
		return login.Session{}, false
	}
	return o.login.Session(token)
}

// data checks version and token and counts the request.
func (o *Org) data(w http.ResponseWriter, r *http.Request) {
	rest := strings.TrimPrefix(r.URL.Path, "/services/data/")
	segment, _, _ := strings.Cut(rest, "/")
	version, problem := parseVersion(segment)
	if problem != nil {
		fail(w, problem)
		return
	}
	session, ok := o.session(r)
	if !ok {
		fail(w, refuse(http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid"))
		return
	}
	w.Header().Set("Sforce-Limit-Info", o.usage.spend(o.config.Now()))
	if err := o.saveUsage(saveEvery); err != nil {
		fail(w, refuse(http.StatusInternalServerError, codeUnknown, "%v", err))
		return
	}
	if o.faults.strikes(w, r, pointData) {
		return
	}
	if o.usage.exhausted() {
		fail(w, refuse(http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
		return
	}
	c := &call{w: w, r: r, version: version, base: "/services/data/" + segment, user: session.UserID}
	if tail := strings.TrimPrefix(strings.TrimPrefix(rest, segment), "/"); tail != "" {
		c.path = strings.Split(tail, "/")
	}
	if err := o.resource(c); err != nil {
		fail(w, err)
	}
}

func parseVersion(segment string) (int, *apiError) {
	text, ok := strings.CutPrefix(segment, "v")
	major, fraction, dotted := strings.Cut(text, ".")
	version, err := strconv.Atoi(major)
	if !ok || err != nil || !dotted || fraction != "0" || version > newestVersion {
		return 0, errNotFound
	}
	if version < oldestVersion {
		return 0, refuse(http.StatusGone, "UNSUPPORTED_API_VERSION", "This version of the API has been retired. Use version %d.0 or later.", oldestVersion)
	}
	return version, nil
}

// seasons name the versions: each year has three releases, and the year in the name is one ahead in winter.
var seasons = []string{"Winter", "Spring", "Summer"}

// versions lists the API versions, oldest first.
func versions() []map[string]string {
	var all []map[string]string
	for v := oldestVersion; v <= newestVersion; v++ {
		season, year := seasons[(v-50)%3], 21+(v-50)/3
		all = append(all, map[string]string{
			"label": fmt.Sprintf("%s '%02d", season, year), "url": fmt.Sprintf("/services/data/v%d.0", v), "version": fmt.Sprintf("%d.0", v),
		})
	}
	return all
}

// resource answers one data API request.
func (o *Org) resource(c *call) *apiError {
	if len(c.path) == 0 {
		return o.root(c)
	}
	switch c.path[0] {
	case "sobjects":
		return o.sobjects(c)
	case "limits":
		return o.limits(c)
	case "query":
		return o.query(c, false)
	case "queryAll":
		return o.query(c, true)
	case "tooling":
		return o.tooling(c)
	case "jobs":
		return o.jobs(c)
	case "composite":
		return o.composite(c)
	}
	return errNotFound
}

// root lists the resources of a version.
func (o *Org) root(c *call) *apiError {
	names := map[string]string{"identity": baseURL(c.r) + "/id/" + o.id + "/" + c.user}
	for _, name := range []string{"sobjects", "limits", "query", "queryAll", "tooling", "jobs", "composite"} {
		names[name] = c.base + "/" + name
	}
	write(c.w, http.StatusOK, names)
	return nil
}
