package broker

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// The files that the server writes for a stream or consumer, in this order. It
// says that it has made one only after the last.
const (
	metaFile = "meta.inf"
	metaSum  = "meta.sum"
)

// clearUnfinished removes what a server that was killed left of streams and
// consumers it was about to make: it would neither recover them nor let
// anybody make them anew. Nobody was told that they exist, so they hold
// nothing. A stream that lost its description and holds messages is an error.
func clearUnfinished(dir string, log *slog.Logger) error {
	streams, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "*"))
	if err != nil {
		return err
	}
	for _, stream := range streams {
		if finished(stream) {
			consumers, err := filepath.Glob(filepath.Join(stream, "obs", "*"))
			if err != nil {
				return err
			}
			for _, c := range consumers {
				if !finished(c) {
					if err := remove(c, log); err != nil {
						return err
					}
				}
			}
			continue
		}
		if held, err := holdsMessages(stream); err != nil {
			return err
		} else if held {
			return fmt.Errorf("stream %s in %s holds messages and has lost its description (%s, %s): restore the directory from a copy",
				filepath.Base(stream), dir, metaFile, metaSum)
		}
		if err := remove(stream, log); err != nil {
			return err
		}
	}
	return nil
}

// finished says that the description of a stream or consumer was written to its end.
func finished(dir string) bool {
	for _, name := range []string{metaFile, metaSum} {
		if info, err := os.Stat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
			return false
		}
	}
	return true
}

func holdsMessages(stream string) (bool, error) {
	blocks, err := filepath.Glob(filepath.Join(stream, "msgs", "*.blk"))
	if err != nil {
		return false, err
	}
	for _, b := range blocks {
		if info, err := os.Stat(b); err != nil {
			return false, err
		} else if info.Size() > 0 {
			return true, nil
		}
	}
	return false, nil
}

func remove(dir string, log *slog.Logger) error {
	log.Info("removing what a killed server left half made", "name", filepath.Base(dir))
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing a half-made stream or consumer: %w", err)
	}
	return nil
}
