package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// maxNames bounds the table: what comes after is written out in each document.
const maxNames = 1 << 17

// names numbers the strings that stored documents share: versions, rules,
// themes. The table is a file: for each string its length, a checksum and the
// string. It only grows, but that sweep empties what no document has any more.
// It is safe for concurrent use.
type names struct {
	mu      sync.RWMutex
	list    []string
	ids     map[string]uint32
	file    *os.File
	pending []byte // numbered, and not in the file yet
	seen    map[string]int
}

// often is how many documents must have had a string that a publisher chose
// before it is numbered, and watched how many such strings are counted: what
// few documents say does not come into the table. chosen begins such a string in
// the table: sweep looks at these, since one person may have sent all that had it.
const (
	often   = 64
	watched = 1 << 14
	chosen  = "\x00"
)

// common numbers s when it has come often. It must be a term of a field that
// sweep looks in.
func (n *names) common(s string) (uint32, bool) {
	n.mu.RLock()
	id, ok := n.ids[chosen+s]
	n.mu.RUnlock()
	if ok {
		return id, true
	}
	if validText(s) != s {
		return 0, false
	}
	n.mu.Lock()
	if len(n.seen) >= watched {
		clear(n.seen)
	}
	n.seen[s]++
	enough := n.seen[s] > often
	if enough {
		delete(n.seen, s)
	}
	n.mu.Unlock()
	if !enough {
		return 0, false
	}
	return n.add(chosen + s)
}

// sweep empties the strings that publishers chose and used does not have, in the
// file too. Their numbers are not given again: an old view may ask for one, and
// gets "". Nobody packs documents meanwhile.
func (n *names) sweep(used map[string]bool) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.seen)
	gone := false
	for i, s := range n.list {
		if said, ok := strings.CutPrefix(s, chosen); ok && !used[said] {
			delete(n.ids, s)
			n.list[i], gone = "", true
		}
	}
	if !gone {
		return nil
	}
	var data []byte
	for _, s := range n.list {
		data = appendName(data, s)
	}
	path := n.file.Name()
	if err := replaceFile(path, data); err != nil {
		return fmt.Errorf("table of names: %w", err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("table of names: %w", err)
	}
	old := n.file
	n.file, n.pending = file, n.pending[:0]
	return old.Close()
}

func appendName(data []byte, s string) []byte {
	data = binary.AppendUvarint(data, uint64(len(s)))
	data = binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE([]byte(s)))
	return append(data, s...)
}

// openNames reads the table at path, and makes it where there is none. What was
// cut off at its end was never used by a document, and is taken away.
func openNames(path string) (*names, error) {
	n := &names{ids: make(map[string]uint32), seen: make(map[string]int)}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("table of names: %w", err)
	}
	whole := 0
	for rest := data; ; {
		length, k := binary.Uvarint(rest)
		if k <= 0 || uint64(len(rest)-k) < length+4 {
			break
		}
		s := rest[k+4 : k+4+int(length)]
		if binary.LittleEndian.Uint32(rest[k:]) != crc32.ChecksumIEEE(s) {
			break
		}
		if len(s) > 0 {
			n.ids[string(s)] = uint32(len(n.list))
		}
		n.list = append(n.list, string(s))
		rest = rest[k+4+int(length):]
		whole = len(data) - len(rest)
	}
	if n.file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("table of names: %w", err)
	}
	err = n.file.Truncate(int64(whole))
	if err == nil {
		_, err = n.file.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("table of names: %w", err), n.file.Close())
	}
	return n, nil
}

// id numbers s; not when the table is full.
func (n *names) id(s string) (uint32, bool) {
	if strings.HasPrefix(s, chosen) {
		return 0, false
	}
	return n.add(s)
}

func (n *names) add(s string) (uint32, bool) {
	n.mu.RLock()
	id, ok := n.ids[s]
	n.mu.RUnlock()
	if ok {
		return id, true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok = n.ids[s]; ok {
		return id, true
	}
	if len(n.list) >= maxNames || len(s) > 1<<10 {
		return 0, false
	}
	id = uint32(len(n.list))
	n.ids[s], n.list = id, append(n.list, s)
	n.pending = appendName(n.pending, s)
	return id, true
}

func (n *names) name(id uint64) (string, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if id >= uint64(len(n.list)) {
		return "", false
	}
	return strings.TrimPrefix(n.list[id], chosen), true
}

// flush brings the table to disk. It goes before the documents that use it.
func (n *names) flush() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.pending) == 0 {
		return nil
	}
	if _, err := n.file.Write(n.pending); err != nil {
		return fmt.Errorf("table of names: %w", err)
	}
	if err := n.file.Sync(); err != nil {
		return fmt.Errorf("table of names: %w", err)
	}
	n.pending = n.pending[:0]
	return nil
}

func (n *names) close() error { return n.file.Close() }
