package sync

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	gosync "sync"
	"time"
)

// wireStrike is what happens to one request between the process and the org.
type wireStrike int

const (
	strikeNone       wireStrike = iota
	strikeDrop                  // the connection dies before the org sees the request
	strikeLose                  // the org does it, the answer is lost
	strikeLate                  // the connection dies, the org does it up to ten minutes later
	strikeCut                   // the answer ends in the middle
	strikeRefuse                // 503
	strikeKillBefore            // the process dies before the org sees the request
	strikeKillAfter             // the org does it, the process dies before the answer
	strikeKillInside            // the process dies inside the answer
	strikeKillLate              // the process dies, the org does it up to ten minutes later
)

// Strikes that a client survives, and those that kill it.
var (
	wireFaults = []wireStrike{strikeDrop, strikeLose, strikeLate, strikeCut, strikeRefuse}
	wireKills  = []wireStrike{strikeKillBefore, strikeKillAfter, strikeKillInside, strikeKillLate}
)

// wire stands between the processes that are killed and the org.
type wire struct {
	org http.Handler

	mu      gosync.Mutex
	idle    *gosync.Cond       // told when the org has nothing to do
	busy    int                // requests that the org is still doing
	writes  bool               // count only the requests that write
	seen    int                // requests counted since the round began
	strikes map[int]wireStrike // by number of the request
	kill    func()
	delay   func() time.Duration // how late a late request comes
	now     func() time.Time
	late    []lateRequest
}

// lateRequest is a request whose connection is dead and that the org will commit all the same.
type lateRequest struct {
	due     time.Time
	request *http.Request
	body    []byte
}

func newWire(org http.Handler, now func() time.Time, delay func() time.Duration) *wire {
	w := &wire{org: org, now: now, delay: delay}
	w.idle = gosync.NewCond(&w.mu)
	return w
}

// round arms the wire: what happens to which request, counting all or only those that write.
func (w *wire) round(strikes map[int]wireStrike, writes bool, kill func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen, w.strikes, w.writes, w.kill = 0, strikes, writes, kill
}

// quiet disarms the wire and waits until the org has done what it was asked.
func (w *wire) quiet() {
	w.round(nil, false, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.busy > 0 {
		w.idle.Wait()
	}
}

func (w *wire) enter(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy += n
	if w.busy == 0 {
		w.idle.Broadcast()
	}
}

func (w *wire) next(r *http.Request) (wireStrike, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.writes && r.Method != http.MethodPost {
		return strikeNone, w.kill
	}
	w.seen++
	return w.strikes[w.seen], w.kill
}

// ServeHTTP implements http.Handler.
func (w *wire) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	w.enter(1)
	defer w.enter(-1)
	strike, kill := w.next(r)
	switch strike {
	case strikeNone:
		w.org.ServeHTTP(to, r)
		return
	case strikeRefuse:
		to.Header().Set("Date", w.now().UTC().Format(http.TimeFormat))
		http.Error(to, "<html>maintenance</html>", http.StatusServiceUnavailable)
		return
	case strikeKillBefore:
		kill()
	case strikeLate, strikeKillLate:
		w.postpone(r)
		if strike == strikeKillLate {
			kill()
		}
	case strikeLose, strikeKillAfter, strikeCut, strikeKillInside:
		w.answer(to, r, strike, kill)
	}
	panic(http.ErrAbortHandler) // as net/http ends a connection without an answer
}

// answer lets the org do the request and spoils what it says.
func (w *wire) answer(to http.ResponseWriter, r *http.Request, strike wireStrike, kill func()) {
	said := httptest.NewRecorder()
	w.org.ServeHTTP(said, r)
	if strike == strikeCut || strike == strikeKillInside {
		for name, values := range said.Header() {
			to.Header()[name] = values
		}
		to.WriteHeader(said.Code)
		_, _ = to.Write(said.Body.Bytes()[:said.Body.Len()/2])
		if flusher, ok := to.(http.Flusher); ok {
			flusher.Flush()
		}
	}
	if strike == strikeKillAfter || strike == strikeKillInside {
		kill()
	}
}

// postpone keeps a request for later. What only reads is not worth keeping.
func (w *wire) postpone(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	kept := httptest.NewRequest(r.Method, r.URL.String(), nil)
	kept.Header, kept.Host = r.Header.Clone(), r.Host
	w.late = append(w.late, lateRequest{due: w.now().Add(w.delay()), request: kept, body: body})
}

// arrive hands the org what has come late by now.
func (w *wire) arrive() {
	w.mu.Lock()
	var due, rest []lateRequest
	for _, one := range w.late {
		if one.due.After(w.now()) {
			rest = append(rest, one)
		} else {
			due = append(due, one)
		}
	}
	w.late = rest
	w.mu.Unlock()
	for _, one := range due {
		one.request.Body = io.NopCloser(bytes.NewReader(one.body))
		one.request.ContentLength = int64(len(one.body))
		w.org.ServeHTTP(httptest.NewRecorder(), one.request)
	}
}
