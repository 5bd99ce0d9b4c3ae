// Package trie is the hashed trie that the segmenter and the sentiment lexicon
// walk, rune by rune over folded text.
//
// A Trie is filled first and read-only after Seal: from then on it is safe for
// concurrent use. Words carry a value other than zero, and a byte.
package trie

import "math/bits"

// Trie maps words to values. One slot of its hash table holds a transition:
// the node it leaves, the rune, the node it enters, and the value of the word
// that ends there. Most steps are one multiplication and one cache line.
type Trie struct {
	root  []State // by rune below len(root): the first step without hashing
	slots []slot
	shift uint8
	nodes uint32
	tags  []byte // by node
	// at is the slot of each node, which growing a leaf into a parent needs; nil once sealed.
	at []uint32
}

type slot struct {
	key   uint64 // node<<21 | rune; 0 is empty: the root is node 1
	state State
}

// State is where a walk stands.
type State struct {
	node  uint32 // with parentBit when it has children; 0 is none
	Value uint32 // of the word that ends here; 0 is no word
}

// Root is where every walk starts.
func Root() State { return State{node: rootNode | parentBit} }

// Dead says that no word goes this way.
func (s State) Dead() bool { return s.node == 0 }

// Leaf says that no word goes further.
func (s State) Leaf() bool { return s.node&parentBit == 0 }

// Node identifies the word that ends here; it is never 0.
func (s State) Node() uint32 { return s.node &^ parentBit }

const (
	parentBit = 1 << 31
	rootNode  = 1
	runeBits  = 21
	rootRunes = 1 << 16
)

// New makes room for up to nodes nodes, the root aside; more must not be added.
func New(nodes int) *Trie {
	size := bits.Len(uint(nodes + nodes/3))
	return &Trie{
		root:  make([]State, rootRunes),
		slots: make([]slot, 1<<size),
		shift: uint8(64 - size),
		nodes: rootNode,
		tags:  make([]byte, nodes+2),
		at:    make([]uint32, nodes+2),
	}
}

func (t *Trie) hash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> t.shift }

// Step follows r from from; the State is Dead when no word goes that way. r is not negative.
func (t *Trie) Step(from State, r rune) State {
	node := from.node
	if node&parentBit == 0 {
		return State{}
	}
	if node == rootNode|parentBit && r < rootRunes {
		return t.root[r]
	}
	key := uint64(node&^parentBit)<<runeBits | uint64(r)
	for i := t.hash(key); ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if s.key == key {
			return s.state
		}
		if s.key == 0 {
			return State{}
		}
	}
}

// RootNode is the node of Root, for Grow.
func (t *Trie) RootNode() uint32 { return rootNode }

// Grow adds the step r from node, which must not be there yet, and returns the
// node it leads to. It builds a sorted list of words without looking any up.
func (t *Trie) Grow(node uint32, r rune) uint32 {
	t.nodes++
	child := t.nodes
	if node != rootNode {
		t.slots[t.at[node]].state.node |= parentBit
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
	t.slots[i] = slot{key: key, state: State{node: child}}
	t.at[child] = uint32(i)
	if node == rootNode && r < rootRunes {
		t.root[r].node = child
	}
	return child
}

// Set makes node the end of a word; value is not 0.
func (t *Trie) Set(node, value uint32, tag byte) {
	s := &t.slots[t.at[node]]
	s.state.Value = value
	if s.key>>runeBits == rootNode {
		if r := rune(s.key & (1<<runeBits - 1)); r < rootRunes {
			t.root[r].Value = value
		}
	}
	t.tags[node] = tag
}

// Add inserts a word, or gives one that is there another value and tag.
func (t *Trie) Add(word []rune, value uint32, tag byte) {
	node := uint32(rootNode)
	for _, r := range word {
		next := t.Step(State{node: node | parentBit}, r).Node()
		if next == 0 {
			next = t.Grow(node, r)
		}
		node = next
	}
	t.Set(node, value, tag)
}

// Seal ends the filling and drops what only that needs.
func (t *Trie) Seal() { t.at = nil }

// Find returns the value of a whole word, 0 when it is none.
func (t *Trie) Find(word []rune) uint32 {
	s := Root()
	for _, r := range word {
		if s = t.Step(s, r); s.Dead() {
			return 0
		}
	}
	return s.Value
}

// Tag returns the byte of the word that ends at node.
func (t *Trie) Tag(node uint32) byte { return t.tags[node] }
