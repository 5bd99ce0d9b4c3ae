package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"qingting/ingest/custody"
	"qingting/ingest/govern"
	"qingting/ingest/settings"
)

// readRegister reads the register of sources and its revision.
func readRegister(ctx context.Context, client *custody.Client) (*govern.Register, uint64, error) {
	now, err := client.Governed(ctx, settings.Sources)
	if err != nil {
		return nil, 0, err
	}
	r, err := govern.ParseRegister(now.Data)
	return r, now.Revision, err
}

// readRetention reads the retention; nil when none was ever set.
func readRetention(ctx context.Context, client *custody.Client) (*govern.Retention, custody.Governed, error) {
	now, err := client.Governed(ctx, settings.Retention)
	if err != nil || now.Data == nil {
		return nil, now, err
	}
	r, err := govern.ParseRetention(now.Data)
	return r, now, err
}

// changeRegister has the register changed by whoever change says how; the
// problems of what it leaves behind are told.
func changeRegister(ctx context.Context, con *console, where custodyFlags, why reasonFlags, object string, change func(*govern.Register) error) error {
	client, closeClient, err := where.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r, revision, err := readRegister(ctx, client)
	if err != nil {
		return err
	}
	if err := change(r); err != nil {
		return err
	}
	data, err := r.Encode()
	if err != nil {
		return err
	}
	if _, err := govern.ParseRegister(data); err != nil {
		return usageError{err}
	}
	_, err = client.Govern(ctx, why.request(), settings.Sources, data, revision, object)
	return err
}

// tellProblems prints what an auditor would ask about, and reports whether
// anything there is an error.
func tellProblems(con *console, all []govern.Problem) (wrong bool) {
	for _, p := range all {
		kind := "warning"
		if p.Error {
			kind, wrong = "error", true
		}
		fmt.Fprintf(con.Err, "%s: %s: %s\n", p.Source, kind, p.Text)
	}
	return wrong
}

// readSources reads a register, or a list of sources, from a file.
func readSources(path string) (*govern.Register, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errors.New(path + " is empty")
	}
	r, err := govern.ParseRegister(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
