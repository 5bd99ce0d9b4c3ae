package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// parseServe reads a serve command line as the program does.
func parseServe(t testing.TB, args ...string) (serveCmd, *kong.Context, error) {
	t.Helper()
	var cmds struct {
		Serve serveCmd `cmd:""`
	}
	parser, err := kong.New(&cmds, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(append([]string{"serve"}, args...))
	return cmds.Serve, parsed, err
}

const exampleConfig = "../../docs/qingting.example.yaml"

func TestExampleConfigParses(t *testing.T) {
	got, _, err := parseServe(t, "--config", exampleConfig)
	if err != nil {
		t.Fatal(err)
	}
	if got.Data != "/var/lib/qingting" || got.Listen != "127.0.0.1:4222" || !slices.Equal(got.Roles, []string{"ingest", "index", "web"}) {
		t.Errorf("read as %+v", got)
	}
}

var commented = regexp.MustCompile(`(?m)^#([a-z-]+: )`)

// TestExampleConfigNamesEveryFlag makes every line count: then each flag is
// named, each value is one that its flag takes, and each shown default is true.
func TestExampleConfigNamesEveryFlag(t *testing.T) {
	text, err := os.ReadFile(exampleConfig)
	if err != nil {
		t.Fatal(err)
	}
	all := commented.ReplaceAll(text, []byte("$1"))
	if _, _, err := parseServe(t, "--config", configOf(t, string(all))); err != nil {
		t.Error(err)
	}
	entries, err := parseConfig("example", all)
	if err != nil {
		t.Fatal(err)
	}
	_, parsed, err := parseServe(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range parsed.Flags() {
		if _, named := entries[flag.Name]; !named && flag.Name != "help" && flag.Name != "config" {
			t.Errorf("the example does not name %s", flag.Name)
		}
	}
}

func configOf(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigMistakes(t *testing.T) {
	for content, want := range map[string]string{
		"roles: [ingest]\nrolls: x":      "c.yaml:2: rolls is no flag",
		"replicas: x":                    "c.yaml:1: replicas: expected a valid 64 bit int",
		"replicas: 3\nreplicas: 3":       "c.yaml:2: ",
		"replicas: [3]":                  "c.yaml:1: replicas: want one value, not a list",
		"\nroles: [ingest, bed]":         `c.yaml:2: roles: "bed" is none of ingest, index, web`,
		"roles: {a: b}":                  "c.yaml:1: roles: want one value",
		"roles: [[a]]":                   "c.yaml:1: roles: a list may hold",
		"data:":                          "c.yaml:1: data: has no value",
		"ack-wait: 3":                    "missing unit",
		"log-level: loud":                "c.yaml:1: log-level:",
		"- a":                            "c.yaml:1: want lines",
		"data: \"":                       "c.yaml:1: ",
		"help: true":                     "c.yaml:1: help is no flag",
		"config: other.yaml":             "c.yaml:1: config is no flag",
		"data: a\n---\ndata: b":          "more than one YAML document",
		"data: a\n  b: c\n\troles: [web": "c.yaml:",
	} {
		_, _, err := parseServe(t, "--config", configOf(t, content))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", content, err, want)
		}
	}
}

// TestConfigCountsLeast has the command line and the environment win.
func TestConfigCountsLeast(t *testing.T) {
	t.Setenv("QINGTING_RECIPIENTS", "by-environment")
	got, _, err := parseServe(t, "--config", configOf(t, "data: by-file\nrecipients: by-file\nsecrets: by-file\nroles: index,web"), "--data", "by-line")
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"by-line", "by-environment", "by-file", []string{"index", "web"}}
	if diff := cmp.Diff(want, []any{got.Data, got.Recipients, got.Secrets, got.Roles}); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// FuzzConfig expects an error or entries, and never a panic.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{"", "a: b", "a: [b, 1, true]", "a: |\n  b", "&x a: *x", "? a\n: b", "a: !!str 1", "{a: b}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		entries, err := parseConfig("f", content)
		for name, e := range entries {
			if k := reflect.TypeOf(e.value).Kind(); err != nil || k != reflect.String && k != reflect.Slice {
				t.Errorf("%q: %v (%v)", name, e.value, err)
			}
		}
	})
}
