package press

import "sync/atomic"

// A store is all that the press holds. Readers find pages and load the slots'
// pointers without a lock; everything else is guarded by Press.mu.
type store struct {
	pages     table
	slots     map[string]*slot
	queue     queue
	prints    int // held
	used, max int64

	// forgotten is a generation in which names that have no slot may have been
	// changed last: the latest of any slot that is gone.
	forgotten uint64
}

// A slot is the name of a block. There is one for as long as a page names the
// block or its print is held, so pages may point to it: a name never has two.
type slot struct {
	name  string
	print atomic.Pointer[printed] // nil: not held
	node
	pages   int    // that name it
	changed uint64 // generation since which prints may be used: of its last drop or set
}

// A printed is a block made ready to be sent.
type printed struct {
	piece
	timing
	since uint64 // the generation in which making it began, or an earlier one
	cost  int64
}

// What a slot takes, and a print beside its bytes.
const (
	slotOverhead  = 200
	printOverhead = 128
)

func newStore(max int64, generation uint64) *store {
	s := &store{slots: make(map[string]*slot), max: max, forgotten: generation}
	s.pages.init()
	return s
}

// slot returns the slot for name, a new one if there is none.
func (s *store) slot(name string) *slot {
	if known := s.slots[name]; known != nil {
		return known
	}
	made := &slot{name: name, changed: s.forgotten}
	made.node.slot = made
	s.slots[name] = made
	s.used += slotOverhead + int64(len(name))
	return made
}

// tidy lets go of a slot that nobody needs.
func (s *store) tidy(sl *slot) {
	if sl.pages == 0 && sl.print.Load() == nil {
		delete(s.slots, sl.name)
		s.used -= slotOverhead + int64(len(sl.name))
		s.forgotten = max(s.forgotten, sl.changed)
	}
}

// hold keeps a page's slots until as many calls of release. The first hold of a
// page finds them by name.
func (s *store) hold(pg *page) {
	pg.holders++
	if pg.holders > 1 || pg.blocks == nil {
		return
	}
	for i := range pg.parts {
		if pg.parts[i].own == nil {
			sl := s.slot(pg.blocks[0])
			sl.pages++
			pg.parts[i].slot = sl
			pg.blocks = pg.blocks[1:]
		}
	}
	pg.blocks = nil
}

func (s *store) release(pg *page) {
	pg.holders--
	if pg.holders > 0 {
		return
	}
	for _, part := range pg.parts {
		if part.slot != nil {
			part.slot.pages--
			s.tidy(part.slot)
		}
	}
}

// keepPage puts a page in the place of one with its path. It may find no room.
func (s *store) keepPage(pg *page) (evicted int) {
	s.dropPage(pg.path)
	if pg.transient || pg.cost > s.max {
		return 0
	}
	s.hold(pg) // before room is made, so that its slots are paid for
	evicted = s.makeRoom(pg.cost)
	if s.used+pg.cost > s.max {
		s.release(pg)
		return evicted
	}
	s.used += pg.cost
	s.queue.push(&pg.node)
	s.pages.add(pg)
	return evicted
}

func (s *store) dropPage(path string) {
	if pg := s.pages.find(path); pg != nil {
		s.removePage(pg)
	}
}

func (s *store) removePage(pg *page) {
	s.pages.remove(pg)
	s.queue.remove(&pg.node)
	s.used -= pg.cost
	s.release(pg)
}

// keepPrint puts a print into the slot for name, for a call of makeRoom to
// follow. One that never fits only takes away the old one.
func (s *store) keepPrint(name string, made *printed) {
	if made.cost > s.max {
		s.dropPrint(name)
		return
	}
	sl := s.slot(name)
	if old := sl.print.Load(); old != nil {
		s.used -= old.cost
	} else {
		s.prints++
		s.queue.push(&sl.node)
	}
	sl.print.Store(made)
	s.used += made.cost
}

func (s *store) dropPrint(name string) {
	if sl := s.slots[name]; sl != nil {
		s.removePrint(sl)
	}
}

// change notes that a block changed with the generation.
func (s *store) change(name string, generation uint64) {
	if sl := s.slots[name]; sl != nil {
		sl.changed = generation
	} else {
		s.forgotten = generation
	}
}

func (s *store) removePrint(sl *slot) {
	if old := sl.print.Load(); old != nil {
		sl.print.Store(nil)
		s.prints--
		s.used -= old.cost
		s.queue.remove(&sl.node)
	}
	s.tidy(sl)
}

// makeRoom evicts until cost more bytes fit in, or nothing is left to evict.
func (s *store) makeRoom(cost int64) (evicted int) {
	for s.used+cost > s.max {
		switch victim := s.queue.victim(); {
		case victim == nil:
			return evicted
		case victim.page != nil:
			s.removePage(victim.page)
		default:
			s.removePrint(victim.slot)
		}
		evicted++
	}
	return evicted
}

// A queue holds what can be evicted in the order in which it came. It is SIEVE:
// a hand goes from the oldest to the newest and round again, spares what was
// visited since it came by last, and takes the first that was not. New things
// have to prove themselves behind the hand, old ones that are read stay, and a
// reader only sets a bit.
type queue struct {
	newest, oldest, hand *node
}

// A node is the place in the queue of a page or a slot.
type node struct {
	newer, older *node
	visited      atomic.Bool
	page         *page // one of the two
	slot         *slot
}

// visit looks before it writes: the bit of a hot page is read by all cores.
func (n *node) visit() {
	if !n.visited.Load() {
		n.visited.Store(true)
	}
}

func (q *queue) push(n *node) {
	n.visited.Store(false)
	n.newer, n.older = nil, q.newest
	if q.newest != nil {
		q.newest.newer = n
	} else {
		q.oldest = n
	}
	q.newest = n
}

func (q *queue) remove(n *node) {
	if q.hand == n {
		q.hand = n.newer
	}
	if n.newer != nil {
		n.newer.older = n.older
	} else {
		q.newest = n.older
	}
	if n.older != nil {
		n.older.newer = n.newer
	} else {
		q.oldest = n.newer
	}
	n.newer, n.older = nil, nil
}

// patience is how many visited nodes the hand may spare in one go. The lock is
// held meanwhile.
const patience = 4096

// victim returns what to evict next and leaves the hand there, nil if the queue
// is empty.
func (q *queue) victim() *node {
	n := q.hand
	for spared := 0; ; spared++ {
		if n == nil {
			n = q.oldest
		}
		if n == nil || spared == patience || !n.visited.Load() {
			break
		}
		n.visited.Store(false)
		n = n.newer
	}
	q.hand = n
	return n
}
