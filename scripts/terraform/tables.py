"""The tables of terraform/README.md, made from the variables and outputs."""

import json
import re

from module_files import MODULE, bare, blocks

README = MODULE / "README.md"


def cell(value):
    return " ".join(str(value).split()).replace("|", "\\|")


def description(value):
    text = str(bare(value))
    heredoc = re.match(r"<<-?(\w+)\n(.*?)\n\s*\1\s*$", text, re.S)
    return cell(heredoc.group(2) if heredoc else text)


def kind_of(value):
    text = str(bare(value)).removeprefix("${").removesuffix("}")
    return re.sub(r"object\(.*\)", "object", text) + (")" if text.startswith("map(object") else "")


def default_of(body):
    if "default" not in body:
        return "required"
    value = bare(body["default"])
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def tables(files):
    inputs = ["| Input | Type | Default | Meaning |", "|---|---|---|---|"]
    for (name,), body, _ in blocks(files, "variable"):
        meaning = description(body.get("description", ""))
        inputs.append(f"| `{name}` | {kind_of(body['type'])} | {default_of(body)} | {meaning} |")
    outputs = ["| Output | Meaning |", "|---|---|"]
    for (name,), body, _ in blocks(files, "output"):
        outputs.append(f"| `{name}` | {description(body.get('description', ''))} |")
    return {"inputs": inputs, "outputs": outputs}


def current(files, write):
    """Whether the tables are as they would be made now. With `write`, they are."""
    text = README.read_text(encoding="utf-8")
    for name, lines in tables(files).items():
        begin, end = f"<!-- {name}: scripts/terraform-test --write -->\n", f"<!-- end of {name} -->\n"
        if begin not in text or end not in text:
            yield f"README.md: there is no place for {name}"
            continue
        head, rest = text.split(begin)
        text = head + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    if write:
        README.write_text(text, encoding="utf-8")
    elif text != README.read_text(encoding="utf-8"):
        yield "README.md: its tables are not current: scripts/terraform-test --write"
