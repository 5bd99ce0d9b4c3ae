package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// errPanicked: Bleve broke off in the midst of opening, with the folder locked
// to this process until it ends.
var errPanicked = errors.New("its files make no sense")

// checkSum compares a segment file with the checksum at its end. Bleve never
// does, and reads what it finds.
func checkSum(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const tail = 4
	if info.Size() < tail {
		return errors.New("it is cut off")
	}
	sum := crc32.NewIEEE()
	for left := info.Size() - tail; left > 0; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n, err := io.CopyN(sum, f, min(left, 1<<20))
		if left -= n; err != nil {
			return err
		}
	}
	var want [tail]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(want[:]) != sum.Sum32() {
		return errors.New("its checksum is wrong")
	}
	return nil
}

// verify compares every segment file with its checksum.
func (g *generation) verify(ctx context.Context) error {
	for _, s := range g.list() {
		err := s.eachFile(func(path string) error {
			if err := checkSum(ctx, path); err != nil && ctx.Err() == nil {
				return fmt.Errorf("%w: %s: %w", ErrDamaged, filepath.Join(s.name, filepath.Base(path)), err)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachFile visits the segment files that are in use, and keeps them until it is
// done with them. What a kill left half written is none of them.
func (s *shard) eachFile(visit func(path string) error) error {
	p, err := openPart(s.bleve)
	if err != nil {
		return err
	}
	defer p.reader.Close()
	for _, one := range p.segments {
		if stored, ok := one.Segment().(segment.PersistedSegment); ok {
			if err := visit(stored.Path()); err != nil {
				return err
			}
		}
	}
	return nil
}

// probe reads a document of each shard.
func (g *generation) probe(st *store) error {
	for _, s := range g.list() {
		if err := s.probe(st); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func (s *shard) probe(st *store) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	p, err := openPart(s.bleve)
	if err != nil {
		return err
	}
	defer p.reader.Close()
	all, err := p.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer all.Close()
	first, err := all.Next()
	if err != nil || first == nil {
		return err
	}
	bodies, err := newBodyReader(p.reader)
	if err != nil {
		return err
	}
	entry, err := bodies.read(first)
	if err != nil {
		return err
	}
	_, _, err = st.unpack(entry)
	return err
}

// harmed notes that files of the index are damaged: from here on it answers so.
func (ix *Index) harmed(g *generation, err error) {
	if ix.generation() != g {
		return // of what was replaced
	}
	ix.damage.Store(&err)
}

// recoverDamage makes an error of the panic that reading a broken file ends in.
func (ix *Index) recoverDamage(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %s: %v", ErrDamaged, ix.dir, r)
	}
}
