package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/charmbracelet/keygen"
	"github.com/charmbracelet/ssh"
	"github.com/charmbracelet/wish"
	gossh "golang.org/x/crypto/ssh"

	"crmsync/ui"
)

// Options say who may come in and what they get.
type Options struct {
	// HostKey is the file of the server's own ed25519 key; it is made when it is not there. It belongs into backups:
	// with a new one every visitor's client warns that the host has changed.
	HostKey string
	// Knows reports whether a key may come in, by its fingerprint (SHA256:…). It is asked for each key that a client
	// offers, before the client has proven to have it, so it must not remember anything.
	Knows func(ctx context.Context, fingerprint string) bool
	// Visit serves one session and returns its exit code. Its context ends with the session.
	Visit func(ctx context.Context, session Session) int

	Sessions int           // at most so many at once; 0 = 32
	Idle     time.Duration // a session in which no key was pressed for so long is ended; 0 = 30 minutes
	Longest  time.Duration // of a connection; 0 = 12 hours
	Log      *slog.Logger  // nil = silent; gets fingerprints and addresses, no names
}

// graceful is how long sessions may take to end when the server does.
const graceful = 3 * time.Second

// Serve serves visitors until ctx ends, and returns when the last session has ended.
func Serve(ctx context.Context, listener net.Listener, options Options) error {
	options = options.orDefault()
	if err := PrepareHostKey(options.HostKey); err != nil {
		return errors.Join(err, listener.Close())
	}
	v := &visits{options: options, ctx: ctx, free: make(chan struct{}, options.Sessions)}
	server, err := wish.NewServer(
		wish.WithHostKeyPath(options.HostKey),
		wish.WithPublicKeyAuth(func(_ ssh.Context, key ssh.PublicKey) bool { return options.Knows(ctx, gossh.FingerprintSHA256(key)) }),
		wish.WithIdleTimeout(2*options.Idle), // of the socket; the keys are counted by each session
		wish.WithMaxTimeout(options.Longest),
		wish.WithVersion("crmsync"),
		ssh.EmulatePty(),
		wish.WithMiddleware(func(ssh.Handler) ssh.Handler { return v.handle }),
	)
	if err != nil {
		return fmt.Errorf("start the SSH server: %w", err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
		defer cancel()
		if server.Shutdown(ending) != nil {
			_ = server.Close() // what does not end by itself is cut
		}
		err = <-served
	}
	for range cap(v.free) { // taking every place means that nobody has one, nor gets one any more
		v.free <- struct{}{}
	}
	if errors.Is(err, ssh.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (o Options) orDefault() Options {
	if o.Sessions <= 0 {
		o.Sessions = 32
	}
	if o.Idle <= 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Longest <= 0 {
		o.Longest = 12 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// PrepareHostKey makes the host key in a file, unless it is there.
func PrepareHostKey(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("make the folder of the host key: %w", err)
	}
	if _, err := keygen.New(file, keygen.WithKeyType(keygen.Ed25519), keygen.WithWrite()); err != nil {
		return fmt.Errorf("make the host key %s: %w", file, err)
	}
	return nil
}

// HostFingerprint returns the fingerprint of the host key in a file that Serve has made.
func HostFingerprint(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the host key: %w", err)
	}
	signer, err := gossh.ParsePrivateKey(text)
	if err != nil {
		return "", fmt.Errorf("read the host key %s: %w", file, err)
	}
	return gossh.FingerprintSHA256(signer.PublicKey()), nil
}

// visits are the sessions of one server.
type visits struct {
	options Options
	ctx     context.Context // of the server
	free    chan struct{}   // holds one element for each session
}

// handle serves one session from its begin to its end. What goes wrong in it ends it alone.
func (v *visits) handle(s ssh.Session) {
	select {
	case v.free <- struct{}{}:
		defer func() { <-v.free }()
	default:
		fmt.Fprintf(s.Stderr(), "there are %d sessions already; try again later\n", v.options.Sessions)
		_ = s.Exit(1)
		return
	}
	// The session's own context: that of the library belongs to the connection, which may have other sessions, and
	// does not end with the server.
	ctx, cancel := context.WithCancelCause(v.ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.Context(), func() { cancel(context.Cause(s.Context())) })()
	log := v.options.Log.With("key", gossh.FingerprintSHA256(s.PublicKey()), "from", s.RemoteAddr().String())
	log.Info("a session began", "command", len(s.Command()) > 0)
	code := 1
	defer func() {
		if failure := recover(); failure != nil {
			log.Error("a session failed", "panic", fmt.Sprint(failure), "stack", string(debug.Stack()))
			fmt.Fprint(s.Stderr(), "the session has failed; the server's log says more\n")
		}
		if why := v.farewell(ctx); why != "" {
			fmt.Fprintln(s.Stderr(), why)
		}
		log.Info("a session ended", "code", code)
		_ = s.Exit(code) // fails when the client is gone, and then there is nobody to tell
	}()
	code = v.visit(ctx, cancel, s)
}

// errForgotten ends a session in which no key was pressed for too long.
var errForgotten = errors.New("no key was pressed for too long")

// farewell tells a visitor why a session ended that they did not end themselves; "" when they did. The console has left
// its screen by then, so the words stay where the person reads on.
func (v *visits) farewell(ctx context.Context) string {
	switch {
	case errors.Is(context.Cause(ctx), errForgotten):
		return fmt.Sprintf("crmsync: no key was pressed for %s, so this session was ended; nothing is lost, sign in again", brief(v.options.Idle))
	case v.ctx.Err() != nil:
		return "crmsync: the server is being stopped, so this session was ended; nothing is lost, sign in again when it is back"
	}
	return ""
}

// brief writes a time without its zeros: "30m", not "30m0s".
func brief(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (v *visits) visit(ctx context.Context, cancel context.CancelCauseFunc, s ssh.Session) int {
	keys := watchKeys(ctx, s, v.options.Idle, func() { cancel(errForgotten) })
	session := Session{
		Fingerprint: gossh.FingerprintSHA256(s.PublicKey()), Remote: s.RemoteAddr().String(), Command: s.Command(),
		In: keys, Out: s, Err: s.Stderr(), environment: s.Environ(),
	}
	if pty, windows, ok := s.Pty(); ok {
		sizes := make(chan ui.Size)
		go relaySizes(ctx, windows, sizes)
		session.Terminal = &Terminal{Name: pty.Term, First: ui.Size{Width: pty.Window.Width, Height: pty.Window.Height}, Sizes: sizes}
	}
	return v.options.Visit(ctx, session)
}

// relaySizes hands sizes on until the session ends. It reads on to the channel's end, since the library's loop of
// requests waits for its reader.
func relaySizes(ctx context.Context, windows <-chan ssh.Window, sizes chan<- ui.Size) {
	defer close(sizes)
	for window := range windows {
		select {
		case sizes <- ui.Size{Width: window.Width, Height: window.Height}:
		case <-ctx.Done():
		}
	}
}
