package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"sync"
)

// maxNames bounds the table: what comes after is written out in each document.
const maxNames = 1 << 17

// names numbers the strings that stored documents share: versions, rules,
// themes. The table is a file that only grows: for each string its length, a
// checksum and the string. It is safe for concurrent use.
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
// one person's feedback says does not come into the table, which outlives it.
const (
	often   = 64
	watched = 1 << 14
)

// common numbers s when it has come often.
func (n *names) common(s string) (uint32, bool) {
	n.mu.RLock()
	id, ok := n.ids[s]
	n.mu.RUnlock()
	if ok {
		return id, true
	}
	n.mu.Lock()
	if len(n.seen) >= watched {
		clear(n.seen)
	}
	n.seen[s]++
	enough := n.seen[s] > often
	n.mu.Unlock()
	if !enough {
		return 0, false
	}
	return n.id(s)
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
		n.ids[string(s)] = uint32(len(n.list))
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
	delete(n.seen, s)
	n.pending = binary.AppendUvarint(n.pending, uint64(len(s)))
	n.pending = binary.LittleEndian.AppendUint32(n.pending, crc32.ChecksumIEEE([]byte(s)))
	n.pending = append(n.pending, s...)
	return id, true
}

func (n *names) name(id uint64) (string, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if id >= uint64(len(n.list)) {
		return "", false
	}
	return n.list[id], true
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
