package stet

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"stet/prose"
)

// DeadLinks returns the addresses of a text's links, as they stand there, that
// belong to the site and lead readers nowhere. site is scheme and host of
// absolute addresses; links to other hosts are not looked at.
func DeadLinks(ctx context.Context, lib Library, c *Content, site string) ([]string, error) {
	if c.Body == nil {
		return nil, nil
	}
	var links []string
	c.Body.Walk(func(n *prose.Node) bool {
		for _, m := range n.Marks {
			if to := m.Attrs.Get("href"); m.Type == prose.Link && !slices.Contains(links, to) {
				links = append(links, to)
			}
		}
		return true
	})
	if len(links) == 0 {
		return nil, nil
	}
	own, err := lib.Site(ctx)
	if err != nil {
		return nil, err
	}
	var dead []string
	for _, to := range links {
		path, internal := pathOfLink(to, site)
		if !internal {
			continue
		}
		alive, err := leads(ctx, lib, own, path)
		if err != nil {
			return nil, err
		}
		if !alive {
			dead = append(dead, to)
		}
	}
	return dead, nil
}

// pathOfLink returns the path, with its query, of a link that stays on the site.
func pathOfLink(to, site string) (Path, bool) {
	u, err := url.Parse(to)
	if err != nil || u.Opaque != "" || u.Path == "" && u.Host == "" {
		return "", false
	}
	if u.Host != "" {
		home, err := url.Parse(site)
		if err != nil || !strings.EqualFold(home.Host, u.Host) || u.Scheme != "http" && u.Scheme != "https" {
			return "", false
		}
	}
	p := "/" + strings.TrimPrefix(u.Path, "/")
	if u.RawQuery != "" {
		p += "?" + u.RawQuery
	}
	return Path(p), true
}

// leads reports whether readers find something at an address.
func leads(ctx context.Context, lib Library, site *Site, p Path) (bool, error) {
	path, _, query := strings.Cut(string(p), "?")
	for _, try := range []Path{p, Path(path)} { // an old address may have had a query
		found, err := lib.Find(ctx, try)
		if err == nil {
			return found.Kind != FoundGone, nil
		}
		if !Is(err, NotFound) {
			return false, err
		}
		if !query {
			break
		}
	}
	if path == "/" || site.Own(Path(path)) {
		return true, nil
	}
	segments := strings.Split(strings.Trim(path, "/"), "/")
	if _, ok := site.Edition(Lang(segments[0])); !ok {
		return false, nil
	}
	kind := SectionTerm
	switch {
	case len(segments) == 3 && segments[1] == "topics":
		kind = TopicTerm
	case len(segments) == 3 && segments[1] == "authors":
		kind = AuthorTerm
	case len(segments) != 2:
		return false, nil
	}
	_, err := lib.Term(ctx, Lang(segments[0]), kind, segments[len(segments)-1])
	if Is(err, NotFound) {
		return false, nil
	}
	return err == nil, err
}
