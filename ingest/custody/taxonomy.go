package custody

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// cleanTaxonomy refuses a taxonomy in which something reads as personal data that
// neither the built-in one nor the one in place has: everybody who may read
// themes reads names, definitions and cues, and no erasure reaches them.
func (s *Service) cleanTaxonomy(next, now []byte) error {
	known := map[string]bool{}
	for _, old := range [][]byte{s.cfg.Taxonomy, now} {
		// What is in place can be read, and if not, nothing in it is known.
		if said, err := phrasesOf(old); err == nil {
			for _, p := range said {
				known[p.text] = true
			}
		}
	}
	said, err := phrasesOf(next)
	if err != nil {
		return err
	}
	for _, p := range said {
		if !known[p.text] && s.cfg.Clean(p.text) != p.text {
			return fmt.Errorf("%s reads as personal data, which a taxonomy must not hold: leave it out", p.place)
		}
	}
	return nil
}

// phrase is something that a taxonomy says, and where.
type phrase struct{ text, place string }

// phrasesOf lists the strings of a taxonomy, cues taken apart into what may stand
// in a text, and its comments.
func phrasesOf(data []byte) ([]phrase, error) {
	var tree any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, errors.New("the taxonomy cannot be read; \"qingting themes lint\" says where")
	}
	out := walk(nil, tree, "the taxonomy")
	for i, line := range strings.Split(string(data), "\n") {
		if _, comment, ok := strings.Cut(line, "#"); ok {
			out = append(out, phrase{strings.TrimSpace(comment), fmt.Sprintf("the comment in line %d", i+1)})
		}
	}
	return out, nil
}

// walk adds what is below node. The nearest entry with an id names the place.
func walk(out []phrase, node any, place string) []phrase {
	switch v := node.(type) {
	case map[string]any:
		if id, ok := v["id"].(string); ok && validID(id) {
			place = "something of " + id
		}
		for key, below := range v {
			out = append(out, phrase{key, place})
			out = walk(out, below, place)
		}
	case []any:
		for _, below := range v {
			out = walk(out, below, place)
		}
	case nil:
	default:
		text := fmt.Sprint(v)
		out = append(out, phrase{text, place})
		if parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("()|<>~", r) }); len(parts) > 1 {
			for _, p := range parts {
				out = append(out, phrase{strings.TrimSpace(p), place})
			}
		}
	}
	return out
}

// validID says that a name is of the form that ids have, so that an error can
// repeat it.
func validID(id string) bool {
	return len(id) <= 64 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz-") == ""
}
