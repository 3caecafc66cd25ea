package cli

import (
	"context"
	"slices"
	"strings"
)

// bytePushes is how often a key is pressed for the middle of its bytes, unless fewer keys were asked for.
const bytePushes = 24

// list counts the bytes of a list that fills the screen.
func (b *consoleBench) list(ctx context.Context, t *benchTerminal) error {
	if err := t.open(ctx, "F", "NAME"); err != nil {
		return err
	}
	// The search takes letters at once; down goes to its list.
	if _, err := t.press(ctx, "\x1b[B", func(screen string) bool { return !strings.Contains(screen, "goes to the list") }); err != nil {
		return err
	}
	if err := t.rest(ctx); err != nil {
		return err
	}
	return b.count(ctx, t, "network",
		series{"cursor", "j", bytePushes, 350}, series{"to the edge", "\x04\x04\x04", 1, 0}, series{"scroll", "j", bytePushes, 400}, series{"page", "\x1b[6~", bytePushes, 4000})
}

// evidence counts the bytes of the list of matches with the evidence beside it.
func (b *consoleBench) evidence(ctx context.Context, t *benchTerminal) error {
	if err := t.open(ctx, "4", "SCORE"); err != nil {
		return err
	}
	return b.count(ctx, t, "matches",
		series{"cursor", "j", bytePushes, 2500}, series{"to the edge", "\x04\x04\x04", 1, 0}, series{"scroll", "j", bytePushes, 2500}, series{"page", "\x1b[6~", bytePushes, 0})
}

// open presses the key of a screen and waits for it, and for all that comes with it.
func (t *benchTerminal) open(ctx context.Context, key, shows string) error {
	before, _ := t.written()
	if _, err := t.file.WriteString(key); err != nil {
		return err
	}
	if _, err := t.wait(ctx, before, shows); err != nil {
		return err
	}
	return t.rest(ctx)
}

// series is one key pressed some times; a bound of 0 is none, and no bound and one time is only a move.
type series struct {
	name, key string
	times     int
	bound     int
}

// count presses each key of the series and waits after each until nothing more comes of it.
func (b *consoleBench) count(ctx context.Context, t *benchTerminal, screen string, all ...series) error {
	for _, s := range all {
		var sizes []int
		for range min(s.times, b.pushes) {
			before, _ := t.written()
			from := at(t.text())
			if _, err := t.press(ctx, s.key, func(screen string) bool { return at(screen) != from }); err != nil {
				return err
			}
			if err := t.rest(ctx); err != nil {
				return err
			}
			after, _ := t.written()
			sizes = append(sizes, after-before)
		}
		if s.times > 1 {
			slices.Sort(sizes)
			b.Bytes = append(b.Bytes, moved{screen, s.name, sizes[len(sizes)/2], sizes[len(sizes)-1], s.bound})
		}
	}
	return nil
}
