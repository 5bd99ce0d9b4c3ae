// Package house holds the tests of the project's shape: which package may
// import which, and what every file owes its reader.
package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// directions says what each part of the tree may import of ours. The longest
// matching prefix counts. A package always may import below itself.
var directions = map[string][]string{
	"qingting/cmd":                  {"qingting/"},
	"qingting/web":                  {"qingting/search", "qingting/textmining", "qingting/internal"},
	"qingting/search":               {"qingting/internal"},
	"qingting/textmining":           {"qingting/internal"},
	"qingting/privacy":              {"qingting/privacy", "qingting/internal"},
	"qingting/ingest":               {"qingting/privacy/vault", "qingting/internal"},
	"qingting/ingest/worker":        {"qingting/ingest", "qingting/privacy", "qingting/textmining", "qingting/internal"},
	"qingting/ingest/custody":       {"qingting/ingest", "qingting/privacy/audit", "qingting/privacy/vault", "qingting/privacy/subject", "qingting/privacy/review", "qingting/privacy/rule", "qingting/textmining/segment", "qingting/textmining/intervention", "qingting/search/synonym", "qingting/internal"},
	"qingting/ingest/amend":         {"qingting/ingest", "qingting/privacy", "qingting/textmining", "qingting/internal"},
	"qingting/ingest/erase":         {"qingting/ingest", "qingting/privacy/audit", "qingting/privacy/subject", "qingting/internal"},
	"qingting/ingest/govern":        {"qingting/ingest", "qingting/privacy/audit", "qingting/privacy/vault", "qingting/privacy/rule", "qingting/internal"},
	"qingting/ingest/ledger":        {"qingting/ingest", "qingting/privacy/audit"},
	"qingting/ingest/settings":      {"qingting/ingest", "qingting/privacy/audit"},
	"qingting/ingest/alert":         {"qingting/ingest", "qingting/textmining/statistics"},
	"qingting/ingest/broker":        {"qingting/internal"},
	"qingting/ingest/source":        {"qingting/ingest", "qingting/internal"},
	"qingting/internal":             {"qingting/internal"},
	"qingting/privacy/vault/unseal": {"qingting/privacy/vault"},
}

// unsealers are the only packages that may import what opens sealed values:
// the officer's commands.
var unsealers = []string{"qingting/cmd/qingting", "qingting/privacy/vault/unseal", "qingting/privacy/vault/internal/genvectors"}

const unseal = "qingting/privacy/vault/unseal"

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "qingting/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportDirections(t *testing.T) {
	all := packages(t)
	if len(all) < 5 {
		t.Fatalf("go list found %d packages", len(all))
	}
	for _, p := range all {
		home, allowed := rule(p.ImportPath)
		if home == "" {
			t.Errorf("%s: no rule says what it may import", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, "qingting/") || under(imp, home) {
				continue
			}
			if imp == unseal && !slices.Contains(unsealers, p.ImportPath) {
				t.Errorf("%s imports %s: only the officer's commands may", p.ImportPath, imp)
			}
			if !slices.ContainsFunc(allowed, func(a string) bool { return under(imp, strings.TrimSuffix(a, "/")) }) {
				t.Errorf("%s imports %s: imports flow one way, see docs/architecture.md", p.ImportPath, imp)
			}
		}
	}
}

func rule(path string) (home string, allowed []string) {
	for prefix, a := range directions {
		if under(path, prefix) && len(prefix) > len(home) {
			home, allowed = prefix, a
		}
	}
	return home, allowed
}

func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
