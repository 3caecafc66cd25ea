package sshd_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"crmsync/ui/sshd"
)

// startVisit starts a command and waits for the first word it says.
func startVisit(t *testing.T, session *ssh.Session, command string) (in io.WriteCloser, out io.Reader) {
	t.Helper()
	in, err := session.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if out, err = session.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := session.Start(command); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	return in, out
}

// With ControlMaster one connection carries several sessions. The end of one, by itself or for want of keys, ends its
// own context and no other's.
func TestSessionsShareAConnection(t *testing.T) {
	key := newKey(t)
	contexts := make(chan context.Context, 2)
	s := serve(t, sshd.Options{Visit: func(ctx context.Context, visit sshd.Session) int {
		contexts <- ctx
		fmt.Fprint(visit.Out, "in")
		text := make([]byte, 4)
		if _, err := io.ReadFull(visit.In, text); err != nil {
			return 99
		}
		if ctx.Err() != nil {
			return 98
		}
		fmt.Fprintf(visit.Out, "%s %s", visit.Command[0], text)
		return 0
	}}, key)
	client := s.client(key)
	first, second := s.session(client), s.session(client)
	typed, _ := startVisit(t, first, "first")
	ofFirst := <-contexts
	later, out := startVisit(t, second, "second")
	ofSecond := <-contexts
	fmt.Fprint(typed, "done")
	if code := exitStatus(first.Wait()); code != 0 {
		t.Errorf("the first session's exit code is %d", code)
	}
	<-ofFirst.Done() // though its connection is still there
	if err := ofSecond.Err(); err != nil {
		t.Errorf("the second session's context ended with the first: %v", err)
	}
	fmt.Fprint(later, "also")
	if text, err := io.ReadAll(out); err != nil || string(text) != "second also" {
		t.Errorf("the second session said %q, %v", text, err)
	}
	if code := exitStatus(second.Wait()); code != 0 {
		t.Errorf("the second session's exit code is %d", code)
	}
}

// A server that is told to stop tells everybody who is in, whether they share a connection or not.
func TestTheEndOfTheServerIsTold(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Visit: func(ctx context.Context, visit sshd.Session) int {
		fmt.Fprint(visit.Out, "in")
		<-ctx.Done()
		return 0
	}}, key)
	shared := s.client(key)
	sessions := []*ssh.Session{s.session(shared), s.session(shared), s.session(s.client(key))}
	said := make([]bytes.Buffer, len(sessions))
	for i, session := range sessions {
		session.Stderr = &said[i]
		if i == 2 { // on a terminal, as people have it
			if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
				t.Fatal(err)
			}
		}
		startVisit(t, session, "stay")
	}
	s.stop()
	for i, session := range sessions {
		if code := exitStatus(session.Wait()); code != 0 || !strings.Contains(said[i].String(), "the server is being stopped") {
			t.Errorf("session %d: exit code %d, it was told %q", i, code, said[i].String())
		}
	}
	if !strings.HasSuffix(said[2].String(), "\r\n") {
		t.Errorf("on a terminal the line ends with %q", said[2].String())
	}
}

// Who forgot a session finds out why it is gone; who ended it, and who lost a program's argument, hears nothing of that.
func TestAForgottenSessionIsTold(t *testing.T) {
	key := newKey(t)
	s := serve(t, sshd.Options{Idle: 20 * time.Millisecond, Visit: func(ctx context.Context, visit sshd.Session) int {
		if visit.Command[0] == "stay" {
			<-ctx.Done()
		}
		return 0
	}}, key)
	for command, told := range map[string]string{"stay": "no key was pressed for 20ms", "go": ""} {
		session := s.session(s.client(key))
		var said bytes.Buffer
		session.Stderr = &said
		in, err := session.StdinPipe() // an open one, as a terminal's
		if err != nil {
			t.Fatal(err)
		}
		if code := exitStatus(session.Run(command)); code != 0 || !strings.Contains(said.String(), told) || (told == "" && said.Len() > 0) {
			t.Errorf("%s: exit code %d, it was told %q", command, code, said.String())
		}
		in.Close()
	}
}

// Connections that are lost leave no goroutine behind, and no place taken.
func TestLostConnectionsLeaveNoGoroutine(t *testing.T) {
	key := newKey(t)
	entered := make(chan bool)
	s := serve(t, sshd.Options{Sessions: 1, Visit: func(ctx context.Context, _ sshd.Session) int {
		entered <- true
		<-ctx.Done()
		return 0
	}}, key)
	lose := func() {
		client := s.client(key)
		session := s.session(client)
		if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
		if err := session.Start("stay"); err != nil {
			t.Fatal(err)
		}
		<-entered
		client.Conn.Close()
		for end := time.Now().Add(20 * time.Second); strings.Contains(stacks(), "sshd.(*visits)") && time.Now().Before(end); {
			runtime.Gosched()
		}
	}
	for range 20 {
		lose()
	}
	for _, of := range []string{"sshd.(*visits)", "sshd.watchKeys", "sshd.relaySizes"} {
		for end := time.Now().Add(20 * time.Second); strings.Contains(stacks(), of); {
			if time.Now().After(end) {
				t.Fatalf("a goroutine of %s is left:\n%s", of, stacks())
			}
			runtime.Gosched()
		}
	}
}

// stacks are the stacks of all goroutines.
func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}
