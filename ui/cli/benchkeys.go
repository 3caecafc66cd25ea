package cli

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// keysOf presses keys on the list of the network and on the matches with their evidence, and searches: first
// one by one, to count the bytes of each with all that it leads to, then as a fast hand does, for the times.
func (b *consoleBench) keysOf(ctx context.Context, t *benchTerminal) error {
	if _, err := t.wait(ctx, 0, "Needs you"); err != nil {
		return err
	}
	var hand hand
	steps := []func() error{
		func() error { return b.list(ctx, t) },
		func() error { return hand.walk(ctx, t, b.pushes) },
		func() error { return b.evidence(ctx, t) },
		func() error { return hand.walk(ctx, t, b.pushes) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	var busy typist
	if err := busy.search(ctx, t, b.pushes); err != nil {
		return err
	}
	b.Key, b.Busy = spreadOf(hand.times), spreadOf(busy.times)
	b.PeakRSS = t.peak()
	return nil
}

// position is where a list stands: "3 of 1,204", or "3 of …" before it was counted.
var position = regexp.MustCompile(`([0-9][0-9,]*) of [0-9…]`)

// at reads the position off a screen; 0 where it shows none.
func at(screen string) int {
	found := position.FindAllStringSubmatch(screen, -1)
	if len(found) == 0 {
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(found[len(found)-1][1], ",", ""))
	if err != nil {
		return 0 // more digits than a list has rows
	}
	return n
}

// pause is a time between two keys of a fast hand, or of a key that is held: 8 to 40 ms.
func pause() time.Duration { return 8*time.Millisecond + rand.N(32*time.Millisecond) } //nolint:gosec // a measure

// sleep waits, unless ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hand walks a list fast, without waiting for what the cursor leads to, and keeps the time of each key.
type hand struct{ times []float64 }

// walk goes down by rows and by pages, and up again. The position says whether a key was done.
func (h *hand) walk(ctx context.Context, t *benchTerminal, pushes int) error {
	keys := []struct {
		key   string
		times int
		down  bool
	}{{"j", 20, true}, {"\x1b[6~", 20, true}, {"k", 20, false}, {"\x1b[5~", 15, false}}
	for left := pushes; left > 0; {
		for _, k := range keys {
			for range min(k.times, left) {
				from := at(t.text())
				took, err := t.press(ctx, k.key, func(screen string) bool {
					now := at(screen)
					return k.down && now > from || !k.down && now < from
				})
				if err != nil {
					return fmt.Errorf("at row %d: %w", from, err)
				}
				h.times = append(h.times, milliseconds(took))
				if err := sleep(ctx, pause()); err != nil {
					return err
				}
				left--
			}
		}
	}
	return nil
}

// typist types into a search field while what was typed before is being looked for.
type typist struct{ times []float64 }

// search types a filter that looks through everything, again and again.
func (y *typist) search(ctx context.Context, t *benchTerminal, pushes int) error {
	field := func(text string) func(string) bool {
		return func(screen string) bool { return strings.Contains(screen, "/ "+text) }
	}
	const empty = "    "
	if _, err := t.press(ctx, "/\x15", field(empty)); err != nil {
		return err
	}
	const word = "miller 99"
	for i := range pushes {
		key, shows := string(word[i%len(word)]), word[:i%len(word)+1]
		if i%len(word) == len(word)-1 {
			key, shows = "\x15", empty // the field is emptied
		}
		took, err := t.press(ctx, key, field(shows))
		if err != nil {
			return err
		}
		y.times = append(y.times, milliseconds(took))
		if err := sleep(ctx, 85*time.Millisecond+pause()); err != nil { // long enough for the search to begin
			return err
		}
	}
	_, err := t.press(ctx, "\x1b", func(screen string) bool { return at(screen) > 0 })
	return err
}
