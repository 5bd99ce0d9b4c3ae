package duplicate

import (
	"cmp"
	"slices"
)

// Forget takes a document out; nothing of its text stays. It reports whether
// the document was there.
func (ix *Index) Forget(id uint64) bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.forget(id, true)
}

// forget takes a document out; what it alone held together parts, or stays.
func (ix *Index) forget(id uint64, part bool) bool {
	d, ok := ix.documents[id]
	if !ok {
		return false
	}
	delete(ix.documents, id)
	if d.shape == noShape {
		return true
	}
	sh := &ix.shapes[d.shape]
	ix.groups[sh.group].documents--
	last := len(sh.members) - 1
	if moved := sh.members[last]; moved != id {
		sh.members[d.at] = moved
		m := ix.documents[moved]
		m.at = d.at
		ix.documents[moved] = m
	}
	sh.members[last] = 0
	if sh.members = sh.members[:last]; last == 0 {
		ix.removeShape(d.shape, part)
	}
	return true
}

// removeShape takes a shape out of its bands and its group, and parts the group
// when it was what held it together and part says so.
func (ix *Index) removeShape(s uint32, part bool) {
	sh := &ix.shapes[s]
	g := ix.groups[sh.group]
	var near []uint32 // what it connected
	if part && len(g.shapes) > 2 {
		for c := range ix.candidates(s) {
			if ix.shapes[c].group == sh.group && ix.alike(s, c) {
				near = append(near, c)
			}
		}
	}
	links := ix.linksOf(s)
	for b := range links {
		l := &links[b]
		if l.next != 0 {
			ix.linksOf(l.next - 1)[b].prev = l.prev
		}
		if l.prev != 0 {
			ix.linksOf(l.prev - 1)[b].next = l.next
		} else {
			ix.bands.set(l.key, l.next)
		}
		*l = link{}
	}
	delete(ix.same, sh.identity)
	moved := g.shapes[len(g.shapes)-1]
	g.shapes[sh.at] = moved
	ix.shapes[moved].at = sh.at
	g.shapes = g.shapes[:len(g.shapes)-1]
	from := sh.group
	clear(sh.set) // the memory may live on
	*sh = shape{}
	ix.free = append(ix.free, s)
	if len(g.shapes) == 0 {
		delete(ix.groups, from)
		return
	}
	if len(near) > 1 {
		ix.part(from, near)
	}
}

// part splits a group into what is still connected. near are the shapes that
// the one that went was like: each part holds one of them, and while they all
// reach each other, nothing falls apart.
func (ix *Index) part(from uint32, near []uint32) {
	left := make(map[uint32]struct{}, len(near))
	for _, s := range near {
		left[s] = struct{}{}
	}
	visited := make(map[uint32]struct{}, len(near))
	parts := [][]uint32{ix.reach(near[0], left, visited)}
	if len(left) == 0 {
		return
	}
	for _, s := range near {
		if _, unreached := left[s]; unreached {
			parts = append(parts, ix.reach(s, left, visited))
		}
	}
	g := ix.groups[from]
	// The last walk ended when nothing was left to reach: the rest is its own.
	for _, s := range g.shapes {
		if _, ok := visited[s]; !ok {
			parts[len(parts)-1] = append(parts[len(parts)-1], s)
		}
	}
	// The part with the oldest document keeps the number.
	slices.SortFunc(parts, func(a, b []uint32) int { return cmp.Compare(ix.oldest(a), ix.oldest(b)) })
	for i, part := range parts {
		to := g
		index := from
		if i > 0 {
			to = ix.newGroup(part[0])
			index = ix.nextGroup
		}
		to.shapes, to.documents = part, 0
		for at, s := range part {
			ix.shapes[s].group, ix.shapes[s].at = index, uint32(at)
			to.documents += len(ix.shapes[s].members)
			if i > 0 && ix.follow != nil {
				for _, id := range ix.shapes[s].members {
					ix.follow.Parted(id, to.number)
				}
			}
		}
	}
}

func (ix *Index) oldest(shapes []uint32) uint64 {
	age := ^uint64(0)
	for _, s := range shapes {
		for _, id := range ix.shapes[s].members {
			age = min(age, ix.documents[id].age)
		}
	}
	return age
}

// reach walks what s is connected with and takes it from left; it ends early
// when nothing is left to reach.
func (ix *Index) reach(s uint32, left, visited map[uint32]struct{}) []uint32 {
	visited[s] = struct{}{}
	delete(left, s)
	walk := []uint32{s}
	for i := 0; i < len(walk) && len(left) > 0; i++ {
		at := walk[i]
		// Those that are wanted first: in a large group each of them is mostly like
		// the first, beyond the deep ones that a band shows.
		for c := range left {
			if ix.meets(at, c) && ix.alike(at, c) {
				visited[c] = struct{}{}
				delete(left, c)
				walk = append(walk, c)
			}
		}
		if len(left) == 0 {
			break
		}
		for c := range ix.candidates(at) {
			if _, twice := visited[c]; twice || ix.shapes[c].group != ix.shapes[at].group || !ix.alike(at, c) {
				continue
			}
			visited[c] = struct{}{}
			delete(left, c)
			walk = append(walk, c)
		}
	}
	return walk
}

// meets reports that two shapes have a band in common.
func (ix *Index) meets(a, b uint32) bool {
	other := ix.linksOf(b)
	for i, l := range ix.linksOf(a) {
		if l.key == other[i].key {
			return true
		}
	}
	return false
}
