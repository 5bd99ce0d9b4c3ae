package segment

import "math/bits"

// trie is a hashed trie over folded runes. One slot holds a transition: the
// node it leaves, the rune, the node it enters, and what a word costs that ends
// there. Most steps are one multiplication and one cache line.
type trie struct {
	root  []entered // by rune below len(root): first step without hashing
	slots []slot
	shift uint8
	nodes uint32
	tags  []byte // by node, index into Segmenter.tags
	// at is the slot of each node, which growing a leaf into a parent needs; nil once sealed.
	at []uint32
}

type slot struct {
	key uint64 // node<<21 | rune; 0 is empty: the root is node 1
	entered
}

// entered is the state after a step.
type entered struct {
	node uint32 // with parentBit when it has children; 0 is none
	cost uint32 // of the word ending here, in 1/bit; 0 is no word
}

const (
	parentBit = 1 << 31
	rootNode  = 1
	runeBits  = 21
	rootRunes = 1 << 16
)

// newTrie makes room for up to nodes nodes; more than that must not be added.
func newTrie(nodes int) *trie {
	size := bits.Len(uint(nodes + nodes/3))
	return &trie{
		root:  make([]entered, rootRunes),
		slots: make([]slot, 1<<size),
		shift: uint8(64 - size),
		nodes: rootNode,
		tags:  make([]byte, nodes+2),
		at:    make([]uint32, nodes+2),
	}
}

func (t *trie) hash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> t.shift }

// step follows r from node, which carries parentBit when it may be left.
func (t *trie) step(node uint32, r rune) entered {
	if node&parentBit == 0 {
		return entered{}
	}
	if node == rootNode|parentBit && r < rootRunes {
		return t.root[r]
	}
	key := uint64(node&^parentBit)<<runeBits | uint64(r)
	for i := t.hash(key); ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if s.key == key {
			return s.entered
		}
		if s.key == 0 {
			return entered{}
		}
	}
}

// grow adds the step r from node, which must not be there yet.
func (t *trie) grow(node uint32, r rune) uint32 {
	node &^= parentBit
	t.nodes++
	child := t.nodes
	if node != rootNode {
		t.slots[t.at[node]].node |= parentBit
		if i := t.at[node]; t.slots[i].key>>runeBits == rootNode {
			if r := rune(t.slots[i].key & (1<<runeBits - 1)); r < rootRunes {
				t.root[r].node |= parentBit
			}
		}
	}
	key := uint64(node)<<runeBits | uint64(r)
	i := t.hash(key)
	for t.slots[i&uint64(len(t.slots)-1)].key != 0 {
		i++
	}
	i &= uint64(len(t.slots) - 1)
	t.slots[i] = slot{key: key, entered: entered{node: child}}
	t.at[child] = uint32(i)
	if node == rootNode && r < rootRunes {
		t.root[r].node = child
	}
	return child
}

// set makes node the end of a word.
func (t *trie) set(node uint32, cost uint32, tag byte) {
	node &^= parentBit
	s := &t.slots[t.at[node]]
	s.cost = cost
	if s.key>>runeBits == rootNode {
		if r := rune(s.key & (1<<runeBits - 1)); r < rootRunes {
			t.root[r].cost = cost
		}
	}
	t.tags[node] = tag
}

// add inserts a word, which may be there already.
func (t *trie) add(word []rune, cost uint32, tag byte) {
	node := uint32(rootNode)
	for _, r := range word {
		next := t.step(node|parentBit, r).node &^ parentBit
		if next == 0 {
			next = t.grow(node, r)
		}
		node = next
	}
	t.set(node, cost, tag)
}

// find returns the cost and tag of a whole folded word.
func (t *trie) find(word []rune) (cost uint32, tag byte, ok bool) {
	e := entered{node: rootNode | parentBit}
	for _, r := range word {
		if e = t.step(e.node, r); e.node == 0 {
			return 0, 0, false
		}
	}
	return e.cost, t.tags[e.node&^parentBit], e.cost != 0
}
