"""Cuts the default theme's fonts: one variable file for each script (ISO 15924), with its
Latin letters, figures and marks, so that a page loads one font at most.

Every file is drawn from two masters: the text cut at weight 400 and the display
cut at weight 700, with straight lines between them. Where the source has an
optical size, headlines so get the finer forms that were drawn for them.
"""

import logging
import os
import sys

from fontTools import designspaceLib, merge, subset, varLib
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

logging.disable(logging.WARNING)

# Quotation marks, dashes, spaces, currencies, and what typists find on their keyboards.
MARKS = "20-7E A0-BF D7 F7 2009 2010-2015 2018-201E 2020-2022 2026 202F 2030 2032 2033 2039 203A 20AC 2116 2122 2212"
WESTERN = "C0-FF"
FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "pnum", "init", "medi", "fina", "rlig"]

# File: the family's name in it, where it comes from, the characters, the two masters.
FONTS = {
    "latn": ("Stet Latin", ["source/VAR/SourceSerif4Variable-Roman.ttf"],
              f"{MARKS} {WESTERN} 100-17F 18F 259 218-21B 1E9E 20BA 20BD",
              {"wght": 400, "opsz": 15}, {"wght": 650, "opsz": 44}),
    "cyrl": ("Stet Cyrillic", ["source/VAR/SourceSerif4Variable-Roman.ttf"],
                 f"{MARKS} 301 400-45F 490 491 20B4 20BD",
                 {"wght": 400, "opsz": 15}, {"wght": 650, "opsz": 44}),
    "armn": ("Stet Armenian", ["armenian/files/noto-serif-armenian-armenian-wght-normal.woff2",
                                   "armenian/files/noto-serif-armenian-latin-wght-normal.woff2"],
                 f"{MARKS} {WESTERN} 531-556 559-58A 58D-58F FB13-FB17",
                 {"wght": 400}, {"wght": 700}),
    "geor": ("Stet Georgian", ["georgian/files/noto-serif-georgian-georgian-wght-normal.woff2",
                                   "georgian/files/noto-serif-georgian-latin-wght-normal.woff2"],
                 f"{MARKS} {WESTERN} 10D0-10FF 20BE",
                 {"wght": 400}, {"wght": 700}),
    "arab": ("Stet Arabic", ["arabic/files/noto-naskh-arabic-arabic-wght-normal.woff2",
                               "arabic/files/noto-naskh-arabic-latin-wght-normal.woff2"],
               f"{MARKS} 60C 61B 61F 621-63A 640-65F 660-66D 670-671 67E 686 698 6A9 6AF 6C0 6CC 6D4 6F0-6F9 200C-200F FDFC",
               {"wght": 400}, {"wght": 700}),
}

# What no page can do without, in every file and in its own.
NEEDED = "AZaz0123456789.,:;!?()«»„“”‘’—–…€"
LETTERS = {
    "latn": "ƏəĞğİıŞşÇçÖöÜüÂâÎîÛû",
    "cyrl": "АЯаяЁёҐґЄєІіЇї№₽",
    "armn": "ԱՖաֆև՝՞՜։֊֏",
    "geor": "აჰ",
    "arab": "اآأإءئؤبپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهةيیى،؛؟٪٬٫ًٌٍَُِّْ۰۹٠٩\u200c",
}


def characters(ranges):
    for r in ranges.split():
        first, _, last = r.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def master(work, name, sources, wanted, at):
    """One static font of the wanted characters at a place of the design space."""
    parts = []
    # The local forms of Cyrillic are Bulgarian and Serbian ones: a fifth of the file.
    features = [f for f in FEATURES if (name, f) != ("cyrl", "locl")]
    for i, source in enumerate(sources):
        font = TTFont(os.path.join(work, source), recalcTimestamp=False)
        options = subset.Options(layout_features=features, hinting=False, notdef_outline=True,
                                 name_IDs=[0, 13, 14])
        cut = subset.Subsetter(options)
        cut.populate(unicodes=wanted)
        cut.subset(font)
        font = instancer.instantiateVariableFont(font, {a.axisTag: at.get(a.axisTag) for a in font["fvar"].axes})
        font.flavor = None
        part = os.path.join(work, f"{name}-{at['wght']}-{i}.ttf")
        font.save(part)
        parts.append(part)
    if len(parts) > 1:
        font = merge.Merger().merge(parts)
        font.save(parts[0])
    return parts[0]


def make(work, out, cards, file):
    family, sources, ranges, text, display = FONTS[file]
    wanted = list(characters(ranges))
    space = designspaceLib.DesignSpaceDocument()
    space.addAxisDescriptor(tag="wght", name="Weight", minimum=400, default=400, maximum=700)
    for weight, at in ((400, text), (700, display)):
        space.addSourceDescriptor(path=master(work, file, sources, wanted, at), location={"Weight": weight})
    font, _, _ = varLib.build(space)
    missing = set(NEEDED + LETTERS[file]) - {chr(c) for c in font.getBestCmap()}
    if missing:
        sys.exit(f"{file} lacks {sorted(missing)}")
    licence = {n: font["name"].getDebugName(n) for n in (0, 13, 14)}
    font["name"].names = []
    for n, text in {**licence, 1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}.items():
        if text:
            font["name"].setName(text, n, 3, 1, 0x409)
    for axis in font["fvar"].axes:
        axis.axisNameID = 1
    font["post"].formatType = 3
    for table in ("STAT", "DSIG"):
        if table in font:
            del font[table]
    # The same bytes every time.
    font["head"].created = font["head"].modified = TTFont(os.path.join(work, sources[0]))["head"].created
    font.recalcTimestamp = False
    font.flavor = "woff2"
    path = os.path.join(out, file + ".woff2")
    font.save(path)
    print(path, os.path.getsize(path), "bytes,", len(font.getGlyphOrder()), "glyphs")
    # The same at its boldest, for cards, which no browser draws.
    font = instancer.instantiateVariableFont(TTFont(path, recalcTimestamp=False), {"wght": 700})
    font.flavor = None
    path = os.path.join(cards, file + ".ttf")
    font.save(path)
    print(path, os.path.getsize(path), "bytes")


work, out, cards = sys.argv[1:]
for folder in (out, cards):
    os.makedirs(folder, exist_ok=True)
for file in FONTS:
    make(work, out, cards, file)
