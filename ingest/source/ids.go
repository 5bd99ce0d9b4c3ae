package source

import "hash/maphash"

// maxIDs bounds how many ids are remembered.
const maxIDs = 2_000_000

// seenIDs remembers which records the rows of a file are.
type seenIDs struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
}

// again reports whether a row above has that source and id.
func (s *seenIDs) again(source, id string) bool {
	if id == "" {
		return false
	}
	if s.hashes == nil {
		s.seed, s.hashes = maphash.MakeSeed(), make(map[uint64]struct{})
	}
	h := maphash.Comparable(s.seed, [2]string{source, id})
	_, seen := s.hashes[h]
	if !seen && len(s.hashes) < maxIDs {
		s.hashes[h] = struct{}{}
	}
	return seen
}
