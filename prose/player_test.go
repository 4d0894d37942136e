package prose

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestPlayerOf: the frame of a page is made of its address, or the page has none.
func TestPlayerOf(t *testing.T) {
	for _, c := range []struct{ page, frame string }{
		{"https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
		{"https://m.youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=90s", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=90"},
		{"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1m", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
		{"http://youtu.be/dQw4w9WgXcQ?si=abc", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
		{"https://youtube.com/shorts/dQw4w9WgXcQ/", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
		{"https://www.youtube.com/embed/videoseries?list=PL0123456789", "https://www.youtube-nocookie.com/embed/videoseries?list=PL0123456789"},
		{"https://www.youtube.com/watch?v=1", ""},
		{"https://www.youtube.com/watch?v=dQw4w9WgXc%22", ""},
		{"https://www.youtube.com/@newsroom", ""},
		{"https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", ""},
		{"https://evil.example/?https://www.youtube.com/watch?v=dQw4w9WgXcQ", ""},
		{"https://www.youtube.com@evil.example/watch?v=dQw4w9WgXcQ", ""},
		{"javascript:alert(1)//www.youtube.com/watch?v=dQw4w9WgXcQ", ""},
		{"/watch?v=dQw4w9WgXcQ", ""},
		{"https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"},
		{"https://vimeo.com/76979871/0123abcdef", "https://player.vimeo.com/video/76979871?dnt=1&h=0123abcdef"},
		{"https://vimeo.com/channels/staffpicks/76979871", "https://player.vimeo.com/video/76979871?dnt=1"},
		{"https://player.vimeo.com/video/76979871?h=0123abcdef", "https://player.vimeo.com/video/76979871?dnt=1&h=0123abcdef"},
		{"https://vimeo.com/about", ""},
		{"https://www.dailymotion.com/video/x7tgad0", "https://geo.dailymotion.com/player.html?video=x7tgad0"},
		{"https://dai.ly/x7tgad0", "https://geo.dailymotion.com/player.html?video=x7tgad0"},
		{"https://geo.dailymotion.com/player/x1.html?video=x7tgad0", "https://geo.dailymotion.com/player.html?video=x7tgad0"},
		{"https://rutube.ru/video/0123456789abcdef0123456789abcdef/", "https://rutube.ru/play/embed/0123456789abcdef0123456789abcdef"},
		{"https://vk.com/video-22822305_456241864", "https://vkvideo.ru/video_ext.php?oid=-22822305&id=456241864"},
		{"https://vkvideo.ru/video_ext.php?oid=-1&id=2&hash=3", "https://vkvideo.ru/video_ext.php?oid=-1&id=2"},
		{"https://ok.ru/video/1234567890", "https://ok.ru/videoembed/1234567890"},
		{"https://www.aparat.com/v/abcd1", "https://www.aparat.com/video/video/embed/videohash/abcd1/vt/frame"},
		{"https://www.instagram.com/p/Cabc_-1/?igsh=1", "https://www.instagram.com/p/Cabc_-1/embed/captioned/"},
		{"https://www.tiktok.com/@news/video/7123456789012345678", "https://www.tiktok.com/player/v1/7123456789012345678"},
		{"https://x.com/news/status/1234567890123456789?s=20", "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890123456789"},
		{"https://twitter.com/i/web/status/12", "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=12"},
		{"https://t.me/s/newsroom/123", "https://t.me/newsroom/123?embed=1"},
		{"https://t.me/newsroom", ""},
		{"https://soundcloud.com/newsroom/episode-1", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fnewsroom%2Fepisode-1"},
		{"https://soundcloud.com/newsroom/sets/all", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fnewsroom%2Fsets%2Fall"},
		{"https://w.soundcloud.com/player/?color=1&url=https%3A//api.soundcloud.com/tracks/34019569&auto_play=true", "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/34019569"},
		{"https://w.soundcloud.com/player/?url=https%3A//evil.example/tracks/1", ""},
		{"https://open.spotify.com/intl-de/episode/4rOoJ6Egrf8K2IrywzwOMk", "https://open.spotify.com/embed/episode/4rOoJ6Egrf8K2IrywzwOMk"},
		{"https://podcasts.apple.com/us/podcast/the-news/id1200361736?i=1000650000000", "https://embed.podcasts.apple.com/us/podcast/id1200361736?i=1000650000000"},
		{"https://podcasts.apple.com/us/podcast/id1200361736", "https://embed.podcasts.apple.com/us/podcast/id1200361736"},
		{"https://www.ted.com/talks/some_talk", "https://embed.ted.com/talks/some_talk"},
		{"https://archive.org/details/some.film_1911", "https://archive.org/embed/some.film_1911"},
		{"https://www.openstreetmap.org/export/embed.html?bbox=49.8%2C40.3%2C49.9%2C40.4&layer=mapnik", "https://www.openstreetmap.org/export/embed.html?bbox=49.8%2C40.3%2C49.9%2C40.4&layer=mapnik"},
		{"https://www.openstreetmap.org/#map=5/51/0", ""},
		{"https://datawrapper.dwcdn.net/aBc12/3/", "https://datawrapper.dwcdn.net/aBc12/"},
		{"https://public.flourish.studio/visualisation/123456/", "https://flo.uri.sh/visualisation/123456/embed"},
		{"https://infogram.com/some-chart-1h0n25op", "https://e.infogram.com/some-chart-1h0n25op"},
		{"https://www.facebook.com/news/posts/1", ""},
		{"https://player.twitch.tv/?channel=news", ""},
		{"https://www.google.com/maps/embed?pb=1", ""},
	} {
		p, ok := PlayerOf(c.page)
		if p.URL != c.frame || ok != (c.frame != "") {
			t.Errorf("%s: %q %v, want %q", c.page, p.URL, ok, c.frame)
			continue
		}
		if !ok {
			continue
		}
		u, err := url.Parse(p.URL)
		if err != nil || !slices.Contains(PlayerHosts(), "https://"+u.Host) || strings.TrimPrefix(u.Host, "www.") != p.Host {
			t.Errorf("%s: a frame of %q, told as %q, is of none of the hosts %q", c.page, p.URL, p.Host, PlayerHosts())
		}
		if p.Referrer != (u.Host == "www.youtube-nocookie.com") {
			t.Errorf("%s: names the site to %s: %v", c.page, u.Host, p.Referrer)
		}
		// An embed that was read from the frame itself is of the same player.
		if n := embedOf(p.URL); n == nil {
			t.Errorf("%s: its frame %s is no embed", c.page, p.URL)
		} else if again, _ := PlayerOf(n.Attrs.Get("url")); again != p {
			t.Errorf("%s: its frame %s, as the embed %s, plays %s", c.page, p.URL, n.Attrs.Get("url"), again.URL)
		}
	}
}

// TestPlayerInHTML: a link names its player only where readers are told.
func TestPlayerInHTML(t *testing.T) {
	d, err := Parse([]byte(`{"type":"doc","content":[{"type":"fact_box","content":[
		{"type":"embed","attrs":{"url":"https://youtu.be/dQw4w9WgXcQ","title":"A <film>","provider":"YouTube"}}]},
		{"type":"embed","attrs":{"url":"https://video.example/1"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const with = `<p class="embed"><a href="https://youtu.be/dQw4w9WgXcQ" data-embed="YouTube" data-player="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" data-shape="film" data-referrer="strict-origin">` +
		`<span class="title">A &lt;film&gt;</span></a> <small class="note">from &lt;youtube-nocookie.com&gt;</small></p>`
	out := d.HTML(HTMLOptions{Player: told})
	if !strings.Contains(out, with) || strings.Count(out, "data-player") != 1 {
		t.Errorf("%s\n\twant %s", out, with)
	}
	if plain := d.HTML(HTMLOptions{}); strings.Contains(plain, "player") || strings.Contains(plain, "note") {
		t.Errorf("nobody is told, and yet %s", plain)
	}
	if !d.HasPlayer() {
		t.Error("the document has no player")
	}
	d.Content = d.Content[1:]
	if d.HasPlayer() {
		t.Error("a film of a host nobody knows has a player")
	}
	back, _ := FromHTML(out, FromOptions{})
	if got := back.HTML(HTMLOptions{}); !strings.Contains(got, `<span class="title">A &lt;film&gt;</span></a></p>`) {
		t.Errorf("read back: %s", got)
	}
}
