//go:build !linux

package ui

// lowerPriority does nothing: only Linux has a priority for each thread that needs no rights.
func lowerPriority() {}
