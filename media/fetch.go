package media

import (
	"context"
	"errors"
	"strings"
	"time"

	"stet"
	"stet/dial"
)

// fetchTakes is how long the fetching of a picture may take.
const fetchTakes = 2 * time.Minute

// ReceiveFrom takes in the file at an address of the public web, as Bring does.
// Words in it that name no language are taken for those of l.
func (s *Service) ReceiveFrom(ctx context.Context, actor stet.User, l stet.Lang, address string) (*stet.Picture, error) {
	if err := stet.May(actor, stet.ActPicture, nil); err != nil {
		return nil, err
	}
	client := &dial.Client{Bytes: s.Limits.Bytes, Time: fetchTakes, Local: s.localWeb}
	res, err := client.Get(ctx, address)
	switch {
	case errors.Is(err, dial.ErrTooLarge):
		return nil, s.tooLarge()
	case errors.Is(err, dial.ErrForbidden):
		return nil, stet.Errorf(stet.Invalid, "url", "does not lead to the public web: give an address that begins with https://")
	case err != nil && ctx.Err() == nil:
		s.Log.Info("fetch a picture", "url", address, "err", err)
		return nil, stet.Errorf(stet.Invalid, "url", "cannot be fetched: look whether a browser shows it, or bring the file itself")
	case err != nil:
		return nil, err
	}
	defer res.Body.Close()
	name := res.Request.URL.Path
	name = name[strings.LastIndexByte(name, '/')+1:]
	p, err := s.Bring(ctx, actor, Incoming{Name: name, Lang: l, Body: res.Body})
	if errors.Is(err, dial.ErrTooLarge) {
		return nil, s.tooLarge()
	}
	return p, err
}
