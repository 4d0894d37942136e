package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/cmd/stet/scene"
	"stet/media"
	"stet/native"
	"stet/store"
	"stet/transfer"
)

// samplePicture is a picture of the sample newsroom, and where it is shown.
type samplePicture struct {
	Scene   string
	By      string // the key of who took it; the paper itself if it is empty
	Focus   stet.Point
	Words   map[stet.Lang]stet.PictureWords
	Leads   []string // the stories it leads, without their languages
	Instead string   // the address elsewhere that it stands in place of, in bodies
}

// digitalSource says of every picture that a program drew it.
const digitalSource = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"

// painter gives the sample stories their pictures.
type painter struct {
	db    *store.DB
	media *media.Service
	scale float64 // of the pictures' sizes
	now   func() time.Time

	pictures []samplePicture
	names    map[string]map[stet.Lang]string // of people, by their keys, and of the paper
	painted  map[string]stet.PictureID       // by scene
}

// paint paints the pictures of the sample newsroom and puts them into its
// stories, one story after the other in all its languages. It goes on where it
// was broken off. A story that somebody has edited is left alone.
func paint(ctx context.Context, db *store.DB, service *media.Service, scale float64, now func() time.Time) error {
	p := &painter{db: db, media: service, scale: scale, now: now, names: map[string]map[stet.Lang]string{}, painted: map[string]stet.PictureID{}}
	text, err := newsroom.ReadFile("newsroom/pictures.json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &p.pictures); err != nil {
		return err
	}
	stories, order, err := p.stories()
	if err != nil {
		return err
	}
	for _, base := range order {
		if err := p.illustrate(ctx, stories[base]); err != nil {
			return fmt.Errorf("the pictures of %s: %w", base, err)
		}
	}
	return nil
}

// sampleStory is a line of the sample stories that shows pictures.
type sampleStory struct {
	id     stet.ArticleID
	lang   stet.Lang
	line   []byte
	lead   *samplePicture
	inside []*samplePicture
}

// stories reads the sample stories that show pictures, by their names without
// languages, and the order in which these get theirs.
func (p *painter) stories() (stories map[string][]sampleStory, order []string, err error) {
	var paper struct{ Name map[stet.Lang]string }
	text, err := newsroom.ReadFile("newsroom/paper.json")
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal(text, &paper); err != nil {
		return nil, nil, err
	}
	p.names[""] = paper.Name
	files, err := newsroom.ReadDir("newsroom")
	if err != nil {
		return nil, nil, err
	}
	stories = map[string][]sampleStory{}
	first := map[string]int{}
	for _, f := range files {
		if filepath.Ext(f.Name()) != ".jsonl" {
			continue
		}
		text, err := newsroom.ReadFile("newsroom/" + f.Name())
		if err != nil {
			return nil, nil, err
		}
		for line := range bytes.Lines(text) {
			v, err := native.DecodeLine(line)
			if err != nil {
				return nil, nil, err
			}
			switch v := v.(type) {
			case *native.Term:
				if v.Type == stet.AuthorTerm {
					p.names[v.Key] = v.Names
				}
			case *native.Article:
				s := sampleStory{id: v.ID, lang: v.Lang, line: line}
				base := strings.TrimSuffix(string(v.ID), "-"+string(v.Lang))
				for i := range p.pictures {
					pic := &p.pictures[i]
					if slices.Contains(pic.Leads, base) {
						s.lead = pic
					}
					if pic.Instead != "" && bytes.Contains(line, []byte(pic.Instead)) {
						s.inside = append(s.inside, pic)
					}
					if _, ok := first[base]; !ok && (s.lead != nil || len(s.inside) > 0) {
						first[base] = i
						order = append(order, base)
					}
				}
				if s.lead != nil || len(s.inside) > 0 {
					stories[base] = append(stories[base], s)
				}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return first[a] - first[b] })
	return stories, order, nil
}

// illustrate gives the languages of a story their pictures.
func (p *painter) illustrate(ctx context.Context, story []sampleStory) error {
	var lines bytes.Buffer
	for _, s := range story {
		a, err := p.db.Article(ctx, s.id)
		if stet.Is(err, stet.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if a.HandEdited || a.Current == nil || len(a.Current.Pictures()) > 0 {
			continue
		}
		line, err := p.line(ctx, s)
		if err != nil {
			return err
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	if lines.Len() == 0 {
		return nil
	}
	f, err := os.CreateTemp("", "stet-newsroom-*.jsonl")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(lines.Bytes()); err != nil {
		return err
	}
	n := transfer.Native{DB: p.db, Now: p.now}
	_, err = n.Import(ctx, []string{f.Name()})
	return err
}

// line is a story's line with its pictures in it.
func (p *painter) line(ctx context.Context, s sampleStory) ([]byte, error) {
	line := s.line
	for _, pic := range s.inside {
		id, err := p.picture(ctx, pic)
		if err != nil {
			return nil, err
		}
		line = bytes.ReplaceAll(line, []byte(`"url": "`+pic.Instead+`"`), []byte(`"ref": "`+string(id)+`"`))
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return nil, err
	}
	if s.lead != nil {
		id, err := p.picture(ctx, s.lead)
		if err != nil {
			return nil, err
		}
		if members["picture"], err = json.Marshal(stet.PictureUse{ID: id, Credit: p.names[s.lead.By][s.lang]}); err != nil {
			return nil, err
		}
	}
	if members["updated_at"] == nil { // that it has a picture now is no news
		members["updated_at"] = members["published_at"]
	}
	return json.Marshal(members)
}

// picture paints a picture and takes it into the newsroom, unless it is there.
func (p *painter) picture(ctx context.Context, pic *samplePicture) (stet.PictureID, error) {
	if id := p.painted[pic.Scene]; id != "" {
		return id, nil
	}
	file, err := scene.Paint(pic.Scene, p.scale)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(file)
	same, err := p.db.SamePictures(ctx, hex.EncodeToString(sum[:]))
	if err != nil {
		return "", err
	}
	if len(same) > 0 {
		p.painted[pic.Scene] = same[0].ID
		return same[0].ID, nil
	}
	name := p.names[pic.By]["en"]
	brought, err := p.media.Bring(ctx, stet.Importer, media.Incoming{Name: pic.Scene + extension(file), Body: bytes.NewReader(file), Say: func(d *stet.Description) {
		*d = stet.Description{Words: pic.Words, Credit: name, Copyright: "© " + p.names[""]["en"], Source: digitalSource}
		if pic.By != "" {
			d.Creator = name
		}
	}})
	if err != nil {
		return "", err
	}
	p.painted[pic.Scene] = brought.ID
	_, err = p.db.UpdatePictures(ctx, stet.Importer, []stet.PictureID{brought.ID}, p.now(), func(ps []*stet.Picture) error {
		return ps[0].Crop(stet.Importer, pic.Focus, nil, p.now())
	})
	return brought.ID, err
}

func extension(file []byte) string {
	if bytes.HasPrefix(file, []byte("\x89PNG")) {
		return ".png"
	}
	return ".jpg"
}
