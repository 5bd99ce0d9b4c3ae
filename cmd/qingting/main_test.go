package main

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// testsAtOnce is how many of the parallel tests run at once, unless -parallel says
// another number: they start servers, and wait for them more than they work.
const testsAtOnce = "4"

// TestMain makes the test binary answer as qingting, so that a script runs the
// real command in a process of its own: "qingting redact FILE", or
// "! qingting …" when it must fail.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", testsAtOnce); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"qingting": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			code := run(ctx, os.Args[1:], &console{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
			stop()
			os.Exit(code)
		},
	})
}

// TestScripts runs each testdata/script/*.txt as a person would type it.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		UpdateScripts:      os.Getenv("UPDATE_SCRIPTS") != "",
	})
}
