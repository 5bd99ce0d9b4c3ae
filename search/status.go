package search

import (
	"os"
	"path/filepath"
)

// Status is how an index stands.
type Status struct {
	Documents  uint64        `json:"documents"`
	Checkpoint uint64        `json:"checkpoint"`
	Version    string        `json:"version"` // of format and segmenter
	Shards     []ShardStatus `json:"shards"`
	// Rebuild says why the index is made anew, or nothing. While Answering the
	// one of before answers; else searches fail with ErrRebuilding.
	Rebuild string `json:"rebuild,omitempty"`
	// PurgeDue says that something was erased or amended whose text the files may
	// still hold: see Index.MustPurge.
	PurgeDue  bool    `json:"purge_due"`
	Answering bool    `json:"answering"`
	Done      float64 `json:"done"` // 0 to 1, of the rebuild
}

// ShardStatus is how one shard stands.
type ShardStatus struct {
	Name      string `json:"name"`
	Documents uint64 `json:"documents"`
	Deleted   uint64 `json:"deleted"` // and still in the files
	Segments  int    `json:"segments"`
	Bytes     int64  `json:"bytes"`
}

// rebuildStatus is what a rebuild tells of itself.
type rebuildStatus struct {
	reason string
	done   float64
}

// Status looks at the index. It is cheap enough for a page.
func (ix *Index) Status() (Status, error) {
	g, err := ix.enter()
	if err != nil {
		return Status{}, err
	}
	defer ix.leave(g)
	st := Status{Checkpoint: g.checkpoint().Seq, Answering: true, Done: 1, PurgeDue: g.mustPurge()}
	g.mu.RLock()
	m := g.manifest
	g.mu.RUnlock()
	st.Version = m.Version
	for _, s := range g.list() {
		shape, err := s.shape()
		if err != nil {
			return st, err
		}
		one := ShardStatus{Name: s.name, Documents: shape.size - shape.deleted, Deleted: shape.deleted, Segments: shape.segments}
		entries, err := os.ReadDir(filepath.Join(s.dir, "store"))
		if err != nil {
			return st, err
		}
		for _, e := range entries {
			if info, err := e.Info(); err == nil {
				one.Bytes += info.Size()
			}
		}
		st.Documents += one.Documents
		st.Shards = append(st.Shards, one)
	}
	if rebuild := ix.rebuild.Load(); rebuild != nil {
		st.Rebuild, st.Done = rebuild.reason, rebuild.done
	}
	if m.Rebuilt != "" {
		st.Rebuild, st.Answering, st.Done = m.Rebuilt, false, m.done(st.Checkpoint)
	}
	return st, nil
}

// done is how much of a rebuild is through at a checkpoint.
func (m manifest) done(at uint64) float64 {
	if m.Until == 0 {
		return 0
	}
	return min(1, float64(at)/float64(m.Until))
}
