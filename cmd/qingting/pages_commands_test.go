package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var shownCommand = regexp.MustCompile(`<code>\{\{"qingting ([^"]+)"\}\}</code>`)

// What the pages tell people to run is what this program takes: the command is there, its
// flags are, and none that it requires is left out.
func TestCommandsOnPages(t *testing.T) {
	var cmds commands
	parser, err := kong.New(&cmds, kong.Exit(func(int) {}), kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../web/templates/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shownCommand.FindAllStringSubmatch(string(text), -1) {
			found++
			for _, why := range commandFaults(parser.Model.Node, strings.Fields(m[1])) {
				t.Errorf("%s: qingting %s: %s", filepath.Base(file), m[1], why)
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d commands were found", found)
	}
	for _, wrong := range []string{"nothing", "keys", "keys rotate --reason x", "console --identity officer.key --reason x", "requests note R-1"} {
		if len(commandFaults(parser.Model.Node, strings.Fields(wrong))) == 0 {
			t.Errorf("%q passes", wrong)
		}
	}
}

// commandFaults says what of a command line the program would not take.
func commandFaults(node *kong.Node, words []string) (faults []string) {
	for len(words) > 0 && len(node.Children) > 0 {
		var next *kong.Node
		for _, child := range node.Children {
			if child.Name == words[0] {
				next = child
			}
		}
		if next == nil {
			return []string{"there is no command " + words[0]}
		}
		node, words = next, words[1:]
	}
	if len(node.Children) > 0 {
		return []string{"it is several commands"}
	}
	flags, given, positional := map[string]*kong.Flag{}, map[string]bool{}, 0
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			flags["--"+f.Name] = f
			if f.Short != 0 {
				flags["-"+string(f.Short)] = f
			}
		}
	}
	for i := 0; i < len(words); i++ {
		f, there := flags[words[i]]
		switch {
		case there:
			given[f.Name] = true
			if !f.IsBool() {
				i++
			}
		case strings.HasPrefix(words[i], "-"):
			faults = append(faults, "there is no flag "+words[i])
		default:
			positional++
		}
	}
	for name, f := range flags {
		if strings.HasPrefix(name, "--") && f.Required && !given[f.Name] {
			faults = append(faults, "it requires "+name)
		}
	}
	needed := 0
	for _, p := range node.Positional {
		if p.Required {
			needed++
		}
	}
	if positional < needed {
		faults = append(faults, "an argument is missing")
	}
	return faults
}
