package duplicate

import (
	"iter"
	"slices"
	"sync"
)

// Group numbers a group of near-duplicates, from 1 on; 0 is none. A document
// that is like no other is a group of its own.
type Group uint32

// Index holds texts by what they are like. It is safe for concurrent use.
type Index struct {
	mu        sync.RWMutex
	threshold float64
	max       int
	follow    Follower // may be nil
	keys      int      // bands of a shape

	documents map[uint64]place32
	same      map[uint64]uint32 // shape by identity of its text
	shapes    []shape
	free      []uint32 // shapes that are not used
	links     []link   // bands of each shape
	bands     table
	groups    map[uint32]*group // by the index that shapes know
	nextGroup uint32
	last      Group
	order     queue

	work  shingles
	seen  []uint32 // by shape: the walk that saw it last
	walks uint32
}

// place32 is where a document is: its shape, and its place among its members.
type place32 struct {
	shape uint32 // noShape for a text without letters
	at    uint32
	age   uint64
}

const noShape = ^uint32(0)

// shape is a text, with the documents that have it.
type shape struct {
	set      []uint32
	members  []uint64
	identity uint64
	group    uint32
	at       uint32 // its place in the group
	script   script
}

// link is the key of a shape in one band, and its place in the chain of those
// that have it; shapes plus one, 0 is none.
type link struct{ key, next, prev uint32 }

type group struct {
	number    Group
	shapes    []uint32
	documents int
}

// New makes an empty Index.
func New(c Config) *Index {
	if c.Threshold <= 0 || c.Threshold > 1 {
		c.Threshold = defaultThreshold
	}
	if c.Max <= 0 {
		c.Max = defaultMax
	}
	if c.Bands <= 0 || c.Bands > most {
		c.Bands = most
	}
	return &Index{
		threshold: c.Threshold, max: c.Max, follow: c.Follow, keys: c.Bands,
		documents: map[uint64]place32{}, same: map[uint64]uint32{}, groups: map[uint32]*group{},
	}
}

// Add takes a document in, in place of what id was before, and returns its
// group; 0 when the text holds no letters or digits. When Config.Max documents
// are there, the one that came first is forgotten.
func (ix *Index) Add(id uint64, text string) Group {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.forget(id, true)
	for len(ix.documents) >= ix.max {
		oldest, ok := ix.order.oldest(ix.isLive)
		if !ok {
			break
		}
		ix.forget(oldest, false)
	}
	age := ix.order.push(id, ix.isLive, len(ix.documents))
	ix.work.read(text)
	defer ix.work.wipe()
	if len(ix.work.set) == 0 {
		ix.documents[id] = place32{shape: noShape, age: age}
		return 0
	}
	identity := ix.work.identity()
	s, known := ix.same[identity]
	if !known {
		s = ix.addShape(identity)
	}
	sh := &ix.shapes[s]
	ix.documents[id] = place32{shape: s, at: uint32(len(sh.members)), age: age}
	sh.members = append(sh.members, id)
	g := ix.groups[sh.group]
	if ix.follow != nil && g.documents > 0 {
		if g.documents == 1 {
			ix.meet(g)
		}
		ix.follow.Met(id)
	}
	g.documents++
	return g.number
}

// meet tells that the documents of a group are in company.
func (ix *Index) meet(g *group) {
	for _, s := range g.shapes {
		for _, id := range ix.shapes[s].members {
			ix.follow.Met(id)
		}
	}
}

// addShape enters what ix.work holds and joins it to what it is like.
func (ix *Index) addShape(identity uint64) uint32 {
	var s uint32
	if n := len(ix.free); n > 0 {
		s, ix.free = ix.free[n-1], ix.free[:n-1]
	} else {
		s = uint32(len(ix.shapes))
		ix.shapes = append(ix.shapes, shape{})
		ix.seen = append(ix.seen, 0)
		ix.links = append(ix.links, make([]link, ix.keys)...)
	}
	ix.same[identity] = s
	ix.shapes[s] = shape{set: slices.Clone(ix.work.set), identity: identity, script: ix.work.script}
	links := ix.linksOf(s)
	k := signature(ix.work.set, ix.work.script, ix.keys)
	for b := range links {
		links[b] = link{key: place(b, k[b])}
	}
	ix.newGroup(s)
	for like := range ix.like(s) {
		ix.join(s, like)
	}
	for b := range links {
		l := &links[b]
		if l.next = ix.bands.head(l.key); l.next != 0 {
			ix.linksOf(l.next - 1)[b].prev = s + 1
		}
		ix.bands.set(l.key, s+1)
	}
	return s
}

func (ix *Index) linksOf(s uint32) []link { return ix.links[int(s)*ix.keys:][:ix.keys] }

// like yields the other shapes of the bands of s that are near-duplicates of it and
// not in its group; who joins them while they come is asked no more of that group.
func (ix *Index) like(s uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for c := range ix.candidates(s) {
			if ix.shapes[c].group != ix.shapes[s].group && ix.alike(s, c) && !yield(c) {
				return
			}
		}
	}
}

// candidates yields each other shape that shares a band, once.
func (ix *Index) candidates(s uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if ix.walks++; ix.walks == 0 { // wrapped around
			clear(ix.seen)
			ix.walks = 1
		}
		ix.seen[s] = ix.walks
		for b, l := range ix.linksOf(s) {
			at := ix.bands.head(l.key)
			for range deep {
				if at == 0 {
					break
				}
				c := at - 1
				at = ix.linksOf(c)[b].next
				if ix.seen[c] == ix.walks {
					continue
				}
				ix.seen[c] = ix.walks
				if !yield(c) {
					return
				}
			}
		}
	}
}

// alike judges two shapes by their sets.
func (ix *Index) alike(a, b uint32) bool {
	x, y := &ix.shapes[a], &ix.shapes[b]
	return alike(Set{x.set, x.script}, Set{y.set, y.script}, ix.threshold)
}

// newGroup makes a group of one shape.
func (ix *Index) newGroup(s uint32) *group {
	ix.nextGroup++
	ix.last++
	g := &group{number: ix.last, shapes: []uint32{s}, documents: len(ix.shapes[s].members)}
	ix.groups[ix.nextGroup] = g
	ix.shapes[s].group, ix.shapes[s].at = ix.nextGroup, 0
	return g
}

// join makes one group of those of a and b; the older number stays.
func (ix *Index) join(a, b uint32) {
	to, from := ix.shapes[a].group, ix.shapes[b].group
	if to == from {
		return
	}
	if len(ix.groups[to].shapes) < len(ix.groups[from].shapes) {
		to, from = from, to
	}
	g, gone := ix.groups[to], ix.groups[from]
	if ix.follow != nil && g.documents > 0 && gone.documents > 0 {
		ix.follow.Joined(max(g.number, gone.number), min(g.number, gone.number))
	}
	if ix.follow != nil { // the document that joins them comes last
		for _, side := range []*group{g, gone} {
			if side.documents == 1 {
				ix.meet(side)
			}
		}
	}
	for _, s := range gone.shapes {
		ix.shapes[s].group, ix.shapes[s].at = to, uint32(len(g.shapes))
		g.shapes = append(g.shapes, s)
	}
	g.number = min(g.number, gone.number)
	g.documents += gone.documents
	delete(ix.groups, from)
}

// Group returns the group of a document.
func (ix *Index) Group(id uint64) (Group, bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	d, ok := ix.documents[id]
	if !ok || d.shape == noShape {
		return 0, ok
	}
	return ix.groups[ix.shapes[d.shape].group].number, true
}

// Groups yields the groups of at least size documents, by number, with their
// documents in ascending order. They are those of the moment it is called.
func (ix *Index) Groups(size int) iter.Seq2[Group, []uint64] {
	ix.mu.RLock()
	type found struct {
		number Group
		ids    []uint64
	}
	var all []found
	for _, g := range ix.groups {
		if g.documents < size {
			continue
		}
		f := found{number: g.number}
		for _, s := range g.shapes {
			f.ids = append(f.ids, ix.shapes[s].members...)
		}
		slices.Sort(f.ids)
		all = append(all, f)
	}
	ix.mu.RUnlock()
	slices.SortFunc(all, func(a, b found) int { return int(a.number) - int(b.number) })
	return func(yield func(Group, []uint64) bool) {
		for _, f := range all {
			if !yield(f.number, f.ids) {
				return
			}
		}
	}
}

// Holds reports that a document has all pairs or triples of characters of a text,
// which must have some of its own: that the text, or all of its parts, stand in the
// document, of which no more than these is kept.
func (ix *Index) Holds(id uint64, text string) bool {
	of := Read(text)
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	d, ok := ix.documents[id]
	if !ok || d.shape == noShape || len(of.shingles) == 0 {
		return false
	}
	sh := &ix.shapes[d.shape]
	if sh.script != of.script {
		return false
	}
	for _, x := range of.shingles {
		if _, found := slices.BinarySearch(sh.set, x); !found {
			return false
		}
	}
	return true
}

// Len is the number of documents.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return len(ix.documents)
}

// Bytes is about how much memory the Index takes.
func (ix *Index) Bytes() int64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	const perDocument, perShape, perGroup = 48, 40, 72 // entries of the maps, with their slack
	n := int64(len(ix.documents))*perDocument + int64(len(ix.same))*perShape + int64(len(ix.groups))*perGroup
	n += int64(cap(ix.shapes))*80 + int64(cap(ix.links))*12 + int64(cap(ix.seen)+cap(ix.free))*4
	n += int64(len(ix.bands.entries))*8 + int64(cap(ix.order.items))*16
	for i := range ix.shapes {
		n += int64(cap(ix.shapes[i].set))*4 + int64(cap(ix.shapes[i].members))*8
	}
	for _, g := range ix.groups {
		n += int64(cap(g.shapes)) * 4
	}
	return n
}

// Rename gives every document another id; to must not give two the same.
func (ix *Index) Rename(to func(id uint64) uint64) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	documents := make(map[uint64]place32, len(ix.documents))
	kept := ix.order.items[:0]
	for _, a := range ix.order.items[ix.order.first:] {
		if d, ok := ix.documents[a.id]; ok && d.age == a.age {
			a.id = to(a.id)
			documents[a.id] = d
			kept = append(kept, a)
		}
	}
	clear(ix.order.items[len(kept):])
	ix.order.items, ix.order.first = kept, 0
	for i := range ix.shapes {
		for j, id := range ix.shapes[i].members {
			ix.shapes[i].members[j] = to(id)
		}
	}
	ix.documents = documents
}

// isLive says that an id is still what was added at that age.
func (ix *Index) isLive(id, age uint64) bool {
	d, ok := ix.documents[id]
	return ok && d.age == age
}
