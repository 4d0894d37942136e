package site

// twin is a page's matter in another form.
type twin struct{ Type, Href string }
