// The reference for dates, numbers, lists, plural categories and order of names:
// what this JavaScript engine's Intl gives. Called with the samples of the Go
// test; leaves out languages the engine has no data for.
function reference(samples) {
  const withData = lang => {
    const plain = { month: 'long', timeZone: 'UTC' };
    const names = new Intl.DateTimeFormat(lang, plain).format(0);
    return lang === 'en' || names !== new Intl.DateTimeFormat('en', plain).format(0) && !/^M\d/.test(names);
  };
  const answer = { languages: {}, persian: [] };
  for (const lang of samples.languages.filter(withData)) {
    const locale = lang === 'ar' ? 'ar-u-nu-latn' : lang;
    const day = { day: 'numeric', month: 'long', year: 'numeric' };
    const time = { hour: 'numeric', minute: 'numeric' };
    const formats = [
      day,
      { ...day, weekday: 'long' },
      { month: 'long', year: 'numeric' },
      { year: 'numeric' },
      time,
      { ...day, ...time },
    ].map(fields => new Intl.DateTimeFormat(locale, { ...fields, timeZone: 'UTC' }));
    const number = new Intl.NumberFormat(locale);
    const list = new Intl.ListFormat(locale);
    const plural = new Intl.PluralRules(locale);
    const collator = new Intl.Collator(locale);
    answer.languages[lang] = {
      dates: samples.seconds.map(s => formats.map(f => f.format(s * 1000))),
      numbers: samples.numbers.map(n => number.format(n)),
      lists: samples.lists.map(items => list.format(items)),
      plurals: samples.counts.map(n => plural.select(n)),
      categories: plural.resolvedOptions().pluralCategories,
      sorted: samples.names[lang].slice().sort(collator.compare),
    };
  }
  // The first days of all Persian months, as [day, year, month], counted in days
  // from 1970; null where the days of a month do not follow one another.
  const persian = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', { day: 'numeric', month: 'numeric', year: 'numeric', timeZone: 'UTC' });
  let previous = 0;
  for (let n = samples.firstDay; n <= samples.lastDay; n++) {
    const date = {};
    for (const part of persian.formatToParts(n * 86400000)) date[part.type] = parseInt(part.value, 10);
    if (date.day === 1) answer.persian.push([n, date.year, date.month]);
    else if (date.day !== previous + 1 && n > samples.firstDay) answer.persian.push(null);
    previous = date.day;
  }
  return JSON.stringify(answer);
}
