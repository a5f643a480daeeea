"""Jinja2 templates of the generated pages."""

INDEX = """\
# Reproductions

<!-- Generated from docs/results/*.json: change the reproductions and their records, never this page. -->

Every question has a page of its own, with what is claimed, what came out of it here, and what we think where
that is not the same. The list below counts how the published claims came out.

Wherever chance plays a part, a verdict is computed from random seeds, as many as the page says. "Ours" is
the mean (or what is named there) with the 95 % interval that was compared with the published value, and the
number of seeds n.

- *Reproduced* and *not reproduced*: the interval decides.
- *Inconclusive*: it does not. Where the mean of our runs is judged, more seeds narrow the interval, and the
  verdict says which difference these seeds could have resolved. Where one published run (or the best of
  several) is judged, the interval is that of one further run of ours: if it is too wide to count, single runs
  scatter that much, which more seeds will not change. The percentile and z say where the published run lies
  among ours (the best of several: among the best of as many of ours). Few seeds have a wide interval: with
  three, its ends are 2.5 standard deviations from the mean where a mean is judged, and 5 where one further
  run is.
- *Not run*: these numbers cannot be compared with the publication.

The permutation p decides nothing: it is the probability that chance alone takes our mean so far from the
bound, or from the published size, if that were the true mean. It is left out where fewer than six runs are
compared, and where two arms are to be equal to within a margin. An *inf* stands for runs that never got
there.

How a published number came to us is said by a letter:
{% for tag, meaning in tags.items() %}{{ tag }}, {{ meaning }}{{ "." if loop.last else "; " }}{% endfor %}
What is marked K, nobody published: these are checks of our own, counted apart.

What the lecture notes and their sources have wrong is gathered in [errata.md](errata.md); what is claimed and
not run, and why, in [cited.md](cited.md). The time is that of the runs which made the record: a network that
the run store already held was not trained again.

| reproduction | question | reproduced | not reproduced | inconclusive | not run | own checks met | seeds \
| last run | time |
|---|---|---|---|---|---|---|---|---|---|
{% for entry in entries -%}
| [{{ entry.name }}](results/{{ entry.name }}.md) | {{ entry.question | cell }} \
| {{ entry.count("reproduced") }} | {{ entry.count("not reproduced") }} | {{ entry.count("inconclusive") }} \
| {{ entry.count("not run") }} | {{ entry.own_checks }} | {{ entry.seeds or "-" }} | {{ entry.date }} \
| {{ entry.time }} |
{% endfor -%}
"""

PAGE = """\
# {{ entry.question | text }}

<!-- Generated from reproductions/{{ entry.name }}.py and its record: change those, never this page. -->

[Reproductions](../reproductions.md) / {{ entry.name }}
{% if entry.stale %}
**This record is out of date: its claims are not those of the file.**
{% endif %}{% if entry.stand_in %}
**These numbers cannot be compared with the publication: {{ entry.stand_in | text }}.**
{% endif %}
{%- for paragraph in entry.about %}
{{ paragraph | text }}
{% endfor %}
{%- if entry.figure %}
![{{ entry.question | text }}]({{ entry.figure }})
{% endif %}
{%- macro table(rows, published) %}
| what is {{ "said" if published else "checked" }} | {{ "published" if published else "expected" }} | ours \
| verdict | where |
|---|---|---|---|---|
{% for row in rows -%}
| {{ row.says | cell }} | {{ row.published | cell }} | {{ row.ours | cell }} | **{{ row.status }}**\
{% if row.remarks %}: {{ row.remarks | cell }}{% endif %} | {{ row.where | cell }} |
{% endfor %}
{%- endmacro %}
{%- if entry.published %}
## Claims and verdicts

What verdicts and the letters in brackets mean: [how to read these tables](../reproductions.md).
{{ table(entry.published, true) }}
{%- endif %}
{%- if entry.thoughts %}
## What we think

{% for thought in entry.thoughts -%}
{% for claim in thought.claims -%}
> {{ claim | text }}{{ "" if loop.last else "\\\\" }}
{% endfor %}
{{ (thought.text or "*Nothing has been written on this yet.*") | text }}
{% if not loop.last %}
{% endif %}
{%- endfor %}{% endif %}
{%- if entry.own %}
## Checks of our own

Nobody published these; they are computed independently, or are questions of ours.
{{ table(entry.own, false) }}
{%- endif %}
{%- if entry.deviations %}
## What differs from the source

{% for text in entry.deviations %}- {{ text | text }}
{% endfor %}{% endif %}
{%- if entry.chosen %}
## Chosen by validation

On seeds that are used for nothing else:

{% for key, text in entry.chosen.items() %}- {{ key | text }}: {{ text | text }}
{% endfor %}{% endif %}
{%- if entry.notes %}
## Notes

{% for key, text in entry.notes.items() %}- {{ key | text }}: {{ text | text }}
{% endfor %}{% endif %}
## How it was made

|{% for run in entry.runs %} |{% endfor %} |
|---|{% for run in entry.runs %}---|{% endfor %}
{% for name, cells in entry.made -%}
| {{ name }} |{% for cell in cells %} {{ cell | cell }} |{% endfor %}
{% endfor %}
Again: `zoo reproduce {{ entry.name }} --profile full`
{%- if entry.full_seeds != entry.seeds %} makes it anew, with {{ entry.full_seeds }} seeds{% endif %}
{%- if entry.wall_time %}. Expected wall time on two cores: {{ entry.wall_time | text }}{% endif %}
{% if entry.seeds %}
More seeds: `zoo reproduce {{ entry.name }} --profile full --seeds {{ entry.more_seeds }}` adds the \
{{ entry.more_seeds - entry.seeds }} that the record lacks\
{% if entry.chosen %}, with the settings that were chosen for it{% endif %}.
{% endif %}
The code is in [reproductions/{{ entry.name }}.py](../../reproductions/{{ entry.name }}.py), every number in \
[{{ entry.name }}.json]({{ entry.name }}.json).
{%- if entry.superseded %}

## Earlier verdicts

On claims that were mended since:

{% for text in entry.superseded %}- {{ text | text }}
{% endfor %}{% else %}
{% endif -%}
"""

ERRATA = """\
# Errata of the lecture notes

<!-- Generated from reproductions/harness/errata.py and docs/results/*.json: change those, not this page. -->

Five lecture notes on neural networks, and the papers and programs they rest on, were computed, counted,
trained and read again. This page lists what does not hold as it stands, and what was doubted and is right.
The notes are in Spanish: what they say is given in our words, with their own numbers. Line numbers are those
of our copies, which lost digits and symbols here and there.

Where the right number can be computed it is not typed: it is read from the record of a
[reproduction](reproductions.md), and where that run is still to come the page says *not run yet*. Verdicts
are those of the reproductions: *reproduced* means that the claim in quotation marks holds, *not reproduced*
that it does not. What else the notes claim, and why some of it is not run, is on
[a page of its own](cited.md).

Kinds:

{% for kind, meaning in kinds.items() -%}
- *{{ kind }}*: {{ meaning }}.
{% endfor %}
## Overview
{% for title, findings in parts.items() %}
**{{ title }}:**

| | kind | what it is about | where |
|---|---|---|---|
{% for finding in findings -%}
| [{{ finding.number }}](#finding-{{ finding.number | lower }}) | {{ finding.kind }} \
| {{ finding.title | cell }} | {{ finding.where | cell }} |
{% endfor %}
{%- endfor %}
{%- for title, findings in parts.items() %}
## {{ title }}
{% for finding in findings %}
<a id="finding-{{ finding.number | lower }}"></a>

### {{ finding.number }}. {{ finding.title | cell }}

{{ finding.where | cell }} (*{{ finding.kind }}*)

- **What it says:** {{ finding.says | cell }}
- **What holds:** {{ finding.right | cell }}
- **How it is known:** {{ finding.how | cell }}
{%- for line in finding.lines %}
  - {{ line | cell }}
{%- endfor %}
{% endfor %}
{%- endfor -%}
"""

CITED = """\
# What is claimed, and what was run

<!-- Generated from reproductions/harness/catalogue.py and docs/results/*.json: change those. -->

The claims of the lecture notes and of the papers behind them, each in our words. A claim counts as run when a
committed record judges it; [reproductions.md](reproductions.md) has the verdicts one by one. The others stand
here with what would decide them and the reason why there is no verdict. What was found to be wrong in the
notes is listed among the [errata](errata.md).

How well a claim can be checked:

{% for grade, meaning in grades.items() -%}
- {{ grade }}, {{ meaning }}.
{% endfor %}
## Run

| claim | where | grade | run by | verdicts | remarks |
|---|---|---|---|---|---|
{% for row in ran -%}
| `{{ row.entry.id }}`: {{ row.entry.says | cell }} | {{ row.entry.where | cell }} | {{ row.entry.grade }} \
| {{ row.by | cell }} | {{ row.outcome }} | {{ row.entry.remark | cell }} |
{% endfor %}
{%- for title, entries in later.items() if entries %}
## {{ title }}

{{ reasons[entries[0].reason] }}

| claim | where | grade | what would decide it | remarks |
|---|---|---|---|---|
{% for entry in entries -%}
| `{{ entry.id }}`: {{ entry.says | cell }} | {{ entry.where | cell }} | {{ entry.grade }} \
| {{ entry.check | cell }} | {{ entry.remark | cell }} |
{% endfor %}
{%- endfor %}
## Cited only

| claim | where | grade | what would decide it | why it is not run |
|---|---|---|---|---|
{% for entry in never -%}
| `{{ entry.id }}`: {{ entry.says | cell }} | {{ entry.where | cell }} | {{ entry.grade }} \
| {{ entry.check | cell }} | {{ reasons[entry.reason] }}\
{% if entry.remark %} {{ entry.remark | cell }}{% endif %} |
{% endfor -%}
"""

COUNTS = """\
| reproduction | question | reproduced | not reproduced | inconclusive | own checks met |
|---|---|---|---|---|---|
{% for entry in entries -%}
| [{{ entry.name }}](docs/results/{{ entry.name }}.md) | {{ entry.question | cell }} \
| {{ entry.count("reproduced") }} | {{ entry.count("not reproduced") }} | {{ entry.count("inconclusive") }} \
| {{ entry.own_checks }} |
{% endfor -%}
"""

VERDICTS = """\
| what is said | published | ours | verdict |
|---|---|---|---|
{% for row in entry.rows -%}
| {{ row.says | cell }} | {{ row.published | cell }} | {{ row.ours | cell }} | **{{ row.status }}** |
{% endfor -%}
"""

REPORT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reproductions, {{ profile }} profile</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #222; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-top: 1px solid #ddd; padding-top: 1.5rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ddd; }
img { max-width: 100%; }
small, .where { color: #666; }
.status { font-weight: 600; white-space: nowrap; }
.reproduced { color: #1a7f37; } .not-reproduced { color: #b42318; }
.inconclusive { color: #9a6700; } .not-run { color: #666; }
</style>
</head>
<body>
<h1>Reproductions, {{ profile }} profile</h1>
<p>Each verdict compares the 95&nbsp;% interval of our random seeds with what was published.
{% if profile != "full" %}This is a small run: the committed records come from the full profile.
{% endif %}</p>
{% for entry in entries %}
<h2 id="{{ entry.name }}">{{ entry.name }}</h2>
<p>{{ entry.question }}</p>
{% if entry.message %}<p class="status not-run">{{ entry.message }}</p>{% endif %}
{% if entry.figure %}<p><img alt="{{ entry.name }}" src="{{ entry.figure }}"></p>{% endif %}
{% if entry.rows %}
<table>
<tr><th>what is said</th><th>published or expected</th><th>ours</th><th>verdict</th></tr>
{% for row in entry.rows %}
<tr><td>{{ row.says }}<br><small>{{ row.where }}</small></td><td>{{ row.published }}</td>
<td>{{ row.ours }}</td><td><span class="status {{ row.status | replace(' ', '-') }}">{{ row.status }}</span>
<br><small>{{ row.remarks }}</small></td></tr>
{% endfor %}
</table>
{% endif %}
{% if entry.thoughts %}<p>What we think:</p>
<ul>{% for thought in entry.thoughts if thought.text %}
<li>{{ thought.claims | join("; ") | replace("**", "") }}<br>{{ thought.text }}</li>
{% endfor %}</ul>{% endif %}
{% if entry.deviations %}<p>What differs from the source:</p>
<ul>{% for text in entry.deviations %}<li>{{ text }}</li>{% endfor %}</ul>{% endif %}
{% for key, text in entry.notes.items() %}<p>{{ key }}: {{ text }}</p>{% endfor %}
{% for run in entry.runs %}<p><small>{{ run }}</small></p>{% endfor %}
{% endfor %}
</body>
</html>
"""
