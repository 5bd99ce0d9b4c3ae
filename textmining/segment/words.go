package segment

import "io"

// Words reads the words of a lexicon, folded, in the order of its lines, and
// checks them as New does. The name is for error messages.
func Words(name, text string) ([]string, error) {
	read, err := readLexicon(name, text, io.Discard)
	if err != nil {
		return nil, err
	}
	words := make([]string, len(read))
	for i, w := range read {
		words[i] = w.text
	}
	return words, nil
}
