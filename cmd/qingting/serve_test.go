package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"qingting/internal/secrets"
)

// TestServeStopsAndGoesOn tells a server to stop, and starts it a second time.
func TestServeStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.nats = []string{"--nats", "nats://" + s.addr}
	for _, records := range []int{40, 80} {
		proc := s.start(t)
		s.awaitListener(t)
		s.publish(t, records-40, 40)
		began := time.Now()
		s.stop(t, proc) // fails when the exit code is not 0
		s.inTime(t, "stopping", began, 10*time.Second)
	}
	s.finish(t)
	checkExactlyOnce(t, s, 80)
}

// TestDataDirectoryRefusals has a second process, another store key and a
// directory that cannot be written.
func TestDataDirectoryRefusals(t *testing.T) {
	s := newSite(t)
	proc := s.start(t)
	s.awaitListener(t)
	s.fails(t, 1, "is in use by another qingting", s.flags...)
	s.stop(t, proc)

	t.Setenv(storeKeyEnv, secrets.NewSecret().Text())
	s.fails(t, 1, "the store key is not the one", s.flags...)
	t.Setenv(storeKeyEnv, "QINGTING-SECRET-1-AAAA")
	s.fails(t, 1, storeKeyEnv, s.flags...)
	t.Setenv(storeKeyEnv, "")

	if os.Geteuid() == 0 { // whom no permission stops: a name that cannot be a directory
		s.fails(t, 1, "data directory", append(s.flags, "--data", "/dev/null/data", "--secrets", filepath.Join(s.dir, "data-secrets"))...)
		return
	}
	closed := filepath.Join(s.dir, "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	s.fails(t, 1, "data directory", append(s.flags, "--data", filepath.Join(closed, "data"), "--secrets", filepath.Join(s.dir, "data-secrets"))...)
}

// TestLockIsFreeAtOnce unlocks a data directory while children are forked, which
// have the lock's file open for a moment.
func TestLockIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var forking sync.WaitGroup
	forking.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				_ = exec.Command(self, "-test.list", "^$").Run() // only its fork matters
			}
		}
	})
	defer forking.Wait()
	defer close(done)
	f := dataFlags{Data: t.TempDir()}
	for began := time.Now(); time.Since(began) < time.Second; {
		unlock, err := f.lock()
		if err != nil {
			t.Fatal("a lock that was given back is held")
		}
		unlock()
	}
}

// TestKilledLockIsFree expects a killed process to leave no lock behind.
func TestKilledLockIsFree(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	proc := s.start(t)
	s.awaitListener(t)
	if err := proc.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = proc.Wait() // "signal: killed"
	again := s.start(t)
	s.awaitListener(t)
	s.stop(t, again)
}
