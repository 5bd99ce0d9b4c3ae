package taxonomy

import (
	"fmt"
	"slices"
	"strings"
)

// Replace returns the taxonomy file data with e in the place of the theme of its
// id. Every line outside that theme stays as it is, comments and layout included;
// comments within it go. It fails when data is no taxonomy, has no such theme, or is
// none with e.
func Replace(data []byte, e Entry) ([]byte, error) {
	old, err := Parse(data)
	if err != nil {
		return nil, err
	}
	index := slices.IndexFunc(old.Themes, func(t Entry) bool { return t.ID == e.ID })
	if index < 0 {
		return nil, fmt.Errorf("the taxonomy has no theme %q", e.ID)
	}
	lines := strings.Split(string(data), "\n")
	end := ""
	if strings.HasSuffix(lines[0], "\r") {
		end = "\r"
	}
	at := slices.IndexFunc(lines, func(l string) bool { return themesLine.MatchString(l) })
	if at < 0 {
		return nil, fmt.Errorf("the themes of the taxonomy are written as a flow list: write them as a block, one `- id:` a line")
	}
	indent, item, first, last := "", -1, -1, -1
	for i := at + 1; i < len(lines) && !topLevel.MatchString(lines[i]); i++ {
		if m := itemLine.FindStringSubmatch(lines[i]); m != nil && (item < 0 || m[1] == indent) {
			indent = m[1]
			if item++; item == index {
				first = i
			} else if item > index {
				break
			}
		}
		if text := strings.TrimSpace(lines[i]); item == index && text != "" && (!strings.HasPrefix(text, "#") || strings.HasPrefix(lines[i], indent+" ")) {
			last = i
		}
	}
	if first < 0 {
		return nil, fmt.Errorf("the theme %q cannot be found in the file: change it by hand", e.ID)
	}
	block := e.block(indent)
	for i := range block {
		block[i] += end
	}
	out := []byte(strings.Join(slices.Concat(lines[:first], block, lines[last+1:]), "\n"))
	grown, err := Parse(out)
	if err != nil {
		return nil, fmt.Errorf("with the entry %q: %w", e.ID, err)
	}
	want := *old
	want.Themes = slices.Clone(old.Themes)
	want.Themes[index] = e
	if !same(grown, &want) {
		return nil, fmt.Errorf("the entry %q cannot be put into this file without changing what it says: change it by hand", e.ID)
	}
	return out, nil
}
