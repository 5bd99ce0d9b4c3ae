package taxonomy

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"qingting/textmining/match"
)

//go:embed taxonomy.default.yaml
var defaultYAML []byte

// DefaultYAML returns a copy of the built-in file, to edit.
func DefaultYAML() []byte { return bytes.Clone(defaultYAML) }

var builtIn = sync.OnceValues(func() (*Taxonomy, error) { return Parse(defaultYAML) })

// Default returns the built-in taxonomy. Its error would be a mistake in the
// built-in file, which a test excludes.
func Default() (*Taxonomy, error) { return builtIn() }

// Load reads a taxonomy file. An empty path means the built-in one.
func Load(path string) (*Taxonomy, error) {
	if path == "" {
		return Default()
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the taxonomy: %w", err)
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("taxonomy %q: %w", path, err)
	}
	return t, nil
}

// Parse reads a taxonomy. A syntax error or an unknown field names its line;
// other mistakes (see Lint) name the entry; all of them are reported together.
func Parse(data []byte) (*Taxonomy, error) {
	t := new(Taxonomy)
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(t); err != nil {
		return nil, fmt.Errorf("malformed taxonomy: %s", strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	if t.Format != Format {
		return nil, fmt.Errorf("taxonomy format is %d; this version reads format %d: set format: %d", t.Format, Format, Format)
	}
	t.index = map[string]*Entry{}
	for _, list := range [][]Entry{t.Dimensions, t.PainPoints, t.Themes, t.Risks} {
		for i := range list {
			t.index[list[i].ID] = &list[i]
		}
	}
	var failures []error
	for _, p := range Lint(t) {
		if p.Severity == Error {
			failures = append(failures, errors.New(p.String()))
		}
	}
	if len(failures) > 0 {
		return nil, errors.Join(failures...)
	}
	canonical, err := json.Marshal(t) // maps in key order, fields in struct order
	if err != nil {
		return nil, fmt.Errorf("cannot hash the taxonomy: %w", err)
	}
	sum := sha256.Sum256(canonical)
	t.version = hex.EncodeToString(sum[:8])
	return t, nil
}

var wordName = regexp.MustCompile(`<([a-z_]+)>`)

// write puts the lists that text names in their place.
func (t *Taxonomy) write(text string) (string, error) {
	var unknown string
	out := wordName.ReplaceAllStringFunc(text, func(m string) string {
		list, ok := t.Words[m[1:len(m)-1]]
		if !ok {
			unknown = m
		}
		return list
	})
	if unknown != "" {
		return "", fmt.Errorf("cue %q names the list %s, which `words` does not define", text, unknown)
	}
	return out, nil
}

// pattern parses one cue as written in the file.
func (t *Taxonomy) pattern(text string) (match.Pattern, error) {
	written, err := t.write(text)
	if err != nil {
		return match.Pattern{}, err
	}
	return match.ParseCue(written)
}
