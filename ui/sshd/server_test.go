package sshd_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"crmsync/ui"
	"crmsync/ui/sshd"
)

// server is a running server and the way in.
type server struct {
	t       *testing.T
	address string
	host    string
	stop    context.CancelFunc
	ended   chan error
}

// serve starts a server that knows the given keys.
func serve(t *testing.T, options sshd.Options, known ...ssh.Signer) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := &server{t: t, address: listener.Addr().String(), host: filepath.Join(t.TempDir(), "keys", "host"), stop: cancel, ended: make(chan error, 1)}
	options.HostKey = s.host
	options.Knows = func(_ context.Context, fingerprint string) bool {
		for _, key := range known {
			if ssh.FingerprintSHA256(key.PublicKey()) == fingerprint {
				return true
			}
		}
		return false
	}
	go func() { s.ended <- sshd.Serve(ctx, listener, options) }()
	t.Cleanup(func() {
		cancel()
		if err := <-s.ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return s
}

func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func (s *server) dial(auth ...ssh.AuthMethod) (*ssh.Client, error) {
	return ssh.Dial("tcp", s.address, &ssh.ClientConfig{User: "anybody", Auth: auth, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
}

func (s *server) client(key ssh.Signer) *ssh.Client {
	s.t.Helper()
	client, err := s.dial(ssh.PublicKeys(key))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { client.Close() })
	return client
}

func (s *server) session(client *ssh.Client) *ssh.Session {
	s.t.Helper()
	session, err := client.NewSession()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { session.Close() })
	return session
}

func exitStatus(err error) int {
	var exit *ssh.ExitError
	if errors.As(err, &exit) {
		return exit.ExitStatus()
	}
	if err != nil {
		return -1
	}
	return 0
}

func TestOnlyKnownKeysComeIn(t *testing.T) {
	key, stranger := newKey(t), newKey(t)
	var seen string
	s := serve(t, sshd.Options{Visit: func(_ context.Context, visit sshd.Session) int {
		seen = visit.Fingerprint
		return 0
	}}, key)
	if _, err := s.dial(ssh.PublicKeys(stranger)); err == nil {
		t.Error("a stranger's key came in")
	}
	if _, err := s.dial(ssh.Password("secret")); err == nil {
		t.Error("a password came in")
	}
	// A client that offers a stranger's key first is who signs, not who was offered.
	client, err := s.dial(ssh.PublicKeys(stranger, key))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := s.session(client).Run("status"); err != nil {
		t.Fatal(err)
	}
	if want := ssh.FingerprintSHA256(key.PublicKey()); seen != want {
		t.Errorf("the visitor is %s, want %s", seen, want)
	}
}

func TestCommandHasOutputAndExitCode(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Visit: func(_ context.Context, visit sshd.Session) int {
		text, err := io.ReadAll(visit.In)
		if err != nil || visit.Terminal != nil {
			return 99
		}
		fmt.Fprintf(visit.Out, "%q %s\n", visit.Command, text)
		fmt.Fprint(visit.Err, "to the other side")
		return 4
	}}, key)
	session := s.session(s.client(key))
	var out, errs bytes.Buffer
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader("input"), &out, &errs
	if code := exitStatus(session.Run(`match show "a b" --json`)); code != 4 {
		t.Errorf("exit code %d", code)
	}
	if got := out.String(); got != `["match" "show" "a b" "--json"] input`+"\n" || errs.String() != "to the other side" {
		t.Errorf("out %q, err %q", got, errs.String())
	}
}

func TestTerminalsOfTwoVisitors(t *testing.T) {
	keys := []ssh.Signer{newKey(t), newKey(t)}
	s := serve(t, sshd.Options{Visit: func(_ context.Context, visit sshd.Session) int {
		fmt.Fprintf(visit.Out, "%s %v|", visit.Terminal.Name, visit.Terminal.First)
		for size := range visit.Terminal.Sizes {
			if size != visit.Terminal.First {
				fmt.Fprintf(visit.Out, "%v|", size)
				break
			}
		}
		text, _ := io.ReadAll(io.LimitReader(visit.In, 3))
		fmt.Fprintf(visit.Out, "%s %s", text, visit.Environment("NO_COLOR"))
		return 0
	}}, keys...)
	results := make(chan string, 2)
	for i, key := range keys {
		client := s.client(key)
		go func() { results <- terminalVisit(client, i) }()
	}
	got := []string{<-results, <-results}
	for i := range keys {
		want := fmt.Sprintf("xterm-%d %v|%v|abc %d", i, ui.Size{Width: 80 + i, Height: 24}, ui.Size{Width: 100 + i, Height: 30}, i)
		if got[0] != want && got[1] != want {
			t.Errorf("got %q, want %q among them", got, want)
		}
	}
}

func terminalVisit(client *ssh.Client, i int) string {
	session, err := client.NewSession()
	if err != nil {
		return err.Error()
	}
	defer session.Close()
	out, err := session.StdoutPipe()
	if err != nil {
		return err.Error()
	}
	in, err := session.StdinPipe()
	if err != nil {
		return err.Error()
	}
	var text bytes.Buffer
	steps := []func() error{
		func() error { return session.Setenv("NO_COLOR", fmt.Sprint(i)) },
		func() error { return session.RequestPty(fmt.Sprintf("xterm-%d", i), 24, 80+i, nil) },
		session.Shell,
		func() error { _, err := io.CopyN(&text, out, 1); return err }, // the session has begun
		func() error { return session.WindowChange(30, 100+i) },
		func() error { _, err := in.Write([]byte("abc")); return err },
		func() error { _, err := io.Copy(&text, out); return err },
		session.Wait,
	}
	for n, step := range steps {
		if err := step(); err != nil {
			return fmt.Sprintf("step %d: %v", n, err)
		}
	}
	return text.String()
}

func TestWhatGoesWrongEndsOneSessionOnly(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Visit: func(_ context.Context, visit sshd.Session) int {
		if visit.Command[0] == "fail" {
			panic("on purpose")
		}
		return 0
	}}, key)
	client := s.client(key)
	if code := exitStatus(s.session(client).Run("fail")); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if err := s.session(client).Run("go on"); err != nil {
		t.Errorf("the next session: %v", err)
	}
}

func TestNoForwardingNoSubsystem(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Visit: func(context.Context, sshd.Session) int { return 0 }}, key)
	client := s.client(key)
	if connection, err := client.Dial("tcp", s.address); err == nil {
		connection.Close()
		t.Error("a port was forwarded")
	}
	if listener, err := client.Listen("tcp", "127.0.0.1:0"); err == nil {
		listener.Close()
		t.Error("a port was opened")
	}
	if err := s.session(client).RequestSubsystem("sftp"); err == nil {
		t.Error("sftp was started")
	}
}

func TestSessionsAreBounded(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Sessions: 1, Visit: func(ctx context.Context, visit sshd.Session) int {
		fmt.Fprint(visit.Out, "in")
		<-ctx.Done()
		return 0
	}}, key)
	first := s.session(s.client(key))
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start("stay"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	second := s.session(s.client(key))
	var errs bytes.Buffer
	second.Stderr = &errs
	if code := exitStatus(second.Run("stay")); code != 1 || !strings.Contains(errs.String(), "1 sessions already") {
		t.Errorf("exit code %d, %q", code, errs.String())
	}
}

func TestAForgottenSessionEnds(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Idle: 50 * time.Millisecond, Visit: func(ctx context.Context, visit sshd.Session) int {
		for ctx.Err() == nil { // frames flow all the time
			fmt.Fprint(visit.Out, ".")
			runtime.Gosched()
		}
		return 7
	}}, key)
	session := s.session(s.client(key))
	session.Stdout = io.Discard
	if code := exitStatus(session.Run("watch")); code != 7 {
		t.Errorf("exit code %d", code)
	}
}

func TestLostConnectionsLeaveNothing(t *testing.T) {
	key := newKey(t)
	entered, left := make(chan bool, 20), make(chan bool, 20)
	s := serve(t, sshd.Options{Visit: func(ctx context.Context, _ sshd.Session) int {
		entered <- true
		<-ctx.Done()
		left <- true
		return 0
	}}, key)
	for range 5 {
		client := s.client(key)
		if err := s.session(client).Start("stay"); err != nil {
			t.Fatal(err)
		}
		<-entered
		client.Conn.Close()
		<-left
	}
}

func TestHostKeyStays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "host")
	var prints []string
	for range 2 {
		if err := sshd.PrepareHostKey(file); err != nil {
			t.Fatal(err)
		}
		print, err := sshd.HostFingerprint(file)
		if err != nil {
			t.Fatal(err)
		}
		prints = append(prints, print)
	}
	if prints[0] != prints[1] || !strings.HasPrefix(prints[0], "SHA256:") {
		t.Errorf("%v", prints)
	}
}
