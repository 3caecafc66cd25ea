package sshd

import (
	"io"
	"strings"

	"crmsync/ui"
)

// Terminal is the visitor's terminal, as the client told it.
type Terminal struct {
	Name  string         // TERM
	First ui.Size        // when the session began
	Sizes <-chan ui.Size // the first and each new size; closed with the session
}

// Session is one session of a visitor. One connection can have several.
type Session struct {
	Fingerprint string    // of the key that signed, as SHA256:…
	Remote      string    // address of the client
	Terminal    *Terminal // nil for a command without one
	Command     []string  // empty for the console
	In          io.Reader
	Out, Err    io.Writer

	environment []string
}

// Environment returns a variable that the client sent, or "". Clients send few by themselves; OpenSSH sends those of
// SendEnv.
func (s Session) Environment(name string) string {
	for _, pair := range s.environment {
		if value, found := strings.CutPrefix(pair, name+"="); found {
			return value
		}
	}
	return ""
}
