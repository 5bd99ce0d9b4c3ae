package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The files of an index folder: current names the generation that counts, a
// folder beside it. A generation is the whole index as one version of format
// and segmenter makes it: manifest, names and a folder for each shard.
const (
	fileCurrent    = "current"
	fileManifest   = "manifest.json"
	fileNames      = "names"
	generationName = "generation-"
	shardName      = "shard-"
	flatMeta       = "index_meta.json" // of formats 1 and 2, which had neither
)

// manifest says what a generation is made of. It is replaced as a whole.
type manifest struct {
	Version string   `json:"version"` // of the format and the segmenter
	Shards  []string `json:"shards"`  // oldest first; the last takes what comes
	Next    int      `json:"next"`    // number of the next shard
	// Month is that of the first document of the last shard, by its intake: yyyymm.
	Month   string `json:"month,omitempty"`
	Lexicon []byte `json:"lexicon,omitempty"` // see Config
	// Until is the sequence from which on the generation is complete, when it
	// replaces one that cannot answer meanwhile.
	Until   uint64 `json:"until,omitempty"`
	Rebuilt string `json:"rebuilt,omitempty"` // why; there while Until counts
}

func readManifest(dir string) (m manifest, err error) {
	data, err := os.ReadFile(filepath.Join(dir, fileManifest))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrDamaged, filepath.Join(dir, fileManifest), err)
	}
	for _, name := range m.Shards {
		if !strings.HasPrefix(name, shardName) || name != filepath.Base(name) {
			return m, fmt.Errorf("%w: %s names a shard %q", ErrDamaged, filepath.Join(dir, fileManifest), name)
		}
	}
	if len(m.Shards) == 0 {
		return m, fmt.Errorf("%w: %s names no shard", ErrDamaged, filepath.Join(dir, fileManifest))
	}
	return m, nil
}

func (m manifest) write(dir string) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, fileManifest), append(data, '\n'))
}

// replaceFile writes a file so that, after a kill at any instant, it is the old
// one or the new one.
func replaceFile(path string, data []byte) (err error) {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir brings the names in a folder to disk. Some file systems cannot.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // where it cannot, a power cut may undo the rename, and nothing worse
	return d.Close()
}

// currentOf returns the generation that counts, or "" in a folder without any.
func currentOf(dir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, fileCurrent))
	name := strings.TrimSpace(string(data))
	switch {
	case err == nil && strings.HasPrefix(name, generationName) && name == filepath.Base(name):
		return name, nil
	case err == nil:
		return "", fmt.Errorf("%w: %s names no generation", ErrDamaged, filepath.Join(dir, fileCurrent))
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("search index: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("search index: %w", err)
	}
	for _, e := range entries {
		switch {
		case e.Name() == flatMeta || e.Name() == "store":
			return "", fmt.Errorf("%w: it has the format of an earlier release", ErrRebuild)
		case strings.HasPrefix(e.Name(), generationName):
			if m, err := readManifest(filepath.Join(dir, e.Name())); err == nil && m.complete(filepath.Join(dir, e.Name())) {
				return "", fmt.Errorf("%w: %s is missing", ErrDamaged, filepath.Join(dir, fileCurrent))
			}
		}
	}
	return "", nil
}

// complete reports whether the shards are there: of a folder whose making was
// killed they may not be.
func (m manifest) complete(dir string) bool {
	for _, name := range m.Shards {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// removeBut deletes what is in dir and begins with prefix, except what is kept:
// a kill left it there.
func removeBut(dir, prefix string, keep ...string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
next:
	for _, e := range entries {
		for _, k := range keep {
			if e.Name() == k {
				continue next
			}
		}
		if strings.HasPrefix(e.Name(), prefix) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
