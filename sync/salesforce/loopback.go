package salesforce

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Loopback waits on this machine for the browser to come back from a sign-in.
type Loopback struct {
	authorization *Authorization
	server        *http.Server
	answers       chan redirectAnswer
	closeOnce     sync.Once
	stop          chan struct{}
	done          chan struct{}
}

type redirectAnswer struct {
	code string
	err  error
}

// Listen opens the port of the redirect address on the loopback interface, and only there. The listener ends with
// Close or with ctx.
func (z *Authorization) Listen(ctx context.Context) (*Loopback, error) {
	u, err := url.Parse(z.RedirectURL())
	if err != nil || u.Scheme != "http" || !isLoopback(u.Hostname()) {
		return nil, fmt.Errorf("%w: the redirect address is not on this machine", ErrListen)
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	listeners, err := listenLoopback(ctx, u.Hostname(), port)
	if err != nil {
		return nil, err
	}
	l := &Loopback{authorization: z, answers: make(chan redirectAnswer, 1), stop: make(chan struct{}), done: make(chan struct{})}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	l.server = &http.Server{Handler: l.handler(path), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go l.serve(ctx, listeners)
	return l, nil
}

// listenLoopback binds the port for every loopback address the host name can mean: a browser picks ::1 or 127.0.0.1
// for "localhost" as it likes. A port busy on either is refused, since the answer could go to the stranger.
func listenLoopback(ctx context.Context, host, port string) ([]net.Listener, error) {
	addresses := []string{host}
	if net.ParseIP(host) == nil {
		addresses = []string{"127.0.0.1", "::1"}
	}
	var config net.ListenConfig
	var open []net.Listener
	for i, address := range addresses {
		listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(address, port))
		if err != nil {
			if i > 0 && !portBusy(err) {
				continue // a machine without IPv6
			}
			for _, o := range open {
				_ = o.Close()
			}
			return nil, fmt.Errorf("%w: port %s: %w", ErrListen, port, err)
		}
		open = append(open, listener)
		if port == "0" {
			break
		}
	}
	return open, nil
}

func (l *Loopback) serve(ctx context.Context, listeners []net.Listener) {
	defer close(l.done)
	var running sync.WaitGroup
	for _, listener := range listeners {
		running.Go(func() { _ = l.server.Serve(listener) })
	}
	select {
	case <-ctx.Done():
	case <-l.stop:
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := l.server.Shutdown(grace); err != nil {
		_ = l.server.Close()
	}
	running.Wait()
}

func (l *Loopback) handler(path string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		if r.Method != http.MethodGet || r.URL.EscapedPath() != path {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		code, err := l.authorization.ParseRedirect(r.URL.String())
		if errors.Is(err, ErrRedirect) {
			// Not this sign-in's answer: a stale tab or a stranger. Keep waiting.
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, page("This is not the sign-in that was started last.", "Use the newest address shown in the console."))
			return
		}
		select {
		case l.answers <- redirectAnswer{code, err}:
		default: // the first answer counts
		}
		if err != nil {
			_, _ = fmt.Fprint(w, page("The sign-in was refused.", "You can close this page and look at the console."))
			return
		}
		_, _ = fmt.Fprint(w, page("Signed in.", "You can close this page and go back to the console."))
	})
}

func page(title, text string) string {
	return "<!doctype html><html lang=\"en\"><title>crmsync</title><h1>" + title + "</h1><p>" + text + "</p></html>\n"
}

// Wait returns the code the browser brought. It ends with ctx, with Close, or with the person's refusal (ErrDenied).
func (l *Loopback) Wait(ctx context.Context) (code string, err error) {
	select {
	case a := <-l.answers:
		return a.code, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	case <-l.done:
		select {
		case a := <-l.answers:
			return a.code, a.err
		default:
			return "", fmt.Errorf("%w: it was closed", ErrListen)
		}
	}
}

// Close ends the listener and waits until the browser has its last page.
func (l *Loopback) Close() error {
	l.closeOnce.Do(func() { close(l.stop) })
	<-l.done
	return nil
}

// portBusy says whether a port could not be opened because another program has it, or because it is not allowed.
func portBusy(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}
