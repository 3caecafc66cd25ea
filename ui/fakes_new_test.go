package ui

import (
	"context"

	crmsync "crmsync/sync"
)

func (f homeFake) RunNow(_ context.Context, job crmsync.JobKind) (bool, error) {
	_, err := f.note("%s", runNowWords[job].verb)
	return false, err
}

func (f userFake) Add(_ context.Context, seat crmsync.NewSeat) (string, error) {
	return f.note("add %+v", seat)
}
func (f userFake) Remove(_ context.Context, seat string) (string, error) {
	return f.note("remove %s", seat)
}

func (f mineFake) Add(_ context.Context, a crmsync.NewActivity) error {
	_, err := f.note("add %s with %s for %v: %s, %s", a.Kind, a.With, a.Duration, a.Subject, a.Body)
	return err
}

type accessFake struct{ *world }

func (f accessFake) Add(_ context.Context, user crmsync.NewUser) (string, error) {
	return f.note("user %+v", user)
}
func (f accessFake) SetKey(_ context.Context, name, key string) (string, error) {
	return f.note("key of %s: %s", name, key)
}
func (f accessFake) Remove(_ context.Context, name string) (string, error) {
	return f.note("remove user %s", name)
}
