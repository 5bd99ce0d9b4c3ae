package taxonomy

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	themesLine = regexp.MustCompile(`^themes:[ \t]*(#.*)?\r?$`)
	emptyLine  = regexp.MustCompile(`^themes:[ \t]*(\[[ \t]*\]|null|~)[ \t]*(#.*)?\r?$`)
	topLevel   = regexp.MustCompile(`^[^\s#-]`)
	itemLine   = regexp.MustCompile(`^([ \t]*)- `)
)

// Insert returns the taxonomy file data with e as its last theme. Every other
// line stays as it is, comments and layout included. It fails when data is no
// taxonomy, when e makes it none, or when the themes are written as a flow
// list ([{…}]), which has no line to put it on.
func Insert(data []byte, e Entry) ([]byte, error) {
	old, err := Parse(data)
	if err != nil {
		return nil, err
	}
	if old.Entry(e.ID) != nil {
		return nil, fmt.Errorf("the taxonomy has an entry %q already: give the new one an id of its own", e.ID)
	}
	lines := strings.Split(string(data), "\n")
	end := ""
	if strings.HasSuffix(lines[0], "\r") {
		end = "\r"
	}
	at := slices.IndexFunc(lines, func(l string) bool { return themesLine.MatchString(l) || emptyLine.MatchString(l) })
	indent := "  "
	switch {
	case at < 0 && len(old.Themes) > 0:
		return nil, errors.New("the themes of the taxonomy are written as a flow list: write them as a block, one `- id:` a line")
	case at < 0:
		lines = append(slices.Clip(trimBlank(lines)), "themes:"+end)
		at = len(lines) - 1
	case emptyLine.MatchString(lines[at]):
		lines[at] = "themes:" + end
	}
	last := at
	for i := at + 1; i < len(lines) && !topLevel.MatchString(lines[i]); i++ {
		if m := itemLine.FindStringSubmatch(lines[i]); m != nil && last == at {
			indent = m[1]
		}
		if text := strings.TrimSpace(lines[i]); text != "" && (!strings.HasPrefix(text, "#") || strings.HasPrefix(lines[i], indent+" ")) {
			last = i
		}
	}
	block := e.block(indent)
	for i := range block {
		block[i] += end
	}
	lines = slices.Insert(lines, last+1, block...)
	if lines[len(lines)-1] != "" {
		lines = append(lines, "")
	}
	out := []byte(strings.Join(lines, "\n"))
	grown, err := Parse(out)
	if err != nil {
		return nil, fmt.Errorf("with the entry %q: %w", e.ID, err)
	}
	want := *old
	want.Themes = append(slices.Clone(old.Themes), e)
	if !same(grown, &want) {
		return nil, fmt.Errorf("the entry %q cannot be put into this file without changing what it says: insert it by hand", e.ID)
	}
	return out, nil
}

func trimBlank(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func same(a, b *Taxonomy) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// block writes e as lines of YAML, as the built-in file is written.
func (e *Entry) block(indent string) []string {
	out := []string{indent + "- id: " + scalar(e.ID)}
	add := func(deeper, format string, args ...any) {
		out = append(out, indent+"  "+deeper+fmt.Sprintf(format, args...))
	}
	list := func(deeper, field string, texts []string) {
		if len(texts) == 0 {
			return
		}
		written := make([]string, len(texts))
		for i, text := range texts {
			written[i] = scalar(text)
		}
		add(deeper, "%s: [%s]", field, strings.Join(written, ", "))
	}
	list("", "dimensions", e.Dimensions)
	list("", "pain_points", e.PainPoints)
	for _, f := range [][2]string{{"polarity", e.Polarity}, {"scope", e.Scope}} {
		if f[1] != "" {
			add("", "%s: %s", f[0], scalar(f[1]))
		}
	}
	if e.Alone {
		add("", "alone: true")
	}
	list("", "yields", e.Yields)
	for _, w := range []struct {
		language string
		wording  *Wording
	}{{"zh", &e.ZH}, {"en", &e.EN}} {
		add("", "%s:", w.language)
		add("  ", "name: %s", scalar(w.wording.Name))
		add("  ", "definition: %s", scalar(w.wording.Definition))
		for _, g := range w.wording.groups() {
			list("  ", g.field, g.texts)
		}
	}
	return out
}

// scalar writes text as a YAML scalar: plain when it is letters and single
// spaces alone and no word that YAML reads as something else, quoted otherwise.
func scalar(text string) string {
	plain := text != "" && text == strings.TrimSpace(text) && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(text))
	letters := false
	for i, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters = true
		case i > 0 && (r == ' ' || r == '-'):
		default:
			plain = false
		}
	}
	if plain && letters {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
