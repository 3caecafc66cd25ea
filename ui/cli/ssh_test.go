package cli

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/crypto/ssh"

	"crmsync/ui/uitest"
)

// sshServer is "crmsync serve --ssh" on an empty store, in this process.
type sshServer struct {
	t       *testing.T
	dir     string
	address string
	stop    context.CancelFunc
}

// sshUser is somebody with a key.
type sshUser struct {
	name   string
	signer ssh.Signer
	file   string // the private key, as OpenSSH keeps it
}

// addUser makes a key and a user who signs in with it.
func (s *sshServer) addUser(name, role string) sshUser {
	s.t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		s.t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, name)
	if err != nil {
		s.t.Fatal(err)
	}
	user := sshUser{name, signer, filepath.Join(s.t.TempDir(), "key")}
	public := string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	for file, text := range map[string]string{user.file: string(pem.EncodeToMemory(block)), user.file + ".pub": public} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, errs, code := crmsyncIn(s.t, s.dir, "key", "add", name, user.file+".pub", "--role", role); code != ExitOK {
		s.t.Fatalf("key add: %d %s", code, errs)
	}
	return user
}

// crmsyncIn runs a command in this process.
func crmsyncIn(t *testing.T, dir string, args ...string) (out, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"--dir", dir}, args...), strings.NewReader(""), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

var listensOn = regexp.MustCompile(`SSH on (\S+), host key SHA256:`)

// newSSHServer prepares a data directory; start serves it.
func newSSHServer(t *testing.T) *sshServer {
	t.Helper()
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	return &sshServer{t: t, dir: filepath.Join(home, "data")}
}

func (s *sshServer) start() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	s.stop = cancel
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"--dir", s.dir, "serve", "--ssh", ":0"}, strings.NewReader(""), io.Discard, writer)
		writer.Close()
	}()
	s.t.Cleanup(func() {
		cancel()
		if code := <-ended; code != ExitOK && code != ExitInterrupted {
			s.t.Errorf("serve ended with %d", code)
		}
	})
	text, piece := "", make([]byte, 4096)
	for s.address == "" {
		n, err := reader.Read(piece)
		if err != nil {
			s.t.Fatalf("serve said %q and then %v", text, err)
		}
		text += string(piece[:n])
		if found := listensOn.FindStringSubmatch(text); found != nil {
			s.address = found[1]
		}
	}
	go io.Copy(io.Discard, reader)
	if !strings.HasPrefix(s.address, "127.0.0.1:") {
		s.t.Fatalf("a port alone is served at %s, for others as well", s.address)
	}
}

func (s *sshServer) session(user sshUser) *ssh.Session {
	s.t.Helper()
	client, err := ssh.Dial("tcp", s.address, &ssh.ClientConfig{User: user.name, Auth: []ssh.AuthMethod{ssh.PublicKeys(user.signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { client.Close() })
	session, err := client.NewSession()
	if err != nil {
		s.t.Fatal(err)
	}
	return session
}

// runs runs a command over SSH.
func (s *sshServer) runs(user sshUser, command string) (out string, code int) {
	s.t.Helper()
	session := s.session(user)
	var stdout, stderr bytes.Buffer
	session.Stdout, session.Stderr = &stdout, &stderr
	err := session.Run(command)
	var exit *ssh.ExitError
	switch {
	case errors.As(err, &exit):
		return stdout.String() + stderr.String(), exit.ExitStatus()
	case err != nil:
		s.t.Fatal(err)
	}
	return stdout.String() + stderr.String(), ExitOK
}

func TestCommandsOverSSH(t *testing.T) {
	s := newSSHServer(t)
	admin, support := s.addUser("ana", "admin"), s.addUser("sam", "support")
	s.start()
	for _, test := range []struct {
		user    sshUser
		command string
		code    int
		says    string
	}{
		{support, "status --json", ExitNotConnected, `"connect.none"`},
		{admin, "key list", ExitOK, "SHA256:"},
		{support, "settings set import.every_hours 6", ExitForbidden, "sam (support) may not"},
		{admin, "settings set import.every_hours 6", ExitOK, ""},
		{admin, "undo", ExitOK, ""},
		{admin, "network import /etc/passwd --seat a@b.example", ExitForbidden, "not for SSH"},
		{admin, "disconnect --purge", ExitForbidden, "not for SSH"},
		{admin, "--dir /tmp status", ExitForbidden, "--dir is not for SSH"},
		{admin, "key add eve -", ExitForbidden, "not for SSH"},
		{admin, "serve", ExitForbidden, "not for SSH"},
		{admin, "nonsense", ExitUsage, "there is no command"},
	} {
		out, code := s.runs(test.user, test.command)
		if code != test.code || !strings.Contains(out, test.says) {
			t.Errorf("%s: %q: exit code %d, want %d: %s", test.user.name, test.command, code, test.code, out)
		}
	}
	// Who was removed while the server runs does not come in any more.
	if _, errs, code := crmsyncIn(t, s.dir, "key", "remove", "sam"); code != ExitOK {
		t.Fatal(errs)
	}
	if _, err := ssh.Dial("tcp", s.address, &ssh.ClientConfig{User: "sam", Auth: []ssh.AuthMethod{ssh.PublicKeys(support.signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}); err == nil {
		t.Error("a removed key came in")
	}
}

// Over SSH the key says who proposes and who approves.
func TestApprovalsOverSSH(t *testing.T) {
	s := newSSHServer(t)
	ana, bea, sam := s.addUser("ana", "admin"), s.addUser("bea", "admin"), s.addUser("sam", "support")
	s.start()
	for _, command := range []string{"settings set contract.second_admin on", "approvals"} {
		if out, code := s.runs(ana, command); code != ExitOK {
			t.Fatalf("%s: %d %s", command, code, out)
		}
	}
	out, code := s.runs(ana, "writeback disable --json")
	var line struct{ Proposed approvalLine }
	if code != ExitRunning || json.Unmarshal([]byte(out), &line) != nil || line.Proposed.ID == "" {
		t.Fatalf("%d %s", code, out)
	}
	approve := "approvals approve " + line.Proposed.ID + " --yes"
	for _, test := range []struct {
		user sshUser
		code int
	}{{ana, ExitForbidden}, {sam, ExitForbidden}, {bea, ExitOK}, {bea, ExitFailed}} {
		if out, code := s.runs(test.user, approve); code != test.code {
			t.Errorf("%s: exit code %d, want %d: %s", test.user.name, code, test.code, out)
		}
	}
	if out, code := s.runs(sam, "approvals show "+line.Proposed.ID); code != ExitOK || !strings.Contains(out, "decided by bea") {
		t.Errorf("%d %s", code, out)
	}
}

// TestTwoConsolesOverSSH shows the console to two people at once, with different roles, sizes and colours.
func TestTwoConsolesOverSSH(t *testing.T) {
	s := newSSHServer(t)
	users := []sshUser{s.addUser("ana", "admin"), s.addUser("sam", "support")}
	s.start()
	var both gosync.WaitGroup
	for i, user := range users {
		session := s.session(user)
		both.Go(func() {
			if err := watchConsole(session, 24+10*i, 80+30*i, user.name); err != nil {
				t.Errorf("%s: %v", user.name, err)
			}
		})
	}
	both.Wait()
}

// Whoever is at a console when the server stops gets their own screen back, and reads there why.
func TestStoppedServerTellsItsConsoles(t *testing.T) {
	s := newSSHServer(t)
	user := s.addUser("ana", "admin")
	s.start()
	var (
		said [2]bytes.Buffer
		outs [2]io.Reader
	)
	sessions := [2]*ssh.Session{s.session(user), s.session(user)}
	for i, session := range sessions {
		session.Stderr = &said[i]
		if err := session.RequestPty("xterm-256color", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
		var err error
		if outs[i], err = session.StdoutPipe(); err != nil {
			t.Fatal(err)
		}
		if _, err := session.StdinPipe(); err != nil { // an open one, as a terminal's
			t.Fatal(err)
		}
		if err := session.Shell(); err != nil {
			t.Fatal(err)
		}
		for seen, piece := "", make([]byte, 32<<10); !strings.Contains(seen, "ana"); {
			n, err := outs[i].Read(piece)
			if seen += string(piece[:n]); err != nil {
				t.Fatalf("%v after %q", err, seen)
			}
		}
	}
	s.stop()
	for i, session := range sessions {
		rest, err := io.ReadAll(outs[i])
		if err != nil || session.Wait() != nil || !strings.Contains(string(rest), ansi.ResetModeAltScreenSaveCursor) || !strings.Contains(said[i].String(), "the server is being stopped") {
			t.Errorf("session %d was told %q, and its screen got %q (%v)", i, said[i].String(), rest, err)
		}
	}
}

// watchConsole waits for the console with the person's name, resizes, walks through screens and quits.
func watchConsole(session *ssh.Session, height, width int, name string) error {
	defer session.Close()
	defer time.AfterFunc(time.Minute, func() { session.Close() }).Stop() // a console that waits for a key says nothing
	if err := session.RequestPty("vt220", height, width, nil); err != nil {
		return err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return err
	}
	if err := session.Shell(); err != nil {
		return err
	}
	seen := ""
	wait := func(text string) error {
		piece := make([]byte, 32<<10)
		for !strings.Contains(seen, text) {
			n, err := out.Read(piece)
			if seen += string(piece[:n]); err != nil {
				return fmt.Errorf("waiting for %q: %w in %q", text, err, seen)
			}
		}
		seen = ""
		return nil
	}
	if err := wait(name); err != nil {
		return err
	}
	if err := session.WindowChange(height+5, width+10); err != nil {
		return err
	}
	for _, step := range []struct{ keys, shows string }{{"8", "Match floor"}, {"?", "esc"}} {
		if _, err := in.Write([]byte(step.keys)); err != nil {
			return err
		}
		if err := wait(step.shows); err != nil {
			return err
		}
	}
	if _, err := in.Write([]byte{3}); err != nil { // ctrl+c
		return err
	}
	if _, err := io.Copy(io.Discard, out); err != nil {
		return err
	}
	return session.Wait()
}

// TestOpenSSHClient comes in with the client that people have.
func TestOpenSSHClient(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("OpenSSH is not installed")
	}
	s := newSSHServer(t)
	user := s.addUser("ana", "admin")
	s.start()
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	client := []string{"ssh", "-F", "/dev/null", "-p", port, "-i", user.file, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"}
	cmd := exec.Command(client[0], append(client[1:], host, "status", "--json")...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != ExitNotConnected || !strings.Contains(string(out), `"schedule":`) {
		t.Errorf("status of the server's store, which has no org: %v: %s", err, out)
	}
	term := uitest.Start(t, 100, 30, nil, append(client, host)...)
	term.Wait("ana")
	term.Resize(110, 34)
	term.Type("8")
	term.Wait("Match floor")
	term.Keys("C-c")
	term.Wait("EXIT 0")
}
