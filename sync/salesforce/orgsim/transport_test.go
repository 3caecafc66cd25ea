package orgsim_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

func TestPathsAreCleanedWithoutRedirect(t *testing.T) {
	s := serve(t, orgsim.Config{})
	for _, path := range []string{"//services/data/v67.0/limits", data + "/limits/", "/services//data/v67.0//limits//", data + "/query/?q=SELECT+Id+FROM+Organization"} {
		if a := s.do("GET", path, nil); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	a := s.do("POST", data+"/composite/sobjects/", map[string]any{"records": []any{map[string]any{"attributes": map[string]string{"type": "Task"}, "Subject": "x"}}}).want(200)
	if a.list()[0]["success"] != true {
		t.Errorf("%s", a.body)
	}
}

func TestVersions(t *testing.T) {
	s := serve(t, orgsim.Config{})
	all := s.do("GET", "/services/data", nil, "Authorization", "").want(200)
	if all.header.Get("Sforce-Limit-Info") != "" {
		t.Error("the versions resource has no Sforce-Limit-Info")
	}
	labels := map[string]string{}
	for _, v := range all.list() {
		labels[v["version"].(string)] = v["label"].(string)
	}
	if labels["67.0"] != "Summer '26" || labels["68.0"] != "Winter '27" || len(labels) != 19 {
		t.Errorf("versions %v", labels)
	}
	for path, status := range map[string]int{"v50.0": 200, "v51.0": 200, "v68.0": 200, "v49.0": 410, "v30.0": 410, "v69.0": 404, "v67": 404, "67.0": 404, "v67.5": 404} {
		if a := s.do("GET", "/services/data/"+path+"/limits", nil); a.status != status {
			t.Errorf("%s: %d, want %d", path, a.status, status)
		}
	}
	if root := s.do("GET", data, nil).want(200).object(); root["query"] != data+"/query" {
		t.Errorf("root %v", root)
	}
}

func TestAuthorizationHeader(t *testing.T) {
	s := serve(t, orgsim.Config{})
	for header, status := range map[string]int{"Bearer " + s.login.AccessToken: 200, "OAuth " + s.login.AccessToken: 200, "bearer " + s.login.AccessToken: 200,
		"": 401, "Basic abc": 401, "Bearer nonsense": 401} {
		a := s.do("GET", data+"/limits", nil, "Authorization", header)
		if a.status != status || status == 401 && a.code() != "INVALID_SESSION_ID" {
			t.Errorf("%q: %d %s", header, a.status, a.body)
		}
	}
}

func TestGzip(t *testing.T) {
	s := serve(t, orgsim.Config{})
	var zipped bytes.Buffer
	out := gzip.NewWriter(&zipped)
	_, _ = out.Write([]byte(`{"operation":"query","query":"SELECT Id FROM Lead"}`))
	_ = out.Close()
	s.do("POST", data+"/jobs/query", zipped.Bytes(), "Content-Encoding", "gzip").want(200)
	s.do("POST", data+"/jobs/query", []byte("not gzip"), "Content-Encoding", "gzip").want(400)
	s.do("GET", data+"/limits", nil, "Content-Encoding", "gzip").want(200)
	a := s.do("GET", data+"/limits", nil, "Accept-Encoding", "gzip").want(200)
	if a.header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed though asked for")
	}
	in, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(in); err != nil || !strings.Contains(string(text), "DailyApiRequests") {
		t.Fatalf("%s, %v", text, err)
	}
	if a := s.do("GET", data+"/limits", nil, "Accept-Encoding", "identity").want(200); a.header.Get("Content-Encoding") != "" {
		t.Fatal("compressed though not asked for")
	}
}

func TestHeaders(t *testing.T) {
	s := serve(t, orgsim.Config{DailyRequests: 3})
	a := s.do("GET", data+"/limits", nil).want(200)
	if got := a.header.Get("Date"); got != "Tue, 24 Nov 2026 12:00:00 GMT" {
		t.Errorf("Date %q", got)
	}
	if got := a.header.Get("Content-Type"); got != "application/json;charset=UTF-8" {
		t.Errorf("Content-Type %q", got)
	}
	if got := a.header.Get("Sforce-Limit-Info"); got != "api-usage=1/3" {
		t.Errorf("Sforce-Limit-Info %q", got)
	}
	if got := a.object()["DailyApiRequests"].(map[string]any); got["Max"] != 3.0 || got["Remaining"] != 2.0 {
		t.Errorf("limits %v", got)
	}
	s.do("GET", data+"/limits", nil).want(200)
	s.do("GET", data+"/limits", nil).want(200)
	if a := s.do("GET", data+"/limits", nil).want(403); a.code() != "REQUEST_LIMIT_EXCEEDED" {
		t.Errorf("%s", a.body)
	}
	s.clock.add(25 * time.Hour)
	s.refreshed().do("GET", data+"/limits", nil).want(200)
}

// refreshed is the org with a new session, for when the clock was moved far.
func (s *served) refreshed() *served {
	s.t.Helper()
	login, err := s.org.Credentials(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	fresh := *s
	fresh.login = login
	return &fresh
}

func TestErrorsOfTheTransport(t *testing.T) {
	s := serve(t, orgsim.Config{})
	cases := []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", data + "/nothing", 404, "NOT_FOUND"},
		{"GET", "/other", 404, "NOT_FOUND"},
		{"DELETE", data + "/query", 405, "METHOD_NOT_ALLOWED"},
		{"GET", data + "/sobjects/Nothing__c/describe", 404, "NOT_FOUND"},
		{"GET", data + "/query?q=" + strings.Repeat("a", 17000), 414, "URI_TOO_LONG"},
		{"GET", data + "/query", 400, "MALFORMED_QUERY"},
	}
	for _, c := range cases {
		if a := s.do(c.method, c.path, nil); a.status != c.status || a.code() != c.code {
			t.Errorf("%s %.40s: %d %s", c.method, c.path, a.status, a.body)
		}
	}
}

func TestPlainHTTPIsForThisMachineAlone(t *testing.T) {
	org, err := orgsim.New(orgsim.Config{Contacts: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/services/data", "/admin/scenarios"} {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr = "192.0.2.7:1234"
		w := httptest.NewRecorder()
		org.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("%s over plain HTTP from elsewhere: %d", path, w.Code)
		}
		r.TLS = &tls.ConnectionState{}
		w = httptest.NewRecorder()
		org.Handler().ServeHTTP(w, r)
		if want := map[string]int{"/services/data": 200, "/admin/scenarios": 403}[path]; w.Code != want {
			t.Errorf("%s over TLS from elsewhere: %d, want %d", path, w.Code, want)
		}
	}
}

func TestServeOverTLS(t *testing.T) {
	org, err := orgsim.New(orgsim.Config{Contacts: 50})
	if err != nil {
		t.Fatal(err)
	}
	config, ca, err := orgsim.SelfSigned(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- org.Serve(ctx, tls.NewListener(listener, config)) }()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		t.Fatal("the authority's certificate cannot be read")
	}
	base := "https://" + listener.Addr().String()
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	credentials, err := org.Credentials(base)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.PostForm(base+"/services/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {credentials.ClientID},
		"refresh_token": {credentials.RefreshToken}})
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	if err := response.Body.Close(); err != nil || !strings.Contains(string(body), `"instance_url":"`+base+`"`) {
		t.Fatalf("%s, %v", body, err)
	}
	client.CloseIdleConnections()
	cancel()
	if err := <-served; err != nil {
		t.Fatalf("Serve returned %v", err)
	}
}
