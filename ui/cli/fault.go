package cli

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// guarded runs what a command does. A panic becomes an error that the log tells about; without a log it goes on.
func (a *app) guarded(do func() error) (err error) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		if a.book == nil {
			panic(value)
		}
		trace := a.book.Panic("a command", value, debug.Stack())
		err = &failure{code: "failed.fault", message: fmt.Sprintf("a fault of the program: %v", value), hint: "It is trace " + trace + " in the log, " + a.book.Path() + "; crmsync support-bundle FILE gathers what a report needs."}
	}()
	return do()
}

// watched runs what lasts, such as the engine or the console, with its faults being watched for.
func (s *session) watched(do func() error) error {
	if s.book == nil {
		return do()
	}
	end, err := s.book.Watch()
	if err != nil {
		return fmt.Errorf("watch for faults: %w", err)
	}
	return errors.Join(do(), end())
}
