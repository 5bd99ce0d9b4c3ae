package worker

import "sync"

// cleanLimit bounds the cache of words without personal data.
const cleanLimit = 4096

// cleanCache remembers short words in which detection found nothing, so that
// "app" and "guangdong" are looked at once. The zero value is ready.
type cleanCache struct {
	mu    sync.RWMutex
	words map[string]struct{}
}

func (c *cleanCache) has(word string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.words[word]
	return ok
}

func (c *cleanCache) add(word string) {
	if len(word) > 64 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.words == nil || len(c.words) >= cleanLimit {
		c.words = make(map[string]struct{})
	}
	c.words[word] = struct{}{}
}
