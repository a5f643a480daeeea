"""Jinja2 templates of the generated pages."""

PAGE = """\
# Reproductions

<!-- Generated from docs/results/*.json: change the reproductions and their records, never this page. -->

Each verdict is computed from many random seeds. "Ours" is the mean (or what is named there) with the 95 %
interval that was compared with the published value, and the number of seeds n. *Reproduced* and *not
reproduced* mean that the interval decides; *inconclusive* that it does not; *not run* that these numbers
cannot be compared with the publication. Where the mean of our runs is judged, more seeds narrow the interval,
and an inconclusive verdict says which difference these seeds could have resolved. Where one published run (or
the best of several) is judged, the interval is that of one further run of ours: if it is too wide to count,
single runs scatter that much, which more seeds will not change. How a published number came to us (what is
marked K, nobody published: these are checks of our own):
{% for tag, meaning in tags.items() %}{{ tag }}, {{ meaning }}{{ "." if loop.last else "; " }}{% endfor %}
{% for entry in entries %}
## {{ entry.name }}

{{ entry.question | cell }}
{% if entry.stale %}
**This record is out of date: its claims are not those of the file.**
{% endif %}{% if entry.figure %}
![{{ entry.name }}](results/{{ entry.name }}.svg)
{% endif %}
| what is said | published | ours | verdict | where |
|---|---|---|---|---|
{% for row in entry.rows -%}
| {{ row.says | cell }} | {{ row.published | cell }} | {{ row.ours | cell }} | **{{ row.status }}**\
{% if row.remarks %}: {{ row.remarks | cell }}{% endif %} | {{ row.where | cell }} ({{ row.tag }}) |
{% endfor %}
{%- if entry.deviations %}
What differs from the source:

{% for text in entry.deviations %}- {{ text | cell }}
{% endfor %}{% endif %}
{%- if entry.notes %}
Notes:

{% for key, text in entry.notes.items() %}- {{ key | cell }}: {{ text | cell }}
{% endfor %}{% endif %}
{%- if entry.superseded %}
Earlier verdicts, on claims that were mended since:

{% for text in entry.superseded %}- {{ text | cell }}
{% endfor %}{% endif %}
{% for run in entry.runs %}{{ run | cell }}
{% endfor %}
Do it again: `zoo reproduce {{ entry.name }} --profile full`
{% endfor -%}
"""

COUNTS = """\
| reproduction | question | reproduced | not reproduced | inconclusive | own checks met |
|---|---|---|---|---|---|
{% for entry in entries -%}
| [{{ entry.name }}](docs/reproductions.md#{{ entry.name }}) | {{ entry.question | cell }} \
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
<tr><th>what is said</th><th>published</th><th>ours</th><th>verdict</th></tr>
{% for row in entry.rows %}
<tr><td>{{ row.says }}<br><small>{{ row.where }} ({{ row.tag }})</small></td><td>{{ row.published }}</td>
<td>{{ row.ours }}</td><td><span class="status {{ row.status | replace(' ', '-') }}">{{ row.status }}</span>
<br><small>{{ row.remarks }}</small></td></tr>
{% endfor %}
</table>
{% endif %}
{% if entry.deviations %}<p>What differs from the source:</p>
<ul>{% for text in entry.deviations %}<li>{{ text }}</li>{% endfor %}</ul>{% endif %}
{% for key, text in entry.notes.items() %}<p>{{ key }}: {{ text }}</p>{% endfor %}
{% for run in entry.runs %}<p><small>{{ run }}</small></p>{% endfor %}
{% endfor %}
</body>
</html>
"""
