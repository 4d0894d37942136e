package newsroom

import (
	"net/http"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
)

// settingsPage is what the newsroom has decided about its site.
type settingsPage struct {
	frame.Frame
	Settings []setting
	Zone     string
	Engine   string
	Editions []stet.Edition
}

// setting is one decision and what there is to choose from.
type setting struct {
	Name, About string
	Values      []frame.Option
}

func (d *Newsroom) settings(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	p := settingsPage{Zone: v.Site.Zone.String(), Engine: d.DB.Engine(), Editions: v.Site.Editions}
	for _, s := range stet.AllSettings() {
		line := setting{Name: s.Name, About: v.T(settingKey(s.Name, ""))}
		for _, value := range s.Values {
			line.Values = append(line.Values, frame.Option{Value: value, Text: v.T(settingKey(s.Name, value)), Chosen: value == v.Site.Settings.Get(s.Name)})
		}
		p.Settings = append(p.Settings, line)
	}
	var err error
	if p.Frame, err = d.Frame(v, v.T("settings")); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "settings", &p)
}

// settingKey names the text of a setting or of one of its values.
func settingKey(name, value string) say.Key {
	key := "set_" + name
	if value != "" {
		key += "_" + value
	}
	return say.Key(strings.ReplaceAll(key, "-", "_"))
}

// set changes the settings that the form names.
func (d *Newsroom) set(w http.ResponseWriter, v *frame.Visit) error {
	changes := map[string]string{}
	for _, s := range stet.AllSettings() {
		if value := v.PostFormValue(s.Name); value != "" {
			changes[s.Name] = value
		}
	}
	if err := d.DB.ChangeSettings(v.Context(), v.User(), changes, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/settings?did=saved")
}
