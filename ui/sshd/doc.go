// Package sshd serves the console over SSH. It knows keys, sessions and terminals, and nothing of what is
// shown: whoever starts it says which keys are known, and runs the console or a command for each session.
//
// Visitors come in by public key alone; there is no password, no shell, no forwarding, no agent and no
// subsystem. A session with a terminal gets the console, one with a command the command's output and exit
// code. Terminals are emulated (no pseudo-terminal of this machine is opened), so a visitor never reaches a
// program but ours.
package sshd
