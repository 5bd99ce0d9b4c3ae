package audit

import (
	"fmt"
	"io/fs"
	"iter"
)

// Leaves reads the first size entries of an export, in order. It verifies
// nothing: Verify does.
func Leaves(export fs.FS, size int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		n := int64(0)
		for t := range tilesAt(-1, size) {
			v := verification{export: export}
			data, name, err := v.tile(t.level, t.index)
			if err != nil {
				yield(nil, err)
				return
			}
			leaves, _ := splitLeaves(data)
			if len(leaves) < t.width {
				yield(nil, fmt.Errorf("%w: the export's %s has no entry %d", ErrBeyond, name, n+int64(len(leaves))))
				return
			}
			for _, leaf := range leaves[:t.width] {
				if !yield(leaf, nil) {
					return
				}
				n++
			}
		}
	}
}
