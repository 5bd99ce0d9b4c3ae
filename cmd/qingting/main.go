// Command qingting listens to customer feedback without keeping hold of the
// customer. Each subcommand has a file of its own; this one parses, runs and
// maps errors to exit codes: 0 done, 1 failed, 2 usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/nats-io/nats.go"
)

// commands is the command line. Keep it in the order a reader would meet them.
type commands struct {
	Demo          demoCmd          `cmd:"" help:"Run the whole path on a built-in corpus and show the pain points."`
	Serve         serveCmd         `cmd:"" help:"Run the server: take feedback in, index it, show it."`
	Search        searchCmd        `cmd:"" help:"Search the feedback of a running server or a data directory."`
	Suggest       suggestCmd       `cmd:"" help:"Complete what was typed: by characters, pinyin or initials."`
	Saved         savedCmd         `cmd:"" help:"Save searches, and hear of what they newly find."`
	Synonyms      synonymsCmd      `cmd:"" help:"Keep the words that searches take for one another."`
	Themes        themesCmd        `cmd:"" help:"Show the pain points of a running server or a data directory."`
	Trends        trendsCmd        `cmd:"" help:"Show how a theme, or all feedback, went and is likely to go on."`
	Alerts        alertsCmd        `cmd:"" help:"List what the statistics warned of, and follow it."`
	Drivers       driversCmd       `cmd:"" help:"Say which themes move the rating, and by how much."`
	Interventions interventionsCmd `cmd:"" help:"Note actions down, and compare before and after them."`
	Redact        redactCmd        `cmd:"" help:"Take personal data out of texts."`
	Policy        policyCmd        `cmd:"" help:"Check redaction policies, and compare two of them on a file."`
	Annotate      annotateCmd      `cmd:"" help:"Say what texts are about: themes, tone, risks, keywords."`
	Duplicates    duplicatesCmd    `cmd:"" help:"Find texts that are nearly the same: campaigns, and customers who repeat themselves."`
	Lexicon       lexiconCmd       `cmd:"" help:"Keep the words of segmentation: find new ones, try them, accept them."`
	Sentiment     sentimentCmd     `cmd:"" help:"Learn how praise and complaint sound in a field of one's own."`
	Discover      discoverCmd      `cmd:"" help:"Find what texts speak of when no theme says what to look for."`
	Keys          keysCmd          `cmd:"" help:"Make and look at the officers' keys."`
	Reveal        revealCmd        `cmd:"" help:"Open the sealed values of a record, with an officer's identity and a reason."`
	Subject       subjectCmd       `cmd:"" help:"Find, export, correct, restrict and erase what is held about a person."`
	Requests      requestsCmd      `cmd:"" help:"Keep the desk of persons' requests: clocks, identity checks, answers."`
	Users         usersCmd         `cmd:"" help:"Say who may connect, and in which roles."`
	Sources       sourcesCmd       `cmd:"" help:"Keep the register of sources: why, and on what legal ground."`
	Retention     retentionCmd     `cmd:"" help:"Say how long things are kept, and prove that they went."`
	Export        exportCmd        `cmd:"" help:"Write redacted feedback to a file, stamped with grade and k."`
	Rescan        rescanCmd        `cmd:"" help:"Redact anew what is stored, by the present policy and engine."`
	Leaks         leaksCmd         `cmd:"" help:"Look everywhere for personal data in the clear, or for exact values."`
	Breach        breachCmd        `cmd:"" help:"Find out what a leak touches, and draft the notices."`
	SelfAudit     selfAuditCmd     `cmd:"" name:"self-audit" help:"Gather what a self-audit of personal data needs."`
	Audit         auditCmd         `cmd:"" help:"Read, export, prove and verify the ledger."`
	Approve       approveCmd       `cmd:"" help:"Ask for, grant and refuse a second person's consent to a reveal."`
	Console       consoleCmd       `cmd:"" help:"Reveal on a page of this machine: the officer's own process opens, nothing is kept."`
	Dead          deadCmd          `cmd:"" help:"Look after feedback that could not be processed."`
	Publish       publishCmd       `cmd:"" help:"Publish feedback from a file to NATS."`
	Eval          evalCmd          `cmd:"" help:"Measure quality on labelled files."`
	Doctor        doctorCmd        `cmd:"" help:"Check that streams, index and vault agree."`
	Bench         benchCmd         `cmd:"" help:"Measure speed by stage, and the whole path beside bare Bleve."`
	Version       versionCmd       `cmd:"" help:"Print the version."`
}

// console is where a command reads and writes: data on Out, talk on Err.
type console struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	denied atomic.Bool // that the server does not permit something was told on Err
}

// usageError is a mistake in how the command was called: exit code 2.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], &console{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// run parses args and runs the command they name; it returns the exit code.
func run(ctx context.Context, args []string, con *console) int {
	var cmds commands
	exit := -1
	parser, err := kong.New(&cmds,
		kong.Name("qingting"),
		kong.Description("Privacy-preserving feedback and text mining. 倾听客户，不留痕迹。"),
		kong.Writers(con.Out, con.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(con),
	)
	if err != nil {
		fmt.Fprintf(con.Err, "qingting: %v\n", err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(con.Err, "qingting: %v\nRun \"%s --help\" for how it is called.\n", err, commandOf(err))
		return 2
	}
	if err := parsed.Run(); err != nil {
		// The connection was closed because something was denied: that was told.
		if !con.denied.Load() || !errors.Is(err, nats.ErrConnectionClosed) {
			fmt.Fprintf(con.Err, "qingting: %v\n", err)
		}
		var usage usageError
		if errors.As(err, &usage) {
			return 2
		}
		return 1
	}
	return 0
}

// commandOf is the command whose help tells what was called wrongly.
func commandOf(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			return node.FullPath()
		}
	}
	return "qingting"
}
