package audit

// compare holds the entries and the tiles against the signed checkpoints.
func (v *verification) compare() {
	good, bad := v.agreement(&v.tree)
	if bad == nil {
		v.tiles()
		return
	}
	// The entries are not what was signed. Tiles that are tell which.
	var claimed Tree
	for _, h := range v.claimed {
		if _, err := claimed.appendHash(h); err != nil {
			break // an own tree cannot refuse; it would be short then, and say less
		}
	}
	if _, wrong := v.agreement(&claimed); wrong == nil {
		v.name(v.claimed[:v.newest.Size])
		return
	}
	// Nor are the tiles. What the signatures tell is a range.
	if n := v.tree.Size(); n < bad.Size {
		v.fault(Truncated, min(good, n), v.newest.Size-1, "%d of the entries %d to %d are missing, and their hashes with them: a copy of the tiles from before tells which",
			v.newest.Size-n, min(good, n), v.newest.Size-1)
		return
	}
	v.fault(Altered, good, bad.Size-1, "of the entries %d to %d not all are what was signed, and the tiles of hashes were changed with them: "+
		"a copy of the tiles from before tells which", good, bad.Size-1)
}

// agreement is the largest checkpoint that a tree agrees with up to the first
// that it does not, and that one; nil when it agrees with all.
func (v *verification) agreement(t *Tree) (good int64, bad *SignedCheckpoint) {
	for i := range v.signed {
		s := &v.signed[i]
		root, err := t.Root(s.Size)
		if err != nil || root != s.Root {
			return good, s
		}
		good = s.Size
	}
	return good, nil
}

// tiles checks the tiles of hashes, when the entries are as signed.
func (v *verification) tiles() {
	for level := range levels(v.newest.Size) {
		for t := range tilesAt(level, v.newest.Size) {
			data, name, err := v.tile(t.level, t.index)
			if err != nil || name == "" {
				v.fault(Damaged, -1, -1, "%s is missing", t.path())
				continue
			}
			want, err := hashTile(t, &v.tree)
			if err != nil || len(data) < len(want) || string(data[:len(want)]) != string(want) {
				v.fault(Damaged, -1, -1, "%s does not hold the hashes of the entries", name)
			}
		}
	}
	if v.broken {
		v.fault(Damaged, -1, -1, "a tile of entries does not end where it must")
	}
}

// name tells what was done, entry by entry, from hashes that are as signed.
func (v *verification) name(want []Hash) {
	have := v.leaves
	first := 0
	for first < len(want) && first < len(have) && want[first] == have[first] {
		first++
	}
	// What follows the last difference is the same from behind.
	end := 0
	for end < len(want)-first && end < len(have)-first && want[len(want)-1-end] == have[len(have)-1-end] {
		end++
	}
	wanted, found := want[first:len(want)-end], have[first:len(have)-end]
	at := func(i int) int64 { return int64(first + i) }
	switch {
	case len(found) == 0 && end == 0:
		v.fault(Truncated, at(0), int64(len(want)-1), "entries %d to %d are missing at the end", first, len(want)-1)
		return
	case len(found) == 0:
		v.fault(Dropped, at(0), at(len(wanted)-1), "entries %d to %d are gone", first, first+len(wanted)-1)
		return
	case len(wanted) == 0:
		v.fault(Added, at(0), at(len(found)-1), "entries %d to %d were put in", first, first+len(found)-1)
		return
	case len(wanted) != len(found):
		v.pieces(wanted, found, at)
		return
	}
	place := map[Hash]int{}
	for i, h := range wanted {
		place[h] = i
	}
	for i, h := range found {
		if h == wanted[i] {
			continue
		}
		if from, ok := place[h]; ok {
			v.fault(Moved, at(i), at(i), "entry %d stands where entry %d was signed", at(from), at(i))
		} else {
			v.fault(Altered, at(i), at(i), "entry %d is not what was signed", at(i))
		}
	}
}

// pieces tells what was done when entries are gone or came and others changed:
// by which of the signed ones are still there.
func (v *verification) pieces(wanted, found []Hash, at func(int) int64) {
	there := map[Hash]bool{}
	for _, h := range found {
		there[h] = true
	}
	for i, h := range wanted {
		if !there[h] {
			v.fault(Dropped, at(i), at(i), "entry %d is gone or not what was signed", at(i))
		}
	}
	signed := map[Hash]bool{}
	for _, h := range wanted {
		signed[h] = true
	}
	for i, h := range found {
		if !signed[h] {
			v.fault(Added, at(i), at(i), "what stands as entry %d was never signed", at(i))
		}
	}
	if v.report.OK() { // all there, one of them twice
		v.fault(Moved, at(0), at(len(found)-1), "entries %d to %d do not stand as signed", at(0), at(len(found)-1))
	}
}
