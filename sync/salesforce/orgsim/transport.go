package orgsim

import (
	"compress/gzip"
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
)

// Handler returns the org as an HTTP handler. Addresses in its answers are built from the host of each request.
// Over plain HTTP it answers loopback clients only.
func (o *Org) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", o.config.Now().UTC().Format(http.TimeFormat))
		if r.TLS == nil && !isLoopback(r.RemoteAddr) {
			fail(w, refuse(http.StatusForbidden, "UNSUPPORTED_CLIENT", "TLS is required: plain HTTP is for this machine alone"))
			return
		}
		r = cleaned(r)
		if err := unzip(r); err != nil {
			fail(w, refuse(http.StatusBadRequest, codeUnknown, "the request body says gzip but is not: %v", err))
			return
		}
		answer, finish := zip(w, r)
		o.route(answer, r)
		finish() // not deferred: an answer that a fault cuts off must not end well
	})
}

// cleaned returns the request with double slashes and a slash at the end taken off its path, as Salesforce reads it.
// It must come before any router: a redirect would lose the body of a POST.
func cleaned(r *http.Request) *http.Request {
	clean := path.Clean("/" + r.URL.Path)
	if clean == r.URL.Path && r.URL.RawPath == "" {
		return r
	}
	copied := *r
	address := *r.URL
	address.Path, address.RawPath = clean, ""
	copied.URL = &address
	return &copied
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// baseURL is the org's own address as the client sees it.
func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// unzip undoes gzip on the request's body. Some clients claim gzip for a body that is not there.
func unzip(r *http.Request) error {
	if !strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") || r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	body, err := gzip.NewReader(r.Body)
	if errors.Is(err, io.EOF) {
		r.Body = http.NoBody
		return nil
	}
	if err != nil {
		return err
	}
	r.Body, r.ContentLength = struct {
		io.Reader
		io.Closer
	}{body, r.Body}, -1
	r.Header.Del("Content-Encoding")
	return nil
}

// zip compresses the answer if the client asks for it. finish must be called at the end.
func zip(w http.ResponseWriter, r *http.Request) (answer http.ResponseWriter, finish func()) {
	if !strings.Contains(strings.ToLower(r.Header.Get("Accept-Encoding")), "gzip") {
		return w, func() {}
	}
	zipped := &zipWriter{ResponseWriter: w}
	return zipped, zipped.finish
}

// zipWriter compresses an answer once its first byte is written, so that an empty one stays empty.
type zipWriter struct {
	http.ResponseWriter
	status int
	out    *gzip.Writer
}

func (z *zipWriter) WriteHeader(status int) { z.status = status }

func (z *zipWriter) Write(p []byte) (int, error) {
	if z.out == nil {
		z.Header().Set("Content-Encoding", "gzip")
		z.Header().Del("Content-Length")
		z.sendHeader()
		z.out, _ = gzip.NewWriterLevel(z.ResponseWriter, gzip.BestSpeed) // the level is a valid one
	}
	return z.out.Write(p)
}

// FlushError sends what was written so far, as http.ResponseController asks for it.
func (z *zipWriter) FlushError() error {
	if z.out != nil {
		if err := z.out.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(z.ResponseWriter).Flush()
}

func (z *zipWriter) sendHeader() {
	if z.status != 0 {
		z.ResponseWriter.WriteHeader(z.status)
	}
}

func (z *zipWriter) finish() {
	if z.out == nil {
		z.sendHeader()
		return
	}
	_ = z.out.Close() // the client is gone: nobody to tell
}
