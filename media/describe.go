package media

import "stet"

// Description returns what the file says of its picture. The words that name no
// language are taken for the given one's.
func (s *Source) Description(l stet.Lang) stet.Description { return stet.Description{} }
