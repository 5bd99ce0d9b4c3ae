package search

import (
	"github.com/RoaringBitmap/roaring/v2"
)

// flight is the batch that is being written to more than one shard.
type flight struct {
	at      string        // the checkpoint it writes
	landing chan struct{} // closed when its deletions are done
}

// elsewhere finds which of the records the sealed shards hold: a later version
// of a record goes to the last shard, and out of the one it was in.
func (g *generation) elsewhere(records []string) (map[string][]string, error) {
	var found map[string][]string
	shards := g.list()
	for _, s := range shards[:len(shards)-1] {
		ids, err := s.which(records)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			if found == nil {
				found = make(map[string][]string)
			}
			found[s.name] = ids
		}
	}
	return found, nil
}

// which returns those of the records that the shard has.
func (s *shard) which(records []string) (ids []string, err error) {
	p, err := openPart(s.bleve)
	if err != nil {
		return nil, err
	}
	defer p.reader.Close()
	for _, one := range p.segments {
		numbers, err := one.Segment().DocNumbers(records)
		if err != nil {
			return nil, err
		}
		if deleted := one.Deleted(); deleted != nil {
			numbers = roaring.AndNot(numbers, deleted)
		}
		for it := numbers.Iterator(); it.HasNext(); {
			id, err := one.DocID(uint64(it.Next()))
			if err != nil {
				return nil, err
			}
			ids = append(ids, string(id))
		}
	}
	return ids, nil
}

// deleteElsewhere deletes records from sealed shards, which get no documents:
// to do it again does no harm.
func (g *generation) deleteElsewhere(elsewhere map[string][]string) error {
	for _, s := range g.list() {
		ids := elsewhere[s.name]
		if len(ids) == 0 {
			continue
		}
		if err := s.delete(ids); err != nil {
			return err
		}
	}
	return nil
}

func (s *shard) delete(ids []string) error {
	batch := s.bleve.NewBatch()
	for _, id := range ids {
		batch.Delete(id)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.bleve.Batch(batch)
}

// takeOff and land are around a batch with deletions elsewhere.
func (g *generation) takeOff(at []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flight = flight{at: string(at), landing: make(chan struct{})}
}

func (g *generation) land() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.flight.landing)
	g.flight = flight{}
	g.flown++
}
