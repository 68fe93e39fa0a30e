#!/usr/bin/env python3
"""Counts tokens and names of training files; finds broken braces and names left unmarked.
usage: check.py FILE..."""
import collections, re, sys
total = collections.Counter()
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    articles = re.split(r"(?m)^=== .*\n", text)[1:]
    counts = collections.Counter(articles=len(articles))
    for n, article in enumerate(articles, 1):
        names = re.findall(r"\{([pol]) ([^{}]+)\}", article)
        plain = re.sub(r"\{[pol] ([^{}]+)\}", r"\1", article)
        if "{" in plain or "}" in plain:
            print(f"{path} article {n}: stray brace near", re.findall(r".{0,30}[{}].{0,30}", plain)[:3])
        counts["tokens"] += len(re.findall(r"\w+|[^\w\s]", plain))
        counts["words"] += len(plain.split())
        for kind, name in names:
            counts[kind] += 1
            if name != name.strip() or name.startswith(("the ", "The ", "Mr ", "Mrs ", "President ", "Dr ")) or name.endswith(("'s", "’s")):
                print(f"{path} article {n}: span [{name}]")
        bare = re.sub(r"\{[pol] [^{}]+\}", "\u25a0", article)
        kinds = collections.defaultdict(set)
        for kind, name in names:
            kinds[name].add(kind)
        for name in set(name for _, name in names):
            if len(name) > 2 and re.search(r"(?<![\w-])" + re.escape(name) + r"(?![\w-])", bare):
                print(f"{path} article {n}: unmarked [{name}]", re.findall(r".{0,25}(?<![\w-])" + re.escape(name) + r".{0,15}", bare)[:2])
            if len(kinds[name]) > 1:
                print(f"{path} article {n}: two kinds [{name}] {sorted(kinds[name])}")
    print(path, dict(counts))
    total += counts
print("all", dict(total))
