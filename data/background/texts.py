#!/usr/bin/env python3
"""Prints the texts that words.tsv is counted from, one document a line (see README.md).

usage: texts.py FILE... > DOCUMENTS
FILE is a token file (one word a line, the word first, a blank line after a sentence; .conll, .conll.gz), whose sentences
stand in no order, so that fourteen of them make a document, or JSON lines with "text" (.jsonl), an article each.
"""
import gzip, json, sys

SENTENCES = 14

def lines(path):
    with (gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")) as file:
        yield from (line.rstrip("\n") for line in file)

def sentences(path):
    sentence = []
    for line in [*lines(path), ""]:
        word = line.split("\t")[0].split(" ")[0]
        if word and word != "-DOCSTART-":
            sentence.append(word)
        elif sentence:
            yield " ".join(sentence)
            sentence = []

for path in sys.argv[1:]:
    if ".jsonl" in path:
        documents = [json.loads(line)["text"] for line in lines(path)]
    else:
        found = list(sentences(path))
        documents = [" ".join(found[i:i + SENTENCES]) for i in range(0, len(found), SENTENCES)]
    for document in documents:
        print(" ".join(document.split()))
