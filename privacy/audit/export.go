package audit

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
)

// Export writes a log to a new directory, as tiles (C2SP tlog-tiles): every
// entry, the hashes over them, and the signed checkpoints, of which the largest
// is the one exported up to. Entries behind it are in no checkpoint and are
// left out. The leaves come in order from the first.
//
//	checkpoint                 the largest
//	checkpoints/000000001234   each of them, by size
//	tile/entries/…             entries, 256 a file
//	tile/0/…, tile/1/…         hashes
func Export(dir string, leaves iter.Seq2[[]byte, error], checkpoints []SignedCheckpoint) error {
	if len(checkpoints) == 0 {
		return fmt.Errorf("nothing to export: no checkpoint was signed yet")
	}
	checkpoints = slices.Clone(checkpoints)
	slices.SortStableFunc(checkpoints, func(a, b SignedCheckpoint) int { return cmp.Compare(a.Size, b.Size) })
	last := checkpoints[len(checkpoints)-1]
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	var tree Tree
	if err := exportEntries(dir, leaves, last.Size, &tree); err != nil {
		return err
	}
	if root, err := tree.Root(last.Size); err != nil {
		return err
	} else if root != last.Root {
		return fmt.Errorf("%w: its entries do not make the tree of its own checkpoint of %d entries", ErrForked, last.Size)
	}
	for level := range levels(last.Size) {
		for t := range tilesAt(level, last.Size) {
			data, err := hashTile(t, &tree)
			if err != nil {
				return err
			}
			if err := writeFile(dir, t.path(), data); err != nil {
				return err
			}
		}
	}
	note := checkpoints[0].Note
	for i, c := range checkpoints {
		if i > 0 && c.Size == checkpoints[i-1].Size {
			note = cosigned(note, c.Note)
		} else {
			note = c.Note
		}
		if err := writeFile(dir, checkpointPath(c.Size), note); err != nil {
			return err
		}
	}
	return writeFile(dir, "checkpoint", note)
}

// exportEntries writes the first size entries and gathers their tree.
func exportEntries(dir string, leaves iter.Seq2[[]byte, error], size int64, tree *Tree) error {
	var data []byte
	n := int64(0)
	flush := func() error {
		if len(data) == 0 {
			return nil
		}
		t := tile{-1, (n - 1) / tileWidth, int((n-1)%tileWidth) + 1}
		err := writeFile(dir, t.path(), data)
		data = data[:0]
		return err
	}
	for leaf, err := range leaves {
		if err != nil {
			return err
		}
		if n == size {
			break
		}
		if data, err = appendLeaf(data, leaf); err != nil {
			return err
		}
		if _, err := tree.Append(leaf); err != nil {
			return err
		}
		if n++; n%tileWidth == 0 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if n < size {
		return fmt.Errorf("%w: %d entries, and a checkpoint of %d", ErrBeyond, n, size)
	}
	return flush()
}

func writeFile(dir, path string, data []byte) error {
	path = filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// cosigned adds the signatures of another copy of a note. Copies that differ in
// what they say are left for Verify to find: the first stays.
func cosigned(note, other []byte) []byte {
	text, _, ok := bytes.Cut(note, []byte("\n\n"))
	text2, more, ok2 := bytes.Cut(other, []byte("\n\n"))
	if !ok || !ok2 || !bytes.Equal(text, text2) {
		return note
	}
	note = bytes.Clone(note)
	for line := range bytes.Lines(more) {
		if !bytes.Contains(note, line) {
			note = append(note, line...)
		}
	}
	return note
}
