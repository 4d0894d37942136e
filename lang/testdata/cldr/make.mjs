// Extracts what the tests of package lang compare with from the CLDR's own
// data. In an empty folder:
//
//   npm pack cldr-core@48.2.0 cldr-dates-full@48.2.0 cldr-numbers-full@48.2.0 cldr-misc-full@48.2.0 cldr-cal-persian-full@46.1.0
//   for f in *.tgz; do mkdir "${f%-*}" && tar -xzf "$f" -C "${f%-*}" --strip-components=1; done
//   node …/lang/testdata/cldr/make.mjs .
//
// The Persian calendar was not published apart after 46.1.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const from = process.argv[2];
const read = (...path) => JSON.parse(readFileSync(join(from, ...path), 'utf8'));
const supplemental = name => read('cldr-core', 'supplemental', name + '.json').supplemental;
const regions = { ru: 'RU', en: 'US', az: 'AZ', hy: 'AM', ka: 'GE', tr: 'TR', uk: 'UA', ar: 'EG', fa: 'IR' };

for (const [lang, region] of Object.entries(regions)) {
  const main = (pkg, file) => read(pkg, 'main', lang, file + '.json').main[lang];
  const gregorian = main('cldr-dates-full', 'ca-gregorian').dates.calendars.gregorian;
  const persian = lang === 'fa' && main('cldr-cal-persian-full', 'ca-persian').dates.calendars.persian;
  const available = gregorian.dateTimeFormats.availableFormats;
  const { months } = persian || gregorian;
  const { numbers } = main('cldr-numbers-full', 'numbers');
  const system = lang === 'ar' ? 'latn' : numbers.defaultNumberingSystem;
  const symbols = numbers['symbols-numberSystem-' + system];
  const clock = supplemental('timeData').timeData[region]._preferred === 'h' ? 'hm' : 'Hm';
  const delimiters = main('cldr-misc-full', 'delimiters').delimiters;
  const list = main('cldr-misc-full', 'listPatterns').listPatterns['listPattern-type-standard'];
  const characters = main('cldr-misc-full', 'characters').characters;
  const plurals = supplemental('plurals')['plurals-type-cardinal'][lang];
  const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const kept = {
    months: Object.values(months.format.wide),
    alone: Object.values(months['stand-alone'].wide),
    weekdays: days.map(day => gregorian.days.format.wide[day]),
    halves: [gregorian.dayPeriods.format.abbreviated.am, gregorian.dayPeriods.format.abbreviated.pm],
    patterns: {
      date: persian ? persian.dateTimeFormats.availableFormats.yyyyMMMd.replace('MMM', 'MMMM') : gregorian.dateFormats.long,
      full: persian ? '' : gregorian.dateFormats.full,
      month: persian ? persian.dateTimeFormats.availableFormats.yyyyMMMM : available.yMMMM,
      year: available.y,
      clock: available[clock],
      dateTime: gregorian['dateTimeFormats-atTime'].standard.long,
    },
    numbers: {
      digits: supplemental('numberingSystems').numberingSystems[system]._digits,
      group: symbols.group,
      minus: symbols.minusSign,
      least: Number(numbers.minimumGroupingDigits),
    },
    list: { pair: list['2'], start: list.start, middle: list.middle, end: list.end },
    quotes: [delimiters.quotationStart, delimiters.quotationEnd],
    inner: [delimiters.alternateQuotationStart, delimiters.alternateQuotationEnd],
    plurals: Object.fromEntries(Object.entries(plurals).map(([rule, text]) => [rule.replace('pluralRule-count-', ''), text])),
    index: characters.index.slice(1, -1).split(' '),
  };
  writeFileSync(join(here, lang + '.json'), JSON.stringify(kept, null, 1) + '\n');
}
copyFileSync(join(from, 'cldr-core', 'LICENSE'), join(here, 'LICENSE'));
