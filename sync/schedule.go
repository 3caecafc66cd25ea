package sync

import "time"

// cadence says how often a job is due. Spread moves each tick by a random part
// of itself, so that many installations do not call at the same second: a
// positive spread moves it later, a negative one earlier.
type cadence struct {
	every    time.Duration
	spread   time.Duration
	shortest time.Duration // never sooner than this after the last start
	longest  time.Duration // never later than this after the last start; 0 = no bound
}

// importCadence is S66: hours after the last import began, never under one.
func importCadence(hours int) cadence {
	every := time.Duration(hours) * time.Hour
	return cadence{every: every, spread: min(every/100, 5*time.Minute), shortest: time.Hour}
}

// writebackCadence is S83: every two to five minutes.
func writebackCadence(minutes int) cadence {
	every := time.Duration(minutes) * time.Minute
	return cadence{every: every, spread: -every / 20, shortest: 2 * time.Minute, longest: 5 * time.Minute}
}

// next returns when a job that last began at began is due again. chance is
// evenly spread in [0, 1). A job that never began is due at once.
func (c cadence) next(began time.Time, chance float64) time.Time {
	if began.IsZero() {
		return time.Time{}
	}
	wait := c.every + time.Duration(float64(c.spread)*chance)
	wait = max(wait, c.shortest)
	if c.longest > 0 {
		wait = min(wait, c.longest)
	}
	return began.Add(wait)
}

// sane pulls a due time that lies too far ahead back to one period from now.
// It gets there when the clock is set back or the period is made shorter, and
// must not stop a job for longer than one period.
func (c cadence) sane(due, now time.Time) time.Time {
	limit := now.Add(c.every + max(c.spread, 0))
	if due.After(limit) {
		return limit
	}
	return due
}

// retryWait is how long to wait after the n-th failure in a row (n from 1):
// 15 minutes, doubled each time, never longer than the period itself.
func (c cadence) retryWait(failures int) time.Duration {
	wait := min(15*time.Minute, c.every)
	for range failures - 1 {
		if wait >= c.every {
			break
		}
		wait *= 2
	}
	return min(wait, c.every)
}
