package prose

import (
	"net/url"
	"strings"
)

// A provider is a service whose frames become embeds.
type provider struct {
	name    string
	hosts   []string
	within  string   // what every path begins with
	frames  []string // what the path of a frame begins with, before the id
	page    string   // what the address of its page begins with
	players []rule   // what shows a page of it; none for who tracks everybody or asks for more than an address
}

// What ids are made of.
const (
	word   = `([A-Za-z0-9_-]{1,100})`
	digits = `([0-9]{1,20})`
	film   = `([A-Za-z0-9_-]{11})`
)

var vimeo = []rule{
	playerOf(`/`+digits+`/([0-9a-f]{4,40})`, "", "https://player.vimeo.com/video/$1?dnt=1&h=$2", Film),
	playerOf(`/(?:video/)?`+digits+`\?`+word, "h", "https://player.vimeo.com/video/$1?dnt=1&h=$2", Film),
	playerOf(`/(?:video/|channels/[^/]+/|groups/[^/]+/videos/)?`+digits, "", "https://player.vimeo.com/video/$1?dnt=1", Film),
}

var providers = []provider{
	{name: "YouTube", hosts: []string{"youtube.com", "youtube-nocookie.com"}, frames: []string{"/embed/", "/v/"}, page: "https://www.youtube.com/watch?v=",
		players: []rule{tube(`/watch\?`+film, "v"), tube(`/embed/(videoseries)\?`+word, "list"), tube(`/(?:embed|v|shorts|live)/`+film, "")}},
	{name: "YouTube", hosts: []string{"youtu.be"}, players: []rule{tube(`/`+film, "")}},
	{name: "Vimeo", hosts: []string{"vimeo.com"}, players: vimeo},
	{name: "Vimeo", hosts: []string{"player.vimeo.com"}, frames: []string{"/video/"}, page: "https://vimeo.com/", players: vimeo},
	{name: "Dailymotion", hosts: []string{"dailymotion.com"}, frames: []string{"/embed/video/"}, page: "https://www.dailymotion.com/video/",
		players: []rule{playerOf(`/(?:embed/)?video/`+word, "", "https://geo.dailymotion.com/player.html?video=$1", Film)}},
	{name: "Dailymotion", hosts: []string{"dai.ly", "geo.dailymotion.com"}, players: []rule{
		playerOf(`/`+word, "", "https://geo.dailymotion.com/player.html?video=$1", Film),
		playerOf(`/player(?:/[a-z0-9]+)?\.html\?`+word, "video", "https://geo.dailymotion.com/player.html?video=$1", Film)}},
	{name: "Rutube", hosts: []string{"rutube.ru"}, frames: []string{"/play/embed/"}, page: "https://rutube.ru/video/",
		players: []rule{playerOf(`/(?:video|play/embed)/`+word, "", "https://rutube.ru/play/embed/$1", Film)}},
	{name: "VK", hosts: []string{"vk.com", "vkvideo.ru"}, players: []rule{
		playerOf(`/(?:.+/)?video(-?[0-9]{1,20})_`+digits, "", "https://vkvideo.ru/video_ext.php?oid=$1&id=$2", Film),
		playerOf(`/video_ext\.php\?(-?[0-9]{1,20})&`+digits, "oid id", "https://vkvideo.ru/video_ext.php?oid=$1&id=$2", Film)}},
	{name: "OK", hosts: []string{"ok.ru"}, frames: []string{"/videoembed/"}, page: "https://ok.ru/video/",
		players: []rule{playerOf(`/video(?:embed)?/`+digits, "", "https://ok.ru/videoembed/$1", Film)}},
	{name: "Aparat", hosts: []string{"aparat.com"}, players: []rule{
		playerOf(`/(?:v|video/video/embed/videohash)/`+word+`(?:/.*)?`, "", "https://www.aparat.com/video/video/embed/videohash/$1/vt/frame", Film)}},
	{name: "Facebook", hosts: []string{"facebook.com"}},
	{name: "Instagram", hosts: []string{"instagram.com"},
		players: []rule{playerOf(`/(p|reel|tv)/`+word+`(?:/embed.*)?`, "", "https://www.instagram.com/$1/$2/embed/captioned/", Sheet)}},
	{name: "TikTok", hosts: []string{"tiktok.com"},
		players: []rule{playerOf(`/(?:@[^/]+/video|player/v1|embed/v2|embed)/`+digits, "", "https://www.tiktok.com/player/v1/$1", Sheet)}},
	{name: "X", hosts: []string{"twitter.com", "x.com", "platform.twitter.com"}, players: []rule{
		playerOf(`/(?:[A-Za-z0-9_]+|i/web)/status/`+digits+`(?:/.*)?`, "", "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=$1", Sheet),
		playerOf(`/embed/Tweet\.html\?`+digits, "id", "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=$1", Sheet)}},
	{name: "Telegram", hosts: []string{"t.me"},
		players: []rule{playerOf(`/(?:s/)?([A-Za-z0-9_]{4,40})/`+digits, "", "https://t.me/$1/$2?embed=1", Sheet)}},
	{name: "Twitch", hosts: []string{"player.twitch.tv", "clips.twitch.tv"}},
	{name: "SoundCloud", hosts: []string{"soundcloud.com", "w.soundcloud.com"}, players: []rule{
		playerOf(`/player\?(?:.*&)?url=(https?%3A(?:/|%2F){2}(?:api\.)?soundcloud\.com(?:(?:/|%2F)[A-Za-z0-9_-]{1,100}){2,3})(?:[&%].*)?`, "*", "https://w.soundcloud.com/player/?url=$1", Sound),
		playerOf(`/`+word+`/`+word, "", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2F$1%2F$2", Sound),
		playerOf(`/`+word+`/sets/`+word, "", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2F$1%2Fsets%2F$2", Sound)}},
	{name: "Spotify", hosts: []string{"open.spotify.com"}, frames: []string{"/embed/"}, page: "https://open.spotify.com/",
		players: []rule{playerOf(`/(?:embed/|intl-[a-z-]+/)?(track|album|playlist|artist|episode|show)/`+word, "", "https://open.spotify.com/embed/$1/$2", Sound)}},
	{name: "Apple Podcasts", hosts: []string{"embed.podcasts.apple.com", "podcasts.apple.com"}, players: []rule{
		playerOf(`/([a-z]{2})/podcast/(?:[^/]+/)?id`+digits+`\?`+digits, "i", "https://embed.podcasts.apple.com/$1/podcast/id$2?i=$3", Sound),
		playerOf(`/([a-z]{2})/podcast/(?:[^/]+/)?id`+digits, "", "https://embed.podcasts.apple.com/$1/podcast/id$2", Sound)}},
	{name: "TED", hosts: []string{"embed.ted.com"}, frames: []string{"/talks/"}, page: "https://www.ted.com/talks/"},
	{name: "TED", hosts: []string{"ted.com"}, within: "/talks/", players: []rule{playerOf(`/talks/`+word, "", "https://embed.ted.com/talks/$1", Film)}},
	{name: "Internet Archive", hosts: []string{"archive.org"}, frames: []string{"/embed/"}, page: "https://archive.org/details/",
		players: []rule{playerOf(`/(?:details|embed)/([A-Za-z0-9._-]{1,100})`, "", "https://archive.org/embed/$1", Film)}},
	{name: "Google Maps", hosts: []string{"google.com", "maps.google.com"}, within: "/maps"},
	{name: "OpenStreetMap", hosts: []string{"openstreetmap.org"},
		players: []rule{playerOf(`/export/embed\.html\?([A-Za-z0-9%.,&=_-]{1,500})`, "*", "https://www.openstreetmap.org/export/embed.html?$1", Film)}},
	{name: "Datawrapper", hosts: []string{"datawrapper.dwcdn.net"},
		players: []rule{playerOf(`/([A-Za-z0-9]{5})(?:/[0-9]+)?`, "", "https://datawrapper.dwcdn.net/$1/", Sheet)}},
	{name: "Flourish", hosts: []string{"flo.uri.sh", "public.flourish.studio"},
		players: []rule{playerOf(`/(visualisation|story)/`+digits+`(?:/embed)?`, "", "https://flo.uri.sh/$1/$2/embed", Sheet)}},
	{name: "Infogram", hosts: []string{"infogram.com", "e.infogram.com"}, players: []rule{playerOf(`/`+word, "", "https://e.infogram.com/$1", Sheet)}},
}

// embedOf returns an embed for the address of a known service, else nil. The
// address of a frame becomes that of the page a person would open.
func embedOf(address string) *Node {
	if p, u := providerOf(address); p != nil {
		return p.embed(u, address)
	}
	return nil
}

// providerOf finds the service at an address; nil if it is of none.
func providerOf(address string) (*provider, *url.URL) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(address, " <>\"") {
		return nil, nil
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), "m.")
	for i := range providers {
		if p := &providers[i]; p.serves(host) && strings.HasPrefix(u.Path, p.within) {
			return p, u
		}
	}
	return nil, nil
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
		if key := u.Query().Get("h"); key != "" && p.name == "Vimeo" { // of a film that is not listed
			address += "/" + url.PathEscape(key)
		}
		break
	}
	address, problem := checkURL(address)
	if problem != "" {
		return nil
	}
	return &Node{Type: Embed, Attrs: Attrs{{"url", address}, {"provider", p.name}}}
}
