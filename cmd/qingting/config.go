package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// configFlag names a YAML file of flags: the names as on the command line,
// without dashes before them. What the command line or the environment says
// counts more than the file.
type configFlag string

// BeforeResolve reads the file before kong asks for the flags that were not given.
func (c configFlag) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	path, ok := ctx.FlagValue(trace.Flag).(configFlag)
	if !ok {
		return errors.New("--config is no file")
	}
	content, err := os.ReadFile(string(path))
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	entries, err := parseConfig(filepath.Base(string(path)), content)
	if err != nil {
		return err
	}
	file := configFile{name: filepath.Base(string(path)), entries: entries}
	ctx.AddResolver(file)
	return file.check(ctx)
}

// configEntry is one line of a configuration: a scalar as a string, a list as
// []any of strings.
type configEntry struct {
	line  int
	value any
}

// parseConfig reads a mapping of names to scalars and lists of scalars.
func parseConfig(name string, content []byte) (map[string]configEntry, error) {
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil {
			return nil, fmt.Errorf("%s:%d: %s", name, syntax.Token.Position.Line, syntax.Message)
		}
		return nil, fmt.Errorf("%s: malformed YAML", name)
	}
	entries := make(map[string]configEntry)
	if len(bytes.TrimSpace(content)) == 0 || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return entries, nil
	}
	if len(file.Docs) > 1 {
		return nil, fmt.Errorf("%s: more than one YAML document", name)
	}
	var lines []*ast.MappingValueNode
	switch body := file.Docs[0].Body.(type) {
	case *ast.MappingNode:
		lines = body.Values
	case *ast.MappingValueNode:
		lines = []*ast.MappingValueNode{body}
	case *ast.CommentGroupNode:
	default:
		return nil, fmt.Errorf("%s:%d: want lines of the form \"flag: value\"", name, body.GetToken().Position.Line)
	}
	for _, l := range lines {
		key, at := l.Key.GetToken().Value, l.Key.GetToken().Position.Line
		if _, twice := entries[key]; twice {
			return nil, fmt.Errorf("%s:%d: %s is there twice", name, at, key)
		}
		value, err := configValue(l.Value)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", name, at, key, err)
		}
		entries[key] = configEntry{line: at, value: value}
	}
	return entries, nil
}

func configValue(n ast.Node) (any, error) {
	switch n := n.(type) {
	case *ast.NullNode:
		return nil, errors.New("has no value: give one, or make the line a comment")
	case *ast.SequenceNode:
		list := []any{}
		for _, v := range n.Values {
			s, ok := configScalar(v)
			if !ok {
				return nil, errors.New("a list may hold texts and numbers only")
			}
			list = append(list, s)
		}
		return list, nil
	}
	s, ok := configScalar(n)
	if !ok {
		return nil, errors.New("want one value, or a list of them")
	}
	return s, nil
}

// configScalar is a scalar as it is written: kong reads it as from the command
// line, so that 1s, 8589934592 and yes mean there what they mean here.
func configScalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// configFile answers kong for the flags of the command that was called.
type configFile struct {
	name    string
	entries map[string]configEntry
}

// Validate implements kong.Resolver.
func (configFile) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (f configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	e, ok := f.entries[flag.Name]
	if !ok || slices.ContainsFunc(flag.Tag.Envs, func(env string) bool { return os.Getenv(env) != "" }) {
		return nil, nil
	}
	return e.value, nil
}

// check reads every line once, for the sake of errors that name the line.
func (f configFile) check(ctx *kong.Context) error {
	flags := make(map[string]*kong.Flag)
	for _, flag := range ctx.Flags() {
		flags[flag.Name] = flag
	}
	names := slices.SortedFunc(maps.Keys(f.entries), func(a, b string) int { return f.entries[a].line - f.entries[b].line })
	for _, name := range names {
		flag := flags[name]
		if flag == nil || name == "help" || name == "config" {
			return fmt.Errorf("%s:%d: %s is no flag of this command; see \"qingting %s --help\"", f.name, f.entries[name].line, name, ctx.Command())
		}
		if err := f.entries[name].check(flag); err != nil {
			return fmt.Errorf("%s:%d: %s: %w", f.name, f.entries[name].line, name, err)
		}
	}
	return nil
}

func (e configEntry) check(flag *kong.Flag) error {
	if _, list := e.value.([]any); list && flag.Target.Kind() != reflect.Slice {
		return errors.New("want one value, not a list")
	}
	trial := reflect.New(flag.Target.Type()).Elem()
	if err := flag.Parse(kong.Scan().PushTyped(e.value, kong.FlagValueToken), trial); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "--"+flag.Name+": "))
	}
	if flag.Enum == "" {
		return nil
	}
	values := []string{fmt.Sprint(trial)}
	if list, ok := trial.Interface().([]string); ok {
		values = list
	}
	for _, v := range values {
		if !flag.EnumMap()[v] {
			return fmt.Errorf("%q is none of %s", v, strings.Join(flag.EnumSlice(), ", "))
		}
	}
	return nil
}
