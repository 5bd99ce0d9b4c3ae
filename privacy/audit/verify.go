package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// VerifyOptions says what to check an export against.
type VerifyOptions struct {
	Keys Keys
	// Seen are checkpoints of the same log from elsewhere: kept from an earlier
	// verification, from a witness, from another person. Their signatures have
	// been checked. They are what finds a rewritten history with fresh signatures.
	Seen []SignedCheckpoint
	// Witnesses is how many witnesses must have cosigned the newest checkpoint.
	Witnesses int
}

// Fault is one thing that is wrong with a log.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// First and Last are the entries concerned, from 0. Where nothing tells
	// which of a range it was, the range. Both -1 when it is not about entries.
	First int64  `json:"first"`
	Last  int64  `json:"last"`
	Text  string `json:"text"` // for people
}

// FaultKind says what was done to a log.
type FaultKind string

// The kinds of faults.
const (
	Altered    FaultKind = "altered"    // an entry is not what was signed
	Dropped    FaultKind = "dropped"    // an entry is gone
	Added      FaultKind = "added"      // an entry was put in between
	Moved      FaultKind = "moved"      // an entry stands in another's place
	Truncated  FaultKind = "truncated"  // the end is missing
	Forked     FaultKind = "forked"     // two histories under valid signatures
	Damaged    FaultKind = "damaged"    // a tile of hashes or a file is not what it must be; entries may be whole
	Unverified FaultKind = "unverified" // a checkpoint without a trusted signature
)

// Report is what a verification found.
type Report struct {
	Origin      string   `json:"origin"`
	Size        int64    `json:"size"`        // entries that the newest checkpoint signs
	Unsigned    int64    `json:"unsigned"`    // entries behind it
	Checkpoints int      `json:"checkpoints"` // whose signatures hold
	Witnesses   []string `json:"witnesses"`   // of the newest checkpoint
	Faults      []Fault  `json:"faults"`
}

// OK says that nothing is wrong.
func (r Report) OK() bool { return len(r.Faults) == 0 }

// Verify checks an export: every signature, every hash, every checkpoint
// against the entries. What is wrong is in the Report; an error is an export
// that cannot be read at all.
func Verify(export fs.FS, opts VerifyOptions) (Report, error) {
	v := &verification{export: export, opts: opts}
	if err := v.checkpoints(); err != nil {
		return Report{}, err
	}
	if err := v.entries(); err != nil {
		return Report{}, err
	}
	if err := v.hashes(); err != nil {
		return Report{}, err
	}
	v.compare()
	v.report.Witnesses = v.witnesses()
	return v.report, nil
}

type verification struct {
	export fs.FS
	opts   VerifyOptions
	report Report

	signed  []SignedCheckpoint // of the export, by size
	newest  SignedCheckpoint
	tree    Tree   // of the entries as they are
	leaves  []Hash // of the entries as they are
	claimed []Hash // of the entries, as the tiles say; may be short
	broken  bool   // whether a tile of entries could not be read to its end
}

func (v *verification) fault(kind FaultKind, first, last int64, format string, args ...any) {
	v.report.Faults = append(v.report.Faults, Fault{kind, first, last, fmt.Sprintf(format, args...)})
}

// checkpoints reads and checks the notes.
func (v *verification) checkpoints() error {
	names, err := fs.Glob(v.export, "checkpoints/*")
	if err != nil {
		return fmt.Errorf("reading the export: %w", err)
	}
	names = append(names, "checkpoint")
	for _, name := range names {
		msg, err := fs.ReadFile(v.export, name)
		if errors.Is(err, fs.ErrNotExist) {
			v.fault(Damaged, -1, -1, "%s is missing", name)
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the export: %w", err)
		}
		s, err := v.opts.Keys.Open(msg)
		if err != nil {
			v.fault(Unverified, -1, -1, "%s: %v", name, err)
			continue
		}
		if want := checkpointSize(name[len(name)-min(len(name), 12):]); want >= 0 && want != s.Size {
			v.fault(Damaged, -1, -1, "%s is the checkpoint of %d entries", name, s.Size)
		}
		v.add(s, name)
	}
	for _, s := range v.opts.Seen {
		v.add(s, "a checkpoint seen before")
	}
	if len(v.signed) == 0 {
		return fmt.Errorf("%w: is this the verifier key of the log?", ErrUntrusted)
	}
	slices.SortStableFunc(v.signed, func(a, b SignedCheckpoint) int { return cmp.Compare(a.Size, b.Size) })
	v.newest = v.signed[len(v.signed)-1]
	v.report.Origin, v.report.Size, v.report.Checkpoints = v.newest.Origin, v.newest.Size, len(v.signed)
	return nil
}

// add takes a checkpoint in, unless the same is there.
func (v *verification) add(s SignedCheckpoint, name string) {
	for i, have := range v.signed {
		switch {
		case have.Origin != s.Origin:
			v.fault(Forked, -1, -1, "%s is of log %q, not of %q", name, s.Origin, have.Origin)
			return
		case have.Size != s.Size:
		case have.Root == s.Root:
			v.signed[i].Witnesses = append(have.Witnesses, s.Witnesses...)
			return
		default:
			v.fault(Forked, 0, s.Size-1, "two histories of %d entries are signed: %s shows the other", s.Size, name)
			return
		}
	}
	v.signed = append(v.signed, s)
}

// entries hashes the entries.
func (v *verification) entries() error {
	want := v.newest.Size
	for i := int64(0); ; i++ {
		data, name, err := v.tile(-1, i)
		if err != nil {
			return err
		}
		if name == "" {
			if i*tileWidth < want {
				v.broken = true
			}
			break
		}
		leaves, whole := splitLeaves(data)
		if !whole {
			v.broken = true
		}
		for _, leaf := range leaves {
			v.leaves = append(v.leaves, tlog.RecordHash(leaf))
		}
		if len(leaves) < tileWidth {
			break
		}
	}
	for _, h := range v.leaves {
		if _, err := v.tree.appendHash(h); err != nil {
			return err
		}
	}
	v.report.Unsigned = max(0, v.tree.Size()-want)
	return nil
}

// tile reads the full tile, or else the widest partial one. The name is empty
// when there is none.
func (v *verification) tile(level int, index int64) (data []byte, name string, err error) {
	name = tile{level, index, tileWidth}.path()
	data, err = fs.ReadFile(v.export, name)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return data, name, err
	}
	for width := tileWidth - 1; width > 0; width-- {
		name = tile{level, index, width}.path()
		if data, err = fs.ReadFile(v.export, name); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return data, name, err
		}
	}
	return nil, "", nil
}

// hashes reads what the tiles say of the entries.
func (v *verification) hashes() error {
	for i := int64(0); i*tileWidth < v.newest.Size; i++ {
		data, name, err := v.tile(0, i)
		if err != nil {
			return err
		}
		if name == "" {
			v.fault(Damaged, -1, -1, "%s is missing", tile{0, i, tileWidth}.path())
			return nil
		}
		hashes, err := splitHashes(data)
		if err != nil {
			v.fault(Damaged, -1, -1, "%s is not a tile of hashes", name)
			return nil
		}
		v.claimed = append(v.claimed, hashes...)
		if len(hashes) < tileWidth {
			break
		}
	}
	return nil
}

func (v *verification) witnesses() []string {
	names := []string{}
	for _, w := range v.newest.Witnesses {
		if !slices.Contains(names, w.Name) {
			names = append(names, w.Name)
		}
	}
	if len(names) < v.opts.Witnesses {
		v.fault(Unverified, -1, -1, "%d witnesses cosigned the newest checkpoint, %d must have", len(names), v.opts.Witnesses)
	}
	return names
}
