package sshd

import (
	"context"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Keys alone keep a session: each gives it the whole time again, and time without a key ends it to the second.
func TestKeysKeepASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		typed, press := io.Pipe()
		began := time.Now()
		var ended atomic.Int64 // after how long
		in := watchKeys(ctx, typed, 30*time.Minute, func() { ended.Store(int64(time.Since(began))) })
		for range 3 {
			time.Sleep(29 * time.Minute)
			go func() { _, _ = press.Write([]byte("j")) }()
			if _, err := in.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
		}
		if time.Sleep(29 * time.Minute); ended.Load() != 0 {
			t.Fatalf("ended after %s, though a key was pressed every 29 minutes", time.Duration(ended.Load()))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if want := (3*29 + 30) * time.Minute; time.Duration(ended.Load()) != want {
			t.Errorf("ended after %s, want %s", time.Duration(ended.Load()), want)
		}
	})
}

// A session that ends leaves nobody watching its keys: synctest fails when a goroutine is left.
func TestNobodyWatchesAnEndedSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		watchKeys(ctx, nil, time.Hour, func() { t.Error("ended for want of keys") })
		cancel()
		synctest.Wait()
	})
}

func TestBriefTimes(t *testing.T) {
	for d, want := range map[time.Duration]string{30 * time.Minute: "30m", 2 * time.Hour: "2h", 90 * time.Minute: "1h30m", 20 * time.Second: "20s", 50 * time.Millisecond: "50ms", 100 * time.Minute: "1h40m"} {
		if got := brief(d); got != want {
			t.Errorf("%s is written %q, want %q", d, got, want)
		}
	}
}

// What nobody chose is what the documentation says.
func TestDefaults(t *testing.T) {
	if o := (Options{}).orDefault(); o.Sessions != 32 || o.Idle != 30*time.Minute || o.Longest != 12*time.Hour || o.Log == nil {
		t.Errorf("%+v", o)
	}
}
