package prose

import (
	"net/url"
	"strings"
)

// A provider is a service whose frames become embeds.
type provider struct {
	name   string
	hosts  []string
	within string   // what every path begins with
	frames []string // what the path of a frame begins with, before the id
	page   string   // what the address of its page begins with
}

var providers = []provider{
	{name: "YouTube", hosts: []string{"youtube.com", "youtube-nocookie.com"}, frames: []string{"/embed/", "/v/"}, page: "https://www.youtube.com/watch?v="},
	{name: "YouTube", hosts: []string{"youtu.be"}},
	{name: "Vimeo", hosts: []string{"vimeo.com"}},
	{name: "Vimeo", hosts: []string{"player.vimeo.com"}, frames: []string{"/video/"}, page: "https://vimeo.com/"},
	{name: "Dailymotion", hosts: []string{"dailymotion.com"}, frames: []string{"/embed/video/"}, page: "https://www.dailymotion.com/video/"},
	{name: "Dailymotion", hosts: []string{"dai.ly", "geo.dailymotion.com"}},
	{name: "Rutube", hosts: []string{"rutube.ru"}, frames: []string{"/play/embed/"}, page: "https://rutube.ru/video/"},
	{name: "VK", hosts: []string{"vk.com", "vkvideo.ru"}},
	{name: "OK", hosts: []string{"ok.ru"}, frames: []string{"/videoembed/"}, page: "https://ok.ru/video/"},
	{name: "Aparat", hosts: []string{"aparat.com"}},
	{name: "Facebook", hosts: []string{"facebook.com"}},
	{name: "Instagram", hosts: []string{"instagram.com"}},
	{name: "TikTok", hosts: []string{"tiktok.com"}},
	{name: "X", hosts: []string{"twitter.com", "x.com", "platform.twitter.com"}},
	{name: "Telegram", hosts: []string{"t.me"}},
	{name: "Twitch", hosts: []string{"player.twitch.tv", "clips.twitch.tv"}},
	{name: "SoundCloud", hosts: []string{"soundcloud.com", "w.soundcloud.com"}},
	{name: "Spotify", hosts: []string{"open.spotify.com"}, frames: []string{"/embed/"}, page: "https://open.spotify.com/"},
	{name: "Apple Podcasts", hosts: []string{"embed.podcasts.apple.com", "podcasts.apple.com"}},
	{name: "TED", hosts: []string{"embed.ted.com"}, frames: []string{"/talks/"}, page: "https://www.ted.com/talks/"},
	{name: "Internet Archive", hosts: []string{"archive.org"}, frames: []string{"/embed/"}, page: "https://archive.org/details/"},
	{name: "Google Maps", hosts: []string{"google.com", "maps.google.com"}, within: "/maps"},
	{name: "OpenStreetMap", hosts: []string{"openstreetmap.org"}},
	{name: "Datawrapper", hosts: []string{"datawrapper.dwcdn.net"}},
	{name: "Flourish", hosts: []string{"flo.uri.sh", "public.flourish.studio"}},
	{name: "Infogram", hosts: []string{"infogram.com", "e.infogram.com"}},
}

// embedOf returns an embed for the address of a known service, else nil. The
// address of a frame becomes that of the page a person would open.
func embedOf(address string) *Node {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(address, " <>\"") {
		return nil
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), "m.")
	for i := range providers {
		if p := &providers[i]; p.serves(host) && strings.HasPrefix(u.Path, p.within) {
			return p.embed(u, address)
		}
	}
	return nil
}

func (p *provider) serves(host string) bool {
	for _, name := range p.hosts {
		if name == host {
			return true
		}
	}
	return false
}

func (p *provider) embed(u *url.URL, address string) *Node {
	for _, prefix := range p.frames {
		id, ok := strings.CutPrefix(u.EscapedPath(), prefix)
		id = strings.Trim(id, "/")
		if !ok || id == "" || id == "videoseries" {
			continue
		}
		address = p.page + id
		if start := u.Query().Get("start"); start != "" && p.name == "YouTube" {
			address += "&t=" + url.QueryEscape(start)
		}
		break
	}
	address, problem := checkURL(address)
	if problem != "" {
		return nil
	}
	return &Node{Type: Embed, Attrs: Attrs{{"url", address}, {"provider", p.name}}}
}
