#!/usr/bin/env python3
"""Rebuilds cities.tsv, given.txt, surnames.txt, people.txt, companies.txt and common.txt from their sources (see ../README.md).

usage: rebuild.py SOURCES TEXT...
SOURCES is a folder with cities15000.tsv.gz, first_names.txt.gz, surnames.txt.gz, us_legislators.txt, sp500.tsv, fortune500.txt;
TEXT are token files (one word a line, the word first), from which the small words are counted.
"""
import collections, gzip, pathlib, re, sys, unicodedata

here = pathlib.Path(__file__).parent
sources, texts = pathlib.Path(sys.argv[1]), sys.argv[2:]

def lines(path):
    opened = gzip.open(path, "rt", encoding="utf-8-sig") if str(path).endswith(".gz") else open(path, encoding="utf-8-sig")
    with opened as file:
        return [line.rstrip("\n") for line in file]

def plain(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))

def write(name, rows):
    (here / name).write_text("\n".join(rows) + "\n", encoding="utf-8")

# Small words, with how often each stands with a capital among 100 occurrences.
small, capital = collections.Counter(), collections.Counter()
for text in texts:
    for line in lines(text):
        word = line.split("\t")[0].split(" ")[0]
        if re.fullmatch(r"[a-z]{2,}(['-][a-z]+)*", word):
            small[word] += 1
        elif re.fullmatch(r"[A-Z][a-z]+", word):
            capital[word.lower()] += 1
common = sorted(word for word, n in small.items() if n * 12 > capital[word])
write("common.txt", common)

# Of cities with one name the largest counts.
best = {}
for line in lines(sources / "cities15000.tsv.gz")[1:]:
    name, country, _, people, *_ = line.split("\t")
    name = name.replace("\u2019", "'")
    if name not in best or best[name][1] < int(people):
        best[name] = (country, int(people))
write("cities.tsv", (f"{plain(name)}\t{country}\t{people // 1000}" + (f"\t{name}" if plain(name) != name else "") for name, (country, people) in sorted(best.items())))

def names(path):
    found = {line.strip() for line in lines(path)}
    return {name for name in found if re.fullmatch(r"[^\W\d_]+(['’-][^\W\d_]+)*", name) and name[0].isupper() and 2 <= len(name) <= 16}

given, surnames = names(sources / "first_names.txt.gz"), names(sources / "surnames.txt.gz")
extra = lambda name: {line.strip() for line in lines(here / name) if line.strip() and not line.startswith("#")}
given |= extra("given_extra.txt")
surnames |= extra("surnames_extra.txt")
write("given.txt", sorted(map(plain, given)))
write("surnames.txt", sorted({plain(name) for name in surnames if name.lower() not in small or small[name.lower()] < 50}))

write("people.txt", sorted(line.strip() for line in lines(sources / "us_legislators.txt") if line.strip()))
firms = {line.split("\t")[1].strip() for line in lines(sources / "sp500.tsv")[1:]} | {line.strip() for line in lines(sources / "fortune500.txt")}
firms = {re.sub(r"\s*\(.*\)|,? (Inc|Corp|Co|Ltd|plc|Company|Corporation)\.?$", "", firm).strip() for firm in firms}
write("companies.txt", sorted(firm for firm in firms if len(firm) > 2 and (" " in firm or firm.lower() not in small)))
